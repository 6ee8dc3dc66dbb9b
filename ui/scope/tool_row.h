// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <QWidget>
#include <vector>

class QAction;
class QComboBox;
class QLabel;

namespace servolane::ui::scope {

/// Above the chart: the time span, the actions as buttons, and what is being shown.
class ToolRow final : public QWidget {
    Q_OBJECT
public:
    ToolRow(const std::vector<QAction*>& actions, QWidget* parent);
    /// Also spans that are not in the list, after a zoom.
    void showSpan(Duration span);
    void showState(const QString& text);
    /// Puts a widget of the owner's at the row's start.
    void addAtStart(QWidget* widget);
    void addAtEnd(QWidget* widget);

Q_SIGNALS:
    void spanChosen(servolane::Duration span);

private:
    QComboBox* span_;
    int atStart_ = 0;
    QLabel* state_;
};

/// "10 s", "5 min", "200 ms"
[[nodiscard]] QString spanText(Duration span);

} // namespace servolane::ui::scope
