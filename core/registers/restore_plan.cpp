// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/restore_plan.h"

#include "core/registers/shared_bytes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tl/expected.hpp>

namespace servolane::registers {

namespace {

constexpr std::array<std::string_view, 11> leftoverWords{
    "register-missing", "read-only",     "motion",  "identity", "too-wide", "out-of-range",
    "other-unit",       "other-meaning", "factory", "lock",     "unread"};
constexpr std::array<std::string_view, 6> likenessWords{"same",      "close",      "differs",
                                                        "only-left", "only-right", "not-comparable"};

struct Bounds {
    std::int64_t low = 0;
    std::int64_t high = 0;
    [[nodiscard]] bool contains(std::int64_t raw) const { return raw >= low && raw <= high; }
};

Bounds widthOf(const Register& of) {
    const std::int64_t span = std::int64_t{1} << (of.size * 8);
    return of.isSigned ? Bounds{-span / 2, span / 2 - 1} : Bounds{0, span - 1};
}

Bounds rangeOf(const Register& of) {
    const Bounds width = widthOf(of);
    return {std::max(width.low, of.minimum.value_or(width.low)),
            std::min(width.high, of.maximum.value_or(width.high))};
}

struct Carried {
    std::int64_t raw = 0;
    bool converted = false;
    std::vector<std::string> kept;  ///< bit fields that stay as they are in the target
    std::vector<LeftRegister> left; ///< bit fields that the target does not know
};
using Carrying = tl::expected<Carried, LeftRegister>;

LeftRegister left(const BackedUpRegister& of, Leftover reason, std::string word = {}) {
    return {of.name, reason, of.raw, of.value, of.unit, std::move(word), 0.0, 0.0};
}

tl::unexpected<LeftRegister> leave(const BackedUpRegister& of, Leftover reason, std::string word = {}) {
    return tl::make_unexpected(left(of, reason, std::move(word)));
}

LeftRegister outside(const BackedUpRegister& of, const Register& target, std::int64_t raw) {
    LeftRegister refused = left(of, widthOf(target).contains(raw) ? Leftover::outOfRange : Leftover::tooWide);
    refused.low = target.valueFrom(rangeOf(target).low);
    refused.high = target.valueFrom(rangeOf(target).high);
    return refused;
}

/// Half a step of the register: values closer than that are the same to it.
double halfStep(const Register& of) {
    return std::fabs(of.scale) * 0.5 * (1.0 + 1e-9);
}

Carrying carryWord(const BackedUpRegister& of, const Register& target) {
    for (const NamedValue& named : target.values)
        if (named.name == of.word) return Carried{named.value, named.value != of.raw, {}, {}};
    return leave(of, Leftover::otherMeaning, of.word);
}

/// What the target register holds now, where that is known.
using Held = std::optional<std::int64_t>;

/// How much source and target have in common.
enum class Kinship : std::uint8_t { none, model, firmware };

Kinship kinshipOf(bool sameModel, bool sameFirmware) {
    if (!sameModel) return Kinship::none;
    return sameFirmware ? Kinship::firmware : Kinship::model;
}

/// Whatever stands beside them: bits that move the axis are for its motion commands alone.
bool movesByItsNamedBits(const Register& target, std::int64_t raw) {
    std::int64_t named = 0;
    for (const BitField& field : target.fields)
        named |= raw & (((std::int64_t{1} << field.bits) - 1) << field.firstBit);
    return !target.fields.empty() && isMotionValue(target, named);
}

/// The same memory holds the same meaning, in bits that no field names, too. Nothing if the model does not
/// accept it as a whole.
std::optional<Carried> wholeBits(const BackedUpRegister& of, const Register& target) {
    if (!rangeOf(target).contains(of.raw)) return std::nullopt;
    return Carried{of.raw, false, {}, {}};
}

/// Bits that the backup does not name stay as they are in the target. Those that the target does not know are
/// told one by one, and the others carried all the same.
Carrying carryBits(const BackedUpRegister& of, const Register& target, Held held) {
    Carried carried;
    std::int64_t named = 0;
    for (const BitField& field : target.fields) {
        const std::int64_t ones = (std::int64_t{1} << field.bits) - 1;
        const auto wanted = of.bits.find(field.name);
        if (wanted == of.bits.end() || wanted->second > ones) {
            carried.kept.push_back(field.name);
            continue;
        }
        named |= ones << field.firstBit;
        carried.raw |= wanted->second << field.firstBit;
    }
    for (const auto& [name, bits] : of.bits) {
        const auto field = std::ranges::find(target.fields, name, &BitField::name);
        const bool fits = field != target.fields.end() && bits < std::int64_t{1} << field->bits;
        if (!fits && bits != 0) carried.left.push_back(left(of, Leftover::otherMeaning, name));
    }
    if (named == 0 && !carried.left.empty()) return leave(of, Leftover::otherMeaning, carried.left[0].word);
    // A number on one side and bits on the other say nothing to each other.
    if (named == 0) return leave(of, Leftover::otherUnit);
    if (!carried.kept.empty() && !held) return leave(of, Leftover::unread);
    carried.raw |= held.value_or(0) & ~named;
    carried.converted = carried.raw != of.raw;
    return carried;
}

Carrying carryNumber(const BackedUpRegister& of, const Register& target) {
    const bool sameScale = std::fabs(target.valueFrom(of.raw) - of.value) <= halfStep(target) * 1e-3;
    if (of.unit != target.unit || (of.unit.empty() && !sameScale && of.value != 0.0))
        return leave(of, Leftover::otherUnit, target.unit);
    if (sameScale) return Carried{of.raw, false, {}, {}};
    constexpr double largest = 9e15;
    const double exact = (of.value - target.offset) / target.scale;
    if (!std::isfinite(exact) || std::fabs(exact) > largest) return leave(of, Leftover::tooWide);
    return Carried{target.rawFromValue(of.value), true, {}, {}};
}

/// Where 0 is no amount on either side ("unlimited"), it carries over by what it says.
Carrying carryAmount(const BackedUpRegister& of, const Register& target, bool sameModel) {
    const bool saysNothing = of.word.empty() || sameModel; // as in files of earlier versions
    if (of.raw == 0 && !of.word.empty() && of.word == target.zeroMeans) return Carried{0, false, {}, {}};
    if (of.raw == 0 && !saysNothing) return leave(of, Leftover::otherMeaning, of.word);
    auto carried = carryNumber(of, target);
    if (target.zeroMeans.empty() || sameModel || !carried || carried->raw != 0) return carried;
    LeftRegister refused = left(of, Leftover::outOfRange);
    refused.low = target.valueFrom(1);
    refused.high = target.valueFrom(rangeOf(target).high);
    return tl::make_unexpected(std::move(refused));
}

Carrying carry(const BackedUpRegister& of, const Register& target, Held held, Kinship kinship) {
    if (!of.word.empty() && !target.values.empty()) return carryWord(of, target);
    if (!of.bits.empty() || !target.fields.empty()) {
        if (kinship != Kinship::firmware) return carryBits(of, target, held);
        if (auto whole = wholeBits(of, target)) return std::move(*whole);
        auto carried = carryBits(of, target, held);
        if (carried) carried->left.push_back(outside(of, target, of.raw));
        return carried;
    }
    return carryAmount(of, target, kinship != Kinship::none);
}

const Register* counterpart(const BackedUpRegister& of, const ServoModel& model) {
    if (const Register* named = model.find(of.name)) return named;
    return of.role == Role::none ? nullptr : model.find(of.role);
}

/// The value as the target will hold it, if it can.
Carrying fitted(const BackedUpRegister& of, const Register& target, Held held, Kinship kinship) {
    if (target.access == Access::readOnly) return leave(of, Leftover::readOnly);
    auto carried = carry(of, target, held, kinship);
    if (!carried) return carried;
    if (rangeOf(target).contains(carried->raw)) return carried;
    return tl::make_unexpected(outside(of, target, carried->raw));
}

class Planner {
public:
    Planner(const ServoModel& target, ServoId servo, const RawValues& now, Identity identity, Kinship kinship)
        : target_(target)
        , servo_(servo)
        , now_(now)
        , identity_(identity)
        , kinship_(kinship) {}

