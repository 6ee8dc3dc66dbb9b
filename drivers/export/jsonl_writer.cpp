// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/jsonl_writer.h"

#include "drivers/export/bus_rows.h"
#include "drivers/export/cell_text.h"
#include "drivers/json/event_json.h"

namespace servolane::drivers {

std::string factLine(const session::SessionReader& reader, const api::Event& fact) {
    std::array<char, 2 * longestCell> cells{};
    UtcText utc;
    std::string line = R"({"time_s":)";
    line.append(cells.data(), writeSeconds(cells.data(), fact.time - reader.summary().start));
    line += R"(,"utc":")";
    line.append(cells.data(), utc.write(cells.data(), reader.utcAt(fact.time)));
    line += R"(","sequence":)" + std::to_string(fact.sequence.value);
    if (fact.cause.value != 0) line += R"(,"cause":)" + std::to_string(fact.cause.value);
    line +=
        R"(,"kind":")" + std::string{api::kindOf(fact.body)} + R"(","fact":)" + factToJson(fact.body) + "}";
    return line;
}

Result<Written> writeJsonLines(session::SessionReader& reader, const ExportPlan& plan, PartFile& file,
                               session::JobProgress& shared) {
    if (plan.resampling != session::Resampling::none)
        return failure(ErrorCode::invalid, "facts cannot be resampled; jsonl holds facts alone");
    Written written;
    Result<void> outcome;
    ExportProgress progress{reader.summary(), plan, shared};
    const auto write = [&](const api::Event& fact) -> Result<void> {
        if (!progress.reached(fact.time)) return failure(ErrorCode::interrupted, "the export was cancelled");
        const std::string line = factLine(reader, fact) + "\n";
        const auto room = file.room(line.size());
        if (!room) return tl::make_unexpected(room.error());
        file.used(std::copy(line.begin(), line.end(), *room));
        ++written.rows;
        return {};
    };
    const auto read = readFacts(reader, plan.from, plan.to, written, [&](const api::Event& fact) {
        outcome = write(fact);
        return outcome.has_value();
    });
    if (!outcome) return tl::make_unexpected(outcome.error());
    if (!read) return tl::make_unexpected(read.error());
    return written;
}

} // namespace servolane::drivers
