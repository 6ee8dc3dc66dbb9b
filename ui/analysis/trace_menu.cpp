// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/trace_menu.h"

#include "core/telemetry/read/math_board.h"
#include "ui/theme/tokens.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QMenu>
#include <QtWidgets/QVBoxLayout>
#include <QtWidgets/QWidgetAction>

namespace servolane::ui {

QString wordOf(const scope::TraceChoice& choice) {
    if (telemetry::isMath(choice.axis))
        return QStringLiteral("math%1").arg(choice.axis.value - telemetry::firstMathAxis);
    return QString::fromStdString(std::string(telemetry::toString(choice.channel)));
}

TraceMenu::TraceMenu(QWidget* parent)
    : QToolButton(parent) {
    setText(QStringLiteral("Channels"));
    setToolTip(QStringLiteral("Choose what is looked at"));
    setPopupMode(QToolButton::InstantPopup);
    setMinimumHeight(benchControlHeight);
    auto* menu = new QMenu(this);
    list_ = new QWidget(menu);
    column_ = new QVBoxLayout(list_);
    column_->setContentsMargins(space::small, space::tiny, space::large, space::tiny);
    column_->setSpacing(space::tiny);
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(list_);
    menu->addAction(action);
    setMenu(menu);
}

void TraceMenu::offer(const std::vector<scope::TraceChoice>& choices) {
    if (choices == offered_) return;
    offered_ = choices;
    fill();
    Q_EMIT changed();
}

void TraceMenu::fill() {
    qDeleteAll(list_->findChildren<QCheckBox*>(QString(), Qt::FindDirectChildrenOnly));
    for (const scope::TraceChoice& choice : offered_) {
        const QString word = wordOf(choice);
        QString label = choice.label;
        label[0] = label[0].toUpper();
        auto* box = new QCheckBox(label, list_);
        box->setObjectName(QStringLiteral("trace_") + word);
        box->setChecked(words_.contains(word));
        column_->addWidget(box);
        connect(box, &QCheckBox::toggled, this, [this, word](bool on) {
            words_.removeAll(word);
            if (on) words_ << word;
            Q_EMIT changed();
        });
    }
}

std::vector<scope::TraceChoice> TraceMenu::chosen() const {
    std::vector<scope::TraceChoice> chosen;
    for (const scope::TraceChoice& choice : offered_)
        if (words_.contains(wordOf(choice))) chosen.push_back(choice);
    return chosen;
}

void TraceMenu::choose(const QStringList& words) {
    words_ = words;
    fill();
    Q_EMIT changed();
}

} // namespace servolane::ui
