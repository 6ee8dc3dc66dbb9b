// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/axis_section.h"

#include "ui/binding/refusal_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <algorithm>

namespace servolane::ui {

AxisSection::AxisSection(const PanelContext& context, const QString& name, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , note_(new CommandNote(context.theme, name + QStringLiteral("Note"), this))
    , grid_(new QGridLayout)
    , lock_(makeLabel({}, "small", this)) {
    setObjectName(name);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::medium, 0, space::medium, 0);
    column->setSpacing(0);
    grid_->setHorizontalSpacing(space::small);
    grid_->setVerticalSpacing(space::tiny);
    grid_->setColumnMinimumWidth(0, labelColumn);
    grid_->setColumnStretch(1, 1);
    column->addLayout(grid_);
    column->addWidget(lock_);
    column->addWidget(note_);
    lock_->setObjectName(name + QStringLiteral("Lock"));
    lock_->hide();
    connect(note_, &CommandNote::finished, this, [this](bool good) { settled(good); });
}

void AxisSection::showAxis(AxisId axis) {
    if (axis == axis_) return;
    axis_ = axis;
    note_->dismiss();
    clear();
}

void AxisSection::tick(const Frame& frame, const motion::AxisView& axis) {
    note_->tick(frame);
    isStopped_ = frame.axes->stop.latched;
    showAccess(frame, axis);
    update(frame, axis);
}

void AxisSection::needs(std::initializer_list<const char*> kinds, int lines) {
    kinds_ = kinds;
    if (lines > 0) note_->reserve(lines);
}

void AxisSection::showAccess(const Frame& frame, const motion::AxisView& axis) {
    access_ = frame.access;
    const bool any = kinds_.empty() || std::any_of(kinds_.begin(), kinds_.end(),
                                                   [this](const char* kind) { return allows(kind); });
    // The panel says once why a recording cannot be commanded.
    const bool isOpen = any && (!frame.isReplay || kinds_.empty()) && !(needsAnswers_ && axis.silent);
    setEnabled(isOpen);
    if (foot_) foot_->setEnabled(isOpen);
    lock_->setVisible(!any);
    if (any) return;
    const auto word = toString(access_->roleOf(api::Asker::window));
    showText(lock_, QStringLiteral("Not in the role %1: change it in the status bar")
                        .arg(QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()))));
}

bool AxisSection::allows(const char* kind) const {
    return !access_ || access_->allows(api::Asker::window, kind);
}

void AxisSection::offerMotion(QWidget* control, bool possible, const QString& tip) const {
    control->setEnabled(possible && !isStopped_);
    const QString said = isStopped_ ? stopLatchedReason() : tip;
    if (control->toolTip() != said) control->setToolTip(said);
}

void AxisSection::send(api::CommandBody body) {
    note_->follow(context_.send(std::move(body)));
}

QLabel* AxisSection::addRow(const QString& label, QWidget* widget) {
    const int row = grid_->rowCount();
    if (label.isEmpty()) {
        grid_->addWidget(widget, row, 1);
        return nullptr;
    }
    auto* name = makeLabel(label, "muted", this);
    name->setBuddy(widget);
    grid_->addWidget(name, row, 0, Qt::AlignVCenter);
    grid_->addWidget(widget, row, 1);
    return name;
}

} // namespace servolane::ui
