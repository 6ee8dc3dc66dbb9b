// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/read/command_log.h"
#include "ui/scope/scope_palette.h"
#include "ui/scope/time_scale.h"

#include <QRect>
#include <QString>
#include <functional>
#include <memory>
#include <vector>

class QPainter;

namespace servolane::ui::scope {

/// What a mark is drawn as: an outcome that was none looks like an error, and what is well again does not
/// look like a warning or a stop.
[[nodiscard]] journal::LaneKind shownKind(const journal::LaneMark& mark);

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
    /// The mark under the pointer; nullptr if none is near.
    [[nodiscard]] const journal::LaneMark* markAt(QPoint position, const QRect& area,
                                                  const TimeScale& scale) const;
    [[nodiscard]] QString textOf(const journal::LaneMark& mark) const;

private:
    using Marks = std::vector<journal::LaneMark>;
    [[nodiscard]] std::pair<Marks::const_iterator, Marks::const_iterator>
    visible(const TimeScale& scale) const;

    Text text_;
    std::shared_ptr<const journal::EventLane> lane_ = std::make_shared<const journal::EventLane>();
};

} // namespace servolane::ui::scope
