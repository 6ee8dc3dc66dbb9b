// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/maestro/wire_format.h"

#include "core/kernel/hex.h"
#include "drivers/maestro/command.h"

#include <array>
#include <optional>

namespace servolane::drivers::maestro {

namespace {

using bus::WireDirection;
using bus::WirePart;
using bus::WireTrouble;
using bus::WireWords;

constexpr std::size_t longestAnswer = 2;

std::string pulseText(std::int64_t quarters) {
    if (quarters == 0) return "off";
    constexpr std::array<std::string_view, 4> quarterWords{"", ".25", ".5", ".75"};
    return std::to_string(quarters / 4) + std::string(quarterWords[static_cast<std::size_t>(quarters % 4)]) +
           " µs";
}

std::string numberText(Command command, std::int64_t number) {
    if (command == Command::setTarget) return pulseText(number);
    if (number == 0) return "no limit";
    return std::to_string(number) +
           (command == Command::setSpeed ? " × 0.25 µs in 10 ms" : " × 0.25 µs in 10 ms and 80 ms");
}

std::string requestText(const Request& request) {
    const auto command = static_cast<Command>(request.command);
    if (request.isMiniSsc)
        return "Mini-SSC, channel " + std::to_string(request.data[0]) + " ← " +
               std::to_string(request.data[1]);
    if (command == Command::setMultipleTargets) {
        std::string text = "from channel " + std::to_string(request.data[1]) + " ←";
        for (std::size_t at = 2; at + 1 < request.data.size(); at += 2)
            text += " " + pulseText(numberFrom(request.data.subspan(at, 2)));
        return text;
    }
    if (!namesChannel(request.command)) return hexText(request.data);
    std::string text = "channel " + std::to_string(request.data[0]);
    if (request.data.size() == 3) text += " ← " + numberText(command, numberFrom(request.data.subspan(1, 2)));
    return text;
}

int idOfRequest(const Request& request) {
    if (request.data.empty() || (!namesChannel(request.command) && !request.isMiniSsc))
        return WireWords::nobody;
    const auto id = idOf(request.device.value_or(firstDevice), request.data[0]);
    return id ? id->value : WireWords::nobody;
}

std::string answerText(std::uint8_t command, ByteView bytes) {
    switch (static_cast<Command>(command)) {
    case Command::getPosition:
        return pulseText(static_cast<std::int64_t>(littleEndian(bytes)));
    case Command::getErrors: {
        const auto errors = static_cast<std::uint16_t>(littleEndian(bytes));
        return errors == 0 ? "none" : errorsText(errors);
    }
    case Command::getMovingState:
        return bytes[0] == 0 ? "at rest" : "moving";
    case Command::getScriptStatus:
        return bytes[0] == 0 ? "running" : "stopped";
    default:
        return hexText(bytes);
    }
}

std::optional<Request> commandIn(ByteView packet) {
    if (packet.empty()) return std::nullopt;
    auto request = firstRequest(packet);
    if (!request || request->command == 0 || request->wireSize != packet.size()) return std::nullopt;
    return request;
}

class Format final : public bus::WireFormat {
public:
    WirePart first(ByteView bytes) const override {
        const auto request = firstRequest(bytes);
        if (!request) return {};
        return {request->wireSize, request->command != 0};
    }

    WirePart firstAnswer(ByteView bytes, ByteView request) const override {
        const auto asked = commandIn(request);
        const std::size_t size = asked ? answerSize(asked->command) : 0U;
        if (size == 0) return {bytes.size(), false};
        if (bytes.size() < size) return {};
        return {size, true};
    }

    WireWords describe(ByteView packet, WireDirection direction, ByteView request) const override {
        WireWords words;
        const auto asked = commandIn(request);
        const bool answers = direction == WireDirection::in && asked && packet.size() <= longestAnswer &&
                             answerSize(asked->command) == packet.size();
        if (answers) {
            words.id = idOfRequest(*asked);
            words.instruction = nameOf(asked->command);
            words.text = answerText(asked->command, packet);
            const bool failed =
                asked->command == static_cast<std::uint8_t>(Command::getErrors) && littleEndian(packet) != 0;
            if (failed) words.trouble = WireTrouble::refused;
            return words;
        }
        const auto told = commandIn(packet);
        if (!told) {
            words.instruction = "unknown";
            words.trouble = WireTrouble::damaged;
            words.text = "no command";
            return words;
        }
        words.id = idOfRequest(*told);
        words.instruction = nameOf(told->command);
        words.text = requestText(*told);
        if (told->device && *told->device != firstDevice)
            words.text += (words.text.empty() ? "device " : ", device ") + std::to_string(*told->device);
        return words;
    }
};

constexpr std::array commands = {
    bus::InstructionForm{0x84, "Set target",
                         "low 7 bits (1), high 7 bits (1) of quarters of a µs; 0 0 is off"},
    bus::InstructionForm{0x87, "Set speed", "low 7 bits (1), high 7 bits (1); 0 0 is no limit"},
    bus::InstructionForm{0x89, "Set acceleration", "low 7 bits (1), high 7 bits (1); 0 0 is no limit"},
    bus::InstructionForm{0x90, "Get position", ""},
    bus::InstructionForm{0x93, "Get moving state", ""},
    bus::InstructionForm{0xA1, "Get errors", ""},
    bus::InstructionForm{0xA2, "Go home", ""},
    bus::InstructionForm{0xA4, "Stop script", ""},
    bus::InstructionForm{0xA7, "Restart script", "subroutine (1)"},
    bus::InstructionForm{0xA8, "Restart script with", "subroutine (1), low 7 bits (1), high 7 bits (1)"},
    bus::InstructionForm{0xAE, "Get script status", ""},
};

Bytes encodeDraft(const bus::PacketDraft& draft) {
    const Place at = placeOf(ServoId{draft.id});
    Bytes data;
    if (namesChannel(draft.instruction)) data.push_back(at.channel);
    data.insert(data.end(), draft.parameters.begin(), draft.parameters.end());
    Bytes frame;
    appendCommand(frame, at.device, static_cast<Command>(draft.instruction), data);
    return frame;
}

/// Nothing in an answer says what it is: as many bytes as some command is answered with are taken for one.
std::vector<bus::PacketReading> readPackets(ByteView bytes) {
    if (bytes.empty()) return {};
    bus::PacketReading reading;
    reading.bytes = bytes.size();
    reading.whole = reading.isAnswer = bytes.size() <= longestAnswer;
    reading.parameters.assign(bytes.begin(), bytes.end());
    return {reading};
}

constexpr bus::PacketForm formOfPackets{"maestro", commands, lastId, std::nullopt, encodeDraft, readPackets};

} // namespace

const bus::WireFormat& wireFormat() {
    static const Format format;
    return format;
}

const bus::PacketForm& packetForm() {
    return formOfPackets;
}

} // namespace servolane::drivers::maestro
