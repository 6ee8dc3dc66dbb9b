// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

namespace servolane::ui {

class Banner;
class CommandNote;

/// While a stop is latched: what it did, who asked for it, and the guided Reset stop.
class StopBanner : public Panel {
    Q_OBJECT
public:
    StopBanner(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;
    void reset();
    [[nodiscard]] QString text() const;

private:
    [[nodiscard]] static QString causeText(const Frame& frame);
    [[nodiscard]] static QString doubtsText(const Frame& frame);
    [[nodiscard]] static QString resetText(const Frame& frame);

    const PanelContext& context_;
    Banner* banner_;
    CommandNote* note_;
    motion::StopView stop_;
};

} // namespace servolane::ui
