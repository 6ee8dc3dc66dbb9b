// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

namespace servolane::ui {

class Banner;
class CommandNote;

/// While a stop is latched: what it did, who asked for it, and the guided Reset stop. Asked
/// for again, it goes on telling what the first did, since that is what happened.
class StopBanner : public Panel {
    Q_OBJECT
public:
    StopBanner(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;
    void reset();
    [[nodiscard]] QString text() const;

private:
    [[nodiscard]] QString causeText(const Frame& frame) const;
    [[nodiscard]] QString againText(const motion::AxisBoard& axes) const;
    [[nodiscard]] QString doubtsText(const Frame& frame) const;
    [[nodiscard]] static QString resetText(const Frame& frame);

    const PanelContext& context_;
    Banner* banner_;
    CommandNote* note_;
    motion::StopView stop_;  ///< the newest: what is reset
    motion::StopView first_; ///< the one that did it: pressing again stops nothing that moves
};

} // namespace servolane::ui
