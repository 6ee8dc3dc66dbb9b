// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/trigger_tool.h"

#include "core/journal/read/mark_axes.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace servolane::ui::scope {

using namespace telemetry;

namespace {

constexpr double levelReach = 4.0;
constexpr int flagWidth = 14;
constexpr int flagHeight = 14;

bool isSame(const journal::LaneMark& a, const journal::LaneMark& b) {
    return a.at == b.at && a.cause == b.cause && a.kindName == b.kindName && a.axis == b.axis &&
           a.details == b.details;
}

std::optional<TriggerFact> factOf(const journal::LaneMark& mark) {
    if (mark.kindName == "HardwareErrorRaised")
        return TriggerFact{mark.at, FactKind::hardwareError, mark.axis, {}};
    if (mark.kindName != "CommandAccepted") return std::nullopt;
    auto axes = journal::axesOf(mark);
    return TriggerFact{mark.at,
                       FactKind::command,
                       mark.axis,
                       mark.details.substr(0, mark.details.find(' ')),
                       std::move(axes.named),
                       axes.every};
}

/// What it looks at, or for, is another thing: what was caught before is none of it.
bool isOther(const TriggerSetup& a, const TriggerSetup& b) {
    const auto* fact = std::get_if<FactCondition>(&a.settings.condition);
    const auto* otherFact = std::get_if<FactCondition>(&b.settings.condition);
    if (fact && otherFact) return *fact != *otherFact;
    return a.settings.condition.index() != b.settings.condition.index() || a.axis != b.axis ||
           a.channel != b.channel;
}

} // namespace

std::vector<TriggerFact> factsSince(const journal::EventLane* before, const journal::EventLane& now) {
    auto first = now.marks.begin();
    if (before && !before->marks.empty()) {
        const auto known = std::find_if(now.marks.rbegin(), now.marks.rend(),
                                        [&](const auto& mark) { return isSame(mark, before->marks.back()); });
        first = known.base(); // all of them, if the lane has moved on by more than it holds
    }
    std::vector<TriggerFact> facts;
    for (; first != now.marks.end(); ++first)
        if (auto fact = factOf(*first)) facts.push_back(std::move(*fact));
    return facts;
}

void TriggerTool::set(std::optional<TriggerSetup> setup, Time now) {
    if (setup == setup_) return;
    if (setup && trigger_) return change(*setup, now);
    setup_ = std::move(setup);
    trigger_.reset();
    shown_.reset();
    if (picture_.window.isTriggered()) picture_.window.follow(now);
    lane_.reset();
    looked_ = now;
    if (setup_) trigger_.emplace(setup_->settings, now);
}

void TriggerTool::change(TriggerSetup setup, Time now) {
    // A picture that was there for as long as no next one came is not the one that a single waits for.
    const bool becomesSingle =
        setup.settings.mode == TriggerMode::single && setup_->settings.mode != TriggerMode::single;
    if (isOther(setup, *setup_) || becomesSingle) {
        setup_ = std::move(setup);
        trigger_.emplace(setup_->settings, now);
        return arm(now);
    }
    const bool anew = setup.settings.condition != setup_->settings.condition || setup.axis != setup_->axis ||
                      setup.channel != setup_->channel;
    const bool isFramedAnew = setup.settings.before != setup_->settings.before;
    setup_ = std::move(setup);
    trigger_->change(setup_->settings, now, anew);
    if (anew) lane_.reset();
    if (isFramedAnew && picture_.window.isTriggered()) showAgain(now);
}

void TriggerTool::arm(Time now) {
    if (!trigger_) return;
    trigger_->arm(now);
    lane_.reset();
    shown_.reset();
    if (picture_.window.isTriggered()) picture_.window.follow(now);
}

std::optional<TriggerState> TriggerTool::state() const {
    return trigger_ ? std::optional(trigger_->state()) : std::nullopt;
}

void TriggerTool::showAgain(Time now) {
    if (shown_)
        picture_.window.showTrigger(*shown_, trigger_->settings().before);
    else
        picture_.window.follow(now);
}

bool TriggerTool::look(const TraceSet& traces, std::shared_ptr<const journal::EventLane> lane, Time now) {
    if (!trigger_) return false;
    static const Trace none;
    const TraceView* view = traces.find(setup_->axis, setup_->channel);
    if (now < looked_) arm(now);
    looked_ = now;
    const auto facts = newFacts(std::move(lane), now);
    trigger_->look(view ? *view->trace : none, facts, now, picture_.window.span());
    if (trigger_->shown() == shown_) return false;
    shown_ = trigger_->shown();
    showAgain(now);
    return true;
}

