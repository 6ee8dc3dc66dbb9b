// SPDX-License-Identifier: GPL-3.0-or-later
// Values to and from JSON by their field lists. Reading throws std::exception; whoever includes this header
// turns that into a Result and lets none out.
#pragma once

#include "core/kernel/hex.h"
#include "drivers/json/event_fields.h"
#include "drivers/json/json_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace servolane::drivers {

using nlohmann::json;

template <class T>
concept HasFields = !std::is_same_v<std::remove_const_t<decltype(fields<T>)>, std::nullptr_t>;

/// Finds or makes the model that an axis names.
using ModelLookup = std::function<std::shared_ptr<const registers::ServoModel>(
    const std::string& name, const std::string& family, std::uint32_t number)>;

struct JsonWriter {
    template <class T>
    json operator()(const T& value) const {
        if constexpr (HasFields<T>)
            return object(value);
        else if constexpr (std::is_enum_v<T>)
            return std::string{wordOf(value)};
        else
            return write(value);
    }

private:
    template <class T>
    json object(const T& value) const {
        json result = json::object();
        std::apply([&](const auto&... each) { ((result[each.name] = (*this)(value.*each.member)), ...); },
                   fields<T>);
        return result;
    }

    static json write(bool value) { return value; }
    static json write(api::Asker asker) { return api::toString(asker); }
    static json write(const std::string& value) { return value; }
    template <std::integral T>
    static json write(T value) {
        return value;
    }
    /// JSON has no word for numbers that are none.
    static json write(double value) {
        if (std::isfinite(value)) return value;
        return std::isnan(value) ? "nan" : (value > 0 ? "inf" : "-inf");
    }
    template <class Tag, class Rep>
    static json write(Id<Tag, Rep> id) {
        return id.value;
    }
    template <class Tag>
    static json write(Quantity<Tag> quantity) {
        return write(quantity.value);
    }
    template <class Unit>
    json write(const Range<Unit>& range) const {
        return json::array({(*this)(range.low), (*this)(range.high)});
    }
    static json write(Duration span) { return span.count(); }
    template <class Timeline>
    static json write(std::chrono::time_point<Timeline, Duration> time) {
        return time.time_since_epoch().count();
    }
    template <class T>
    json write(const std::optional<T>& value) const {
        return value ? (*this)(*value) : json{};
    }
    template <class T>
    json write(const std::vector<T>& values) const {
        json result = json::array();
        for (const auto& value : values)
            result.push_back((*this)(value));
        return result;
    }
    /// "FF FF FD 00": as people write them.
    static json write(const Bytes& bytes) { return hexText(bytes); }
    static json write(const access::Kinds& kinds) { return kinds; }
    json write(const std::shared_ptr<const motion::Machine>& machine) const { return (*this)(*machine); }
    /// One entry per channel.
    template <class T, std::size_t size>
    json write(const std::array<T, size>& values) const {
        json result = json::array();
        for (const auto& value : values)
            result.push_back((*this)(value));
        return result;
    }
    json write(const std::shared_ptr<const motion::Axis>& axis) const { return (*this)(*axis); }
    /// By name; the register map stands once in the table of models.
    json write(const std::shared_ptr<const registers::ServoModel>& model) const {
        return {{"name", model->name}, {"family", model->family}, {"number", model->number}};
    }
};

struct JsonReader {
    const ModelLookup& models;

    template <class T>
    void operator()(const json& from, T& into) const {
        if constexpr (HasFields<T>)
            object(from, into);
        else if constexpr (std::is_enum_v<T>)
            into = wordTo<T>(from.get_ref<const std::string&>());
        else
            read(from, into);
    }

    /// What goes wrong inside of a member is told with its name: "link: line: baud: a number is out of
    /// range".
    template <class Read>
    static void named(const char* name, Read&& read) {
        try {
            read();
        } catch (const std::exception& problem) {
            throw std::invalid_argument(std::string(name) + ": " + problem.what());
        }
    }

private:
    template <class T>
    void object(const json& from, T& into) const {
        if (!from.is_object()) throw std::invalid_argument("an object is expected");
        const auto one = [&](const auto& each) {
            const auto found = from.find(each.name);
            if (found != from.end()) named(each.name, [&] { (*this)(*found, into.*each.member); });
        };
        std::apply([&](const auto&... each) { (one(each), ...); }, fields<T>);
    }

