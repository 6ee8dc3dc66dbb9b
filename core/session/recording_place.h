// SPDX-License-Identifier: GPL-3.0-or-later
// How a rejection says that a recording may not lie where it was to lie: its subject is these words and the
// folder where it might.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace servolane::session {

inline constexpr std::string_view outsideWords = "path outside of ";

/// The folder of such a subject; absent: it speaks of something else.
[[nodiscard]] inline std::optional<std::string> folderOfSubject(std::string_view subject) {
    if (!subject.starts_with(outsideWords)) return std::nullopt;
    return std::string(subject.substr(outsideWords.size()));
}

} // namespace servolane::session
