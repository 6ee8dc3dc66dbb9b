// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/read/wire_log.h"

#include <optional>

namespace servolane::bus {

/// Which packets are looked at. Absent and empty members let everything pass. Plain values, any thread.
struct WireFilter {
    std::optional<BusId> bus;
    std::optional<int> id;   ///< as WirePacket::id
    std::string instruction; ///< the whole word
    bool troublesOnly = false;
    /// Somewhere in instruction and text, whatever its case; or, if it is written as bytes ("ff fd 00"),
    /// among the bytes.
    std::string text;
    friend bool operator==(const WireFilter&, const WireFilter&) = default;
};

/// A filter that is ready to be applied to many packets.
class WireSieve {
public:
    explicit WireSieve(WireFilter filter);
    [[nodiscard]] bool passes(const WirePacket& packet) const;
    [[nodiscard]] const WireFilter& filter() const { return filter_; }

private:
    WireFilter filter_;
    Bytes bytes_; ///< of a text that is written as bytes
};

} // namespace servolane::bus
