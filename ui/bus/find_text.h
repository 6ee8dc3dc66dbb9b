// SPDX-License-Identifier: GPL-3.0-or-later
// What a search for servos is told with.
#pragma once

#include "core/bus/discovery.h"
#include "ui/bus/port_choice.h"

#include <QtCore/QString>
#include <vector>

namespace servolane::ui {

/// "34 % · about 12 s left", "3 servos", "No answer"; of a port that was not searched: what could be done.
[[nodiscard]] QString searchText(const PortChoice& port, const bus::PortSearchView* view, bool connectedHere);
/// "57.6 kbit/s", with the frame where it is not the usual one.
[[nodiscard]] QString rateText(std::uint32_t baud, bus::LineFrame frame);

/// One sentence on the whole search.
[[nodiscard]] QString outcomeText(const bus::DiscoveryBoard& board);

/// What is connected where servos were found: the family, rate and frame of most of them.
struct FoundLink {
    std::string path;
    std::string family;
    std::uint32_t baud = 0;
    std::size_t servos = 0;
    std::size_t elsewhere = 0; ///< servos of the port that answer otherwise
    bus::LineFrame frame{};
    friend bool operator==(const FoundLink&, const FoundLink&) = default;
};
/// One for each port on which somebody answered.
[[nodiscard]] std::vector<FoundLink> foundLinks(const bus::DiscoveryBoard& board);

} // namespace servolane::ui
