// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/attach.h"
#include "app/cli/borrowed_watches.h"
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/recording.h"
#include "app/cli/text.h"
#include "core/session/read/recording_board.h"

#include <optional>
#include <vector>

namespace servolane::cli {

namespace {

/// The stretches of a recording in which its link was lost. One thread.
class LinkGaps {
public:
    LinkGaps(const Context& context, const Attached& attached)
        : context_(context)
        , attached_(attached)
        , began_(context.client.clock().now()) {}

    /// Call it while it is recorded; tells each loss and each return. True: nobody tries to bring the link
    /// back, since whoever had opened the port has closed it, or is gone.
    [[nodiscard]] bool look() {
        const auto board = context_.client.buses();
        const bus::BusView* view = board->find(attached_.bus);
        if (!view || view->state == bus::LinkState::closed) return true;
        const bool lost = view->state == bus::LinkState::lost;
        if (lost == isLostNow()) return false;
        const double at = seconds(context_.client.clock().now() - began_);
        if (lost) {
            gaps_.push_back({at, std::nullopt});
            context_.notices.note("warning: " + lostLink(context_, attached_).message +
                                  "; the recording goes on, with a gap until the adapter is back");
        } else {
            gaps_.back().to = at;
            context_.notices.note("The link on " + attached_.port + " is back after " +
                                  fixed(at - gaps_.back().from, 1) + " s");
        }
        return false;
    }
    [[nodiscard]] bool isLostNow() const { return !gaps_.empty() && !gaps_.back().to; }

    void tellIn(Report& report) const {
        Json told = Json::array();
        for (const Gap& gap : gaps_) {
            told.push_back({{"from", gap.from}, {"to", gap.to ? Json(*gap.to) : Json(nullptr)}});
            report.text += "The link was lost from " + fixed(gap.from, 1) + " s " +
                           (gap.to ? "to " + fixed(*gap.to, 1) + " s" : "to the end") + "\n";
        }
        report.object["link_gaps"] = told;
    }

private:
    struct Gap {
        double from = 0.0; ///< s since the recording began
        std::optional<double> to;
    };

    const Context& context_;
    const Attached& attached_;
    Time began_;
    std::vector<Gap> gaps_;
};

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
        context.notices.progress("Recording " + fixed(seconds(context.client.clock().now() - began), 1) +
                                 " of " + fixed(context.arguments.seconds, 1) + " s, " +
                                 grouped(board->named->samples) + " samples");
    };
    LinkGaps gaps(context, attached);
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
    if (wait == app::WaitEnd::timedOut && !gaps.isLostNow()) return report;
    Failure failure = wait == app::WaitEnd::interrupted ? interrupted() : lostLink(context, attached);
    failure.message += "; " + path + " is whole and holds " + grouped(summary->counters.samples) + " samples";
    failure.fields = report.object;
    return fail(failure);
}

} // namespace

Outcome runRecord(Context& context) {
    return withPort(context, {}, [&](const Attached& attached) { return recordOn(context, attached); });
}

} // namespace servolane::cli
