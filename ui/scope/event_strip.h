// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/read/command_log.h"
#include "ui/scope/lane_filter.h"
#include "ui/scope/scope_palette.h"
#include "ui/scope/time_scale.h"

#include <QRect>
#include <QString>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

class QPainter;

namespace servolane::ui::scope {

/// What a mark is drawn as: an outcome that was none looks like an error, and what is well again does not
/// look like a warning or a stop.
[[nodiscard]] journal::LaneKind shownKind(const journal::LaneMark& mark);

/// All kinds, in the order in which they are offered; and what one is called: "Register writes".
inline constexpr std::array laneKinds{journal::LaneKind::command,       journal::LaneKind::outcome,
                                      journal::LaneKind::registerWrite, journal::LaneKind::hardwareError,
                                      journal::LaneKind::stop,          journal::LaneKind::link,
                                      journal::LaneKind::note};
[[nodiscard]] QString textOf(journal::LaneKind kind);

/// The lane of marks under the traces: what was asked and what became of it, on the same time axis. Kinds
/// differ in shape and colour.
class EventStrip {
public:
    using Text = std::function<QString(const journal::LaneMark&)>;
    static constexpr int height = 26;

    void setText(Text text) { text_ = std::move(text); }
    /// True if there is something new.
    bool setLane(std::shared_ptr<const journal::EventLane> lane);
    void paint(QPainter& painter, const QRect& area, const TimeScale& scale,
               const ScopePalette& palette) const;
    /// What comes later is not shown yet.
    void setUntil(Time until) { until_ = until; }
    using MarkRow = std::vector<const journal::LaneMark*>;
    /// The marks under the pointer, by time: those that lie so close together that they are drawn as one.
    [[nodiscard]] MarkRow marksAt(QPoint position, const QRect& area, const TimeScale& scale) const;
    void setFilter(LaneFilter filter) { filter_ = std::move(filter); }
    [[nodiscard]] const LaneFilter& filter() const { return filter_; }
    /// Those that have traces in the scope.
    void setShownAxes(std::set<AxisId> axes) { axes_ = std::move(axes); }
    /// Left out on this stretch of time.
    [[nodiscard]] std::size_t hiddenIn(const TimeScale& scale) const;
    [[nodiscard]] QString textOf(const journal::LaneMark& mark) const;
    /// Marks of before were given up: the lane is as full as it may be. Nothing while it holds all.
    [[nodiscard]] std::optional<Time> heldFrom() const;

private:
    using Marks = std::vector<journal::LaneMark>;
    [[nodiscard]] std::pair<Marks::const_iterator, Marks::const_iterator>
    visible(const TimeScale& scale) const;
    [[nodiscard]] bool isShown(const journal::LaneMark& mark) const;
    /// Marks that would lie on each other, and the worst of them, which is drawn.
    struct Cluster {
        MarkRow marks;
        const journal::LaneMark* worst = nullptr;
    };
    [[nodiscard]] std::vector<Cluster> clusters(const TimeScale& scale) const;
    void paintGivenUp(QPainter& painter, const QRect& area, const TimeScale& scale,
                      const ScopePalette& palette) const;

    Text text_;
    LaneFilter filter_;
    std::set<AxisId> axes_;
    Time until_ = Time::max();
    std::shared_ptr<const journal::EventLane> lane_ = std::make_shared<const journal::EventLane>();
};

} // namespace servolane::ui::scope
