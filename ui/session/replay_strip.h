// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/journal/read/command_log.h"
#include "ui/session/recording_envelope.h"

#include <optional>
#include <utility>

namespace servolane::ui {

class Theme;

/// The whole recording as a slider: the envelope of one trace, the event lane, the loop and the time that is
/// shown. Press or drag seeks, drag with Shift chooses a loop, a double click with Shift ends it. Arrows,
/// Page keys, Home and End move.
class ReplayStrip : public QWidget {
    Q_OBJECT
public:
    ReplayStrip(const Theme& theme, QWidget* parent);

    void showRecording(Time start, Time end, std::shared_ptr<const telemetry::Trace> trace,
                       std::shared_ptr<const journal::EventLane> events);
    /// Repaints only if a pixel moves.
    void showTime(Time at);
    void showLoop(const std::optional<std::pair<Time, Time>>& loop);
    [[nodiscard]] Time shownTime() const { return at_; }
    [[nodiscard]] double xOf(Time time) const { return recording_.xOf(time); }

Q_SIGNALS:
    void sought(servolane::Time at);
    void loopChosen(std::optional<std::pair<servolane::Time, servolane::Time>> loop);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void paintMarks(QPainter& painter) const;

    const Theme& theme_;
    RecordingEnvelope recording_;
    Time at_{};
    std::shared_ptr<const journal::EventLane> events_;
    std::optional<std::pair<Time, Time>> loop_;
    std::optional<Time> loopFrom_; ///< while it is being dragged
};

} // namespace servolane::ui
