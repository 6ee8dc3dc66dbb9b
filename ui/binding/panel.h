// SPDX-License-Identifier: GPL-3.0-or-later
// What every panel is: a widget that is told each frame, and sends commands.
#pragma once

#include "core/api/command_bus.h"
#include "ui/binding/frame.h"
#include "ui/scope/axis_colours.h"

#include <QtWidgets/QWidget>
#include <memory>

namespace servolane::ui {

class Theme;
class Selection;

/// Shared by all panels of a window; outlives them.
struct PanelContext {
    api::CommandBus& commands;
    Theme& theme;
    Selection& selection;
    std::shared_ptr<scope::AxisColours> axisColours = std::make_shared<scope::AxisColours>(); ///< never null

    CommandId send(api::CommandBody body) const { return commands.send(std::move(body), api::Asker::window); }
};

class Panel : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// Called by the window's one timer while the panel is visible. Must not block.
    virtual void tick(const Frame& frame) = 0;
};

} // namespace servolane::ui
