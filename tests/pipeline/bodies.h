// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/families/families.h"
#include "drivers/simulator/simulated_bus.h"
#include "tests/pipeline/workbench.h"

namespace servolane::tests {

/// Servos of one bus that the test holds in its hands.
struct Bodies {
    std::string model = "XM430-W350";
    std::uint32_t baud = 1'000'000; ///< at which the servos listen
    bool stay = false;              ///< the same servos answer when the line is opened again
    std::shared_ptr<drivers::simulator::SimulatedBus> bus;

    runtime::BusFactory factory() {
        return [this](const bus::LinkSettings& link, Clock& clock, const Waker& stop) {
            drivers::simulator::BusSpec spec;
            spec.count = 3;
            spec.model = model;
            spec.baud = baud;
            if (!stay || !bus)
                bus = *makeSimulatedBus(drivers::simulatedFamilies(), spec, *Workbench::models(), {},
                                        clock.now());
            runtime::BusParts parts =
                simulatedParts(std::make_unique<drivers::PipeTransport>(bus, clock, stop), link, clock,
                               *Workbench::models());
            parts.fault = [bus = bus](const std::string& text, Time now) -> Result<void> {
                if (text.empty()) return bus->clearFaults(), Result<void>{};
                bus->inject(*drivers::simulator::parseFaultSpec(text), now);
                return {};
            };
            return Result<runtime::BusParts>(std::move(parts));
        };
    }
    std::int64_t value(std::size_t servo, registers::Role role) {
        return bus->servos().at(servo)->value(role);
    }
    double position(std::size_t servo) {
        return static_cast<double>(value(servo, registers::Role::presentPosition)) * 360.0 / 4096.0;
    }
    /// The host is dead: time goes on for the servos alone. A servo measures when it is asked: the look at
    /// what it holds is none that its watchdog would hear.
    void live(Workbench& bench, Duration span) {
        for (const Time end = bench.clock.now() + span; bench.clock.now() < end;) {
            bench.clock.advance(std::chrono::milliseconds{10});
            for (const auto& servo : bus->servos())
                servo->advanceTo(bench.clock.now());
        }
        Bytes unseen;
        for (const auto& servo : bus->servos())
            static_cast<void>(servo->read({0, 1}, unseen));
    }
};

} // namespace servolane::tests
