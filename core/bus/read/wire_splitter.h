// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/read/wire_log.h"
#include "core/bus/wire_tap.h"

namespace servolane::bus {

/// Makes packets of the chunks of one bus. An answer that came in pieces is put together; what is never
/// completed is told as noise once the host speaks again or the line has been silent for a while. One thread.
class WireSplitter {
public:
    /// `format` null: every chunk is told as it came.
    WireSplitter(BusId bus, const WireFormat* format)
        : bus_(bus)
        , format_(format) {}

    void take(const WireHeard& heard, WireBlock& into);
    /// Tells what is pending if nothing was added to it for `patience`.
    void giveUp(Time now, WireBlock& into);

private:
    static constexpr Duration patience = std::chrono::milliseconds{50};

    void takeOut(const WireChunk& chunk, ByteView bytes, WireBlock& into);
    void takeIn(const WireChunk& chunk, ByteView bytes, WireBlock& into);
    /// Tells every whole part of `bytes` and returns how many bytes they are.
    std::size_t tellParts(const WireChunk& chunk, ByteView bytes, WireBlock& into);
    void tell(Time at, WireDirection direction, ByteView bytes, bool isPacket, WireBlock& into);
    [[nodiscard]] WirePart firstOf(ByteView bytes, WireDirection direction) const;
    void tellRest(WireBlock& into);

    BusId bus_;
    const WireFormat* format_;
    Bytes pending_; ///< heard, and not yet a whole packet
    Time pendingAt_{};
    Time lastIn_{}; ///< of the last packet told that came in
    Bytes request_; ///< the packet that went out last
};

} // namespace servolane::bus
