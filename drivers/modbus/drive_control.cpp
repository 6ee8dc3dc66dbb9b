// SPDX-License-Identifier: GPL-3.0-or-later
// Switching drives on and off and starting goals: the state machine of CiA 402 where the profile binds it,
// else the steps that the profile gives.
#include "drivers/modbus/cia402.h"
#include "drivers/modbus/modbus_bus.h"

namespace servolane::drivers::modbus {

using registers::DriveAction;
using registers::ServoModel;

namespace {

/// Between two looks at a drive that changes its state.
constexpr Duration lookInterval = std::chrono::milliseconds{2};
/// From "quick stop active" or "switch on disabled" to "operation enabled", with room for a drive that needs
/// a word twice.
constexpr int mostWords = 8;

std::string hexWord(std::uint32_t word) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text = "0x";
    for (int shift = 12; shift >= 0; shift -= 4)
        text += digits[word >> shift & 0xFU];
    return text;
}

std::string stateText(ServoId id, std::uint32_t status) {
    return "unit " + std::to_string(id.value) + ": statusword " + hexWord(status) + " (" +
           std::string(cia402::toString(cia402::stateOf(status))) + ")";
}

} // namespace

Result<std::uint32_t> ModbusBus::readWord(ServoId id, const ServoModel& model, const std::string& name) {
    const Register* source = model.find(std::string_view(name));
    if (source == nullptr) return failure(ErrorCode::invalid, model.name + " has no register " + name);
    const ReadPlan plan = planRead(model, source->span());
    if (auto done = readPlan(id, plan); !done) return tl::make_unexpected(done.error());
    return static_cast<std::uint32_t>(source->rawFrom(read_));
}

Result<void> ModbusBus::writeWord(ServoId id, const ServoModel& model, const std::string& name,
                                  std::int64_t raw) {
    const Register* target = model.find(std::string_view(name));
    if (target == nullptr) return failure(ErrorCode::invalid, model.name + " has no register " + name);
    return writeWire(id, *target, target->bytesFrom(raw));
}

Result<void> ModbusBus::writeControl(ServoId id, const ServoModel& model, std::uint16_t word) {
    auto written = writeWord(id, model, model.drive->cia402.control, word);
    if (written) units_[id.value].control = word;
    return written;
}

template <class Wanted>
Result<std::uint32_t> ModbusBus::awaitWord(ServoId id, const ServoModel& model, const std::string& name,
                                           Wanted&& wanted) {
    for (const Time end = clock_.now() + model.drive->stateTime;;) {
        const auto word = readWord(id, model, name);
        if (!word || wanted(*word) || clock_.now() >= end) return word;
        clock_.waitUntil(clock_.now() + lookInterval, never_);
    }
}

Result<void> ModbusBus::act(ServoId id, const ServoModel& model, DriveAction action, bool on) {
    if (action == DriveAction::power) return on ? switchOn(id, model) : switchOff(id, model);
    if (!on) return {};
    return resetFault(id, model);
}

Result<void> ModbusBus::switchOn(ServoId id, const ServoModel& model) {
    if (!model.drive->hasCia402) return run(id, model, model.drive->switchOn);
    const std::string& name = model.drive->cia402.status;
    auto status = readWord(id, model, name);
    for (int words = 0; status && words < mostWords; ++words) {
        const auto state = cia402::stateOf(*status);
        if (state == cia402::State::operationEnabled) return {};
        const auto next = cia402::towardsOperation(state);
        if (!next.leads) break;
        if (auto written = writeControl(id, model, next.word); !written) return written;
        status =
            awaitWord(id, model, name, [&](std::uint32_t word) { return cia402::stateOf(word) != state; });
        // Time is over, and the word has led nowhere.
        if (status && cia402::stateOf(*status) == state) break;
    }
    if (!status) return tl::make_unexpected(status.error());
    if (cia402::stateOf(*status) == cia402::State::operationEnabled) return {};
    return failure(ErrorCode::refused, stateText(id, *status));
}

