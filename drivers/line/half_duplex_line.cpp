// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/line/half_duplex_line.h"

#include <algorithm>
#include <array>

namespace servolane::drivers {

namespace {

/// Shorter sleeps cost more than reading in two goes.
constexpr Duration shortestSleep = std::chrono::microseconds(150);
/// How often a talking line is looked at while a stop waits for its end.
constexpr Duration lookInterval = std::chrono::microseconds(200);
/// A line that talks on and on is garbage: it ends an exchange after so many gap time-outs.
constexpr int gapsInAnExchange = 4;
/// An exchange of raw bytes ends here, however long the line talks on.
constexpr Duration longestTalk = std::chrono::milliseconds(20);
constexpr std::size_t longestHeard = 1024;
constexpr std::size_t longestDrain = 64 * 1024;

Duration times(Duration one, std::size_t count) {
    return one * static_cast<Duration::rep>(count);
}

} // namespace

HalfDuplexLine::HalfDuplexLine(bus::Transport& transport, Clock& clock, FrameFinder& finder)
    : transport_(transport)
    , clock_(clock)
    , finder_(finder) {
    for (Bytes* bytes : {&request_, &lastRequest_, &lastAnswer_})
        bytes->reserve(longestHeard);
}

Result<void> HalfDuplexLine::send(ByteView request) {
    expected_ = {};
    return put(request);
}

Result<void> HalfDuplexLine::send(ByteView request, const Expectation& expectation,
                                  std::optional<ServoId> answerer) {
    if (auto cleared = clearLine(answerer); !cleared) return cleared;
    expected_ = expectation;
    request_.assign(request.begin(), request.end());
    finder_.expect(expectation, request);
    if (auto sent = put(request); !sent) return sent;
    firstByteDeadline_ = firstByteBy(requestEnd_);
    hardDeadline_ = overBy(requestEnd_);
    return {};
}

Result<Bytes> HalfDuplexLine::exchange(ByteView request, Duration wait) {
    if (auto cleared = clearLine(std::nullopt); !cleared) return tl::make_unexpected(cleared.error());
    if (auto sent = send(request); !sent) return tl::make_unexpected(sent.error());
    unclean_ = true; // what comes later than this must not meet the next request
    Bytes heard;
    std::array<std::uint8_t, 64> chunk{};
    const Time end = requestEnd_ + wait + longestTalk;
    for (Time until = requestEnd_ + wait; heard.size() < longestHeard;) {
        const auto count = transport_.read(chunk, until);
        if (!count) return tl::make_unexpected(count.error());
        if (*count == 0) break;
        counters_.bytesIn += *count;
        heard.insert(heard.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(*count));
        until = std::min(clock_.now() + gapTimeout(), end);
    }
    return heard;
}

void HalfDuplexLine::listenUntil(Time until) {
    listening_ = true;
    begun_ = false;
    expected_ = {};
    firstByteDeadline_ = hardDeadline_ = until;
    finder_.expectAnything();
}

Result<bool> HalfDuplexLine::awaitFrame() {
    for (;;) {
        if (const auto found = finder_.find()) {
            stampFrame();
            if (!found->isAnswer) {
                forgetEcho(found->wireSize);
                continue;
            }
            const bool early = cameTooEarly(found->wireSize);
            if (looksLikeACopy(early))
                if (const auto followed = isFollowed(found->wireSize, early); !followed || *followed) {
                    if (!followed) return followed;
                    continue;
                }
            keepAnswer();
            return true;
        }
        const auto more = receive();
        if (!more || !*more) return more;
    }
}

bool HalfDuplexLine::recover() {
    while (finder_.abandonPending()) {
        while (const auto found = finder_.find()) {
            stampFrame();
            if (found->isAnswer) return true;
        }
    }
    return false;
}

void HalfDuplexLine::conclude(bool complete) {
    unclean_ = !complete || !finder_.pending().empty();
    if (!unclean_) gap_.sawPunctualAnswer();
    countParsed();
}

void HalfDuplexLine::markUnanswered(ServoId id) {
    unanswered_.set(id.value);
    lateUntil_ = clock_.now() + gapTimeout();
}

void HalfDuplexLine::markLate(ServoId id, std::size_t answerBytes) {
    markUnanswered(id);
    const Time now = clock_.now();
    if (now >= owedUntil_) owed_.fill({});
    owed_[id.value].set(sizeClass(answerBytes));
    owedUntil_ = now + latestAnswer;
}

bool HalfDuplexLine::isAmbiguous(ServoId id, std::size_t answerBytes) const {
    return owed_[id.value].test(sizeClass(answerBytes)) && clock_.now() < owedUntil_;
}

void HalfDuplexLine::settle(ServoId id, std::size_t answerBytes) {
    if (!owed_[id.value].test(sizeClass(answerBytes))) owed_[id.value].reset();
}

std::size_t HalfDuplexLine::sizeClass(std::size_t answerBytes) {
    return std::min(answerBytes, OwedSizes{}.size() - 1);
}

void HalfDuplexLine::countParsed() {
    counters_.corruptFrames = finder_.counters().corruptFrames;
    counters_.foreignBytes = finder_.counters().foreignBytes + doubledBytes_;
}

Result<void> HalfDuplexLine::clearLine(std::optional<ServoId> answerer) {
    const Time now = clock_.now();
    const bool ambiguous = answerer && owesAnswer(*answerer) && now < lateUntil_;
    bool dirty = unclean_ || ambiguous || !finder_.pending().empty();
    const std::uint64_t before = counters_.bytesIn;
    // Always looked at: what is here before the request is no answer to it, but perhaps one that comes twice.
    if (auto drained = drainUntil(ambiguous ? lateUntil_ : now); !drained) return drained;
    dirty = dirty || counters_.bytesIn != before;
    if (!dirty) return {};
    finder_.clear();
    unclean_ = false;
    return transport_.discardInput();
}

/// Reads instead of dropping unseen: an answer among it says that the time-out was too short.
Result<void> HalfDuplexLine::drainUntil(Time until) {
    for (std::size_t drained = 0; drained < longestDrain;) {
        while (const auto found = finder_.find()) {
            if (found->isAnswer && owesAnswer(found->id))
                sawLateAnswer();
            else if (found->isAnswer && equalsLastAnswer())
                countDoubleAnswer(found->wireSize);
            markAnswered(found->id);
        }
        const auto count = transport_.read(finder_.writable(), until);
        if (!count && count.error().code == ErrorCode::interrupted && until <= clock_.now()) return {};
        if (!count) return tl::make_unexpected(count.error());
        if (*count == 0) return {};
        finder_.commit(*count);
        counters_.bytesIn += *count;
        drained += *count;
    }
    return {};
}

Result<void> HalfDuplexLine::put(ByteView request) {
    const Time start = clock_.now();
    listening_ = false;
    begun_ = false;
    received_ = 0;
    ++counters_.transactions;
    auto sent = transport_.write(request);
    if (!sent) return sent;
    counters_.bytesOut += request.size();
    requestEnd_ = std::max(clock_.now(), start + times(byteTime(), request.size()));
    firstByteAt_ = lastByteAt_ = frameEnd_ = requestEnd_;
    return {};
}

/// False when the time is over.
Result<bool> HalfDuplexLine::receive() {
    for (;;) {
        if (begun_) sleepTowardsEnd();
        const Time before = clock_.now();
        const auto count = transport_.read(finder_.writable(), deadline());
        const Time now = clock_.now();
        if (count && *count == 0) return false;
        if (count) {
            if (begun_ && !listening_) gap_.sawPause(now - before);
            accept(*count, now);
            return true;
        }
        if (count.error().code != ErrorCode::interrupted || !isTalking())
            return tl::make_unexpected(count.error());
        const Time end = listening_ ? lastByteAt_ + gapTimeout() : deadline();
        if (now >= end && listening_) return tl::make_unexpected(count.error());
        if (now >= end) return false;
        clock_.waitUntil(std::min(now + lookInterval, end), never_);
    }
}

/// The rest of the burst comes at the line's pace: one long sleep instead of a wake-up per chunk.
void HalfDuplexLine::sleepTowardsEnd() {
    if (received_ >= expected_.replyBytes) return;
    const Time end = lastByteAt_ + times(byteTime(), expected_.replyBytes - received_);
    if (end - clock_.now() < shortestSleep) return;
    clock_.waitUntil(std::min(end, hardDeadline_), never_);
    lastByteAt_ = clock_.now(); // not looked at in between: the gap counts from here
}

void HalfDuplexLine::accept(std::size_t bytes, Time at) {
    finder_.commit(bytes);
    counters_.bytesIn += bytes;
    received_ += bytes;
    if (!begun_) firstByteAt_ = std::max(requestEnd_, at - times(byteTime(), bytes - 1));
    begun_ = true;
    lastByteAt_ = at;
    if (at < requestEnd_ && !listening_ && !isFaster()) awaitAnew();
}

Time HalfDuplexLine::deadline() const {
    if (!begun_ || (listening_ && finder_.pending().empty())) return firstByteDeadline_;
    const Time gapEnd = lastByteAt_ + gapTimeout() + wholeFrameTime();
    return listening_ ? std::max(gapEnd, hardDeadline_) : std::min(gapEnd, hardDeadline_);
}

/// Adapters and pseudo-terminals may hand over a frame only when it is complete: at a low rate it then seems
/// to come much later than its first byte did.
Duration HalfDuplexLine::wholeFrameTime() const {
    return times(byteTime(), expected_.longestFrame);
}

bool HalfDuplexLine::isTalking() const {
    return listening_ ? !finder_.pending().empty() : begun_;
}

void HalfDuplexLine::stampFrame() {
    const Time end = lastByteAt_ - times(byteTime(), finder_.pending().size());
    frameEnd_ = std::max({end, frameEnd_, firstByteAt_});
}

bool HalfDuplexLine::equalsLastAnswer() const {
    return std::ranges::equal(finder_.lastBytes(), lastAnswer_);
}

/// It began before the request was out, by the line's rate; a tenth of it is left for clocks that differ. On
/// a line that is faster than its rate (one that keeps no wire time) every answer does: there it says
/// nothing, until a few in turn were as late as they must be.
bool HalfDuplexLine::cameTooEarly(std::size_t wireSize) {
    if (listening_) return false;
    const Time end = lastByteAt_ - times(byteTime(), finder_.pending().size());
    const bool early = end - times(byteTime(), wireSize) * 9 / 10 < requestEnd_;
    if (early && !equalsLastAnswer()) punctual_ = 0;
    if (!early && punctual_ < punctualLine) ++punctual_;
    return early && !isFaster();
}

/// Byte for byte what was answered before: to another question, or before this one was asked. Either an
/// answer that came twice, or two registers that hold the same.
bool HalfDuplexLine::looksLikeACopy(bool early) const {
    const bool otherQuestion = expected_.isRead && request_ != lastRequest_;
    return (early || otherQuestion) && equalsLastAnswer();
}

/// Whether more comes behind it, as behind a copy. If not, it was the answer, and stays where it was found.
Result<bool> HalfDuplexLine::isFollowed(std::size_t wireSize, bool early) {
    if (finder_.pending().empty()) {
        if (early) awaitAnew();
        const auto more = receive();
        begun_ = true;
        if (!more || !*more) return more;
    }
    forgetEcho(wireSize);
    countDoubleAnswer(wireSize);
    return true;
}

/// The line was not free when the request went out: who waits for that hears it only now.
void HalfDuplexLine::awaitAnew() {
    const Time heard = lastByteAt_ + times(byteTime(), request_.size());
    begun_ = false;
    firstByteDeadline_ = std::max(firstByteDeadline_, firstByteBy(heard));
    hardDeadline_ = std::max(hardDeadline_, overBy(heard));
}

Time HalfDuplexLine::firstByteBy(Time heard) const {
    return heard + longestReturnDelay + expected_.patience + gapTimeout() + wholeFrameTime();
}

Time HalfDuplexLine::overBy(Time heard) const {
    return heard + expected_.patience + times(longestReturnDelay, expected_.answers) +
           times(byteTime(), expected_.replyBytes) + gapsInAnExchange * gapTimeout();
}

void HalfDuplexLine::keepAnswer() {
    const ByteView answer = finder_.lastBytes();
    lastAnswer_.assign(answer.begin(), answer.end());
    lastRequest_ = request_;
}

/// What was heard so far was not the answer: a stop may still break off the wait for it.
void HalfDuplexLine::forgetEcho(std::size_t wireSize) {
    received_ -= std::min(received_, wireSize);
    if (finder_.pending().empty()) begun_ = false;
}

} // namespace servolane::drivers
