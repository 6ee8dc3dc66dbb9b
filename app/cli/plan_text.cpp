// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plan_text.h"

#include "app/cli/servo_table.h"
#include "app/cli/text.h"

namespace servolane::cli {

using registers::LeftRegister;
using registers::PlannedWrite;
using registers::RestorePlan;
using registers::Storage;

namespace {

std::string reasonText(const LeftRegister& left) {
    using registers::Leftover;
    const std::string value = shortest(left.value) + (left.unit.empty() ? "" : " " + unitText(left.unit));
    switch (left.reason) {
    case Leftover::registerMissing:
        return "this model has no such register";
    case Leftover::readOnly:
        return "this model lets it only be read";
    case Leftover::motion:
        return "moves the servo: never restored";
    case Leftover::identity:
        return "stays the servo's own; --identity restores it";
    case Leftover::tooWide:
    case Leftover::outOfRange:
        return value + " is outside " + shortest(left.low) + " … " + shortest(left.high);
    case Leftover::otherUnit:
        return "measured otherwise by this model" + (left.word.empty() ? "" : ", in " + unitText(left.word));
    case Leftover::otherMeaning:
        return "this model knows no '" + left.word + "'";
    }
    return {};
}

} // namespace

std::string planText(const registers::ServoModel& model, const RestorePlan& plan) {
    std::string text;
    Table writes({"register", "now", "restored", "kept in", ""});
    for (const PlannedWrite& write : plan.writes) {
        const registers::Register& of = *model.find(write.name);
        writes.add({write.name, write.before ? valueText(registers::backedUp(of, *write.before)) : "unknown",
                    valueText(registers::backedUp(of, write.after)),
                    write.storage == Storage::eeprom ? "EEPROM" : "RAM",
                    write.converted ? "converted from " + shortest(write.wanted) : ""});
    }
    if (!plan.writes.empty()) text += writes.text();
    Table left({"not carried over", "why"});
    for (const LeftRegister& one : plan.left)
        left.add({one.name, reasonText(one)});
    if (!plan.left.empty()) text += left.text();
    return text;
}

} // namespace servolane::cli
