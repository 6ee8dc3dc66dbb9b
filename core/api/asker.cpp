// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/asker.h"

#include <array>
#include <charconv>

namespace servolane::api {

namespace {

struct Words {
    std::string_view stable;
    std::string_view spoken;
};
constexpr std::array<Words, 4> words{{
    {"window", "window"},
    {"command-line", "command line"},
    {"sequence", "sequence"},
    {"program", "program"},
}};

const Words& wordsOf(Asker asker) {
    return words[static_cast<std::size_t>(asker.kind)];
}

std::string numbered(std::string_view word, std::uint32_t connection) {
    std::string text(word);
    if (connection != 0) text += ' ' + std::to_string(connection);
    return text;
}

} // namespace

std::string toString(Asker asker) {
    return numbered(wordsOf(asker).stable, asker.connection);
}

std::string spoken(Asker asker) {
    return numbered(wordsOf(asker).spoken, asker.connection);
}

std::optional<Asker> askerFrom(std::string_view word) {
    Asker asker;
    const std::size_t space = word.find(' ');
    if (space != std::string_view::npos) {
        const std::string_view number = word.substr(space + 1);
        const char* const end = number.data() + number.size();
        const auto read = std::from_chars(number.data(), end, asker.connection);
        if (read.ec != std::errc{} || read.ptr != end || asker.connection == 0) return std::nullopt;
    }
    for (std::size_t kind = 0; kind < words.size(); ++kind)
        if (words[kind].stable == word.substr(0, space)) {
            asker.kind = static_cast<AskerKind>(kind);
            return asker;
        }
    return std::nullopt;
}

} // namespace servolane::api
