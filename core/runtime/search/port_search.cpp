// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/search/port_search.h"

#include <algorithm>
#include <utility>

namespace servolane::runtime {

using bus::FoundServo;
using bus::SearchState;

PortSearch::PortSearch(bus::PortSearchOrder order, SearchFactory factory, ModelIsKnown known, Clock& clock)
    : order_(std::move(order))
    , factory_(std::move(factory))
    , known_(std::move(known))
    , clock_(clock) {
    view_.path = order_.line.path;
}

PortSearch::~PortSearch() {
    if (parts_.transport && parts_.transport->isOpen()) parts_.transport->close();
}

void PortSearch::cancel() {
    cancelled_.store(true, std::memory_order_release);
    stop_.wake();
}

bool PortSearch::isFinished() const {
    return view_.state != SearchState::waiting && view_.state != SearchState::searching;
}

void PortSearch::step(Time now) {
    if (isFinished()) return;
    if (cancelled_.load(std::memory_order_acquire)) return close(SearchState::cancelled);
    if (view_.state == SearchState::waiting) return open(now);
    const auto done = search_ ? goOn(now) : beginStep(now);
    tellProgress(clock_.now());
    if (!done && !cancelled_.load(std::memory_order_acquire)) close(SearchState::failed, done.error());
}

void PortSearch::open(Time now) {
    began_ = now;
    auto parts = factory_(order_, clock_, stop_);
    if (!parts) return close(SearchState::failed, parts.error());
    parts_ = std::move(*parts);
    std::vector<bus::FamilyTraits> traits;
    for (const auto& family : parts_.families) {
        traits.push_back(family->traits());
        traits.back().lastId = lastIdOf(family->traits());
    }
    // Only the open line knows how long its adapter holds bytes back; the order of steps it does not change.
    const auto first = bus::SearchPlan(order_, traits, {}).next();
    if (!first) return close(SearchState::done);
    order_.line.baud = first->baud;
    order_.line.setFrame(first->frame);
    if (const auto opened = parts_.transport->open(order_.line); !opened)
        return close(SearchState::failed, opened.error());
    plan_.emplace(order_, std::move(traits), parts_.transport->timing());
    view_.state = SearchState::searching;
    tellProgress(clock_.now());
}

/// Ids that are seldom used are asked if everything is.
std::uint8_t PortSearch::lastIdOf(const bus::FamilyTraits& traits) const {
    const bool usual = order_.depth != bus::SearchDepth::everything && traits.usualLastId != 0;
    return usual ? traits.usualLastId : traits.lastId;
}

Result<void> PortSearch::beginStep(Time now) {
    const auto next = plan_->next();
    if (!next) {
        close(SearchState::done);
        return {};
    }
    view_.at = *next;
    const auto family = std::ranges::find_if(
        parts_.families, [&](const auto& servos) { return servos->traits().name == next->family; });
    speaking_ = family->get();
    stepBegan_ = now;
    told_ = toldShared_ = 0;
    foreignBefore_ = speaking_->counters().foreignBytes;
    search_.emplace(clock_, *speaking_);
    std::vector<ServoId> heard;
    for (const FoundServo& other : view_.found)
        if (other.baud == next->baud && !other.knownModel) heard.push_back(other.servo.id);
    search_->begin(now, lastIdOf(speaking_->traits()), {}, std::move(heard));
    const auto set = setLine(*next);
    if (!set && (set.error().code == ErrorCode::linkLost || !parts_.transport->isOpen())) return set;
    if (!set) search_->passOver(); // this adapter cannot do it
    // What is still under way was meant for the family before.
    return parts_.transport->discardInput();
}

Result<void> PortSearch::setLine(const bus::SearchStep& step) {
    if (step.frame == order_.line.frame()) return parts_.transport->setBaud(step.baud);
    order_.line.baud = step.baud;
    order_.line.setFrame(step.frame);
    parts_.transport->close();
    return parts_.transport->open(order_.line);
}

Result<void> PortSearch::goOn(Time now) {
    if (auto done = search_->runSlice(now); !done) return done;
    takeNew();
    if (search_->isDone()) endStep(clock_.now());
    return {};
}

void PortSearch::endStep(Time now) {
    foreign_ += speaking_->counters().foreignBytes - foreignBefore_;
    foreignBefore_ = speaking_->counters().foreignBytes;
    plan_->finish(now - stepBegan_, hasAnswered());
    search_.reset();
    if (!plan_->next()) close(SearchState::done);
}

/// One that is known by its model: two families whose packets look alike both find the servos of either.
bool PortSearch::hasAnswered() const {
    return std::ranges::any_of(view_.found, [&](const FoundServo& found) {
        return found.family == view_.at.family && found.baud == view_.at.baud &&
               found.frame == view_.at.frame && found.knownModel;
    });
}

void PortSearch::takeNew() {
    while (told_ < search_->found().size()) {
        const bus::ServoIdentity& servo = search_->found()[told_++];
        take({view_.at.family, view_.at.baud, servo, known_(view_.at.family, servo.modelNumber),
              view_.at.frame});
    }
    while (toldShared_ < search_->doubled().size())
        view_.shared.push_back({view_.at.family, view_.at.baud, search_->doubled()[toldShared_++]});
}

/// The same id at the same rate is the same servo, heard by a family whose packets look alike: it is of the
/// one that knows its model.
void PortSearch::take(FoundServo found) {
    const auto same = std::ranges::find_if(view_.found, [&](const FoundServo& other) {
        return other.baud == found.baud && other.servo.id == found.servo.id;
    });
    if (same == view_.found.end())
        view_.found.push_back(std::move(found));
    else if (!same->knownModel && found.knownModel)
        *same = std::move(found);
    std::ranges::sort(view_.found, {},
                      [](const FoundServo& servo) { return std::pair(servo.baud, servo.servo.id); });
}

void PortSearch::tellProgress(Time now) {
    if (!plan_ || isFinished()) return;
    const double ofStep = search_ ? search_->done(now) : 0.0;
    view_.done = plan_->done(ofStep);
    view_.left = plan_->left(ofStep);
    view_.took = now - began_;
    view_.steps = plan_->taken();
    view_.foreignBytes = foreign_ + (speaking_ ? speaking_->counters().foreignBytes - foreignBefore_ : 0);
}

void PortSearch::close(SearchState state, Error error) {
    tellProgress(clock_.now());
    search_.reset();
    if (parts_.transport && parts_.transport->isOpen()) parts_.transport->close();
    view_.state = state;
    view_.error = std::move(error);
    view_.left = {};
    view_.took = began_ == Time{} ? Duration{} : clock_.now() - began_;
    if (state == SearchState::done) view_.done = 1.0;
}

} // namespace servolane::runtime
