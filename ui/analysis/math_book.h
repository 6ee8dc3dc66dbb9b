// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtCore/QObject>

#include "core/telemetry/read/math_board.h"
#include "ui/scope/trace_choice.h"

#include <QtCore/QSettings>
#include <string>
#include <vector>

namespace servolane::ui {

/// A channel that a person made.
struct MathChannel {
    std::uint16_t id = 0; ///< from 1; 0: not in the book
    QString name;
    QString expression;
    QString unit;       ///< as typed; empty: derived where it is obvious
    bool apart = false; ///< in a pane of its own
    bool shown = true;  ///< in the scope
    friend bool operator==(const MathChannel&, const MathChannel&) = default;
};

/// The math channels of this workstation, kept in FOLDER/math.ini at every change. GUI thread.
class MathBook : public QObject {
    Q_OBJECT
public:
    MathBook(const std::string& folder, QObject* parent);

    [[nodiscard]] const std::vector<MathChannel>& channels() const { return channels_; }
    [[nodiscard]] const MathChannel* find(std::uint16_t id) const;
    /// With id 0 it is added under the lowest free one; returns its id.
    std::uint16_t put(MathChannel channel);
    void remove(std::uint16_t id);
    void show(std::uint16_t id, bool shown);

    /// What is to be calculated for this id.
    [[nodiscard]] telemetry::MathOrder orderOf(std::uint16_t id) const;
    [[nodiscard]] std::vector<std::uint16_t> ids() const;

Q_SIGNALS:
    void changed();

private:
    void load();
    void keep();

    QSettings settings_;
    std::vector<MathChannel> channels_; ///< by id
};

/// How the scope draws it.
[[nodiscard]] scope::TraceChoice choiceOf(const MathChannel& channel, const telemetry::ChannelNames& names);
/// Those of `channels` that can be calculated with these names.
[[nodiscard]] std::vector<scope::TraceChoice> usableChoices(const std::vector<MathChannel>& channels,
                                                            const telemetry::ChannelNames& names);

} // namespace servolane::ui
