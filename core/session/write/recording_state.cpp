// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/write/recording_state.h"

#include "core/session/recording_place.h"

#include <array>
#include <filesystem>

namespace servolane::session {

using api::Rejection;
using api::RejectionCode;
using api::Verdict;

namespace {

Rejection rejection(RejectionCode code, std::string_view subject) {
    Rejection made;
    made.code = code;
    made.subject = subject;
    return made;
}

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool liesIn(const std::string& folder, std::string_view path) {
    const auto base = std::filesystem::path(folder).lexically_normal();
    const auto way = (base / path).lexically_normal().lexically_relative(base);
    return !folder.empty() && !way.empty() && way != "." && *way.begin() != "..";
}

} // namespace

void evolve(RecordingState& state, const api::EventBody& event, Time) {
    if (const auto* started = std::get_if<RecordingStarted>(&event)) state.path = started->path;
    if (const auto* stopped = std::get_if<RecordingStopped>(&event))
        if (stopped->path == state.path) state.path.clear();
}

Refusal refuseWhileRecording(const Attempt& attempt) {
    if (attempt.state.path.empty()) return std::nullopt;
    return rejection(RejectionCode::recordingRunning, attempt.state.path);
}

Refusal refuseWithoutRecording(const Attempt& attempt) {
    if (!attempt.state.path.empty()) return std::nullopt;
    return rejection(RejectionCode::noRecording, "");
}

Refusal refuseEmptyPath(const Attempt& attempt) {
    if (!isBlank(attempt.text)) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, "path");
}

Refusal refusePlaceOutsideTheFolder(const Attempt& attempt) {
    if (!attempt.isConfined || liesIn(attempt.state.folder, attempt.text)) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, std::string(outsideWords) + attempt.state.folder);
}

Refusal refuseEmptyNote(const Attempt& attempt) {
    if (!isBlank(attempt.text)) return std::nullopt;
    return rejection(RejectionCode::invalidArgument, "text");
}

Refusal refuseNoteAboutTheFuture(const Attempt& attempt) {
    if (attempt.ago >= Duration{} && attempt.lasting >= Duration{} && attempt.lasting <= attempt.ago)
        return std::nullopt;
    auto made = rejection(RejectionCode::invalidArgument, "range");
    made.requested = seconds(attempt.lasting);
    made.low = 0.0;
    made.high = seconds(attempt.ago);
    made.unit = "s";
    return made;
}

std::span<const NamedPolicy> allPolicies() {
    static constexpr std::array policies{
        NamedPolicy{"refuseWhileRecording", refuseWhileRecording},
        NamedPolicy{"refuseWithoutRecording", refuseWithoutRecording},
        NamedPolicy{"refuseEmptyPath", refuseEmptyPath},
        NamedPolicy{"refusePlaceOutsideTheFolder", refusePlaceOutsideTheFolder},
        NamedPolicy{"refuseEmptyNote", refuseEmptyNote},
        NamedPolicy{"refuseNoteAboutTheFuture", refuseNoteAboutTheFuture},
    };
    return policies;
}

Verdict decide(const RecordingState& state, const StartRecording& command, bool isConfined) {
    const Attempt attempt{state, command.path, {}, {}, isConfined};
    if (auto refusal = refuseEmptyPath(attempt)) return api::refuse(*refusal);
    if (auto refusal = refusePlaceOutsideTheFolder(attempt)) return api::refuse(*refusal);
    if (auto refusal = refuseWhileRecording(attempt)) return api::refuse(*refusal);
    return api::Decision{};
}

Verdict decide(const RecordingState& state, const StopRecording&) {
    if (auto refusal = refuseWithoutRecording({state, {}})) return api::refuse(*refusal);
    return api::Decision{};
}

Verdict decide(const RecordingState& state, const AddNote& command) {
    const Attempt attempt{state, command.text, command.ago, command.lasting};
    if (auto refusal = refuseEmptyNote(attempt)) return api::refuse(*refusal);
    if (auto refusal = refuseNoteAboutTheFuture(attempt)) return api::refuse(*refusal);
    api::Decision decision;
    decision.events.emplace_back(NoteAdded{command.text, command.ago, command.lasting});
    return decision;
}

} // namespace servolane::session
