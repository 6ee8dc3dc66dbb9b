// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/status_strip.h"

#include "core/session/read/recording_board.h"
#include "ui/access/role_choice.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtCore/QFileInfo>
#include <QtGui/QAction>
#include <QtWidgets/QFrame>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>
#include <algorithm>

namespace servolane::ui {

namespace {

const QString between = QStringLiteral("   ·   ");

QFrame* separator(QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setProperty("surface", QStringLiteral("rule"));
    line->setFixedSize(1, 14);
    return line;
}

/// Right-aligned in `digits` by spaces as wide as a figure, so that what follows stands still.
QString padded(double value, int digits, int decimals) {
    return QString::number(value, 'f', decimals).rightJustified(digits, QChar(0x2007));
}

QString busText(const bus::BusView& bus, bool slow) {
    const QString name = QString::fromStdString(bus.name);
    if (bus.state == bus::LinkState::lost) return name + QStringLiteral(" ■ lost");
    const bus::LinkMeasured& m = bus.measured;
    const double all = static_cast<double>(m.answers + m.errors);
    const double errors = all > 0 ? 100.0 * static_cast<double>(m.errors) / all : 0.0;
    const QString rate = slow ? QStringLiteral("▲ ") + rateOf(bus) : padded(m.cyclesPerSecond, 4, 0);
    QString text = QStringLiteral("%1  %2 Hz   err %3 %").arg(name, rate, padded(errors, 5, 2));
    if (m.wireLimit > 0) text += QStringLiteral("   wire %1 %").arg(padded(m.wireShare * 100.0, 3, 0));
    return text;
}

} // namespace

StatusStrip::StatusStrip(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , buses_(makeLabel({}, "small", this))
    , more_(new QToolButton(this))
    , stop_(makeLabel({}, "small", this))
    , role_(new RoleChoice(context, this))
    , session_(makeLabel({}, "small", this)) {
    setObjectName(QStringLiteral("statusStrip"));
    setFixedHeight(28);
    buses_->setObjectName(QStringLiteral("statusBuses"));
    buses_->setMinimumWidth(80);
    buses_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    more_->setObjectName(QStringLiteral("statusMore"));
    more_->setToolTip(QStringLiteral("All buses; one of them: its axes and its figures"));
    more_->setAccessibleName(more_->toolTip());
    more_->setPopupMode(QToolButton::InstantPopup);
    more_->setAutoRaise(true);
    more_->setMenu(new QMenu(more_));
    more_->hide();
    connect(more_->menu(), &QMenu::triggered, this, [this](const QAction* action) {
        Q_EMIT busAsked(BusId{static_cast<std::uint16_t>(action->data().toUInt())});
    });
    stop_->setObjectName(QStringLiteral("statusStop"));
    session_->setObjectName(QStringLiteral("statusSession"));
    session_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::large, 0, space::large, 0);
    row->setSpacing(space::medium);
    row->addWidget(buses_, 1);
    row->addWidget(more_);
    for (QWidget* part : std::initializer_list<QWidget*>{stop_, role_, session_}) {
        row->addWidget(separator(this));
        row->addWidget(part);
    }
}

void StatusStrip::say(const QString& text, Time now) {
    message_ = text;
    more_->hide();
    messageUntil_ = now + std::chrono::seconds{5};
    setRole(buses_, "small");
    showText(buses_, text);
}

void StatusStrip::withdraw(const QString& text) {
    if (message_ == text) message_.clear();
}

void StatusStrip::tick(const Frame& frame) {
    if (!frame.figuresDue) return;
    slow_.fold(*frame.buses, frame.now);
    showBuses(frame);
    showStop(frame);
    showSession(frame);
    role_->show(*frame.access);
}

void StatusStrip::showBuses(const Frame& frame) {
    if (frame.now >= messageUntil_) message_.clear();
    QStringList parts;
    QStringList hints;
    std::vector<bool> troubled;
    for (const bus::BusView& bus : frame.buses->buses) {
        const bool isTold = slow_.isTold(bus.id);
        if (isTold) hints << slowHintOf(bus);
        parts << busText(bus, isTold);
        troubled.push_back(isTold || bus.state == bus::LinkState::lost);
    }
    // Of a message not even the colour of a warning is taken: the shape before the rate tells it.
    setRole(buses_, hints.isEmpty() || !message_.isEmpty() ? "small" : "smallWarn");
    const QString before = (message_.isEmpty() ? QString() : message_ + between) +
                           (isMarkedLive_ ? QStringLiteral("live   ") : QString());
    const qsizetype fitting = fittingCount(parts, before);
    const bool worse = std::find(troubled.begin() + fitting, troubled.end(), true) != troubled.end();
    showMore(frame, parts, fitting, worse);
    const QString buses =
        parts.isEmpty() ? QStringLiteral("no bus connected") : parts.mid(0, fitting).join(between);
    const QString shown = fitting == 0 && !message_.isEmpty() ? message_ : before + buses;
    showText(buses_, buses_->fontMetrics().elidedText(shown, Qt::ElideRight, std::max(roomOfBuses(), 1)));
    if (fitting < parts.size() || buses_->text() != shown) hints = parts + hints;
    if (const QString tip = hints.join(QLatin1Char('\n')); buses_->toolTip() != tip) buses_->setToolTip(tip);
}

/// What the label and the button behind it have together, less the button where it is needed.
int StatusStrip::roomOfBuses() const {
    const int together = buses_->width() + (more_->isHidden() ? 0 : more_->width() + space::medium);
    return more_->isHidden() ? together : together - more_->sizeHint().width() - space::medium;
}

/// Whole ones only, and at least one unless a message stands before them: half a bus tells nothing.
qsizetype StatusStrip::fittingCount(const QStringList& parts, const QString& before) const {
    const QFontMetrics metrics = buses_->fontMetrics();
    const int together = buses_->width() + (more_->isHidden() ? 0 : more_->width() + space::medium);
    if (metrics.horizontalAdvance(before + parts.join(between)) <= together) return parts.size();
    const int room = together - metrics.horizontalAdvance(QStringLiteral("▲ 00 more ▾")) - 2 * space::medium;
    const qsizetype least = message_.isEmpty() ? std::min<qsizetype>(1, parts.size()) : 0;
    qsizetype count = parts.size() - 1;
    while (count > least && metrics.horizontalAdvance(before + parts.mid(0, count).join(between)) > room)
        --count;
    return std::max<qsizetype>(count, least);
}

void StatusStrip::showMore(const Frame& frame, const QStringList& parts, qsizetype shown, bool worse) {
    const qsizetype more = parts.size() - shown;
    more_->setVisible(more > 0);
    if (more <= 0) return;
    const QString text = (worse ? QStringLiteral("▲ %1 more") : QStringLiteral("%1 more")).arg(more);
    if (more_->text() != text) more_->setText(text);
    const char* const role = worse ? "smallWarn" : "small";
    if (more_->property("role").toString() != QLatin1String(role)) setRole(more_, role);
    // Under a finger nothing is listed anew; what changes is what an entry says.
    QMenu& menu = *more_->menu();
    if (menu.actions().size() != parts.size()) {
        menu.clear();
        for (qsizetype at = 0; at < parts.size(); ++at)
            menu.addAction(QString());
    }
    for (qsizetype at = 0; at < parts.size(); ++at) {
        QAction* action = menu.actions()[at];
        action->setData(frame.buses->buses[static_cast<std::size_t>(at)].id.value);
        if (const QString part = QString(parts[at]).replace(QLatin1Char('&'), QStringLiteral("&&"));
            action->text() != part)
            action->setText(part);
    }
}

void StatusStrip::showStop(const Frame& frame) {
    const bool latched = frame.axes->stop.latched;
    const auto& buses = frame.buses->buses;
    // A bus that is lost cannot be reached; its axes are stopped when it is back.
    const bool reaches =
        std::ranges::any_of(buses, [](const auto& view) { return view.state == bus::LinkState::open; });
    showText(stop_, latched         ? QStringLiteral("■ stop latched")
                    : reaches       ? QStringLiteral("stop armed")
                    : buses.empty() ? QStringLiteral("stop: no live bus")
                                    : QStringLiteral("stop: bus lost"));
    setRole(stop_, latched ? "fault" : "small");
}

void StatusStrip::showSession(const Frame& frame) {
    const auto& board = *frame.recording;
    QString text = QStringLiteral("not recording");
    if (board.named)
        text = QStringLiteral("session %1").arg(QString::fromStdString(board.named->name));
    else if (board.full)
        text = QStringLiteral("not recording: disk full");
    else if (board.flight)
        text = QStringLiteral("flight recorder %1").arg(bytesText(board.flight->bytes));
    else if (board.flightRetry)
        text = QStringLiteral("flight recorder paused: %1").arg(textOf(Error{board.flightError.code, {}}));
    for (const auto* view : {&board.named, &board.flight})
        if (*view && (*view)->disk.low) {
            text += QStringLiteral(" · disk fills up: %1 free")
                        .arg(bytesText((*view)->disk.freeBytes.value_or(0)));
            break;
        }
    if (board.named && board.named->lost > 0)
        text += QStringLiteral(" · %1 lost").arg(countText(board.named->lost));
    const auto& held = board.named && board.named->waiting > 0 ? board.named : board.flight;
    const bool isHeld = held && held->waiting > 0;
    if (isHeld)
        text = QStringLiteral("waits for a foreign lock of %1, %2 rows in memory")
                   .arg(QFileInfo(QString::fromStdString(held->path)).fileName(), countText(held->waiting));
    showText(session_, text);
    setRole(session_, isHeld ? "smallWarn" : "small");
    if (isHeld) return; // no reason to keep so much room for ever
    // It may grow, never shrink: what stands at its left would dance.
    session_->setMinimumWidth(qMax(session_->minimumWidth(), session_->sizeHint().width()));
}

} // namespace servolane::ui
