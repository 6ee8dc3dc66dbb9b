// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command_bus.h"
#include "core/journal/read/command_log.h"
#include "core/kernel/result.h"
#include "core/kernel/snapshot_cell.h"
#include "core/motion/read/machine_board.h"

#include <filesystem>

namespace servolane::app {

/// Keeps the machine file and the workstation the same: what the file holds is loaded, what people change is
/// written. A file that cannot be read is never written over; a file that another program has replaced is
/// loaded. One that is refused, since an axis moves, is neither written over: it is offered again, ever more
/// seldom. One thread, which may wait for the disk.
class MachineKeeper {
public:
    /// References outlive the keeper.
    MachineKeeper(std::filesystem::path file, api::CommandBus& commands,
                  const SnapshotCell<motion::MachineBoard>& board,
                  const SnapshotCell<journal::CommandLog>& log)
        : file_(std::move(file))
        , commands_(commands)
        , board_(board)
        , log_(log) {}

    /// Before anything else is asked of the lane, so that axes are found with their settings. A missing file
    /// is no error. Errors: those of drivers/machine.
    [[nodiscard]] Result<void> load();
    /// Looks at both sides. Errors: as load(), inputOutput.
    [[nodiscard]] Result<void> step();

private:
    using Stamp = std::filesystem::file_time_type;
    [[nodiscard]] Stamp stamp() const;
    [[nodiscard]] Result<void> save(const motion::MachineBoard& board);
    void offer();
    /// What has become of it; offers it again if it was refused. True once the workstation has what the file
    /// holds.
    [[nodiscard]] bool followOffer();

    std::filesystem::path file_;
    api::CommandBus& commands_;
    const SnapshotCell<motion::MachineBoard>& board_;
    const SnapshotCell<journal::CommandLog>& log_;
    std::optional<CommandId> offered_; ///< absent: nothing, or it was taken over
    int pause_ = 0;                    ///< steps until it is offered again
    int nextPause_ = 1;
    motion::Machine stored_;    ///< what the file is known to hold
    std::uint64_t seen_ = 0;    ///< revision of the board that was dealt with
    std::uint64_t awaited_ = 0; ///< until this revision the board does not tell of what was loaded
    Stamp stamp_{};
    bool broken_ = false;
};

} // namespace servolane::app
