// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure_table.h"

#include "ui/theme/tokens.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QTableWidget>
#include <algorithm>

namespace servolane::ui {

namespace {

/// Gives each column at least the room of its title, once the style sheet has told how it is set.
class HeaderRoom final : public QObject {
public:
    explicit HeaderRoom(QTableWidget* table)
        : QObject(table)
        , table_(table) {
        table->installEventFilter(this);
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Show) widen();
        return QObject::eventFilter(watched, event);
    }

private:
    void widen() {
        QHeaderView* header = table_->horizontalHeader();
        for (int column = 0; column < header->count(); ++column)
            if (!header->isSectionHidden(column) &&
                header->sectionResizeMode(column) == QHeaderView::Interactive)
                header->resizeSection(column,
                                      std::max(header->sectionSize(column), header->sectionSizeHint(column)));
    }

    QTableWidget* table_;
};

/// Rows of several lines run together without a line between them.
class RuledRows final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const int colour =
            option.widget->style()->styleHint(QStyle::SH_Table_GridLineColor, &option, option.widget);
        painter->setPen(QColor::fromRgba(static_cast<QRgb>(colour)));
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    }
};

} // namespace

void ruleRows(QTableWidget* table) {
    table->setItemDelegate(new RuledRows(table));
}

QTableWidget* makeTable(const QString& name, const QStringList& columns, int figuresFrom, QWidget* parent) {
    auto* table = new QTableWidget(0, static_cast<int>(columns.size()), parent);
    table->setObjectName(name);
    table->setHorizontalHeaderLabels(columns);
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setWordWrap(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(benchControlHeight);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setStretchLastSection(true);
    table->setProperty("figuresFrom", figuresFrom);
    for (int column = 0; column < columns.size(); ++column) {
        const auto side = column >= figuresFrom ? Qt::AlignRight : Qt::AlignLeft;
        table->horizontalHeaderItem(column)->setTextAlignment(side | Qt::AlignVCenter);
    }
    new HeaderRoom(table);
    return table;
}

void showCell(QTableWidget* table, int row, int column, const QString& text) {
    QTableWidgetItem* item = table->item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        const bool figure = column >= table->property("figuresFrom").toInt();
        item->setTextAlignment((figure ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        table->setItem(row, column, item);
    }
    if (item->text() != text) item->setText(text);
}

} // namespace servolane::ui
