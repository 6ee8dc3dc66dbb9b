// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/search_plan.h"

#include <algorithm>

namespace servolane::bus {

namespace {

/// So many of a family's rates count as likely; they come in the order of likelihood.
constexpr std::size_t likelyRates = 3;
constexpr std::size_t likelyFrames = 2;
constexpr double bitsPerByte = 10.0;
/// A request and the time in which an answer would begin, in bytes.
constexpr double bytesPerPing = 20.0;
constexpr double bytesPerSlot = 17.0;
constexpr Duration pausePerPing = std::chrono::milliseconds{5};
constexpr Duration pausePerBroadcast = std::chrono::milliseconds{16};

} // namespace

const PortSearchView* DiscoveryBoard::find(const std::string& path) const {
    const auto port = std::ranges::find(ports, path, &PortSearchView::path);
    return port == ports.end() ? nullptr : &*port;
}

std::size_t DiscoveryBoard::found() const {
    std::size_t count = 0;
    for (const PortSearchView& port : ports)
        count += port.found.size();
    return count;
}

Duration expectedSearchTime(const FamilyTraits& traits, std::uint32_t baud, Duration adapterLatency) {
    if (baud == 0) return {};
    const double ids = 1.0 + traits.lastId - traits.firstId;
    const double byte = bitsPerByte / baud;
    if (traits.broadcastPing) return fromSeconds(ids * bytesPerSlot * byte) + pausePerBroadcast;
    return fromSeconds(ids * (bytesPerPing * byte + seconds(pausePerPing + adapterLatency)));
}

SearchPlan::SearchPlan(const PortSearchOrder& order, std::vector<FamilyTraits> traits, LineTiming timing)
    : traits_(std::move(traits))
    , timing_(timing)
    , depth_(order.depth) {
    for (const SearchStep& step : order.known)
        add({step.family, step.baud, SearchStage::known, order.frame.value_or(step.frame)}, order);
    const auto alone = std::ranges::find_if(
        steps_, [this](const SearchStep& step) { return traitsOf(step.family)->movedByOthers; });
    const std::string only = alone == steps_.end() ? std::string{} : alone->family;
    std::size_t most = order.rates.size();
    for (const FamilyTraits& family : traits_)
        most = std::max(most, family.likelyBauds.size());
    for (std::size_t rank = 0; rank < most; ++rank)
        for (const std::string& name : order.families) {
            const FamilyTraits* family = traitsOf(name);
            if (!family) continue;
            const auto& rates = order.rates.empty() ? family->likelyBauds : order.rates;
            if (rank >= rates.size()) continue;
            const auto frames = order.frame ? std::vector{*order.frame} : family->likelyFrames;
            for (std::size_t nth = 0; nth < frames.size(); ++nth) {
                const bool isLikely = rank < likelyRates && nth < likelyFrames;
                add({name, rates[rank], isLikely ? SearchStage::likely : SearchStage::rest, frames[nth]},
                    order);
            }
        }
    if (!only.empty()) keepOnly(only);
    // One ping of all costs less than a second, and going from id to id several.
    std::ranges::stable_sort(steps_, {}, [this](const SearchStep& step) {
        return step.stage == SearchStage::known ? std::pair(step.stage, false)
                                                : std::pair(step.stage, !pingsAll(step));
    });
}

void SearchPlan::add(SearchStep step, const PortSearchOrder& order) {
    const bool asked = std::ranges::find(order.families, step.family) != order.families.end();
    const bool allowed =
        order.rates.empty() || std::ranges::find(order.rates, step.baud) != order.rates.end();
    const bool isNew = std::ranges::none_of(steps_, [&](const SearchStep& other) {
        return other.family == step.family && other.baud == step.baud && other.frame == step.frame;
    });
    if (asked && allowed && isNew && step.baud != 0 && traitsOf(step.family))
        steps_.push_back(std::move(step));
}

std::optional<SearchStep> SearchPlan::next() const {
    return steps_.empty() ? std::nullopt : std::optional(steps_.front());
}

const FamilyTraits* SearchPlan::traitsOf(const std::string& family) const {
    const auto found = std::ranges::find(traits_, family, &FamilyTraits::name);
    return found == traits_.end() ? nullptr : &*found;
}

bool SearchPlan::pingsAll(const SearchStep& step) const {
    const FamilyTraits* family = traitsOf(step.family);
    return family && family->broadcastPing;
}

double SearchPlan::Pace::factor() const {
    return expected > Duration::zero() ? seconds(took) / seconds(expected) : 1.0;
}

Duration SearchPlan::expected(const SearchStep& step) const {
    const FamilyTraits* family = traitsOf(step.family);
    if (!family) return {};
    const Duration plain = expectedSearchTime(*family, step.baud, timing_.adapterLatency);
    return fromSeconds(seconds(plain) * paces_[pingsAll(step) ? 0 : 1].factor());
}

void SearchPlan::finish(Duration took, bool answered) {
    if (steps_.empty()) return;
    const SearchStep step = steps_.front();
    steps_.erase(steps_.begin());
    ++taken_;
    spent_ += took;
    Pace& pace = paces_[pingsAll(step) ? 0 : 1];
    pace.took += took;
    if (const FamilyTraits* family = traitsOf(step.family))
        pace.expected += expectedSearchTime(*family, step.baud, timing_.adapterLatency);
    const FamilyTraits* family = traitsOf(step.family);
    if (answered && (depth_ == SearchDepth::untilFound || (family && family->movedByOthers)))
        keepOnly(step.family);
}

void SearchPlan::keepOnly(const std::string& family) {
    std::erase_if(steps_, [&](const SearchStep& other) { return other.family != family; });
}

Duration SearchPlan::left(double ofStep) const {
    Duration sum{};
    for (const SearchStep& step : steps_)
        sum += expected(step);
    if (!steps_.empty()) sum -= fromSeconds(seconds(expected(steps_.front())) * std::clamp(ofStep, 0.0, 1.0));
    return sum;
}

double SearchPlan::done(double ofStep) const {
    if (steps_.empty()) return 1.0;
    const double ahead = seconds(left(ofStep));
    const double behind = seconds(spent_) + seconds(expected(steps_.front())) * std::clamp(ofStep, 0.0, 1.0);
    return behind + ahead > 0.0 ? behind / (behind + ahead) : 0.0;
}

} // namespace servolane::bus
