// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/servo_table.h"

#include "app/cli/failures.h"
#include "app/cli/text.h"
#include "core/registers/read/register_board.h"
#include "drivers/backup/backup_file.h"

namespace servolane::cli {

namespace {

/// A table of 700 bytes in small reads at 9,600 bit/s.
constexpr Duration tablePatience = std::chrono::seconds{30};

std::string idsOf(const registers::Backup& backup) {
    std::string ids;
    for (const auto& servo : backup.servos)
        ids += (ids.empty() ? "" : ", ") + std::to_string(servo.servo.value);
    return ids.empty() ? "none" : ids;
}

} // namespace

std::shared_ptr<const motion::Axis> axisAt(const Context& context, AxisId axis) {
    const auto board = context.client.axes();
    const motion::AxisView* view = board->find(axis);
    return view ? view->axis : nullptr;
}

tl::expected<registers::RawValues, Failure> readTable(Context& context, AxisId axis) {
    const Time since = context.client.clock().now();
    const std::string name = nameOf(context, axis);
    const auto fate = context.client.perform(registers::ReadAllRegisters{axis}, tablePatience,
                                             [&] { context.notices.progress("Reading " + name); });
    context.notices.clearProgress();
    if (!fate.isDone()) return fail(failureOf(fate, "Reading the registers of " + name, context));
    registers::RawValues values;
    const auto board = context.client.models().registers.read();
    const auto known = board->axes.find(axis);
    if (known != board->axes.end())
        for (const auto& [registerName, value] : known->second)
            if (value.at >= since) values[registerName] = value.raw;
    return values;
}

tl::expected<registers::ServoBackup, Failure> readServo(Context& context, AxisId axis) {
    const auto values = readTable(context, axis);
    if (!values) return fail(values.error());
    const auto at = axisAt(context, axis);
    if (!at) return fail({Codes::noServo, "The servo is gone", "check its cable", {}});
    return registers::backupOf(*at, *values, context.client.clock().utcNow());
}

tl::expected<registers::Backup, Failure> readBackupFile(const std::string& path,
                                                        const registers::ModelCatalog& models) {
    auto read = drivers::backup::readBackup(path, models);
    if (!read) return fail(fileFailure(read.error(), path));
    return std::move(*read);
}

tl::expected<registers::ServoBackup, Failure> servoOfFile(const registers::Backup& backup,
                                                          std::optional<int> id, const std::string& path) {
    const registers::ServoBackup* found = nullptr;
    if (id) found = backup.find({static_cast<std::uint8_t>(*id)});
    if (!found && backup.servos.size() == 1) found = &backup.servos.front();
    if (found) return *found;
    const std::string missing = id ? " holds no servo " + std::to_string(*id) + "; it holds: "
                                   : " holds several servos, and none is named; it holds: ";
    return fail({Codes::usage, path + missing + idsOf(backup), "choose one of those with --source", {}});
}

tl::expected<void, Failure> releaseTorque(Context& context, AxisId axis) {
    const auto board = context.client.axes();
    const motion::AxisView* view = board->find(axis);
    if (!context.arguments.torqueOff || !view || view->torque == false) return {};
    const std::string name = nameOf(context, axis);
    const auto fate = context.client.perform(motion::SetTorque{axis, false});
    if (!fate.isDone()) return fail(failureOf(fate, "Torque off of " + name, context));
    context.notices.note("Torque of " + name + " is off now.");
    return {};
}

Json identityObject(const registers::ServoBackup& servo) {
    return {{"id", servo.servo.value},
            {"model", servo.model},
            {"model_number", servo.modelNumber},
            {"firmware", servo.firmware}};
}

std::string valueText(const registers::BackedUpRegister& of) {
    if (!of.word.empty()) return of.word;
    if (!of.bits.empty()) {
        std::string names;
        for (const auto& [name, bits] : of.bits)
            if (bits != 0)
                names += (names.empty() ? "" : ", ") + name + (bits == 1 ? "" : "=" + std::to_string(bits));
        return names.empty() ? "none" : names;
    }
    return shortest(of.value) + (of.unit.empty() ? "" : " " + unitText(of.unit));
}

} // namespace servolane::cli
