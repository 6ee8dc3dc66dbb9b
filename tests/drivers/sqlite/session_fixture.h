// SPDX-License-Identifier: GPL-3.0-or-later
// Made-up recordings: the same cycles whenever they are asked for, so that what was written can be compared
// with what is read, value by value.
#pragma once

#include "core/motion/axis.h"
#include "core/session/session_store.h"

#include <QtCore/QTemporaryDir>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace servolane::tests {

constexpr std::int64_t sessionStartNs = 5'000'000'000'123;
constexpr std::int64_t sessionUtcNs = 1'795'000'000'000'000'000;

inline std::shared_ptr<const registers::ServoModel> fixtureModel() {
    registers::ServoModel model;
    model.name = "XM430-W350";
    model.family = "dynamixel2";
    model.number = 1020;
    registers::Register position;
    position.name = "present_position";
    position.title = "Present Position";
    position.address = 132;
    position.size = 4;
    position.isSigned = true;
    position.unit = "deg";
    position.scale = 360.0 / 4096.0;
    position.role = registers::Role::presentPosition;
    model.registers.push_back(position);
    model.modes.push_back({registers::OperatingMode::position, 3});
    return std::make_shared<const registers::ServoModel>(model);
}

inline std::shared_ptr<const motion::Axis> fixtureAxis(std::uint16_t id, std::uint16_t bus,
                                                       std::string name) {
    motion::Axis axis;
    axis.id = AxisId{id};
    axis.name = std::move(name);
    axis.bus = BusId{bus};
    axis.servo = ServoId{static_cast<std::uint8_t>(10 + id)};
    axis.firmware = 46;
    axis.model = fixtureModel();
    axis.simulated = true;
    for (const auto channel : std::span(telemetry::allChannels).first(telemetry::usualChannelCount))
        axis.channels[indexOf(channel)] = {0.25 * static_cast<double>(1 + indexOf(channel)), -3.5};
    axis.channels[indexOf(telemetry::Channel::position)] = {360.0 / 4096.0, -180.0};
    axis.channels[indexOf(telemetry::Channel::velocity)] = {0.229 * 6.0, 0.0};
    axis.channels[indexOf(telemetry::Channel::load)] = {}; // this model has none
    return std::make_shared<const motion::Axis>(axis);
}

/// A number that looks random and is the same every time.
inline std::uint64_t scrambled(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
    value = (value ^ value >> 27) * 0x94d049bb133111eb;
    return value ^ value >> 31;
}

