// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tab_order.h"

#include <QtWidgets/QLayout>
#include <QtWidgets/QWidget>
#include <algorithm>

namespace servolane::ui {

namespace {

bool takesTabs(const QWidget& widget) {
    return (widget.focusPolicy() & Qt::TabFocus) && !widget.focusProxy();
}

void chain(const std::vector<QWidget*>& widgets) {
    for (std::size_t at = 1; at < widgets.size(); ++at)
        QWidget::setTabOrder(widgets[at - 1], widgets[at]);
}

void collect(QLayout& layout, std::vector<QWidget*>& found);

void collect(QWidget& widget, std::vector<QWidget*>& found) {
    if (takesTabs(widget)) found.push_back(&widget);
    if (widget.layout()) collect(*widget.layout(), found);
}

void collect(QLayout& layout, std::vector<QWidget*>& found) {
    for (int at = 0; at < layout.count(); ++at) {
        QLayoutItem* item = layout.itemAt(at);
        if (item->layout())
            collect(*item->layout(), found);
        else if (item->widget())
            collect(*item->widget(), found);
    }
}

} // namespace

void followLayout(QWidget* root) {
    std::vector<QWidget*> found;
    collect(*root, found);
    chain(found);
}

void orderTabs(QWidget* window, const std::vector<QWidget*>& parts) {
    std::vector<std::vector<QWidget*>> found(parts.size() + 1);
    for (QWidget* at = window->nextInFocusChain(); at && at != window; at = at->nextInFocusChain()) {
        if (!takesTabs(*at) || at->window() != window) continue; // floating ones have an order of their own
        const auto part = std::find_if(parts.begin(), parts.end(), [at](const QWidget* each) {
            return each && (each == at || each->isAncestorOf(at));
        });
        found[static_cast<std::size_t>(part - parts.begin())].push_back(at);
    }
    std::vector<QWidget*> all;
    for (const auto& part : found)
        all.insert(all.end(), part.begin(), part.end());
    chain(all);
}

} // namespace servolane::ui
