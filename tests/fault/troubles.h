// SPDX-License-Identifier: GPL-3.0-or-later
// What a disk can do to a store, and how much of it a test tries.
#pragma once

#include "tests/drivers/sqlite/fault_vfs.h"

#include <QtCore/QtGlobal>

namespace servolane::tests {

struct Trouble {
    const char* word;
    int result; ///< of SQLite
    FaultVfs::Reach reach;
};
inline constexpr Trouble troubles[] = {{"full", SQLITE_FULL, FaultVfs::Reach::writes},
                                       {"i/o error", SQLITE_IOERR, FaultVfs::Reach::everything},
                                       {"busy", SQLITE_BUSY, FaultVfs::Reach::locks}};

/// Every `usual`-th call is tried; with SERVOLANE_SWEEP=all, as packaging/soak.sh sets it, every one.
inline std::uint64_t sweepStride(std::uint64_t usual) {
    return qEnvironmentVariable("SERVOLANE_SWEEP") == QLatin1String("all") ? 1 : usual;
}

} // namespace servolane::tests
