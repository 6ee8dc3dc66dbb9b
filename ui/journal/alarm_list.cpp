// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/alarm_list.h"

#include "ui/binding/selection.h"
#include "ui/binding/value_text.h"
#include "ui/journal/alarm_buttons.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
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
    , live_(makeLabel(QStringLiteral("LIVE ALARMS, NOT IN THE RECORDING"), "title", this))
    , stack_(new QStackedLayout)
    , list_(new QListWidget)
    , buttons_(new AlarmButtons(book, true, this)) {
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
    column->addWidget(buttons_);
    stack_->addWidget(body);
    connect(list_, &QListWidget::itemSelectionChanged, this, [this] { buttons_->choose(chosen()); });
    connect(list_, &QListWidget::itemClicked, this, [this](const QListWidgetItem* item) {
        const AxisId axis{item->data(axisRole).value<decltype(AxisId::value)>()};
        if (axis != AxisId{}) context_.selection.selectAxis(axis, context_.selection.bus());
    });
}

/// What has the focus alone is not chosen: Tab makes the first item the current one.
QString AlarmList::chosen() const {
    const auto items = list_->selectedItems();
    return items.isEmpty() ? QString() : items.front()->data(keyRole).toString();
}

void AlarmList::tick(const Frame& frame) {
    if (!frame.figuresDue) return;
    live_->setVisible(frame.isReplay);
    const QString key = chosen();
    const auto& all = book_.all();
    stack_->setCurrentIndex(all.empty() ? none : some);
    const QSignalBlocker quiet(list_);
    while (list_->count() > static_cast<int>(all.size()))
        delete list_->takeItem(list_->count() - 1);
    while (list_->count() < static_cast<int>(all.size()))
        list_->addItem(new QListWidgetItem);
    for (std::size_t at = 0; at < all.size(); ++at) {
        QListWidgetItem& item = *list_->item(static_cast<int>(at));
        showItem(item, all[at], book_.now());
        if (item.isSelected() != (all[at].key == key)) item.setSelected(all[at].key == key);
    }
    buttons_->choose(chosen());
}

void AlarmList::showItem(QListWidgetItem& item, const Trouble& trouble, Time now) const {
    const QString state = trouble.active
                              ? QStringLiteral("active for %1").arg(ageText(now - trouble.since))
                              : QStringLiteral("began %1 ago, cleared %2 ago")
                                    .arg(ageText(now - trouble.since), ageText(now - trouble.cleared));
    const QString seen =
        trouble.isShelved()
            ? QStringLiteral("shelved, back in %1 · ").arg(ageText(trouble.shelvedUntil - now)) + state
        : trouble.seen ? state
                       : state + QStringLiteral(" · unacknowledged");
    const bool isLoud = trouble.active && !trouble.isShelved();
    set(item, RowDelegate::headingRole, true);
    set(item, RowDelegate::titleRole, trouble.where + QStringLiteral(": ") + trouble.text);
    set(item, RowDelegate::detailRole, seen);
    set(item, RowDelegate::moreRole, isLoud ? trouble.remedy : QString());
    set(item, RowDelegate::toneRole, static_cast<int>(isLoud ? trouble.tone : Tone::off));
    set(item, Qt::ToolTipRole, trouble.remedy);
    set(item, keyRole, trouble.key);
    set(item, axisRole, QVariant::fromValue(trouble.axis.value));
}

} // namespace servolane::ui
