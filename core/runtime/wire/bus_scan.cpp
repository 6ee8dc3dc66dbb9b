// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/bus_scan.h"

#include <algorithm>
#include <utility>

namespace servolane::runtime {

void BusScan::begin(std::vector<std::uint32_t> bauds, std::uint32_t homeBaud, Time now, Reach reach,
                    std::vector<ServoId> named) {
    const bus::FamilyTraits& traits = servos_.traits();
    const bool usual = reach == Reach::usualIds && traits.usualLastId != 0;
    lastId_ = usual ? traits.usualLastId : traits.lastId;
    named_ = std::move(named);
    bauds_ = std::move(bauds);
    if (bauds_.empty()) bauds_.push_back(homeBaud);
    homeBaud_ = homeBaud;
    baudIndex_ = 0;
    found_.clear();
    suspected_.clear();
    lookedAgain_ = false;
    running_ = true;
    atBaud_ = false;
    startedAt_ = now;
    context_.fact(bus::ScanStarted{context_.bus});
}

Result<void> BusScan::beginBaud(Time now) {
    atBaud_ = true;
    told_ = toldDoubled_ = 0;
    search_.begin(now, lastId_, named_);
    if (!leavesHome()) return {};
    // A rate that this adapter cannot do is passed over; a lost line is not.
    const auto set = transport_.setBaud(bauds_[baudIndex_]);
    if (!set && set.error().code == ErrorCode::linkLost) return set;
    if (!set) search_.passOver();
    return {};
}

Result<void> BusScan::runSlice(Time now) {
    if (!atBaud_) {
        if (auto begun = beginBaud(now); !begun) return begun;
    }
    if (auto done = search_.runSlice(now); !done) return done;
    tellNew();
    publishProgress(context_.clock.now());
    if (!search_.isDone()) return {};
    atBaud_ = false;
    // Where one rate was asked for, that nobody is there is said only after a second look: a computer that
    // was busy for a moment hears answers too late, and a servo just switched on gives none yet.
    const bool looksAgain = bauds_.size() == 1 && found_.empty() && !std::exchange(lookedAgain_, true);
    if (looksAgain) return {};
    if (++baudIndex_ == bauds_.size()) return finish(context_.clock.now(), false);
    return {};
}

void BusScan::tellNew() {
    while (told_ < search_.found().size())
        take(search_.found()[told_++]);
    while (toldDoubled_ < search_.doubled().size())
        suspect(search_.doubled()[toldDoubled_++]);
}

void BusScan::suspect(ServoId servo) {
    const bool known = std::any_of(suspected_.begin(), suspected_.end(), [&](const auto& s) {
        return s.servo == servo && s.baud == bauds_[baudIndex_];
    });
    if (known) return;
    suspected_.push_back({context_.bus, servo, bauds_[baudIndex_]});
    context_.fact(suspected_.back());
}

void BusScan::take(const bus::ServoIdentity& servo) {
    const std::uint32_t baud = bauds_[baudIndex_];
    const bool known = std::any_of(found_.begin(), found_.end(),
                                   [&](const auto& f) { return f.servo.id == servo.id && f.baud == baud; });
    if (known) return;
    found_.push_back({context_.bus, servo, baud});
    context_.fact(found_.back());
}

void BusScan::publishProgress(Time now) {
    bus::ScanProgressed progress{context_.bus};
    const double looks = static_cast<double>(baudIndex_) + search_.done(now);
    // An estimate: a second look is in store as long as the only rate has shown nobody.
    if (bauds_.size() == 1 && found_.empty())
        progress.done = (looks + (lookedAgain_ ? 1.0 : 0.0)) / 2.0;
    else
        progress.done = looks / static_cast<double>(bauds_.size());
    progress.done = std::min(1.0, progress.done);
    progress.baud = bauds_[std::min(baudIndex_, bauds_.size() - 1)];
    progress.found = found_.size();
    if (progress.done > 0.0) {
        const double passed = seconds(now - startedAt_);
        progress.left = fromSeconds(passed / progress.done - passed);
    }
    context_.events.publish(now, {}, progress);
}

Result<void> BusScan::finish(Time now, bool cancelled) {
    running_ = false;
    atBaud_ = false;
    context_.fact(bus::ScanFinished{context_.bus, found_.size(), now - startedAt_, cancelled});
    return goHome();
}

Result<void> BusScan::stepAside() {
    if (!running_ || !atBaud_) return {};
    atBaud_ = false;
    return goHome();
}

Result<void> BusScan::goHome() {
    if (leavesHome()) {
        if (auto set = transport_.setBaud(homeBaud_); !set) return set;
    }
    return transport_.discardInput();
}

} // namespace servolane::runtime
