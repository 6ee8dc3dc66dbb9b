// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/wire/ff_format.h"

#include "core/kernel/hex.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace servolane::drivers::wire {

using bus::WireDirection;
using bus::WirePart;
using bus::WireTrouble;
using bus::WireWords;

namespace {

constexpr std::size_t prefixSize = 4; ///< FF FF ID LEN
constexpr std::size_t shortestLength = 2;
constexpr std::uint8_t everyone = 0xFE;

/// The error byte of one maker's answers.
struct ErrorBits {
    std::array<std::string_view, 8> names;
    /// The others tell what state the servo is in, whatever was asked of it.
    std::uint8_t refusals = 0;
};
constexpr ErrorBits dynamixelBits{
    {"input voltage", "angle limit", "overheating", "range", "checksum", "overload", "instruction", "bit 7"},
    0x02 | 0x08 | 0x10 | 0x40};
constexpr ErrorBits feetechBits{
    {"voltage", "sensor", "temperature", "current", "bit 4", "overload", "bit 6", "bit 7"}};

std::string_view wordOf(std::uint8_t instruction) {
    switch (instruction) {
    case 0x01:
        return "ping";
    case 0x02:
        return "read";
    case 0x03:
        return "write";
    case 0x04:
        return "reg-write";
    case 0x05:
        return "action";
    case 0x06:
        return "factory-reset";
    case 0x08:
        return "reboot";
    case 0x09:
        return "backup";
    case 0x0A:
        return "clear";
    case 0x0B:
        return "calibrate";
    case 0x82:
        return "sync-read";
    case 0x83:
        return "sync-write";
    case 0x92:
        return "bulk-read";
    default:
        return "unknown";
    }
}

std::string spanText(unsigned address, unsigned size) {
    return "address " + std::to_string(address) + ", " + std::to_string(size) +
           (size == 1 ? " byte" : " bytes");
}

std::string joined(std::string first, const std::string& second) {
    if (!first.empty() && !second.empty()) first += ", ";
    return first + second;
}

/// What stands between LEN and CHK.
ByteView insideOf(ByteView packet) {
    return packet.subspan(prefixSize, packet.size() - prefixSize - 1);
}

bool isWhole(ByteView packet) {
    return packet.size() >= prefixSize + shortestLength && packet.size() == prefixSize + packet[3];
}

bool sumHolds(ByteView packet) {
    const auto sum = std::accumulate(packet.begin() + 2, packet.end() - 1, 0U);
    return static_cast<std::uint8_t>(~sum) == packet.back();
}

/// Where the next header, or the beginning of one, stands at or behind `from`. In a run of FF the last two
/// are the header: FF is no id.
std::size_t findHeader(ByteView bytes, std::size_t from) {
    for (std::size_t at = from; at < bytes.size(); ++at) {
        if (bytes[at] != 0xFF) continue;
        const std::size_t left = bytes.size() - at;
        if (left == 1 || (bytes[at + 1] == 0xFF && (left == 2 || bytes[at + 2] != 0xFF))) return at;
    }
    return bytes.size();
}

/// Which byte of a number of two comes first; `unknown`: servos of both kinds may be on the line.
enum class Order : std::uint8_t { lowFirst, highFirst, unknown };

class Format final : public bus::WireFormat {
public:
    Format(Order order, const ErrorBits& bits)
        : order_(order)
        , bits_(bits) {}

    WirePart first(ByteView bytes) const override {
        if (const std::size_t start = findHeader(bytes, 0); start > 0) return {start, false};
        if (bytes.size() < prefixSize) return {};
        if (bytes[2] > everyone || bytes[3] < shortestLength) return {findHeader(bytes, 1), false};
        const std::size_t size = prefixSize + bytes[3];
        if (bytes.size() < size) return {};
        const ByteView packet = bytes.first(size);
        if (sumHolds(packet)) return {size, true};
        // A packet whose checksum fails ends where another begins.
        const std::size_t next = findHeader(packet, 2);
        return {size - next >= prefixSize ? next : size, true};
    }

