// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/history_strip.h"

#include "core/telemetry/read/math_board.h"
#include "ui/scope/chart_frame.h"
#include "ui/scope/pane.h"
#include "ui/scope/scope_view.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QtCore/QDateTime>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <algorithm>

namespace servolane::ui {

namespace {

constexpr int stripHeight = 26;
constexpr int inset = 2;             ///< above and below the picture
constexpr int leftMargin = 60;       ///< of the panes above
constexpr std::size_t mostLines = 4; ///< over each other; more could not be told apart
constexpr double leastWindow = 6.0;  ///< pixels: a narrower one could not be grabbed
constexpr double nearNow = 2.0;      ///< pixels
constexpr double arrowStep = 0.1;    ///< of the view

QString timeOfDay(UtcTime utc, const char* format) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(utc.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QString::fromLatin1(format));
}

} // namespace

HistoryStrip::HistoryStrip(const Theme& theme, scope::ScopeView& view)
    : QWidget(&view)
    , theme_(theme)
    , view_(view) {
    setObjectName(QStringLiteral("historyStrip"));
    setAccessibleName(QStringLiteral("The whole history, with the view as a window in it"));
    setToolTip(QStringLiteral("All that memory and recordings hold. Drag the window, or press beside it; at "
                              "the right end it follows the newest data"));
    setFixedHeight(stripHeight);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QRect HistoryStrip::picture() const {
    return {leftMargin, inset, std::max(2, width() - leftMargin - scope::ChartFrame::rightMargin),
            height() - 2 * inset};
}

void HistoryStrip::startAnew() {
    beginnings_.clear();
    history_.show({}, {}, nullptr);
    others_.clear();
    drawn_ = 0;
    grabbed_.reset();
    update();
}

std::optional<Time> HistoryStrip::startOf(const telemetry::TraceView& view) {
    const std::pair key{view.axis, view.channel};
    const auto known = beginnings_.find(key);
    if (known != beginnings_.end() && known->second.dropped == view.trace->dropped()) return known->second.at;
    const auto first = view.trace->first();
    // Where it lies in a recording it is not known at once.
    if (!first) return known == beginnings_.end() ? std::nullopt : std::optional(known->second.at);
    beginnings_[key] = {first->time, view.trace->dropped()};
    return first->time;
}

void HistoryStrip::lookAnew(const telemetry::TraceSet& traces, Time now) {
    std::optional<Time> start;
    const telemetry::TraceView* drawn = nullptr;
    for (const scope::TraceChoice& choice : view_.traces()) {
        const auto* trace = traces.find(choice.axis, choice.channel);
        if (!trace || trace->trace->isEmpty() || telemetry::isMath(choice.axis)) continue;
        const auto first = startOf(*trace);
        if (first && (!start || *first < *start)) start = first;
        const bool isPosition = choice.channel == telemetry::Channel::position;
        if (!drawn || (isPosition && drawn->channel != telemetry::Channel::position)) drawn = trace;
    }
    others_.clear();
    drawn_ = 0;
    if (!drawn || !start) return history_.show({}, {}, nullptr);
    history_.show(*start, std::max(now, *start), drawn->trace, scope::smallestRangeOf(drawn->channel));
    drawOthers(traces, *drawn);
}

/// Of each axis in each pane the first that is no setpoint; each in its own range. Where there are too many,
/// every pane comes before a second axis of one.
std::vector<std::size_t> HistoryStrip::linesToDraw(const telemetry::TraceSet& traces) const {
    const auto& choices = view_.traces();
    std::vector<std::size_t> firsts;
    std::vector<std::size_t> others;
    for (const scope::Pane& pane : scope::panesOf(choices)) {
        std::map<AxisId, std::size_t> lines;
        std::vector<AxisId> order;
        for (const std::size_t line : pane.lines) {
            const auto* trace = traces.find(choices[line].axis, choices[line].channel);
            if (!trace || trace->trace->isEmpty() || telemetry::isMath(choices[line].axis)) continue;
            const auto [known, isNew] = lines.try_emplace(trace->axis, line);
            if (isNew) order.push_back(trace->axis);
            if (scope::isSetpoint(choices[known->second].channel)) known->second = line;
        }
        for (const AxisId axis : order)
            (axis == order.front() ? firsts : others).push_back(lines.at(axis));
    }
    firsts.insert(firsts.end(), others.begin(), others.end());
    return firsts;
}

void HistoryStrip::drawOthers(const telemetry::TraceSet& traces, const telemetry::TraceView& main) {
    const auto& choices = view_.traces();
    const auto& looks = view_.looks();
    drawn_ = 1;
    for (std::size_t line = 0; line < choices.size(); ++line)
        if (choices[line].axis == main.axis && choices[line].channel == main.channel) look_ = looks[line];
    for (const std::size_t line : linesToDraw(traces)) {
        const auto* trace = traces.find(choices[line].axis, choices[line].channel);
        if (trace == &main || drawn_ == mostLines) continue;
        Line& other = others_.emplace_back();
        other.look = looks[line];
        other.envelope.setWidth(picture().width());
        other.envelope.show(history_.start(), history_.end(), trace->trace,
                            scope::smallestRangeOf(trace->channel));
        ++drawn_;
    }
}

void HistoryStrip::tick(const telemetry::TraceSet& traces, Time now, bool anew) {
    if (!isVisible()) return;
    // Under a finger nothing moves of itself.
    if (anew && !grabbed_) {
        lookAnew(traces, now);
        update();
    }
    const auto seen = view_.visibleRange();
    const bool follows = view_.isFollowing();
    const bool moved = follows != follows_ || std::abs(xOf(seen.first) - xOf(seen_.first)) >= 1.0 ||
                       std::abs(xOf(seen.second) - xOf(seen_.second)) >= 1.0;
    const bool isOther = seen != seen_;
    seen_ = seen;
    follows_ = follows;
    if (moved || (isOther && !follows)) {
        showCaption();
        update();
    }
}

void HistoryStrip::showCaption() {
    caption_.clear();
    if (follows_ || !dating_) return;
    const auto utcOf = dating_();
    const bool isShort = seen_.second - seen_.first < std::chrono::minutes{1};
    const char* format = isShort ? "hh:mm:ss.zzz" : "hh:mm:ss";
    QString from = timeOfDay(utcOf(seen_.first), format);
    QString until = timeOfDay(utcOf(seen_.second), format);
    // Both in full would not fit beside the picture.
    constexpr int minutes = 6;    // "14:03:"
    constexpr int hundredths = 2; // of a second, and thousandths
    if (isShort && until.startsWith(from.left(minutes)))
        until.remove(0, minutes);
    else if (isShort)
        for (QString* edge : {&from, &until})
            edge->chop(hundredths);
    caption_ = from + QStringLiteral(" … ") + until;
}

void HistoryStrip::resizeEvent(QResizeEvent*) {
    history_.setWidth(picture().width());
    for (Line& line : others_)
        line.envelope.setWidth(picture().width());
}

void HistoryStrip::moveTo(Time from) {
    const Duration span = seen_.second - seen_.first;
    const Time last = std::max(history_.start(), history_.end() - span);
    from = std::clamp(from, history_.start(), last);
    view_.showStretch(from, from + span);
}

void HistoryStrip::moveBy(Duration by) {
    moveTo(seen_.first + by);
}

void HistoryStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || history_.end() <= history_.start()) return;
    const double x = event->position().x();
    const Time at = timeAt(x);
    const double left = xOf(seen_.first);
    const double right = std::max(xOf(seen_.second), left + leastWindow);
    const bool isInside = x >= left && x <= right;
    grabbed_ = isInside ? at - seen_.first : (seen_.second - seen_.first) / 2;
    if (!isInside) moveTo(at - *grabbed_);
}

