// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of the journal on disk, page by page. Implemented by drivers/sqlite (workstation.db).
#pragma once

#include "core/journal/read/command_log.h"
#include "core/motion/axis.h"

#include <memory>
#include <string>
#include <vector>

namespace servolane::journal {

/// A command of any run, with what became of it.
struct ArchivedCommand {
    std::int64_t place = 0; ///< in the journal; grows with time
    std::int64_t run = 0;
    UtcTime at{};
    CommandEntry entry;                       ///< its time is of that run's clock
    std::shared_ptr<const motion::Axis> axis; ///< as it was configured then; null: of no axis, or not known
};

/// One fact that followed from a command.
struct ArchivedFact {
    UtcTime at{};
    std::string kind;    ///< api::kindOf: "RegisterWritten"
    std::string details; ///< "name=position_p_gain before=800 after=900"
};

/// One thread; its own connection; never changes the file. Errors: notFound, notAllowed, invalid, corrupt.
class CommandArchive {
public:
    virtual ~CommandArchive() = default;
    /// Up to `most` commands before `place`, newest first; fewer only at the beginning of the journal.
    [[nodiscard]] virtual Result<std::vector<ArchivedCommand>> before(std::int64_t place,
                                                                      std::size_t most) = 0;
    /// In their order; also of a command of this run, once its facts are stored.
    [[nodiscard]] virtual Result<std::vector<ArchivedFact>> factsOf(CommandId command, std::size_t most) = 0;
};

} // namespace servolane::journal
