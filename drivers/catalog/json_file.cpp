// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/json_file.h"

#include "drivers/catalog/object_reader.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace servolane::drivers::catalog {

namespace {

constexpr std::uintmax_t largestFile = 4 * 1024 * 1024;

std::optional<std::string> readText(const std::filesystem::path& path, Problems& problems) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (!failed && size > largestFile) {
        problems.push_back(
            {{path.string(), ""}, 0, 0, "a file of at most 4 MB", std::to_string(size) + " bytes"});
        return std::nullopt;
    }
    std::ifstream stream(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (stream.is_open() && !failed) return text;
    problems.push_back(
        {{path.string(), ""}, 0, 0, "a readable file", failed ? failed.message() : "no access"});
    return std::nullopt;
}

/// The parser's own words after its position: "syntax error while parsing value - unexpected …".
std::string reasonOf(const nlohmann::json::parse_error& error) {
    const std::string text = error.what();
    const auto colon = text.find(": ");
    return colon == std::string::npos ? text : text.substr(colon + 2);
}

CatalogProblem syntaxProblem(const std::filesystem::path& path, const std::string& text,
                             const nlohmann::json::parse_error& error) {
    const std::size_t end = std::min(error.byte > 0 ? error.byte - 1 : 0, text.size());
    const auto before = std::string_view(text).substr(0, end);
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const auto lineStart = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return {{path.string(), ""}, lines + 1, end - lineStart + 1, "JSON", reasonOf(error)};
}

} // namespace

std::optional<nlohmann::json> readJsonFile(const std::filesystem::path& path, Problems& problems) {
    const auto text = readText(path, problems);
    if (!text) return std::nullopt;
    try {
        auto content = nlohmann::json::parse(*text);
        if (content.is_object()) return content;
        problems.push_back({{path.string(), ""}, 0, 0, "an object", shown(content)});
    } catch (const nlohmann::json::parse_error& error) {
        problems.push_back(syntaxProblem(path, *text, error));
    }
    return std::nullopt;
}

} // namespace servolane::drivers::catalog
