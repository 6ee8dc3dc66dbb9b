// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/binding/slow_buses.h"
#include "ui/journal/trouble.h"

class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;

namespace servolane::ui {

class AlarmList;
class AlarmStrip;
class AxisTable;
class Banner;
class EmptyState;
class StateMark;
class TileGrid;

/// For whoever stands beside a line: every axis as a tile, the newest alarm as a banner, and few large
/// controls.
class LineWorkspace : public Panel {
    Q_OBJECT
public:
    /// `offersFind`: servos can be searched for on all ports.
    LineWorkspace(const PanelContext& context, TroubleBook& book, bool offersFind, QWidget* parent);

    void tick(const Frame& frame) override;
    [[nodiscard]] TileGrid& grid() const { return *grid_; }
    /// The axes as rows instead of tiles.
    void showTable(bool table);
    /// To the tiles, or to the table.
    void takeFocus();

Q_SIGNALS:
    void axisActivated(servolane::AxisId axis);
    /// By a person: rows instead of tiles, or tiles again.
    void tableChosen(bool table);
    void fullScreenToggled();
    void connectAsked();
    void simulateAsked();
    void findAsked();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeToolRow();
    EmptyState* makeEmptyState(bool offersFind);
    void giveRoom(Time now);
    void explainEmptiness(const Frame& frame);
    void showSummary(const Frame& frame);
    void showSlowBuses(const Frame& frame);
    void showBanner(bool isReplay);

    const PanelContext& context_;
    TroubleBook& book_;
    std::vector<StateMark*> counts_;
    StateMark* slow_ = nullptr; ///< buses that are read more seldom than asked
    SlowBuses slowBuses_;
    QLabel* held_ = nullptr;
    Banner* banner_;
    QString bannerKey_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    QScrollArea* area_;
    TileGrid* grid_;
    AxisTable* table_;
    QPushButton* tilesButton_ = nullptr;
    QPushButton* tableButton_ = nullptr;
    bool isTable_ = false;
    AlarmList* alarms_;
    AlarmStrip* strip_; ///< in its place while there is none
};

} // namespace servolane::ui
