// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/bus_scan.h"

#include <algorithm>

namespace servolane::runtime {

namespace {
constexpr Duration slice = std::chrono::milliseconds{8};
}

void BusScan::begin(std::vector<std::uint32_t> bauds, std::uint32_t homeBaud, Time now, Reach reach) {
    const bus::FamilyTraits& traits = servos_.traits();
    const bool usual = reach == Reach::usualIds && traits.usualLastId != 0;
    lastId_ = usual ? traits.usualLastId : traits.lastId;
    bauds_ = std::move(bauds);
    if (bauds_.empty()) bauds_.push_back(homeBaud);
    homeBaud_ = homeBaud;
    baudIndex_ = 0;
    found_.clear();
    suspected_.clear();
    running_ = true;
    atBaud_ = false;
    startedAt_ = now;
    context_.fact(bus::ScanStarted{context_.bus});
}

Result<void> BusScan::beginBaud(Time now) {
    atBaud_ = true;
    pinged_ = false;
    checking_ = false;
    garbageBefore_ = garbage();
    nextId_ = servos_.traits().firstId;
    windowStart_ = now;
    if (!leavesHome()) return {};
    // A rate that this adapter cannot do is passed over; a lost line is not.
    const auto set = transport_.setBaud(bauds_[baudIndex_]);
    if (!set && set.error().code == ErrorCode::linkLost) return set;
    if (!set) nextId_ = lastId_ + 1;
    return {};
}

Result<void> BusScan::runSlice(Time now) {
    if (!atBaud_) {
        if (auto begun = beginBaud(now); !begun) return begun;
    }
    const bool passedOver = nextId_ > lastId_;
    const auto done = passedOver                       ? Result<void>{}
                      : checking_                      ? checkNext()
                      : servos_.traits().broadcastPing ? collectBroadcast(now)
                                                       : pingNext();
    if (!done) return done;
    publishProgress(context_.clock.now());
    if (nextId_ <= lastId_) return {};
    atBaud_ = false;
    if (++baudIndex_ == bauds_.size()) return finish(context_.clock.now(), false);
    return {};
}

Result<void> BusScan::collectBroadcast(Time now) {
    if (!pinged_) windowEnd_ = now + servos_.broadcastPingWindow();
    const auto answers =
        servos_.broadcastPing(std::min(now + slice, windowEnd_), std::exchange(pinged_, true));
    if (!answers) {
        const auto code = answers.error().code;
        if (code == ErrorCode::linkLost) return tl::make_unexpected(answers.error());
        // A corrupt answer is a hint of two servos with one id; the window goes on.
    } else {
        for (const auto& servo : *answers)
            take(servo);
    }
    if (context_.clock.now() < windowEnd_) return {};
    for (const ServoId servo : servos_.takeDoubled())
        suspect(servo);
    checking_ = garbage() > garbageBefore_;
    if (!checking_) nextId_ = lastId_ + 1;
    return {};
}

/// Answers that cannot be read and bytes of no answer.
std::uint64_t BusScan::garbage() const {
    return servos_.counters().corruptFrames + servos_.counters().foreignBytes;
}

bool BusScan::hasFound(int id) const {
    return std::any_of(found_.begin(), found_.end(),
                       [&](const auto& f) { return f.servo.id.value == id && f.baud == bauds_[baudIndex_]; });
}

/// Where garbage was heard, somebody was not understood. Asked alone, a servo whose answer met noise is found
/// after all; two that share an id garble each other's answer every time.
Result<void> BusScan::checkNext() {
    while (nextId_ <= lastId_ && hasFound(nextId_))
        ++nextId_;
    if (nextId_ > lastId_) return {};
    const ServoId servo{static_cast<std::uint8_t>(nextId_++)};
    for (int tries = 0; tries < 2; ++tries) {
        const auto answer = servos_.ping(servo);
        if (answer) {
            take(*answer);
            return {};
        }
        if (answer.error().code == ErrorCode::linkLost) return tl::make_unexpected(answer.error());
        if (answer.error().code != ErrorCode::corrupt) return {};
    }
    suspect(servo);
    return {};
}

void BusScan::suspect(ServoId servo) {
    const bool known = std::any_of(suspected_.begin(), suspected_.end(), [&](const auto& s) {
        return s.servo == servo && s.baud == bauds_[baudIndex_];
    });
    if (known) return;
    suspected_.push_back({context_.bus, servo, bauds_[baudIndex_]});
    context_.fact(suspected_.back());
}

Result<void> BusScan::pingNext() {
    const auto answer = servos_.ping({static_cast<std::uint8_t>(nextId_++)});
    if (answer)
        take(*answer);
    else if (answer.error().code == ErrorCode::linkLost)
        return tl::make_unexpected(answer.error());
    return {};
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
    double within = 1.0;
    if (nextId_ <= lastId_) {
        const auto window = seconds(windowEnd_ - windowStart_);
        within = servos_.traits().broadcastPing && !checking_
                     ? (window > 0 ? seconds(now - windowStart_) / window : 0.0)
                     : static_cast<double>(nextId_ - servos_.traits().firstId) /
                           (1.0 + lastId_ - servos_.traits().firstId);
    }
    bus::ScanProgressed progress{context_.bus};
    progress.done = std::min(1.0, (static_cast<double>(baudIndex_) + std::min(within, 1.0)) /
                                      static_cast<double>(bauds_.size()));
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
