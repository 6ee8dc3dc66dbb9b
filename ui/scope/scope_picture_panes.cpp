// SPDX-License-Identifier: GPL-3.0-or-later
// The panes of ScopePicture: their titles, the names of their lines, their value ranges.
#include "ui/scope/scope_picture.h"

#include "core/telemetry/read/math_board.h"
#include "core/telemetry/read/timing.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <utility>

namespace servolane::ui::scope {

namespace {

constexpr int nameSpacing = 8;
constexpr int titleSpacing = 12;
constexpr int heldInset = 6; ///< of the words in their field
constexpr double nameReach = 8.0;
/// Calculated traces come from a thread of low priority, from what the others have got: they are behind
/// those.
constexpr Duration calculatedLate = std::chrono::milliseconds{500};

/// A board and a trace that were published one after the other are so far apart at most.
constexpr Duration sameMoment = std::chrono::milliseconds{250};

QString words(const char* text) {
    return QCoreApplication::translate("scope", text);
}

QString withUnit(double value, const Pane& pane, const TraceChoice& choice) {
    // As many as the kind of channel has: decimals that followed the range would come and go with it. Only of
    // a calculated one in a unit of its own nobody knows what it is.
    const int most = decimalsOf(choice);
    const int fine = decimalsFor(pane.range.high() - pane.range.low());
    const bool isKnown = !telemetry::isMath(choice.axis) || decimalsOfUnit(choice.unit);
    const QString text = number(value, isKnown ? most : std::min(fine, most));
    const bool joined = pane.unit.isEmpty() || pane.unit == QStringLiteral("°");
    return joined ? text + pane.unit : text + ' ' + pane.unit;
}

QString ageText(Duration age) {
    const double size = seconds(age);
    return words("%1 s").arg(number(size, size < 10.0 ? 1 : 0));
}

} // namespace

void ScopePicture::setPaneStyle(PaneStyle style) {
    paneStyle_ = style;
    lookAnew();
    layer_.forget();
    layOut(panes_, tracesArea(), paneStyle_);
}

void ScopePicture::bringToFront(std::size_t pane) {
    front_ = pane;
}

std::optional<std::size_t> ScopePicture::paneAt(QPoint at) const {
    if (panes_.empty()) return std::nullopt;
    if (paneStyle_ == PaneStyle::overlaid)
        return tracesArea().top() <= at.y() && at.y() <= tracesArea().bottom() ? std::optional(frontPane())
                                                                               : std::nullopt;
    for (std::size_t i = 0; i < panes_.size(); ++i)
        if (panes_[i].area.top() <= at.y() && at.y() <= panes_[i].area.bottom()) return i;
    return std::nullopt;
}

std::optional<std::size_t> ScopePicture::titleAt(QPoint at) const {
    if (paneStyle_ != PaneStyle::overlaid) return std::nullopt;
    for (std::size_t i = 0; i < titles_.size(); ++i)
        if (titles_[i].contains(at)) return i;
    return std::nullopt;
}

std::optional<std::size_t> ScopePicture::nameAt(QPoint at) const {
    if (at.x() <= plot_.right() + nameSpacing) return std::nullopt;
    std::optional<std::size_t> nearest;
    double distance = nameReach;
    for (const auto& [row, line] : names_) {
        if (std::abs(row - at.y()) > distance || line >= choices_.size()) continue;
        distance = std::abs(row - at.y());
        nearest = line;
    }
    return nearest;
}

void ScopePicture::fixRange(std::size_t pane, double low, double high) {
    if (pane >= panes_.size() || !(low < high)) return;
    fixed_[panes_[pane].key()] = {low, high};
    panes_[pane].range.fix(low, high);
}

void ScopePicture::releaseRange(std::size_t pane) {
    if (pane >= panes_.size()) return;
    fixed_.erase(panes_[pane].key());
    panes_[pane].range.release();
}

void ScopePicture::setFixedRanges(FixedRanges ranges) {
    fixed_ = std::move(ranges);
    applyFixedRanges();
}

void ScopePicture::applyFixedRanges() {
    for (Pane& pane : panes_) {
        const auto range = fixed_.find(pane.key());
        if (range != fixed_.end())
            pane.range.fix(range->second.first, range->second.second);
        else if (pane.range.isFixed())
            pane.range.release();
    }
}

EndLabel ScopePicture::labelOf(const Pane& pane, std::size_t line) const {
    EndLabel label;
    label.line = line;
    label.colour = looks_[line].colour;
    label.name = choices_[line].label;
    label.axis = choices_[line].axisName;
    label.pattern = looks_[line].pattern;
    label.row = pane.area.center().y();
    const auto* view = traces_->find(choices_[line].axis, choices_[line].channel);
    // The picture of a trigger that still fills ends at now, and no picture of a replay goes beyond its
    // moment.
    const Time end = std::min({window.to(), window.isTriggered() ? now_ : Time::max(), until_});
    const auto sample = view ? view->trace->lastBefore(end + Duration{1}) : std::nullopt;
    if (!sample) {
        label.stale = true;
        label.value = QStringLiteral("–");
        return label;
    }
    label.row = pane.rowOf(sample->value);
    const Duration age = end - sample->time;
    const Duration period = view->trace->period();
    const Duration late = telemetry::isMath(choices_[line].axis) ? calculatedLate : Duration{};
    label.stale = period > Duration{} && age > std::max<Duration>({telemetry::stalePeriods * period,
                                                                   telemetry::leastStale, grid_.width * 2}) +
                                                   late;
    const bool isKept = keepsValues && !values_[line].isEmpty() && !label.stale;
    label.value = isKept ? values_[line] : withUnit(sample->value, pane, choices_[line]);
    if (label.stale) label.value += QStringLiteral(" · ") + ageText(age);
    label.past = !heldNote.isEmpty();
    return label;
}

bool ScopePicture::renewValues(const telemetry::TraceSet& set, Time now) {
    bool changed = false;
    for (const Pane& pane : panes_)
        for (const std::size_t line : pane.lines) {
            const TraceChoice& choice = choices_[line];
            const auto* view = set.find(choice.axis, choice.channel);
            auto sample = view ? view->trace->lastBefore(now + Duration{1}) : std::nullopt;
            const auto told = newest ? newest(choice) : std::nullopt;
            if (sample && told && std::chrono::abs(told->time - sample->time) < sameMoment) sample = told;
            const QString value = sample ? withUnit(sample->value, pane, choice) : QString();
            changed = std::exchange(values_[line], value) != value || changed;
        }
    return changed;
}

QString ScopePicture::titleOf(const Pane& pane) const {
    QString title = pane.unit.isEmpty() ? pane.title : pane.title + QStringLiteral("  ") + pane.unit;
    const bool numbered = paneStyle_ == PaneStyle::stacked || &pane == &panes_[frontPane()];
    if (!numbered) {
        const int decimals = std::min(decimalsFor(pane.range.high() - pane.range.low()), 2);
        title += QStringLiteral("  %1 … %2")
                     .arg(number(pane.range.low(), decimals), number(pane.range.high(), decimals));
    }
    if (pane.range.isFixed()) title += QStringLiteral("  ") + words("fixed");
    return title;
}

/// What is above it, as far as the pane before it or the plot's border, is no part of the chart: the grid
/// ends there.
void ScopePicture::paintPane(QPainter& painter, const Pane& pane) const {
    const QRect& area = pane.area;
    const bool isUpper = paneStyle_ == PaneStyle::overlaid || &pane == &panes_.front();
    const int from = isUpper ? plot_.top() : (&pane - 1)->area.bottom() + 1;
    painter.fillRect(QRect(plot_.left() - 1, from, plot_.width() + 2, area.top() - from), palette_.surface);
    painter.setPen(palette_.border);
    painter.drawLine(area.topLeft(), area.topRight());
    painter.drawLine(area.bottomLeft(), area.bottomRight());
}

/// Of panes over each other, that of the pane with the numbers is the accent's.
void ScopePicture::paintTitles(QPainter& painter) const {
    titles_.clear();
    const QFontMetrics metrics(painter.font());
    const bool several = paneStyle_ == PaneStyle::overlaid && panes_.size() > 1;
    QPoint free = panes_.empty() ? QPoint() : panes_.front().titleArea.topLeft();
    for (std::size_t i = 0; i < panes_.size(); ++i) {
        const QString title = titleOf(panes_[i]);
        const int width = metrics.horizontalAdvance(title) + 2;
        QRect label = panes_[i].titleArea;
        if (several) { // one behind the other, in the rows that there are
            const int row = label.height();
            const bool isLastRow = free.y() + 2 * row > panes_[i].area.top();
            if (free.x() + width > plot_.right() && !isLastRow) free = QPoint(plot_.left(), free.y() + row);
            label = QRect(free, QSize(plot_.right() - free.x(), row));
            free.rx() += std::min(width, label.width()) + titleSpacing;
        }
        label.setWidth(std::min(width, label.width()));
        titles_.push_back(label);
        if (label.isEmpty()) continue; // of low panes, the names at the ends of the lines say it
        const bool inFront = several && i == frontPane();
        painter.setPen(inFront ? palette_.accent : palette_.muted);
        painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(title, Qt::ElideRight, label.width()));
        if (inFront) painter.drawLine(label.left(), label.bottom(), label.right(), label.bottom());
    }
}

