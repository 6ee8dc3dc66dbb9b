// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/machine_keeper.h"

#include "app/workstation/places.h"
#include "drivers/machine/machine_file.h"

#include <algorithm>

namespace servolane::app {

namespace machine = drivers::machine;

namespace {

/// Names that the system gives anew to others: what is kept under one of them would meet a stranger.
bool isLasting(const motion::MachineAxis& axis) {
    return !axis.identity.bus.starts_with("/dev/pts/");
}

motion::Machine lastingPart(motion::Machine whole) {
    std::erase_if(whole.axes, [](const motion::MachineAxis& axis) { return !isLasting(axis); });
    return whole;
}

} // namespace

MachineKeeper::Stamp MachineKeeper::stamp() const {
    std::error_code absent;
    const Stamp changed = std::filesystem::last_write_time(file_, absent);
    return absent ? Stamp{} : changed;
}

Result<void> MachineKeeper::load() {
    stamp_ = stamp();
    const auto read = machine::readMachine(file_);
    broken_ = !read && read.error().code != ErrorCode::notFound;
    if (broken_) return tl::make_unexpected(read.error());
    if (!read) return {};
    stored_ = *read;
    nextPause_ = 1;
    offer();
    return {};
}

void MachineKeeper::offer() {
    awaited_ = board_.read()->revision + 1;
    pause_ = nextPause_;
    offered_ = commands_.send(motion::LoadMachine{std::make_shared<const motion::Machine>(stored_)},
                              api::Asker::program);
}

bool MachineKeeper::followOffer() {
    constexpr int longestPause = 20;
    if (!offered_) return true;
    const auto log = log_.read();
    const journal::CommandEntry* entry = log->find(*offered_);
    if (!entry || entry->state == journal::CommandState::pending) return false;
    if (entry->state != journal::CommandState::rejected) {
        offered_.reset();
        return true;
    }
    if (--pause_ > 0) return false;
    nextPause_ = std::min(2 * nextPause_, longestPause);
    offer();
    return false;
}

Result<void> MachineKeeper::step() {
    const Stamp now = stamp();
    if (now == Stamp{}) broken_ = false; // taken away: there is nothing to spare any more
    if (now != stamp_ && now != Stamp{}) return load();
    if (!followOffer()) return {};
    const auto board = board_.read();
    if (broken_ || board->revision == seen_ || board->revision < awaited_) return {};
    seen_ = board->revision;
    return save(*board);
}

Result<void> MachineKeeper::save(const motion::MachineBoard& board) {
    motion::Machine wanted = lastingPart(board.machine);
    if (wanted == stored_) return {};
    const auto written =
        makeFolder(file_.parent_path()).and_then([&] { return machine::writeMachine(file_, wanted); });
    if (!written) {
        seen_ = 0; // once more at the next step
        return written;
    }
    stored_ = std::move(wanted);
    stamp_ = stamp();
    return {};
}

} // namespace servolane::app
