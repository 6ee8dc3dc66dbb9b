// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/journal/read/command_log.h"
#include "core/kernel/snapshot_cell.h"

#include <deque>

namespace servolane::journal {

/// Follows every command to its end. Projector thread; log() from any.
class CommandLogProjection final : public api::Projection {
public:
    void apply(const api::Event& event) override;
    void publish(Time now) override;
    [[nodiscard]] const SnapshotCell<CommandLog>& log() const { return cell_; }

private:
    CommandEntry* find(CommandId id);
    CommandEntry& add(CommandEntry entry);
    void on(const api::CommandAccepted& fact);
    void on(const api::CommandRejected& fact);
    void on(const api::CommandSent& fact);
    void on(const api::CommandConfirmed& fact);
    void on(const api::CommandFailed& fact);
    void on(const api::CommandSuperseded& fact);
    void on(const registers::RegisterRead& fact);

    std::deque<CommandEntry> entries_;
    std::uint64_t total_ = 0;
    Sequence upTo_;
    Time eventTime_{};
    CommandId cause_;
    bool changed_ = false;
    SnapshotCell<CommandLog> cell_;
};

} // namespace servolane::journal
