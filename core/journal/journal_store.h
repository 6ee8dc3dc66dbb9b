// SPDX-License-Identifier: GPL-3.0-or-later
// The append-only journal of facts as core sees it. Implemented by drivers/sqlite (workstation.db).
#pragma once

#include "core/api/event.h"
#include "core/kernel/result.h"

#include <functional>
#include <memory>
#include <span>

namespace servolane::journal {

/// Facts that no disk took before the program ended.
struct UnstoredFacts {
    std::uint64_t count = 0;
    Error error; ///< of the last try
};

/// One thread: the journal writer's.
class JournalWriter {
public:
    virtual ~JournalWriter() = default;
    /// One transaction with synchronous FULL: when it returns without error the facts are stored. `missing`
    /// facts could not be kept before this batch (disk failure); the number is written with the batch.
    [[nodiscard]] virtual Result<void> append(std::span<const api::Event> facts, std::uint64_t missing) = 0;
};

} // namespace servolane::journal
