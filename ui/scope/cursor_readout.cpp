// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/cursor_readout.h"

#include "ui/scope/cursor_pair.h"
#include "ui/scope/end_labels.h"

#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace servolane::ui::scope {

namespace {

constexpr int rowHeight = 19; ///< also of the header: each pixel is taken from the traces
constexpr int mostRowsShown = 8;
constexpr int cellWidth = 54;
constexpr int slopeWidth = 78;
constexpr int cellMargin = 2;
constexpr int dashInset = 5;
constexpr int pointSize = 9;

void setCell(QTableWidget& table, int row, int column, const QString& text) {
    QTableWidgetItem* item = table.item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        item->setTextAlignment(column == 0 ? Qt::AlignLeft | Qt::AlignVCenter
                                           : Qt::AlignRight | Qt::AlignVCenter);
        table.setItem(row, column, item);
    }
    if (item->text() != text) item->setText(text);
}

constexpr int axisNameRole = Qt::UserRole + 1;

/// Ten figures stand beside each other: none of their width is given away to margins, and of a name its axis
/// stays, with both ends of its channel.
class TightCells final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& given,
               const QModelIndex& index) const override {
        QStyleOptionViewItem option = given;
        initStyleOption(&option, index);
        const bool isName = index.column() == 0;
        const QString text =
            isName ? elidedName(option.fontMetrics, option.text, index.data(axisNameRole).toString(),
                                option.rect.width() - 2 * cellMargin)
                   : option.text;
        option.text.clear();
        const QWidget* table = option.widget;
        table->style()->drawControl(QStyle::CE_ItemViewItem, &option, painter, table);
        painter->save();
        painter->setFont(option.font);
        // At the right border and as bright as the figures, a dash would be taken for the sign of the next.
        const bool isDash = text == noFigure();
        painter->setPen(option.palette.color(isDash ? QPalette::PlaceholderText : QPalette::Text));
        painter->drawText(option.rect.adjusted(cellMargin, 0, -cellMargin - (isDash ? dashInset : 0), 0),
                          static_cast<int>(option.displayAlignment), text);
        painter->restore();
    }
};

} // namespace

CursorReadout::CursorReadout(QWidget* parent)
    : QWidget(parent)
    , reading_(std::make_unique<CursorReading>()) {
    hide();
}

/// When the first cursor is set: most of the time there is none, and a table costs more than the rest of the
/// scope.
void CursorReadout::build() {
    times_ = new QLabel(this);
    table_ = new QTableWidget(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 2, 8, 2);
    layout->setSpacing(2);
    layout->addWidget(times_);
    layout->addWidget(table_);
    gaps_ = new QLabel(this);
    gaps_->setObjectName(QStringLiteral("cursorGaps"));
    gaps_->setWordWrap(true);
    gaps_->hide();
    layout->addWidget(gaps_);
    times_->setObjectName(QStringLiteral("cursorTimes"));
    times_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QStringList headers{QString()};
    for (const QString& column : readingColumns())
        headers << column;
    table_->setColumnCount(static_cast<int>(headers.size()));
    table_->setHorizontalHeaderLabels(headers);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setMinimumSectionSize(rowHeight);
    table_->verticalHeader()->setDefaultSectionSize(rowHeight);
    table_->horizontalHeader()->setFixedHeight(rowHeight);
    table_->horizontalHeader()->setDefaultSectionSize(cellWidth);
    table_->setColumnWidth(table_->columnCount() - 1, slopeWidth);
    table_->horizontalHeader()->setMinimumSectionSize(cellWidth);
    table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    table_->setShowGrid(false);
    table_->setItemDelegate(new TightCells(table_));
    table_->setStyleSheet(
        QStringLiteral("QTableWidget { font-size: %1pt; } QTableWidget::item { padding: 0; } "
                       "QHeaderView { font-size: %1pt; } QHeaderView::section { padding: 0; }")
            .arg(pointSize));
    table_->setFrameShape(QFrame::NoFrame);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionMode(QAbstractItemView::ContiguousSelection);
    table_->setFocusPolicy(Qt::NoFocus);
    table_->setAccessibleName(tr("Values at the cursors"));
}

CursorReadout::~CursorReadout() = default;

void CursorReadout::setReading(const CursorReading& reading) {
    if (reading == *reading_) return;
    if (!table_) build();
    const bool sameRows = reading.rows.size() == reading_->rows.size();
    const bool sameColumns = reading.hasA == reading_->hasA && reading.hasB == reading_->hasB;
    *reading_ = reading;
    setVisible(!reading_->times.isEmpty());
    times_->setText(reading_->times);
    gaps_->setText(reading_->gaps);
    gaps_->setVisible(!reading_->gaps.isEmpty());
    if (!sameRows) resizeToRows();
    if (!sameColumns) showColumns();
    for (int row = 0; row < table_->rowCount(); ++row) {
        const CursorReading::Row& line = reading_->rows[static_cast<std::size_t>(row)];
        setCell(*table_, row, 0, line.label);
        table_->item(row, 0)->setData(axisNameRole, line.axis);
        QString tip = line.label;
        if (line.hasGap) tip += '\n' + tr("Has gaps between the cursors");
        if (!line.missing.isEmpty()) tip += '\n' + line.missing;
        table_->item(row, 0)->setToolTip(tip);
        for (std::size_t i = 0; i < line.cells.size(); ++i)
            setCell(*table_, row, static_cast<int>(i) + 1, line.cells[i]);
    }
}

/// Of one cursor alone there is one figure, and names have the room of all others.
void CursorReadout::showColumns() {
    const bool isSpan = reading_->hasA && reading_->hasB;
    table_->horizontalHeader()->setSectionResizeMode(0, isSpan ? QHeaderView::Stretch
                                                               : QHeaderView::ResizeToContents);
    table_->setColumnHidden(1, !reading_->hasA);
    table_->setColumnHidden(2, !reading_->hasB);
    for (int column = 3; column < table_->columnCount(); ++column)
        table_->setColumnHidden(column, !isSpan);
}

void CursorReadout::resizeToRows() {
    const auto rows = static_cast<int>(reading_->rows.size());
    table_->setRowCount(rows);
    table_->setFixedHeight((1 + std::min(rows, mostRowsShown)) * rowHeight + 2);
    table_->setVerticalScrollBarPolicy(rows > mostRowsShown ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
}

} // namespace servolane::ui::scope
