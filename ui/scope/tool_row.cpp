// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/tool_row.h"

#include "ui/scope/axis_ticks.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <array>

namespace servolane::ui::scope {

namespace {
constexpr std::array offered{0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0};
constexpr int controlHeight = 28;
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
    , state_(new QLabel(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(4);
    span_->setMinimumHeight(controlHeight);
    span_->setMinimumWidth(84);
    span_->setToolTip(tr("Length of time on the screen"));
    span_->setAccessibleName(tr("Time span"));
    span_->setFocusPolicy(Qt::TabFocus);
    for (const double length : offered)
        span_->addItem(spanText(fromSeconds(length)), length);
    layout->addWidget(span_);
    for (QAction* action : actions) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        const auto dress = [button, action] {
            const bool asText = action->icon().isNull() || action->isCheckable();
            button->setToolButtonStyle(action->icon().isNull() ? Qt::ToolButtonTextOnly
                                       : asText                ? Qt::ToolButtonTextBesideIcon
                                                               : Qt::ToolButtonIconOnly);
        };
        dress();
        connect(action, &QAction::changed, button, dress);
        button->setAccessibleName(action->toolTip());
        button->setMinimumSize(controlHeight, controlHeight);
        button->setFocusPolicy(Qt::TabFocus);
        button->setAutoRaise(true);
        layout->addWidget(button);
    }
    layout->addStretch();
    layout->addWidget(state_);
    connect(span_, &QComboBox::activated, this,
            [this](int index) { Q_EMIT spanChosen(fromSeconds(span_->itemData(index).toDouble())); });
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
    if (state_->text() != text) state_->setText(text);
}

} // namespace servolane::ui::scope