    static void read(const json& from, bool& into) { into = from.get<bool>(); }
    static void read(const json& from, api::Asker& into) {
        const auto& word = from.get_ref<const std::string&>();
        const auto asker = api::askerFrom(word);
        if (!asker) throw std::invalid_argument("unknown word '" + word + "'");
        into = *asker;
    }
    static void read(const json& from, std::string& into) { into = from.get<std::string>(); }
    template <std::integral T>
    static void read(const json& from, T& into) {
        const bool small = from.is_number_unsigned() ? std::in_range<T>(from.get<std::uint64_t>())
                                                     : std::in_range<T>(from.get<std::int64_t>());
        if (!from.is_number_integer() || !small) throw std::out_of_range("a number is out of range");
        into = from.get<T>();
    }
    static void read(const json& from, double& into) {
        if (from.is_number()) {
            into = from.get<double>();
            return;
        }
        const auto& word = from.get_ref<const std::string&>();
        const double infinity = std::numeric_limits<double>::infinity();
        into = word == "inf"    ? infinity
               : word == "-inf" ? -infinity
                                : std::numeric_limits<double>::quiet_NaN();
    }
    template <class Tag, class Rep>
    static void read(const json& from, Id<Tag, Rep>& into) {
        read(from, into.value);
    }
    template <class Tag>
    static void read(const json& from, Quantity<Tag>& into) {
        read(from, into.value);
    }
    template <class Unit>
    void read(const json& from, Range<Unit>& into) const {
        (*this)(from.at(0), into.low);
        (*this)(from.at(1), into.high);
    }
    static void read(const json& from, Duration& into) { into = Duration{from.get<std::int64_t>()}; }
    template <class Timeline>
    static void read(const json& from, std::chrono::time_point<Timeline, Duration>& into) {
        into = std::chrono::time_point<Timeline, Duration>{Duration{from.get<std::int64_t>()}};
    }
    template <class T>
    void read(const json& from, std::optional<T>& into) const {
        if (from.is_null())
            into.reset();
        else
            (*this)(from, into.emplace());
    }
    template <class T>
    void read(const json& from, std::vector<T>& into) const {
        into.assign(from.size(), T{});
        for (std::size_t i = 0; i < from.size(); ++i)
            (*this)(from.at(i), into[i]);
    }
    static void read(const json& from, Bytes& into) {
        std::istringstream words(from.get<std::string>());
        into.clear();
        for (std::string word; words >> word;) {
            unsigned value = 0;
            const auto end = word.data() + word.size();
            const auto [stop, problem] = std::from_chars(word.data(), end, value, 16);
            if (problem != std::errc{} || stop != end || value > 255) throw std::invalid_argument("no bytes");
            into.push_back(static_cast<std::uint8_t>(value));
        }
    }
    static void read(const json& from, access::Kinds& into) {
        into.clear();
        for (const json& kind : from)
            into.insert(kind.get<std::string>());
    }
    void read(const json& from, std::shared_ptr<const motion::Machine>& into) const {
        auto machine = std::make_shared<motion::Machine>();
        (*this)(from, *machine);
        into = std::move(machine);
    }
    /// A file of an older program has fewer channels, one of a newer program more.
    template <class T, std::size_t size>
    void read(const json& from, std::array<T, size>& into) const {
        for (std::size_t i = 0; i < std::min(from.size(), into.size()); ++i)
            (*this)(from.at(i), into[i]);
    }
    void read(const json& from, std::shared_ptr<const motion::Axis>& into) const {
        auto axis = std::make_shared<motion::Axis>();
        (*this)(from, *axis);
        if (!axis->model) throw std::invalid_argument("an axis without a model");
        into = std::move(axis);
    }
    void read(const json& from, std::shared_ptr<const registers::ServoModel>& into) const {
        std::uint32_t number = 0;
        read(from.at("number"), number);
        into = models(from.at("name").get<std::string>(), from.at("family").get<std::string>(), number);
    }
};

} // namespace servolane::drivers
