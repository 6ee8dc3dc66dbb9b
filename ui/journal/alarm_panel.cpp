// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/alarm_panel.h"

#include "ui/binding/selection.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableWidget>

namespace servolane::ui {

namespace {
enum Column { state, where, what, began, remedy };
}

AlarmPanel::AlarmPanel(const PanelContext& context, TroubleBook& book, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , book_(book)
    , stack_(new QStackedLayout(this))
    , table_(makeTable(QStringLiteral("alarmTable"),
                       {QStringLiteral("State"), QStringLiteral("Where"), QStringLiteral("What"),
                        QStringLiteral("Began"), QStringLiteral("What helps")},
                       99, this)) {
    setObjectName(QStringLiteral("alarmPanel"));
    stack_->addWidget(
        new EmptyState(context.theme, QStringLiteral("check"), QStringLiteral("No alarms"),
                       QStringLiteral("Hardware errors, silent axes and lost buses appear here and "
                                      "stay until someone acknowledges them."),
                       this));
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(table_, 1);
    column->addWidget(makeRule(body));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    auto* one = makeButton(QStringLiteral("Acknowledge"), QStringLiteral("acknowledge"), body);
    auto* all = makeButton(QStringLiteral("Acknowledge all"), QStringLiteral("acknowledgeAll"), body);
    row->setSpacing(space::small);
    row->addWidget(one);
    row->addWidget(all);
    row->addStretch(1);
    column->addLayout(row);
    stack_->addWidget(body);
    const int widths[] = {250, 150, 220, 88};
    for (int at = state; at < remedy; ++at)
        table_->setColumnWidth(at, widths[at]);
    connect(one, &QPushButton::clicked, this, &AlarmPanel::acknowledgeSelected);
    connect(all, &QPushButton::clicked, this, [this] { book_.acknowledgeAll(); });
    connect(table_, &QTableWidget::cellClicked, this, [this](int at) {
        const Trouble& trouble = book_.all()[static_cast<std::size_t>(at)];
        if (trouble.axis != AxisId{}) context_.selection.selectAxis(trouble.axis, context_.selection.bus());
    });
}

void AlarmPanel::acknowledgeSelected() {
    const int row = qMax(0, table_->currentRow());
    if (row < static_cast<int>(book_.all().size()))
        book_.acknowledge(book_.all()[static_cast<std::size_t>(row)].key);
}

void AlarmPanel::tick(const Frame& frame) {
    if (!frame.figuresDue) return;
    const int count = static_cast<int>(book_.all().size());
    stack_->setCurrentIndex(count == 0 ? 0 : 1);
    if (table_->rowCount() != count) table_->setRowCount(count);
    for (int row = 0; row < count; ++row)
        showRow(row, book_.all()[static_cast<std::size_t>(row)], book_.now());
}

void AlarmPanel::showRow(int row, const Trouble& trouble, Time now) {
    QString word = trouble.active ? QStringLiteral("Active")
                                  : QStringLiteral("Cleared %1 ago").arg(ageText(now - trouble.cleared));
    if (!trouble.seen) word += QStringLiteral(", unacknowledged");
    const Tone tone = trouble.active ? trouble.tone : Tone::off;
    showCell(table_, row, state, QString(shapeOf(tone)) + QLatin1Char(' ') + word);
    showCell(table_, row, where, trouble.where);
    showCell(table_, row, what, trouble.text);
    showCell(table_, row, began, QStringLiteral("%1 ago").arg(ageText(now - trouble.since)));
    showCell(table_, row, remedy, trouble.remedy);
    table_->item(row, state)->setForeground(colorOf(tone, context_.theme.tokens()));
    table_->item(row, remedy)->setForeground(context_.theme.tokens().muted);
}

} // namespace servolane::ui
