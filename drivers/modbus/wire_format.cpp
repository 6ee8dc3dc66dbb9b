// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/modbus/wire_format.h"

#include "core/kernel/hex.h"
#include "drivers/modbus/frame.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::modbus {

namespace {

using bus::WireDirection;
using bus::WirePart;
using bus::WireTrouble;
using bus::WireWords;

constexpr std::uint16_t coilOn = 0xFF00;

std::string_view wordOf(std::uint8_t function) {
    switch (static_cast<Function>(function & 0x7FU)) {
    case Function::readCoils:
        return "read-coils";
    case Function::readDiscreteInputs:
        return "read-discrete";
    case Function::readHolding:
        return "read-holding";
    case Function::readInput:
        return "read-input";
    case Function::writeCoil:
        return "write-coil";
    case Function::writeRegister:
        return "write-register";
    case Function::diagnostics:
        return "diagnostics";
    case Function::writeCoils:
        return "write-coils";
    case Function::writeRegisters:
        return "write-registers";
    case Function::reportServerId:
        return "server-id";
    case Function::maskWrite:
        return "mask-write";
    case Function::readWrite:
        return "read-write";
    case Function::encapsulated:
        return "device-id";
    }
    return "unknown";
}

bool isBitFunction(std::uint8_t function) {
    const auto known = static_cast<Function>(function);
    return known == Function::readCoils || known == Function::readDiscreteInputs ||
           known == Function::writeCoil || known == Function::writeCoils;
}

std::string spanText(std::uint8_t function, unsigned address, unsigned count) {
    const char* what = isBitFunction(function) ? "bit" : "register";
    return std::string(what) + (count == 1 ? " " : "s ") + std::to_string(address) +
           (count == 1 ? "" : "…" + std::to_string(address + count - 1));
}

std::string wordsText(ByteView bytes) {
    std::string text;
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2)
        text += (text.empty() ? "" : " ") + std::to_string(wordAt(bytes, at));
    return text;
}

std::string requestText(const Frame& frame) {
    const ByteView data = frame.data;
    switch (static_cast<Function>(frame.function)) {
    case Function::readCoils:
    case Function::readDiscreteInputs:
    case Function::readHolding:
    case Function::readInput:
        return spanText(frame.function, wordAt(data, 0), wordAt(data, 2));
    case Function::writeCoil:
        return spanText(frame.function, wordAt(data, 0), 1) + " ← " +
               (wordAt(data, 2) == coilOn ? "on"
                : wordAt(data, 2) == 0    ? "off"
                                          : hexText(data.subspan(2)));
    case Function::writeRegister:
        return spanText(frame.function, wordAt(data, 0), 1) + " ← " + std::to_string(wordAt(data, 2));
    case Function::writeRegisters:
        if (data.size() < 5) break;
        return spanText(frame.function, wordAt(data, 0), wordAt(data, 2)) + " ← " +
               wordsText(data.subspan(5));
    case Function::writeCoils:
        if (data.size() < 5) break;
        return spanText(frame.function, wordAt(data, 0), wordAt(data, 2)) + " ← " + hexText(data.subspan(5));
    case Function::maskWrite:
        return spanText(frame.function, wordAt(data, 0), 1) + ", and " + hexText(data.subspan(2, 2)) +
               ", or " + hexText(data.subspan(4, 2));
    case Function::readWrite:
        if (data.size() < 9) break;
        return spanText(frame.function, wordAt(data, 4), wordAt(data, 6)) + " ← " +
               wordsText(data.subspan(9)) + ", then " +
               spanText(frame.function, wordAt(data, 0), wordAt(data, 2));
    case Function::diagnostics:
    case Function::reportServerId:
    case Function::encapsulated:
        break;
    }
    return hexText(data);
}

/// `asked` is the request, where it is known and of the same function.
std::string answerText(const Frame& frame, const Frame* asked) {
    const ByteView data = frame.data;
    switch (static_cast<Function>(frame.function)) {
    case Function::readHolding:
    case Function::readInput:
    case Function::readWrite:
        if (!asked) return wordsText(data.subspan(1));
        return spanText(frame.function, wordAt(asked->data, 0), wordAt(asked->data, 2)) + " = " +
               wordsText(data.subspan(1));
    case Function::readCoils:
    case Function::readDiscreteInputs:
        if (!asked) return hexText(data.subspan(1));
        return spanText(frame.function, wordAt(asked->data, 0), wordAt(asked->data, 2)) + " = " +
               hexText(data.subspan(1));
    case Function::writeRegisters:
    case Function::writeCoils:
        return spanText(frame.function, wordAt(data, 0), wordAt(data, 2)) + " written";
    case Function::writeRegister:
    case Function::writeCoil:
        return requestText(frame);
    default:
        return hexText(data);
    }
}

bus::WireTouch asked(std::uint8_t unit, const Frame& frame, std::size_t at) {
    return {unit,
            wordAt(frame.data, at),
            2U * wordAt(frame.data, at + 2),
            {},
            static_cast<Function>(frame.function) == Function::readInput};
}
bus::WireTouch held(std::uint8_t unit, unsigned address, ByteView bytes, bool isInput = false) {
    return {unit, address, bytes.size(), Bytes(bytes.begin(), bytes.end()), isInput};
}

