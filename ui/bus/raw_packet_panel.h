// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/packet_form.h"
#include "ui/binding/panel.h"

#include <deque>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace servolane::ui {

class CommandNote;
class NumberField;
class PacketComposer;
class StateMark;

/// Packets as they are, for an engineer who has armed them: composed, seen byte by byte before they go out,
/// with what came back and what it means. Nothing here is checked but by the policies of SendRawPacket.
class RawPacketPanel : public Panel {
    Q_OBJECT
public:
    using Forms = std::vector<const bus::PacketForm*>;

    RawPacketPanel(const PanelContext& context, Forms forms, QWidget* parent);
    void tick(const Frame& frame) override;

private:
    /// One exchange, of whoever's packet.
    struct Exchange {
        CommandId command;
        BusId bus;
        Bytes sent;
        std::optional<Bytes> received; ///< absent: not back yet, or never sent
        QString time;
        QString outcome;
        bool open = true;
    };

    QWidget* buildControls();
    void buildHistory();
    void listBuses(const Frame& frame);
    void showArming(const Frame& frame);
    void takeAnswers(const Frame& frame);
    void showHistory();
    void toggleArming();
    void send();
    void loadRow(int row);
    [[nodiscard]] QString meaningOf(const Exchange& exchange) const;
    [[nodiscard]] QString reasonAgainst(const Frame& frame) const;
    [[nodiscard]] const bus::PacketForm* formOf(BusId bus) const;
    [[nodiscard]] BusId chosenBus() const;

    const PanelContext& context_;
    Forms forms_;
    Frame frame_;
    QComboBox* bus_;
    PacketComposer* composer_;
    NumberField* wait_;
    StateMark* armed_;
    QPushButton* arm_;
    QPushButton* send_;
    QLabel* reason_;
    CommandNote* note_;
    QTableWidget* history_;
    std::vector<BusId> buses_;
    std::deque<Exchange> exchanges_; ///< newest first
    bool historyChanged_ = false;
    bool isArmed_ = false;
};

} // namespace servolane::ui
