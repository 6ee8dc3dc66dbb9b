// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/bus/port_choice.h"

class QScrollArea;
class QStackedWidget;
class QVBoxLayout;

namespace servolane::ui {

class BusTree;
class CommandNote;
class ConnectPanel;
class JobStrip;

struct BusPanelSetup {
    PortSource ports;
    std::vector<FamilyChoice> families;
    std::string simulatedPath; ///< what "Start simulated bus" opens
    std::string simulatedFamily = "dynamixel2";
    std::uint32_t simulatedBaud = 1'000'000;
    bool offersFind = false; ///< ports can be searched
};

/// The buses and what can be done with them: connect, scan, disconnect. Teaches where there is none.
class BusPanel : public Panel {
    Q_OBJECT
public:
    BusPanel(const PanelContext& context, BusPanelSetup setup, QWidget* parent);

    void tick(const Frame& frame) override;
    void openConnect();
    void startSimulated();
    void scan();
    /// Of the family of the bus: a servo that was lost half-way of a change may be at any.
    void scanEveryRate();
    void disconnectBus();
    void leave(BusId bus);
    /// Asked before a bus is left; false: not now, and leave() is called again. Absent: nobody asks.
    void setLeaveQuestion(std::function<bool(BusId)> mayLeave) { mayLeave_ = std::move(mayLeave); }

Q_SIGNALS:
    void findAsked();

private:
    void arrange();
    void tickScan(const Frame& frame);
    [[nodiscard]] BusId chosenBus() const;

    const PanelContext& context_;
    BusPanelSetup setup_;
    QStackedWidget* stack_;
    BusTree* tree_;
    ConnectPanel* connect_ = nullptr; ///< built when it is opened first
    QScrollArea* form_ = nullptr;     ///< holds it
    bool none_ = true;                ///< no bus is connected
    bool isReplay_ = false;
    QVBoxLayout* top_;
    JobStrip* scan_;
    CommandNote* note_;
    std::function<bool(BusId)> mayLeave_;
    BusId first_{};
    std::string familyOfBus_; ///< of the bus that is scanned
    std::optional<BusId> scanning_;
};

} // namespace servolane::ui
