// SPDX-License-Identifier: GPL-3.0-or-later
// One request and its answers on a line that carries one direction at a time: when to send, how long to
// listen, what to make of bytes that belong to an earlier request.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/bus/transport.h"
#include "core/kernel/clock.h"
#include "drivers/line/frame_finder.h"
#include "drivers/line/gap_timeout.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <optional>

namespace servolane::drivers {

/// Contract: one thread. Nothing allocates after the first exchanges, save the text of an error.
///
/// A wait is broken off by the transport's waker (ErrorCode::interrupted) only until the first byte of an
/// answer; from then on the line is listened to until the answer is complete or silent for longer than the
/// gap time-out, so that no new request collides with it.
class HalfDuplexLine {
public:
    /// Longest return delay a servo can be set to: 254 × 2 µs.
    static constexpr Duration longestReturnDelay = std::chrono::microseconds(508);
    /// An answer can be so late and no later: adapters and busy hosts have been seen to hold bytes back for
    /// a twentieth of that.
    static constexpr Duration latestAnswer = std::chrono::seconds(1);

    /// All references outlive the line.
    HalfDuplexLine(bus::Transport& transport, Clock& clock, FrameFinder& finder);

    /// Sends a request that nobody answers.
    [[nodiscard]] Result<void> send(ByteView request);
    /// Sends and gets ready to listen. If `answerer` left a request unanswered a moment ago, its late answer
    /// is waited out first, for one gap time-out: it could not be told from the one to come. Where that is
    /// not enough, because a wrong value would be believed, the driver asks for something of another size
    /// first.
    [[nodiscard]] Result<void> send(ByteView request, const Expectation& expectation,
                                    std::optional<ServoId> answerer = std::nullopt);
    /// Sends bytes as they are and returns what comes: `wait` for the first byte, then until the line is
    /// silent. Nothing is made of it.
    [[nodiscard]] Result<Bytes> exchange(ByteView request, Duration wait);
    /// Listens until `until` for whatever comes; nothing is sent and nothing dropped.
    void listenUntil(Time until);

    /// Waits for the next good frame from a servo, which the finder then holds; false when the time is over.
    /// Own echo and other hosts' requests are left out.
    [[nodiscard]] Result<bool> awaitFrame();
    /// After awaitFrame() has returned false: looks for frames hidden behind a header that was never
    /// completed.
    [[nodiscard]] bool recover();
    /// After awaitFrame() has returned false: the beginning of a frame that was never completed.
    [[nodiscard]] ByteView unfinished() const { return finder_.pending(); }

    /// Ends the exchange: with all answers there the line is clean, else what is late is dropped before the
    /// next request.
    void conclude(bool complete);
    void markUnanswered(ServoId id);
    /// As markUnanswered(), and the answer, of so many bytes on the wire, may still be on its way. A family
    /// whose answers say what they answer counts in kinds of them instead of bytes, below 127.
    void markLate(ServoId id, std::size_t answerBytes);
    /// As markLate() for the answer to the request that was sent last.
    void markLate(ServoId id) { markLate(id, expected_.replyBytes); }
    void markAnswered(ServoId id) { unanswered_.reset(id.value); }
    [[nodiscard]] bool owesAnswer(ServoId id) const { return unanswered_.test(id.value); }
    /// An answer of this size to an earlier request may still come, and could not be told from one to the
    /// next request. A servo answers in the order in which it was asked: once an answer of a size that it
    /// did not owe is here (see settle), none of the earlier ones can come behind it.
    [[nodiscard]] bool isAmbiguous(ServoId id, std::size_t answerBytes) const;
    /// The servo answered with so many bytes: if it owed none of that size, it owes nothing any more.
    void settle(ServoId id, std::size_t answerBytes);
    /// An answer to an earlier request turned up: the gap time-out is too short for this line.
    void sawLateAnswer() {
        ++counters_.lateAnswers;
        gap_.sawLateAnswer();
    }

    [[nodiscard]] Duration byteTime() const { return transport_.timing().byteTime; }
    [[nodiscard]] Duration gapTimeout() const { return gap_.value(transport_.timing().adapterLatency); }
    /// Whoever was late once is given longer, where it is asked what no late answer can be taken for.
    [[nodiscard]] Duration latePatience() const {
        return std::min<Duration>(4 * gapTimeout(), GapTimeout::longest);
    }
    [[nodiscard]] Time requestEnd() const { return requestEnd_; }
    [[nodiscard]] Time firstByteAt() const { return firstByteAt_; }
    /// When the last byte of the frame returned last was on the wire, as well as the chunks it came in tell.
    [[nodiscard]] Time frameEnd() const { return frameEnd_; }
    [[nodiscard]] bool hasBegun() const { return begun_; }
    [[nodiscard]] const FrameCounters& parsed() const { return finder_.counters(); }

