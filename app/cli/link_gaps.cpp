// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/link_gaps.h"

#include "app/cli/text.h"

#include <utility>

namespace servolane::cli {

LinkGaps::LinkGaps(const Context& context, const Attached& attached, std::string meanwhile)
    : context_(context)
    , attached_(attached)
    , meanwhile_(std::move(meanwhile))
    , began_(context.client.clock().now()) {}

bool LinkGaps::look() {
    const auto board = context_.client.buses();
    const bus::BusView* view = board->find(attached_.bus);
    if (!view || view->state == bus::LinkState::closed) return true;
    const bool lost = view->state == bus::LinkState::lost;
    if (lost == isLostNow()) return false;
    const double at = seconds(context_.client.clock().now() - began_);
    if (lost) {
        gaps_.push_back({at, std::nullopt});
        context_.notices.note("warning: " + lostLink(context_, attached_).message + "; " + meanwhile_);
    } else {
        gaps_.back().to = at;
        context_.notices.note("The link on " + attached_.port + " is back after " +
                              fixed(at - gaps_.back().from, 1) + " s");
    }
    return false;
}

void LinkGaps::tellIn(Report& report) const {
    Json told = Json::array();
    for (const Gap& gap : gaps_) {
        told.push_back({{"from", gap.from}, {"to", gap.to ? Json(*gap.to) : Json(nullptr)}});
        report.text += "The link was lost from " + fixed(gap.from, 1) + " s " +
                       (gap.to ? "to " + fixed(*gap.to, 1) + " s" : "to the end") + "\n";
    }
    report.object["link_gaps"] = told;
}

} // namespace servolane::cli
