// SPDX-License-Identifier: GPL-3.0-or-later
// Which facts tell how things stand, so that a recording that begins later must tell them again.
#pragma once

#include "core/api/event.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace servolane::session {

/// Keeps the newest fact of each state: torque, mode, errors, motion, silence of each axis, its registers
/// and own limits, the stop, the machine, state and rate of the links. Links and axes themselves are kept by
/// whoever asks. One thread.
class StateFacts {
public:
    void fold(const api::Event& event);
    /// In the order of the bus.
    [[nodiscard]] std::vector<api::Event> all() const;
    [[nodiscard]] static bool tellsState(const api::EventBody& body);

private:
    struct Key {
        int state = 0;
        std::uint16_t of = 0; ///< an axis, or a bus
        std::string name;     ///< of a register
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    [[nodiscard]] static std::optional<Key> keyOf(const api::EventBody& body);
    void forget(BusId bus);
    [[nodiscard]] std::optional<registers::OperatingMode> modeBefore(const Key& key) const;

    std::map<Key, api::Event> newest_;
    std::map<std::uint16_t, BusId> busOf_; ///< by axis
};

} // namespace servolane::session
