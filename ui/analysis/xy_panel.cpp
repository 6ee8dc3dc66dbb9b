// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/xy_panel.h"

#include "ui/analysis/span_box.h"
#include "ui/analysis/trace_menu.h"
#include "ui/binding/value_text.h"
#include "ui/telemetry/scope_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/text.h"

#include <QtCore/QSettings>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>

namespace servolane::ui {

namespace {

const QString nothingYet = QStringLiteral("Nothing to draw yet");
constexpr std::size_t mostPoints = 20'000;

QString factsOf(const XyPicture& picture) {
    const telemetry::XyPoints& found = picture.found;
    QStringList parts{QStringLiteral("%1 samples").arg(countText(found.samples))};
    if (found.thinning > 1)
        parts << QStringLiteral("of every %1 the first and the extremes are drawn, %2 points")
                     .arg(countText(found.thinning), countText(found.points.size()));
    if (found.gaps > 0)
        parts << (found.gaps == 1 ? QStringLiteral("1 gap")
                                  : QStringLiteral("%1 gaps").arg(countText(found.gaps)));
    if (found.isShortened && !found.points.empty())
        parts << QStringLiteral("only the newest part of this span, %1, is drawn")
                     .arg(clockText(found.points.back().time - found.from));
    if (found.isWaiting) parts << QStringLiteral("the rest is still being read from the recording");
    return parts.join(QStringLiteral(" · "));
}

} // namespace

XyPanel::XyPanel(const PanelContext& context, AnalysisSource source, QWidget* parent)
    : PlotPanel(context, std::move(source), QStringLiteral("crosshair"), parent)
    , view_(new XyView(this))
    , job_("xy", [](const Request& request, const std::atomic<bool>& superseded) {
        return XyPicture{
            request.x, request.y,
            telemetry::xyOf(request.xTrace, request.yTrace, request.from, request.to, mostPoints, superseded),
            request.from, request.to};
    }) {
    setObjectName(QStringLiteral("xyPanel"));
    facts()->setObjectName(QStringLiteral("xyFacts"));
    compose(makeBar(), view_, *view_);
}

QWidget* XyPanel::makeBar() {
    auto* bar = new QWidget(this);
    x_ = new TraceMenu(TraceMenu::Choosing::one, bar);
    y_ = new TraceMenu(TraceMenu::Choosing::one, bar);
    x_->setObjectName(QStringLiteral("xyX"));
    y_->setObjectName(QStringLiteral("xyY"));
    x_->setAccessibleName(QStringLiteral("Across"));
    y_->setAccessibleName(QStringLiteral("Upwards"));
    for (TraceMenu* menu : {x_, y_})
        menu->setMinimumWidth(160);
    x_->choose({QStringLiteral("position")});
    y_->choose({QStringLiteral("current")});
    span_ = new SpanBox(true, bar);
    span_->setObjectName(QStringLiteral("xySpan"));
    equal_ = new QCheckBox(QStringLiteral("Equal scales"), bar);
    equal_->setObjectName(QStringLiteral("xyEqual"));
    equal_->setToolTip(QStringLiteral("A unit is as long upwards as it is across"));
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(space::small, space::tiny, space::medium, space::tiny);
    row->setSpacing(space::small);
    row->addWidget(makeLabel(QStringLiteral("Across"), "muted", bar));
    row->addWidget(x_);
    row->addWidget(makeLabel(QStringLiteral("Upwards"), "muted", bar));
    row->addWidget(y_);
    row->addWidget(span_);
    row->addWidget(equal_);
    row->addWidget(facts(), 1); // seldom more than a few words: no row of its own
    connect(equal_, &QCheckBox::toggled, view_, &XyView::setEqualScales);
    return bar;
}

void XyPanel::tick(const Frame& frame) {
    const auto offered = source_.choices();
    x_->offer(offered);
    y_->offer(offered);
    // What was chosen stays chosen through an axis that lacks it.
    const auto x = x_->chosen();
    const auto y = y_->chosen();
    for (const auto* chosen : {&x, &y})
        if (!chosen->empty()) source_.want(chosen->front().axis);
    if (auto picture = job_.take()) present(std::move(*picture), frame.now);
    QString missing;
    const auto range = span_->range(source_, frame.now);
    if (offered->empty() && frame.isReplay)
        missing = QStringLiteral("No axis was known yet at this moment of the recording: play it, or go to a "
                                 "later one.");
    else if (offered->empty())
        missing = QStringLiteral("As soon as a bus is connected, one channel can be drawn against "
                                 "another: current over position shows friction and load.");
    else if (x.empty() || y.empty())
        missing = QStringLiteral("Choose a channel for each direction.");
    else if (!range)
        missing = QStringLiteral("Point into the scope and press A and B, or choose another span.");
    if (!missing.isEmpty()) {
        say(nothingYet, missing);
        asked_ = {};
        return;
    }
    if (!isDue(frame, 1) || job_.isBusy()) return;
    ask(x.front(), y.front(), frame.now, *range);
}

void XyPanel::ask(const scope::TraceChoice& x, const scope::TraceChoice& y, Time now,
                  std::pair<Time, Time> range) {
    const auto set = source_.traces();
    const auto* xView = set->find(x.axis, x.channel);
    const auto* yView = set->find(y.axis, y.channel);
    if (!xView || !yView) {
        present({x, y, {}, range.first, range.second}, now);
        return;
    }
    const Time newest = std::max(xView->lastTime(), yView->lastTime()) + Duration{1};
    Question question{x, y, range.first, std::min(range.second, newest), set->readBack()};
    if (question == asked_) return;
    asked_ = std::move(question);
    job_.ask({x, y, xView->trace, yView->trace, range.first, range.second});
}

void XyPanel::present(XyPicture picture, Time now) {
    if (picture.found.points.empty() && picture.found.isWaiting) return sayReading();
    if (picture.found.points.empty())
        return say(nothingYet, QStringLiteral("There are no samples of both channels in this span."));
    showText(facts(), factsOf(picture));
    view_->show(std::move(picture), now);
    showPlot();
}

void XyPanel::restore(const QSettings& settings) {
    x_->choose({settings.value(QStringLiteral("xy/x"), x_->words().front()).toString()});
    y_->choose({settings.value(QStringLiteral("xy/y"), y_->words().front()).toString()});
    span_->choose(settings.value(QStringLiteral("xy/span"), QStringLiteral("10")).toString());
    equal_->setChecked(settings.value(QStringLiteral("xy/equal"), false).toBool());
}

void XyPanel::keep(QSettings& settings) const {
    settings.setValue(QStringLiteral("xy/x"), x_->words().front());
    settings.setValue(QStringLiteral("xy/y"), y_->words().front());
    settings.setValue(QStringLiteral("xy/span"), span_->word());
    settings.setValue(QStringLiteral("xy/equal"), equal_->isChecked());
}

} // namespace servolane::ui
