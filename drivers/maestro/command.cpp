// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/maestro/command.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::maestro {

namespace {

struct Form {
    Command command = Command::setTarget;
    std::string_view name;
    std::uint8_t data = 0;
    std::uint8_t answer = 0;
    bool hasChannel = false;
};

constexpr std::array forms{
    Form{Command::setTarget, "set-target", 3, 0, true},
    Form{Command::setSpeed, "set-speed", 3, 0, true},
    Form{Command::setAcceleration, "set-acceleration", 3, 0, true},
    Form{Command::setPwm, "set-pwm", 4, 0, false},
    Form{Command::getPosition, "get-position", 1, 2, true},
    Form{Command::getMovingState, "get-moving", 0, 1, false},
    Form{Command::setMultipleTargets, "set-targets", 2, 0, false},
    Form{Command::getErrors, "get-errors", 0, 2, false},
    Form{Command::goHome, "go-home", 0, 0, false},
    Form{Command::stopScript, "stop-script", 0, 0, false},
    Form{Command::restartScript, "restart-script", 1, 0, false},
    Form{Command::restartScriptWith, "restart-script-with", 3, 0, false},
    Form{Command::getScriptStatus, "get-script", 0, 1, false},
};

constexpr std::array<std::string_view, 9> errorNames{"signal",       "overrun",    "buffer full",
                                                     "CRC",          "protocol",   "time-out",
                                                     "script stack", "call stack", "program counter"};

const Form* formOf(std::uint8_t command) {
    const auto found = std::ranges::find_if(
        forms, [&](const Form& form) { return static_cast<std::uint8_t>(form.command) == command; });
    return found == forms.end() ? nullptr : &*found;
}

/// Up to the next byte that can begin a command.
std::size_t uselessBytes(ByteView bytes) {
    const auto next = std::find_if(bytes.begin() + 1, bytes.end(),
                                   [](std::uint8_t byte) { return (byte & commandBit) != 0; });
    return static_cast<std::size_t>(next - bytes.begin());
}

} // namespace

std::string_view nameOf(std::uint8_t command) {
    const Form* form = formOf(command);
    return form ? form->name : std::string_view();
}

std::size_t answerSize(std::uint8_t command) {
    const Form* form = formOf(command);
    return form ? form->answer : 0U;
}

std::optional<std::size_t> dataSize(std::uint8_t command, ByteView data) {
    const Form* form = formOf(command);
    if (!form) return std::nullopt;
    const bool counts = form->command == Command::setMultipleTargets && !data.empty();
    return form->data + (counts ? 2U * data[0] : 0U);
}

bool namesChannel(std::uint8_t command) {
    const Form* form = formOf(command);
    return form && form->hasChannel;
}

std::optional<ServoId> idOf(unsigned device, unsigned channel) {
    if (device < firstDevice || channel >= channelsOfDevice) return std::nullopt;
    const unsigned id = (device - firstDevice) * channelsOfDevice + channel;
    return id <= lastId ? std::optional(ServoId{static_cast<std::uint8_t>(id)}) : std::nullopt;
}

std::optional<Request> firstRequest(ByteView bytes) {
    Request request;
    std::size_t head = 1;
    if (bytes[0] == miniSscByte) {
        request.isMiniSsc = true;
        request.command = static_cast<std::uint8_t>(Command::setTarget);
    } else if (bytes[0] == pololuByte) {
        head = 3;
        if (bytes.size() > 1) request.device = bytes[1];
        if (bytes.size() > 2) request.command = static_cast<std::uint8_t>(bytes[2] | commandBit);
    } else {
        request.command = bytes[0];
    }
    const auto nothing = [&] {
        Request none;
        none.wireSize = uselessBytes(bytes);
        return none;
    };
    // Inside of a command only Mini-SSC's target may have bit 7.
    const std::size_t headHeld = std::min(head, bytes.size());
    for (std::size_t at = 1; at < headHeld; ++at)
        if ((bytes[at] & commandBit) != 0) return nothing();
    if (bytes.size() < head) return std::nullopt;
    const ByteView behind = bytes.subspan(head);
    const auto size = request.isMiniSsc ? std::optional<std::size_t>(2) : dataSize(request.command, behind);
    if (!size) return nothing();
    const std::size_t held = std::min(*size, behind.size());
    if (!request.isMiniSsc)
        for (std::size_t at = 0; at < held; ++at)
            if ((behind[at] & commandBit) != 0) return nothing();
    const bool counts = request.command == static_cast<std::uint8_t>(Command::setMultipleTargets);
    if (behind.size() < *size || (counts && behind.empty())) return std::nullopt;
    request.data = behind.first(*size);
    request.wireSize = head + *size;
    return request;
}

std::uint16_t numberFrom(ByteView twoBytes) {
    return static_cast<std::uint16_t>((twoBytes[0] & 0x7FU) | (twoBytes[1] & 0x7FU) << 7U);
}

void appendCommand(Bytes& into, std::uint8_t device, Command command, ByteView data) {
    into.push_back(pololuByte);
    into.push_back(device);
    into.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(command) & 0x7FU));
    into.insert(into.end(), data.begin(), data.end());
}

void appendChannelCommand(Bytes& into, ServoId id, Command command, std::int64_t number) {
    const Place place = placeOf(id);
    const std::array<std::uint8_t, 3> data{place.channel, static_cast<std::uint8_t>(number & 0x7F),
                                           static_cast<std::uint8_t>(number >> 7 & 0x7F)};
    appendCommand(into, place.device, command, data);
}

std::string errorsText(std::uint16_t errors) {
    std::string text;
    for (std::size_t bit = 0; bit < 16; ++bit) {
        if ((errors >> bit & 1U) == 0) continue;
        if (!text.empty()) text += ", ";
        text += bit < errorNames.size() ? std::string(errorNames[bit]) : "bit " + std::to_string(bit);
    }
    return text;
}

} // namespace servolane::drivers::maestro
