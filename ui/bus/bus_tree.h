// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/binding/state_text.h"

#include <QtWidgets/QTreeWidget>
#include <memory>
#include <unordered_map>

namespace servolane::ui {

/// All buses with their axes; the current item is the window's selection.
class BusTree : public QTreeWidget {
    Q_OBJECT
public:
    BusTree(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame);

private:
    [[nodiscard]] std::vector<std::uint32_t> structureOf(const Frame& frame) const;
    void rebuild(const Frame& frame);
    void refresh(const Frame& frame);
    void followSelection();
    static void showBus(QTreeWidgetItem* item, const bus::BusView& bus);
    void showAxis(QTreeWidgetItem* item, const motion::AxisView& axis, const motion::StopView& stop);

    const PanelContext& context_;
    std::vector<std::uint32_t> structure_;
    /// What a row tells of an axis: most tell the same as a moment ago.
    struct Told {
        std::shared_ptr<const motion::Axis> axis;
        StateLook look;
        friend bool operator==(const Told&, const Told&) = default;
    };
    std::unordered_map<std::uint16_t, Told> told_;
};

} // namespace servolane::ui
