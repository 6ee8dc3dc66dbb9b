// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/alarm_panel.h"

#include "ui/binding/selection.h"
#include "ui/binding/setting_text.h"
#include "ui/binding/value_text.h"
#include "ui/journal/alarm_buttons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>
#include <utility>

namespace servolane::ui {

namespace {
enum Column { state, where, what, began, remedy };
constexpr int alarmKeyRole = Qt::UserRole + 1;

/// "Active, unacknowledged", "Active, shelved, back in 14 min": where it stands in its life.
QString lifeOf(const Trouble& trouble, Time now) {
    const QString state = trouble.active
                              ? QStringLiteral("Active")
                              : QStringLiteral("Cleared %1 ago").arg(ageText(now - trouble.cleared));
    if (trouble.isShelved())
        return state + QStringLiteral(", shelved, back in %1").arg(ageText(trouble.shelvedUntil - now));
    return trouble.seen ? state : state + QStringLiteral(", unacknowledged");
}

} // namespace

AlarmPanel::AlarmPanel(const PanelContext& context, TroubleBook& book, std::function<UtcTime()> utcNow,
                       QWidget* parent)
    : Panel(parent)
    , context_(context)
    , book_(book)
    , stack_(new QStackedLayout(this))
    , table_(makeTable(QStringLiteral("alarmTable"),
                       {QStringLiteral("State"), QStringLiteral("Where"), QStringLiteral("What"),
                        QStringLiteral("Began"), QStringLiteral("What helps")},
                       99, this))
    , buttons_(new AlarmButtons(book, false, this))
    , utcNow_(std::move(utcNow)) {
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
    column->addWidget(buttons_);
    stack_->addWidget(body);
    const int widths[] = {260, 140, 220, 152};
    for (int at = state; at < remedy; ++at)
        table_->setColumnWidth(at, widths[at]);
    connect(table_, &QTableWidget::itemSelectionChanged, this, [this] { buttons_->choose(chosen()); });
    connect(table_, &QTableWidget::cellClicked, this, [this](int at) {
        const Trouble& trouble = book_.all()[static_cast<std::size_t>(at)];
        if (trouble.axis != AxisId{}) context_.selection.selectAxis(trouble.axis, context_.selection.bus());
    });
}

/// What has the focus alone is not chosen: Tab makes the first row the current one.
QString AlarmPanel::chosen() const {
    const auto rows = table_->selectionModel()->selectedRows(state);
    return rows.isEmpty() ? QString() : rows.front().data(alarmKeyRole).toString();
}

void AlarmPanel::choose(const QString& key) {
    if (key == chosen()) return;
    const QSignalBlocker quiet(table_);
    table_->clearSelection();
    for (int row = 0; row < table_->rowCount() && !key.isEmpty(); ++row)
        if (table_->item(row, state)->data(alarmKeyRole).toString() == key) table_->selectRow(row);
}

void AlarmPanel::tick(const Frame& frame) {
    if (!frame.figuresDue) return;
    const QString key = chosen();
    const int count = static_cast<int>(book_.all().size());
    stack_->setCurrentIndex(count == 0 ? 0 : 1);
    std::erase_if(began_, [this](const auto& each) { return !book_.find(each.first); });
    if (table_->rowCount() != count) {
        const QSignalBlocker quiet(table_);
        table_->setRowCount(count);
    }
    for (int row = 0; row < count; ++row)
        showRow(row, book_.all()[static_cast<std::size_t>(row)], book_.now());
    choose(key);
    buttons_->choose(chosen());
}

/// A moment of the wall clock is looked up in the journal; the age tells at once how long it has lasted.
QString AlarmPanel::beginOf(const Trouble& trouble, Time now) {
    auto& [since, at] = began_[trouble.key];
    if (since != trouble.since) {
        since = trouble.since;
        at = utcNow_() - (now - trouble.since);
    }
    const QString clock = momentText(at, utcNow_()).section(QLatin1Char('.'), 0, 0);
    return QStringLiteral("%1 · %2 ago").arg(clock, ageText(now - trouble.since));
}

void AlarmPanel::showRow(int row, const Trouble& trouble, Time now) {
    const bool isLoud = trouble.active && !trouble.isShelved();
    const Tone tone = isLoud ? trouble.tone : Tone::off;
    const QString word = lifeOf(trouble, now);
    showCell(table_, row, state, QString(shapeOf(tone)) + QLatin1Char(' ') + word);
    showCell(table_, row, where, trouble.where);
    showCell(table_, row, what, trouble.text);
    showCell(table_, row, began, beginOf(trouble, now));
    showCell(table_, row, remedy, trouble.remedy);
    if (auto* item = table_->item(row, state); item->data(alarmKeyRole).toString() != trouble.key)
        item->setData(alarmKeyRole, trouble.key);
    table_->item(row, state)->setForeground(colorOf(tone, context_.theme.tokens()));
    table_->item(row, remedy)->setForeground(context_.theme.tokens().muted);
}

} // namespace servolane::ui
