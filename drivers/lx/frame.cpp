// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/lx/frame.h"

#include <numeric>

namespace servolane::drivers::lx {

std::string_view nameOf(std::uint8_t command) {
    switch (static_cast<Command>(command)) {
    case Command::moveTimeWrite:
        return "move";
    case Command::moveTimeRead:
        return "read-move";
    case Command::moveTimeWaitWrite:
        return "move-later";
    case Command::moveTimeWaitRead:
        return "read-move-later";
    case Command::moveStart:
        return "move-start";
    case Command::moveStop:
        return "move-stop";
    case Command::idWrite:
        return "set-id";
    case Command::idRead:
        return "read-id";
    case Command::offsetAdjust:
        return "set-offset";
    case Command::offsetSave:
        return "save-offset";
    case Command::offsetRead:
        return "read-offset";
    case Command::angleLimitWrite:
        return "set-angle-limits";
    case Command::angleLimitRead:
        return "read-angle-limits";
    case Command::voltageLimitWrite:
        return "set-voltage-limits";
    case Command::voltageLimitRead:
        return "read-voltage-limits";
    case Command::temperatureLimitWrite:
        return "set-temperature-limit";
    case Command::temperatureLimitRead:
        return "read-temperature-limit";
    case Command::temperatureRead:
        return "read-temperature";
    case Command::voltageRead:
        return "read-voltage";
    case Command::positionRead:
        return "read-position";
    case Command::modeWrite:
        return "set-mode";
    case Command::modeRead:
        return "read-mode";
    case Command::loadWrite:
        return "set-load";
    case Command::loadRead:
        return "read-load";
    case Command::ledWrite:
        return "set-led";
    case Command::ledRead:
        return "read-led";
    case Command::ledErrorWrite:
        return "set-led-alarm";
    case Command::ledErrorRead:
        return "read-led-alarm";
    }
    return {};
}

std::size_t answerSize(std::uint8_t command) {
    switch (static_cast<Command>(command)) {
    case Command::moveTimeRead:
    case Command::moveTimeWaitRead:
    case Command::angleLimitRead:
    case Command::voltageLimitRead:
    case Command::modeRead:
        return 4;
    case Command::voltageRead:
    case Command::positionRead:
        return 2;
    case Command::idRead:
    case Command::offsetRead:
    case Command::temperatureLimitRead:
    case Command::temperatureRead:
    case Command::loadRead:
    case Command::ledRead:
    case Command::ledErrorRead:
        return 1;
    default:
        return 0;
    }
}

std::uint8_t checksum(ByteView bytes) noexcept {
    return static_cast<std::uint8_t>(~std::accumulate(bytes.begin(), bytes.end(), 0U));
}

void appendFrame(Bytes& into, ServoId id, std::uint8_t command, ByteView parameters) {
    into.push_back(0x55);
    into.push_back(0x55);
    const std::size_t begin = into.size();
    into.push_back(id.value);
    into.push_back(static_cast<std::uint8_t>(parameters.size() + bareLength));
    into.push_back(command);
    into.insert(into.end(), parameters.begin(), parameters.end());
    into.push_back(checksum(ByteView(into).subspan(begin)));
}

} // namespace servolane::drivers::lx
