// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/read/bus_board_projection.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace servolane::bus {

namespace {

std::string nameOf(const LinkSettings& link) {
    if (!link.alias.empty()) return link.alias;
    if (link.line.path.starts_with("sim:")) return "simulated";
    const std::string& path = link.line.path;
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return path;
    // "/dev/pts/3": a bare number is no name.
    const bool isNumber = path.find_first_not_of("0123456789", slash + 1) == std::string::npos;
    const auto before = isNumber && slash > 0 ? path.rfind('/', slash - 1) : std::string::npos;
    return path.substr((before == std::string::npos ? slash : before) + 1);
}

/// "3s", "500ms"
std::optional<Duration> spanFrom(std::string_view text) {
    double count = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (error != std::errc{} || (unit != "ms" && unit != "s")) return std::nullopt;
    return fromSeconds(unit == "s" ? count : count / 1e3);
}

/// A fault ends "KIND[=VALUE]@FROM-TO" after it was injected, or "KIND=FROM-TO"; others stay until cleared.
std::optional<Duration> endOf(std::string_view fault) {
    const auto window = fault.find_last_of("@=");
    const auto dash = fault.rfind('-');
    if (window == std::string_view::npos || dash == std::string_view::npos || dash < window)
        return std::nullopt;
    return spanFrom(fault.substr(window + 1, dash - window - 1)) ? spanFrom(fault.substr(dash + 1))
                                                                 : std::nullopt;
}

} // namespace

void BusBoardProjection::apply(const api::Event& event) {
    working_.upTo = event.sequence;
    eventTime_ = event.time;
    std::visit(
        [this](const auto& body) {
            if constexpr (requires { on(body); }) {
                on(body);
                changed_ = true;
            }
        },
        event.body);
}

void BusBoardProjection::endFaults(Time now) {
    std::erase_if(ending_, [&](const EndingFault& ending) {
        if (now < ending.until) return false;
        BusView* view = find(ending.bus);
        if (!view) return true;
        const auto listed = std::find(view->faults.begin(), view->faults.end(), ending.fault);
        if (listed != view->faults.end()) view->faults.erase(listed);
        changed_ = true;
        return true;
    });
}

void BusBoardProjection::publish(Time now) {
    endFaults(now);
    if (!changed_) return;
    changed_ = false;
    working_.at = now;
    cell_.publish(std::make_shared<const BusBoard>(working_));
}

BusView* BusBoardProjection::find(BusId id) {
    const auto found = std::find_if(working_.buses.begin(), working_.buses.end(),
                                    [&](const auto& view) { return view.id == id; });
    return found == working_.buses.end() ? nullptr : &*found;
}

void BusBoardProjection::on(const BusConnected& fact) {
    BusView* view = find(fact.bus);
    if (!view) {
        const auto place = std::find_if(working_.buses.begin(), working_.buses.end(),
                                        [&](const auto& other) { return other.id > fact.bus; });
        view = &*working_.buses.insert(place, BusView{fact.bus});
    }
    view->link = fact.link;
    view->name = nameOf(fact.link);
    view->simulated = fact.simulated;
    view->state = LinkState::open;
    view->error = {};
}

void BusBoardProjection::on(const BusDisconnected& fact) {
    std::erase_if(working_.buses, [&](const auto& view) { return view.id == fact.bus; });
    std::erase_if(ending_, [&](const EndingFault& ending) { return ending.bus == fact.bus; });
}

void BusBoardProjection::on(const BusLost& fact) {
    if (BusView* view = find(fact.bus)) {
        view->state = LinkState::lost;
        view->error = fact.error;
        view->measured.cyclesPerSecond = 0.0;
        view->measured.wireShare = 0.0;
    }
}

void BusBoardProjection::on(const BusRestored& fact) {
    if (BusView* view = find(fact.bus)) {
        view->state = LinkState::open;
        view->error = {};
    }
}

void BusBoardProjection::on(const ScanStarted& fact) {
    if (BusView* view = find(fact.bus)) {
        view->scan = {};
        view->scan.running = true;
    }
}

void BusBoardProjection::on(const ScanProgressed& sample) {
    if (BusView* view = find(sample.bus); view && view->scan.running) {
        view->scan.done = sample.done;
        view->scan.left = sample.left;
        view->scan.baud = sample.baud;
    }
}

void BusBoardProjection::on(const ServoFound& fact) {
    if (BusView* view = find(fact.bus)) view->scan.found.push_back(fact);
}

void BusBoardProjection::on(const DuplicateIdSuspected& fact) {
    if (BusView* view = find(fact.bus)) view->scan.doubled.push_back(fact);
}

void BusBoardProjection::on(const ScanFinished& fact) {
    if (BusView* view = find(fact.bus)) {
        view->scan.running = false;
        view->scan.done = fact.cancelled ? view->scan.done : 1.0;
        view->scan.left = {};
    }
}

void BusBoardProjection::on(const PollRateSet& fact) {
    if (BusView* view = find(fact.bus)) view->link.pollRate = fact.rate;
}

void BusBoardProjection::on(const PollPlanSet& fact) {
    if (BusView* view = find(fact.bus)) {
        view->link.plan = fact.plan;
        view->link.slowInterval = fact.slowInterval;
    }
}

void BusBoardProjection::on(const RawPacketExchanged& fact) {
    if (BusView* view = find(fact.bus)) view->lastRaw = fact;
}

void BusBoardProjection::on(const FaultInjected& fact) {
    BusView* view = find(fact.bus);
    if (!view) return;
    view->faults.push_back(fact.fault);
    if (const auto end = endOf(fact.fault)) ending_.push_back({fact.bus, fact.fault, eventTime_ + *end});
}

void BusBoardProjection::on(const FaultsCleared& fact) {
    if (BusView* view = find(fact.bus)) view->faults.clear();
    std::erase_if(ending_, [&](const EndingFault& ending) { return ending.bus == fact.bus; });
}

void BusBoardProjection::on(const LinkMeasured& sample) {
    if (BusView* view = find(sample.bus)) {
        view->measured = sample;
        view->measuredAt = eventTime_;
    }
}

} // namespace servolane::bus
