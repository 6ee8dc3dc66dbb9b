// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/dynamixel/dynamixel2.h"
#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/packet_parser.h"
#include "drivers/dynamixel/status.h"
#include "drivers/simulator/simulated_bus.h"
#include "tests/drivers/simulator/servo_models.h"

#include <array>

namespace servolane::tests {

/// A status as it came off the line.
struct HeardStatus {
    int id = 0;
    int error = 0;
    Bytes data;
    Duration after{}; ///< counted from the request's first byte
};

/// A simulated bus, and a host that keeps its own time.
class BusBench {
public:
    explicit BusBench(unsigned count, drivers::simulator::BusSettings settings = {},
                      std::uint32_t baud = 1'000'000)
        : now(start())
        , bus(drivers::dynamixel::simulated(), specOf(count, baud), seatsOf(count), settings, start()) {
        bus.hostBaud(baud);
    }

    /// Sends, waits `patience`, and returns all that came as bytes with the time of each portion.
    std::vector<std::pair<Duration, Bytes>> exchange(ByteView request,
                                                     Duration patience = std::chrono::milliseconds{50}) {
        const Time begin = now;
        bus.receive(request, now);
        std::vector<std::pair<Duration, Bytes>> portions;
        while (const auto next = bus.nextOutput()) {
            if (*next > begin + patience) break;
            std::array<std::uint8_t, 4096> buffer;
            now = std::max(now, *next);
            const std::size_t count = bus.take(buffer, now);
            portions.emplace_back(now - begin,
                                  Bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count)));
        }
        now = begin + patience;
        return portions;
    }

    std::vector<HeardStatus> ask(int id, const drivers::dynamixel::Request& request) {
        const Bytes frame = drivers::dynamixel::encode(ServoId{static_cast<std::uint8_t>(id)}, request);
        std::vector<HeardStatus> heard;
        drivers::dynamixel::PacketParser parser;
        for (const auto& [after, bytes] : exchange(frame))
            parser.consume(bytes, [&, when = after](const auto& found) {
                if (const auto status = drivers::dynamixel::statusFrom(found))
                    heard.push_back({status->id.value, status->error.toByte(),
                                     Bytes(status->parameters.begin(), status->parameters.end()), when});
            });
        corruptFrames += parser.counters().corruptFrames;
        return heard;
    }

    static Time start() { return Time{std::chrono::seconds{1000}}; }
    void wait(Duration span) { now += span; }

    Time now;
    drivers::simulator::SimulatedBus bus;
    std::uint64_t corruptFrames = 0;

private:
    static drivers::simulator::BusSpec specOf(unsigned count, std::uint32_t baud) {
        drivers::simulator::BusSpec spec;
        spec.count = count;
        spec.baud = baud;
        return spec;
    }
    static std::vector<drivers::simulator::ServoSeat> seatsOf(unsigned count) {
        std::vector<drivers::simulator::ServoSeat> seats;
        for (unsigned i = 1; i <= count; ++i)
            seats.push_back({handmadeXm430(), ServoId{static_cast<std::uint8_t>(i)}});
        return seats;
    }
};

} // namespace servolane::tests
