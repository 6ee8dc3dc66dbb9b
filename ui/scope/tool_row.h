// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <QWidget>
#include <vector>

class QAction;
class QComboBox;
class QLabel;
class QToolButton;

namespace servolane::ui::scope {

/// Above the chart: the time span, the actions as buttons, and what is being shown. Where there is not enough
/// room, buttons lose their words first, then go into a menu, the last ones first; none is ever squeezed.
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
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;

Q_SIGNALS:
    void spanChosen(servolane::Duration span);

private:
    struct Tool {
        QToolButton* button;
        int wide = 0; ///< with its words; 0: to be measured
        int narrow = 0;
    };
    void addTool(QAction* action);
    void measure(Tool& tool);
    static void dress(const Tool& tool, bool withWords);
    /// Of everything in the row but the tools and the state, and what lies between.
    [[nodiscard]] int roomOfOthers() const;
    void fit();
    void fitState(int room);

    QComboBox* span_;
    int atStart_ = 0;
    std::vector<Tool> tools_;
    QToolButton* more_;
    QLabel* state_;
    QString said_;
};

/// "10 s", "5 min", "200 ms"
[[nodiscard]] QString spanText(Duration span);

} // namespace servolane::ui::scope
