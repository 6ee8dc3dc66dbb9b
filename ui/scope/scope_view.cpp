// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/scope_view.h"

#include "ui/scope/scope_parts.h"

#include <QImage>
#include <QPainter>

namespace servolane::ui::scope {

ScopeView::ScopeView(QWidget* parent)
    : QWidget(parent)
    , parts_(std::make_unique<Parts>(*this)) {
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(420, 220);
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

void ScopeView::setTraces(std::vector<TraceChoice> traces) {
    if (traces == parts_->picture.choices()) return;
    parts_->picture.setChoices(std::move(traces));
    parts_->touch(true);
}

void ScopeView::setColours(const ScopePalette& palette) {
    if (palette == parts_->picture.colours()) return;
    parts_->picture.setColours(palette);
    parts_->chart.setColours(palette);
    parts_->touch(false);
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
    parts_->touch(true);
}

void ScopeView::tick() {
    parts_->tick();
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

bool ScopeView::isHeld() const {
    return !parts_->picture.window.isFollowing();
}

std::pair<Time, Time> ScopeView::visibleRange() const {
    return {parts_->picture.window.from(), parts_->picture.window.to()};
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
