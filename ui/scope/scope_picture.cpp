// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/scope_picture.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace servolane::ui::scope {

namespace {

constexpr int stripSpacing = 6;
constexpr int labelSpacing = 8;
constexpr int timeTickPitch = 90;  ///< pixels between two numbers of the time axis, at least
constexpr double widePitch = 28.0; ///< between two numbers of a value axis
constexpr double narrowPitch = 15.0;
constexpr double borderRoom = 7.0;    ///< a number nearer to a pane's border would touch the next pane's
constexpr double lowBorderRoom = 3.0; ///< of panes without titles: what lies between them is free, too
constexpr double leastPitch = 12.0;   ///< two numbers closer to each other would touch
constexpr int smallPointSize = 9;
constexpr int bodyPointSize = 10;
constexpr int headingPointSize = 12;
constexpr int emptyMargin = 24;

std::shared_ptr<const telemetry::Trace> traceOf(const telemetry::TraceSet& set, const TraceChoice& choice) {
    static const auto none = std::make_shared<const telemetry::Trace>();
    const auto* view = set.find(choice.axis, choice.channel);
    return view ? view->trace : none;
}

QString tr(const char* text) {
    return QCoreApplication::translate("scope", text);
}

/// What would touch the next pane's number goes.
std::vector<Tick> clearTicks(const Pane& pane, double step, double border) {
    std::vector<Tick> ticks = valueTicks(pane.range.low(), pane.range.high(), step);
    std::erase_if(ticks, [&](const Tick& tick) {
        const double row = pane.rowOf(tick.at);
        return row < pane.area.top() + border || row > pane.area.bottom() - border;
    });
    return ticks;
}

/// Two numbers as far from each other as a low pane allows: round ones, of finer and finer steps.
std::vector<Tick> outerTicks(const Pane& pane) {
    const double range = pane.range.high() - pane.range.low();
    const double border = pane.titleArea.isEmpty() ? lowBorderRoom : borderRoom;
    for (const int count : {3, 5, 10, 20, 50}) {
        std::vector<Tick> ticks = clearTicks(pane, niceStep(range, count), border);
        if (ticks.size() < 2) continue;
        if (pane.rowOf(ticks.front().at) - pane.rowOf(ticks.back().at) < leastPitch) continue;
        return {ticks.front(), ticks.back()};
    }
    return {};
}

/// Where no two numbers stand above each other: both bounds in one, in the middle.
std::vector<Tick> boundsOf(const Pane& pane) {
    const double low = pane.range.low();
    const double high = pane.range.high();
    const int decimals = std::clamp(decimalsFor(high - low) - 2, 0, 2);
    return {{(low + high) / 2.0, number(low, decimals) + QStringLiteral(" … ") + number(high, decimals)}};
}

/// Numbers that keep clear of the pane's borders; in a low pane closer together, so that there are two: one
/// alone tells no scale.
std::vector<Tick> ticksOf(const Pane& pane) {
    const double range = pane.range.high() - pane.range.low();
    for (const double pitch : {widePitch, narrowPitch}) {
        const int count = std::max(2, static_cast<int>(pane.area.height() / pitch));
        auto ticks = clearTicks(pane, niceStep(range, count), borderRoom);
        if (ticks.size() > 1) return ticks;
    }
    if (auto ticks = outerTicks(pane); !ticks.empty()) return ticks;
    return boundsOf(pane);
}

QFont smallFont(const QPainter& painter) {
    QFont font = painter.font();
    font.setPointSize(smallPointSize);
    return font;
}

} // namespace

void ScopePicture::setChoices(std::vector<TraceChoice> choices) {
    if (choices.size() > maximumTraces) choices.resize(maximumTraces);
    choices_ = std::move(choices);
    panes_ = panesOf(choices_);
    lookAnew();
    rings_.assign(choices_.size(), {});
    values_.assign(choices_.size(), {});
    layer_.forget();
    applyFixedRanges();
    layOut(panes_, tracesArea(), paneStyle_);
    std::set<AxisId> axes;
    for (const TraceChoice& choice : choices_)
        axes.insert(choice.axis);
    events.setShownAxes(std::move(axes));
}

