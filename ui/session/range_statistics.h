// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/session/session_store.h"
#include "core/telemetry/read/trace_set.h"
#include "ui/scope/trace_choice.h"
#include "ui/session/range_field.h"

#include <memory>
#include <vector>

class QLabel;
class QTableWidget;

namespace servolane::ui {

/// Figures of every trace of the scope over a range; they fill in while samples are read back.
class RangeStatistics : public QWidget {
    Q_OBJECT
public:
    explicit RangeStatistics(QWidget* parent);

    void setTraces(std::vector<scope::TraceChoice> choices, std::shared_ptr<const telemetry::TraceSet> set);
    /// Of the recording: figures are never made of values in two units.
    void setAxes(std::vector<session::SessionAxis> axes);
    void setRange(std::optional<TimeRange> range);
    /// Looks anew where something has changed; cost: that of a column for each trace.
    void tick();
    /// With tabs between the columns, for a spreadsheet.
    [[nodiscard]] QString asText() const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitNames();
    void showTrace(int row, const scope::TraceChoice& choice);
    /// Those that the channel had in the range, in the order of time; empty: the newest alone.
    [[nodiscard]] QStringList unitsOf(const scope::TraceChoice& choice) const;

    std::vector<scope::TraceChoice> choices_;
    std::shared_ptr<const telemetry::TraceSet> set_;
    std::vector<session::SessionAxis> axes_;
    std::optional<TimeRange> range_;
    QTableWidget* table_;
    QLabel* note_;
    bool stale_ = true;
    bool waiting_ = false;
    bool incomplete_ = false; ///< samples of the range are missing, not only late
    bool mixed_ = false;      ///< the unit of some channel changes in the range
};

} // namespace servolane::ui
