// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/replay_bar.h"

#include "core/journal/read/command_log.h"
#include "core/telemetry/read/trace_set.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/session/replay_strip.h"
#include "ui/theme/theme.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/text.h"
#include "ui/widgets/typing_watch.h"

#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace servolane::ui {

namespace {

constexpr double speeds[] = {0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0};

QString speedText(double speed) {
    return QString::number(speed, 'g', 4) + QStringLiteral("×");
}

QString utcText(UtcTime utc, const char* form) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(utc.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(QString::fromLatin1(form));
}

QString nameOf(const session::SessionSummary& summary) {
    if (!summary.name.empty()) return QString::fromStdString(summary.name);
    return QFileInfo(QString::fromStdString(summary.path)).completeBaseName();
}

/// One trace stands for the recording: the first position.
std::shared_ptr<const telemetry::Trace> traceFor(const telemetry::TraceSet& set) {
    for (const telemetry::TraceView& view : set.traces)
        if (view.channel == telemetry::Channel::position) return view.trace;
    return set.traces.empty() ? nullptr : set.traces.front().trace;
}

/// Who has written into it may do so again at once: what is shown meanwhile is chosen, so that the next key
/// takes its place.
void showUnlessTyped(QLineEdit& field, const TypingWatch& typing, const QString& text) {
    if (typing.isTyping() || field.text() == text) return;
    field.setText(text);
    if (field.hasFocus()) field.selectAll();
}

} // namespace

std::optional<Duration> replayTimeFrom(const QString& text) {
    QString plain = text.trimmed();
    plain.replace(QLatin1Char(','), QLatin1Char('.'));
    const QStringList parts = plain.split(QLatin1Char(':'));
    if (parts.size() > 3) return std::nullopt;
    double sum = 0.0;
    for (int at = 0; at < parts.size(); ++at) {
        bool isNumber = false;
        const double part = parts[at].toDouble(&isNumber);
        const bool isInside = part >= 0.0 && (at == 0 || part < 60.0) && std::isfinite(part);
        if (!isNumber || !isInside) return std::nullopt;
        sum = sum * 60.0 + part;
    }
    if (sum > 1e7) return std::nullopt; // beyond any recording
    return fromSeconds(sum);
}

