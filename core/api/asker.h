// SPDX-License-Identifier: GPL-3.0-or-later
// Who asks. A header of its own, so that events can name their asker without knowing commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace servolane::api {

enum class AskerKind : std::uint8_t { window, commandLine, sequence, program };

/// One who asks: leases, arming and roles are his alone, not those of all of his kind.
struct Asker {
    AskerKind kind = AskerKind::window;
    /// Counted from 1 by the process that owns the buses, one for each connection of another process; 0: that
    /// process itself.
    std::uint32_t connection = 0;

    static const Asker window;
    static const Asker commandLine; ///< in a process of its own
    static const Asker sequence;
    static const Asker program;
    friend constexpr bool operator==(const Asker&, const Asker&) = default;
    friend constexpr bool operator<(const Asker& a, const Asker& b) {
        return a.kind != b.kind ? a.kind < b.kind : a.connection < b.connection;
    }
};
inline constexpr Asker Asker::window{AskerKind::window};
inline constexpr Asker Asker::commandLine{AskerKind::commandLine};
inline constexpr Asker Asker::sequence{AskerKind::sequence};
inline constexpr Asker Asker::program{AskerKind::program};

/// Stable words of journals and JSON: "window", "command-line", and with its connection "command-line 2".
[[nodiscard]] std::string toString(Asker asker);
/// The same for people: "command line 2".
[[nodiscard]] std::string spoken(Asker asker);
/// What toString() wrote; absent if it is none of its words.
[[nodiscard]] std::optional<Asker> askerFrom(std::string_view word);

} // namespace servolane::api
