// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/lx/wire_format.h"

#include "core/kernel/hex.h"
#include "drivers/line/packet_readings.h"
#include "drivers/lx/frame.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::lx {

namespace {

using bus::WireDirection;
using bus::WirePart;
using bus::WireTrouble;
using bus::WireWords;

constexpr std::uint8_t headerByte = 0x55;
constexpr std::size_t prefixSize = 4;

std::string number(ByteView bytes, std::size_t at) {
    return std::to_string(littleEndian(bytes.subspan(at, 2)));
}
std::string signedNumber(ByteView bytes, std::size_t at, std::size_t size) {
    return std::to_string(signedLittleEndian(bytes.subspan(at, size)));
}

/// What the values of a command are; `p` is as long as the maker says, or told as bytes.
std::string valueText(std::uint8_t command, ByteView p) {
    const auto known = static_cast<Command>(command);
    switch (p.size()) {
    case 4:
        if (known == Command::angleLimitRead || known == Command::angleLimitWrite)
            return number(p, 0) + " to " + number(p, 2);
        if (known == Command::voltageLimitRead || known == Command::voltageLimitWrite)
            return number(p, 0) + " to " + number(p, 2) + " mV";
        if (known == Command::modeRead || known == Command::modeWrite)
            return p[0] == 0 ? "servo" : "motor, speed " + signedNumber(p, 2, 2);
        return number(p, 0) + " in " + number(p, 2) + " ms";
    case 2:
        if (known == Command::voltageRead) return number(p, 0) + " mV";
        if (known == Command::positionRead) return signedNumber(p, 0, 2);
        break;
    case 1:
        if (known == Command::offsetAdjust || known == Command::offsetRead) return signedNumber(p, 0, 1);
        if (known == Command::loadWrite || known == Command::loadRead) return p[0] == 0 ? "off" : "on";
        if (known == Command::ledWrite || known == Command::ledRead) return p[0] == 0 ? "on" : "off";
        if (known == Command::temperatureRead) return std::to_string(p[0]) + " °C";
        return std::to_string(p[0]);
    default:
        break;
    }
    return hexText(p);
}

std::size_t findHeader(ByteView bytes, std::size_t from) {
    for (std::size_t at = from; at < bytes.size(); ++at)
        if (bytes[at] == headerByte && (at + 1 == bytes.size() || bytes[at + 1] == headerByte)) return at;
    return bytes.size();
}

bool sumHolds(ByteView packet) {
    return checksum(packet.subspan(2, packet.size() - 3)) == packet.back();
}

class Format final : public bus::WireFormat {
public:
    WirePart first(ByteView bytes) const override {
        if (const std::size_t start = findHeader(bytes, 0); start > 0) return {start, false};
        if (bytes.size() < prefixSize) return {};
        if (bytes[3] < bareLength || bytes[3] > longestLength || bytes[2] > broadcastId.value)
            return {findHeader(bytes, 1), false};
        const std::size_t size = prefixSize - 1 + bytes[3];
        if (bytes.size() < size) return {};
        const ByteView packet = bytes.first(size);
        if (sumHolds(packet)) return {size, true};
        // A packet whose checksum fails ends where another begins.
        const std::size_t next = findHeader(packet, 2);
        return {size - next >= prefixSize ? next : size, true};
    }

    WireWords describe(ByteView packet, WireDirection direction, ByteView request) const override {
        WireWords words;
        if (packet.size() > 2) words.id = packet[2] == broadcastId.value ? WireWords::everyone : packet[2];
        const std::string_view name = packet.size() > 4 ? nameOf(packet[4]) : std::string_view();
        words.instruction = name.empty() ? "unknown" : name;
        if (packet.size() < bareSize || packet.size() != prefixSize - 1U + packet[3] || !sumHolds(packet)) {
            words.trouble = WireTrouble::damaged;
            words.text = "checksum does not hold";
            return words;
        }
        const ByteView parameters = packet.subspan(5, packet.size() - bareSize);
        words.text = valueText(packet[4], parameters);
        const bool echo = direction == WireDirection::in && std::ranges::equal(packet, request);
        if (echo) words.text = words.text.empty() ? "own echo" : "own echo, " + words.text;
        return words;
    }
};

constexpr std::array commands = {
    bus::InstructionForm{1, "Move", "position (2), time (2) in ms"},
    bus::InstructionForm{2, "Read move", ""},
    bus::InstructionForm{7, "Move later", "position (2), time (2) in ms"},
    bus::InstructionForm{8, "Read move later", ""},
    bus::InstructionForm{11, "Move start", ""},
    bus::InstructionForm{12, "Move stop", ""},
    bus::InstructionForm{13, "Set id", "id (1)"},
    bus::InstructionForm{14, "Read id", ""},
    bus::InstructionForm{17, "Set offset", "offset (1), signed"},
    bus::InstructionForm{18, "Save offset", ""},
    bus::InstructionForm{19, "Read offset", ""},
    bus::InstructionForm{20, "Set angle limits", "least (2), most (2)"},
    bus::InstructionForm{21, "Read angle limits", ""},
    bus::InstructionForm{22, "Set voltage limits", "least (2), most (2) in mV"},
    bus::InstructionForm{23, "Read voltage limits", ""},
    bus::InstructionForm{24, "Set temperature limit", "degrees (1)"},
    bus::InstructionForm{25, "Read temperature limit", ""},
    bus::InstructionForm{26, "Read temperature", ""},
    bus::InstructionForm{27, "Read voltage", ""},
    bus::InstructionForm{28, "Read position", ""},
    bus::InstructionForm{29, "Set mode", "0 servo or 1 motor (1), 00, speed (2)"},
    bus::InstructionForm{30, "Read mode", ""},
    bus::InstructionForm{31, "Set load", "1 on, 0 off"},
    bus::InstructionForm{32, "Read load", ""},
    bus::InstructionForm{33, "Set LED", "0 on, 1 off"},
    bus::InstructionForm{34, "Read LED", ""},
    bus::InstructionForm{35, "Set LED alarm", "01 heat, 02 voltage, 04 stall"},
    bus::InstructionForm{36, "Read LED alarm", ""},
};

Bytes encodeDraft(const bus::PacketDraft& draft) {
    Bytes frame;
    appendFrame(frame, ServoId{draft.id}, draft.instruction, draft.parameters);
    return frame;
}

bus::PacketReading readingOf(ByteView bytes, bool isPacket) {
    bus::PacketReading reading;
    reading.bytes = bytes.size();
    if (!isPacket || bytes.size() < bareSize || !sumHolds(bytes)) return reading;
    reading.whole = true;
    reading.id = bytes[2];
    reading.instruction = bytes[4];
    const ByteView parameters = bytes.subspan(5, bytes.size() - bareSize);
    const std::size_t answer = answerSize(bytes[4]);
    reading.isAnswer = answer > 0 && parameters.size() == answer;
    reading.parameters.assign(parameters.begin(), parameters.end());
    return reading;
}

std::vector<bus::PacketReading> readPackets(ByteView bytes) {
    return readParts(wireFormat(), bytes, readingOf);
}

constexpr bus::PacketForm formOfPackets{"lx",        commands,   lastServoId, broadcastId.value,
                                        encodeDraft, readPackets};

} // namespace

const bus::WireFormat& wireFormat() {
    static const Format format;
    return format;
}

const bus::PacketForm& packetForm() {
    return formOfPackets;
}

} // namespace servolane::drivers::lx