    void take(const BackedUpRegister& of) {
        switch (carriageOf(of.name, of.role, of.access)) {
        case Carriage::none:
            return;
        case Carriage::motion:
            plan.left.push_back(left(of, of.role == Role::eepromLock ? Leftover::lock : Leftover::motion));
            return;
        case Carriage::identity:
            takeIdentity(of);
            return;
        case Carriage::setting:
            takeSetting(of);
        }
    }

    RestorePlan plan;

private:
    void takeIdentity(const BackedUpRegister& of) {
        if (identity_ == Identity::keep) return plan.left.push_back(left(of, Leftover::identity));
        const Register* target = counterpart(of, target_);
        if (!target) return plan.left.push_back(left(of, Leftover::registerMissing));
        const auto carried = fitted(of, *target, heldBy(*target), kinship_);
        if (!carried) return plan.left.push_back(carried.error());
        const auto known = now_.find(target->name);
        if (of.role == Role::servoId) {
            if (carried->raw != servo_.value) plan.id = ServoId{static_cast<std::uint8_t>(carried->raw)};
        } else if (known == now_.end() || known->second != carried->raw) {
            plan.baud = baudFromRaw(*target, carried->raw);
        }
    }

    void takeSetting(const BackedUpRegister& of) {
        const Register* target = counterpart(of, target_);
        if (!target) return plan.left.push_back(left(of, Leftover::registerMissing));
        if (actsAtOnce(target_, *target)) return plan.left.push_back(left(of, Leftover::motion));
        const Held known = heldBy(*target);
        const auto carried =
            target->role == Role::operatingMode ? mode(of, *target) : fitted(of, *target, known, kinship_);
        const bool isSo = carried && known == carried->raw;
        if (!isSo && target->isFactory) return plan.left.push_back(left(of, Leftover::factory));
        if (!carried) return plan.left.push_back(carried.error());
        plan.left.insert(plan.left.end(), carried->left.begin(), carried->left.end());
        if (isSo) return plan.equal.push_back(target->name);
        // Torque on at power-on, a second id to obey: such a value is nobody's to bring along.
        if (isMotionValue(*target, carried->raw) || movesByItsNamedBits(*target, carried->raw))
            return plan.left.push_back(left(of, Leftover::motion));
        plan.writes.push_back({target->name, known, carried->raw, carried->converted, of.value,
                               target->valueFrom(carried->raw), target->storage, carried->kept});
    }

