// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/read/wire_log.h"
#include "core/bus/wire_tap.h"

#include <functional>
#include <span>
#include <string>
#include <utility>

namespace servolane::bus {

/// What a packet is about by the names of the registers; empty where the models are not known.
using WireNamer = std::function<std::string(BusId, std::span<const WireTouch>)>;

/// Makes packets of the chunks of one bus. An answer that came in pieces is put together; what is never
/// completed is told as noise once the host speaks again or the line has been silent for a while. One thread.
class WireSplitter {
public:
    /// `format` null: every chunk is told as it came. `namer` may be empty.
    WireSplitter(BusId bus, const WireFormat* format, WireNamer namer = {})
        : bus_(bus)
        , format_(format)
        , namer_(std::move(namer)) {}

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
    WireNamer namer_;
    Bytes pending_; ///< heard, and not yet a whole packet
    Time pendingAt_{};
    Time lastIn_{}; ///< of the last packet told that came in
    Bytes request_; ///< the packet that went out last
};

} // namespace servolane::bus
