// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "ui/session/recording_envelope.h"

#include <optional>
#include <utility>

namespace servolane::ui {

class Theme;

/// The whole recording in one strip: the envelope of one trace, the stretch that is on the screen, and the
/// range chosen by dragging. A double click chooses the whole again.
class RangeOverview : public QWidget {
    Q_OBJECT
public:
    RangeOverview(const Theme& theme, QWidget* parent);

    /// `smallest` as of RecordingEnvelope.
    void showSession(Time start, Time end, std::shared_ptr<const telemetry::Trace> trace, double smallest);
    /// When Record was pressed; what lies before comes from the flight recorder.
    void showPressed(std::optional<Time> at);
    void showVisible(Time from, Time to);
    /// The chosen range; the whole if none was chosen.
    [[nodiscard]] std::pair<Time, Time> range() const;
    [[nodiscard]] bool hasRange() const { return range_.has_value(); }
    void clearRange();

Q_SIGNALS:
    void rangeChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    const Theme& theme_;
    RecordingEnvelope recording_;
    std::pair<Time, Time> visible_{};
    std::optional<std::pair<Time, Time>> range_;
    std::optional<Time> recordPressed_;
    std::optional<double> pressed_;
};

} // namespace servolane::ui
