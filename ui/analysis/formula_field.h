// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QLineEdit>

#include "ui/analysis/formula_text.h"

#include <vector>

class QCompleter;
class QStandardItemModel;

namespace servolane::ui {

/// Where a formula is written: offers names and functions for the word at the cursor, by itself while
/// someone types and with Ctrl+Space.
class FormulaField : public QLineEdit {
    Q_OBJECT
public:
    explicit FormulaField(QWidget* parent);
    void setWords(const std::vector<FormulaWord>& words);
    /// Selects what is wrong, or places the cursor where something is missing.
    void point(const telemetry::FormulaError& error);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] int wordStart() const;
    void offer(bool asked);
    void insert(const QModelIndex& index);

    QStandardItemModel* words_;
    QCompleter* completer_;
};

} // namespace servolane::ui
