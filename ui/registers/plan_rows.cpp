// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/plan_rows.h"

#include "ui/registers/register_text.h"
#include "ui/widgets/figure_table.h"

#include <QtWidgets/QTableWidget>

namespace servolane::ui {

namespace {

enum Column { servoColumn, registerColumn, nowColumn, planColumn, keptColumn, saidColumn };
constexpr int widths[] = {150, 190, 120, 140, 96};

QString numberText(double value) {
    return QString::number(value, 'g', 8);
}

} // namespace

QTableWidget* PlanRows::makeTable(const QString& name, QWidget* parent) {
    auto* table =
        ui::makeTable(name,
                      // True before it is done, and afterwards
                      {QStringLiteral("Servo"), QStringLiteral("Register"), QStringLiteral("Before"),
                       QStringLiteral("After"), QStringLiteral("Kept in"), QStringLiteral("Result")},
                      99, parent);
    table->setTabKeyNavigation(false);
    for (int at = servoColumn; at < saidColumn; ++at)
        table->setColumnWidth(at, widths[at]);
    return table;
}

void PlanRows::add(const ProvisionRun::Station& station, bool isDone) {
    first_ = true;
    const std::string& name = station.wanted.name;
    const ServoId id = station.wanted.newId.value_or(station.axis->servo);
    title_ = QStringLiteral("%1 · %2")
                 .arg((isDone ? id : station.axis->servo).value)
                 .arg(QString::fromStdString(isDone && !name.empty() ? name : station.axis->name));
    said_ = !station.problem.isEmpty() ? station.problem
            : isDone                   ? QStringLiteral("✓ read back")
            : station.confirmed        ? QStringLiteral("written")
                                       : QString();
    if (!name.empty() && name != station.axis->name)
        row(QStringLiteral("Name"), QString::fromStdString(station.axis->name), QString::fromStdString(name),
            QStringLiteral("host"));
    for (const registers::PlannedWrite& write : station.plan.writes)
        addWrite(*station.axis->model, write);
    for (const registers::LeftRegister& left : station.plan.left) {
        said_ = whyLeft(left);
        row(QString::fromStdString(left.name), {}, numberText(left.value), {});
    }
    if (id != station.axis->servo)
        row(QStringLiteral("Id"), QString::number(station.axis->servo.value), QString::number(id.value),
            QStringLiteral("EEPROM"));
    if (first_) row(QStringLiteral("%1 settings are so already").arg(station.plan.equal.size()), {}, {}, {});
}

void PlanRows::addWrite(const registers::ServoModel& model, const registers::PlannedWrite& write) {
    const registers::Register& of = *model.find(write.name);
    row(registerTitle(of), write.before ? registerText(of, *write.before) : QStringLiteral("unknown"),
        registerText(of, write.after),
        write.storage == registers::Storage::eeprom ? QStringLiteral("EEPROM") : QStringLiteral("RAM"));
}

void PlanRows::row(const QString& name, const QString& now, const QString& then, const QString& kept) {
    if (table_->rowCount() <= rows_) table_->setRowCount(rows_ + 1);
    const QString cells[] = {first_ ? title_ : QString(), name, now, then, kept, said_};
    for (int at = servoColumn; at <= saidColumn; ++at)
        showCell(table_, rows_, at, cells[at]);
    first_ = false;
    ++rows_;
}

} // namespace servolane::ui
