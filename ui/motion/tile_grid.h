// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/frame.h"
#include "ui/binding/state_text.h"

#include <QtWidgets/QWidget>
#include <optional>
#include <vector>

namespace servolane::ui {

class Selection;
class Theme;
struct Tokens;

/// Of a tile that is not as it should be: as much of the tone as leaves its word readable.
[[nodiscard]] QColor alarmingGround(Tone tone, const Tokens& tokens);

/// What one tile shows; made once per figure frame.
struct Tile {
    AxisId axis{};
    BusId bus{};
    int badness = 0;
    StateLook look;
    QString name;
    QString number;
    QString unit;
    QString age;    ///< empty while fresh
    QString detail; ///< the fault's words, or what moves
    bool simulated = false;
    bool stale = false;
    bool alarming = false;     ///< fault, stopped or silent: outlined
    bool grave = false;        ///< a stop that is not confirmed: filled
    double temperature = -1.0; ///< °C; −1 unknown
    double temperatureLimit = 70.0;
    double effort = -1.0; ///< share of nominal current or of load, 0 … 1; −1 unknown
    QString effortName;   ///< "Current", or "Load" of an axis that estimates one
    QString effortText;
    friend bool operator==(const Tile&, const Tile&) = default;
};

enum class TileSize { large, medium, compact, small };

/// All axes at a glance: tiles, worst first. The order is held while the pointer is over the grid, and for a
/// while after a key was pressed in it, so that nothing jumps away from a finger: who comes meanwhile stands
/// at the end. Tiles shrink when many: first without bars, then to name and state. Only tiles that look
/// different are painted anew.
class TileGrid : public QWidget {
    Q_OBJECT
public:
    TileGrid(const Theme& theme, Selection& selection, QWidget* parent);

    void show(const Frame& frame);
    [[nodiscard]] const std::vector<Tile>& tiles() const { return tiles_; }
    /// When that which stands here was read. Tiles that look the same as before are not painted for it.
    [[nodiscard]] Time shownAt() const { return now_; }
    [[nodiscard]] TileSize tileSize() const { return size_; }
    /// Empty if there is no such tile.
    [[nodiscard]] QRect rectOf(std::size_t tile) const;
    void setViewport(QSize size);
    [[nodiscard]] QSize sizeHint() const override;
    /// All tiles are seen without scrolling.
    [[nodiscard]] bool fitsAll() const { return fits_; }
    /// The order is held, and the worst are not first.
    [[nodiscard]] bool isOrderHeld() const { return isHeld_; }
    /// The pointer is over it, or a key was pressed in it a moment ago: nothing may move.
    [[nodiscard]] bool isHandAtIt(Time now) const { return mustHold(now); }

Q_SIGNALS:
    void activated(servolane::AxisId axis);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void arrange(std::size_t tiles);
    /// As many columns as make tiles of that least size largest; false if they do not fit.
    bool fit(int count, QSize least);
    [[nodiscard]] bool mustHold(Time now) const;
    void reorder(std::vector<Tile>& tiles, Time now);
    void updateChanged(const std::vector<Tile>& before);
    void moveSelection(int step);
    [[nodiscard]] std::optional<std::size_t> tileAt(QPoint point) const;
    void paintTile(QPainter& painter, const Tile& tile, const QRect& box) const;
    void paintFrame(QPainter& painter, const Tile& tile, const QRect& box) const;
    /// Its state in so much room, with what else there is to say where there is more.
    [[nodiscard]] QString saidIn(const Tile& tile, const QFontMetrics& metrics, int room) const;
    int paintAge(QPainter& painter, const Tile& tile, const QRect& line, Qt::Alignment side) const;
    /// Name and state in two tight lines, the figure below them where there is one.
    void paintTight(QPainter& painter, const Tile& tile, const QRect& box) const;
    void paintBody(QPainter& painter, const Tile& tile, const QRect& inner) const;
    void paintBars(QPainter& painter, const Tile& tile, const QRect& inner) const;
    void paintHalfBars(QPainter& painter, const Tile& tile, const QRect& inner) const;

    const Theme& theme_;
    Selection& selection_;
    std::vector<Tile> tiles_;
    TileSize size_ = TileSize::large;
    QSize viewport_;
    QSize cell_{240, 176};
    double scale_ = 1.0; ///< where few tiles have much room, all in them is larger
    int columns_ = 1;
    int rows_ = 0;
    int gap_ = 8; ///< around and between
    Time now_{};
    std::optional<Time> keyAt_; ///< when a key was pressed in it last
    bool isHeld_ = false;
    bool fits_ = true;
};

} // namespace servolane::ui
