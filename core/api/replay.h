// SPDX-License-Identifier: GPL-3.0-or-later
// A recording on the screen as if it were live: the same read models, at a time that can be played and
// chosen. Any thread; no call waits for another thread.
#pragma once

#include "core/api/read_models.h"
#include "core/kernel/result.h"
#include "core/kernel/time.h"
#include "core/session/session_store.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace servolane::telemetry {
struct SessionTraces;
}

namespace servolane::api {

struct ReplayState {
    enum class Phase : std::uint8_t {
        opening, ///< its outline and its facts are being read
        ready,
        failed ///< `error` says why
    };
    Phase phase = Phase::opening;
    double read = 0.0; ///< of the opening, 0…1
    Error error;
    std::shared_ptr<const session::SessionSummary> summary; ///< null until the file is open
    std::vector<std::string> damagedFacts;                  ///< are left out; each with its place in the file
    /// What is shown: `at` was shown at `since` of the clock, and goes on with `speed` from there if
    /// `playing`.
    Time at{};
    Time since{};
    bool playing = false;
    double speed = 1.0; ///< 0.1…100
    std::optional<std::pair<Time, Time>> loop;

    [[nodiscard]] bool isReady() const { return phase == Phase::ready; }
    /// The time of the recording that is shown at `now` of the clock.
    [[nodiscard]] Time timeAt(Time now) const {
        if (!playing || !summary) return at;
        // Beyond its loop it goes on to the end: whoever went there wants to see that.
        const bool loops = loop && at < loop->second;
        const Time end = loops ? loop->second : summary->end;
        const Time reached = at + fromSeconds(seconds(now - since) * speed);
        if (reached < end) return reached;
        if (!loops || loop->second <= loop->first) return end;
        const Duration length = loop->second - loop->first;
        return loop->first + (reached - loop->first) % length;
    }
};

class Replay {
public:
    static constexpr double slowest = 0.1;
    static constexpr double fastest = 100.0;

    virtual ~Replay() = default;
    /// As they were at that time of the recording. Traces and marks are those of the whole recording, but
    /// that a place for watched registers has the trace of the one that it held then; samples are read when
    /// somebody looks at them.
    [[nodiscard]] virtual ReadModels models() const = 0;
    /// The traces of all that was recorded, registers that gave their place to others among them. Never null;
    /// empty until it is ready.
    [[nodiscard]] virtual std::shared_ptr<const telemetry::SessionTraces> recorded() const = 0;
    /// Never null.
    [[nodiscard]] virtual std::shared_ptr<const ReplayState> state() const = 0;

    /// Of a moment of the recording, by the pairs of clocks in it, as exports date it. The epoch until it is
    /// ready.
    [[nodiscard]] virtual UtcTime utcAt(Time at) const = 0;

    virtual void setPlaying(bool playing) = 0;
    virtual void setSpeed(double speed) = 0;
    virtual void seek(Time at) = 0;
    /// To the next mark of the event lane (1) or the one before (-1), and pauses.
    virtual void stepEvent(int direction) = 0;
    /// Plays this stretch over and over; absent: to the end.
    virtual void setLoop(std::optional<std::pair<Time, Time>> loop) = 0;
};

} // namespace servolane::api
