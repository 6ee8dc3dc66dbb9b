// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/stop_banner.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/state_text.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/command_note.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>

namespace servolane::ui {

namespace {
constexpr qsizetype axesNamed = 3; ///< more are counted: the sentence stays on one line
}

StopBanner::StopBanner(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , banner_(new Banner(context.theme, QStringLiteral("stopBannerLine"), this))
    , note_(new CommandNote(context.theme, QStringLiteral("resetNote"), this)) {
    setObjectName(QStringLiteral("stopBanner"));
    auto* button = banner_->addButton(QStringLiteral("Reset stop"), QStringLiteral("resetStop"), "plain");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(banner_);
    column->addWidget(note_);
    hide();
    connect(button, &QPushButton::clicked, this, &StopBanner::reset);
}

void StopBanner::reset() {
    if (stop_.latched) note_->follow(context_.send(motion::ResetStop{stop_.generation}));
}

QString StopBanner::text() const {
    return banner_->title() + QLatin1Char(' ') + banner_->text();
}

void StopBanner::tick(const Frame& frame) {
    stop_ = frame.axes->stop;
    note_->tick(frame);
    if (!stop_.latched) return hide();
    banner_->show(Tone::fault, stopText(*frame.axes),
                  QStringList{causeText(frame), doubtsText(frame), resetText(frame), wiredStopText()}
                      .join(QLatin1Char(' '))
                      .simplified());
    show();
}

QString StopBanner::causeText(const Frame& frame) {
    const auto* stop = findCommand(*frame.commands, frame.axes->stop.command);
    if (!stop) return QStringLiteral("Stop is latched.");
    switch (stop->asker.kind) {
    case api::AskerKind::window:
        return QStringLiteral("Stopped from this window.");
    case api::AskerKind::commandLine:
        return stop->asker.connection == 0
                   ? QStringLiteral("Stopped from the command line.")
                   : QStringLiteral("Stopped from command line %1.").arg(stop->asker.connection);
    case api::AskerKind::sequence:
        return QStringLiteral("Stopped by a sequence.");
    case api::AskerKind::program:
        break;
    }
    return QStringLiteral("Stopped by the program.");
}

QString StopBanner::doubtsText(const Frame& frame) {
    if (!frame.axes->stop.finished) return {};
    QStringList unsure;
    for (const motion::StoppedAxis& axis : frame.axes->stop.finished->axes)
        if (!axis.confirmed)
            unsure << QStringLiteral("%1 (%2)").arg(axisPhrase(axis.axis, *frame.axes), textOf(axis.doubt));
    if (unsure.isEmpty()) return {};
    return QStringLiteral("Not confirmed: %1. Look at them before you reset.")
        .arg(unsure.join(QStringLiteral(", ")));
}

QString StopBanner::resetText(const Frame& frame) {
    if (frame.axes->axes.empty()) return QStringLiteral("Reset lets axes move once they are connected.");
    QStringList holding;
    for (const motion::AxisView& axis : frame.axes->axes)
        if (axis.torque == true && !axis.silent) holding << axisTitle(*axis.axis);
    if (holding.isEmpty())
        return QStringLiteral("Torque is off: reset moves nothing, and lets axes be switched on again.");
    QString names = holding.mid(0, axesNamed).join(QStringLiteral(", "));
    if (holding.size() > axesNamed) names += QStringLiteral(" and %1 more").arg(holding.size() - axesNamed);
    return QStringLiteral("Reset first sets the goals of %1 to where they are now and their speeds to zero, "
                          "reads them back, and only then lets axes move.")
        .arg(names);
}

} // namespace servolane::ui
