// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

class QTableWidget;
class QWidget;

namespace servolane::ui {

/// A table in the house's look: no grid, whole rows selected, nothing editable. Columns from `figuresFrom` on
/// are right-aligned. No column is narrower than its title once the table is shown.
[[nodiscard]] QTableWidget* makeTable(const QString& name, const QStringList& columns, int figuresFrom,
                                      QWidget* parent);
/// A line beneath each row: for rows of several lines of text.
void ruleRows(QTableWidget* table);
/// Sets the cell's text only if it differs; makes the cell if there is none.
void showCell(QTableWidget* table, int row, int column, const QString& text);

} // namespace servolane::ui
