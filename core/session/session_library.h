// SPDX-License-Identifier: GPL-3.0-or-later
// The recordings of a folder as someone browses them, and what is changed of a finished one. Implemented by
// drivers/sqlite.
#pragma once

#include "core/session/session_store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servolane::session {

/// One trace over the whole of a recording, in columns of equal time. From stored ranges where there are
/// many, else from the samples.
struct Thumbnail {
    /// In the unit of the channel; low > high: no samples there.
    struct Column {
        float low = 1.0F;
        float high = 0.0F;
        friend bool operator==(const Column&, const Column&) = default;
    };
    AxisId axis;
    telemetry::Channel channel{};
    std::vector<Column> columns; ///< empty: nothing to draw
};

struct ListedSession {
    std::string path;
    SessionSummary summary; ///< only the path if it cannot be read
    Thumbnail thumbnail;
    Error problem; ///< why it cannot be read; ErrorCode::none: it can
};

/// What to change of a recording.
struct SessionChange {
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> tags; ///< all it has afterwards
    std::vector<SessionNote> addedNotes;          ///< times of that recording
    std::vector<std::int64_t> removedNotes;       ///< ids; only notes that were added later
};

/// A stretch of the flight recorder, or of one recording, as a recording of its own.
struct KeepRequest {
    std::string source; ///< the folder of the segments, or one .servolane file
    UtcTime from{};
    UtcTime until{};
    std::string name;
    std::string outPath; ///< must not exist
};

struct KeepReport {
    std::string path;
    SessionCounters counters;
    double seconds = 0.0;           ///< how much of the range the flight recorder still had
    std::uint64_t unreadable = 0;   ///< samples in damaged parts; they are left out
    std::uint64_t damagedFacts = 0; ///< left out too
    std::string damage;             ///< the first
};

/// Any thread; calls may come from several at the same time.
class SessionLibrary {
public:
    virtual ~SessionLibrary() = default;
    /// All *.servolane files of a folder, the most recently changed first. A file that has not changed since
    /// it was last listed is not opened again. Stops when `take` returns false or `progress` is cancelled.
    /// Errors: those of the folder; one that does not exist is empty.
    [[nodiscard]] virtual Result<void> list(const std::string& folder,
                                            const std::function<bool(const ListedSession&)>& take,
                                            JobProgress& progress) = 0;
    /// All of it or nothing. A file of an older schema is brought up to the present one in the same
    /// transaction. Errors: busy (whoever writes it does not let go), corrupt (the tables to change are
    /// damaged already), invalid (a tag or a note without words, a name of nothing, a note that is a fact,
    /// times outside of the recording), those of opening it for writing.
    [[nodiscard]] virtual Result<SessionSummary> change(const std::string& path,
                                                        const SessionChange& change) = 0;
    /// Makes a file whose writer was killed a single one, so that it can be moved. Errors: busy (it is being
    /// written).
    [[nodiscard]] virtual Result<void> settle(const std::string& path) = 0;
    /// From as many segments as the range touches. Nothing is left of what fails. Errors: notFound (no
    /// segment has the range), invalid (the range spans a restart of the program; `outPath` exists),
    /// interrupted, those of reading and writing.
    [[nodiscard]] virtual Result<KeepReport> keep(const KeepRequest& request, JobProgress& progress) = 0;
};

} // namespace servolane::session
