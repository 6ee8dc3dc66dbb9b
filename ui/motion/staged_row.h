// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>
#include <vector>

class QLabel;
class QPushButton;

namespace servolane::ui {

class NumberField;

/// Beneath fields that are applied together: what was typed, as it was understood, and Apply. Its place stays
/// empty while the fields show what the servo holds.
class StagedRow : public QWidget {
    Q_OBJECT
public:
    /// `button` is the object name of Apply.
    StagedRow(std::vector<NumberField*> fields, const QString& button, QWidget* parent);
    /// Also by itself whenever someone types.
    void refresh();

Q_SIGNALS:
    void applied();

private:
    std::vector<NumberField*> fields_;
    QLabel* understood_;
    QPushButton* apply_;
};

} // namespace servolane::ui
