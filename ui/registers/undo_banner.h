// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

namespace servolane::ui {

class Banner;
class UndoStack;

/// Asks, without being modal, whether a value that someone else has changed is to be set back nevertheless.
class UndoBanner : public Panel {
    Q_OBJECT
public:
    UndoBanner(const PanelContext& context, UndoStack& stack, QWidget* parent);
    void tick(const Frame& frame) override;

private:
    UndoStack& stack_;
    Banner* banner_;
};

} // namespace servolane::ui
