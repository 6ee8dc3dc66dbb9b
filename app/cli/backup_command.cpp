// SPDX-License-Identifier: GPL-3.0-or-later
// backup, compare
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/file_commands.h"
#include "app/cli/out_file.h"
#include "app/cli/servo_table.h"
#include "app/cli/text.h"
#include "core/registers/restore_plan.h"
#include "drivers/backup/backup_file.h"

#include <algorithm>

namespace servolane::cli {

using registers::BackedUpRegister;
using registers::ComparedRegister;
using registers::Likeness;

namespace {

Outcome backupOn(Context& context, const Attached& attached) {
    if (auto refused = refusalToReplace(context.arguments.out)) return fail(std::move(*refused));
    const auto axes = axesOf(context, attached, context.arguments.id);
    if (!axes) return fail(axes.error());
    registers::Backup backup;
    Report report;
    report.object = {{"path", context.arguments.out}, {"servos", Json::array()}};
    Table table({"id", "model", "firmware", "registers"});
    for (const AxisId axis : *axes) {
        auto servo = readServo(context, axis);
        if (!servo) return fail(servo.error());
        Json object = identityObject(*servo);
        object["registers"] = servo->registers.size();
        report.object["servos"].push_back(std::move(object));
        table.add({std::to_string(servo->servo.value), servo->model, std::to_string(servo->firmware),
                   std::to_string(servo->registers.size())});
        backup.servos.push_back(std::move(*servo));
    }
    const auto written = drivers::backup::writeBackup(context.arguments.out, backup);
    if (!written) return fail(fileFailure(written.error(), context.arguments.out));
    report.text = table.text() + "Written to " + context.arguments.out + '\n';
    return report;
}

Json sideObject(const std::optional<BackedUpRegister>& of) {
    if (!of) return nullptr;
    Json made{{"raw", of->raw}, {"value", of->value}, {"unit", of->unit}};
    if (!of->word.empty()) made["word"] = of->word;
    if (!of->bits.empty()) made["bits"] = of->bits;
    return made;
}

struct Side {
    registers::ServoBackup servo;
    std::string where; ///< the file or the port
};

Json sideOf(const Side& side) {
    Json object = identityObject(side.servo);
    object["of"] = side.where;
    return object;
}

Report compared(const Side& left, const Side& right, bool all, const registers::ModelCatalog& models) {
    Report report;
    report.object = {{"left", sideOf(left)}, {"right", sideOf(right)}, {"registers", Json::array()}};
    const auto title = [](const Side& side) {
        return side.where + " servo " + std::to_string(side.servo.servo.value);
    };
    Table table({"register", "", title(left), title(right)});
    std::size_t same = 0;
    std::size_t different = 0;
    for (const ComparedRegister& of : registers::compare(left.servo, right.servo, models)) {
        const bool alike = of.likeness == Likeness::same || of.likeness == Likeness::close;
        ++(alike ? same : different);
        if (of.likeness == Likeness::same && !all) continue;
        report.object["registers"].push_back({{"register", of.name},
                                              {"likeness", registers::toString(of.likeness)},
                                              {"left", sideObject(of.left)},
                                              {"right", sideObject(of.right)}});
        table.add({of.name, std::string(registers::toString(of.likeness)), of.left ? valueText(*of.left) : "",
                   of.right ? valueText(*of.right) : ""});
    }
    report.object["same"] = same;
    report.object["different"] = different;
    if (!report.object["registers"].empty()) report.text = table.text();
    report.text += std::to_string(different) + " differ, " + std::to_string(same) + " are the same\n";
    return report;
}

Failure twoSides() {
    return {Codes::usage,
            "compare needs two sides: servos with --ids, files, or one of each",
            "servolane-cli compare --port P --ids 1,2; compare --port P --ids 1 FILE; compare FILE FILE",
            {}};
}

/// `index` of the files named.
tl::expected<Side, Failure> fileSide(const Arguments& arguments, std::size_t index, std::optional<int> usual,
                                     const registers::ModelCatalog& models) {
    const std::string& path = arguments.files[index];
    const auto backup = readBackupFile(path, models);
    if (!backup) return fail(backup.error());
    auto servo = servoOfFile(*backup, arguments.source ? arguments.source : usual, path);
    if (!servo) return fail(servo.error());
    return Side{std::move(*servo), path};
}

Outcome compareOn(Context& context, const Attached& attached) {
    const Arguments& arguments = context.arguments;
    std::vector<Side> sides;
    for (const int id : arguments.ids) {
        const auto axis = axisOf(context, attached, id);
        if (!axis) return fail(axis.error());
        auto servo = readServo(context, *axis);
        if (!servo) return fail(servo.error());
        sides.push_back({std::move(*servo), attached.port});
    }
    for (std::size_t i = 0; i < arguments.files.size(); ++i) {
        auto side = fileSide(arguments, i, arguments.ids.front(), context.models);
        if (!side) return fail(side.error());
        sides.push_back(std::move(*side));
    }
    return compared(sides[0], sides[1], arguments.all, context.models);
}

} // namespace

Outcome runBackup(Context& context) {
    return withPort(context, {}, [&](const Attached& attached) { return backupOn(context, attached); });
}

Outcome runCompare(Context& context) {
    if (context.arguments.ids.size() + context.arguments.files.size() != 2 || context.arguments.ids.empty())
        return fail(twoSides());
    return withPort(context, {}, [&](const Attached& attached) { return compareOn(context, attached); });
}

Outcome runCompareFiles(const Arguments& arguments, app::Workstation& workstation) {
    if (arguments.files.size() != 2 || !arguments.ids.empty()) return fail(twoSides());
    workstation.loadModels();
    const registers::ModelCatalog& models = *workstation.models();
    const auto left = fileSide(arguments, 0, {}, models);
    if (!left) return fail(left.error());
    const auto right = fileSide(arguments, 1, left->servo.servo.value, models);
    if (!right) return fail(right.error());
    return compared(*left, *right, arguments.all, models);
}

} // namespace servolane::cli
