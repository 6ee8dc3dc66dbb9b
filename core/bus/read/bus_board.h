// SPDX-License-Identifier: GPL-3.0-or-later
// Read model: the links, how well they run, and what a scan finds. Immutable once published.
#pragma once

#include "core/bus/events.h"
#include "core/kernel/ids.h"

#include <optional>
#include <string>
#include <vector>

namespace servolane::bus {

enum class LinkState : std::uint8_t { open, lost, closed };

struct ScanView {
    bool running = false;
    double done = 0.0; ///< 0…1
    Duration left{};   ///< estimate
    std::uint32_t baud = 0;
    std::vector<ServoFound> found; ///< of the running or the last scan
    std::vector<DuplicateIdSuspected> doubled;
};

struct BusView {
    BusId id;
    LinkSettings link;
    std::string name; ///< alias, or the port's own name
    bool simulated = false;
    LinkState state = LinkState::open;
    Error error;           ///< why it is lost
    LinkMeasured measured; ///< the newest figures
    Time measuredAt{};
    ScanView scan;
    std::optional<RawPacketExchanged> lastRaw; ///< what the newest raw packet brought back
    std::vector<std::string> faults;           ///< injected into a simulated bus and not cleared
};

struct BusBoard {
    Sequence upTo; ///< the last event folded in
    Time at{};
    std::vector<BusView> buses; ///< by id; closed ones are gone

    [[nodiscard]] const BusView* find(BusId id) const {
        for (const BusView& view : buses)
            if (view.id == id) return &view;
        return nullptr;
    }
};

} // namespace servolane::bus
