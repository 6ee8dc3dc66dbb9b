// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/search/rate_search.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace servolane::runtime {

namespace {
constexpr Duration listeningSlice = std::chrono::milliseconds{8};
}

void RateSearch::begin(Time now, int lastId, std::vector<ServoId> named, std::vector<ServoId> heard) {
    lastId_ = lastId;
    heard_ = std::move(heard);
    const bus::FamilyTraits& traits = servos_.traits();
    std::erase_if(named, [&](ServoId id) { return id.value <= lastId || id.value > traits.lastId; });
    std::ranges::sort(named, std::greater{});
    named.erase(std::unique(named.begin(), named.end()), named.end());
    named_ = std::move(named);
    found_.clear();
    doubled_.clear();
    garbled_.clear();
    pinged_ = false;
    checking_ = false;
    garbageBefore_ = garbage();
    nextId_ = traits.firstId;
    windowStart_ = windowEnd_ = now;
}

Result<void> RateSearch::runSlice(Time now) {
    if (isDone()) return {};
    if (checking_) return checkNext();
    if (servos_.traits().broadcastPing) return collectBroadcast(now);
    auto asked = pingNext();
    suspectPinged();
    return asked;
}

Result<void> RateSearch::collectBroadcast(Time now) {
    if (!pinged_) windowEnd_ = now + servos_.broadcastPingWindow();
    const auto answers =
        servos_.broadcastPing(std::min(now + listeningSlice, windowEnd_), std::exchange(pinged_, true));
    if (!answers) {
        if (answers.error().code == ErrorCode::linkLost) return tl::make_unexpected(answers.error());
        // A corrupt answer is a hint of two servos with one id; the window goes on.
    } else {
        for (const auto& servo : *answers)
            take(servo);
    }
    if (clock_.now() < windowEnd_) return {};
    for (const ServoId servo : servos_.takeDoubled())
        suspect(servo);
    checking_ = garbage() > garbageBefore_;
    if (!checking_) passOver();
    return {};
}

/// Answers that cannot be read and bytes of no answer.
std::uint64_t RateSearch::garbage() const {
    return servos_.counters().corruptFrames + servos_.counters().foreignBytes;
}

bool RateSearch::hasFound(ServoId servo) const {
    return std::ranges::find(found_, servo, &bus::ServoIdentity::id) != found_.end();
}

/// Where garbage was heard, somebody was not understood. Asked alone, a servo whose answer met noise is found
/// after all; two that share an id garble each other's answer every time.
Result<void> RateSearch::checkNext() {
    const ServoId servo = takeId();
    if (hasFound(servo)) return {};
    for (int tries = 0; tries < 2; ++tries) {
        const std::uint64_t before = garbage();
        const auto answer = servos_.ping(servo);
        if (answer) {
            take(*answer);
            return {};
        }
        if (answer.error().code == ErrorCode::linkLost) return tl::make_unexpected(answer.error());
        // Two answers at once may leave nothing that looks like one.
        if (answer.error().code != ErrorCode::corrupt && garbage() == before) return {};
    }
    suspect(servo);
    return {};
}

ServoId RateSearch::takeId() {
    if (nextId_ <= lastId_) return {static_cast<std::uint8_t>(nextId_++)};
    const ServoId id = named_.back();
    named_.pop_back();
    return id;
}

/// Silence is believed at once, or a search of 253 ids would take three times as long; not of who was heard.
/// Two that share an id garble each other's answer every time, and may leave nothing that looks like one.
Result<void> RateSearch::pingNext() {
    constexpr int most = 3;
    const ServoId servo = takeId();
    bool isThere = std::ranges::find(heard_, servo) != heard_.end();
    int garbled = 0;
    for (int tries = 0; tries < most; ++tries) {
        const std::uint64_t before = garbage();
        const auto answer = servos_.ping(servo);
        if (answer) {
            take(*answer);
            return {};
        }
        if (answer.error().code == ErrorCode::linkLost) return tl::make_unexpected(answer.error());
        const bool isCorrupt = answer.error().code == ErrorCode::corrupt;
        if (isCorrupt || (!isNoisy() && garbage() != before)) ++garbled;
        if (!isThere && garbled == 0) return {};
    }
    if (garbled == most) garbled_.push_back(servo);
    return {};
}

/// Where many ids seem shared it is the line: an adapter that rings at each turn-around, or another device
/// that talks. So they are told when all were asked.
void RateSearch::suspectPinged() {
    if (!isDone() || isNoisy()) return;
    for (const ServoId servo : garbled_)
        suspect(servo);
}

void RateSearch::take(const bus::ServoIdentity& servo) {
    if (!hasFound(servo.id)) found_.push_back(servo);
}

void RateSearch::suspect(ServoId servo) {
    if (std::ranges::find(doubled_, servo) == doubled_.end()) doubled_.push_back(servo);
}

double RateSearch::done(Time now) const {
    if (isDone()) return 1.0;
    const bus::FamilyTraits& traits = servos_.traits();
    if (traits.broadcastPing && !checking_) {
        const double window = seconds(windowEnd_ - windowStart_);
        return window > 0.0 ? std::min(1.0, seconds(now - windowStart_) / window) : 0.0;
    }
    return static_cast<double>(nextId_ - traits.firstId) / (1.0 + lastId_ - traits.firstId);
}

} // namespace servolane::runtime
