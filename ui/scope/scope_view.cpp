// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/scope_view.h"

#include "ui/scope/scope_parts.h"

#include <QImage>
#include <QPainter>
#include <QVBoxLayout>

namespace servolane::ui::scope {

namespace {
constexpr int lowestChart = 160; ///< two panes with their axis of time and the events
}

ScopeView::ScopeView(QWidget* parent)
    : QWidget(parent)
    , parts_(std::make_unique<Parts>(*this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMinimumWidth(420);
    // Rows of tools above it and figures below it take their room from others, not from the traces.
    parts_->chart.widget()->setMinimumHeight(lowestChart);
    setAccessibleName(tr("Scope"));
}

ScopeView::~ScopeView() = default;

void ScopeView::setSource(TraceSource source) {
    parts_->traces = std::move(source);
    parts_->touch(true);
}

void ScopeView::setEvents(EventSource source) {
    parts_->events = std::move(source);
    parts_->touch(false);
}

void ScopeView::setNow(Now now) {
    parts_->now = std::move(now);
    parts_->touch(true);
}

void ScopeView::setEventText(EventText text) {
    parts_->picture.events.setText(std::move(text));
    parts_->touch(false);
}

void ScopeView::setNameText(NameText text) {
    parts_->nameText = std::move(text);
}

void ScopeView::setTraces(std::vector<TraceChoice> traces) {
    parts_->setChoices(std::move(traces));
}

void ScopeView::moveTrace(AxisId axis, telemetry::Channel channel, int step, PaneStep into) {
    parts_->moveTrace({axis, channel, {}, {}}, step, into);
}

void ScopeView::setColours(const ScopePalette& palette) {
    if (palette == parts_->picture.colours()) return;
    parts_->picture.setColours(palette);
    parts_->chart.setColours(palette);
    parts_->touch(false);
}

void ScopeView::setAxisColours(std::shared_ptr<AxisColours> axes) {
    parts_->picture.setAxisColours(std::move(axes));
    parts_->touch(false);
}

const TraceColours& ScopeView::traceColours() const {
    return parts_->picture.traceColours();
}

void ScopeView::setNowName(const QString& name) {
    parts_->picture.nowName = name;
    parts_->touch(true);
}

void ScopeView::setTimeText(TimeText text) {
    parts_->timeText = std::move(text);
    parts_->touch(false);
}

void ScopeView::setRecording(Time start, Time end) {
    parts_->picture.window.showRecording(start, end);
    parts_->setCursors({});
    parts_->forgetViews();
    parts_->picture.forgetLead();
    forgetLaneAxis(); // its id means another axis here
    setReplayRange(start, end);
}

void ScopeView::forgetLaneAxis() {
    LaneFilter filter = look().lane;
    filter.axis = {};
    setLaneFilter(filter);
}

void ScopeView::setReplayRange(Time from, Time to) {
    parts_->picture.window.showReplay(from, to);
    parts_->holdAction->setEnabled(false);
    parts_->followAction->setEnabled(false);
    parts_->tools->showSpan(span());
    parts_->touch(true);
}

void ScopeView::setLive() {
    parts_->picture.window.follow(parts_->now ? parts_->now() : parts_->picture.window.to());
    parts_->holdAction->setEnabled(true);
    parts_->followAction->setEnabled(true);
    parts_->holdAction->setChecked(false);
    // What was caught in a recording is no moment of the live time.
    parts_->trigger.arm(parts_->clock());
    parts_->touch(true);
}

void ScopeView::tick(Values values) {
    parts_->tick(values);
}

void ScopeView::setNewest(Newest newest) {
    parts_->picture.newest = std::move(newest);
}

void ScopeView::setSpan(Duration span) {
    parts_->setSpan(span);
}

Duration ScopeView::span() const {
    return parts_->picture.window.span();
}

void ScopeView::setHeld(bool held) {
    parts_->hold(held);
}

void ScopeView::showMoment(Time at) {
    if (parts_->picture.window.isReplay()) return;
    parts_->hold(true);
    parts_->picture.window.pan(at + span() / 2 - parts_->picture.window.to());
    parts_->picture.cursors.a = at;
    parts_->touch(true);
}

void ScopeView::showStretch(Time from, Time to) {
    if (visibleRange() == std::pair(from, to) && isHeld()) return;
    parts_->hold(true);
    parts_->picture.window.show(from, to);
    parts_->tools->showSpan(span());
    parts_->touch(true);
}

void ScopeView::follow() {
    parts_->follow();
}

bool ScopeView::isFollowing() const {
    return parts_->picture.window.isFollowing();
}

void ScopeView::reveal(Time from, Time to) {
    const auto [left, right] = visibleRange();
    if (from >= left && to <= right) return;
    parts_->keepView();
    parts_->hold(true);
    const Duration span = to - from > right - left ? (to - from) * 5 / 4 : right - left;
    const Time middle = from + (to - from) / 2;
    parts_->picture.window.show(middle - span / 2, middle - span / 2 + span);
    parts_->tools->showSpan(this->span());
    parts_->touch(true);
}

bool ScopeView::isHeld() const {
    return parts_->isHeld();
}

void ScopeView::setTrigger(const std::optional<TriggerSetup>& setup) {
    if (setup == parts_->trigger.setup()) return;
    parts_->trigger.set(setup, parts_->clock());
    parts_->touch(true);
}

const std::optional<TriggerSetup>& ScopeView::trigger() const {
    return parts_->trigger.setup();
}

std::optional<telemetry::TriggerState> ScopeView::triggerState() const {
    return parts_->trigger.state();
}

void ScopeView::armTrigger() {
    parts_->trigger.arm(parts_->clock());
    parts_->touch(true);
}

ScopeLook ScopeView::look() const {
    const ScopePicture& picture = parts_->picture;
    return {parts_->arrangement, picture.paneStyle() == PaneStyle::overlaid, picture.fixedRanges(), span(),
            picture.events.filter()};
}

void ScopeView::setLook(const ScopeLook& look) {
    parts_->arrangement = look.arrangement;
    parts_->picture.setFixedRanges(look.ranges);
    parts_->setChoices(parts_->given);
    parts_->setPaneStyle(look.overlaid ? PaneStyle::overlaid : PaneStyle::stacked);
    parts_->setSpan(look.span);
    parts_->setLaneFilter(look.lane);
    parts_->touch(true);
}

void ScopeView::setLaneFilter(const LaneFilter& filter) {
    parts_->setLaneFilter(filter);
}

void ScopeView::setLaneAxes(const std::vector<std::pair<AxisId, QString>>& axes) {
    parts_->setLaneAxes(axes);
}

std::pair<double, double> ScopeView::paneRange(int pane) const {
    const AutoRange& range = parts_->picture.panes().at(static_cast<std::size_t>(pane)).range;
    return {range.low(), range.high()};
}

QString ScopeView::paneUnit(int pane) const {
    return parts_->picture.panes().at(static_cast<std::size_t>(pane)).unit;
}

void ScopeView::fixPane(int pane, double low, double high) {
    parts_->keepView();
    parts_->picture.fixRange(static_cast<std::size_t>(pane), low, high);
    parts_->touch(true);
}

std::vector<QAction*> ScopeView::menuActions() const {
    return parts_->menuActions;
}

std::pair<Time, Time> ScopeView::visibleRange() const {
    return {parts_->picture.window.from(), parts_->picture.window.to()};
}

std::pair<Time, Time> ScopeView::shownRange() const {
    const auto [from, to] = visibleRange();
    return {from, parts_->picture.isCut() ? std::clamp(parts_->picture.until(), from, to) : to};
}

std::pair<std::optional<Time>, std::optional<Time>> ScopeView::cursors() const {
    return {parts_->picture.cursors.a, parts_->picture.cursors.b};
}

void ScopeView::setCursors(std::optional<Time> a, std::optional<Time> b) {
    parts_->setCursors({a, b});
}

std::vector<QAction*> ScopeView::scopeActions() const {
    return parts_->actions;
}

void ScopeView::addTool(QWidget* widget) {
    parts_->tools->addAtStart(widget);
}

void ScopeView::addToolAtEnd(QWidget* widget) {
    parts_->tools->addAtEnd(widget);
}

void ScopeView::addBelowTools(QWidget* widget) {
    auto* column = static_cast<QVBoxLayout*>(layout());
    column->insertWidget(column->indexOf(parts_->chart.widget()), widget);
}

void ScopeView::addBelowChart(QWidget* widget) {
    auto* column = static_cast<QVBoxLayout*>(layout());
    column->insertWidget(column->indexOf(parts_->chart.widget()) + 1, widget);
}

void ScopeView::print(QPainter& painter, const QRect& page, const QString& title, const QString& details,
                      const ScopePalette& palette) const {
    parts_->picture.print(painter, page, {title, details}, palette);
}

const ScopePalette& ScopeView::colours() const {
    return parts_->picture.colours();
}

const std::vector<TraceChoice>& ScopeView::traces() const {
    return parts_->picture.choices();
}

const std::vector<TraceLook>& ScopeView::looks() const {
    return parts_->picture.looks();
}

std::shared_ptr<const telemetry::TraceSet> ScopeView::traceSet() const {
    return parts_->picture.sharedTraces();
}

QImage ScopeView::picture() const {
    const QWidget& surface = *parts_->chart.surface();
    QImage image(surface.size() * devicePixelRatioF(), QImage::Format_RGB32);
    image.setDevicePixelRatio(devicePixelRatioF());
    QPainter painter(&image);
    painter.setFont(font());
    parts_->chart.paint(painter);
    return image;
}

} // namespace servolane::ui::scope
