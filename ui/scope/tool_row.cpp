// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/tool_row.h"

#include "ui/scope/axis_ticks.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <algorithm>
#include <array>

namespace servolane::ui::scope {

namespace {
constexpr std::array offered{0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0};
constexpr int controlHeight = 28;
constexpr int spacing = 4;
} // namespace

QString spanText(Duration span) {
    const double size = seconds(span);
    if (size < 0.9995) return number(size * 1e3, size < 0.01 ? 1 : 0) + QStringLiteral(" ms");
    const auto whole = [](double value) { return value == static_cast<int>(value) ? 0 : 1; };
    if (size < 90.0) return number(size, whole(size)) + QStringLiteral(" s");
    if (size < 5400.0) return number(size / 60.0, whole(size / 60.0)) + QStringLiteral(" min");
    return number(size / 3600.0, whole(size / 3600.0)) + QStringLiteral(" h");
}

ToolRow::ToolRow(const std::vector<QAction*>& actions, QWidget* parent)
    : QWidget(parent)
    , span_(new QComboBox(this))
    , more_(new QToolButton(this))
    , state_(new QLabel(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * spacing, spacing, 2 * spacing, spacing);
    layout->setSpacing(spacing);
    span_->setMinimumHeight(controlHeight);
    span_->setMinimumWidth(84);
    span_->setToolTip(tr("Length of time on the screen"));
    span_->setAccessibleName(tr("Time span"));
    span_->setFocusPolicy(Qt::TabFocus);
    for (const double length : offered)
        span_->addItem(spanText(fromSeconds(length)), length);
    layout->addWidget(span_);
    for (QAction* action : actions)
        addTool(action);
    more_->setObjectName(QStringLiteral("scopeMore"));
    more_->setText(QStringLiteral("…"));
    more_->setToolTip(tr("More of the scope's tools"));
    more_->setAccessibleName(more_->toolTip());
    more_->setFixedSize(controlHeight + 2 * spacing, controlHeight);
    more_->setFocusPolicy(Qt::TabFocus);
    more_->setAutoRaise(true);
    more_->setPopupMode(QToolButton::InstantPopup);
    more_->setMenu(new QMenu(more_));
    more_->hide();
    layout->addWidget(more_);
    layout->addStretch();
    layout->addWidget(state_);
    state_->setObjectName(QStringLiteral("scopeState"));
    connect(span_, &QComboBox::activated, this,
            [this](int index) { Q_EMIT spanChosen(fromSeconds(span_->itemData(index).toDouble())); });
}

void ToolRow::addTool(QAction* action) {
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setAccessibleName(action->toolTip());
    button->setMinimumSize(controlHeight, controlHeight);
    button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    button->setFocusPolicy(Qt::TabFocus);
    button->setAutoRaise(true);
    layout()->addWidget(button);
    tools_.push_back({button});
    connect(action, &QAction::changed, this, [this, at = tools_.size() - 1] {
        tools_[at].wide = 0; // its words or its picture may be others
        fit();
    });
}

void ToolRow::dress(const Tool& tool, bool withWords) {
    const QAction* action = tool.button->defaultAction();
    const auto style = action->icon().isNull()              ? Qt::ToolButtonTextOnly
                       : withWords && action->isCheckable() ? Qt::ToolButtonTextBesideIcon
                                                            : Qt::ToolButtonIconOnly;
    if (tool.button->toolButtonStyle() != style) tool.button->setToolButtonStyle(style);
}

void ToolRow::measure(Tool& tool) {
    if (tool.wide != 0) return;
    tool.button->ensurePolished();
    const auto widthOf = [&](bool withWords) {
        dress(tool, withWords);
        return std::max(tool.button->sizeHint().width(), controlHeight);
    };
    tool.narrow = widthOf(false);
    tool.wide = widthOf(true);
}

int ToolRow::roomOfOthers() const {
    const QMargins around = layout()->contentsMargins();
    int room = around.left() + around.right();
    for (int at = 0; at < layout()->count(); ++at) {
        const QWidget* widget = layout()->itemAt(at)->widget();
        const bool isTool = std::any_of(tools_.begin(), tools_.end(),
                                        [widget](const Tool& tool) { return tool.button == widget; });
        if (!widget || isTool || widget == state_ || widget == more_ || widget->isHidden()) continue;
        room += std::max(widget->sizeHint().width(), widget->minimumWidth()) + spacing;
    }
    return room;
}

void ToolRow::fit() {
    const int others = roomOfOthers();
    int wide = others;
    int narrow = others;
    for (Tool& tool : tools_) {
        measure(tool);
        wide += tool.wide + spacing;
        narrow += tool.narrow + spacing;
    }
    const bool withWords = wide <= width();
    int used = withWords ? wide : narrow;
    std::size_t shown = tools_.size();
    if (used > width()) used += more_->width() + spacing;
    while (used > width() && shown > 1)
        used -= tools_[--shown].narrow + spacing;
    for (std::size_t at = 0; at < tools_.size(); ++at) {
        dress(tools_[at], withWords);
        tools_[at].button->setVisible(at < shown);
    }
    more_->setVisible(shown < tools_.size());
    QMenu& menu = *more_->menu();
    menu.clear(); // the actions are the scope's
    for (std::size_t at = shown; at < tools_.size(); ++at)
        menu.addAction(tools_[at].button->defaultAction());
    fitState(width() - used);
}

/// What is said takes what is left: it must not push a button away.
void ToolRow::fitState(int room) {
    const QString text = state_->fontMetrics().elidedText(said_, Qt::ElideRight, room);
    const bool isLegible = text == said_ || text.size() > 4;
    state_->setToolTip(text == said_ ? QString() : said_);
    if (const QString shown = isLegible ? text : QString(); state_->text() != shown) state_->setText(shown);
}

bool ToolRow::event(QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest) fit();
    return QWidget::event(event);
}

QSize ToolRow::minimumSizeHint() const {
    return {roomOfOthers() + controlHeight + more_->width() + 2 * spacing,
            QWidget::minimumSizeHint().height()};
}

void ToolRow::showSpan(Duration span) {
    for (int i = 0; i < span_->count(); ++i) {
        if (fromSeconds(span_->itemData(i).toDouble()) != span) continue;
        span_->setCurrentIndex(i);
        span_->setPlaceholderText({});
        return;
    }
    span_->setPlaceholderText(spanText(span));
    span_->setCurrentIndex(-1);
}

void ToolRow::addAtStart(QWidget* widget) {
    static_cast<QHBoxLayout*>(layout())->insertWidget(atStart_++, widget);
}

/// Behind the buttons, before the room that is left over and the state.
void ToolRow::addAtEnd(QWidget* widget) {
    auto* row = static_cast<QHBoxLayout*>(layout());
    row->insertWidget(row->count() - 2, widget);
}

void ToolRow::showState(const QString& text) {
    if (text == said_) return;
    said_ = text;
    fit();
}

} // namespace servolane::ui::scope