    [[nodiscard]] const bus::LinkCounters& counters() const { return counters_; }
    void countTimeout() { ++counters_.timeouts; }
    void countRefusal() { ++counters_.refused; }
    /// A second answer where one was asked for: its bytes are foreign ones, so that they are seen.
    void countDoubleAnswer(std::size_t bytes) {
        doubledBytes_ += bytes;
        ++counters_.doubleAnswers;
    }

private:
    /// Sizes on the wire; the last bit stands for all that are longer.
    using OwedSizes = std::bitset<128>;

    [[nodiscard]] static std::size_t sizeClass(std::size_t answerBytes);
    [[nodiscard]] Result<void> clearLine(std::optional<ServoId> answerer);
    [[nodiscard]] Result<void> drainUntil(Time until);
    [[nodiscard]] Result<void> put(ByteView request);
    [[nodiscard]] Result<bool> receive();
    void sleepTowardsEnd();
    void accept(std::size_t bytes, Time at);
    [[nodiscard]] Time deadline() const;
    [[nodiscard]] Duration wholeFrameTime() const;
    [[nodiscard]] bool isTalking() const;
    void stampFrame();
    void forgetEcho(std::size_t wireSize);
    [[nodiscard]] bool equalsLastAnswer() const;
    /// Than its rate: it keeps no wire time.
    [[nodiscard]] bool isFaster() const { return punctual_ < punctualLine; }
    [[nodiscard]] bool cameTooEarly(std::size_t wireSize);
    [[nodiscard]] bool looksLikeACopy(bool early) const;
    [[nodiscard]] Result<bool> isFollowed(std::size_t wireSize, bool early);
    void awaitAnew();
    /// When the answers to a request that was heard at `heard` must begin, and be over.
    [[nodiscard]] Time firstByteBy(Time heard) const;
    [[nodiscard]] Time overBy(Time heard) const;
    void keepAnswer();
    void countParsed();

    /// So many answers in turn that are as late as they must be: the line keeps its rate after all.
    static constexpr int punctualLine = 8;

    bus::Transport& transport_;
    Clock& clock_;
    Waker never_; ///< for waits that no stop may break off
    FrameFinder& finder_;
    GapTimeout gap_;
    bus::LinkCounters counters_;
    std::uint64_t doubledBytes_ = 0;

    Expectation expected_;
    Bytes request_;               ///< the present one
    Bytes lastRequest_;           ///< the one that was answered last
    Bytes lastAnswer_;            ///< and its answer, of several the last
    int punctual_ = punctualLine; ///< answers in turn since one that was too early by the rate
    bool listening_ = false;      ///< between listenUntil and the next request
    bool begun_ = false;
    bool unclean_ = false; ///< something of an earlier exchange may still arrive
    std::size_t received_ = 0;
    Time requestEnd_{};
    Time firstByteDeadline_{};
    Time hardDeadline_{};
    Time firstByteAt_{};
    Time lastByteAt_{};
    Time frameEnd_{};
    std::bitset<256> unanswered_;
    Time lateUntil_{}; ///< until then the unanswered are waited out
    std::array<OwedSizes, 256> owed_{};
    Time owedUntil_{}; ///< later than this nothing comes any more
};

/// A line together with what finds frames of one kind on it. `Finder::Frame` is the frame, `Finder::last()`
/// the one found last.
template <class Finder>
class FramedLine : public HalfDuplexLine {
public:
    FramedLine(bus::Transport& transport, Clock& clock)
        : HalfDuplexLine(transport, clock, own_) {}

    /// As awaitFrame(); absent when the time is over.
    [[nodiscard]] Result<std::optional<typename Finder::Frame>> nextFrame() {
        const auto found = awaitFrame();
        if (!found) return tl::make_unexpected(found.error());
        return *found ? std::optional(own_.last()) : std::nullopt;
    }
    /// As recover().
    [[nodiscard]] std::optional<typename Finder::Frame> recoverFrame() {
        return recover() ? std::optional(own_.last()) : std::nullopt;
    }
    [[nodiscard]] const Finder& finder() const { return own_; }

private:
    Finder own_;
};

} // namespace servolane::drivers
