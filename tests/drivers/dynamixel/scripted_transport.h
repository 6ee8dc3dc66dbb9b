// SPDX-License-Identifier: GPL-3.0-or-later
// A line whose far end follows a script: which bytes come how long after each request. Time is the test
// clock's, so waiting costs nothing.
#pragma once

#include "core/bus/transport.h"
#include "core/kernel/clock.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace servolane::tests {

class ScriptedTransport final : public bus::Transport {
public:
    struct Arrival {
        Duration after{}; ///< from the end of the request
        Bytes bytes;
    };
    using Script = std::vector<Arrival>;

    ScriptedTransport(TestClock& clock, const Waker& waker)
        : clock_(clock)
        , waker_(waker) {}

    /// What the next request not yet answered by a script will get; silence if there is none.
    void answer(Script script) { scripts_.push_back(std::move(script)); }
    void answer(Bytes bytes, Duration after = std::chrono::microseconds(200)) {
        answer(Script{{after, std::move(bytes)}});
    }
    /// What every request without a script gets.
    void answerAlways(Script script) { always_ = std::move(script); }
    void setTiming(bus::LineTiming timing) { timing_ = timing; }
    void failReadsWith(ErrorCode code) { failure_ = code; }
    /// Called when a read is about to wait; a stop would come in there.
    void onWait(std::function<void()> call) { onWait_ = std::move(call); }

    [[nodiscard]] const std::vector<Bytes>& written() const { return written_; }
    [[nodiscard]] std::size_t discards() const { return discards_; }
    [[nodiscard]] std::size_t reads() const { return reads_; }

    Result<void> open(const bus::LineSettings&) override { return {}; }
    void close() override {}
    bool isOpen() const override { return true; }
    Result<void> setBaud(std::uint32_t) override { return {}; }

    Result<void> write(ByteView bytes) override {
        written_.emplace_back(bytes.begin(), bytes.end());
        const Time end = clock_.now() + timing_.byteTime * static_cast<Duration::rep>(bytes.size());
        if (scripts_.empty()) {
            schedule(always_, end);
        } else {
            schedule(scripts_.front(), end);
            scripts_.pop_front();
        }
        return {};
    }

    Result<std::size_t> read(MutableByteView into, Time deadline) override {
        ++reads_;
        if (failure_) return failure(*failure_, "scripted");
        if (const auto count = take(into); count > 0) return count;
        if (onWait_) onWait_();
        if (waker_.isWoken()) return failure(ErrorCode::interrupted, "scripted");
        const Time next = nextDue();
        if (clock_.waitUntil(std::min(next, deadline), waker_))
            return failure(ErrorCode::interrupted, "scripted");
        return take(into);
    }

    Result<void> discardInput() override {
        ++discards_;
        std::uint8_t scrap[64];
        while (take(scrap) > 0) {
        }
        return {};
    }

    bus::LineTiming timing() const override { return timing_; }

private:
    struct Due {
        Time at;
        Bytes bytes;
    };

    void schedule(const Script& script, Time from) {
        for (const auto& arrival : script) {
            due_.push_back({from + arrival.after, arrival.bytes});
        }
        std::stable_sort(due_.begin(), due_.end(), [](const Due& a, const Due& b) { return a.at < b.at; });
    }

    Time nextDue() const { return due_.empty() ? Time::max() : due_.front().at; }

    std::size_t take(MutableByteView into) {
        std::size_t count = 0;
        while (!due_.empty() && due_.front().at <= clock_.now() && count < into.size()) {
            Bytes& bytes = due_.front().bytes;
            const std::size_t part = std::min(bytes.size(), into.size() - count);
            std::copy_n(bytes.begin(), part, into.begin() + static_cast<std::ptrdiff_t>(count));
            bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
            count += part;
            if (bytes.empty()) due_.erase(due_.begin());
        }
        return count;
    }

    TestClock& clock_;
    const Waker& waker_;
    bus::LineTiming timing_;
    std::deque<Script> scripts_;
    Script always_;
    std::vector<Due> due_;
    std::vector<Bytes> written_;
    std::optional<ErrorCode> failure_;
    std::function<void()> onWait_;
    std::size_t discards_ = 0;
    std::size_t reads_ = 0;
};

} // namespace servolane::tests
