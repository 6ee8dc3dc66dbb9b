// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/scope/scope_view.h"
#include "ui/theme/tokens.h"

#include <map>

class QCheckBox;
class QLabel;

namespace servolane::ui {

class FlowLayout;

[[nodiscard]] scope::ScopePalette scopePaletteOf(const Tokens& tokens);
/// "Go to", "Arrived", "Stop" … for the marks of the event lane.
[[nodiscard]] QString textOf(const journal::LaneMark& mark);
/// The label and the unit of a trace.
[[nodiscard]] scope::TraceChoice traceChoice(AxisId axis, telemetry::Channel channel, const QString& axisName,
                                             std::string_view unit);

/// The scope of the bench with a check box for each channel of the selected axis.
class ScopePanel : public Panel {
    Q_OBJECT
public:
    ScopePanel(const PanelContext& context,
               std::function<std::shared_ptr<const telemetry::TraceSet>()> traces,
               std::function<std::shared_ptr<const journal::EventLane>()> events, std::function<Time()> now,
               QWidget* parent);

    void tick(const Frame& frame) override;
    [[nodiscard]] scope::ScopeView& view() const { return *view_; }
    [[nodiscard]] std::vector<telemetry::Channel> shownChannels() const;
    void showChannels(const std::vector<telemetry::Channel>& channels);

private:
    void offerChannels(const motion::Axis& axis);
    void chooseTraces();

    const PanelContext& context_;
    scope::ScopeView* view_;
    FlowLayout* row_;
    QLabel* axisName_;
    std::map<telemetry::Channel, QCheckBox*> boxes_;
    std::shared_ptr<const motion::Axis> axis_;
};

} // namespace servolane::ui
