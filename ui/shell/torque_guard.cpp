// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/torque_guard.h"

#include "ui/binding/state_text.h"
#include "ui/widgets/banner.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace servolane::ui {

namespace {

constexpr Duration patience = std::chrono::seconds{2};

/// What is not known may be on.
std::vector<AxisId> axesWithTorque(const motion::AxisBoard& board, BusId bus) {
    std::vector<AxisId> axes;
    for (const motion::AxisView& view : board.axes)
        if (view.torque != false && (bus == BusId{} || view.axis->bus == bus)) axes.push_back(view.axis->id);
    return axes;
}

bool isUncertain(const std::vector<AxisId>& axes, const motion::AxisBoard& board) {
    return std::any_of(axes.begin(), axes.end(), [&](AxisId id) {
        const auto* view = board.find(id);
        return view && !view->torque;
    });
}

QString namesOf(const std::vector<AxisId>& axes, const motion::AxisBoard& board) {
    QStringList names;
    for (const AxisId id : axes)
        if (const auto* view = board.find(id)) names << axisTitle(*view->axis);
    return names.join(QStringLiteral(", "));
}

} // namespace

TorqueGuard::TorqueGuard(const PanelContext& context, const QString& deed, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , deed_(deed)
    , banner_(new Banner(context.theme, deed + QStringLiteral("BannerLine"), this)) {
    setObjectName(deed + QStringLiteral("Banner"));
    auto* off = banner_->addButton(QStringLiteral("Torque off and ") + deed,
                                   deed + QStringLiteral("TorqueOff"), "plain"); // a load may drop
    auto* leave =
        banner_->addButton(QStringLiteral("Leave on and ") + deed, deed + QStringLiteral("LeaveOn"), "plain");
    auto* stay = banner_->addButton(QStringLiteral("Cancel"), deed + QStringLiteral("Cancel"), "plain");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(banner_);
    hide();
    connect(off, &QPushButton::clicked, this, &TorqueGuard::torqueOff);
    connect(leave, &QPushButton::clicked, this, &TorqueGuard::decide);
    connect(stay, &QPushButton::clicked, this, &TorqueGuard::cancel);
}

void TorqueGuard::decide() {
    decided_ = true;
    hide();
    Q_EMIT decided(bus_);
}

void TorqueGuard::cancel() {
    switchingOff_ = false;
    hide();
}

void TorqueGuard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return cancel();
    Panel::keyPressEvent(event);
}

bool TorqueGuard::mayGo(const Frame& frame, BusId bus) {
    // One answer, one deed.
    if (std::exchange(decided_, false) && bus == bus_) return true;
    bus_ = bus;
    switchingOff_ = false;
    holding_ = axesWithTorque(*frame.axes, bus_);
    if (holding_.empty()) return true;
    ask(frame);
    return false;
}

void TorqueGuard::ask(const Frame& frame) {
    const QString names = namesOf(holding_, *frame.axes);
    const bool isOne = holding_.size() == 1;
    QString title = deed_ + QStringLiteral("? ");
    title[0] = title[0].toUpper();
    title += isOne ? QStringLiteral("%1 holds torque").arg(names)
                   : QStringLiteral("%1 axes hold torque").arg(holding_.size());
    if (isUncertain(holding_, *frame.axes)) title += QStringLiteral(" or may hold it");
    banner_->show(Tone::warn, title,
                  (isOne ? QString() : names + QStringLiteral(". ")) +
                      QStringLiteral("Torque off lets a vertical load drop."));
    show();
    findChild<QPushButton*>(deed_ + QStringLiteral("Cancel"))->setFocus(Qt::OtherFocusReason);
}

void TorqueGuard::torqueOff() {
    switchingOff_ = true;
    since_ = Time{};
    for (const AxisId axis : holding_)
        context_.send(motion::SetTorque{axis, false});
}

void TorqueGuard::tick(const Frame& frame) {
    if (!switchingOff_) return;
    if (since_ == Time{}) since_ = frame.now;
    const std::vector<AxisId> left = axesWithTorque(*frame.axes, bus_);
    if (left.empty()) {
        switchingOff_ = false;
        decide();
    } else if (frame.now - since_ > patience) {
        switchingOff_ = false;
        holding_ = left;
        banner_->show(Tone::fault, QStringLiteral("Torque is still on"),
                      namesOf(left, *frame.axes) + QStringLiteral(" did not confirm torque off within 2 s."));
    }
}

} // namespace servolane::ui
