// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workstation/port_memory.h"
#include "core/bus/discovery.h"
#include "drivers/catalog/adapter_catalog.h"
#include "drivers/transport/port_list.h"

#include <optional>
#include <string>
#include <vector>

namespace servolane::app {

/// A port with all that is known of it.
struct ListedPort {
    drivers::PortDescription port;
    std::string name; ///< the user's, else that of the adapter, else what kind of port it is
    std::string usb;  ///< "0403:6014"; empty: not on a USB
    std::string note; ///< a sentence on what stands behind it; may be empty
    drivers::catalog::SearchHabit habit = drivers::catalog::SearchHabit::ifAsked;
    bool ticked = false;               ///< a search begins with it
    std::vector<std::string> families; ///< that may be asked on it; empty: nothing is sent to it
    PortHabits habits;
    std::optional<KnownPort> last; ///< how it was used last
};

/// What is asked of a search, for every port alike.
struct SearchChoice {
    std::vector<std::string> families; ///< empty: all that the port takes
    std::vector<std::uint32_t> rates;  ///< empty: all
    bus::SearchDepth depth = bus::SearchDepth::untilFound;
    std::optional<bus::LineFrame> frame = std::nullopt; ///< absent: those of each family
};

/// The ports of this machine by names that people recognise, and how each is searched: the system's list, the
/// adapters that are known by their numbers, and what is remembered. Any thread; may wait for the disk.
class PortBook {
public:
    /// `memory` outlives the book.
    PortBook(drivers::catalog::AdapterCatalog adapters, const PortMemory& memory)
        : adapters_(std::move(adapters))
        , memory_(memory) {}

    [[nodiscard]] std::vector<ListedPort> list() const;
    /// One by its path, listed or not.
    [[nodiscard]] ListedPort describe(const std::string& path) const;
    /// What a search of this port asks: last known settings first. Without families: nothing may be sent to
    /// it.
    [[nodiscard]] bus::PortSearchOrder orderFor(const ListedPort& port, const SearchChoice& choice) const;

    /// Errors: as PortMemory::keepHabits.
    [[nodiscard]] Result<void> rename(const std::string& path, const std::string& alias) const;
    [[nodiscard]] Result<void> tick(const std::string& path, bool ticked) const;
    [[nodiscard]] Result<void> noteFound(const bus::DiscoveryBoard& board) const;

private:
    [[nodiscard]] ListedPort known(drivers::PortDescription port) const;

    drivers::catalog::AdapterCatalog adapters_;
    const PortMemory& memory_;
};

} // namespace servolane::app