void ScopePicture::setColours(const ScopePalette& palette) {
    palette_ = palette;
    lookAnew();
}

void ScopePicture::setAxisColours(std::shared_ptr<AxisColours> axes) {
    colours_.axes = std::move(axes);
    lookAnew();
}

void ScopePicture::forgetLead() {
    colours_.lead = {};
    lookAnew();
}

void ScopePicture::lookAnew() {
    looks_ = paneStyle_ == PaneStyle::overlaid ? looksOverEachOther(choices_, palette_, colours_)
                                               : looksOf(choices_, panes_, palette_, colours_);
}

void ScopePicture::setPlot(const QRect& plot, double ratio) {
    if (plot == plot_ && ratio == ratio_) return;
    plot_ = plot;
    ratio_ = ratio;
    layOut(panes_, tracesArea(), paneStyle_);
}

void ScopePicture::refit() {
    for (Pane& pane : panes_)
        pane.range.forget();
}

QRect ScopePicture::stripArea() const {
    return {plot_.left(), plot_.bottom() + 1 - EventStrip::height, plot_.width(), EventStrip::height};
}

QRect ScopePicture::laneLabel() const {
    const QRect strip = stripArea();
    return {0, strip.top(), plot_.left() - labelSpacing, strip.height()};
}

QRect ScopePicture::tracesArea() const {
    return plot_.adjusted(0, 0, 0, -EventStrip::height - stripSpacing);
}

TimeScale ScopePicture::timeScale() const {
    const double columns = std::max<double>(1.0, static_cast<double>(grid_.count));
    return {grid_.startOf(grid_.first), fromSeconds(seconds(grid_.width) * columns),
            static_cast<double>(plot_.left()), static_cast<double>(plot_.width())};
}

bool ScopePicture::isCut() const {
    return std::any_of(rings_.begin(), rings_.end(), [](const ColumnRing& ring) { return ring.isCut(); });
}

bool ScopePicture::lacksSomeOf(const telemetry::TraceSet& newer) const {
    return std::any_of(choices_.begin(), choices_.end(), [&](const TraceChoice& choice) {
        const auto* shown = traces_->find(choice.axis, choice.channel);
        const auto* then = newer.find(choice.axis, choice.channel);
        const Time end = shown ? shown->lastTime() : Time{};
        return then && end < window.to() && then->lastTime() > end;
    });
}

bool ScopePicture::update(std::shared_ptr<const telemetry::TraceSet> traces, Time now, Time until) {
    const QRect area = tracesArea();
    if (area.width() < 8 || area.height() < 8) return false;
    const bool sameTraces = traces == traces_;
    if (traces) traces_ = std::move(traces);
    now_ = now;
    until_ = until;
    events.setUntil(until);
    window.setNow(now);
    const QSize pixels = area.size() * ratio_;
    layer_.resize(pixels.width(), pixels.height());
    const auto before = std::exchange(grid_, window.grid(static_cast<std::size_t>(pixels.width())));
    std::int64_t dirtyFrom = grid_.first + static_cast<std::int64_t>(grid_.count);
    std::vector<const ColumnRing*> rings;
    for (std::size_t i = 0; i < choices_.size(); ++i) {
        dirtyFrom = std::min(dirtyFrom, rings_[i].update(grid_, traceOf(*traces_, choices_[i]), until));
        rings.push_back(&rings_[i]);
    }
    const bool refitted = fitRanges(now);
    layer_.draw(rings, styles(), dirtyFrom);
    const bool isDirty = dirtyFrom < grid_.first + static_cast<std::int64_t>(grid_.count);
    return refitted || isDirty || !sameTraces || before.first != grid_.first || before.width != grid_.width;
}

bool ScopePicture::fitRanges(Time now) {
    bool changed = false;
    for (Pane& pane : panes_) {
        telemetry::Extent all;
        for (const std::size_t line : pane.lines)
            all.add(rings_[line].range());
        if (!all.isEmpty()) changed = pane.range.follow(all.min, all.max, now) || changed;
    }
    return changed;
}

