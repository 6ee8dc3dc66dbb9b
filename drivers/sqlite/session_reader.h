// SPDX-License-Identifier: GPL-3.0-or-later
// Reads one .servolane file, finished, killed or still being written. One thread; its own connection.
#pragma once

#include "core/session/session_store.h"
#include "drivers/sqlite/session_file.h"

#include <optional>

namespace servolane::drivers::sqlite {

class SqliteSessionReader final : public session::SessionReader {
public:
    [[nodiscard]] static Result<std::unique_ptr<SqliteSessionReader>> open(const std::string& path,
                                                                           const std::string& vfs = {});

    /// As of the time of opening.
    [[nodiscard]] const session::SessionSummary& summary() const override { return summary_; }
    [[nodiscard]] Result<void> readAxis(AxisId axis, Time from, Time to,
                                        const std::function<bool(const session::AxisBlock&)>& take) override;
    [[nodiscard]] Result<void> readRuns(const std::function<bool(const session::StoredRun&)>& take) override;
    [[nodiscard]] std::optional<session::StoredFacts> storedFacts() override;
    [[nodiscard]] Result<void> readFacts(Time from, Time to,
                                         const std::function<bool(const api::Event&)>& take) override;
    [[nodiscard]] Result<void> readIntactFacts(Time from, Time to,
                                               const std::function<bool(const api::Event&)>& take,
                                               std::vector<std::string>& damaged) override;
    [[nodiscard]] Result<std::unique_ptr<session::FactCursor>>
    intactFacts(Time from, Time to, std::vector<std::string>& damaged) override;
    [[nodiscard]] Result<std::unique_ptr<session::CycleCursor>> cycles(BusId bus, Time from, Time to,
                                                                       std::span<const AxisId> axes) override;
    [[nodiscard]] UtcTime utcAt(Time time) const override { return timeLine_.utcAt(time); }

private:
    [[nodiscard]] Result<bool> readTailRun(AxisId axis, Time behind,
                                           const std::function<bool(const session::StoredRun&)>& take);
    explicit SqliteSessionReader(SessionFile file)
        : file_(std::move(file)) {}
    /// Null: the first damaged fact ends it.
    [[nodiscard]] Result<void> eachFact(Time from, Time to,
                                        const std::function<bool(const api::Event&)>& take,
                                        std::vector<std::string>* damaged);
    [[nodiscard]] Result<std::unique_ptr<session::FactCursor>> factsIn(Time from, Time to,
                                                                       std::vector<std::string>* damaged);

    SessionFile file_;
    TimeLine timeLine_;
    session::SessionSummary summary_;
    std::optional<registers::ModelCatalog> models_; ///< read with the first facts
    std::vector<std::string> damagedModels_;
    bool toldModels_ = false; ///< to somebody who wants to know of damage
};

} // namespace servolane::drivers::sqlite