void HistoryStrip::mouseMoveEvent(QMouseEvent* event) {
    if (grabbed_) moveTo(timeAt(event->position().x()) - *grabbed_);
}

void HistoryStrip::mouseReleaseEvent(QMouseEvent*) {
    if (!std::exchange(grabbed_, std::nullopt)) return;
    const auto [from, to] = view_.visibleRange();
    if (!view_.isFollowing() && xOf(history_.end()) - xOf(to) < nearNow) view_.follow();
}

bool HistoryStrip::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_End) event->accept();
    }
    return QWidget::event(event);
}

void HistoryStrip::keyPressEvent(QKeyEvent* event) {
    const Duration span = seen_.second - seen_.first;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveBy(fromSeconds(-seconds(span) * arrowStep));
    case Qt::Key_Right:
        return moveBy(fromSeconds(seconds(span) * arrowStep));
    case Qt::Key_PageUp:
        return moveBy(-span);
    case Qt::Key_PageDown:
        return moveBy(span);
    case Qt::Key_Home:
        return moveTo(history_.start());
    case Qt::Key_End:
        return view_.follow();
    default:
        QWidget::keyPressEvent(event);
    }
}

void HistoryStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Tokens& t = theme_.tokens();
    const QRect box = picture();
    painter.fillRect(box, t.raised);
    painter.setFont(fontOf(TextSize::small));
    if (history_.end() <= history_.start()) {
        painter.setPen(t.muted);
        painter.drawText(box, Qt::AlignCenter, QStringLiteral("No history yet"));
        return;
    }
    painter.save();
    painter.translate(box.left(), 0);
    const QRectF lines(0, box.top() + 2, box.width(), box.height() - 4);
    for (const Line& line : others_)
        line.envelope.paint(painter, lines, line.look.colour, line.look.pattern);
    history_.paint(painter, lines, look_.colour, look_.pattern);
    painter.restore();
    paintView(painter, box);
    paintCaptions(painter, box);
    if (!hasFocus()) return;
    painter.setPen(QPen(t.accent, 2));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

/// What is in view as a window: what is not lies under a veil.
void HistoryStrip::paintView(QPainter& painter, const QRect& box) const {
    const Tokens& t = theme_.tokens();
    const double end = box.right() + 1.0;
    const double left = std::clamp(xOf(seen_.first), static_cast<double>(box.left()), end - leastWindow);
    const double right = std::clamp(xOf(seen_.second), left + leastWindow, end);
    QColor veil = t.surface;
    veil.setAlphaF(0.65F);
    painter.fillRect(QRectF(box.left(), box.top(), left - box.left(), box.height()), veil);
    painter.fillRect(QRectF(right, box.top(), end - right, box.height()), veil);
    painter.setPen(t.accent);
    painter.drawRect(QRectF(left, box.top(), right - left - 1, box.height() - 1));
}

void HistoryStrip::paintCaptions(QPainter& painter, const QRect& box) const {
    const Tokens& t = theme_.tokens();
    painter.setPen(t.muted);
    const QString start = dating_ ? timeOfDay(dating_()(history_.start()), "hh:mm:ss") : QString();
    painter.drawText(QRect(0, box.top(), box.left() - space::tiny, box.height()),
                     Qt::AlignRight | Qt::AlignVCenter, start);
    painter.setPen(caption_.isEmpty() ? t.muted : t.text);
    const QRect behind(box.right() + 1 + space::tiny, box.top(), width() - box.right() - 1 - space::tiny,
                       box.height());
    const QString said = caption_.isEmpty() ? QStringLiteral("now") : caption_;
    painter.drawText(behind, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(said, Qt::ElideRight, behind.width()));
}

} // namespace servolane::ui
