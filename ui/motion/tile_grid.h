// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/frame.h"
#include "ui/binding/state_text.h"

#include <QtWidgets/QWidget>

namespace servolane::ui {

class Selection;
class Theme;

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
    double temperature = -1.0; ///< °C; −1 unknown
    double temperatureLimit = 70.0;
    double effort = -1.0; ///< share of nominal current or of load, 0 … 1; −1 unknown
    QString effortText;
};

enum class TileSize { large, medium, small };

/// All axes at a glance: tiles, worst first. The order is frozen while the pointer is over the grid or a tile
/// has the focus, so that nothing jumps away from a finger. Tiles shrink to name and state when many.
class TileGrid : public QWidget {
    Q_OBJECT
public:
    TileGrid(const Theme& theme, Selection& selection, QWidget* parent);

    void show(const Frame& frame);
    [[nodiscard]] const std::vector<Tile>& tiles() const { return tiles_; }
    [[nodiscard]] TileSize tileSize() const { return size_; }
    /// Empty if there is no such tile.
    [[nodiscard]] QRect rectOf(std::size_t tile) const;
    void setViewport(QSize size);
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void activated(servolane::AxisId axis);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void arrange();
    void reorder(std::vector<Tile>& tiles) const;
    void moveSelection(int step);
    [[nodiscard]] std::optional<std::size_t> tileAt(QPoint point) const;
    void paintTile(QPainter& painter, const Tile& tile, const QRect& box) const;
    void paintBody(QPainter& painter, const Tile& tile, const QRect& inner) const;
    void paintBars(QPainter& painter, const Tile& tile, const QRect& inner) const;

    const Theme& theme_;
    Selection& selection_;
    std::vector<Tile> tiles_;
    TileSize size_ = TileSize::large;
    QSize viewport_;
    QSize cell_{240, 176};
    int columns_ = 1;
};

} // namespace servolane::ui
