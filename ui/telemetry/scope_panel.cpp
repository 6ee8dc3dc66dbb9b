// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/scope_panel.h"

#include "core/telemetry/read/math_board.h"
#include "core/telemetry/read/timing.h"
#include "ui/binding/details_text.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/selection.h"
#include "ui/binding/state_text.h"
#include "ui/binding/timing_text.h"
#include "ui/binding/value_text.h"
#include "ui/scope/trace_drag.h"
#include "ui/telemetry/channel_menu.h"
#include "ui/telemetry/history_strip.h"
#include "ui/telemetry/range_entry.h"
#include "ui/telemetry/scope_export.h"
#include "ui/telemetry/scope_layouts.h"
#include "ui/telemetry/scope_trigger.h"
#include "ui/telemetry/trace_memory.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/text.h"

#include <QtCore/QDateTime>
#include <QtGui/QAction>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedLayout>
#include <algorithm>
#include <utility>

namespace servolane::ui {

using telemetry::Channel;

namespace {

constexpr Duration readAhead = std::chrono::seconds{5};
constexpr int figuresBeforeReading = 5;
constexpr int figuresOfNote = 60; ///< so long a refusal is told

constexpr Channel shownFirst[] = {Channel::setpoint, Channel::position, Channel::velocity, Channel::current};

constexpr std::pair<const char*, const char*> markWords[] = {
    {"BusConnected", "Bus connected"},
    {"BusLost", "Bus lost"},
    {"AxisFellSilent", "No answer"},
    {"AxisReturned", "Answers again"},
    {"OtherServoFound", "Another servo"},
    {"ServoConfirmed", "Servo confirmed"},
    {"BusRestored", "Bus is back"},
    {"HardwareErrorCleared", "Hardware error cleared"},
    {"StopLatched", "Stop"},
    {"StopReset", "Stop reset"},
};

QString capital(QString text) {
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

/// "torque-on" → "torque on"
QString plain(QString code) {
    return code.replace(QLatin1Char('-'), QLatin1Char(' '));
}

/// "MoveAxis rejected: torque-on" → "Go to: rejected, torque on"
QString rejectionText(const QString& details) {
    return commandTitle(details.section(QLatin1Char(' '), 0, 0).toStdString()) +
           QStringLiteral(": rejected, ") + plain(details.section(QStringLiteral(": "), 1));
}

/// "jog ended: lease-lapsed" → "Jog ended: the jog was no longer held"
QString endText(const QString& details) {
    const auto reason = motion::endReasonFrom(details.section(QStringLiteral(": "), 1).toStdString());
    if (!reason) return capital(details);
    const bool isJog = details.startsWith(QLatin1String("jog"));
    return capital((isJog ? QStringLiteral("jog ") : QStringLiteral("move ")) + textOf(*reason));
}

/// "fault unplug@0ms-3000ms" → "Injected fault: unplug, 0 ms … 3000 ms"
QString faultText(QString fault) {
    fault.remove(QStringLiteral("fault "));
    QString text = fault.section(QLatin1Char('@'), 0, 0).replace(QLatin1Char('='), QStringLiteral(", axis "));
    QString when = fault.section(QLatin1Char('@'), 1);
    when.replace(QLatin1Char('-'), QStringLiteral(" … "))
        .replace(QStringLiteral("ms"), QStringLiteral(" ms"));
    if (!when.isEmpty()) text += QStringLiteral(", ") + when;
    return QStringLiteral("Injected fault: ") + plain(text);
}

/// "MoveAxis target=90" → "Go to 90.0°"
QString askedText(const QString& details, const std::string& unit) {
    const qsizetype end = details.indexOf(QLatin1Char(' '));
    const QString kind = end < 0 ? details : details.left(end);
    // Paths say nothing here that the command list does not say better.
    if (details.contains(QLatin1Char('/'))) return commandTitle(kind.toStdString());
    const QString rest = end < 0 ? QString() : detailsText(details.mid(end + 1).toStdString(), unit);
    return ui::commandText(kind.toStdString(), rest);
}

} // namespace

scope::ScopePalette scopePaletteOf(const Tokens& tokens) {
    scope::ScopePalette palette;
    palette.surface = tokens.surface;
    palette.raised = tokens.raised;
    palette.border = tokens.border;
    palette.text = tokens.text;
    palette.muted = tokens.muted;
    palette.accent = tokens.accent;
    palette.ok = tokens.ok;
    palette.warn = tokens.warn;
    palette.fault = tokens.fault;
    palette.info = tokens.info;
    palette.traces = tokens.traces;
    return palette;
}

QString textOf(const journal::LaneMark& mark, const std::string& unit) {
    for (const auto& [kind, word] : markWords)
        if (mark.kindName == kind) return QString::fromLatin1(word);
    QString details = QString::fromStdString(mark.details);
    if (mark.kindName == "CommandAccepted") return askedText(details, unit);
    if (mark.kindName == "CommandRejected") return rejectionText(details);
    if (mark.kindName == "CommandFailed") return capital(plain(details));
    if (mark.kindName == "MoveEnded" || mark.kindName == "JogEnded") return endText(details);
    if (mark.kindName == "MoveArrived") return capital(detailsText(mark.details, unit)); // "Arrived at 90.0°"
    if (mark.kindName == "FaultInjected") return faultText(details);
    if (mark.kindName == "HardwareErrorRaised") {
        const int bits = details.section(QLatin1Char('='), 1).toInt();
        return hardwareErrorWords(static_cast<std::uint8_t>(bits), nullptr).join(QStringLiteral(", "));
    }
    if (details.isEmpty()) return QString::fromStdString(mark.kindName);
    return capital(details);
}

scope::TraceChoice traceChoice(AxisId axis, Channel channel, const QString& axisName, std::string_view unit,
                               const QString& channelName) {
    const QString name = channelName.isEmpty() ? textOf(channel).toLower() : channelName;
    return {axis,  channel, axisName.isEmpty() ? name : axisName + QLatin1Char(' ') + name, unitText(unit), 0,
            false, axisName};
}

scope::TraceChoice traceChoice(const motion::Axis& axis, Channel channel, const QString& axisName) {
    // Titles of registers are names, as their makers print them.
    const QString title = textOf(channel, axis);
    return traceChoice(axis.id, channel, axisName, motion::unitOf(channel, axis),
                       telemetry::isWatch(channel) ? title : title.toLower());
}

ScopePanel::ScopePanel(const PanelContext& context,
                       std::function<std::shared_ptr<const telemetry::TraceSet>()> traces,
                       std::function<std::shared_ptr<const journal::EventLane>()> events,
                       std::function<Time()> now, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , traces_(std::move(traces))
    , view_(new scope::ScopeView(this))
    , stack_(new QStackedLayout(this))
    , axisName_(makeLabel({}, "title", this))
    , reading_(makeLabel(tr("reading …"), "muted", this))
    , channels_(new ChannelMenu(this)) {
    setObjectName(QStringLiteral("scopePanel"));
    setProperty("surface", QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    view_->setObjectName(QStringLiteral("scope"));
    view_->setAxisColours(context.axisColours);
    view_->setSource(traces_);
    view_->setEvents(std::move(events));
    now_ = std::move(now);
    view_->setNow(now_);
    view_->setEventText([this](const journal::LaneMark& mark) {
        const auto* axis = axes_ ? axes_->find(mark.axis) : nullptr;
        const QString text = textOf(mark, axis ? axis->axis->scale.unit : std::string("deg"));
        const bool isOneOfSeveral = axis && axes_->axes.size() > 1;
        return isOneOfSeveral ? pins_.nameOf(*axis->axis) + QStringLiteral(": ") + text : text;
    });
    view_->setNameText([this](const scope::TraceChoice& choice) {
        const auto set = traces_();
        const auto* trace = set ? set->find(choice.axis, choice.channel) : nullptr;
        if (!trace) return choice.label;
        const auto timing = telemetry::timingOf(*trace->trace, now_());
        return QStringLiteral("%1\n%2 measured, jitter %3\nnewest sample %4")
            .arg(choice.label, rateText(timing), jitterText(timing), freshnessText(timing));
    });
    view_->setTimeText([this](Time at) {
        if (!dating_) return QString();
        const Duration since = dating_()(at).time_since_epoch();
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
        return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("hh:mm:ss.zzz"));
    });
    view_->setNewest([this](const scope::TraceChoice& choice) -> std::optional<telemetry::TraceSample> {
        const auto* axis = axes_ ? axes_->find(choice.axis) : nullptr;
        if (!axis || !(*axis)[choice.channel].isKnown()) return std::nullopt;
        const motion::LatestValue& latest = (*axis)[choice.channel];
        return telemetry::TraceSample{latest.at, static_cast<float>(latest.value)};
    });
    channels_->choose({std::begin(shownFirst), std::end(shownFirst)});
    for (QWidget* tool : std::initializer_list<QWidget*>{axisName_, channels_, reading_})
        view_->addTool(tool);
    note_ = makeLabel({}, "warn", view_);
    note_->setObjectName(QStringLiteral("scopeNote"));
    note_->setWordWrap(true);
    note_->setContentsMargins(space::small, 0, space::small, space::tiny);
    note_->hide();
    view_->addBelowTools(note_);
    reading_->setObjectName(QStringLiteral("scopeReading"));
    reading_->hide();
    dressActions(*view_, context.theme);
    trigger_ =
        new ScopeTrigger(*view_, context.theme, [this](const auto& choice) { return proposeLevel(choice); });
    layouts_ = new ScopeLayouts(
        context.theme, [this] { return layout(); }, [this](const ScopeLayout& given) { show(given); }, view_);
    view_->addBelowTools(layouts_);
    makeExport();
    history_ = new HistoryStrip(context.theme, *view_);
    history_->setDating([this] { return dating_ ? dating_() : [](Time) { return UtcTime{}; }; });
    view_->addBelowChart(history_);
    empty_ = new EmptyState(context.theme, QStringLiteral("activity"), QStringLiteral("Nothing to show yet"),
                            QString(), this);
    stack_->addWidget(empty_);
    stack_->addWidget(view_);
    connect(view_, &scope::ScopeView::laneFiltered, this, [this] { awaitedLane_.reset(); });
    connect(view_, &scope::ScopeView::paneMenuOpened, this, [this](QMenu* menu, int pane) {
        addRangeEntry(*menu, *view_, pane);
        offerPins(*menu);
        menu->addSeparator();
        export_->fillMenu(*menu);
    });
    channels_->setRoom([this] {
        if (isFull()) sayFull();
        return !isFull();
    });
    channels_->setPinned([this](AxisId axis, Channel channel) { return pins_.isPinned(axis, channel); });
    connect(channels_, &ChannelMenu::changed, this, &ScopePanel::chooseTraces);
    connect(channels_, &ChannelMenu::pinAsked, this, &ScopePanel::pin);
    connect(channels_, &ChannelMenu::dragBegan, this, [this](AxisId axis, Channel channel) {
        if (const auto choice = choiceOf(axis, channel)) scope::dragTrace(*channels_, *choice);
    });
    connect(channels_, &ChannelMenu::moveAsked, this,
            [this](AxisId axis, Channel channel, int step, bool own) {
                view_->moveTrace(axis, channel, step, own ? scope::PaneStep::own : scope::PaneStep::beside);
            });
    connect(view_, &scope::ScopeView::traceDropped, this, [this](AxisId axis, Channel channel) {
        if (!axis_) return;
        if (axis != axis_->id) return pin(axis, channel, true);
        if (isFull()) return sayFull();
        auto chosen = channels_->chosen();
        chosen.push_back(channel);
        channels_->choose(chosen);
    });
    const auto paint = [this] { view_->setColours(scopePaletteOf(context_.theme.tokens())); };
    paint();
    connect(&context.theme, &Theme::changed, this, paint);
}

void dressActions(scope::ScopeView& view, Theme& theme) {
    static constexpr std::pair<int, const char*> icons[] = {{Qt::Key_Space, "pause"},
                                                            {Qt::Key_End, "crosshair"},
                                                            {Qt::Key_C, "x"},
                                                            {Qt::Key_Plus, "plus"},
                                                            {Qt::Key_Minus, "minus"}};
    for (QAction* action : view.scopeActions())
        for (const auto& [key, icon] : icons)
            if (action->shortcut() == QKeySequence(key)) theme.keepIcon(action, QString::fromLatin1(icon));
}

void ScopePanel::takeFocus() {
    QWidget* taker = stack_->currentWidget() == view_ ? static_cast<QWidget*>(view_) : this;
    taker->setFocus(Qt::OtherFocusReason);
}

void ScopePanel::tick(const Frame& frame) {
    axes_ = frame.axes;
    const motion::AxisView* view = frame.axes->find(context_.selection.axis());
    if (view && view->axis != axis_) {
        if (axis_ && axis_->id == view->axis->id) showWatched(*axis_, *view->axis);
        axis_ = view->axis;
        const auto* bus = frame.buses->find(axis_->bus);
        simulated_ = bus && bus->simulated;
        showText(axisName_, axisTitle(*axis_));
        channels_->offer(axis_);
        chooseTraces();
    }
    if (frame.figuresDue) followAxes(frame);
    if (frame.figuresDue && refusedFor_ > 0 && --refusedFor_ == 0) showNote();
    // Traces stay when the bus goes: they are what is looked at then.
    stack_->setCurrentIndex(axis_ ? 1 : 0);
    // A recording begins before its first bus, and no adapter helps there.
    if (!axis_)
        empty_->setText(frame.isReplay
                            ? QStringLiteral("No axis was known yet at this moment of the recording: "
                                             "play it, or go to a later one.")
                            : QStringLiteral("As soon as a bus is connected, the traces of the chosen "
                                             "axis run here, with its commands below."));
    if (axis_ && hasFocus()) view_->setFocus(Qt::OtherFocusReason);
    view_->tick(frame.figuresDue ? scope::ScopeView::Values::renewed : scope::ScopeView::Values::stay);
    // A recording has a strip of its own.
    if (history_->isHidden() != frame.isReplay) history_->setVisible(!frame.isReplay);
    history_->tick(*frame.traces, frame.now, frame.figuresDue);
    trigger_->tick();
    if (frame.figuresDue && channels_->isOpen()) showTimings(frame);
    export_->tick(frame.now);
    layouts_->tick(frame.now);
    if (memory_ && frame.figuresDue) memory_->tick(*frame.traces);
    showReading(frame);
}

/// Who asks for a register to be watched wants to see it.
void ScopePanel::showWatched(const motion::Axis& before, const motion::Axis& now) {
    auto chosen = channels_->chosen();
    const std::size_t known = chosen.size();
    for (const Channel channel : telemetry::allChannels)
        if (telemetry::isWatch(channel) && isOffered(channel, now) &&
            (!isOffered(channel, before) || motion::nameOf(channel, now) != motion::nameOf(channel, before)))
            chosen.push_back(channel);
    if (chosen.size() != known) channels_->choose(chosen);
}

/// Samples of a recording that are on the screen but not there yet. The next ones are asked for in time, so
/// that a replay runs into no gap.
void ScopePanel::showReading(const Frame& frame) {
    if (!frame.figuresDue) return;
    if (frame.isReplay && axis_)
        for (const scope::TraceChoice& choice : view_->traces())
            if (const auto* view = frame.traces->find(choice.axis, choice.channel))
                static_cast<void>(view->trace->firstFrom(frame.now + readAhead));
    if (!frame.traces->isWaiting()) {
        readingSince_ = 0;
        return reading_->hide();
    }
    // Counted in figures, ten a second: the time of a replay may stand still.
    reading_->setVisible(++readingSince_ > figuresBeforeReading);
}

void ScopePanel::startAnew(std::shared_ptr<scope::AxisColours> colours) {
    view_->setAxisColours(std::move(colours));
    pins_.forgetNamesakes();
    awaitLaneAxis();
    view_->setTraces({});
    view_->setCursors(std::nullopt, std::nullopt);
    view_->setLive();
    history_->startAnew();
    axis_.reset();
}

/// One axis, named in the tool row: its name would only take the room of the values.
std::vector<scope::TraceChoice> ScopePanel::ownChoices() const {
    std::vector<scope::TraceChoice> traces;
    for (const Channel channel : channels_->chosen())
        if (axis_ && isOffered(channel, *axis_)) traces.push_back(choiceOf(channel));
    return traces;
}

void ScopePanel::chooseTraces() {
    if (!axis_) return;
    std::vector<scope::TraceChoice> traces = ownChoices();
    traces.insert(traces.end(), beside_.begin(), beside_.end());
    for (scope::TraceChoice& pinned : pins_.choices()) {
        const bool isShown = std::any_of(traces.begin(), traces.end(), [&](const auto& other) {
            return other.axis == pinned.axis && other.channel == pinned.channel;
        });
        if (!isShown) traces.push_back(std::move(pinned));
    }
    std::vector<TriggerRow::Source> sources;
    for (const auto& choice : traces)
        sources.push_back({choice, unitOf(choice)});
    trigger_->setSources(std::move(sources));
    offerOwners(traces);
    leftOut_.clear();
    for (std::size_t at = scope::maximumTraces; at < traces.size(); ++at)
        leftOut_ << traces[at].label;
    showNote();
    view_->setTraces(std::move(traces));
}

void ScopePanel::offerOwners(const std::vector<scope::TraceChoice>& traces) {
    std::vector<TriggerRow::Owner> owners{
        {axis_->id, QStringLiteral("this axis: %1").arg(pins_.nameOf(*axis_))}};
    for (const scope::TraceChoice& choice : traces) {
        const motion::Axis* of = telemetry::isMath(choice.axis) ? nullptr : pins_.find(choice.axis);
        const bool isKnown = std::any_of(owners.begin(), owners.end(),
                                         [&](const auto& owner) { return owner.axis == choice.axis; });
        if (of && !isKnown) owners.push_back({of->id, pins_.nameOf(*of)});
    }
    trigger_->setOwners(std::move(owners));
}

bool ScopePanel::isFull() const {
    return view_->traces().size() >= scope::maximumTraces;
}

/// In sight, wherever it was asked: lists close, and a trace that is dropped comes from nowhere.
void ScopePanel::sayFull() {
    refusedFor_ = figuresOfNote;
    showNote();
}

void ScopePanel::showNote() {
    QString note;
    if (!leftOut_.isEmpty())
        note = QStringLiteral("The scope shows %1 traces at most: %2 %3 left out")
                   .arg(scope::maximumTraces)
                   .arg(leftOut_.join(QStringLiteral(", ")),
                        leftOut_.size() == 1 ? QStringLiteral("is") : QStringLiteral("are"));
    else if (refusedFor_ > 0)
        note =
            QStringLiteral("The scope shows %1 traces at most: take one out first").arg(scope::maximumTraces);
    showText(note_, note);
    note_->setVisible(!note.isEmpty());
}

scope::TraceChoice ScopePanel::choiceOf(Channel channel) const {
    return traceChoice(*axis_, channel);
}

std::optional<scope::TraceChoice> ScopePanel::choiceOf(AxisId axis, Channel channel) const {
    if (axis_ && axis == axis_->id) return choiceOf(channel);
    const motion::Axis* of = pins_.find(axis);
    if (!of) return std::nullopt;
    return traceChoice(*of, channel, pins_.nameOf(*of));
}

std::string ScopePanel::nameOf(const scope::TraceChoice& choice) const {
    const motion::Axis* of = axis_ && choice.axis == axis_->id ? axis_.get() : pins_.find(choice.axis);
    if (!of || telemetry::isMath(choice.axis)) return choice.label.toStdString();
    return pins_.nameOf(*of).toStdString() + "." + motion::nameOf(choice.channel, *of);
}

std::string ScopePanel::unitOf(const scope::TraceChoice& choice) const {
    if (telemetry::isMath(choice.axis)) return unitSpelling(choice.unit);
    const motion::Axis* of = choice.axis == axis_->id ? axis_.get() : pins_.find(choice.axis);
    return motion::unitOf(choice.channel, of ? *of : *axis_);
}

void ScopePanel::showTimings(const Frame& frame) {
    static const telemetry::Trace none;
    const motion::Axis* listed = channels_->listed();
    if (!listed) return;
    for (const Channel channel : telemetry::allChannels) {
        const auto* view = frame.traces->find(listed->id, channel);
        channels_->showTiming(channel, telemetry::timingOf(view ? *view->trace : none, frame.now));
    }
}

void ScopePanel::makeExport() {
    ScopeExport::Source source;
    source.title = [this] { return axis_ ? axisTitle(*axis_) : QString(); };
    source.dating = [this] { return dating_ ? dating_() : [](Time) { return UtcTime{}; }; };
    source.isSimulated = [this] { return simulated_; };
    source.nameOf = [this](const scope::TraceChoice& choice) { return nameOf(choice); };
    source.unitOf = [this](const scope::TraceChoice& choice) {
        return axis_ ? unitOf(choice) : std::string();
    };
    export_ = new ScopeExport(*view_, context_.theme, std::move(source));
    view_->addBelowTools(export_);
}

/// The middle of what is on the screen, and a twentieth of its height.
std::pair<double, double> ScopePanel::proposeLevel(const scope::TraceChoice& choice) const {
    const auto set = traces_ ? traces_() : nullptr;
    const auto* trace = set ? set->find(choice.axis, choice.channel) : nullptr;
    if (!trace) return {0.0, 0.0};
    const auto [from, to] = view_->shownRange();
    const auto shown = trace->trace->statistics(from, to);
    if (shown.count == 0) return {0.0, 0.0};
    return {(shown.min + shown.max) / 2.0, shown.peakToPeak() / 20.0};
}

void ScopePanel::fillMenu(QMenu& menu) const {
    for (QAction* action : view_->scopeActions())
        menu.addAction(action);
    menu.addSeparator();
    for (QAction* action : view_->menuActions())
        menu.addAction(action);
    menu.addSeparator();
    for (QAction* action : trigger_->actions())
        menu.addAction(action);
    menu.addSeparator();
    export_->fillMenu(menu);
    menu.addSeparator();
    QMenu* layouts = menu.addMenu(QStringLiteral("Layouts"));
    layouts->setObjectName(QStringLiteral("scopeLayouts"));
    layouts_->fillMenu(*layouts);
    if (memory_) menu.addAction(memory_->action());
}

void ScopePanel::showBeside(std::vector<scope::TraceChoice> traces) {
    if (traces == beside_) return;
    beside_ = std::move(traces);
    chooseTraces();
}

void ScopePanel::offerMemory(unsigned megabytes, std::pair<unsigned, unsigned> bounds,
                             std::function<void(unsigned)> take) {
    memory_ = new TraceMemory(context_.theme, bounds.first, bounds.second, view_);
    memory_->showSetting(megabytes);
    view_->addBelowTools(memory_);
    connect(memory_, &TraceMemory::chosen, this, std::move(take));
}

void ScopePanel::offerBeside(QAction* action) {
    channels_->menu()->addSeparator();
    channels_->menu()->addAction(action);
}

std::vector<Channel> ScopePanel::shownChannels() const {
    return channels_->chosen();
}

void ScopePanel::showChannels(const std::vector<Channel>& channels) {
    channels_->choose(channels);
}

} // namespace servolane::ui
