// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/channel_menu.h"

#include "core/motion/axis.h"
#include "ui/binding/state_text.h"
#include "ui/binding/timing_text.h"
#include "ui/scope/trace_choice.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidgetAction>
#include <algorithm>
#include <utility>

namespace servolane::ui {

using telemetry::Channel;

ChannelMenu::ChannelMenu(QWidget* parent)
    : QToolButton(parent) {
    setObjectName(QStringLiteral("channelMenu"));
    setText(QStringLiteral("Channels"));
    setToolTip(QStringLiteral("Choose what the scope shows of the axis"));
    setPopupMode(QToolButton::InstantPopup);
    setMinimumHeight(benchControlHeight);
    setMenu(new QMenu(this));
    connect(menu(), &QMenu::aboutToShow, this, [this] {
        build();
        say({});
        if (shown_) listAxis(shown_);
    });
}

/// With the first axis: until then there is nothing to list, and the window stands earlier.
void ChannelMenu::build() {
    if (whose_) return;
    QMenu* menu = this->menu();
    auto* list = new QWidget(menu);
    auto* grid = new QGridLayout(list);
    grid->setContentsMargins(space::small, space::tiny, space::large, space::tiny);
    grid->setHorizontalSpacing(space::medium);
    grid->setVerticalSpacing(space::tiny);
    whose_ = new QComboBox(list);
    whose_->setObjectName(QStringLiteral("channelAxis"));
    whose_->setAccessibleName(QStringLiteral("Whose channels are listed"));
    whose_->setToolTip(QStringLiteral("Channels of another axis stay in the scope whichever axis is shown"));
    whose_->setMinimumHeight(benchControlHeight);
    whose_->hide();
    grid->addWidget(whose_, 1, 0, 1, 4);
    connect(whose_, &QComboBox::activated, this,
            [this](int place) { listAxis(axes_[static_cast<std::size_t>(place)]); });
    constexpr std::pair<const char*, const char*> heads[] = {
        {"rate", "Samples per second, measured over the last second"},
        {"jitter", "Standard deviation of the time between two samples"},
        {"age", "Of the newest sample"}};
    for (int i = 0; i < 3; ++i) {
        auto* head = makeLabel(QString::fromLatin1(heads[i].first), "small", list);
        head->setToolTip(QString::fromLatin1(heads[i].second));
        grid->addWidget(head, 2, i + 1, Qt::AlignRight);
    }
    const int figureWidth = list->fontMetrics().horizontalAdvance(QStringLiteral("±00.00 ms"));
    for (const Channel channel : telemetry::allChannels) {
        auto* box = new QCheckBox(textOf(channel), list);
        box->setObjectName(QStringLiteral("channel_") +
                           QString::fromStdString(std::string(telemetry::toString(channel))));
        const int row = grid->rowCount();
        grid->addWidget(box, row, 0);
        boxes_[channel] = box;
        Figures& figures = figures_[channel];
        int place = 1;
        for (QLabel** label : {&figures.rate, &figures.jitter, &figures.age}) {
            *label = makeLabel({}, "muted", list);
            (*label)->setMinimumWidth(figureWidth);
            (*label)->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
            (*label)->setObjectName(box->objectName() + QString::number(place));
            grid->addWidget(*label, row, place++);
        }
        box->setToolTip(QStringLiteral("Drag it into a pane, or between two for one of its own.\n"
                                       "Ctrl+Up, Ctrl+Down: into the next pane; with Shift: one of its own"));
        box->installEventFilter(this);
        connect(box, &QCheckBox::toggled, this, [this, channel](bool on) { ticked(channel, on); });
    }
    said_ = makeLabel({}, "warn", list);
    said_->setObjectName(QStringLiteral("channelSaid"));
    said_->setWordWrap(true);
    said_->hide();
    grid->addWidget(said_, grid->rowCount(), 0, 1, 4);
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(list);
    const QList<QAction*> others = menu->actions();
    menu->insertAction(others.value(0), action); // what its owner added stays below
    showTicks();
}

void ChannelMenu::offer(std::shared_ptr<const motion::Axis> axis) {
    build();
    shown_ = std::move(axis);
    listAxis(shown_);
}

void ChannelMenu::offerAxes(const Axes& axes) {
    build();
    axes_ = axes;
    const QSignalBlocker quiet(whose_);
    whose_->clear();
    for (const auto& axis : axes_)
        whose_->addItem(axisTitle(*axis), axis->id.value);
    whose_->setVisible(axes_.size() > 1);
    if (!listed_) return;
    // What is listed may have been configured anew, or be gone.
    const auto known = std::find_if(axes_.begin(), axes_.end(),
                                    [this](const auto& axis) { return axis->id == listed_->id; });
    listAxis(known == axes_.end() ? shown_ : *known);
}

bool ChannelMenu::isShown() const {
    return !shown_ || !listed_ || listed_->id == shown_->id;
}

void ChannelMenu::listAxis(std::shared_ptr<const motion::Axis> axis) {
    listed_ = std::move(axis);
    whose_->setCurrentIndex(whose_->findData(listed_->id.value));
    for (const auto& [channel, box] : boxes_) {
        const bool exists = isOffered(channel, *listed_);
        box->setVisible(exists);
        if (telemetry::isWatch(channel)) box->setText(textOf(channel, *listed_));
        const Figures& figures = figures_.at(channel);
        for (QLabel* label : {figures.rate, figures.jitter, figures.age})
            label->setVisible(exists);
    }
    showTicks();
}

void ChannelMenu::showTicks() {
    for (const auto& [channel, box] : boxes_) {
        const QSignalBlocker quiet(box);
        box->setChecked(isShown() ? chosen_.count(channel) > 0
                                  : isPinned_ && isPinned_(listed_->id, channel));
    }
}

void ChannelMenu::ticked(Channel channel, bool on) {
    say({});
    if (!isShown()) return Q_EMIT pinAsked(listed_->id, channel, on);
    if (on && hasRoom_ && !hasRoom_()) {
        sayFull();
        return showTicks();
    }
    if (on)
        chosen_.insert(channel);
    else
        chosen_.erase(channel);
    Q_EMIT changed();
}

void ChannelMenu::sayFull() {
    say(QStringLiteral("The scope shows %1 traces at most: take one out first.").arg(scope::maximumTraces));
}

void ChannelMenu::say(const QString& sentence) {
    if (!said_) return;
    showText(said_, sentence);
    said_->setVisible(!sentence.isEmpty());
}

bool ChannelMenu::eventFilter(QObject* watched, QEvent* event) {
    const auto row = std::find_if(boxes_.begin(), boxes_.end(),
                                  [watched](const auto& each) { return each.second == watched; });
    if (row == boxes_.end()) return QToolButton::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        pressedAt_ = static_cast<QMouseEvent*>(event)->globalPosition().toPoint();
        return false;
    case QEvent::MouseMove:
        return rowMoved(row->first, *static_cast<QMouseEvent*>(event));
    case QEvent::ShortcutOverride:
        // It ticks the box, whatever else it does in the scope behind the list.
        if (static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space) event->accept();
        return event->isAccepted();
    case QEvent::KeyPress:
        return rowKey(row->first, *static_cast<QKeyEvent*>(event));
    default:
        return QToolButton::eventFilter(watched, event);
    }
}

