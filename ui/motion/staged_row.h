// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>
#include <vector>

class QLabel;
class QPushButton;

namespace servolane::ui {

class CommandNote;
class NumberField;

/// Of fields that are applied together: what was typed, as it was understood, and Apply; in place of it what
/// became of it, once it was sent, until somebody types again. Hidden while there is nothing to be said.
class StagedRow : public QWidget {
    Q_OBJECT
public:
    /// `button` is the object name of Apply.
    StagedRow(std::vector<NumberField*> fields, const QString& button, CommandNote& note, QWidget* parent);
    /// Whose fields these are, where they stand among those of others.
    void setTitle(const QString& title);
    /// Also by itself whenever someone types.
    void refresh();

Q_SIGNALS:
    void applied();

private:
    std::vector<NumberField*> fields_;
    CommandNote& note_;
    QLabel* title_;
    QLabel* understood_;
    QPushButton* apply_;
};

} // namespace servolane::ui
