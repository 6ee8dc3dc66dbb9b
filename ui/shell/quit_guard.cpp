// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/quit_guard.h"

#include "ui/binding/state_text.h"
#include "ui/widgets/banner.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

namespace {

constexpr Duration patience = std::chrono::seconds{2};

std::vector<AxisId> axesWithTorque(const motion::AxisBoard& board) {
    std::vector<AxisId> axes;
    for (const motion::AxisView& view : board.axes)
        if (view.torque == true) axes.push_back(view.axis->id);
    return axes;
}

QString namesOf(const std::vector<AxisId>& axes, const motion::AxisBoard& board) {
    QStringList names;
    for (const AxisId id : axes)
        if (const auto* view = board.find(id)) names << axisTitle(*view->axis);
    return names.join(QStringLiteral(", "));
}

} // namespace

QuitGuard::QuitGuard(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , banner_(new Banner(context.theme, QStringLiteral("quitBannerLine"), this)) {
    setObjectName(QStringLiteral("quitBanner"));
    auto* off =
        banner_->addButton(QStringLiteral("Torque off and quit"), QStringLiteral("quitTorqueOff"), "primary");
    auto* leave =
        banner_->addButton(QStringLiteral("Leave on and quit"), QStringLiteral("quitLeaveOn"), "plain");
    auto* stay = banner_->addButton(QStringLiteral("Cancel"), QStringLiteral("quitCancel"), "plain");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(banner_);
    hide();
    connect(off, &QPushButton::clicked, this, &QuitGuard::torqueOff);
    connect(leave, &QPushButton::clicked, this, [this] {
        decided_ = true;
        Q_EMIT quitDecided();
    });
    connect(stay, &QPushButton::clicked, this, &QuitGuard::cancel);
}

void QuitGuard::cancel() {
    switchingOff_ = false;
    hide();
}

void QuitGuard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return cancel();
    Panel::keyPressEvent(event);
}

bool QuitGuard::mayQuit(const Frame& frame) {
    if (decided_) return true;
    holding_ = axesWithTorque(*frame.axes);
    if (holding_.empty()) return true;
    ask(frame);
    return false;
}

void QuitGuard::ask(const Frame& frame) {
    const QString count = holding_.size() == 1 ? QStringLiteral("1 axis holds torque")
                                               : QStringLiteral("%1 axes hold torque").arg(holding_.size());
    banner_->show(Tone::warn, count,
                  namesOf(holding_, *frame.axes) + QStringLiteral(". Torque off lets a vertical load drop."));
    show();
    findChild<QPushButton*>(QStringLiteral("quitCancel"))->setFocus(Qt::OtherFocusReason);
}

void QuitGuard::torqueOff() {
    switchingOff_ = true;
    since_ = Time{};
    for (const AxisId axis : holding_)
        context_.send(motion::SetTorque{axis, false});
}

void QuitGuard::tick(const Frame& frame) {
    if (!switchingOff_) return;
    if (since_ == Time{}) since_ = frame.now;
    const std::vector<AxisId> left = axesWithTorque(*frame.axes);
    if (left.empty()) {
        switchingOff_ = false;
        decided_ = true;
        Q_EMIT quitDecided();
    } else if (frame.now - since_ > patience) {
        switchingOff_ = false;
        holding_ = left;
        banner_->show(Tone::fault, QStringLiteral("Torque is still on"),
                      namesOf(left, *frame.axes) + QStringLiteral(" did not confirm torque off within 2 s."));
    }
}

} // namespace servolane::ui
