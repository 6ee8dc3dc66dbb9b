// SPDX-License-Identifier: GPL-3.0-or-later
// One fault of a simulated bus, as text and as value:
//
//   [BUS/]KIND[=VALUE][@FROM[-TO]]
//
// BUS    the bus it is for, from 1 in the order of the buses; without it: every bus
// FROM, TO  as "500ms" or "2s", counted from when the fault was given (the start of the bus, or the
// injection)
//
//   drop=P            a status is lost                         P: probability 0 … 1 for each status
//   corrupt=P         one byte of a status is changed
//   duplicate=P       a status is sent twice
//   noise=P           a status has some stray bytes before it
//   late=P:SPAN       a status comes later by SPAN ("late=0.01:20ms")
//   lose=P            what the host sends is lost               P: for each piece that it sends
//   garble=P          one byte of what the host sends is changed
//   silent=ID         the servo hears nothing and says nothing
//   wrong-id=ID       the servo answers with the next id
//   jam=ID           something holds the servo's arm
//   duplicate-id=A:B  the servo with id B believes to be A: both answer at once
//   unplug            the adapter is gone; also written "unplug=FROM-TO"
//   undervoltage      the supply falls below what the servos accept
//   overload=ID, overheat=ID, encoder=ID, shock=ID    the servo sees that condition: once at FROM, or again
//   and again
//                     (even after a reboot) until TO where TO is given
#pragma once

#include "core/kernel/result.h"
#include "core/kernel/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::drivers::simulator {

enum class FaultKind : std::uint8_t {
    drop,
    corrupt,
    duplicate,
    noise,
    late,
    silent,
    jam,
    wrongId,
    duplicateId,
    unplug,
    undervoltage,
    overload,
    overheat,
    encoder,
    shock,
    lose,
    garble,
};

struct FaultSpec {
    FaultKind kind = FaultKind::drop;
    double probability = 0.0;
    Duration delay{};
    std::uint8_t id = 0;
    std::uint8_t otherId = 0;
    std::optional<unsigned> bus; ///< from 1; absent: every bus
    Duration from{};
    std::optional<Duration> until; ///< absent: for good
    friend bool operator==(const FaultSpec&, const FaultSpec&) = default;

    [[nodiscard]] bool covers(Duration elapsed) const {
        return elapsed >= from && (!until || elapsed < *until);
    }
};

/// Errors: invalid; the detail says which part is wrong and what is expected there.
[[nodiscard]] Result<FaultSpec> parseFaultSpec(std::string_view text);
/// Of the servos that must be there for this fault.
[[nodiscard]] std::vector<std::uint8_t> idsNamedBy(const FaultSpec& spec);
/// parseFaultSpec(toString(spec)) == spec.
[[nodiscard]] std::string toString(const FaultSpec& spec);

} // namespace servolane::drivers::simulator
