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

QString someOf(const QStringList& axes) {
    QString names = axes.mid(0, axesNamed).join(QStringLiteral(", "));
    if (axes.size() > axesNamed) names += QStringLiteral(" and %1 more").arg(axes.size() - axesNamed);
    return names;
}
} // namespace

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
    if (!stop_.latched) {
        first_ = {};
        return hide();
    }
    if (!first_.latched || first_.generation == stop_.generation) first_ = stop_;
    // One that was pressed over before every axis had answered has no figures of its own.
    const motion::StopView& told = first_.finished ? first_ : stop_;
    banner_->show(Tone::fault, stopText(*frame.axes, told),
                  QStringList{causeText(frame), againText(*frame.axes), doubtsText(frame), resetText(frame),
                              wiredStopText()}
                      .join(QLatin1Char(' '))
                      .simplified());
    show();
}

QString StopBanner::againText(const motion::AxisBoard& axes) const {
    const auto times = stop_.generation.value - first_.generation.value;
    if (times == 0) return {};
    const QString often = times == 1 ? QStringLiteral("Asked for once more since")
                                     : QStringLiteral("Asked for %1 times more since").arg(times);
    return first_.finished ? QStringLiteral("%1: %2.").arg(often, stopText(axes, stop_))
                           : often + QLatin1Char('.');
}

QString StopBanner::causeText(const Frame& frame) const {
    const auto* stop = findCommand(*frame.commands, first_.command);
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

QString StopBanner::doubtsText(const Frame& frame) const {
    const auto& finished = stop_.finished ? stop_.finished : first_.finished;
    if (!finished) return {};
    QStringList unsure;
    for (const motion::StoppedAxis& axis : finished->axes)
        if (!axis.confirmed)
            unsure << QStringLiteral("%1 (%2)").arg(axisPhrase(axis.axis, *frame.axes), textOf(axis.doubt));
    if (unsure.isEmpty()) return {};
    return QStringLiteral("Not confirmed: %1. Look at them before you reset.")
        .arg(unsure.join(QStringLiteral(", ")));
}

QString StopBanner::resetText(const Frame& frame) {
    if (frame.axes->axes.empty()) return QStringLiteral("Reset lets axes move once they are connected.");
    QStringList holding;
    QStringList unknown; // what was last read of a silent one is no knowledge, unless it was that it is off
    for (const motion::AxisView& axis : frame.axes->axes) {
        if (axis.torque == false) continue;
        (axis.torque && !axis.silent ? holding : unknown) << axisTitle(*axis.axis);
    }
    QStringList said;
    if (!holding.isEmpty())
        said << QStringLiteral("Reset first sets the goals of %1 to where they are now and their speeds to "
                               "zero, reads them back, and only then lets axes move.")
                    .arg(someOf(holding));
    if (!unknown.isEmpty())
        said << QStringLiteral("Torque may be on at %1: nobody knows, and a reset does not reach what does "
                               "not answer.")
                    .arg(someOf(unknown));
    if (said.isEmpty())
        said << QStringLiteral(
            "Torque is off. Resetting moves nothing; it only lets torque be switched on again.");
    return said.join(QLatin1Char(' '));
}

} // namespace servolane::ui
