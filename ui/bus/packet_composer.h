// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/packet_form.h"

#include <QtWidgets/QWidget>
#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;

namespace servolane::ui {

/// Id, instruction and parameters of one packet, and the bytes that they make. GUI thread.
class PacketComposer : public QWidget {
    Q_OBJECT
public:
    explicit PacketComposer(QWidget* parent);

    /// Outlives the widget; nullptr: nothing can be composed.
    void setForm(const bus::PacketForm* form);
    /// Absent while something is not understood: see problem().
    [[nodiscard]] std::optional<bus::PacketDraft> draft() const;
    /// The whole packet; empty while something is not understood.
    [[nodiscard]] Bytes packet() const;
    /// A sentence; empty if there is a packet.
    [[nodiscard]] QString problem() const { return problem_; }
    /// Puts an earlier packet back into the fields.
    void load(const bus::PacketDraft& draft);

Q_SIGNALS:
    void changed();
    void submitted(); ///< Return in one of the fields

private:
    void reconsider();
    void chooseInstruction();
    [[nodiscard]] std::optional<std::uint8_t> idTyped() const;

    const bus::PacketForm* form_ = nullptr;
    QLineEdit* id_;
    QComboBox* instruction_;
    QLineEdit* code_;
    QLineEdit* parameters_;
    QLabel* hint_;
    QLabel* preview_;
    QString problem_;
    Bytes packet_;
    std::optional<bus::PacketDraft> draft_;
};

} // namespace servolane::ui
