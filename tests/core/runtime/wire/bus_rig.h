// SPDX-License-Identifier: GPL-3.0-or-later
// One bus loop with everything around it, stepped in the test's thread, and servos without bytes at its end.
#pragma once

#include "core/runtime/wire/bus_loop.h"
#include "tests/support/fake_servos.h"
#include "tests/support/sample_model.h"

#include <memory>
#include <optional>
#include <vector>

namespace servolane::tests {

constexpr AxisId pan{1};
constexpr AxisId lift{2};

/// One bus loop with everything around it, stepped in the test's thread.
class Rig {
public:
    explicit Rig(double pollRate = 200.0) {
        world->add(1);
        world->add(2);
        link.line.path = "fake";
        link.pollRate = pollRate;
        events.subscribe(queue);
        loop = std::make_unique<runtime::BusLoop>(
            runtime::BusContext{{1}, clock, events, inbox, stops, leases, cells},
            tests::fakeBusFactory(world), link);
    }

    void post(bus::Work work, bus::Priority priority = bus::Priority::registers, std::uint64_t command = 0) {
        bus::Request request;
        request.bus = {1};
        request.command = {command};
        request.priority = priority;
        request.work = std::move(work);
        loop->post(std::move(request));
    }
    void run(Duration span) {
        for (const Time end = clock.now() + span; clock.now() < end;) {
            const Time next = loop->step(clock.now());
            clock.advanceTo(std::max(clock.now() + std::chrono::microseconds{1}, std::min(next, end)));
            gather();
        }
    }
    void open() {
        connect();
        poll({axisOf(1), axisOf(2)});
    }
    void connect() {
        post(bus::OpenWork{link}, bus::Priority::registers, 1);
        run(std::chrono::milliseconds{50});
    }
    void poll(std::vector<std::shared_ptr<const motion::Axis>> axes) {
        post(bus::PollWork{std::move(axes)});
        run(std::chrono::milliseconds{20});
    }
    /// Latched; what the bus writes from now on is the stop's.
    void press() {
        world->forget();
        stops.latch(clock.now());
    }
    void gather() {
        for (auto& event : queue.drain())
            seen.push_back(std::move(event));
        for (auto& note : inbox.drain())
            notes.push_back(std::move(note));
    }
    std::shared_ptr<const motion::Axis>
    axisOf(std::uint8_t id, motion::StopReaction reaction = motion::StopReaction::torqueOff) {
        auto axis = std::make_shared<motion::Axis>();
        axis->stopReaction = reaction;
        axis->id = {id};
        axis->bus = {1};
        axis->firmware = 48; // as the fake servos tell
        axis->servo = {id};
        axis->model = tests::sampleModel();
        axis->channels = motion::channelScalesOf(*axis->model, axis->scale);
        return axis;
    }
    std::vector<api::FeedbackPointer> cycles() const {
        std::vector<api::FeedbackPointer> all;
        for (const auto& event : seen)
            if (const auto* cycle = std::get_if<api::FeedbackPointer>(&event.body)) all.push_back(*cycle);
        return all;
    }
    template <class Body>
    std::vector<Body> facts() const {
        std::vector<Body> all;
        for (const auto& event : seen)
            if (const auto* body = std::get_if<Body>(&event.body)) all.push_back(*body);
        for (const auto& note : notes)
            if (const auto* fact = std::get_if<runtime::FactNote>(&note); fact && fact->unpublished)
                if (const auto* body = std::get_if<Body>(&fact->body)) all.push_back(*body);
        return all;
    }
    std::optional<bus::RequestFinished> answerTo(std::uint64_t command) const {
        for (const auto& note : notes)
            if (const auto* report = std::get_if<bus::RequestFinished>(&note);
                report && report->command.value == command)
                return *report;
        return std::nullopt;
    }
    std::optional<runtime::StopServed> stopServed() const {
        for (const auto& note : notes)
            if (const auto* served = std::get_if<runtime::StopServed>(&note)) return *served;
        return std::nullopt;
    }
    void jog(double velocity, Range<Position> travel = {{0.0}, {360.0}}) {
        bus::JogStream stream;
        stream.axis = pan;
        stream.velocity = {velocity};
        stream.envelope = {travel, {300.0}, {30.0}};
        world->set(1, 64, 1, 1); // nobody jogs without torque
        post(stream, bus::Priority::motion, 40);
    }
    /// With a limit of its own for the acceleration; in velocity mode it writes speeds instead of goals.
    void rampedJog(double velocity, double acceleration, bool positionGoals = true,
                   Range<Position> travel = {{0.0}, {360.0}}) {
        bus::JogStream stream{pan, {velocity}, {travel, {300.0}, {30.0}, {acceleration}}, positionGoals};
        world->set(1, 64, 1, 1);
        world->set(1, 11, 1, positionGoals ? 3 : 1);
        post(stream, bus::Priority::motion, 40);
    }
    double speedOfPan() { return static_cast<double>(world->value(1, 104, 4)) * 0.229 * 6.0; }
    double goalOfPan() { return static_cast<double>(world->value(1, 116, 4)) * 360.0 / 4096.0; }
    /// The servo follows its goal at once.
    void follow() { world->set(1, 132, 4, world->value(1, 116, 4)); }

    TestClock clock;
    std::shared_ptr<tests::FakeServos> world = std::make_shared<tests::FakeServos>();
    Waker coreWaker;
    Waker consumer;
    runtime::CoreInbox inbox{coreWaker};
    runtime::EventBus events;
    runtime::EventQueue queue{100000, consumer};
    runtime::StopLatch stops;
    runtime::LeaseTable leases;
    runtime::LatestCells cells;
    bus::LinkSettings link;
    std::unique_ptr<runtime::BusLoop> loop;
    std::vector<api::Event> seen;
    std::vector<runtime::CoreNote> notes;
};

} // namespace servolane::tests
