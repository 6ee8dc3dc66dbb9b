// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/object_reader.h"

#include <algorithm>
#include <cmath>

namespace servolane::drivers::catalog {

namespace {

constexpr std::size_t longestShown = 60;

} // namespace

const nlohmann::json& objectOrEmpty(const nlohmann::json& value) {
    static const nlohmann::json empty = nlohmann::json::object();
    return value.is_object() ? value : empty;
}

std::string shown(const nlohmann::json& value) {
    std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.size() > longestShown) text.replace(longestShown, std::string::npos, "…");
    return text;
}

ObjectReader::ObjectReader(const nlohmann::json& value, Place place, Problems& problems)
    : object_(&objectOrEmpty(value))
    , place_(std::move(place))
    , problems_(problems) {
    if (!value.is_object()) note(place_, "an object", value);
}

std::optional<std::string> ObjectReader::text(const char* key) {
    const auto* value = member(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_string()) return value->get<std::string>();
    note(placeOf(key), "a text", *value);
    return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::integer(const char* key, Range range) {
    const auto* value = member(key);
    if (value == nullptr) return std::nullopt;
    // Beyond 63 bits the number is stored unsigned and would wrap.
    const bool fits = value->is_number_integer() &&
                      !(value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX);
    if (fits && value->get<std::int64_t>() >= range.least && value->get<std::int64_t>() <= range.most) {
        return value->get<std::int64_t>();
    }
    note(placeOf(key), "an integer from " + std::to_string(range.least) + " to " + std::to_string(range.most),
         *value);
    return std::nullopt;
}

std::optional<double> ObjectReader::number(const char* key) {
    const auto* value = member(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
    note(placeOf(key), "a number", *value);
    return std::nullopt;
}

std::optional<bool> ObjectReader::flag(const char* key) {
    const auto* value = member(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    note(placeOf(key), "true or false", *value);
    return std::nullopt;
}

const nlohmann::json* ObjectReader::member(const char* key) {
    asked_.push_back(key);
    const auto found = object_->find(key);
    return found == object_->end() || found->is_null() ? nullptr : &*found;
}

void ObjectReader::require(const char* key, const std::string& expected) {
    if (member(key) == nullptr) problems_.push_back({placeOf(key), 0, 0, expected, "nothing"});
}

void ObjectReader::rejectOthers() {
    for (const auto& [key, value] : object_->items()) {
        if (std::ranges::count(asked_, key) == 0)
            problems_.push_back({place_.at(key), 0, 0, "a known key", '"' + key + '"'});
    }
}

void ObjectReader::note(const Place& where, std::string expected, const nlohmann::json& found) {
    problems_.push_back({where, 0, 0, std::move(expected), shown(found)});
}

} // namespace servolane::drivers::catalog
