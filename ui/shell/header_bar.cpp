// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/header_bar.h"

#include "core/session/read/recording_board.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <algorithm>
#include <cmath>

namespace servolane::ui {

namespace {
constexpr Duration answerExpected = std::chrono::seconds{1};
const QString recordingBegins = QStringLiteral("Record");
const QString recordingEnds = QStringLiteral("Stop recording"); ///< as the journal calls it
const QString recordingEndsBriefly = QStringLiteral("End");
const QString widestShortRecording = QStringLiteral("● REC 00:00:00");
const QString widestRecording = QStringLiteral("● REC 00:00:00 · 888.8 MB");
} // namespace

HeaderBar::HeaderBar(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , brand_(makeLabel(QStringLiteral("Servolane"), "brand", this))
    , mark_(makeLabel(QStringLiteral("SL"), "brand", this))
    , menus_(new QMenuBar(this))
    , simulated_(makeLabel(QStringLiteral("SIMULATED"), "badge", this))
    , recording_(makeLabel({}, "recording", this))
    , record_(makeButton(recordingBegins, QStringLiteral("record"), this))
    , stop_(makeButton(QStringLiteral("STOP ALL   F12"), QStringLiteral("stopAll"), this)) {
    setObjectName(QStringLiteral("headerBar"));
    setProperty("surface", QStringLiteral("header"));
    setAttribute(Qt::WA_StyledBackground);
    menus_->setNativeMenuBar(false);
    // In a narrow window the menus that have no room are behind the bar's own arrow.
    menus_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    menus_->setMinimumWidth(space::wide * 2);
    // Of itself that button has neither a picture nor a name.
    if (auto* more = menus_->findChild<QToolButton*>(QStringLiteral("qt_menubar_ext_button"))) {
        context.theme.keepIcon(more, QStringLiteral("chevrons-right"));
        more->setToolTip(QStringLiteral("More menus"));
        more->setAccessibleName(more->toolTip());
    }
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::medium, 0, space::small, 0);
    row->setSpacing(space::tiny);
    row->addWidget(brand_);
    row->addWidget(mark_);
    row->addSpacing(space::small);
    // Left of everything that comes and goes, so that nothing ever moves them.
    addWorkspaces(row);
    row->addSpacing(space::small);
    row->addWidget(menus_);
    row->addStretch(1);
    simulated_->setObjectName(QStringLiteral("simulatedBadge"));
    simulated_->hide();
    recording_->setObjectName(QStringLiteral("recordingState"));
    recording_->hide();
    record_->setToolTip(QStringLiteral("Start recording (R)"));
    stop_->setProperty("role", QStringLiteral("stop"));
    stop_->setAccessibleName(QStringLiteral("Stop all axes"));
    stop_->setToolTip(QStringLiteral("Stops every axis of every bus at once and latches (F12)\n") +
                      wiredStopText());
    record_->setProperty("tall", true); // for a glove, as everything an operator may press
    for (QWidget* widget : std::initializer_list<QWidget*>{simulated_, recording_, record_}) {
        row->addWidget(widget, 0, Qt::AlignVCenter);
        row->addSpacing(space::tiny);
    }
    row->addWidget(stop_, 0, Qt::AlignVCenter);
    setFixedHeight(52);
    const auto paintIcons = [this] {
        dressRecord();
        stop_->setIconSize(QSize(24, 20));
        stop_->setIcon(
            context_.theme.labelIcon(QStringLiteral("octagon-alert"), context_.theme.tokens().onStop));
    };
    paintIcons();
    connect(&context.theme, &Theme::changed, this, paintIcons);
    // pressed, not clicked: a stop does not wait for the finger to come up.
    connect(stop_, &QPushButton::pressed, this, &HeaderBar::stopPressed);
    connect(record_, &QPushButton::clicked, this, &HeaderBar::recordToggled);
}

void HeaderBar::resizeEvent(QResizeEvent* event) {
    Panel::resizeEvent(event);
    fit();
}

void HeaderBar::showEvent(QShowEvent* event) {
    Panel::showEvent(event);
    fit(); // the menus are there by now
}

void HeaderBar::fit() {
    const auto textWidth = [this](const QString& text) {
        recording_->ensurePolished();
        return recording_->fontMetrics().horizontalAdvance(text) + space::tiny;
    };
    int others = space::medium + 3 * space::small + 11 * space::tiny; // around and between
    for (const QPushButton* button : workspaces_)
        others += button->sizeHint().width();
    for (const QWidget* widget : std::initializer_list<const QWidget*>{menus_, simulated_, record_, stop_})
        others += widget->sizeHint().width();
    const auto onButton = [this](const QString& text) {
        return record_->fontMetrics().horizontalAdvance(text);
    };
    const int ends = onButton(recordingEnds) - onButton(record_->text()); // its room, from the start
    const int least = mark_->sizeHint().width() + textWidth(widestShortRecording);
    isNarrow_ = others + ends + least > width();
    if (!isNarrow_) others += ends;
    const int full = textWidth(widestRecording);
    const bool hasName = others + full + brand_->sizeHint().width() <= width();
    brand_->setVisible(hasName);
    mark_->setVisible(!hasName);
    others += hasName ? brand_->sizeHint().width() : mark_->sizeHint().width();
    isShort_ = others + full > width();
    recording_->setMinimumWidth(isShort_ ? textWidth(widestShortRecording) : full);
}

void HeaderBar::addWorkspaces(QHBoxLayout* row) {
    const char* titles[] = {"Bench", "Line", "Sessions"};
    for (std::size_t at = 0; at < workspaces_.size(); ++at) {
        auto* button = makeButton(QString::fromLatin1(titles[at]),
                                  QStringLiteral("workspace%1").arg(QLatin1String(titles[at])), this);
        button->setProperty("role", QStringLiteral("workspace"));
        button->setCheckable(true);
        button->setToolTip(QStringLiteral("Ctrl+%1").arg(at + 1));
        workspaces_[at] = button;
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this,
                [this, at] { Q_EMIT workspaceChosen(static_cast<Workspace>(at)); });
    }
}

