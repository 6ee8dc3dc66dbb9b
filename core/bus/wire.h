// SPDX-License-Identifier: GPL-3.0-or-later
// What passes on the wire, for people to look at: plain values, and what a family knows of its own packets.
#pragma once

#include "core/kernel/bytes.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::bus {

/// As the host sees it.
enum class WireDirection : std::uint8_t { out, in };

enum class WireTrouble : std::uint8_t {
    none,
    refused, ///< a good packet in which a servo says that it will not, or cannot
    damaged, ///< a packet whose checksum does not hold
    noise,   ///< bytes that belong to no packet, the beginning of one that was never completed included
};
/// Stable words: "none", "refused", "damaged", "noise".
[[nodiscard]] std::string_view toString(WireTrouble trouble);

/// A stretch at the beginning of a stream.
struct WirePart {
    std::size_t size = 0; ///< bytes; 0: it cannot be told before more have come
    bool isPacket = false;
};

/// Registers that a packet is about: so that whoever knows the models can name them.
struct WireTouch {
    int id = 0;
    std::uint32_t address = 0; ///< as on the wire
    std::size_t size = 0;      ///< bytes
    Bytes bytes{};             ///< their content; empty: they are asked for
    bool isInput = false;      ///< Modbus: of the input registers, which have addresses of their own
};

struct WireWords {
    static constexpr int nobody = -1;   ///< no servo is named
    static constexpr int everyone = -2; ///< a broadcast

    int id = nobody;              ///< of the servo that is spoken to or that speaks
    std::string_view instruction; ///< a stable word of static storage: "sync-read"; empty for noise
    std::string text;             ///< addresses, values and errors
    WireTrouble trouble = WireTrouble::none;
    std::vector<WireTouch> touches{};
};

/// One of those who look, each apart from the others. 0: the program that has the line; others are numbered
/// by whoever lets them in.
struct WireWatcher {
    std::uint64_t number = 0;
    friend bool operator==(const WireWatcher&, const WireWatcher&) = default;
    friend bool operator<(WireWatcher a, WireWatcher b) { return a.number < b.number; }
};

/// How the bytes of a family are read. Pure functions, safe on any thread; objects live as long as the
/// program.
class WireFormat {
public:
    virtual ~WireFormat() = default;
    /// The first packet, or the bytes before the next one. `bytes` is not empty.
    [[nodiscard]] virtual WirePart first(ByteView bytes) const = 0;
    /// The same of what servos send, where only `request`, the packet that went out last, tells how long an
    /// answer is.
    [[nodiscard]] virtual WirePart firstAnswer(ByteView bytes, ByteView request) const {
        static_cast<void>(request);
        return first(bytes);
    }
    /// `packet` is what first() or firstAnswer() called a packet. `request` is the whole packet that went out
    /// last, by which answers are understood; may be empty.
    [[nodiscard]] virtual WireWords describe(ByteView packet, WireDirection direction,
                                             ByteView request) const = 0;
};

} // namespace servolane::bus
