// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/journal/read/command_log.h"
#include "core/telemetry/read/trigger_search.h"
#include "ui/session/background_job.h"
#include "ui/telemetry/trigger_row.h"

#include <optional>
#include <vector>

class QAction;
class QLabel;
class QToolButton;

namespace servolane::ui {

class JobStrip;
class Theme;

namespace scope {
class ScopeView;
}

/// Goes to the places of a recording where a condition is met: an edge, a level, a window, a command, a
/// hardware error. From cursor A on, or from the left edge of the picture. Samples are looked through on a
/// thread of its own, which waits for those that are still being read. GUI thread.
class TriggerFinder : public QWidget {
    Q_OBJECT
public:
    /// Puts itself below the tools of the scope, and its button among them.
    TriggerFinder(scope::ScopeView& view, Theme& theme);

    /// The recording that is shown, and its axes.
    void setRecording(Time start, Time end, std::shared_ptr<const journal::EventLane> events,
                      std::vector<TriggerRow::Owner> axes);
    void setSources(std::vector<TriggerRow::Source> sources);
    void find(int direction);
    /// Progress and outcome; called in every frame.
    void tick(Time now);
    [[nodiscard]] bool isRunning() const { return job_.isRunning(); }

private:
    struct Outcome {
        std::optional<Time> at;
        bool cancelled = false;
    };
    [[nodiscard]] QAction* makeAction(const QString& text, const char* name, const QKeySequence& key,
                                      std::function<void()> deed);
    [[nodiscard]] std::pair<double, double> proposeLevel(const scope::TraceChoice& choice) const;
    [[nodiscard]] std::optional<Time> findFact(const telemetry::FactCondition& condition, Time from,
                                               int direction) const;
    void finish(std::optional<Time> at);
    void tell(const QString& sentence);

    scope::ScopeView& view_;
    TriggerRow* row_;
    QLabel* text_;
    JobStrip* strip_;
    QAction* shown_;
    Time start_{};
    Time end_{};
    Time now_{};
    int direction_ = 1;
    std::shared_ptr<const journal::EventLane> events_;
    BackgroundJob<Outcome> job_;
};

} // namespace servolane::ui
