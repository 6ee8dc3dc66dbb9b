// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "ui/scope/pane.h"
#include "ui/session/recording_envelope.h"

#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace servolane::ui {

namespace scope {
class ScopeView;
} // namespace scope

class Theme;

/// All that is known of the traces of a live scope, in memory and in recordings, from its beginning until
/// now, one of each pane (of each axis in it, where there is room) over each other and looking as in the
/// scope, with the view of the scope as a window in it: drag it, press beside it, or move it by arrows, Page
/// keys and Home; End, or its arrival at now, follows the newest data again. One slim row below the panes and
/// as wide as they are, with when it begins before it and behind it, where the view does not follow, the
/// times of day of its edges.
class HistoryStrip : public QWidget {
    Q_OBJECT
public:
    /// Dates moments of the scope's clock.
    using Dating = std::function<UtcTime(Time)>;

    HistoryStrip(const Theme& theme, scope::ScopeView& view);

    void setDating(std::function<Dating()> dating) { dating_ = std::move(dating); }
    /// `traces`: of the view. Cost: that of so many columns as it is wide; only where `anew`.
    void tick(const telemetry::TraceSet& traces, Time now, bool anew);
    /// Another source: what was known of the former one goes.
    void startAnew();
    [[nodiscard]] double xOf(Time time) const { return picture().left() + history_.xOf(time); }
    [[nodiscard]] Time start() const { return history_.start(); }
    /// "14:03:05.120 … 15.120", "14:03:59.1 … 14:04:09.1", "14:03:05 … 14:33:05"; empty while the view
    /// follows.
    [[nodiscard]] const QString& caption() const { return caption_; }
    /// Where the history is drawn, between its captions.
    [[nodiscard]] QRect picture() const;
    /// How many traces are drawn over each other.
    [[nodiscard]] std::size_t drawn() const { return drawn_; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    /// The scope has these keys too: here they are the strip's.
    bool event(QEvent* event) override;

private:
    void lookAnew(const telemetry::TraceSet& traces, Time now);
    [[nodiscard]] std::vector<std::size_t> linesToDraw(const telemetry::TraceSet& traces) const;
    void drawOthers(const telemetry::TraceSet& traces, const telemetry::TraceView& main);
    [[nodiscard]] Time timeAt(double x) const { return history_.timeAt(x - picture().left()); }
    /// Of one trace; only looked for anew where the oldest samples were given up.
    [[nodiscard]] std::optional<Time> startOf(const telemetry::TraceView& view);
    /// Keeps it inside of the history.
    void moveTo(Time from);
    void moveBy(Duration by);
    void showCaption();
    void paintView(QPainter& painter, const QRect& box) const;
    void paintCaptions(QPainter& painter, const QRect& box) const;

    const Theme& theme_;
    scope::ScopeView& view_;
    std::function<Dating()> dating_;
    struct Line {
        RecordingEnvelope envelope;
        scope::TraceLook look;
    };
    RecordingEnvelope history_; ///< of a position, where there is one
    scope::TraceLook look_;     ///< of that trace
    std::vector<Line> others_;  ///< of the other panes, and of other axes in one
    std::size_t drawn_ = 0;
    struct Beginning {
        Time at{};
        std::uint64_t dropped = 0;
    };
    std::map<std::pair<AxisId, telemetry::Channel>, Beginning> beginnings_;
    std::pair<Time, Time> seen_{};
    bool follows_ = true;
    QString caption_;
    std::optional<Duration> grabbed_; ///< from the left edge of the view to the pointer
};

} // namespace servolane::ui
