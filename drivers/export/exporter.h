// SPDX-License-Identifier: GPL-3.0-or-later
// Exports recordings: one table of formats over the session reader.
#pragma once

#include "core/session/session_store.h"
#include "drivers/export/column_choice.h"
#include "drivers/export/part_file.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace servolane::drivers {

/// What a format's writer gets: a resolved request.
struct ExportPlan {
    std::vector<ExportColumn> columns;
    Time from{};
    Time to{};
    session::Resampling resampling = session::Resampling::none;
    std::optional<double> rowsPerSecond; ///< absent: as the first bus cycled
};

/// What a format's writer tells of its work.
struct Written {
    std::uint64_t rows = 0;
    std::uint64_t unreadable = 0; ///< samples that damage to the recording made unreadable
    std::string damage;           ///< the first
    std::uint64_t unreadableFacts = 0;
    double rowsPerSecond = 0.0; ///< of the grid
};

/// Facts in the plan's range; damaged ones are left out and told as damage.
[[nodiscard]] Result<void> readFacts(session::SessionReader& reader, Time from, Time to, Written& written,
                                     const std::function<bool(const api::Event&)>& take);

/// For whoever pulls facts: tells damaged ones as damage.
void noteDamaged(const std::vector<std::string>& facts, Written& written);

/// "none", "nearest", "linear", "mean": as files say it.
[[nodiscard]] std::string toString(session::Resampling method);

/// "linear@100": method and rows per second, as a cell of a table says it; empty where there is no grid.
[[nodiscard]] std::string gridText(const ExportPlan& plan);

/// Writes rows; the caller finishes or drops the file.
using FormatWriter = Result<Written> (*)(session::SessionReader& reader, const ExportPlan& plan,
                                         PartFile& file, session::JobProgress& progress);

/// Any thread, one run at a time per object; opens a reader of its own for each run.
class Exporter final : public session::SessionExporter {
public:
    /// `store` must outlive it.
    explicit Exporter(session::SessionStore& store)
        : store_(store) {}

    [[nodiscard]] std::vector<session::ExportFormat> formats() const override;
    /// ".h5"; empty of an unknown format.
    [[nodiscard]] static std::string_view endingOf(std::string_view format);
    [[nodiscard]] Result<session::ExportReport> run(const session::ExportRequest& request,
                                                    session::JobProgress& progress) override;
    [[nodiscard]] Result<session::ExportPreview>
    preview(const session::ExportRequest& request, std::size_t rows, session::JobProgress& progress) override;
    /// Where `factsBeside` puts the facts.
    [[nodiscard]] static std::string factsPathOf(const std::string& outPath);

private:
    struct Prepared;
    [[nodiscard]] Result<Prepared> prepare(const session::ExportRequest& request);
    [[nodiscard]] Result<session::ExportReport> write(const session::ExportRequest& request,
                                                      session::JobProgress& progress);
    [[nodiscard]] Result<session::ExportPreview> show(const session::ExportRequest& request, std::size_t rows,
                                                      session::JobProgress& progress);
    [[nodiscard]] Result<PartFile> writeFactsBeside(Prepared& prepared, const std::string& source,
                                                    const std::string& path, Written& written,
                                                    session::JobProgress& progress);

    session::SessionStore& store_;
};

} // namespace servolane::drivers
