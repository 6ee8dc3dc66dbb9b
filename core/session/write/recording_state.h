// SPDX-License-Identifier: GPL-3.0-or-later
// The decisions of the session context: whether a recording may begin or end. The recorder does the work and
// tells of it by events. Pure functions.
#pragma once

#include "core/api/decision.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace servolane::session {

struct RecordingState {
    std::string path; ///< of the running recording; empty: none
    /// Where recordings lie; given once, by whoever makes the write model. Empty: there is no such folder.
    std::string folder = {};
    friend bool operator==(const RecordingState&, const RecordingState&) = default;
};

/// Folds one event; those of other contexts leave the state as it is.
void evolve(RecordingState& state, const api::EventBody& event, Time at);

struct Attempt {
    const RecordingState& state;
    std::string_view text; ///< the path or the note
    Duration ago{};        ///< of a note
    Duration lasting{};
    bool isConfined = false; ///< who asks may name places in the folder of recordings alone
};
using Refusal = std::optional<api::Rejection>;
using Policy = Refusal (*)(const Attempt&);
Refusal refuseWhileRecording(const Attempt& attempt);
Refusal refuseWithoutRecording(const Attempt& attempt);
Refusal refuseEmptyPath(const Attempt& attempt);
/// By their names alone: who can put a link into the folder has the rights of its user anyway.
Refusal refusePlaceOutsideTheFolder(const Attempt& attempt);
Refusal refuseEmptyNote(const Attempt& attempt);
Refusal refuseNoteAboutTheFuture(const Attempt& attempt);

struct NamedPolicy {
    std::string_view name;
    Policy refusal = nullptr;
};
/// Every policy of this context.
[[nodiscard]] std::span<const NamedPolicy> allPolicies();

/// A path that is not absolute is one in the folder of recordings. `isConfined`: see Attempt.
[[nodiscard]] api::Verdict decide(const RecordingState& state, const StartRecording& command,
                                  bool isConfined = false);
[[nodiscard]] api::Verdict decide(const RecordingState& state, const StopRecording& command);
[[nodiscard]] api::Verdict decide(const RecordingState& state, const AddNote& command);

} // namespace servolane::session