/// What a request is about, in registers; bits have no names.
std::vector<bus::WireTouch> touchesOf(std::uint8_t unit, const Frame& frame) {
    const ByteView data = frame.data;
    switch (static_cast<Function>(frame.function)) {
    case Function::readHolding:
    case Function::readInput:
        if (data.size() < 4) return {};
        return {asked(unit, frame, 0)};
    case Function::writeRegister:
        if (data.size() < 4) return {};
        return {held(unit, wordAt(data, 0), data.subspan(2, 2))};
    case Function::writeRegisters:
        if (data.size() < 5) return {};
        return {held(unit, wordAt(data, 0), data.subspan(5))};
    case Function::readWrite:
        if (data.size() < 9) return {};
        return {held(unit, wordAt(data, 4), data.subspan(9)), asked(unit, frame, 0)};
    default:
        return {};
    }
}

/// Of an answer to that request.
std::vector<bus::WireTouch> touchesOf(std::uint8_t unit, const Frame& frame, const Frame& request) {
    switch (static_cast<Function>(frame.function)) {
    case Function::readHolding:
    case Function::readInput:
    case Function::readWrite:
        if (frame.data.empty() || request.data.size() < 4) return {};
        return {held(unit, wordAt(request.data, 0), frame.data.subspan(1),
                     static_cast<Function>(frame.function) == Function::readInput)};
    case Function::writeRegister:
        return touchesOf(unit, frame);
    default:
        return {};
    }
}

/// Absent: no such request; else its size, of which more may still have to come.
std::optional<std::size_t> wholeRequest(ByteView bytes) {
    return bytes[0] <= lastUnit ? requestSize(bytes) : std::nullopt;
}
std::optional<std::size_t> wholeAnswer(ByteView bytes) {
    return bytes[0] != 0 && bytes[0] <= lastUnit ? answerSize(bytes) : std::nullopt;
}

struct Begin {
    std::size_t good = 0;    ///< size of the frame that begins here; 0: none that is whole
    std::size_t damaged = 0; ///< of a whole one whose CRC fails
    bool maybe = false;      ///< more bytes may make one
};

Begin beginOf(ByteView bytes) {
    Begin begin;
    for (const auto& size : {wholeAnswer(bytes), wholeRequest(bytes)}) {
        if (!size || *size > longestFrame) continue;
        if (*size == 0 || *size > bytes.size())
            begin.maybe = true;
        else if (crcHolds(bytes.first(*size)))
            begin.good = std::max(begin.good, *size);
        else
            begin.damaged = std::max(begin.damaged, *size);
    }
    return begin;
}

class Format final : public bus::WireFormat {
public:
    WirePart first(ByteView bytes) const override {
        const Begin begin = beginOf(bytes);
        if (begin.good > 0) return {begin.good, true};
        // A good frame that begins later ends what stands before it.
        for (std::size_t at = 1; at + bareSize <= bytes.size(); ++at)
            if (beginOf(bytes.subspan(at)).good > 0) return {at, begin.damaged == at};
        if (begin.maybe) return {};
        if (begin.damaged > 0) return {begin.damaged, true};
        for (std::size_t at = 1; at < bytes.size(); ++at) {
            const Begin later = beginOf(bytes.subspan(at));
            if (later.maybe || later.damaged > 0) return {at, false};
        }
        return {bytes.size(), false};
    }

    WireWords describe(ByteView packet, WireDirection direction, ByteView request) const override {
        WireWords words;
        words.id = packet[0] == broadcastUnit.value ? WireWords::everyone : packet[0];
        words.instruction = packet.size() > 1 ? wordOf(packet[1]) : "unknown";
        if (!crcHolds(packet)) {
            words.trouble = WireTrouble::damaged;
            words.text = "CRC does not hold";
            return words;
        }
        const Frame frame = frameFrom(packet);
        const bool known = crcHolds(request) && request[0] == packet[0] && request.size() >= bareSize + 4;
        const std::optional<Frame> asked = known ? std::optional(frameFrom(request)) : std::nullopt;
        if (direction == WireDirection::out) {
            words.text = requestText(frame);
            words.touches = touchesOf(packet[0], frame);
        } else if (frame.isException()) {
            words.trouble = WireTrouble::refused;
            const std::uint8_t code = frame.data.empty() ? 0 : frame.data[0];
            words.text = "exception " + std::to_string(code) + ": " + std::string(nameOfException(code));
        } else if (isEchoOfRead(packet, request)) {
            words.text = "own echo, " + requestText(frame);
        } else {
            const bool same = asked && asked->function == frame.function;
            words.text = answerText(frame, same ? &*asked : nullptr);
            if (same) words.touches = touchesOf(packet[0], frame, *asked);
        }
        return words;
    }

private:
    /// An echo of a write looks like its answer; what it is, nobody can tell.
    [[nodiscard]] static bool isEchoOfRead(ByteView packet, ByteView request) {
        const bool reads = packet[1] >= 1 && packet[1] <= 4;
        return reads && std::ranges::equal(packet, request);
    }
};

} // namespace

const bus::WireFormat& wireFormat() {
    static const Format format;
    return format;
}

} // namespace servolane::drivers::modbus
