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
                  causeText(frame) + QStringLiteral(". ") + axesText(frame));
    show();
}

QString StopBanner::causeText(const Frame& frame) {
    const auto& entries = frame.commands->entries;
    const auto stop = std::find_if(entries.rbegin(), entries.rend(),
                                   [](const auto& entry) { return entry.description.kind == "Stop"; });
    if (stop == entries.rend()) return QStringLiteral("Stop is latched");
    switch (stop->asker) {
    case api::Asker::window:
        return QStringLiteral("Stopped from this window");
    case api::Asker::commandLine:
        return QStringLiteral("Stopped from the command line");
    case api::Asker::sequence:
        return QStringLiteral("Stopped by a sequence");
    case api::Asker::program:
        break;
    }
    return QStringLiteral("Stopped by the program");
}

QString StopBanner::axesText(const Frame& frame) {
    QStringList unsure;
    if (frame.axes->stop.finished)
        for (const motion::StoppedAxis& axis : frame.axes->stop.finished->axes)
            if (!axis.confirmed) unsure << axisPhrase(axis.axis, *frame.axes);
    if (!unsure.isEmpty())
        return QStringLiteral("Not confirmed: %1. Look at them before you reset.")
            .arg(unsure.join(QStringLiteral(", ")));
    QStringList names;
    for (const motion::AxisView& axis : frame.axes->axes)
        names << axisTitle(*axis.axis);
    if (names.isEmpty()) return QStringLiteral("Reset lets axes move once they are connected.");
    const QString list = names.size() > axesNamed ? QStringLiteral("all %1 axes").arg(names.size())
                                                  : names.join(QStringLiteral(", "));
    return QStringLiteral("Reset lets %1 move again, from where they are now.").arg(list);
}

} // namespace servolane::ui
