// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/job_strip.h"

#include "ui/binding/value_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>

namespace servolane::ui {

JobStrip::JobStrip(const QString& name, QWidget* parent)
    : QWidget(parent)
    , text_(makeLabel({}, "plain", this))
    , left_(makeLabel({}, "small", this))
    , bar_(new QProgressBar(this))
    , cancel_(makeButton(QStringLiteral("Cancel"), name + QStringLiteral("Cancel"), this)) {
    setObjectName(name);
    bar_->setRange(0, 1000);
    bar_->setTextVisible(false);
    bar_->setFixedHeight(8);
    text_->setMinimumWidth(40);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, space::tiny, 0, space::tiny);
    grid->setHorizontalSpacing(space::small);
    grid->setVerticalSpacing(space::tiny);
    grid->addWidget(text_, 0, 0);
    grid->addWidget(left_, 0, 1, Qt::AlignRight);
    grid->addWidget(bar_, 1, 0, 1, 2);
    grid->addWidget(cancel_, 0, 2, 2, 1, Qt::AlignVCenter);
    grid->setColumnStretch(0, 1);
    connect(cancel_, &QPushButton::clicked, this, &JobStrip::cancelled);
    hide();
}

void JobStrip::showProgress(const QString& text, double done, Duration left) {
    showText(text_, text);
    showText(left_, left > Duration{} ? leftText(left) : QString());
    bar_->setValue(static_cast<int>(done * 1000.0));
    if (isHidden()) show();
}

Duration JobStrip::estimate(Duration passed, double done) {
    if (done <= 0.0 || passed < std::chrono::milliseconds{100}) return {};
    return fromSeconds(seconds(passed) * (1.0 - done) / done);
}

QString JobStrip::text() const {
    return text_->text();
}

} // namespace servolane::ui
