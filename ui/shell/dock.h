// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QDockWidget>

class QToolButton;

namespace servolane::ui {

class Panel;
class Theme;

/// A panel in a dock, with the house's title: the name, and small buttons at its right. `Tabbed` ones have no
/// title of their own, since their tab says it.
class Dock : public QDockWidget {
    Q_OBJECT
public:
    enum class Kind { titled, tabbed };

    /// `name` is the object name, by which the layout is kept.
    Dock(const QString& title, const QString& name, Kind kind, Panel* panel, QWidget* parent);
    [[nodiscard]] Panel* panel() const { return panel_; }
    /// Another panel takes the place; the former one is hidden and still belongs to its owner.
    void showPanel(Panel* panel);
    QToolButton* addTitleButton(const Theme& theme, const QString& icon, const QString& tip,
                                const QString& name);

private:
    Panel* panel_;
    QWidget* bar_;
};

} // namespace servolane::ui
