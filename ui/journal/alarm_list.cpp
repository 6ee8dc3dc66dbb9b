// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/alarm_list.h"

#include "ui/binding/selection.h"
#include "ui/binding/value_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

namespace {

enum Page { none, some };
constexpr int keyRole = RowDelegate::idRole;
constexpr int axisRole = RowDelegate::headingRole + 1;

/// A delegate asks the view to draw anew for each value that is set, the same or not.
void set(QListWidgetItem& item, int role, const QVariant& value) {
    if (item.data(role) != value) item.setData(role, value);
}

} // namespace

AlarmList::AlarmList(const PanelContext& context, TroubleBook& book, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , book_(book)
    , live_(makeLabel(QStringLiteral("LIVE ALARMS, NOT OF THE RECORDING"), "title", this))
    , stack_(new QStackedLayout)
    , list_(new QListWidget) {
    setObjectName(QStringLiteral("alarmList"));
    setProperty("surface", QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    live_->setObjectName(QStringLiteral("liveAlarms"));
    live_->setContentsMargins(space::medium, space::small, space::medium, space::small);
    live_->hide();
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addWidget(live_);
    whole->addLayout(stack_, 1);
    stack_->addWidget(new EmptyState(context.theme, QStringLiteral("check"), QStringLiteral("No alarms"),
                                     QStringLiteral("What goes wrong appears here and stays until "
                                                    "someone acknowledges it."),
                                     this));
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    list_->setParent(body);
    list_->setObjectName(QStringLiteral("lineAlarms"));
    list_->setItemDelegate(new RowDelegate(context.theme, list_));
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    column->addWidget(list_, 1);
    column->addWidget(makeRule(body));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::medium, space::small, space::medium, space::small);
    row->setSpacing(space::small);
    auto* one = makeButton(QStringLiteral("Acknowledge"), QStringLiteral("lineAcknowledgeOne"), body);
    auto* all = makeButton(QStringLiteral("Acknowledge all"), QStringLiteral("lineAcknowledgeAll"), body);
    for (QPushButton* button : {one, all}) {
        button->setProperty("tall", true);
        row->addWidget(button, 1);
    }
    column->addLayout(row);
    stack_->addWidget(body);
    connect(one, &QPushButton::clicked, this, &AlarmList::acknowledgeChosen);
    connect(all, &QPushButton::clicked, this, [this] { book_.acknowledgeAll(); });
    connect(list_, &QListWidget::itemClicked, this, [this](const QListWidgetItem* item) {
        const AxisId axis{item->data(axisRole).value<decltype(AxisId::value)>()};
        if (axis != AxisId{}) context_.selection.selectAxis(axis, context_.selection.bus());
    });
}

void AlarmList::acknowledgeChosen() {
    const QListWidgetItem* item = list_->currentItem() ? list_->currentItem() : list_->item(0);
    if (item) book_.acknowledge(item->data(keyRole).toString());
}

void AlarmList::tick(const Frame& frame) {
    if (!frame.figuresDue) return;
    live_->setVisible(frame.isReplay);
    const QString chosen = list_->currentItem() ? list_->currentItem()->data(keyRole).toString() : QString();
    const auto& all = book_.all();
    stack_->setCurrentIndex(all.empty() ? none : some);
    while (list_->count() > static_cast<int>(all.size()))
        delete list_->takeItem(list_->count() - 1);
    while (list_->count() < static_cast<int>(all.size()))
        list_->addItem(new QListWidgetItem);
    for (std::size_t at = 0; at < all.size(); ++at) {
        QListWidgetItem& item = *list_->item(static_cast<int>(at));
        showItem(item, all[at], book_.now());
        if (all[at].key == chosen && list_->currentItem() != &item) list_->setCurrentItem(&item);
    }
}

void AlarmList::showItem(QListWidgetItem& item, const Trouble& trouble, Time now) const {
    const QString state = trouble.active
                              ? QStringLiteral("active for %1").arg(ageText(now - trouble.since))
                              : QStringLiteral("began %1 ago, cleared %2 ago")
                                    .arg(ageText(now - trouble.since), ageText(now - trouble.cleared));
    const QString seen = trouble.seen ? QString() : QStringLiteral(" · unacknowledged");
    set(item, RowDelegate::headingRole, true);
    set(item, RowDelegate::titleRole, trouble.where + QStringLiteral(": ") + trouble.text);
    set(item, RowDelegate::detailRole, state + seen);
    set(item, RowDelegate::moreRole, trouble.active ? trouble.remedy : QString());
    set(item, RowDelegate::toneRole, static_cast<int>(trouble.active ? trouble.tone : Tone::off));
    set(item, Qt::ToolTipRole, trouble.remedy);
    set(item, keyRole, trouble.key);
    set(item, axisRole, QVariant::fromValue(trouble.axis.value));
}

} // namespace servolane::ui
