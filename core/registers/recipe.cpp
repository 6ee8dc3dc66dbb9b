// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/recipe.h"

#include <algorithm>
#include <cmath>

namespace servolane::registers {

namespace {

/// Large enough for every register, small enough to be whole.
constexpr double largestRaw = 9e15;

/// The register's own name of what `word` says. A mode may be named by its stable word, too.
std::string nameOfValue(const Register& of, const std::string& word, const ServoModel& model) {
    if (of.role != Role::operatingMode) return word;
    const auto mode = operatingModeFrom(word);
    const auto code = mode ? model.modeCode(*mode) : std::nullopt;
    for (const NamedValue& named : of.values)
        if (code == named.value) return named.name;
    return word;
}

void put(BackedUpRegister& into, const Register& of, double value) {
    const double exact = std::clamp((value - of.offset) / of.scale, -largestRaw, largestRaw);
    into.raw = static_cast<std::int64_t>(std::llround(exact));
    into.value = of.valueFrom(into.raw);
}

void put(BackedUpRegister& into, const Register& of, const std::string& word) {
    into.word = word;
    for (const NamedValue& named : of.values)
        if (named.name == word) into.raw = named.value;
    if (word == of.zeroMeans) into.raw = 0;
    into.value = of.valueFrom(into.raw);
}

void put(BackedUpRegister& into, const Register& of,
         const std::map<std::string, std::int64_t, std::less<>>& bits) {
    into.bits = bits;
    for (const BitField& field : of.fields)
        into.bits.emplace(field.name, 0);
}

BackedUpRegister wanted(const std::string& name, const RecipeValue& value, const ServoModel& model) {
    BackedUpRegister made;
    made.name = name;
    made.access = Access::readWrite;
    const Register* of = model.find(std::string_view(name));
    if (!of) {
        if (const auto* number = std::get_if<double>(&value)) made.value = *number;
        return made;
    }
    made.role = of->role;
    made.address = of->address;
    made.size = of->size;
    made.unit = of->unit;
    if (const auto* word = std::get_if<std::string>(&value))
        put(made, *of, nameOfValue(*of, *word, model));
    else
        std::visit([&](const auto& one) { put(made, *of, one); }, value);
    // A number for a register of bit fields is all of them.
    if (std::holds_alternative<double>(value) && !of->fields.empty())
        made.bits = backedUp(*of, made.raw).bits;
    return made;
}

} // namespace

ServoBackup wantedOf(const Recipe& recipe, const RecipeServo& servo, const ServoModel& model) {
    ServoBackup made;
    made.family = model.family;
    made.model = model.name;
    made.modelNumber = model.number;
    made.servo = servo.id;
    made.axis = servo.name;
    RecipeSettings settings = servo.settings;
    settings.insert(recipe.all.begin(), recipe.all.end());
    for (const auto& [name, value] : settings)
        made.registers.push_back(wanted(name, value, model));
    return made;
}

} // namespace servolane::registers
