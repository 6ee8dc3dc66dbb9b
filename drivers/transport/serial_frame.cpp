// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/serial_frame.h"

#include "drivers/transport/port_lock.h"

#include <cerrno>
#include <cstring>

namespace servolane::drivers {

bool isSupportedBaud(std::uint32_t bitsPerSecond) {
    return bitsPerSecond >= 1200 && bitsPerSecond <= 4'500'000;
}

Duration serialByteTime(std::uint32_t bitsPerSecond, bus::Parity parity, std::uint8_t stopBits) {
    const int bits = 1 + 8 + (parity == bus::Parity::none ? 0 : 1) + stopBits;
    return Duration{bits * 1'000'000'000LL / bitsPerSecond};
}

Result<void> checkSettings(const bus::LineSettings& settings) {
    if (!isSupportedBaud(settings.baud))
        return failure(ErrorCode::invalid,
                       "baud rate " + std::to_string(settings.baud) + " is outside 1200 … 4500000");
    if (settings.stopBits != 1 && settings.stopBits != 2)
        return failure(ErrorCode::invalid,
                       std::to_string(settings.stopBits) + " stop bits; only 1 and 2 exist");
    return {};
}

Error openError(const std::string& path, int number) {
    const std::string detail = path + ": " + std::strerror(number);
    switch (number) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
        return {ErrorCode::notFound, detail};
    case EACCES:
    case EPERM:
        return {ErrorCode::notAllowed, detail};
    case EBUSY:
        return {ErrorCode::busy, "it is in use by " + portUser(path)};
    default:
        return {ErrorCode::inputOutput, detail};
    }
}

} // namespace servolane::drivers