void HeaderBar::showWorkspace(Workspace workspace) {
    for (std::size_t at = 0; at < workspaces_.size(); ++at)
        workspaces_[at]->setChecked(at == static_cast<std::size_t>(workspace));
}

void HeaderBar::showStopping() {
    stopping_ = true;
    stoppingSince_ = Time{};
}

void HeaderBar::tick(const Frame& frame) {
    showStop(frame);
    if (!frame.figuresDue) return;
    showRecording(frame);
    const auto& buses = frame.buses->buses;
    simulated_->setVisible(
        std::any_of(buses.begin(), buses.end(), [](const auto& bus) { return bus.simulated; }));
}

void HeaderBar::showStop(const Frame& frame) {
    const motion::StopView& stop = frame.axes->stop;
    if (stopping_ && stoppingSince_ == Time{}) stoppingSince_ = frame.now;
    if (stop.latched || (stopping_ && frame.now - stoppingSince_ > answerExpected)) stopping_ = false;
    const bool waiting = stopping_ || (stop.latched && !stop.finished);
    showText(stop_, waiting        ? QStringLiteral("STOPPING …")
                    : stop.latched ? QStringLiteral("STOPPED   F12")
                                   : QStringLiteral("STOP ALL   F12"));
}

namespace {

/// How long the disk lasts, in place of clock and size once it matters more; no wider than they are.
QString roomText(const session::DiskRoom& disk, bool isShort) {
    if (!disk.left || *disk.left >= std::chrono::minutes{100}) {
        const QString free = bytesText(disk.freeBytes.value_or(0));
        return isShort ? QStringLiteral("● %1 free").arg(free) : QStringLiteral("● REC · %1 free").arg(free);
    }
    const double minutes = std::max(1.0, std::floor(seconds(*disk.left) / 60.0));
    return (isShort ? QStringLiteral("● full: %1 min") : QStringLiteral("● REC · full in %1 min"))
        .arg(minutes, 0, 'f', 0);
}

} // namespace

void HeaderBar::showRecording(const Frame& frame) {
    const auto& named = frame.recording->named;
    const auto& full = frame.recording->full;
    recording_->setVisible(named || full);
    recording_->setToolTip(
        !named && full ? QStringLiteral("%1 ended because its disk is full; what was recorded is whole. "
                                        "Make room to record again")
                             .arg(QString::fromStdString(full->path))
                       : QString());
    if (!named && full) showText(recording_, QStringLiteral("■ REC: disk full"));
    // Red is for stop and faults: that a recording runs is neither.
    const char* const role = !named && full ? "fault"
                             : named && !named->closing && (named->waiting > 0 || named->disk.low)
                                 ? "warn"
                                 : "recording";
    if (recording_->property("role").toString() != QLatin1String(role)) setRole(recording_, role);
    record_->setEnabled(!named || !named->closing);
    if (named && named->closing)
        showText(recording_, QStringLiteral("Closing … %1").arg(bytesText(named->bytes)));
    else if (named && named->waiting > 0)
        showText(recording_, isShort_ ? QStringLiteral("● waits") : QStringLiteral("● REC · file held"));
    else if (named && named->disk.low)
        showText(recording_, roomText(named->disk, isShort_));
    else if (named)
        showText(recording_, isShort_
                                 ? QStringLiteral("● REC %1").arg(clockText(frame.now - named->since))
                                 : QStringLiteral("● REC %1 · %2")
                                       .arg(clockText(frame.now - named->since), bytesText(named->bytes)));
    showText(record_, !named ? recordingBegins : isNarrow_ ? recordingEndsBriefly : recordingEnds);
    if (named.has_value() == wasRecording_) return;
    wasRecording_ = named.has_value();
    record_->setToolTip(named ? QStringLiteral("Stop recording (R)") : QStringLiteral("Start recording (R)"));
    dressRecord();
}

void HeaderBar::dressRecord() {
    record_->setIconSize(QSize(20, 16));
    record_->setIcon(context_.theme.labelIcon(
        wasRecording_ ? QStringLiteral("square") : QStringLiteral("circle"), context_.theme.tokens().text));
}

} // namespace servolane::ui
