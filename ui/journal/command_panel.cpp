// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/command_panel.h"

#include "ui/binding/details_text.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/state_mark.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableView>

namespace servolane::ui {

namespace {

QString askerText(api::Asker asker) {
    switch (asker) {
    case api::Asker::window:
        return QStringLiteral("window");
    case api::Asker::commandLine:
        return QStringLiteral("command line");
    case api::Asker::sequence:
        return QStringLiteral("sequence");
    case api::Asker::program:
        break;
    }
    return QStringLiteral("program");
}

bool isBad(journal::CommandState state) {
    return state == journal::CommandState::rejected || state == journal::CommandState::failed;
}

} // namespace

CommandTable::CommandTable(const Theme& theme, QObject* parent)
    : QAbstractTableModel(parent)
    , theme_(theme) {}

void CommandTable::show(const Frame& frame) {
    const int rows = static_cast<int>(frame.commands->entries.size());
    const bool moved = rows != rows_ || frame.commands->total != total_;
    if (moved) beginResetModel();
    frame_ = frame;
    rows_ = rows;
    total_ = frame.commands->total;
    if (moved)
        endResetModel();
    else if (rows > 0)
        Q_EMIT dataChanged(index(0, 0), index(rows - 1, columns - 1));
}

int CommandTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : rows_;
}

int CommandTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant CommandTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !frame_.commands) return {};
    const auto& entries = frame_.commands->entries;
    const auto& entry = entries[entries.size() - 1 - static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return textOfCell(entry, index.column());
    case Qt::ToolTipRole:
        return index.column() == details ? QVariant(detailsOf(entry)) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant((index.column() == latency || index.column() == at ? Qt::AlignRight : Qt::AlignLeft) |
                        Qt::AlignVCenter);
    case Qt::ForegroundRole:
        if (index.column() == state) return colorOf(lookOf(entry.state).tone, theme_.tokens());
        if (index.column() == details && isBad(entry.state)) return theme_.tokens().fault;
        if (index.column() == what || index.column() == details) return theme_.tokens().text;
        return theme_.tokens().muted;
    default:
        return {};
    }
}

QVariant CommandTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == latency || section == at ? Qt::AlignRight : Qt::AlignLeft) |
                        Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    static const char* const titles[] = {"Ago",     "State", "Command", "Axis or bus",
                                         "Details", "Took",  "Asked by"};
    return QString::fromLatin1(titles[section]);
}

QString CommandTable::textOfCell(const journal::CommandEntry& entry, int column) const {
    const StateLook look = lookOf(entry.state);
    switch (column) {
    case at:
        return ageText(frame_.now - entry.at);
    case state:
        return QString(shapeOf(look.tone)) + QLatin1Char(' ') + look.word;
    case what:
        return commandTitle(entry.description.kind);
    case target:
        if (entry.description.axis != AxisId{}) return axisPhrase(entry.description.axis, *frame_.axes);
        return entry.description.bus == BusId{} ? QString() : busPhrase(entry.description.bus, *frame_.buses);
    case details:
        return detailsOf(entry);
    case latency:
        return entry.latency == Duration{} ? QString() : latencyText(entry.latency);
    case asker:
        return askerText(entry.asker);
    default:
        return {};
    }
}

QString CommandTable::detailsOf(const journal::CommandEntry& entry) const {
    const motion::AxisView* axis = frame_.axes->find(entry.description.axis);
    const QString asked = detailsText(entry.description.details, axis ? axis->axis->scale.unit : "deg");
    QString text = isBad(entry.state) ? outcomeText(entry, *frame_.axes, *frame_.buses) : asked;
    if (entry.retries > 0) text += QStringLiteral(" · %1 retries").arg(entry.retries);
    return text;
}

CommandPanel::CommandPanel(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , table_(new CommandTable(context.theme, this))
    , view_(new QTableView(this))
    , stack_(new QStackedLayout(this)) {
    setObjectName(QStringLiteral("commandPanel"));
    view_->setObjectName(QStringLiteral("commandTable"));
    view_->setModel(table_);
    view_->setShowGrid(false);
    view_->setWordWrap(false);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(benchControlHeight);
    view_->horizontalHeader()->setHighlightSections(false);
    const int widths[] = {72, 152, 152, 140, 400, 84};
    for (int column = 0; column < CommandTable::asker; ++column)
        view_->setColumnWidth(column, widths[column]);
    view_->horizontalHeader()->setSectionResizeMode(CommandTable::details, QHeaderView::Stretch);
    stack_->addWidget(
        new EmptyState(context.theme, QStringLiteral("list"), QStringLiteral("Nothing was asked yet"),
                       QStringLiteral("Every command appears here with what became of it and how "
                                      "long the servo took to confirm it."),
                       this));
    stack_->addWidget(view_);
}

void CommandPanel::tick(const Frame& frame) {
    if (!frame.figuresDue) return;
    stack_->setCurrentIndex(frame.commands->entries.empty() ? 0 : 1);
    table_->show(frame);
}

} // namespace servolane::ui
