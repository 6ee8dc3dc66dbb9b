// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "ui/analysis/latest_job.h"
#include "ui/analysis/plot_panel.h"
#include "ui/analysis/xy_view.h"

class QCheckBox;
class QSettings;

namespace servolane::ui {

class SpanBox;
class TraceMenu;

/// One channel against another over the stretch that the scope shows, or the last seconds. Points are found
/// on a thread of low priority, ten times a second at most, while the panel is visible.
class XyPanel : public PlotPanel {
    Q_OBJECT
public:
    XyPanel(const PanelContext& context, AnalysisSource source, QWidget* parent);

    void tick(const Frame& frame) override;
    void restore(const QSettings& settings);
    void keep(QSettings& settings) const;

private:
    struct Request {
        scope::TraceChoice x;
        scope::TraceChoice y;
        std::shared_ptr<const telemetry::Trace> xTrace;
        std::shared_ptr<const telemetry::Trace> yTrace;
        Time from{};
        Time to{};
    };
    struct Question {
        scope::TraceChoice x;
        scope::TraceChoice y;
        Time from{};
        Time to{}; ///< of what there is: a stretch that is over depends on no newer sample
        std::uint64_t readBack = 0;
        friend bool operator==(const Question&, const Question&) = default;
    };
    QWidget* makeBar();
    void ask(const scope::TraceChoice& x, const scope::TraceChoice& y, Time now, std::pair<Time, Time> range);
    void present(XyPicture picture, Time now);

    TraceMenu* x_;
    TraceMenu* y_;
    SpanBox* span_;
    QCheckBox* equal_;
    XyView* view_;
    Question asked_;
    LatestJob<Request, XyPicture> job_;
};

} // namespace servolane::ui