/// Cycle n of a bus with these axes: jitter, noise, extreme values, slow channels, axes that do not answer,
/// gaps with and without lost numbers.
inline telemetry::FeedbackCycle fixtureCycle(std::uint16_t bus, std::uint64_t n,
                                             const std::vector<std::uint16_t>& axes) {
    using telemetry::Channel;
    telemetry::FeedbackCycle cycle;
    cycle.bus = BusId{bus};
    cycle.cycle = n + (n > 3000 ? 7 : 0);
    const std::uint64_t noise = scrambled(n * 131 + bus);
    cycle.time = Time{
        Duration{sessionStartNs + static_cast<std::int64_t>(n * 1'000'000 + noise % 40'000) + bus * 100'000}};
    cycle.gapBefore = n % 1777 == 1776 || n == 3001;
    for (const std::uint16_t axis : axes) {
        const std::uint64_t own = scrambled(noise + axis);
        if (own % 97 == 0) continue;
        telemetry::AxisSample sample;
        sample.axis = AxisId{axis};
        sample.offsetNs = 38'000 * axis;
        sample.set(Channel::setpoint, static_cast<std::int32_t>(n % 4096));
        sample.set(Channel::position, static_cast<std::int32_t>(n % 4096 + own % 5) - 2);
        sample.set(Channel::velocity, static_cast<std::int32_t>(own % 41) - 20);
        sample.set(Channel::current, own % 501 == 0 ? INT32_MIN : own % 503 == 0 ? INT32_MAX : 12);
        if (n % 40 == axis % 40) sample.set(Channel::temperature, 31 + static_cast<std::int32_t>(n / 1000));
        if (axis % 2 == 1) sample.set(Channel::moving, own % 2 == 0 ? 1 : 0);
        cycle.samples.push_back(sample);
    }
    return cycle;
}

inline api::Event feedbackEvent(telemetry::FeedbackCycle cycle) {
    const Time time = cycle.time;
    return {{}, time, {}, std::make_shared<const telemetry::FeedbackCycle>(std::move(cycle))};
}

inline session::SessionStart fixtureStart() {
    return {"Test's run", "servolane 0.1.0", UtcTime{Duration{sessionUtcNs}}, Time{Duration{sessionStartNs}},
            false};
}

/// Two buses, five axes.
struct FixtureBus {
    std::uint16_t bus;
    std::vector<std::uint16_t> axes;
};
inline const std::vector<FixtureBus>& fixtureBuses() {
    static const std::vector<FixtureBus> buses{{1, {1, 2, 3}}, {2, {4, 5}}};
    return buses;
}

inline Result<void> tellConfiguration(session::SessionWriter& writer) {
    std::uint64_t sequence = 1;
    for (const auto& bus : fixtureBuses()) {
        bus::LinkSettings link;
        link.alias = "bus" + std::to_string(bus.bus);
        link.line.path = "/dev/ttyUSB" + std::to_string(bus.bus);
        const Time time{Duration{sessionStartNs}};
        auto told =
            writer.append({Sequence{sequence++}, time, {}, bus::BusConnected{BusId{bus.bus}, link, true}});
        if (!told) return told;
        for (const auto axis : bus.axes) {
            const std::string name = "axis" + std::to_string(axis);
            told = writer.append(
                {Sequence{sequence++}, time, {}, motion::AxisConfigured{fixtureAxis(axis, bus.bus, name)}});
            if (!told) return told;
        }
    }
    return {};
}

/// Cycles [first, end) of both buses, a transaction every 250.
inline Result<void> writeCycles(session::SessionWriter& writer, std::uint64_t first, std::uint64_t end) {
    for (std::uint64_t n = first; n < end; ++n) {
        for (const auto& bus : fixtureBuses())
            if (auto done = writer.append(feedbackEvent(fixtureCycle(bus.bus, n, bus.axes))); !done)
                return done;
        if (n % 250 == 249)
            if (auto done = writer.commit(); !done) return done;
    }
    return {};
}

/// Compares every sample of every axis with what fixtureCycle says and returns how many cycles of bus 1 were
/// found; throws a text that names the first difference.
inline std::uint64_t expectFixtureSamples(session::SessionReader& reader) {
    std::uint64_t cyclesOfFirstBus = 0;
    for (const auto& bus : fixtureBuses()) {
        auto cursor = reader.cycles(BusId{bus.bus}, Time::min(), Time::max(), {});
        if (!cursor) throw cursor.error().detail;
        session::CycleSlice slice;
        std::uint64_t n = 0;
        for (;;) {
            const auto loaded = (*cursor)->next(slice);
            if (!loaded) throw loaded.error().detail;
            if (!*loaded) break;
            std::map<std::pair<std::size_t, std::uint16_t>, telemetry::AxisSample> found;
            for (const auto& axis : slice.axes)
                for (std::size_t i = 0; i < axis.row.size(); ++i) {
                    telemetry::AxisSample sample{axis.axis, axis.valid[i], axis.offsetNs[i], {}};
                    for (std::size_t c = 0; c < telemetry::channelCount; ++c)
                        if (!axis.raw[c].empty()) sample.raw[c] = axis.raw[c][i];
                    found[{axis.row[i], axis.axis.value}] = sample;
                }
            for (std::size_t row = 0; row < slice.timeNs.size(); ++row, ++n) {
                const auto wanted = fixtureCycle(bus.bus, n, bus.axes);
                const std::string place = "bus " + std::to_string(bus.bus) + " cycle " + std::to_string(n);
                if (slice.timeNs[row] != nanosecondsSinceEpoch(wanted.time)) throw place + ": time";
                if (slice.cycle[row] != wanted.cycle) throw place + ": number";
                if ((slice.gapBefore[row] != 0) != wanted.gapBefore) throw place + ": gap";
                for (const auto& sample : wanted.samples) {
                    const auto at = found.find({row, sample.axis.value});
                    if (at == found.end()) throw place + ": sample missing";
                    if (at->second.valid != sample.valid || at->second.raw != sample.raw ||
                        at->second.offsetNs != sample.offsetNs)
                        throw place + " axis " + std::to_string(sample.axis.value) + ": values";
                    found.erase(at);
                }
            }
            if (!found.empty()) throw std::string{"samples that nobody wrote"};
        }
        if (bus.bus == 1) cyclesOfFirstBus = n;
    }
    return cyclesOfFirstBus;
}

class SessionFolder {
public:
    [[nodiscard]] std::string path(const std::string& name) const {
        return folder_.filePath(QString::fromStdString(name)).toStdString();
    }
    [[nodiscard]] std::string folder() const { return folder_.path().toStdString(); }

private:
    QTemporaryDir folder_;
};

} // namespace servolane::tests