QRect ScopePicture::heldArea(const QFontMetrics& metrics) const {
    if (heldNote.isEmpty() || panes_.empty()) return {};
    const int room = ChartFrame::rightMargin - 2 * nameSpacing;
    const int width = std::min(metrics.horizontalAdvance(heldNote) + 2 * heldInset, room);
    return {plot_.right() + 1 + nameSpacing + room - width, plot_.top(), width, metrics.height() + 2};
}

/// Above the values that it is said of; the row of tools has no room for words in a narrow window.
void ScopePicture::paintHeldNote(QPainter& painter) const {
    const QFontMetrics metrics = painter.fontMetrics();
    const QRect area = heldArea(metrics);
    if (area.isEmpty()) return;
    painter.fillRect(area, palette_.accent);
    painter.setPen(palette_.surface);
    painter.drawText(area, Qt::AlignCenter,
                     metrics.elidedText(heldNote, Qt::ElideRight, area.width() - 2 * heldInset));
}

void ScopePicture::paintNames(QPainter& painter) const {
    const LabelPlaces before = std::exchange(names_, {});
    const int left = plot_.right() + 1 + nameSpacing;
    const int width = ChartFrame::rightMargin - 2 * nameSpacing;
    std::vector<EndLabel> labels;
    LabelRoom room{QRect(left, plot_.top(), width, plot_.height()), {}};
    if (const QRect held = heldArea(painter.fontMetrics()); !held.isEmpty())
        room.column.setTop(held.bottom() + 1);
    for (const Pane& pane : panes_) {
        // Over each other they are one pane to the labels.
        if (paneStyle_ == PaneStyle::stacked || room.panes.empty())
            room.panes.emplace_back(left, pane.area.top(), width, pane.area.height());
        for (const std::size_t line : pane.lines) {
            labels.push_back(labelOf(pane, line));
            labels.back().pane = room.panes.size() - 1;
        }
    }
    names_ = paintEndLabels(painter, std::move(labels), before, room, palette_.text, palette_.muted);
}

} // namespace servolane::ui::scope
