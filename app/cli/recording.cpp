// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/recording.h"

#include "app/cli/failures.h"
#include "app/cli/text.h"
#include "core/session/read/recording_board.h"

#include <cmath>
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

bool Recording::look() {
    const auto board = context_.client.models().recording.read();
    if (!board->named) return board->error.code != ErrorCode::none;
    followFile(*board->named);
    const session::DiskRoom& disk = board->named->disk;
    if (!disk.low || warned_) return false;
    warned_ = true;
    const std::string left =
        disk.left ? ", full in about " + fixed(std::ceil(seconds(*disk.left) / 60.0), 0) + " min" : "";
    context_.notices.note("warning: the disk under " + path_ +
                          " fills up: " + sizeText(disk.freeBytes.value_or(0)) + " left" + left +
                          "; the recording ends by itself before it is full");
    return false;
}

void Recording::followFile(const session::RecordingView& view) {
    const std::string& present = continued_.empty() ? path_ : continued_.back();
    if (view.path != present && view.name.ends_with(session::continuedMark)) {
        context_.notices.note("warning: another program did not let go of " + present +
                              "; the recording goes on in " + view.path + ", with what waited for it");
        continued_.push_back(view.path);
        toldHeld_ = false;
    }
    const bool isHeld = view.waiting > 0;
    if (isHeld && !toldHeld_)
        context_.notices.note("warning: the recording waits for a foreign lock of " + view.path + ", " +
                              grouped(view.waiting) + " rows in memory");
    if (!isHeld && toldHeld_) context_.notices.note(view.path + " is free again; what waited is in it");
    toldHeld_ = isHeld;
}

void tellContinued(Context& context, const std::vector<std::string>& others, Report& report) {
    Json continued = Json::array();
    for (const std::string& other : others) {
        const auto reader = context.sessions.open(other);
        continued.push_back(reader ? reportOf((*reader)->summary(), other).object : Json{{"session", other}});
    }
    report.object["continued_in"] = std::move(continued);
}

Failure Recording::broken(const Error& error) const {
    Failure failure = fileFailure(error, path_);
    const auto reader = context_.sessions.open(path_);
    if (!reader) return failure;
    const session::SessionSummary& summary = (*reader)->summary();
    failure.message += "; " + path_ + (summary.closedCleanly ? " is whole and" : "") + " holds " +
                       grouped(summary.counters.samples) + " samples";
    Report report = reportOf(summary, path_);
    if (!continued_.empty()) tellContinued(context_, continued_, report);
    failure.fields = report.object;
    return failure;
}

tl::expected<session::SessionSummary, Failure> Recording::finish() {
    const app::CommandClient::Undisturbed undisturbed(context_.client);
    running_ = false;
    const auto board = context_.client.models().recording.read();
    if (board->named) followFile(*board->named);
    if (!board->named && board->error.code != ErrorCode::none)
        return tl::make_unexpected(broken(board->error));
    const auto fate = context_.client.perform(session::StopRecording{}, filePatience);
    if (fate.wait == app::WaitEnd::reached && journal::hasFailed(fate.entry.state) &&
        fate.entry.error.code == ErrorCode::busy)
        return tl::make_unexpected(broken(fate.entry.error));
    if (!fate.isDone())
        return tl::make_unexpected(failureOf(fate, "Ending the recording " + path_, context_));
    auto reader = context_.sessions.open(path_);
    if (!reader) return tl::make_unexpected(fileFailure(reader.error(), path_));
    return (*reader)->summary();
}

Report reportOf(const session::SessionSummary& summary, const std::string& path) {
    const auto& counters = summary.counters;
    const std::uint64_t bytes = bytesOf(path);
    Report report;
    report.object = {{"session", path},
                     {"axes", summary.axes.size()},
                     {"samples", counters.samples},
                     {"lost", counters.lost},
                     {"gaps", counters.gaps},
                     {"cycles_per_second", cyclesPerSecondOf(summary)},
                     {"bytes", bytes}};
    report.text = facts({{"session", path},
                         {"axes", std::to_string(summary.axes.size())},
                         {"samples", grouped(counters.samples)},
                         {"lost", grouped(counters.lost)},
                         {"gaps", grouped(counters.gaps)},
                         {"cycles/s", fixed(cyclesPerSecondOf(summary), 1)},
                         {"size", sizeText(bytes)}});
    return report;
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
