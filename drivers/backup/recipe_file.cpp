// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/backup/recipe_file.h"

#include "drivers/catalog/json_file.h"
#include "drivers/catalog/object_reader.h"

#include <set>

namespace servolane::drivers::backup {

using catalog::ObjectReader;
using catalog::Place;
using catalog::Problems;
using nlohmann::json;
using registers::RecipeServo;
using registers::RecipeSettings;
using registers::RecipeValue;

namespace {

constexpr int recipeSchema = 1;
constexpr const char* recipeKind = "servolane-recipe";

std::optional<RecipeValue> valueFrom(const json& value) {
    if (value.is_number()) return RecipeValue{value.get<double>()};
    if (value.is_string()) return RecipeValue{value.get<std::string>()};
    if (!value.is_object()) return std::nullopt;
    std::map<std::string, std::int64_t, std::less<>> bits;
    for (const auto& [name, bit] : value.items()) {
        if (!bit.is_boolean() && !bit.is_number_unsigned()) return std::nullopt;
        bits[name] = bit.is_boolean() ? (bit.get<bool>() ? 1 : 0) : bit.get<std::int64_t>();
    }
    return RecipeValue{std::move(bits)};
}

RecipeSettings settingsFrom(ObjectReader& object, const char* key) {
    RecipeSettings settings;
    const json* members = object.member(key);
    if (!members) return settings;
    if (!members->is_object()) object.note(object.placeOf(key), "an object", *members);
    for (const auto& [name, value] : catalog::objectOrEmpty(*members).items()) {
        if (auto read = valueFrom(value))
            settings.emplace(name, std::move(*read));
        else
            object.note(object.placeOf(key).at(name),
                        "a number, the name of a value, or an object of bit fields", value);
    }
    return settings;
}

RecipeServo recipeServoFrom(const json& value, const Place& place, Problems& problems) {
    ObjectReader object(value, place, problems);
    RecipeServo servo;
    object.require("id", "the id under which the servo answers now");
    servo.id = {static_cast<std::uint8_t>(object.integer("id", {0, 252}).value_or(0))};
    if (const auto id = object.integer("new_id", {0, 252}))
        servo.newId = ServoId{static_cast<std::uint8_t>(*id)};
    servo.model = object.text("model").value_or("");
    servo.name = object.text("name").value_or("");
    servo.settings = settingsFrom(object, "settings");
    object.rejectOthers();
    return servo;
}

registers::Recipe recipeFrom(const json& document, const std::string& file, Problems& problems) {
    registers::Recipe recipe;
    ObjectReader object(document, {file, ""}, problems);
    object.require("kind", "\"servolane-recipe\"");
    object.require("schema", "1");
    const auto kind = object.text("kind");
    if (kind && *kind != recipeKind) object.note(object.placeOf("kind"), "\"servolane-recipe\"", *kind);
    if (kind != recipeKind || !object.integer("schema", {recipeSchema, recipeSchema})) return recipe;
    recipe.all = settingsFrom(object, "all");
    object.require("servos", "a list");
    const json* servos = object.member("servos");
    if (servos && !servos->is_array()) object.note(object.placeOf("servos"), "a list", *servos);
    std::set<std::uint8_t> ids;
    for (std::size_t i = 0; servos && servos->is_array() && i < servos->size(); ++i) {
        const Place place = object.placeOf("servos").at(std::to_string(i));
        recipe.servos.push_back(recipeServoFrom((*servos)[i], place, problems));
        const std::uint8_t id = recipe.servos.back().id.value;
        if (!ids.insert(id).second)
            object.note(place.at("id"), "an id that no other servo of the recipe has", id);
    }
    object.rejectOthers();
    return recipe;
}

} // namespace

Result<registers::Recipe> readRecipe(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return failure(ErrorCode::notFound, "there is no file " + file.string());
    Problems problems;
    const auto document = catalog::readJsonFile(file, problems);
    registers::Recipe recipe;
    if (document) recipe = recipeFrom(*document, file.string(), problems);
    if (!problems.empty()) return tl::make_unexpected(catalog::errorOf(problems));
    return recipe;
}

} // namespace servolane::drivers::backup