    WireWords describe(ByteView packet, WireDirection direction, ByteView request) const override {
        WireWords words;
        if (packet.size() > 2) words.id = packet[2] == everyone ? WireWords::everyone : packet[2];
        const bool isEcho = direction == WireDirection::in && !request.empty() &&
                            std::equal(packet.begin(), packet.end(), request.begin(), request.end());
        const bool isAnswer = direction == WireDirection::in && !isEcho;
        words.instruction = isAnswer ? "status" : packet.size() > 4 ? wordOf(packet[4]) : "unknown";
        if (!isWhole(packet) || !sumHolds(packet)) {
            words.trouble = WireTrouble::damaged;
            words.text = "checksum does not hold";
            return words;
        }
        const ByteView inside = insideOf(packet);
        if (isAnswer) {
            // A ping is not refused: what its answer tells of is an earlier instruction.
            const bool refuses = (inside.front() & bits_.refusals) != 0 && inside.size() == 1;
            if (refuses && !isPing(request)) words.trouble = WireTrouble::refused;
            words.text = joined(errorText(inside.front()), answerText(packet[2], inside.subspan(1), request));
            if (const int address = addressAsked(packet[2], request); address >= 0 && inside.size() > 1)
                words.touches.push_back(held(packet[2], address, inside.subspan(1)));
            return words;
        }
        words.text = requestText(inside.front(), inside.subspan(1));
        words.touches = touchesOf(packet[2], inside.front(), inside.subspan(1));
        if (isEcho) words.text = joined(echoText(inside), words.text);
        return words;
    }

private:
    [[nodiscard]] std::string valueOf(ByteView bytes) const {
        if (bytes.size() == 1) return std::to_string(bytes[0]);
        if (bytes.size() != 2) return hexText(bytes);
        const std::string low = std::to_string(bytes[1] << 8U | bytes[0]);
        const std::string high = std::to_string(bytes[0] << 8U | bytes[1]);
        if (order_ == Order::unknown && low != high) return low + " (SCS: " + high + ")";
        return order_ == Order::highFirst ? high : low;
    }

    [[nodiscard]] std::string namesOf(unsigned error) const {
        std::string text;
        for (std::size_t bit = 0; bit < bits_.names.size(); ++bit)
            if (error >> bit & 1U) text = joined(std::move(text), std::string(bits_.names[bit]));
        return text;
    }

    [[nodiscard]] std::string errorText(std::uint8_t error) const {
        const unsigned refusals = error & bits_.refusals;
        const unsigned alarms = error & ~refusals;
        std::string text;
        if (refusals != 0) text = namesOf(refusals) + " error";
        return alarms == 0 ? text : joined(std::move(text), namesOf(alarms) + " alarm");
    }

    /// Nothing but the sender tells a request without parameters from an answer that has its code for error
    /// byte.
    [[nodiscard]] std::string echoText(ByteView inside) const {
        return inside.size() > 1 ? "own echo" : "own echo, or an answer: " + errorText(inside.front());
    }

    [[nodiscard]] static bool isPing(ByteView request) {
        return isWhole(request) && insideOf(request).front() == 0x01;
    }

    [[nodiscard]] std::string requestText(std::uint8_t instruction, ByteView p) const {
        const bool writes = instruction == 0x03 || instruction == 0x04;
        if (instruction == 0x02 && p.size() == 2) return spanText(p[0], p[1]);
        if (writes && p.size() >= 2)
            return "address " + std::to_string(p[0]) + " ← " + valueOf(p.subspan(1)) +
                   (instruction == 0x04 ? ", later" : "");
        if (instruction == 0x82 && p.size() >= 2) {
            std::string text = spanText(p[0], p[1]) + ", ids";
            for (const std::uint8_t id : p.subspan(2))
                text += ' ' + std::to_string(id);
            return text;
        }
        if (instruction == 0x83 && p.size() >= 2) return syncWriteText(p);
        if (instruction == 0x92 && p.size() >= 1) return bulkReadText(p.subspan(1));
        return hexText(p);
    }

