// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/flow_layout.h"

namespace servolane::ui {

FlowLayout::FlowLayout(int horizontalGap, int verticalGap)
    : horizontalGap_(horizontalGap)
    , verticalGap_(verticalGap) {}

FlowLayout::~FlowLayout() {
    for (QLayoutItem* item : items_)
        delete item;
}

void FlowLayout::addItem(QLayoutItem* item) {
    items_.push_back(item);
}

int FlowLayout::count() const {
    return static_cast<int>(items_.size());
}

QLayoutItem* FlowLayout::itemAt(int index) const {
    return index >= 0 && index < count() ? items_[static_cast<std::size_t>(index)] : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index) {
    QLayoutItem* item = itemAt(index);
    if (item) items_.erase(items_.begin() + index);
    return item;
}

int FlowLayout::heightForWidth(int width) const {
    return arrange(QRect(0, 0, width, 0), Purpose::measure);
}

QSize FlowLayout::minimumSize() const {
    QSize widest;
    for (const QLayoutItem* item : items_)
        widest = widest.expandedTo(item->minimumSize());
    const QMargins margins = contentsMargins();
    return widest + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect& box) {
    QLayout::setGeometry(box);
    arrange(box, Purpose::place);
}

int FlowLayout::arrange(const QRect& box, Purpose purpose) const {
    const QMargins margins = contentsMargins();
    const QRect inner = box.marginsRemoved(margins);
    int x = inner.left();
    int y = inner.top();
    int rowHeight = 0;
    for (QLayoutItem* item : items_) {
        if (item->isEmpty()) continue; // hidden
        const QSize size = item->sizeHint();
        if (x > inner.left() && x + size.width() > inner.right() + 1) {
            x = inner.left();
            y += rowHeight + verticalGap_;
            rowHeight = 0;
        }
        if (purpose == Purpose::place) item->setGeometry(QRect(QPoint(x, y), size));
        x += size.width() + horizontalGap_;
        rowHeight = qMax(rowHeight, size.height());
    }
    return y + rowHeight - box.top() + margins.bottom();
}

} // namespace servolane::ui
