// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trigger_finder.h"

#include "ui/scope/cursor_pair.h"
#include "ui/scope/scope_view.h"
#include "ui/scope/trigger_tool.h"
#include "ui/telemetry/sample_wait.h"
#include "ui/theme/theme.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtGui/QAction>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace servolane::ui {

using telemetry::TriggerSearch;

namespace {

/// Goes on whenever more samples were read, until it has found something or is cancelled.
std::optional<Time> searchAll(TriggerSearch& search, const telemetry::Trace& trace,
                              session::JobProgress& progress) {
    SampleWait wait(progress.cancel);
    while (!search.advance(trace, progress.cancel) && wait(trace))
        progress.done = search.done();
    return search.found();
}

/// The newest sample at or before `time`, once it is read.
std::optional<Time> sampleUpTo(Time time, const telemetry::Trace& trace, session::JobProgress& progress) {
    SampleWait wait(progress.cancel);
    auto sample = trace.lastBefore(time + Duration{1});
    while (!sample && trace.isWaiting() && wait(trace))
        sample = trace.lastBefore(time + Duration{1});
    return sample ? std::optional(sample->time) : std::nullopt;
}

} // namespace

TriggerFinder::TriggerFinder(scope::ScopeView& view, Theme& theme)
    : QWidget(&view)
    , view_(view)
    , row_(new TriggerRow(
          theme, [this](const auto& choice) { return proposeLevel(choice); }, this))
    , text_(makeLabel({}, "muted", this))
    , strip_(new JobStrip(QStringLiteral("finderJob"), this)) {
    setObjectName(QStringLiteral("triggerFinder"));
    row_->hideModes();
    text_->setObjectName(QStringLiteral("finderText"));
    strip_->hide();
    shown_ = makeAction(QStringLiteral("Find"), "finderShow", Qt::Key_T, [this] {
        setVisible(shown_->isChecked());
        if (shown_->isChecked()) row_->propose();
    });
    shown_->setCheckable(true);
    shown_->setToolTip(QStringLiteral("Go to where a condition is met: edge, level, band, command, hardware "
                                      "error (T)"));
    auto* next = makeAction(QStringLiteral("Next"), "finderNext", Qt::Key_F3, [this] { find(1); });
    auto* previous = makeAction(QStringLiteral("Previous"), "finderPrevious", Qt::SHIFT | Qt::Key_F3,
                                [this] { find(-1); });
    const auto tell = [](QAction* action, const QString& deed) {
        action->setToolTip(QStringLiteral("%1 (%2)").arg(deed, action->shortcut().toString()));
    };
    tell(previous, QStringLiteral("The last place before cursor A"));
    tell(next, QStringLiteral("The first place behind cursor A"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(row_);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(space::small, 0, space::small, space::tiny);
    buttons->setSpacing(space::small);
    for (QAction* action : {previous, next}) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setMinimumHeight(benchControlHeight);
        buttons->addWidget(button);
    }
    buttons->addWidget(text_, 1);
    column->addLayout(buttons);
    column->addWidget(strip_);
    auto* button = new QToolButton(&view);
    button->setDefaultAction(shown_);
    button->setAutoRaise(true);
    button->setMinimumHeight(benchControlHeight);
    view.addToolAtEnd(button);
    view.addBelowTools(this);
    hide();
    connect(strip_, &JobStrip::cancelled, this, [this] { job_.cancel(); });
}

QAction* TriggerFinder::makeAction(const QString& text, const char* name, const QKeySequence& key,
                                   std::function<void()> deed) {
    auto* action = new QAction(text, this);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    view_.addAction(action);
    connect(action, &QAction::triggered, this, std::move(deed));
    return action;
}

void TriggerFinder::setRecording(Time start, Time end, std::shared_ptr<const journal::EventLane> events,
                                 std::vector<TriggerRow::Owner> axes) {
    job_.cancel();
    start_ = start;
    end_ = end;
    events_ = std::move(events);
    row_->chooseAnyAxis(); // an id means another axis in another recording
    row_->setOwners(std::move(axes));
    tell({});
}

void TriggerFinder::setSources(std::vector<TriggerRow::Source> sources) {
    row_->setSources(std::move(sources));
}

/// The middle of what is on the screen, and a twentieth of its height.
std::pair<double, double> TriggerFinder::proposeLevel(const scope::TraceChoice& choice) const {
    const auto set = view_.traceSet();
    const auto* trace = set ? set->find(choice.axis, choice.channel) : nullptr;
    if (!trace) return {0.0, 0.0};
    const auto [from, to] = view_.visibleRange();
    const telemetry::Columns columns = trace->trace->columns(from, to, 100);
    telemetry::Extent all;
    for (const telemetry::Extent& column : columns.columns)
        all.add(column);
    if (all.isEmpty()) return {0.0, 0.0};
    return {(static_cast<double>(all.min) + all.max) / 2.0, (static_cast<double>(all.max) - all.min) / 20.0};
}

void TriggerFinder::find(int direction) {
    if (job_.isRunning() || isHidden()) return;
    const auto setup = row_->setup();
    if (!setup) return tell(QStringLiteral("Enter a level first"));
    const Time here = view_.cursors().first.value_or(view_.visibleRange().first);
    direction_ = direction;
    const auto& condition = setup->settings.condition;
    if (const auto* fact = std::get_if<telemetry::FactCondition>(&condition))
        return finish(findFact(*fact, here, direction));
    const auto set = view_.traceSet();
    const auto* view = set->find(setup->axis, setup->channel);
    if (!view) return tell(QStringLiteral("The recording has no samples of that channel"));
    tell({});
    job_.start(
        [trace = view->trace, condition, here, direction, start = start_,
         end = end_](session::JobProgress& progress) -> Outcome {
            // A place is told by the first sample that meets the condition, and a crossing lies before it:
            // what comes between two samples belongs to the later one, whichever way is searched.
            const bool isForward = direction > 0;
            const auto sample = sampleUpTo(isForward ? here : here - Duration{1}, *trace, progress);
            const Time from = isForward ? sample.value_or(here) : start - Duration{1};
            const Time to = isForward ? end + Duration{1} : sample.value_or(start) + Duration{1};
            TriggerSearch search(condition, from, to,
                                 isForward ? TriggerSearch::Wanted::first : TriggerSearch::Wanted::last);
            auto found = searchAll(search, *trace, progress);
            if (found)
                if (const auto met = trace->firstFrom(*found)) found = met->time;
            return {found, progress.cancel.load()};
        },
        now_);
}

std::optional<Time> TriggerFinder::findFact(const telemetry::FactCondition& condition, Time from,
                                            int direction) const {
    std::optional<Time> found;
    if (!events_) return found;
    for (const telemetry::TriggerFact& fact : scope::factsSince(nullptr, *events_)) {
        if (!telemetry::meets(fact, condition)) continue;
        if (direction > 0 && fact.at > from) return fact.at;
        if (direction < 0 && fact.at < from) found = fact.at;
    }
    return found;
}

void TriggerFinder::finish(std::optional<Time> at) {
    if (!at)
        return tell(direction_ > 0 ? QStringLiteral("Not met again before the end")
                                   : QStringLiteral("Not met before"));
    view_.setCursors(at, view_.cursors().second);
    const auto [from, to] = view_.visibleRange();
    if (*at < from || *at > to) view_.setReplayRange(*at - (to - from) / 2, *at + (to - from) / 2);
    tell(QStringLiteral("Met at %1").arg(scope::durationText(*at - start_)));
}

void TriggerFinder::tell(const QString& sentence) {
    showText(text_, sentence);
}

void TriggerFinder::tick(Time now) {
    now_ = now;
    if (const auto outcome = job_.take()) {
        if (outcome->cancelled)
            tell(QStringLiteral("The search was cancelled"));
        else
            finish(outcome->at);
    }
    const bool isLong = job_.isRunning() && now - job_.began() > std::chrono::milliseconds{500};
    strip_->setVisible(isLong);
    if (isLong)
        strip_->showProgress(
            QStringLiteral("Looking through the samples · %1 %").arg(job_.done() * 100.0, 0, 'f', 0),
            job_.done(), JobStrip::estimate(now - job_.began(), job_.done()));
}

} // namespace servolane::ui