    [[nodiscard]] static bus::WireTouch held(int id, int address, ByteView bytes) {
        return {id, static_cast<std::uint32_t>(address), bytes.size(), Bytes(bytes.begin(), bytes.end())};
    }

    /// What a request is about.
    [[nodiscard]] static std::vector<bus::WireTouch> touchesOf(int id, std::uint8_t instruction, ByteView p) {
        std::vector<bus::WireTouch> touches;
        if (instruction == 0x02 && p.size() == 2) touches.push_back({id, p[0], p[1]});
        if ((instruction == 0x03 || instruction == 0x04) && p.size() >= 2)
            touches.push_back(held(id, p[0], p.subspan(1)));
        if (instruction == 0x82 && p.size() >= 2)
            for (const std::uint8_t each : p.subspan(2))
                touches.push_back({each, p[0], p[1]});
        if (instruction == 0x83 && p.size() >= 2)
            for (std::size_t at = 2; at + 1U + p[1] <= p.size(); at += 1U + p[1])
                touches.push_back(held(p[at], p[0], p.subspan(at + 1, p[1])));
        if (instruction == 0x92)
            for (std::size_t at = 1; at + 3 <= p.size(); at += 3)
                touches.push_back({p[at + 1], p[at + 2], p[at]});
        return touches;
    }

    [[nodiscard]] std::string syncWriteText(ByteView p) const {
        std::string text = spanText(p[0], p[1]) + ":";
        const std::size_t item = 1U + p[1];
        for (std::size_t at = 2; at + item <= p.size(); at += item)
            text += (at == 2 ? " id " : ", id ") + std::to_string(p[at]) + " ← " +
                    valueOf(p.subspan(at + 1, p[1]));
        return text;
    }

    /// {length, id, address} again and again.
    [[nodiscard]] static std::string bulkReadText(ByteView items) {
        std::string text;
        for (std::size_t at = 0; at + 3 <= items.size(); at += 3)
            text += (text.empty() ? "id " : "; id ") + std::to_string(items[at + 1]) + " " +
                    spanText(items[at + 2], items[at]);
        return text;
    }

    /// The address that was asked of this servo; absent if nothing was.
    [[nodiscard]] static int addressAsked(std::uint8_t id, ByteView request) {
        if (!isWhole(request) || !sumHolds(request)) return -1;
        const ByteView inside = insideOf(request);
        const ByteView p = inside.subspan(1);
        const bool spans = inside.front() == 0x02 || inside.front() == 0x82;
        if (spans && p.size() >= 2) return p[0];
        if (inside.front() != 0x92) return -1;
        for (std::size_t at = 1; at + 3 <= p.size(); at += 3)
            if (p[at + 1] == id) return p[at + 2];
        return -1;
    }

    [[nodiscard]] std::string answerText(std::uint8_t id, ByteView parameters, ByteView request) const {
        if (parameters.empty()) return {};
        const int address = addressAsked(id, request);
        if (address < 0) return hexText(parameters);
        return "address " + std::to_string(address) + " = " + valueOf(parameters);
    }

    Order order_;
    const ErrorBits& bits_;
};

} // namespace

const bus::WireFormat& dynamixel1Format() {
    static const Format format(Order::lowFirst, dynamixelBits);
    return format;
}

const bus::WireFormat& feetechFormat() {
    static const Format format(Order::unknown, feetechBits);
    return format;
}

const bus::WireFormat& feetechStsFormat() {
    static const Format format(Order::lowFirst, feetechBits);
    return format;
}

const bus::WireFormat& feetechScsFormat() {
    static const Format format(Order::highFirst, feetechBits);
    return format;
}

} // namespace servolane::drivers::wire
