// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <QtWidgets/QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace servolane::ui {

/// What takes longer than half a second: a sentence, progress, an estimate and Cancel.
class JobStrip : public QWidget {
    Q_OBJECT
public:
    JobStrip(const QString& name, QWidget* parent);
    /// `done` 0 … 1; `left` zero: not known yet.
    void showProgress(const QString& text, double done, Duration left);
    /// Time left by the speed so far; zero in the first tenth of a second and before anything is done.
    [[nodiscard]] static Duration estimate(Duration passed, double done);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void cancelled();

private:
    QLabel* text_;
    QLabel* left_;
    QProgressBar* bar_;
    QPushButton* cancel_;
};

} // namespace servolane::ui
