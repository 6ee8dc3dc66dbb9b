// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/range_field.h"

#include "ui/session/replay_bar.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtGui/QStandardItemModel>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QStyle>

namespace servolane::ui {

namespace {

QString secondsText(Duration span) {
    return QString::number(seconds(span), 'f', 3);
}

void setInvalid(QLineEdit* edit, bool invalid) {
    if (edit->property("invalid").toBool() == invalid) return;
    edit->setProperty("invalid", invalid);
    edit->style()->unpolish(edit);
    edit->style()->polish(edit);
}

} // namespace

RangeField::RangeField(QWidget* parent)
    : QWidget(parent)
    , combo_(new QComboBox(this))
    , from_(new QLineEdit(this))
    , to_(new QLineEdit(this))
    , problem_(makeLabel({}, "fault", this)) {
    combo_->setObjectName(QStringLiteral("rangeChoice"));
    combo_->setAccessibleName(QStringLiteral("Range"));
    combo_->addItems({QStringLiteral("Whole recording"), QStringLiteral("Dragged in the overview"),
                      QStringLiteral("Visible"), QStringLiteral("Between the cursors"),
                      QStringLiteral("Typed")});
    from_->setObjectName(QStringLiteral("rangeFrom"));
    to_->setObjectName(QStringLiteral("rangeTo"));
    from_->setAccessibleName(QStringLiteral("From, in seconds since the start"));
    to_->setAccessibleName(QStringLiteral("To, in seconds since the start"));
    problem_->setObjectName(QStringLiteral("rangeProblem"));
    problem_->hide();
    for (QLineEdit* edit : {from_, to_}) {
        edit->setFixedWidth(92);
        edit->setAlignment(Qt::AlignRight);
        edit->setToolTip(QStringLiteral("Seconds since the start, or h:m:s"));
        connect(edit, &QLineEdit::textEdited, this, [this] {
            combo_->setCurrentIndex(typed);
            readTyped();
        });
    }
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    row->addWidget(combo_);
    row->addWidget(from_);
    row->addWidget(makeLabel(QStringLiteral("to"), "muted", this));
    row->addWidget(to_);
    row->addWidget(makeLabel(QStringLiteral("s"), "unit", this));
    row->addWidget(problem_);
    connect(combo_, &QComboBox::currentIndexChanged, this, [this] {
        if (choice() == typed)
            readTyped();
        else
            showRange();
    });
}

void RangeField::setRecording(Time start, Time end) {
    start_ = start;
    end_ = end;
    chosen_.reset();
    cursors_.reset();
    typed_.reset();
    visible_ = {start, end};
    combo_->setCurrentIndex(whole);
    showRange();
}

void RangeField::offer(std::optional<TimeRange> dragged, TimeRange seen, std::optional<TimeRange> between) {
    if (dragged && dragged != chosen_) combo_->setCurrentIndex(chosen);
    chosen_ = dragged;
    visible_ = {std::max(seen.first, start_), std::min(seen.second, end_)};
    if (between && between->second < between->first) std::swap(between->first, between->second);
    cursors_ = between;
    const auto* items = qobject_cast<QStandardItemModel*>(combo_->model());
    const std::pair<int, bool> there[] = {{chosen, chosen_.has_value()}, {cursors, cursors_.has_value()}};
    for (const auto& [item, is] : there)
        if (items->item(item)->isEnabled() != is) items->item(item)->setEnabled(is);
    const bool isGone = (choice() == chosen && !chosen_) || (choice() == cursors && !cursors_);
    if (isGone) combo_->setCurrentIndex(whole);
    if (choice() != typed) showRange();
}

void RangeField::choose(Choice wanted) {
    combo_->setCurrentIndex(wanted);
}

RangeField::Choice RangeField::choice() const {
    return static_cast<Choice>(combo_->currentIndex());
}

std::optional<TimeRange> RangeField::range() const {
    switch (choice()) {
    case chosen:
        return chosen_;
    case visible:
        return visible_;
    case cursors:
        return cursors_;
    case typed:
        return typed_;
    case whole:
        break;
    }
    return TimeRange{start_, end_};
}

void RangeField::showRange() {
    const auto now = range();
    if (now == told_ || !now) return;
    told_ = now;
    from_->setText(secondsText(now->first - start_));
    to_->setText(secondsText(now->second - start_));
    for (QLineEdit* edit : {from_, to_})
        setInvalid(edit, false);
    problem_->hide();
    Q_EMIT changed();
}

void RangeField::readTyped() {
    const auto from = replayTimeFrom(from_->text());
    const auto to = replayTimeFrom(to_->text());
    const Duration length = end_ - start_;
    // What is shown is rounded to milliseconds: the end may lie a little behind the recording's.
    const Duration slack = std::chrono::milliseconds{1};
    const bool fromFits = from && *from <= length;
    const bool toFits = to && *to <= length + slack && (!fromFits || *to > *from);
    setInvalid(from_, !fromFits);
    setInvalid(to_, !toFits);
    typed_ = fromFits && toFits ? std::optional{TimeRange{start_ + *from, std::min(end_, start_ + *to)}}
                                : std::nullopt;
    showText(problem_, QStringLiteral("must lie in 0 … %1 s, in this order").arg(secondsText(length)));
    problem_->setVisible(!typed_);
    told_ = typed_;
    Q_EMIT changed();
}

} // namespace servolane::ui
