// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/recording.h"

#include "app/cli/failures.h"

#include <filesystem>

namespace servolane::cli {

namespace fs = std::filesystem;

namespace {
/// The recorder gives way to everything else: on a busy machine or a slow disk it takes its time.
constexpr Duration filePatience = std::chrono::seconds{30};
} // namespace

Recording::~Recording() {
    if (running_) static_cast<void>(finish());
}

tl::expected<void, Failure> Recording::start() {
    session::StartRecording start;
    start.path = path_;
    start.name = fs::path(path_).stem().string();
    start.preroll = Duration::zero();
    const auto fate = context_.client.perform(start, filePatience);
    running_ = fate.isDone() || fate.wait != app::WaitEnd::reached;
    if (fate.isDone()) return {};
    const bool technical = fate.wait == app::WaitEnd::reached && journal::hasFailed(fate.entry.state);
    if (!technical) return tl::make_unexpected(failureOf(fate, "The recording " + path_, context_));
    Failure failure = fileFailure(fate.entry.error, path_);
    if (fate.entry.error.code == ErrorCode::invalid) failure.hint = "choose another --out";
    return tl::make_unexpected(std::move(failure));
}

tl::expected<session::SessionSummary, Failure> Recording::finish() {
    const app::CommandClient::Undisturbed undisturbed(context_.client);
    running_ = false;
    const auto fate = context_.client.perform(session::StopRecording{}, filePatience);
    if (!fate.isDone())
        return tl::make_unexpected(failureOf(fate, "Ending the recording " + path_, context_));
    auto reader = context_.sessions.open(path_);
    if (!reader) return tl::make_unexpected(fileFailure(reader.error(), path_));
    return (*reader)->summary();
}

double cyclesPerSecondOf(const session::SessionSummary& summary) {
    const double span = seconds(summary.end - summary.start);
    return span > 0.0 ? static_cast<double>(summary.counters.cycles) / span : 0.0;
}

std::uint64_t bytesOf(const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return error ? 0 : size;
}

std::string absolutePath(const std::string& path) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    return error ? path : absolute.lexically_normal().string();
}

} // namespace servolane::cli
