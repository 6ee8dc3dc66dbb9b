// SPDX-License-Identifier: GPL-3.0-or-later
// Read models of the journal context: the way of each command, and the lane of events drawn on a time axis.
#pragma once

#include "core/api/event.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servolane::journal {

enum class CommandState : std::uint8_t {
    pending,
    sent,
    confirmed,
    sentOnly,
    rejected,
    failed,
    timedOut,
    superseded
};
[[nodiscard]] std::string_view toString(CommandState state);
/// Failed or timed out.
[[nodiscard]] bool hasFailed(CommandState state);

struct CommandEntry {
    CommandId id;
    api::Asker asker = api::Asker::window;
    api::CommandDescription description;
    CommandState state = CommandState::pending;
    Time at{};
    Duration latency{}; ///< of a confirmed or failed one
    std::uint32_t retries = 0;
    api::Rejection rejection;             ///< of a rejected one
    Error error;                          ///< of a failed one
    std::optional<std::int64_t> readBack; ///< raw, of a register write: what the servo holds now
};

/// The newest commands, oldest first; the journal on disk holds all.
struct CommandLog {
    static constexpr std::size_t capacity = 2000;
    Sequence upTo; ///< the last fact folded in
    std::vector<CommandEntry> entries;
    std::uint64_t total = 0; ///< all since the program started
    [[nodiscard]] const CommandEntry* find(CommandId id) const;
};

enum class LaneKind : std::uint8_t { command, outcome, registerWrite, hardwareError, link, note, stop };

/// One mark on the time axis.
struct LaneMark {
    Time at{};
    LaneKind kind = LaneKind::command;
    AxisId axis{};        ///< 0: of no axis
    std::string kindName; ///< kindOf the event: "MoveStarted"
    std::string details;  ///< short, in stable words: "target=90"
    CommandId cause{};
};

struct EventLane {
    static constexpr std::size_t capacity = 20000;
    Sequence upTo;
    std::vector<LaneMark> marks; ///< by time
};

} // namespace servolane::journal