    [[nodiscard]] Held heldBy(const Register& target) const {
        const auto known = now_.find(target.name);
        return known == now_.end() ? std::nullopt : Held(known->second);
    }

    Carrying mode(const BackedUpRegister& of, const Register& target) {
        auto carried = fitted(of, target, heldBy(target), kinship_);
        if (carried && !target_.modeFrom(carried->raw)) return leave(of, Leftover::otherMeaning, of.word);
        return carried;
    }

    const ServoModel& target_;
    ServoId servo_;
    const RawValues& now_;
    Identity identity_;
    Kinship kinship_;
};

/// As if the right one's register were to take the left one's value.
Likeness likenessOf(const BackedUpRegister& a, const BackedUpRegister& b, Kinship kinship) {
    // A file of an earlier version may lack the word.
    if (kinship != Kinship::none && a.raw == b.raw && a.bits == b.bits && (a.word.empty() || b.word.empty()))
        return Likeness::same;
    const bool bits = !a.bits.empty() || !b.bits.empty();
    if (bits) {
        // In bits that no field names, else.
        if (kinship == Kinship::firmware && a.raw != b.raw) return Likeness::differs;
        const auto holds = [](const auto& all, const auto& other) {
            return std::all_of(all.begin(), all.end(),
                               [&](const auto& one) { return one.second == 0 || other.contains(one.first); });
        };
        if (!holds(a.bits, b.bits) || !holds(b.bits, a.bits)) return Likeness::notComparable;
        const bool same = std::all_of(a.bits.begin(), a.bits.end(), [&](const auto& one) {
            const auto other = b.bits.find(one.first);
            return one.second == (other == b.bits.end() ? 0 : other->second);
        });
        return same ? Likeness::same : Likeness::differs;
    }
    if (!a.word.empty() || !b.word.empty()) return a.word == b.word ? Likeness::same : Likeness::differs;
    if (a.unit != b.unit) return Likeness::notComparable;
    if (a.raw == b.raw && a.value == b.value) return Likeness::same;
    const auto step = [](const BackedUpRegister& of) {
        return of.raw == 0 ? 0.0 : std::fabs(of.value / static_cast<double>(of.raw));
    };
    const double coarser = std::max(step(a), step(b));
    const bool sameScale = std::fabs(step(a) - step(b)) <= coarser * 1e-6;
    if (sameScale) return std::fabs(a.value - b.value) <= coarser * 0.01 ? Likeness::same : Likeness::differs;
    if (a.unit.empty() && a.raw != 0 && b.raw != 0) return Likeness::notComparable;
    return std::fabs(a.value - b.value) <= coarser * 0.5 ? Likeness::close : Likeness::differs;
}

bool isCompared(const BackedUpRegister& of, const ServoModel* model) {
    const Carriage carriage = carriageOf(of.name, of.role, of.access);
    const Register* known = model ? model->find(std::string_view(of.name)) : nullptr;
    if (known && carriage == Carriage::setting && actsAtOnce(*model, *known)) return false;
    return carriage == Carriage::setting || carriage == Carriage::identity;
}

const BackedUpRegister* counterpart(const BackedUpRegister& of, const ServoBackup& other) {
    if (const auto* named = other.find(of.name)) return named;
    return other.find(of.role);
}

} // namespace

std::string_view toString(Leftover reason) {
    return leftoverWords[static_cast<std::size_t>(reason)];
}

std::string_view toString(Likeness likeness) {
    return likenessWords[static_cast<std::size_t>(likeness)];
}

bool RestorePlan::needsTorqueOff() const {
    return id || baud || std::any_of(writes.begin(), writes.end(), [](const PlannedWrite& write) {
               return write.storage == Storage::eeprom;
           });
}

std::vector<StagedRegister> RestorePlan::staged() const {
    std::vector<StagedRegister> all;
    for (const PlannedWrite& write : writes)
        all.push_back({write.name, write.after});
    return all;
}

RestorePlan planRestore(const ServoBackup& from, const ServoModel& target, ServoId servo,
                        const RawValues& now, Identity identity, std::optional<std::uint32_t> firmware) {
    // A model that stands for a whole series says nothing of what else is the same, nor does no firmware.
    const bool isOne = target.numberMask == 0xFFFF'FFFF;
    const bool sameFirmware = isOne && from.firmware != 0 && from.firmware == firmware;
    const Kinship kinship = kinshipOf(from.model == target.name, sameFirmware);
    Planner planner(target, servo, now, identity, kinship);
    for (const BackedUpRegister& of : from.registers)
        planner.take(of);
    const auto order = [&](const PlannedWrite& write) {
        const Register& of = *target.find(write.name);
        return std::tuple(of.role != Role::operatingMode, of.storage != Storage::eeprom, of.address);
    };
    std::sort(planner.plan.writes.begin(), planner.plan.writes.end(),
              [&](const auto& a, const auto& b) { return order(a) < order(b); });
    return std::move(planner.plan);
}

std::vector<ComparedRegister> compare(const ServoBackup& left, const ServoBackup& right,
                                      const ModelCatalog& models) {
    const auto leftModel = models.find(left.model);
    const auto rightModel = models.find(right.model);
    const Kinship kinship = kinshipOf(left.model == right.model, left.firmware == right.firmware);
    std::vector<ComparedRegister> all;
    for (const BackedUpRegister& of : left.registers) {
        if (!isCompared(of, leftModel.get())) continue;
        const auto* other = counterpart(of, right);
        if (other)
            all.push_back({of.name, likenessOf(of, *other, kinship), of, *other});
        else
            all.push_back({of.name, Likeness::onlyLeft, of, {}});
    }
    for (const BackedUpRegister& of : right.registers)
        if (isCompared(of, rightModel.get()) && !counterpart(of, left))
            all.push_back({of.name, Likeness::onlyRight, {}, of});
    return all;
}

std::vector<PlannedWrite> notHeld(const RestorePlan& plan, const RawValues& now,
                                  std::optional<Storage> storage) {
    std::vector<PlannedWrite> changed;
    for (const PlannedWrite& write : plan.writes) {
        if (storage && write.storage != *storage) continue;
        const auto known = now.find(write.name);
        if (known == now.end() || known->second != write.after) changed.push_back(write);
    }
    return changed;
}

} // namespace servolane::registers
