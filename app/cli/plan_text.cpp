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
        return "part of a command to the servo, no setting: never restored";
    case Leftover::identity:
        return "stays the servo's own; --identity restores it";
    case Leftover::tooWide:
    case Leftover::outOfRange:
        return value + " is outside " + shortest(left.low) + " … " + shortest(left.high);
    case Leftover::otherUnit:
        return "measured otherwise by this model" + (left.word.empty() ? "" : ", in " + unitText(left.word));
    case Leftover::otherMeaning:
        return "this model knows no '" + left.word + "'";
    case Leftover::lock:
        return "opened and closed around every write of settings: never restored";
    case Leftover::unread:
        return "holds bits that are to stay as they are, and they were not read";
    case Leftover::factory:
        return "set by the maker to match this very servo: never restored";
    }
    return {};
}

/// What the backup said, where this register cannot say quite the same.
std::string conversionText(const PlannedWrite& write, const registers::Register& of) {
    std::string kept;
    for (const std::string& name : write.kept)
        kept += (kept.empty() ? "" : ", ") + name;
    if (!kept.empty()) return kept + (write.kept.size() == 1 ? " stays as it is" : " stay as they are");
    // A word or a bit that carried over by its name is no amount.
    if (!of.values.empty() || !of.fields.empty()) return {};
    const std::string wanted = shortest(write.wanted);
    if (!write.converted || wanted == shortest(write.written)) return {};
    return "nearest to " + wanted + (of.unit.empty() ? "" : " " + unitText(of.unit));
}

} // namespace

std::string planText(const registers::ServoModel& model, const RestorePlan& plan) {
    std::string text;
    Table writes({"register", "now", "restored", "kept in", ""});
    for (const PlannedWrite& write : plan.writes) {
        const registers::Register& of = *model.find(write.name);
        writes.add({write.name, write.before ? valueText(registers::backedUp(of, *write.before)) : "unknown",
                    valueText(registers::backedUp(of, write.after)),
                    write.storage == Storage::eeprom ? "EEPROM" : "RAM", conversionText(write, of)});
    }
    if (!plan.writes.empty()) text += writes.text();
    Table left({"not carried over", "why"});
    for (const LeftRegister& one : plan.left)
        left.add({one.name, reasonText(one)});
    if (!plan.left.empty()) text += left.text();
    return text;
}

} // namespace servolane::cli