QString replayTimeText(Duration sinceStart) {
    const auto hundredths = std::llround(seconds(sinceStart) * 100.0);
    return QStringLiteral("%1:%2:%3.%4")
        .arg(hundredths / 360'000, 2, 10, QLatin1Char('0'))
        .arg(hundredths / 6000 % 60, 2, 10, QLatin1Char('0'))
        .arg(hundredths / 100 % 60, 2, 10, QLatin1Char('0'))
        .arg(hundredths % 100, 2, 10, QLatin1Char('0'));
}

ReplayBar::ReplayBar(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , theme_(theme)
    , banner_(new Banner(theme, QStringLiteral("replayBanner"), this)) {
    setObjectName(QStringLiteral("replayBar"));
    auto* back = banner_->addButton(QStringLiteral("Back to live"), QStringLiteral("backToLive"), "primary");
    back->setToolTip(QStringLiteral("Show the live buses again (F8)"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(banner_);
    column->addWidget(makeTransport());
    column->addWidget(makeRule(this));
    hide();
    connect(back, &QPushButton::clicked, this, &ReplayBar::backToLive);
    connect(&theme, &Theme::changed, this, &ReplayBar::dressPlay);
}

QWidget* ReplayBar::makeTransport() {
    transport_ = new QWidget(this);
    transport_->setProperty("surface", QStringLiteral("panel"));
    transport_->setAttribute(Qt::WA_StyledBackground);
    const auto button = [this](const char* icon, const char* tip, const char* name) {
        return makeIconButton(theme_, QString::fromLatin1(icon), QString::fromUtf8(tip),
                              QString::fromLatin1(name), transport_);
    };
    auto* previous = button("skip-back", "Previous event (,)", "replayPrevious");
    play_ = button("play", "Play (Space)", "replayPlay");
    auto* next = button("skip-forward", "Next event (.)", "replayNext");
    loop_ = button("repeat", "Loop what the scope shows; Shift and drag on the strip chooses (Ctrl+L)",
                   "replayLoop");
    loop_->setCheckable(true);
    speed_ = new QComboBox(transport_);
    speed_->setObjectName(QStringLiteral("replaySpeed"));
    speed_->setAccessibleName(QStringLiteral("Speed"));
    speed_->setToolTip(QStringLiteral("Speed, 0.1 to 100 times ([ slower, ] faster)"));
    speed_->setEditable(true);
    speed_->setInsertPolicy(QComboBox::NoInsert);
    speed_->setCompleter(nullptr); // it would make 0.1 of the first 0 of 0.2
    speedTyping_ = new TypingWatch(speed_);
    speed_->setFixedWidth(84);
    for (const double speed : speeds)
        speed_->addItem(speedText(speed));
    speed_->setCurrentText(speedText(1.0));
    time_ = new QLineEdit(transport_);
    time_->setObjectName(QStringLiteral("replayTime"));
    time_->setAccessibleName(QStringLiteral("Time since the start"));
    time_->setToolTip(QStringLiteral("Time since the start: type 83.5 or 1:23.5 and Return"));
    time_->setFixedWidth(time_->fontMetrics().horizontalAdvance(QStringLiteral("00:00:00.00")) + space::wide);
    time_->setAlignment(Qt::AlignRight);
    timeTyping_ = new TypingWatch(time_);
    length_ = makeLabel({}, "muted", transport_);
    utc_ = makeLabel({}, "small", transport_);
    utc_->setObjectName(QStringLiteral("replayUtc"));
    strip_ = new ReplayStrip(theme_, transport_);
    auto* row = new QHBoxLayout(transport_);
    row->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    row->setSpacing(space::small);
    for (QWidget* widget : std::initializer_list<QWidget*>{previous, play_, next, loop_, speed_})
        row->addWidget(widget);
    row->addWidget(strip_, 1);
    auto* times = new QVBoxLayout;
    times->setSpacing(0);
    auto* relative = new QHBoxLayout;
    relative->setSpacing(space::tiny);
    relative->addWidget(time_);
    relative->addWidget(length_);
    times->addLayout(relative);
    times->addWidget(utc_, 0, Qt::AlignRight);
    row->addLayout(times);
    connect(previous, &QToolButton::clicked, this, [this] { stepEvent(-1); });
    connect(play_, &QToolButton::clicked, this, &ReplayBar::togglePlaying);
    connect(next, &QToolButton::clicked, this, [this] { stepEvent(1); });
    connect(loop_, &QToolButton::clicked, this, &ReplayBar::loopToggled);
    connect(speed_, &QComboBox::textActivated, this, &ReplayBar::applySpeed);
    connect(speed_->lineEdit(), &QLineEdit::editingFinished, this,
            [this] { applySpeed(speed_->currentText()); });
    connect(time_, &QLineEdit::returnPressed, this, &ReplayBar::seekTyped);
    connect(strip_, &ReplayStrip::sought, this, [this](Time at) {
        if (replay_) replay_->seek(at);
    });
    connect(strip_, &ReplayStrip::loopChosen, this, [this](const auto& stretch) {
        if (replay_) replay_->setLoop(stretch);
    });
    return transport_;
}

void ReplayBar::setReplay(std::shared_ptr<api::Replay> replay) {
    replay_ = std::move(replay);
    shown_.reset();
    setVisible(replay_ != nullptr);
}

void ReplayBar::tick(Time now) {
    if (!replay_) return;
    const auto state = replay_->state();
    const Time at = state->timeAt(now);
    for (TypingWatch* typing : {speedTyping_, timeTyping_})
        if (typing->takeGivenUp()) shown_.reset();
    if (state == shown_ && at == shownAt_) return;
    const bool isNew = !shown_ || shown_->phase != state->phase;
    shown_ = state;
    shownAt_ = at;
    if (isNew) {
        showBanner(*state);
        transport_->setEnabled(state->isReady());
        if (state->isReady())
            strip_->showRecording(state->summary->start, state->summary->end,
                                  traceFor(*replay_->models().traces.read()),
                                  replay_->models().events.read());
    }
    showState(*state, at);
}

void ReplayBar::showBanner(const api::ReplayState& state) {
    if (!state.summary)
        return banner_->show(Tone::info, QStringLiteral("Replay"), QStringLiteral("Opening …"));
    if (state.phase == api::ReplayState::Phase::failed)
        return banner_->show(Tone::fault, QStringLiteral("Replay"), textOf(state.error));
    const session::SessionSummary& s = *state.summary;
    QStringList parts{utcText(s.startedUtc, "yyyy-MM-dd hh:mm:ss 'UTC'"), clockText(s.end - s.start)};
    if (s.simulated) parts << QStringLiteral("simulated");
    const std::size_t damaged = state.damagedFacts.size();
    if (damaged > 0)
        parts << QStringLiteral("%1 damaged %2 left out: %3")
                     .arg(countText(damaged),
                          damaged == 1 ? QStringLiteral("event is") : QStringLiteral("events are"),
                          QString::fromStdString(state.damagedFacts.front()));
    banner_->show(damaged > 0 ? Tone::warn : Tone::info, QStringLiteral("Replay of %1").arg(nameOf(s)),
                  parts.join(QStringLiteral(" · ")) +
                      QStringLiteral(" — commands are off; Stop and F12 act on the live buses"));
}

void ReplayBar::showState(const api::ReplayState& state, Time at) {
    if (!state.isReady()) return;
    const session::SessionSummary& s = *state.summary;
    const bool playing = play_->property("playing").toBool();
    if (playing != state.playing) {
        play_->setProperty("playing", state.playing);
        dressPlay();
        play_->setToolTip(state.playing ? QStringLiteral("Pause (Space)") : QStringLiteral("Play (Space)"));
        play_->setAccessibleName(play_->toolTip());
    }
    loop_->setChecked(state.loop.has_value());
    strip_->showLoop(state.loop);
    strip_->showTime(at);
    showUnlessTyped(*speed_->lineEdit(), *speedTyping_, speedText(state.speed));
    showUnlessTyped(*time_, *timeTyping_, replayTimeText(at - s.start));
    showText(length_, QStringLiteral("of %1").arg(clockText(s.end - s.start)));
    showText(utc_, utcText(replay_->utcAt(at), "hh:mm:ss.zzz 'UTC'"));
}

void ReplayBar::dressPlay() {
    const bool playing = play_->property("playing").toBool();
    play_->setIcon(theme_.icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
}

void ReplayBar::togglePlaying() {
    if (replay_) replay_->setPlaying(!replay_->state()->playing);
}

void ReplayBar::stepEvent(int direction) {
    if (replay_) replay_->stepEvent(direction);
}

void ReplayBar::changeSpeed(int direction) {
    if (!replay_) return;
    const double speed = replay_->state()->speed;
    if (direction > 0) {
        const auto* next = std::upper_bound(std::begin(speeds), std::end(speeds), speed);
        if (next != std::end(speeds)) replay_->setSpeed(*next);
    } else {
        const auto* here = std::lower_bound(std::begin(speeds), std::end(speeds), speed);
        if (here != std::begin(speeds)) replay_->setSpeed(*(here - 1));
    }
}

void ReplayBar::toggleLoop(std::pair<Time, Time> stretch) {
    if (!replay_) return;
    const auto state = replay_->state();
    if (!state->isReady()) return;
    if (state->loop) return replay_->setLoop(std::nullopt);
    replay_->setLoop(std::pair{std::max(stretch.first, state->summary->start),
                               std::min(stretch.second, state->summary->end)});
}

void ReplayBar::focusTime() {
    time_->setFocus(Qt::ShortcutFocusReason);
    time_->selectAll();
}

void ReplayBar::seekTyped() {
    const auto since = replayTimeFrom(time_->text());
    shown_.reset(); // what was typed gives way to the time that is shown
    if (!replay_ || !since) return;
    const auto state = replay_->state();
    if (state->isReady()) replay_->seek(state->summary->start + *since);
}

void ReplayBar::applySpeed(const QString& text) {
    QString plain = text.trimmed();
    plain.replace(QLatin1Char(','), QLatin1Char('.'));
    plain.remove(QChar(0x00D7)).remove(QLatin1Char('x'));
    bool isNumber = false;
    const double speed = plain.toDouble(&isNumber);
    if (replay_ && isNumber && speed > 0.0) replay_->setSpeed(speed);
    shown_.reset();
}

} // namespace servolane::ui
