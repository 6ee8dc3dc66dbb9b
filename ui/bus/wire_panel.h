// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString> // before core: moc 6.4 stumbles over <concepts> where it comes first

#include "core/api/wire_monitor.h"
#include "core/bus/read/wire_filter.h"
#include "ui/binding/panel.h"
#include "ui/session/background_job.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedLayout;
class QTableView;

namespace servolane::ui {

class EmptyState;
class JobStrip;
class WireRows;

/// Every packet of a bus, both ways, with its time and in words. Nothing is kept until someone begins to
/// watch; while the list is held, packets go on being kept behind it.
class WirePanel : public Panel {
    Q_OBJECT
public:
    /// `monitor` null: this window knows of no wire. It outlives the panel.
    WirePanel(const PanelContext& context, api::WireMonitor* monitor, std::function<UtcTime()> utcNow,
              QWidget* parent);
    ~WirePanel() override;
    void tick(const Frame& frame) override;
    /// Writes the packets that pass the filter: a table for names that end in .csv, else lines of JSON.
    void exportTo(const QString& path);

private:
    QWidget* makeBar();
    QWidget* makeFilters();
    QWidget* makeList();
    void setWatching(bool on);
    [[nodiscard]] bus::WireFilter chosenFilter() const;
    void readFilters();
    void offerBuses(const bus::BusBoard& board);
    void chooseFile();
    void showPacket();
    void showChoices();
    void showCounts(const Frame& frame);
    void followExport(Time now);
    [[nodiscard]] BusId chosenBus() const;
    [[nodiscard]] std::shared_ptr<const bus::WireLog> logToShow();

    const PanelContext& context_;
    api::WireMonitor* monitor_;
    bool listens_ = false; ///< packets are being kept for this window
    std::function<UtcTime()> utcNow_;
    WireRows* rows_;
    QTableView* view_ = nullptr;
    QPlainTextEdit* details_ = nullptr;
    QStackedLayout* stack_ = nullptr;
    EmptyState* empty_ = nullptr;
    QComboBox* bus_ = nullptr;
    QPushButton* watch_ = nullptr;
    QPushButton* hold_ = nullptr;
    QPushButton* clear_ = nullptr;
    QPushButton* export_ = nullptr;
    QComboBox* id_ = nullptr;
    QComboBox* instruction_ = nullptr;
    QCheckBox* troubles_ = nullptr;
    QLineEdit* find_ = nullptr;
    QLabel* counts_ = nullptr;
    QLabel* told_ = nullptr;
    JobStrip* strip_ = nullptr;
    BackgroundJob<QString> job_;
    std::vector<BusId> buses_;
    Time now_{};
};

} // namespace servolane::ui
