// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/state_text.h"

#include <QtWidgets/QWidget>

class QPainter;

namespace servolane::ui {

struct Tokens;

/// How full, 0 … 1, and what that means. Above `warnAt` the bar is amber, above `faultAt` it is red.
struct Fill {
    double share = 0.0;
    double warnAt = 0.8;
    double faultAt = 1.0;
    [[nodiscard]] Tone tone() const {
        return share >= faultAt ? Tone::fault : share >= warnAt ? Tone::warn : Tone::ok;
    }
};

/// A bar of 6 px with a mark at its limit; stale ones are grey.
void drawBar(QPainter& painter, const QRectF& box, const Fill& fill, bool stale, const Tokens& tokens);

} // namespace servolane::ui