/// The list closes, since it lies over the panes and holds the mouse.
bool ChannelMenu::rowMoved(Channel channel, const QMouseEvent& event) {
    if (!(event.buttons() & Qt::LeftButton)) return false;
    const QPoint way = event.globalPosition().toPoint() - pressedAt_;
    if (way.manhattanLength() < QApplication::startDragDistance()) return false;
    boxes_.at(channel)->setDown(false);
    menu()->close();
    if (listed_) Q_EMIT dragBegan(listed_->id, channel);
    return true;
}

bool ChannelMenu::rowKey(Channel channel, const QKeyEvent& key) {
    if (!(key.modifiers() & Qt::ControlModifier)) return false;
    if (key.key() != Qt::Key_Up && key.key() != Qt::Key_Down) return false;
    boxes_.at(channel)->setChecked(true); // who moves a line wants to see it
    if (listed_)
        Q_EMIT moveAsked(listed_->id, channel, key.key() == Qt::Key_Up ? -1 : 1,
                         key.modifiers() & Qt::ShiftModifier);
    return true;
}

bool ChannelMenu::isOpen() const {
    return menu()->isVisible();
}

void ChannelMenu::showTiming(Channel channel, const telemetry::Timing& timing) {
    const Figures& figures = figures_.at(channel);
    showText(figures.rate, rateText(timing));
    showText(figures.jitter, jitterText(timing));
    showText(figures.age, freshnessText(timing));
    const char* const role = timing.stale ? "muted" : "";
    for (QLabel* label : {figures.rate, figures.jitter, figures.age})
        if (label->property("role").toString() != QLatin1String(role)) setRole(label, role);
}

std::vector<Channel> ChannelMenu::chosen() const {
    return {chosen_.begin(), chosen_.end()};
}

void ChannelMenu::choose(const std::vector<Channel>& channels) {
    chosen_ = {channels.begin(), channels.end()};
    showTicks();
    Q_EMIT changed();
}

} // namespace servolane::ui
