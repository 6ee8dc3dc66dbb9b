// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sim/pty_bus.h"

#include <algorithm>
#include <poll.h>
#include <sys/prctl.h>
#include <utility>

namespace servolane::app {

namespace {

using namespace std::chrono_literals;

/// Between two looks for a client; a hung-up pseudo-terminal would else wake poll() without end.
constexpr Duration clientPoll = 2ms;
/// More than this is not lateness of the timer but a machine that was busy elsewhere.
constexpr Duration mostOvershoot = 500us;

/// What is heard in one go, so that a full line drops what comes behind it.
constexpr std::size_t longestPiece = 4096;

timespec timespecOf(Duration span) {
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(span);
    return {static_cast<time_t>(whole.count()), static_cast<long>((span - whole).count())};
}

} // namespace

PtyBus::PtyBus(PtyLine line, std::shared_ptr<drivers::simulator::SimulatedBus> bus, std::string protocol)
    : line_(std::move(line))
    , bus_(std::move(bus))
    , protocol_(std::move(protocol)) {}

std::string PtyBus::announcement() const {
    std::string ids;
    for (const auto& servo : bus_->servos())
        ids += (ids.empty() ? "" : ",") + std::to_string(servo->id().value);
    return line_.path() + " " + protocol_ + " " + std::to_string(bus_->spec().baud) + " " + ids;
}

void PtyBus::serve(const Waker& stop) {
    lowerTimerSlack();
    while (!stop.isWoken()) {
        if (hungUp_)
            awaitClient(stop);
        else if (await(stop) == Wake::input)
            hear();
        deliver();
    }
}

void PtyBus::lowerTimerSlack() const {
    // The default of 50 µs is half a frame at 4 Mbit/s.
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

PtyBus::Wake PtyBus::await(const Waker& stop) {
    std::array<pollfd, 3> entries{{{line_.descriptor(), POLLIN, 0},
                                   {line_.handsDescriptor(), POLLIN, 0},
                                   {stop.descriptor(), POLLIN, 0}}};
    timespec timeout{};
    const auto next = bus_->nextOutput();
    if (next) timeout = timespecOf(std::max(*next - clock_.now(), Duration::zero()));
    if (::ppoll(entries.data(), entries.size(), next ? &timeout : nullptr, nullptr) <= 0) return Wake::time;
    if (((entries[0].revents | entries[1].revents) & POLLIN) != 0) return Wake::input;
    if ((entries[0].revents & POLLHUP) != 0) {
        hungUp_ = true;
        hangUp();
    }
    return Wake::time;
}

void PtyBus::awaitClient(const Waker& stop) {
    std::array<pollfd, 2> entries{{{line_.handsDescriptor(), POLLIN, 0}, {stop.descriptor(), POLLIN, 0}}};
    const timespec timeout = timespecOf(clientPoll);
    ::ppoll(entries.data(), entries.size(), &timeout, nullptr);
    // A client may have come, sent something and gone between two looks; one that has stayed gets its answer.
    hear();
    hungUp_ = line_.isHungUp();
}

void PtyBus::hear() {
    // Hands are looked at after the bytes are taken, and before they are heard: a new client's first request
    // must not go down with what the one before it has left.
    const std::size_t count = line_.read(MutableByteView(buffer_).first(longestPiece));
    if (line_.changedHands()) hangUp();
    if (count == 0) return;
    // What was written just before the client changed its rate is taken to have come at the new one.
    bus_->hostBaud(line_.rate());
    bus_->receive(ByteView(buffer_).first(count), clock_.now() - std::exchange(overshoot_, Duration::zero()));
}

void PtyBus::hangUp() {
    bus_->hangUp(clock_.now());
    line_.dropUnread();
    overshoot_ = Duration::zero();
}

void PtyBus::deliver() {
    const Time now = clock_.now();
    bool sent = false;
    while (const std::size_t count = bus_->take(buffer_, now)) {
        if (!hungUp_) line_.send(ByteView(buffer_).first(count));
        sent = true;
    }
    if (sent && bus_->byteTime() > Duration::zero() && !bus_->nextOutput())
        overshoot_ = std::clamp(now - bus_->lastAnswerEnd(), Duration::zero(), mostOvershoot);
}

} // namespace servolane::app
