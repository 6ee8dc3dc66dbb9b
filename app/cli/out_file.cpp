// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/out_file.h"

#include <array>
#include <fstream>
#include <string_view>

namespace servolane::cli {

std::optional<Failure> refusalToReplace(const std::string& path) {
    // The beginning of every SQLite file: https://www.sqlite.org/fileformat.html, 1.3.1
    constexpr std::string_view databaseMark("SQLite format 3\0", 16);
    std::array<char, databaseMark.size()> begin{};
    std::ifstream file(path, std::ios::binary);
    if (!file.read(begin.data(), begin.size()) ||
        std::string_view(begin.data(), begin.size()) != databaseMark)
        return std::nullopt;
    return Failure{Codes::of(ErrorCode::invalid),
                   path + " is a recording or a journal, and is not replaced",
                   "choose another file",
                   {}};
}

} // namespace servolane::cli
