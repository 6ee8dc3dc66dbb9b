// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>
#include <functional>

class QAction;
class QLabel;

namespace servolane::telemetry {
struct TraceSet;
}

namespace servolane::ui {

class NumberField;
class Theme;

/// How much memory samples may take, with what they take now: a row that opens below the tools of a scope.
/// GUI thread.
class TraceMemory : public QWidget {
    Q_OBJECT
public:
    /// `least` and `most`: MB that can be entered.
    TraceMemory(Theme& theme, unsigned least, unsigned most, QWidget* parent);

    /// Shows the row, for the menu.
    [[nodiscard]] QAction* action() const { return action_; }
    /// What is set, in MB.
    void showSetting(unsigned megabytes);
    /// Costs nothing while the row is closed.
    void tick(const telemetry::TraceSet& traces);

Q_SIGNALS:
    void chosen(unsigned megabytes);

private:
    void accept();

    unsigned least_;
    unsigned most_;
    unsigned set_ = 0;
    QAction* action_;
    NumberField* field_;
    QLabel* use_;
};

} // namespace servolane::ui
