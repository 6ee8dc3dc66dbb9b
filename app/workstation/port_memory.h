// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/commands.h"
#include "core/bus/discovery.h"
#include "core/kernel/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace servolane::app {

/// How a port was last used.
struct KnownPort {
    std::string protocol;
    bus::LineSettings line; ///< `path` stays empty: it is the key
    double pollRate = bus::LinkSettings{}.pollRate;
    double slowInterval = bus::LinkSettings{}.slowInterval;
    bus::PollPlan plan;
    friend bool operator==(const KnownPort&, const KnownPort&) = default;
};
[[nodiscard]] KnownPort knownFrom(const bus::LinkSettings& link);
/// The settings with which `path` is opened as it was last.
[[nodiscard]] bus::LinkSettings linkFrom(const std::string& path, const KnownPort& known);

/// What a person has said of a port, and what searches have found on it.
struct PortHabits {
    std::string alias;                  ///< a name of one's own; empty: none
    std::optional<bool> ticked;         ///< for searches; absent: as its kind has it
    std::vector<bus::SearchStep> found; ///< families and rates, newest first
    /// Of servos seen there that a port which is opened is not asked for by itself
    /// (FamilyTraits::usualLastId).
    std::vector<ServoId> ids;
    friend bool operator==(const PortHabits&, const PortHabits&) = default;
};

/// Remembers per adapter, in CONFIG/ports.json: an adapter is known again by its serial number or place,
/// whatever its port is called this time. Simulated ports and pseudo-terminals are not remembered: their
/// names say it all, or are given anew to others. Any thread; processes replace the file as a whole.
class PortMemory {
public:
    /// The lasting name of a port; by default drivers::portKey.
    using KeyOf = std::function<std::string(const std::string& path)>;
    explicit PortMemory(std::filesystem::path file, KeyOf keyOf = {});

    /// Absent if unknown or the file cannot be read.
    [[nodiscard]] std::optional<KnownPort> find(const std::string& path) const;
    /// Errors: notAllowed, inputOutput.
    [[nodiscard]] Result<void> remember(const std::string& path, const KnownPort& port) const;
    /// By their lasting names.
    [[nodiscard]] std::map<std::string, KnownPort> all() const;
    [[nodiscard]] PortHabits habits(const std::string& path) const;
    /// Errors: notAllowed, inputOutput.
    [[nodiscard]] Result<void> keepHabits(const std::string& path, const PortHabits& habits) const;

private:
    [[nodiscard]] Result<void> change(const std::string& path, const std::string& members) const;

    std::filesystem::path file_;
    KeyOf keyOf_;
    mutable std::mutex writing_;
};

} // namespace servolane::app
