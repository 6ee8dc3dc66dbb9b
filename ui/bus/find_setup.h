// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/discovery.h"
#include "core/bus/discovery.h"
#include "ui/bus/port_choice.h"

#include <functional>
#include <string>
#include <vector>

namespace servolane::ui {

/// What is asked of a search, for every port alike.
struct FindWish {
    std::vector<std::string> paths;
    std::vector<std::string> families; ///< FamilyTraits::name
    bus::SearchDepth depth = bus::SearchDepth::untilFound;
};

/// All that finding servos needs of the rest of the program; without `discovery` the window does not offer
/// it. The functions are called on a worker thread, where they may wait for the system and the disk, save
/// `modelName`.
struct FindSetup {
    api::Discovery* discovery = nullptr; ///< outlives the window
    PortSource ports;
    std::function<PortChoice(const std::string& path)> describe; ///< one that the system does not list
    std::function<std::vector<bus::PortSearchOrder>(const FindWish& wish)> orders;
    std::function<void(const std::string& path, const std::string& name)> rename;
    std::function<void(const std::string& path, bool ticked)> tick;
    std::function<void(const bus::DiscoveryBoard& board)> remember;
    std::function<QString(const std::string& family, std::uint32_t number)> modelName; ///< empty if unknown
};

} // namespace servolane::ui
