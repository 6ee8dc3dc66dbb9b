// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/commands.h"
#include "core/kernel/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

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

/// Remembers per port, in CONFIG/ports.json. Simulated ports and pseudo-terminals are not remembered: their
/// names say it all, or are given anew to others. One thread; processes replace the file as a whole.
class PortMemory {
public:
    explicit PortMemory(std::filesystem::path file)
        : file_(std::move(file)) {}

    /// Absent if unknown or the file cannot be read.
    [[nodiscard]] std::optional<KnownPort> find(const std::string& path) const;
    /// Errors: notAllowed, inputOutput.
    [[nodiscard]] Result<void> remember(const std::string& path, const KnownPort& port) const;
    [[nodiscard]] std::map<std::string, KnownPort> all() const;

private:
    std::filesystem::path file_;
};

} // namespace servolane::app