std::vector<LineStyle> ScopePicture::styles() const {
    std::vector<LineStyle> styles(choices_.size());
    const int origin = tracesArea().top();
    for (const Pane& pane : panes_) {
        LineStyle style;
        style.top = static_cast<int>(std::lround((pane.area.top() - origin) * ratio_));
        style.bottom = static_cast<int>(std::lround((pane.area.bottom() + 1 - origin) * ratio_)) - 1;
        style.low = pane.range.low();
        style.high = pane.range.high();
        for (const std::size_t line : pane.lines) {
            style.colour = looks_[line].colour.rgba();
            style.gapColour = palette_.muted.rgba();
            style.pattern = looks_[line].pattern;
            styles[line] = style;
        }
    }
    return styles;
}

ChartAxes ScopePicture::axes() const {
    ChartAxes axes;
    axes.timeHigh = seconds(window.to() - window.origin());
    axes.timeLow = axes.timeHigh - seconds(window.span());
    const QString zero = window.isReplay()      ? QString()
                         : window.isFollowing() ? (nowName.isEmpty() ? tr("now") : nowName)
                         : window.isTriggered() ? tr("trigger")
                                                : tr("hold");
    axes.time = timeTicks(axes.timeLow, axes.timeHigh, std::max(2, plot_.width() / timeTickPitch), zero);
    for (std::size_t i = panes_.size(); i-- > 0;) {
        if (paneStyle_ == PaneStyle::overlaid && i != frontPane()) continue;
        for (Tick& tick : ticksOf(panes_[i])) {
            tick.at = plot_.bottom() + 1 - panes_[i].rowOf(tick.at);
            axes.values.push_back(std::move(tick));
        }
    }
    return axes;
}

bool ScopePicture::hasData() const {
    return std::any_of(rings_.begin(), rings_.end(),
                       [](const auto& ring) { return !ring.trace().isEmpty(); });
}

void ScopePicture::paint(QPainter& painter) const {
    painter.setFont(smallFont(painter));
    if (choices_.empty()) {
        paintEmptyState(painter);
        return;
    }
    layer_.paint(painter, tracesArea());
    paintFurniture(painter);
    if (!hasData()) {
        painter.setPen(palette_.muted);
        painter.drawText(tracesArea(), Qt::AlignCenter, tr("No sample of these channels has arrived yet"));
    }
}

void ScopePicture::paintFurniture(QPainter& painter) const {
    for (const Pane& pane : panes_)
        paintPane(painter, pane);
    paintTitles(painter);
    paintHeldNote(painter);
    paintNames(painter);
    const QRect strip = stripArea();
    painter.fillRect(QRect(plot_.left(), strip.top() - stripSpacing, plot_.width() + 1, stripSpacing),
                     palette_.surface);
    painter.setPen(palette_.border);
    painter.drawLine(strip.topLeft(), strip.topRight());
    const bool isFiltered = !events.filter().isNone();
    painter.setPen(isFiltered ? palette_.accent : palette_.muted);
    painter.drawText(laneLabel(), Qt::AlignRight | Qt::AlignVCenter,
                     isFiltered ? tr("Filtered") : tr("Events"));
    paintCursorLines(painter);
    painter.setClipRect(strip.adjusted(0, 0, labelSpacing, 0));
    events.paint(painter, strip, timeScale(), palette_);
    painter.setClipping(false);
    paintCursorFlags(painter);
}

void ScopePicture::paintEmptyState(QPainter& painter) const {
    const QRect area = painter.viewport().adjusted(emptyMargin, 0, -emptyMargin, 0);
    painter.fillRect(painter.viewport(), palette_.surface);
    QFont font = painter.font();
    font.setPointSize(headingPointSize);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(palette_.text);
    const int middle = area.center().y();
    painter.drawText(QRect(area.left(), middle - 28, area.width(), 24), Qt::AlignCenter,
                     tr("No trace is chosen"));
    font.setPointSize(bodyPointSize);
    font.setWeight(QFont::Normal);
    painter.setFont(font);
    painter.setPen(palette_.muted);
    painter.drawText(QRect(area.left(), middle + 4, area.width(), 60),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap,
                     tr("Choose the channels of an axis to see them here, up to sixteen at a time."));
}

} // namespace servolane::ui::scope
