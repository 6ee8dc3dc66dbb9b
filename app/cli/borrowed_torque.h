// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"

namespace servolane::cli {

/// Torque that is switched on for one motion and back off behind it, and said so. Torque that was on already
/// stays on.
class BorrowedTorque {
public:
    BorrowedTorque(Context& context, AxisId axis)
        : context_(context)
        , axis_(axis) {}

    /// For a command that was refused for nothing but this.
    [[nodiscard]] tl::expected<void, Failure> take();
    /// Not broken off by an interrupt. Call it on every way out after take(); once it is off again it does
    /// nothing more.
    [[nodiscard]] tl::expected<void, Failure> giveBack();
    /// Off would take it from under the motion of another. If this program goes on until that one has ended,
    /// takeBack() makes it its own again.
    void leaveToOther();
    void takeBack() { leftToOther_ = false; }
    [[nodiscard]] bool wasTaken() const { return taken_; }
    /// It was not given back: a latched stop decides about it.
    [[nodiscard]] bool wasLeft() const { return left_; }
    [[nodiscard]] bool wasLeftToOther() const { return leftToOther_; }
    [[nodiscard]] bool isBack() const { return givenBack_; }

private:
    Context& context_;
    AxisId axis_;
    bool taken_ = false;
    bool left_ = false;
    bool leftToOther_ = false;
    bool givenBack_ = false;
    bool warned_ = false;
};

} // namespace servolane::cli
