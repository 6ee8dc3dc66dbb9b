// SPDX-License-Identifier: GPL-3.0-or-later
// Takes typed members out of a JSON object and notes what is not as it should be.
#pragma once

#include "drivers/catalog/catalog_problem.h"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace servolane::drivers::catalog {

/// One object, read once. Members that are absent or null give nothing; wrong ones give nothing and a
/// problem.
class ObjectReader {
public:
    struct Range {
        std::int64_t least;
        std::int64_t most;
    };

    /// All references outlive the reader. What is not an object is noted and read as an empty one.
    ObjectReader(const nlohmann::json& value, Place place, Problems& problems);

    [[nodiscard]] std::optional<std::string> text(const char* key);
    [[nodiscard]] std::optional<std::int64_t> integer(const char* key, Range range);
    [[nodiscard]] std::optional<double> number(const char* key);
    [[nodiscard]] std::optional<bool> flag(const char* key);
    /// What a word stands for; `otherwise` if it is absent or none of them.
    template <class Choice, std::size_t count>
    [[nodiscard]] Choice choice(const char* key, Choice otherwise,
                                const std::array<std::pair<std::string_view, Choice>, count>& choices) {
        const auto word = text(key);
        if (!word) return otherwise;
        std::string expected;
        for (const auto& [name, meant] : choices) {
            if (*word == name) return meant;
            expected += (expected.empty() ? "" : " or ") + std::string(name);
        }
        note(placeOf(key), std::move(expected), *word);
        return otherwise;
    }
    /// nullptr if absent.
    [[nodiscard]] const nlohmann::json* member(const char* key);
    /// Notes the member as missing.
    void require(const char* key, const std::string& expected);
    /// Notes every member that none of the calls above has asked for: most likely a slip of the pen.
    void rejectOthers();

    void note(const Place& where, std::string expected, const nlohmann::json& found);
    [[nodiscard]] Place placeOf(const char* key) const { return place_.at(key); }
    [[nodiscard]] const Place& place() const { return place_; }

private:
    const nlohmann::json* object_;
    Place place_;
    Problems& problems_;
    std::vector<std::string_view> asked_; ///< keys are literals
};

/// The value itself if it is an object, else an empty one.
[[nodiscard]] const nlohmann::json& objectOrEmpty(const nlohmann::json& value);
/// As it stands in the file, shortened.
[[nodiscard]] std::string shown(const nlohmann::json& value);

} // namespace servolane::drivers::catalog
