// SPDX-License-Identifier: GPL-3.0-or-later
// What the write side must remember of links to decide about them: folded from events alone. Core thread
// only.
#pragma once

#include "core/api/event.h"

#include <map>
#include <set>
#include <string_view>

namespace servolane::bus {

enum class LinkPhase : std::uint8_t { opening, open, lost };

struct LinkEntry {
    LinkSettings settings;
    LinkPhase phase = LinkPhase::opening;
    CommandId opener; ///< the command that opens it
    bool simulated = false;
    bool scanning = false;
    std::set<AxisId> guarded; ///< whose bus watchdog is armed: they must be spoken to at this rate
    friend bool operator==(const LinkEntry&, const LinkEntry&) = default;
};

struct BusState {
    BusId last;                       ///< the highest id given away
    CommandId opener;                 ///< the newest accepted command to open a link
    std::map<BusId, LinkEntry> links; ///< closed ones are gone
    StopGeneration stop;              ///< the newest
    bool latched = false;             ///< raw packets do not go out

    [[nodiscard]] const LinkEntry* find(BusId id) const;
    /// The link that holds this path; {} if none does.
    [[nodiscard]] BusId findPath(std::string_view path) const;
    friend bool operator==(const BusState&, const BusState&) = default;
};

/// Folds one event; those of other contexts leave the state as it is.
void evolve(BusState& state, const api::EventBody& event, Time at);

} // namespace servolane::bus