/// What the lane held when the trigger was armed lies in the past, and Trigger knows that by its time. The
/// lane of a recording holds what lies ahead as well, and does not change.
std::vector<TriggerFact> TriggerTool::newFacts(std::shared_ptr<const journal::EventLane> lane, Time now) {
    if (!std::holds_alternative<FactCondition>(setup_->settings.condition)) return {};
    if (lane && lane != lane_) {
        if (!lane_) ahead_.clear();
        const auto before = std::exchange(lane_, std::move(lane));
        std::ranges::move(factsSince(before.get(), *lane_), std::back_inserter(ahead_));
    }
    const auto [left, end] =
        std::ranges::stable_partition(ahead_, [&](const TriggerFact& fact) { return fact.at <= now; });
    std::vector<TriggerFact> facts(std::make_move_iterator(ahead_.begin()), std::make_move_iterator(left));
    ahead_.erase(ahead_.begin(), left);
    return facts;
}

const Pane* TriggerTool::pane() const {
    if (!setup_) return nullptr;
    for (const Pane& pane : picture_.panes())
        for (const std::size_t line : pane.lines) {
            const TraceChoice& choice = picture_.choices()[line];
            if (choice.axis == setup_->axis && choice.channel == setup_->channel) return &pane;
        }
    return nullptr;
}

int TriggerTool::levelAt(QPoint at) const {
    const Pane* here = pane();
    if (!here || at.x() < here->area.left() || at.x() > here->area.right()) return -1;
    const auto levels = levelsOf(setup_->settings.condition);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const double row = std::clamp<double>(here->rowOf(levels[i]), here->area.top(), here->area.bottom());
        if (std::abs(row - at.y()) <= levelReach) return static_cast<int>(i);
    }
    return -1;
}

double TriggerTool::dragLevel(int level, QPoint at, Time now) {
    const Pane* here = pane();
    if (!here) return 0.0;
    const double row = std::clamp(at.y(), here->area.top(), here->area.bottom());
    const double power = std::pow(10.0, decimalsFor(here->range.high() - here->range.low()) - 1);
    const double value = std::round(here->valueAt(row) * power) / power;
    TriggerSetup moved = *setup_;
    setLevel(moved.settings.condition, level, value);
    set(moved, now);
    return value;
}

void TriggerTool::paint(QPainter& painter) const {
    if (!setup_) return;
    if (const Pane* here = pane())
        for (const double level : levelsOf(setup_->settings.condition))
            paintLevel(painter, *here, level);
    paintMoment(painter);
}

/// A dashed line with its flag at the value axis; an arrow at the border if the level lies beyond it.
void TriggerTool::paintLevel(QPainter& painter, const Pane& pane, double level) const {
    const QColor colour = picture_.colours().accent;
    const double row = pane.rowOf(level);
    const bool above = row < pane.area.top();
    const bool below = row > pane.area.bottom();
    const double shown = std::clamp<double>(row, pane.area.top(), pane.area.bottom());
    if (!above && !below) {
        QColor faint = colour;
        faint.setAlphaF(0.8F);
        painter.setPen(QPen(faint, 0, Qt::DashLine));
        const int y = static_cast<int>(std::lround(row));
        painter.drawLine(pane.area.left(), y, pane.area.right(), y);
    }
    const double left = pane.area.left();
    const double reach = flagHeight / 2.0;
    const double tip = above ? -reach : below ? reach : 0.0;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    QPolygonF flag{{left, shown - reach},
                   {left + flagWidth - 5.0, shown - reach},
                   {left + flagWidth, shown},
                   {left + flagWidth - 5.0, shown + reach},
                   {left, shown + reach}};
    if (tip != 0.0)
        flag = {{left, shown - tip}, {left + flagWidth, shown - tip}, {left + flagWidth / 2.0, shown + tip}};
    painter.drawPolygon(flag);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (tip != 0.0) return;
    painter.setPen(picture_.colours().surface);
    painter.drawText(QRectF(left, shown - reach, flagWidth - 4.0, flagHeight), Qt::AlignCenter,
                     QStringLiteral("T"));
}

void TriggerTool::paintMoment(QPainter& painter) const {
    if (!shown_ || !picture_.timeScale().shows(*shown_)) return;
    const QColor colour = picture_.colours().accent;
    const double x = std::round(picture_.timeScale().xOf(*shown_));
    const double top = picture_.plot().top();
    QColor faint = colour;
    faint.setAlphaF(0.5F);
    painter.setPen(QPen(faint, 0, Qt::DotLine));
    painter.drawLine(QPointF(x, top), QPointF(x, picture_.plot().bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(QPolygonF{{x - 6.0, top - 7.0}, {x + 6.0, top - 7.0}, {x, top + 3.0}});
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace servolane::ui::scope
