// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/read/bus_doctor.h"
#include "ui/binding/panel.h"
#include "ui/bus/doctor_voice.h"
#include "ui/bus/port_choice.h"
#include "ui/registers/write_batch.h"
#include "ui/session/background_job.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedLayout;
class QTableWidget;

namespace servolane::ui {

class EmptyState;
class StateMark;

/// How well a bus is: one line per check with its verdict, a sentence and, where something can be done, a
/// button; and the figures of each servo. Without a bus: which ports cannot be opened, and what helps.
class DoctorPanel : public Panel {
    Q_OBJECT
public:
    DoctorPanel(const PanelContext& context, DoctorVoice voice, PortSource ports, QWidget* parent);
    void tick(const Frame& frame) override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    [[nodiscard]] const bus::BusView* chosenBus(const Frame& frame) const;
    void lookAgain();
    void lookAtPorts();
    [[nodiscard]] std::vector<bus::Finding> inOrder(std::vector<bus::Finding> findings) const;
    void showFindings(std::vector<bus::Finding> findings);
    void showFinding(int row, const bus::Finding& finding);
    void showRemedy(int row, const bus::Finding& finding);
    void showServos(const bus::BusFacts& facts);
    void offerBuses(const Frame& frame);
    void showVerdict(const bus::BusView& bus);
    void mend(const bus::Finding& finding);
    void followMending(const Frame& frame);

    const PanelContext& context_;
    DoctorVoice voice_;
    PortSource ports_;
    QStackedLayout* stack_;
    EmptyState* empty_;
    StateMark* verdict_;
    QLabel* title_;
    QComboBox* chooser_; ///< in its place where there are several buses
    QLabel* told_;
    QPushButton* again_;
    QTableWidget* checks_;
    QTableWidget* servos_;
    WriteBatch batch_;
    BackgroundJob<QString> job_;
    std::vector<bus::Finding> findings_;
    BusId bus_;
    bus::LinkMeasured before_; ///< figures at the last "look again"
    bool restarts_ = false;
    Frame frame_; ///< the newest
};

} // namespace servolane::ui
