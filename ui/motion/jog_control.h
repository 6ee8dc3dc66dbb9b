// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command_bus.h"
#include "core/kernel/time.h"

#include <QtCore/QObject>
#include <functional>
#include <optional>

namespace servolane::ui {

/// Hold to move. A jog lives as long as something is really held: `isHeld` is asked in every tick before the
/// lease is renewed, so a release that nobody delivered ends the jog as well. A window that was frozen for
/// longer than the lease ends it instead of renewing it late. GUI thread.
class JogControl : public QObject {
    Q_OBJECT
public:
    static constexpr Duration lease = std::chrono::milliseconds{250};
    static constexpr Duration renewal = std::chrono::milliseconds{50};

    JogControl(api::CommandBus& commands, QObject* parent);

    /// Whether a command is known to have been refused. A jog that never began is not ended: that would be
    /// told as a command of its own, "End jog · Confirmed", over the refusal. Where it is not known, it is
    /// ended.
    void setRefused(std::function<bool(CommandId)> isRefused) { isRefused_ = std::move(isRefused); }

    /// Ends a running jog of another axis or speed first. Returns the id of the StartJog.
    CommandId begin(AxisId axis, double velocity, std::function<bool()> isHeld, Time now);
    void end();
    void tick(Time now);
    [[nodiscard]] bool isRunning() const { return axis_.has_value(); }
    [[nodiscard]] double velocity() const { return velocity_; }

Q_SIGNALS:
    void began(servolane::CommandId command);
    void ended();

private:
    api::CommandBus& commands_;
    std::optional<AxisId> axis_;
    double velocity_ = 0.0;
    std::function<bool()> isHeld_;
    std::function<bool(CommandId)> isRefused_;
    CommandId started_{};
    Time lastTick_{};
    Time renewed_{};
};

} // namespace servolane::ui
