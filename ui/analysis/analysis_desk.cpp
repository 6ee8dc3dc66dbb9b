// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/analysis_desk.h"

#include "core/motion/axis.h"
#include "ui/analysis/math_panel.h"
#include "ui/analysis/spectrum_panel.h"
#include "ui/analysis/trace_menu.h"
#include "ui/analysis/xy_panel.h"
#include "ui/binding/selection.h"
#include "ui/binding/state_text.h"
#include "ui/telemetry/scope_panel.h"

#include <algorithm>

namespace servolane::ui {

namespace {

telemetry::NamedAxis namedAxis(const motion::Axis& axis) {
    telemetry::NamedAxis named{axis.id, axis.bus, axis.servo, axis.name, {}, {}, {}};
    for (const telemetry::Channel channel : telemetry::allChannels) {
        named.units[indexOf(channel)] = motion::unitOf(channel, axis);
        if (telemetry::isWatch(channel)) named.names[indexOf(channel)] = motion::nameOf(channel, axis);
        named.has[indexOf(channel)] = axis.channels[indexOf(channel)].exists();
    }
    return named;
}

} // namespace

AnalysisDesk::AnalysisDesk(const PanelContext& context, const std::string& folder,
                           std::function<std::shared_ptr<const telemetry::TraceSet>()> measured,
                           QWidget* parent)
    : QObject(parent)
    , context_(context)
    , measured_(std::move(measured))
    , book_(folder, nullptr)
    , lane_(std::make_unique<MathLane>(book_, telemetry::Source::live))
    , settings_(QString::fromStdString(folder) + QStringLiteral("/analysis.ini"), QSettings::IniFormat) {
    setObjectName(QStringLiteral("analysisDesk"));
    connect(&book_, &MathBook::changed, this, &AnalysisDesk::chooseBeside);
}

AnalysisDesk::~AnalysisDesk() = default;

AnalysisSource AnalysisDesk::source() {
    return {[this] { return traces(); },
            [this] { return choices_; },
            [this](AxisId axis) { lane_->want(axis); },
            [this] { return scope_->view().shownRange(); },
            [this] { return scope_->view().cursors(); },
            [this] { return scope_->view().traceColours(); }};
}

Panel* AnalysisDesk::buildMath(QWidget* parent) {
    return new MathPanel(
        context_, book_, [this]() -> const MathLane& { return *lane_; }, parent);
}

Panel* AnalysisDesk::buildSpectrum(QWidget* parent) {
    spectrum_ = new SpectrumPanel(context_, source(), parent);
    spectrum_->restore(settings_);
    return spectrum_;
}

Panel* AnalysisDesk::buildXy(QWidget* parent) {
    xy_ = new XyPanel(context_, source(), parent);
    xy_->restore(settings_);
    return xy_;
}

void AnalysisDesk::attach(ScopePanel& scope) {
    scope_ = &scope;
}

std::shared_ptr<const telemetry::TraceSet> AnalysisDesk::traces() const {
    return lane_->traces(measured_());
}

void AnalysisDesk::tick(const Frame& frame) {
    follow(frame);
    if (scope_->isVisible())
        for (const scope::TraceChoice& choice : beside_)
            lane_->want(choice.axis);
    lane_->tick(frame.traces);
}

void AnalysisDesk::startAnew(telemetry::Source source) {
    lane_ = std::make_unique<MathLane>(book_, source);
    axes_.clear();
    chooseBeside();
}

/// Names and units change seldom: only with the configuration of an axis, which is another object then.
void AnalysisDesk::follow(const Frame& frame) {
    const motion::AxisBoard& board = *frame.axes;
    const AxisId selected = context_.selection.axis();
    const bool isSame =
        std::equal(board.axes.begin(), board.axes.end(), axes_.begin(), axes_.end(),
                   [](const motion::AxisView& view, const auto& axis) { return view.axis == axis; });
    if (isSame && selected == selected_) return;
    selected_ = selected;
    if (!isSame) {
        axes_.clear();
        std::vector<telemetry::NamedAxis> named;
        for (const motion::AxisView& view : board.axes) {
            axes_.push_back(view.axis);
            named.push_back(namedAxis(*view.axis));
        }
        lane_->setNames(telemetry::ChannelNames(std::move(named)));
        const auto identities = identitiesOf(board, *frame.buses);
        names_ = distinctNames(identities);
        places_ = busPlaces_.distinct(identities);
    }
    chooseBeside();
}

void AnalysisDesk::chooseBeside() {
    const auto usable = usableChoices(book_.channels(), lane_->names());
    beside_.clear();
    for (const scope::TraceChoice& choice : usable) {
        const auto id = static_cast<std::uint16_t>(choice.axis.value - telemetry::firstMathAxis);
        if (book_.find(id)->shown) beside_.push_back(choice);
    }
    scope_->showBeside(beside_);
    auto offered = std::make_shared<std::vector<scope::TraceChoice>>();
    const auto offer = [&](const motion::Axis& axis, const QString& name) {
        const auto identity = std::find_if(places_.begin(), places_.end(),
                                           [&](const AxisIdentity& each) { return each.id == axis.id; });
        for (const telemetry::Channel channel : telemetry::allChannels) {
            if (!isOffered(channel, axis)) continue;
            offered->push_back(traceChoice(axis, channel, name));
            if (!name.isEmpty() && identity != places_.end())
                offered->back().lastingWord =
                    lastingWordOf(axis.name, channel, identity->bus, identity->servo);
        }
    };
    for (const auto& axis : axes_)
        if (axis->id == selected_) offer(*axis, {});
    offered->insert(offered->end(), usable.begin(), usable.end());
    for (const auto& axis : axes_)
        if (axes_.size() > 1) offer(*axis, nameIn(names_, axis->id));
    choices_ = std::move(offered);
}

void AnalysisDesk::keep() {
    if (spectrum_) spectrum_->keep(settings_);
    if (xy_) xy_->keep(settings_);
    settings_.sync();
}

} // namespace servolane::ui