Result<void> ModbusBus::switchOff(ServoId id, const ServoModel& model) {
    if (!model.drive->hasCia402) return run(id, model, model.drive->switchOff);
    if (auto written = writeControl(id, model, model.drive->cia402.switchOff); !written) return written;
    const auto status = awaitWord(id, model, model.drive->cia402.status, [](std::uint32_t word) {
        return !cia402::hasPower(cia402::stateOf(word));
    });
    if (!status) return tl::make_unexpected(status.error());
    if (!cia402::hasPower(cia402::stateOf(*status))) return {};
    return failure(ErrorCode::refused, stateText(id, *status));
}

Result<void> ModbusBus::resetFault(ServoId id, const ServoModel& model) {
    if (!model.drive->hasCia402) return run(id, model, model.drive->faultReset);
    // On a drive without a fault the word for the edge would cut its power.
    const auto now = readWord(id, model, model.drive->cia402.status);
    if (!now) return tl::make_unexpected(now.error());
    if (cia402::stateOf(*now) != cia402::State::fault)
        return failure(ErrorCode::refused, stateText(id, *now) + ": there is no fault to reset");
    // The edge counts.
    if (auto low = writeControl(id, model, cia402::control::disableVoltage); !low) return low;
    if (auto high = writeControl(id, model, cia402::control::faultReset); !high) return high;
    const auto status = awaitWord(id, model, model.drive->cia402.status, [](std::uint32_t word) {
        return cia402::stateOf(word) != cia402::State::fault;
    });
    if (!status) return tl::make_unexpected(status.error());
    if (cia402::stateOf(*status) != cia402::State::fault) return {};
    return failure(ErrorCode::refused, stateText(id, *status) + ": its cause is still there");
}

/// A target that was written without power is no goal yet; it becomes one when the drive is on and the next
/// is written.
Result<void> ModbusBus::startGoal(ServoId id, const ServoModel& model) {
    if (!model.drive->hasCia402) return run(id, model, model.drive->afterGoal);
    const auto& binding = model.drive->cia402;
    if (!binding.setPointByEdge) return {};
    // Asked anew each time: the words below would switch on a drive that somebody has shut down meanwhile.
    const auto status = readWord(id, model, binding.status);
    if (!status) return tl::make_unexpected(status.error());
    if (cia402::stateOf(*status) != cia402::State::operationEnabled) return {};
    constexpr std::uint16_t low = cia402::control::enableOperation | cia402::control::changeImmediately;
    constexpr std::uint16_t high = low | cia402::control::newSetPoint;
    const bool mayBeHigh = (units_[id.value].control & cia402::control::newSetPoint) != 0;
    if (mayBeHigh)
        if (auto written = writeControl(id, model, low); !written) return written;
    if (auto written = writeControl(id, model, high); !written) return written;
    const auto isTaken = [](std::uint32_t word) {
        return (word & cia402::status::setPointAcknowledged) != 0;
    };
    const auto taken = binding.acknowledges ? awaitWord(id, model, binding.status, isTaken) : status;
    if (auto written = writeControl(id, model, low); !written) return written;
    if (!taken) return tl::make_unexpected(taken.error());
    if (!binding.acknowledges || isTaken(*taken)) return {};
    return failure(ErrorCode::refused, stateText(id, *taken) + ": the new set-point is not acknowledged");
}

Result<void> ModbusBus::run(ServoId id, const ServoModel& model,
                            const std::vector<registers::DriveStep>& steps) {
    for (const auto& step : steps) {
        if (!step.write.empty())
            if (auto written = writeWord(id, model, step.write, step.value); !written) return written;
        if (step.until.empty()) continue;
        const auto isThere = [&](std::uint32_t word) { return (word & step.mask) == step.equals; };
        const auto word = awaitWord(id, model, step.until, isThere);
        if (!word) return tl::make_unexpected(word.error());
        if (!isThere(*word))
            return failure(ErrorCode::refused, "unit " + std::to_string(id.value) + ": " + step.until +
                                                   " is " + hexWord(*word) + ", and does not become " +
                                                   hexWord(step.equals) + " under mask " +
                                                   hexWord(step.mask));
    }
    return {};
}

} // namespace servolane::drivers::modbus
