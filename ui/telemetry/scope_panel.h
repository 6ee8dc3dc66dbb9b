// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/scope/scope_view.h"
#include "ui/telemetry/scope_pins.h"
#include "ui/theme/tokens.h"

class QLabel;
class QMenu;
class QStackedLayout;

namespace servolane::ui {

class ChannelMenu;
class EmptyState;
class HistoryStrip;
class ScopeExport;
class ScopeLayouts;
class ScopeTrigger;
class TraceMemory;
struct ScopeLayout;

[[nodiscard]] scope::ScopePalette scopePaletteOf(const Tokens& tokens);
/// "Go to 90.0°", "Arrived at 90.0°", "Stop" … for the marks of the event lane. `unit` is that of the axis.
[[nodiscard]] QString textOf(const journal::LaneMark& mark, const std::string& unit = "deg");
/// The label and the unit of a trace; without a name the label is the channel's alone.
[[nodiscard]] scope::TraceChoice traceChoice(AxisId axis, telemetry::Channel channel, const QString& axisName,
                                             std::string_view unit, const QString& channelName = {});
[[nodiscard]] scope::TraceChoice traceChoice(const motion::Axis& axis, telemetry::Channel channel,
                                             const QString& axisName = {});

/// Gives the actions of a scope the icons of the house.
void dressActions(scope::ScopeView& view, Theme& theme);

/// The scope of the bench: the channels of the selected axis that were chosen, and those of any axis that
/// were pinned.
class ScopePanel : public Panel {
    Q_OBJECT
public:
    ScopePanel(const PanelContext& context,
               std::function<std::shared_ptr<const telemetry::TraceSet>()> traces,
               std::function<std::shared_ptr<const journal::EventLane>()> events, std::function<Time()> now,
               QWidget* parent);

    void tick(const Frame& frame) override;
    [[nodiscard]] scope::ScopeView& view() const { return *view_; }
    /// To the traces, or to the panel itself until there are any: never to a button that happens to be next.
    void takeFocus();
    /// Saved layouts are in this folder; shows the scope as it was left.
    void openLayouts(const QString& folder);
    /// What pages and tables are dated by: told anew for each, and called on any thread.
    using Dating = std::function<UtcTime(Time)>;
    void setDating(std::function<Dating()> dating) { dating_ = std::move(dating); }
    /// Remembers how it is left.
    void keepLayout();
    /// What the scope can do, for the window's menu.
    void fillMenu(QMenu& menu) const;
    [[nodiscard]] std::vector<telemetry::Channel> shownChannels() const;
    /// Another source: what was drawn of the former one goes. `colours`: of its axes, not null.
    void startAnew(std::shared_ptr<scope::AxisColours> colours);
    void showChannels(const std::vector<telemetry::Channel>& channels);
    /// Traces beside those of the axis: math channels.
    void showBeside(std::vector<scope::TraceChoice> traces);
    /// Offers how much memory samples may take; `take` is told what was chosen. Once, before fillMenu().
    void offerMemory(unsigned megabytes, std::pair<unsigned, unsigned> bounds,
                     std::function<void(unsigned)> take);
    /// An entry of the owner's beneath the channels to choose from.
    void offerBeside(QAction* action);

private:
    void chooseTraces();
    /// The axis that is shown, and those of other traces.
    void offerOwners(const std::vector<scope::TraceChoice>& traces);
    void followAxes(const Frame& frame);
    void awaitLaneAxis();
    /// Into the scope or out of it, whichever axis is shown; says so if it is full.
    void pin(AxisId axis, telemetry::Channel channel, bool on);
    void offerPins(QMenu& menu);
    [[nodiscard]] bool isFull() const;
    void sayFull();
    void showNote();
    void showWatched(const motion::Axis& before, const motion::Axis& now);
    [[nodiscard]] std::vector<scope::TraceChoice> ownChoices() const;
    void makeExport();
    /// Of the axis that is shown; there must be one.
    [[nodiscard]] scope::TraceChoice choiceOf(telemetry::Channel channel) const;
    /// Nothing if the axis is not there.
    [[nodiscard]] std::optional<scope::TraceChoice> choiceOf(AxisId axis, telemetry::Channel channel) const;
    /// "Pan.position"
    [[nodiscard]] std::string nameOf(const scope::TraceChoice& choice) const;
    [[nodiscard]] std::string unitOf(const scope::TraceChoice& choice) const;
    void showTimings(const Frame& frame);
    [[nodiscard]] ScopeLayout layout() const;
    void show(const ScopeLayout& layout);
    void showTrigger(const ScopeLayout& layout);
    void showAwaitedTrigger();
    void showAwaitedLane();
    [[nodiscard]] std::pair<double, double> proposeLevel(const scope::TraceChoice& choice) const;
    void showReading(const Frame& frame);

    const PanelContext& context_;
    std::function<std::shared_ptr<const telemetry::TraceSet>()> traces_;
    scope::ScopeView* view_;
    QStackedLayout* stack_;
    EmptyState* empty_;
    QLabel* axisName_;
    QLabel* reading_;
    QLabel* note_;
    QStringList leftOut_;  ///< labels of traces that do not fit
    int refusedFor_ = 0;   ///< figures: so long a refusal is still told
    int readingSince_ = 0; ///< figures since samples are being waited for
    ChannelMenu* channels_;
    ScopeTrigger* trigger_;
    ScopeLayouts* layouts_;
    ScopeExport* export_;
    HistoryStrip* history_;
    TraceMemory* memory_ = nullptr;
    std::function<Time()> now_;
    std::function<Dating()> dating_;
    std::shared_ptr<const motion::AxisBoard> axes_; ///< of the newest frame
    bool simulated_ = false;
    std::shared_ptr<const motion::Axis> axis_;
    std::vector<scope::TraceChoice> beside_;
    ScopePins pins_;
    std::optional<NamedServo> awaitedLane_;      ///< the lane is to be limited to it as soon as it is there
    std::shared_ptr<const ScopeLayout> awaited_; ///< whose trigger is of an axis that is not there yet
};

} // namespace servolane::ui
