// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/read/command_archive.h"
#include "core/registers/control_table.h"
#include "drivers/sqlite/connection.h"

#include <map>

namespace servolane::drivers::sqlite {

/// Reads the commands of workstation.db while others write it; those of one run are left out, since the
/// command log has them.
class SqliteCommandArchive final : public journal::CommandArchive {
public:
    /// Errors: notFound, notAllowed, invalid (not a journal, newer schema).
    [[nodiscard]] static Result<std::unique_ptr<journal::CommandArchive>>
    open(const std::string& path, std::int64_t exceptRun,
         std::shared_ptr<const registers::ModelCatalog> catalog);

    [[nodiscard]] Result<std::vector<journal::ArchivedCommand>> before(std::int64_t place,
                                                                       std::size_t most) override;
    [[nodiscard]] Result<std::vector<journal::ArchivedFact>> factsOf(CommandId command,
                                                                     std::size_t most) override;

private:
    SqliteCommandArchive(Connection connection, std::int64_t exceptRun,
                         std::shared_ptr<const registers::ModelCatalog> catalog)
        : connection_(std::move(connection))
        , exceptRun_(exceptRun)
        , catalog_(std::move(catalog)) {}
    [[nodiscard]] Result<void> followToItsEnd(journal::ArchivedCommand& command);
    [[nodiscard]] std::shared_ptr<const motion::Axis> axisOf(std::int64_t run, AxisId axis,
                                                             std::int64_t place);

    Connection connection_;
    std::int64_t exceptRun_;
    std::shared_ptr<const registers::ModelCatalog> catalog_;
    std::map<std::pair<std::int64_t, AxisId>, std::shared_ptr<const motion::Axis>> axes_;
};

} // namespace servolane::drivers::sqlite
