// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/write/decide.h"

#include "core/registers/write/policies.h"
#include "core/registers/write/write_steps.h"

#include <algorithm>
#include <array>

namespace servolane::registers {

using api::Decision;
using api::Verdict;

namespace {

constexpr std::array<Policy, 4> readPolicies{refuseUnknownAxis, refuseWhileBusIsDown, refuseSilentAxis,
                                             refuseUnknownRegister};
constexpr std::array<Policy, 3> readAllPolicies{refuseUnknownAxis, refuseWhileBusIsDown, refuseSilentAxis};
constexpr std::array settingRoles{Role::driveMode,        Role::homingOffset,        Role::temperatureLimit,
                                  Role::currentLimit,     Role::velocityLimit,       Role::maxPositionLimit,
                                  Role::minPositionLimit, Role::profileAcceleration, Role::profileVelocity,
                                  Role::velocityIGain,    Role::velocityPGain,       Role::positionDGain,
                                  Role::positionIGain,    Role::positionPGain,       Role::feedforward2Gain,
                                  Role::feedforward1Gain, Role::busWatchdog,         Role::goalCurrent};

bus::Request request(const motion::Axis& axis, bus::Priority priority, std::vector<bus::Step> steps) {
    bus::Request made;
    made.bus = axis.bus;
    made.priority = priority;
    made.work = bus::StepsWork{std::move(steps)};
    return made;
}

/// A restart brings what is not kept back to what the maker ships.
bool isSetBackByRestart(const Register& source, std::int64_t raw) {
    return source.storage == Storage::ram && source.access != Access::readOnly && raw != source.defaultValue;
}

/// One request for each stretch: its answer is told before anything later can have changed what was read.
std::vector<bus::Request> readRequests(const RegisterState& state, const motion::Axis& axis,
                                       bus::Priority priority, std::vector<bus::RegisterSpan> spans) {
    const auto rate = state.rates.find(axis.bus);
    const std::uint16_t longest = longestRead(rate == state.rates.end() ? 0 : rate->second);
    std::vector<bus::Request> requests;
    for (const auto& span : stretches(std::move(spans), longest))
        requests.push_back(request(axis, priority, {bus::ReadStep{axis.servo, span}}));
    return requests;
}

const TableRecord* tableOf(const RegisterState& state, BusId bus, ServoId servo) {
    for (const auto& [id, table] : state.tables)
        if (table.axis->bus == bus && table.axis->servo == servo && !table.displaced) return &table;
    return nullptr;
}

bool liesIn(const Register& part, const bus::ReadBack& whole) {
    return part.address >= whole.address && part.address + part.size <= whole.address + whole.bytes.size();
}

/// What one answer tells of torque and mode.
struct Observed {
    const TableRecord* table = nullptr;
    std::optional<bool> torque;
    std::optional<OperatingMode> mode;
};

void note(Observed& observed, const Register& source, std::int64_t raw) {
    if (source.role == Role::torqueEnable) observed.torque = raw != 0;
    if (source.role == Role::operatingMode) observed.mode = observed.table->axis->model->modeFrom(raw);
}

} // namespace

std::vector<bus::RegisterSpan> stretches(std::vector<bus::RegisterSpan> spans, std::uint16_t longest) {
    std::sort(spans.begin(), spans.end());
    std::vector<bus::RegisterSpan> joined;
    for (const auto& span : spans) {
        const bool touches = !joined.empty() && joined.back().address + joined.back().size == span.address &&
                             joined.back().size + span.size <= longest;
        if (touches)
            joined.back().size = static_cast<std::uint16_t>(joined.back().size + span.size);
        else
            joined.push_back(span);
    }
    return joined;
}

std::uint16_t longestRead(std::uint32_t bitsPerSecond) {
    constexpr std::int64_t bitsPerByte = 10;
    constexpr std::int64_t mostAtOnce = 32;
    constexpr std::int64_t largestRegister = 4;
    // DYNAMIXEL Protocol 2.0, the longest of the families: 14 bytes of request and 11 around the data, which
    // may be stuffed by a byte in four; half a millisecond of return delay, as servos come from the factory.
    constexpr std::int64_t around = 25;
    const std::int64_t fits =
        (static_cast<std::int64_t>(bitsPerSecond) * 95 / 10'000 / bitsPerByte - around) * 3 / 4;
    return static_cast<std::uint16_t>(bitsPerSecond == 0 ? mostAtOnce
                                                         : std::clamp(fits, largestRegister, mostAtOnce));
}

std::vector<bus::Request> readSettings(const RegisterState& state, const motion::Axis& axis) {
    std::vector<bus::RegisterSpan> spans;
    for (const Role role : settingRoles)
        if (const Register* source = axis.model->find(role)) spans.push_back(source->span());
    if (const TableRecord* table = state.find(axis.id))
        for (const auto& [name, raw] : table->known) {
            const Register* source = axis.model->find(name);
            const bool listed = source && std::count(spans.begin(), spans.end(), source->span()) > 0;
            if (source && !listed && isSetBackByRestart(*source, raw)) spans.push_back(source->span());
        }
    return readRequests(state, axis, bus::Priority::background, std::move(spans));
}

Verdict decide(const RegisterState& state, const ReadRegister& command) {
    const Attempt attempt{state, command.axis, command.name};
    if (auto refusal = firstRefusal(readPolicies, attempt)) return api::refuse(*refusal);
    Decision decision;
    decision.requests =
        readRequests(state, *attempt.table()->axis, bus::Priority::registers, {attempt.target()->span()});
    return decision;
}

Verdict decide(const RegisterState& state, const ReadAllRegisters& command) {
    const Attempt attempt{state, command.axis, {}};
    if (auto refusal = firstRefusal(readAllPolicies, attempt)) return api::refuse(*refusal);
    const motion::Axis& axis = *attempt.table()->axis;
    std::vector<bus::RegisterSpan> spans;
    for (const Register& source : axis.model->registers)
        if (!source.isUnreadable) spans.push_back(source.span());
    Decision decision;
    decision.requests = readRequests(state, axis, bus::Priority::background, std::move(spans));
    return decision;
}

Verdict decide(const RegisterState& state, const WriteRegister& command) {
    const Attempt attempt{state, command.axis, command.name, command.raw};
    if (auto refusal = firstRefusal(writePolicies(), attempt)) return api::refuse(*refusal);
    const TableRecord& table = *attempt.table();
    RegisterWritten written{command.axis, command.name, {}, command.raw};
    if (const auto before = table.known.find(command.name); before != table.known.end())
        written.before = before->second;
    Decision decision;
    decision.requests.push_back(
        request(*table.axis, bus::Priority::registers,
                stepsOf(*table.axis, std::array{StagedRegister{command.name, command.raw}})));
    decision.whenConfirmed.emplace_back(std::move(written));
    return decision;
}

Verdict decide(const RegisterState& state, const SetBaseline& command) {
    if (auto refusal = refuseUnknownAxis({state, command.axis, {}})) return api::refuse(*refusal);
    Decision decision;
    decision.events.emplace_back(BaselineSet{command.axis});
    return decision;
}

std::vector<api::EventBody> conclude(const RegisterState& state, BusId bus,
                                     const std::vector<bus::ReadBack>& readBacks) {
    std::vector<api::EventBody> events;
    std::map<AxisId, Observed> observed;
    for (const auto& readBack : readBacks) {
        const TableRecord* table = tableOf(state, bus, readBack.servo);
        if (!table) continue;
        const AxisId axis = table->axis->id;
        Observed& seen = observed.try_emplace(axis, Observed{table, {}, {}}).first->second;
        for (const Register& source : table->axis->model->registers) {
            if (!liesIn(source, readBack)) continue;
            const auto offset = static_cast<std::size_t>(source.address - readBack.address);
            const std::int64_t raw = source.rawFrom(ByteView(readBack.bytes).subspan(offset, source.size));
            events.emplace_back(RegisterRead{axis, source.name, raw});
            note(seen, source, raw);
        }
    }
    for (const auto& [axis, seen] : observed) {
        if (!seen.torque && !seen.mode) continue;
        const auto torque = seen.torque ? seen.torque : seen.table->torque;
        if (torque) events.emplace_back(motion::AxisObserved{axis, *torque, seen.mode});
    }
    return events;
}

} // namespace servolane::registers
