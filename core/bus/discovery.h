// SPDX-License-Identifier: GPL-3.0-or-later
// Looking for servos on ports that nobody has open: what is asked for, and what has come of it so far. Plain
// values.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/bus/transport.h"
#include "core/kernel/time.h"

#include <optional>
#include <string>
#include <vector>

namespace servolane::bus {

/// Why a step is taken when it is.
enum class SearchStage : std::uint8_t {
    known,  ///< servos were found here so before
    likely, ///< what servos of the family leave the factory with
    rest,   ///< what they can be set to
};

/// One family at one rate, with one frame.
struct SearchStep {
    std::string family; ///< FamilyTraits::name
    std::uint32_t baud = 0;
    SearchStage stage = SearchStage::rest;
    LineFrame frame{};
    friend bool operator==(const SearchStep&, const SearchStep&) = default;
};

/// Whether a search ends with the family that has answered, once it has gone through its rates.
enum class SearchDepth : std::uint8_t { untilFound, everything };

/// What is asked of one port.
struct PortSearchOrder {
    LineSettings line;                 ///< `baud`, `parity` and `stopBits` are not used
    std::vector<std::string> families; ///< in this order; nothing else is sent
    std::vector<SearchStep> known;     ///< newest first; those of other families are left out
    std::vector<std::uint32_t> rates;  ///< these alone; empty: those of each family
    SearchDepth depth = SearchDepth::untilFound;
    std::optional<LineFrame> frame; ///< this alone; absent: those of each family
};

/// A servo that answered.
struct FoundServo {
    std::string family;
    std::uint32_t baud = 0;
    ServoIdentity servo;
    bool knownModel = false; ///< there is a model file for it
    LineFrame frame{};
    friend bool operator==(const FoundServo&, const FoundServo&) = default;
};

/// An id that two servos seem to share.
struct SharedId {
    std::string family;
    std::uint32_t baud = 0;
    ServoId servo;
    friend bool operator==(const SharedId&, const SharedId&) = default;
};

enum class SearchState : std::uint8_t { waiting, searching, done, cancelled, failed };

struct PortSearchView {
    std::string path;
    SearchState state = SearchState::waiting;
    double done = 0.0;             ///< 0 … 1, by time
    Duration left{};               ///< estimate
    Duration took{};               ///< since it began
    SearchStep at;                 ///< the present or the last step
    std::vector<FoundServo> found; ///< by rate, then id
    std::vector<SharedId> shared;
    std::size_t steps = 0;          ///< taken to their end
    std::uint64_t foreignBytes = 0; ///< heard, and part of no answer
    Error error;                    ///< of `failed`: why it could not be opened, or how it was lost
};

/// An immutable snapshot of a whole search.
struct DiscoveryBoard {
    std::uint64_t search = 0; ///< counts searches; 0: there was none
    bool running = false;
    double done = 0.0;
    Duration left{}; ///< of the port that takes longest
    Duration took{};
    std::vector<PortSearchView> ports; ///< in the order in which they were asked for

    /// nullptr if it was not searched.
    [[nodiscard]] const PortSearchView* find(const std::string& path) const;
    [[nodiscard]] std::size_t found() const;
};

} // namespace servolane::bus
