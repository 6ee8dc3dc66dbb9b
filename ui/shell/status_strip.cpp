// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/status_strip.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QFrame>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>

namespace servolane::ui {

namespace {

QFrame* separator(QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setProperty("surface", QStringLiteral("rule"));
    line->setFixedSize(1, 14);
    return line;
}

QString busText(const bus::BusView& bus) {
    const QString name = QString::fromStdString(bus.name);
    if (bus.state == bus::LinkState::lost) return name + QStringLiteral(" ■ lost");
    const bus::LinkMeasured& m = bus.measured;
    const double all = static_cast<double>(m.answers + m.errors);
    QString text = QStringLiteral("%1  %2 Hz  err %3 %")
                       .arg(name)
                       .arg(m.cyclesPerSecond, 0, 'f', 0)
                       .arg(all > 0 ? 100.0 * static_cast<double>(m.errors) / all : 0.0, 0, 'f', 2);
    if (m.wireLimit > 0) text += QStringLiteral("  wire %1 %").arg(m.wireShare * 100.0, 0, 'f', 0);
    return text;
}

} // namespace

StatusStrip::StatusStrip(QWidget* parent)
    : Panel(parent)
    , buses_(makeLabel({}, "small", this))
    , stop_(makeLabel({}, "small", this))
    , role_(makeLabel(QStringLiteral("engineer"), "small", this))
    , session_(makeLabel({}, "small", this)) {
    setObjectName(QStringLiteral("statusStrip"));
    setFixedHeight(28);
    buses_->setObjectName(QStringLiteral("statusBuses"));
    buses_->setMinimumWidth(80);
    stop_->setObjectName(QStringLiteral("statusStop"));
    session_->setObjectName(QStringLiteral("statusSession"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::large, 0, space::large, 0);
    row->setSpacing(space::medium);
    row->addWidget(buses_, 1);
    for (QLabel* label : {stop_, role_, session_}) {
        row->addWidget(separator(this));
        row->addWidget(label);
    }
}

void StatusStrip::say(const QString& text, Time now) {
    message_ = text;
    messageUntil_ = now + std::chrono::seconds{5};
    showText(buses_, text);
}

void StatusStrip::tick(const Frame& frame) {
    if (!frame.figuresDue) return;
    showBuses(frame);
    showStop(frame);
    showSession(frame);
}

void StatusStrip::showBuses(const Frame& frame) {
    if (!message_.isEmpty() && frame.now < messageUntil_) return;
    message_.clear();
    QStringList parts;
    for (const bus::BusView& bus : frame.buses->buses)
        parts << busText(bus);
    showText(buses_,
             parts.isEmpty() ? QStringLiteral("no bus connected") : parts.join(QStringLiteral("   ·   ")));
}

void StatusStrip::showStop(const Frame& frame) {
    const bool latched = frame.axes->stop.latched;
    showText(stop_, latched                      ? QStringLiteral("■ stop latched")
                    : frame.buses->buses.empty() ? QStringLiteral("stop: no live bus")
                                                 : QStringLiteral("stop armed"));
    setRole(stop_, latched ? "fault" : "small");
}

void StatusStrip::showSession(const Frame& frame) {
    const auto& board = *frame.recording;
    QString text = QStringLiteral("not recording");
    if (board.named)
        text = QStringLiteral("recording %1").arg(QString::fromStdString(board.named->name));
    else if (board.flight)
        text = QStringLiteral("flight recorder %1").arg(bytesText(board.flight->bytes));
    else if (board.flightRetry)
        text = QStringLiteral("flight recorder paused: %1").arg(textOf(Error{board.flightError.code, {}}));
    if (board.named && board.named->lost > 0)
        text += QStringLiteral(" · %1 lost").arg(countText(board.named->lost));
    showText(session_, text);
}

} // namespace servolane::ui
