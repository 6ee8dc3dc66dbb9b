// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/bus/port_choice.h"

class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace servolane::ui {

class CommandNote;
class LineOptions;

/// Chooses a port, its rate, its protocol and the poll rate, and connects. A port comes up as it was used
/// last. Opens in place, never as a dialog.
class ConnectPanel : public Panel {
    Q_OBJECT
public:
    ConnectPanel(const PanelContext& context, PortSource ports, std::vector<FamilyChoice> families,
                 QWidget* parent);

    void tick(const Frame& frame) override;
    /// Looks for ports anew and takes the focus.
    void open();

Q_SIGNALS:
    void closed();

protected:
    /// Return connects, Escape closes.
    void keyPressEvent(QKeyEvent* event) override;

private:
    void listPorts();
    void listBauds();
    void showFamily();
    void connectBus();
    void explainPort();
    void showLast();

    const PanelContext& context_;
    PortSource ports_;
    std::vector<FamilyChoice> families_;
    std::vector<PortChoice> choices_;
    QComboBox* port_;
    QComboBox* family_;
    QLabel* lacks_;
    QComboBox* baud_;
    QComboBox* rate_;
    LineOptions* options_;
    QToolButton* more_;
    QLabel* advice_;
    QPushButton* connect_;
    CommandNote* note_;
};

/// The poll rates that are offered; 0 is as fast as the wire allows.
void offerPollRates(QComboBox* box);
/// What was chosen or typed in such a box; nothing if it is not understood.
[[nodiscard]] std::optional<double> pollRateFrom(const QComboBox* box);

} // namespace servolane::ui
