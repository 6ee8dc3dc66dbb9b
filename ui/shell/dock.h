// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/panel_place.h"

#include <QtWidgets/QDockWidget>

class QToolButton;

namespace servolane::ui {

class Theme;

/// The place of a panel in a dock, with the house's title: the name, and small buttons at its right. `Tabbed`
/// ones have no title of their own, since their tab says it.
class Dock : public QDockWidget {
    Q_OBJECT
public:
    enum class Kind { titled, tabbed };

    /// `name` is the object name, by which the layout is kept.
    Dock(const QString& title, const QString& name, Kind kind, PanelPlace::Build build, QWidget* parent);
    [[nodiscard]] PanelPlace* place() const { return place_; }
    /// In front of its tabs, in a window that is shown. (A dock behind another one counts as visible for Qt.)
    [[nodiscard]] bool isSeen() const { return seen_; }
    QToolButton* addTitleButton(const Theme& theme, const QString& icon, const QString& tip,
                                const QString& name);

Q_SIGNALS:
    /// It is seen now: whoever owns it has its panel built, unless the window itself is still to come.
    void appeared();

private:
    PanelPlace* place_;
    bool seen_ = false;
    QWidget* bar_;
};

} // namespace servolane::ui
