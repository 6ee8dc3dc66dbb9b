// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/json_file.h"

#include "drivers/catalog/object_reader.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace servolane::drivers::catalog {

namespace {

constexpr std::uintmax_t largestFile = 4 * 1024 * 1024;

void note(Problems& problems, const std::filesystem::path& path, std::string expected, std::string found) {
    problems.push_back({{path.string(), ""}, 0, 0, std::move(expected), std::move(found)});
}

/// Anything else by that name may block or never end.
bool isFile(const std::filesystem::path& path, Problems& problems) {
    std::error_code failed;
    const auto status = std::filesystem::status(path, failed);
    if (std::filesystem::is_regular_file(status)) return true;
    std::string found = "something else";
    if (std::filesystem::is_directory(status))
        found = "a folder";
    else if (status.type() == std::filesystem::file_type::not_found)
        found = "a link that leads nowhere";
    else if (failed)
        found = failed.message();
    note(problems, path, "a readable file", found);
    return false;
}

std::optional<std::string> readText(const std::filesystem::path& path, Problems& problems) {
    if (!isFile(path, problems)) return std::nullopt;
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (!failed && size > largestFile) {
        note(problems, path, "a file of at most 4 MB", std::to_string(size) + " bytes");
        return std::nullopt;
    }
    std::ifstream stream(path, std::ios::binary);
    // A stream catches what its buffer throws, an iterator over that buffer does not.
    std::string text(failed ? 0 : static_cast<std::size_t>(size), '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    const bool whole = stream.is_open() && !stream.bad() && !failed;
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    if (whole) return text;
    note(problems, path, "a readable file", failed ? failed.message() : "no access");
    return std::nullopt;
}

/// The parser's own words after its position: "syntax error while parsing value - unexpected …".
std::string reasonOf(const nlohmann::json::exception& error) {
    const std::string text = error.what();
    const auto colon = text.find(": ");
    if (colon != std::string::npos) return text.substr(colon + 2);
    const auto bracket = text.find("] ");
    return bracket == std::string::npos ? text : text.substr(bracket + 2);
}

CatalogProblem syntaxProblem(const std::filesystem::path& path, const std::string& text,
                             const nlohmann::json::parse_error& error) {
    const std::size_t end = std::min(error.byte > 0 ? error.byte - 1 : 0, text.size());
    const auto before = std::string_view(text).substr(0, end);
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const auto lineStart = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return {{path.string(), ""}, lines + 1, end - lineStart + 1, "JSON", reasonOf(error)};
}

/// Follows the parser and notes a key that an object has twice: the parser keeps the last one, the person who
/// wrote the file may mean the other.
class TwinKeys {
public:
    TwinKeys(const std::filesystem::path& path, Problems& problems)
        : path_(path)
        , problems_(problems) {}

    void see(nlohmann::json::parse_event_t event, const nlohmann::json& parsed) {
        using Event = nlohmann::json::parse_event_t;
        switch (event) {
        case Event::object_start:
        case Event::array_start:
            countElement();
            open_.push_back({{}, {}, event == Event::array_start, 0});
            return;
        case Event::object_end:
        case Event::array_end:
            open_.pop_back();
            return;
        case Event::key:
            seeKey(parsed.get<std::string>());
            return;
        case Event::value:
            countElement();
        }
    }

private:
    struct Open {
        std::map<std::string, bool> keys; ///< and whether it was told that they stand twice
        std::string key;                  ///< whose value is being read
        bool isList = false;
        std::size_t elements = 0; ///< begun so far
    };

    void countElement() {
        if (!open_.empty() && open_.back().isList) ++open_.back().elements;
    }

    void seeKey(std::string key) {
        Open& object = open_.back();
        const auto [place, isNew] = object.keys.try_emplace(key, false);
        object.key = std::move(key);
        if (isNew || std::exchange(place->second, true)) return;
        Place where{path_.string(), ""};
        for (const Open& each : open_)
            where = where.at(each.isList ? std::to_string(each.elements - 1) : each.key);
        problems_.push_back(
            {std::move(where), 0, 0, "a key that stands once", '"' + object.key + "\" twice"});
    }

    const std::filesystem::path& path_;
    Problems& problems_;
    std::vector<Open> open_;
};

} // namespace

std::optional<nlohmann::json> readJsonFile(const std::filesystem::path& path, Problems& problems) {
    const auto text = readText(path, problems);
    if (!text) return std::nullopt;
    try {
        const std::size_t before = problems.size();
        TwinKeys twins(path, problems);
        auto content = nlohmann::json::parse(
            *text, [&](int, nlohmann::json::parse_event_t event, const nlohmann::json& parsed) {
                twins.see(event, parsed);
                return true;
            });
        if (problems.size() > before) return std::nullopt;
        if (content.is_object()) return content;
        problems.push_back({{path.string(), ""}, 0, 0, "an object", shown(content)});
    } catch (const nlohmann::json::parse_error& error) {
        problems.push_back(syntaxProblem(path, *text, error));
    } catch (const nlohmann::json::exception& error) {
        // A number beyond what a double holds is no syntax error, and is not told with its place.
        problems.push_back({{path.string(), ""}, 0, 0, "JSON with numbers up to 1.8e308", reasonOf(error)});
    }
    return std::nullopt;
}

} // namespace servolane::drivers::catalog
