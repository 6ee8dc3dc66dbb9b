// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/wire/bus_context.h"
#include "core/runtime/wire/doubts.h"
#include "core/runtime/wire/mailbox.h"
#include "core/runtime/wire/poll_group.h"
#include "core/runtime/wire/rest_keeper.h"
#include "core/runtime/wire/watchdog_keeper.h"

#include <optional>

namespace servolane::runtime {

/// Executes the steps of one request, one step a call, so that the bus thread can look at the stop latch and
/// at requests of higher priority in between. A stop that is latched during a step of several transactions
/// comes before the next of them; a step that may be repeated then begins anew afterwards. Bus thread only.
class RequestRunner {
public:
    RequestRunner(const BusContext& context, bus::Transport& transport, bus::ServoBus& servos,
                  PollGroup& group, WatchdogKeeper& watchdogs, Doubts& doubts, RestKeeper& rests)
        : context_(context)
        , transport_(transport)
        , servos_(servos)
        , group_(group)
        , watchdogs_(watchdogs)
        , doubts_(doubts)
        , rests_(rests) {}

    [[nodiscard]] bool isBusy() const { return letter_.has_value(); }
    /// `letter.request.work` is StepsWork.
    void begin(Letter letter);
    /// Runs the next step. linkLost is returned as well as reported to the asker.
    [[nodiscard]] Result<void> runStep();
    /// Ends the request before its time.
    void abandon(bus::RequestOutcome outcome, Error error);

private:
    using Done = Result<void>;
    [[nodiscard]] Done run(const bus::WriteStep& step);
    [[nodiscard]] Done run(const bus::ReadStep& step);
    [[nodiscard]] Done run(const bus::CopyStep& step);
    [[nodiscard]] Done run(const bus::GroupWriteStep& step);
    [[nodiscard]] Done run(const bus::RebootStep& step);
    [[nodiscard]] Done run(const bus::RawStep& step);
    [[nodiscard]] Done run(const bus::WatchdogStep& step);
    [[nodiscard]] Done run(const bus::ChangeIdStep& step);
    [[nodiscard]] Done run(const bus::ChangeBaudStep& step);
    [[nodiscard]] Result<bool> isThere(ServoId servo);
    [[nodiscard]] Done open(const std::optional<bus::SettingsLock>& lock, ServoId servo);
    void close(const std::optional<bus::SettingsLock>& lock, ServoId servo);
    [[nodiscard]] Done compareReadBack(ServoId servo, std::uint16_t address, const Bytes& written);
    /// `transaction` up to three times.
    template <class Transaction>
    [[nodiscard]] Result<bus::Reply> repeat(Transaction transaction);
    /// Since this step began.
    [[nodiscard]] bool stopCame() const { return context_.stops.generation() > stopBefore_; }
    /// Whatever of it was heard: these axes come to rest.
    void oweRest();
    void finish(bus::RequestOutcome outcome, Error error);

    const BusContext& context_;
    bus::Transport& transport_;
    bus::ServoBus& servos_;
    PollGroup& group_;
    WatchdogKeeper& watchdogs_;
    Doubts& doubts_;
    RestKeeper& rests_;
    std::optional<Letter> letter_;
    std::size_t next_ = 0;
    StopGeneration stopBefore_; ///< the newest when the present step began
    bool begun_ = false;        ///< this step has been on the wire
    bus::RequestFinished report_;
    bool confirmed_ = true;
};

} // namespace servolane::runtime
