// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/dynamixel/dynamixel_bus.h"
#include "tests/drivers/dynamixel/scripted_transport.h"
#include "tests/drivers/dynamixel/wire_bytes.h"

namespace servolane::tests {

/// A bus on a scripted line, with time that moves only when something waits.
struct BusFixture {
    TestClock clock;
    Waker waker;
    ScriptedTransport transport{clock, waker};
    drivers::dynamixel::DynamixelBus bus{transport, clock};

    /// How long `call` took on the test clock.
    template <class Call>
    Duration timeOf(Call&& call) {
        const Time start = clock.now();
        call();
        return clock.now() - start;
    }
};

inline Bytes status(std::uint8_t id, std::int64_t value, std::size_t size,
                    drivers::dynamixel::StatusError error = {}) {
    return drivers::dynamixel::encodeStatus(ServoId{id}, error, littleEndianBytes(value, size));
}

inline Bytes bareStatus(std::uint8_t id, drivers::dynamixel::StatusError error = {}) {
    return drivers::dynamixel::encodeStatus(ServoId{id}, error);
}

/// One arrival per byte.
inline ScriptedTransport::Script byteByByte(const Bytes& bytes, Duration first, Duration each) {
    ScriptedTransport::Script script;
    for (std::size_t at = 0; at < bytes.size(); ++at)
        script.push_back({first + each * static_cast<Duration::rep>(at), {bytes[at]}});
    return script;
}

} // namespace servolane::tests
