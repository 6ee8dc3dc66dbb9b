// SPDX-License-Identifier: GPL-3.0-or-later
// Who may command what, as data. Plain values, safe on any thread.
#pragma once

#include "core/api/asker.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace servolane::access {

enum class Role : std::uint8_t { viewer, lineOperator, engineer };
/// Stable words: "viewer", "operator", "engineer".
[[nodiscard]] std::string_view toString(Role role);
[[nodiscard]] std::optional<Role> roleFrom(std::string_view word);

/// Asks the write model of another process.
[[nodiscard]] bool isClient(api::Asker asker);
/// Who never chose a role is an engineer; a client may do no more than `clientsMost`.
[[nodiscard]] Role effectiveRole(const std::map<api::Asker, Role>& chosen, Role clientsMost,
                                 api::Asker asker);

/// Kinds of commands by the names of their types: "MoveAxis".
using Kinds = std::set<std::string, std::less<>>;

/// What viewers and operators may send. Three rules stand above the lists: an engineer may send everything;
/// anyone may stop and choose a role, and an operator may reset the stop; what isOfEngineers stays with them.
struct Rights {
    Kinds viewer;
    Kinds lineOperator;

    [[nodiscard]] bool allows(Role role, std::string_view kind) const;
    friend bool operator==(const Rights&, const Rights&) = default;
};

/// A viewer looks and reads; an operator also ends motion, resets the stop and records.
[[nodiscard]] const Rights& defaultRights();
/// Raw packets, what arms them, and who may do what: no list gives these away.
[[nodiscard]] bool isOfEngineers(std::string_view kind);

} // namespace servolane::access
