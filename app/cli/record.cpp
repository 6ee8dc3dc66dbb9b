// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/attach.h"
#include "app/cli/borrowed_watches.h"
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/link_gaps.h"
#include "app/cli/recording.h"
#include "app/cli/text.h"
#include "core/session/read/recording_board.h"

namespace servolane::cli {

namespace {

/// Whoever reads FILE alone is not to think that it holds all.
Failure wentOn(const std::string& path, const std::vector<std::string>& others) {
    return {Codes::busy,
            path + ": another program did not let go of it; the recording went on in " + others.back(),
            "read both: each holds its stretch",
            {}};
}

Outcome recordOn(Context& context, const Attached& attached) {
    BorrowedWatches watches(context);
    if (auto taken = watches.take(attached); !taken) return fail(taken.error());
    const std::string path = absolutePath(context.arguments.out);
    Recording recording(context, path);
    if (auto started = recording.start(); !started) return fail(started.error());
    const Time began = context.client.clock().now();
    const auto tell = [&] {
        const auto board = context.client.models().recording.read();
        if (!board->named) return;
        const auto waiting = board->named->waiting;
        context.notices.progress("Recording " + fixed(seconds(context.client.clock().now() - began), 1) +
                                 " of " + fixed(context.arguments.seconds, 1) + " s, " +
                                 grouped(board->named->samples) + " samples" +
                                 (waiting > 0 ? ", " + grouped(waiting) + " rows wait in memory" : ""));
    };
    LinkGaps gaps(context, attached, "the recording goes on, with a gap until the adapter is back");
    bool closed = false;
    const auto ended = [&] {
        closed = gaps.look();
        return recording.look() || closed;
    };
    const auto wait = context.client.waitUntil(ended, fromSeconds(context.arguments.seconds), tell);
    context.notices.clearProgress();
    const auto summary = recording.finish();
    if (!summary) return fail(summary.error());
    Report report = reportOf(*summary, path);
    gaps.tellIn(report);
    // A link that came back has left a gap and no more.
    const auto& others = recording.continued();
    if (!others.empty()) tellContinued(context, others, report);
    const bool isDone = wait == app::WaitEnd::timedOut && !gaps.isLostNow();
    if (isDone && others.empty()) return report;
    Failure failure = isDone                              ? wentOn(path, others)
                      : wait == app::WaitEnd::interrupted ? interrupted()
                                                          : lostLink(context, attached);
    failure.message += "; " + path + (summary->closedCleanly ? " is whole and" : "") + " holds " +
                       grouped(summary->counters.samples) + " samples";
    failure.fields = report.object;
    return fail(failure);
}

} // namespace

Outcome runRecord(Context& context) {
    return withPort(context, {}, [&](const Attached& attached) { return recordOn(context, attached); });
}

} // namespace servolane::cli
