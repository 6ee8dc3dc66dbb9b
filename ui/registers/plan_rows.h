// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/registers/provision_run.h"

#include <QtCore/QString>

class QTableWidget;
class QWidget;

namespace servolane::ui {

/// The preview of a recipe: a row for each setting that is written or left, one servo after the other. GUI
/// thread.
class PlanRows {
public:
    /// A table with its columns, empty.
    [[nodiscard]] static QTableWidget* makeTable(const QString& name, QWidget* parent);

    /// Rows of such a table are filled from its first one on.
    explicit PlanRows(QTableWidget* table)
        : table_(table) {}

    /// Under the id and the name that it has by then.
    void add(const ProvisionRun::Station& station, bool isDone);
    /// Rows filled so far.
    [[nodiscard]] int count() const { return rows_; }

private:
    void addWrite(const registers::ServoModel& model, const registers::PlannedWrite& write);
    void row(const QString& name, const QString& now, const QString& then, const QString& kept);

    QTableWidget* table_;
    QString title_;
    QString said_;
    bool first_ = true;
    int rows_ = 0;
};

} // namespace servolane::ui
