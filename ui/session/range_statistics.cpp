// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/range_statistics.h"

#include "ui/binding/value_text.h"
#include "ui/scope/cursor_pair.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/text.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>

namespace servolane::ui {

namespace {
const QStringList& columns() {
    static const QStringList names{QStringLiteral("Channel"), QStringLiteral("Unit"),
                                   QStringLiteral("Samples"), QStringLiteral("Min"),
                                   QStringLiteral("Max"),     QStringLiteral("p-p"),
                                   QStringLiteral("Mean"),    QStringLiteral("RMS"),
                                   QStringLiteral("σ"),       QStringLiteral("Slope /s")};
    return names;
}
} // namespace

RangeStatistics::RangeStatistics(QWidget* parent)
    : QWidget(parent) {
    setObjectName(QStringLiteral("rangeStatistics"));
    table_ = makeTable(QStringLiteral("statisticsTable"), columns(), 2, this);
    table_->setAccessibleName(QStringLiteral("Statistics of the range"));
    table_->horizontalHeaderItem(5)->setToolTip(QStringLiteral("Peak to peak"));
    table_->horizontalHeaderItem(8)->setToolTip(QStringLiteral("Standard deviation"));
    table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table_->horizontalHeader()->setStretchLastSection(false); // what is left belongs to the names
    for (int column = 1; column < columns().size(); ++column)
        table_->setColumnWidth(column, column == 1 ? 40 : 72);
    note_ = makeLabel({}, "small", this);
    note_->setObjectName(QStringLiteral("statisticsNote"));
    auto* copy = makeButton(QStringLiteral("Copy"), QStringLiteral("statisticsCopy"), this);
    copy->setToolTip(QStringLiteral("The table, for a spreadsheet"));
    auto* row = new QHBoxLayout;
    row->addWidget(note_, 1);
    row->addWidget(copy);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    column->addLayout(row);
    column->addWidget(table_, 1);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(asText()); });
}

void RangeStatistics::setTraces(std::vector<scope::TraceChoice> choices,
                                std::shared_ptr<const telemetry::TraceSet> set) {
    if (choices == choices_ && set == set_) return;
    choices_ = std::move(choices);
    set_ = std::move(set);
    stale_ = true;
}

void RangeStatistics::setAxes(std::vector<session::SessionAxis> axes) {
    axes_ = std::move(axes);
    stale_ = true;
}

void RangeStatistics::setRange(std::optional<TimeRange> range) {
    if (range == range_) return;
    range_ = range;
    stale_ = true;
}

void RangeStatistics::tick() {
    if (!stale_ && !waiting_) return;
    stale_ = false;
    waiting_ = false;
    incomplete_ = false;
    mixed_ = false;
    const bool shows = range_ && set_;
    table_->setRowCount(shows ? static_cast<int>(choices_.size()) : 0);
    for (int row = 0; row < table_->rowCount(); ++row)
        showTrace(row, choices_[static_cast<std::size_t>(row)]);
    fitNames();
    showText(
        note_,
        choices_.empty() ? QStringLiteral("Choose channels on the right; their figures stand here.")
        : mixed_   ? QStringLiteral("The unit of a channel changes in the range: choose one on either side "
                                      "of the change for its figures.")
        : waiting_ ? QStringLiteral("Samples of the range are still being read …")
        : incomplete_ ? QStringLiteral("Samples of the range are missing: they were given up or cannot be "
                                       "read. Figures marked incomplete are of the rest.")
                      : QStringLiteral("Of the channels in the scope, over the chosen range"));
}

/// Names are told apart by their ends: the figures give way, and scroll.
void RangeStatistics::fitNames() {
    QHeaderView* header = table_->horizontalHeader();
    const int names = static_cast<QAbstractItemView*>(table_)->sizeHintForColumn(0);
    int figures = 0;
    for (int column = 1; column < header->count(); ++column)
        figures += header->sectionSize(column);
    const bool isTight = names > table_->viewport()->width() - figures;
    header->setSectionResizeMode(0, isTight ? QHeaderView::Fixed : QHeaderView::Stretch);
    if (isTight) header->resizeSection(0, names);
}

void RangeStatistics::resizeEvent(QResizeEvent*) {
    fitNames();
}

void RangeStatistics::showTrace(int row, const scope::TraceChoice& choice) {
    const telemetry::TraceView* view = set_->find(choice.axis, choice.channel);
    const auto s = view ? scope::statisticsBetween(*view->trace, range_->first, range_->second)
                        : telemetry::TraceStatistics{};
    waiting_ = waiting_ || s.isWaiting;
    incomplete_ = incomplete_ || s.isIncomplete;
    const QStringList units = unitsOf(choice);
    const bool mixed = units.size() > 1;
    mixed_ = mixed_ || mixed;
    const QString doubt = mixed            ? QStringLiteral(" (unit changes)")
                          : s.isIncomplete ? QStringLiteral(" (incomplete)")
                          : s.hasGap       ? QStringLiteral(" (has gaps)")
                                           : QString();
    showCell(table_, row, 0, choice.label + doubt);
    showCell(table_, row, 1, units.isEmpty() ? choice.unit : units.join(QStringLiteral(", ")));
    showCell(table_, row, 2, countText(s.count));
    const double figures[] = {s.min, s.max, s.peakToPeak(), s.mean, s.rms, s.deviation, s.slope};
    for (int at = 0; at < 7; ++at)
        showCell(table_, row, 3 + at,
                 s.count > 0 && !mixed ? numberText(figures[at], 3) : QStringLiteral("—"));
}

QStringList RangeStatistics::unitsOf(const scope::TraceChoice& choice) const {
    const auto axis = std::find_if(axes_.begin(), axes_.end(),
                                   [&](const session::SessionAxis& each) { return each.id == choice.axis; });
    if (axis == axes_.end()) return {};
    const std::string name = axis->nameOf(choice.channel);
    const std::string& newest = axis->units[indexOf(choice.channel)];
    QStringList units;
    Time from = Time::min();
    bool hasOther = false;
    const auto add = [&](Time until, const std::string& unit, const std::string& called) {
        const bool isInRange = from <= range_->second && until > range_->first;
        from = until;
        if (!isInRange || called != name) return; // a place that held another register has no values
        hasOther = hasOther || unit != newest;
        if (const QString word = unitText(unit); !units.contains(word)) units << word;
    };
    for (const session::EarlierScale& earlier : axis->earlier)
        if (earlier.channel == choice.channel)
            add(earlier.until, earlier.unit, earlier.name.empty() ? name : earlier.name);
    add(Time::max(), newest, name);
    return hasOther ? units : QStringList{};
}

QString RangeStatistics::asText() const {
    QString text = columns().join(QLatin1Char('\t'));
    for (int row = 0; row < table_->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < table_->columnCount(); ++column)
            cells << (table_->item(row, column) ? table_->item(row, column)->text() : QString());
        text += QLatin1Char('\n') + cells.join(QLatin1Char('\t'));
    }
    // A spreadsheet reads neither the typographic minus nor the narrow space.
    return text.replace(QChar(0x2212), QLatin1Char('-')).remove(QChar(0x202F));
}

} // namespace servolane::ui
