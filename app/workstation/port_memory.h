// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace servolane::app {

/// What answered on a port when it was last used.
struct KnownPort {
    std::string protocol;
    std::uint32_t baud = 0;
    friend bool operator==(const KnownPort&, const KnownPort&) = default;
};

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
