// SPDX-License-Identifier: GPL-3.0-or-later
// The store of recordings as core sees it. Implemented by drivers/sqlite (one .servolane file per recording).
// Writer and reader are different classes; a writer lives on one thread, a reader on another.
#pragma once

#include "core/api/event.h"
#include "core/kernel/result.h"
#include "core/telemetry/feedback.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace servolane::session {

struct SessionStart {
    std::string name;
    std::string software; ///< name and version of the program
    UtcTime utc{};        ///< paired with `time`
    Time time{};
    bool flightSegment = false;
    /// Samples and facts since then make up the recording; older facts only tell how to read it. Absent:
    /// `time`.
    std::optional<Time> from;
};

/// What the writer counts; shown live and stored.
struct SessionCounters {
    std::uint64_t samples = 0; ///< one per axis and cycle
    std::uint64_t cycles = 0;
    std::uint64_t lost = 0;
    std::uint64_t gaps = 0;
    std::uint64_t facts = 0;
    std::uint64_t bytes = 0; ///< of the file
};

/// One thread. Nothing is durable before commit(); after a failed call the store is closed and stays readable
/// up to the last commit.
class SessionWriter {
public:
    virtual ~SessionWriter() = default;
    /// Facts and samples in the order of the bus. Feedback goes to the columns of its axes, AxisConfigured
    /// and BusConnected also to the tables that make the file readable alone, all other facts to the table of
    /// facts.
    [[nodiscard]] virtual Result<void> append(const api::Event& event) = 0;
    /// A transaction: call it at least every 250 ms while something was appended.
    [[nodiscard]] virtual Result<void> commit() = 0;
    /// Writes the end, checkpoints, and leaves a single plain file.
    [[nodiscard]] virtual Result<void> close() = 0;
    /// After a failed call: of what is in the file.
    [[nodiscard]] virtual const SessionCounters& counters() const = 0;
    /// Samples and facts that are only in memory, since another program holds the file for writing; 0: none.
    /// After a failed call: those that are not in the file and will not be.
    [[nodiscard]] virtual std::uint64_t waiting() const { return 0; }
    /// After a failed call: the events of waiting(), in order, save those that were appended before a commit
    /// found the file held. They are taken out.
    [[nodiscard]] virtual std::vector<api::Event> takeWaiting() { return {}; }
};

/// A scale, or a watched register, that a later configuration of its axis replaced.
struct EarlierScale {
    telemetry::Channel channel{};
    Time until{}; ///< it holds for samples before
    telemetry::ChannelScale scale;
    std::string unit;
    std::string name{}; ///< of the register that was watched in this place; empty: the channel's own
};

struct SessionAxis {
    AxisId id;
    std::string name;
    std::string busName;
    BusId bus;
    ServoId servo;
    std::string model;
    std::string family;
    std::uint32_t firmware = 0;
    bool simulated = false;
    telemetry::ChannelScales channels{}; ///< the newest
    std::array<std::string, telemetry::channelCount> units{};
    /// "position", or the watched register; see nameOf().
    std::array<std::string, telemetry::channelCount> names{};
    std::vector<EarlierScale> earlier; ///< by time; empty unless the scale changed while it was recorded

    [[nodiscard]] std::string nameOf(telemetry::Channel channel) const {
        const std::string& kept = names[indexOf(channel)];
        return kept.empty() ? std::string(telemetry::toString(channel)) : kept;
    }
    /// What the channel was called at that time: a place for watched registers may have held another one.
    [[nodiscard]] std::string nameAt(telemetry::Channel channel, Time time) const;
    /// Every register that was watched in this place, the newest first; "position" of a usual channel.
    [[nodiscard]] std::vector<std::string> namesOf(telemetry::Channel channel) const;
    /// In force at that time: raw values are kept, so a changed gear counts for later samples only.
    [[nodiscard]] telemetry::ChannelScales channelsAt(Time time) const;
    /// The same of the channels as they are named: a place has no scale while it held another register.
    [[nodiscard]] telemetry::ChannelScales namedChannelsAt(Time time) const;
};

/// What a person wrote about a moment (both times the same) or a stretch of a recording.
struct SessionNote {
    std::int64_t id = 0; ///< in its file; 0: not stored yet
    Time from{};
    Time until{};
    std::string text;
    /// Not while it was recorded. Only such a note can be taken out again: the others are facts.
    bool addedLater = false;
    friend bool operator==(const SessionNote&, const SessionNote&) = default;
};

struct SessionSummary {
    std::string path;
    std::string name;
    std::string software;
    int schema = 0;
    UtcTime startedUtc{};
    Time start{}; ///< monotonic, of the first sample or fact
    Time end{};
    bool simulated = false;
    bool flightSegment = false; ///< of the flight recorder: goes when room is needed
    bool closedCleanly = false;
    /// The writer was killed and the -wal beside the file cannot be read: what was not yet moved from it into
    /// the file (about the last 4 MB) is not here. Copy both to read it all.
    bool walUnread = false;
    /// The writer was killed and the -wal that lay beside the file was not copied with it: what it held
    /// (about the last 4 MB) is not here.
    bool walMissing = false;
    /// The -wal beside it is damaged, with the place, or missing or unread: what was committed from there on
    /// is not here. Empty: it is whole.
    std::string walDamage;
    /// Small tables (axes, channels, notes …) that are not as they were written, each in a sentence: what is
    /// said of the recording may be wrong.
    std::vector<std::string> changedTables;
    /// It is a copy of what was intact of a damaged recording; each in a sentence: what was lost or changed
    /// before it was made. Empty otherwise.
    std::vector<std::string> repairs;
    SessionCounters counters;
    std::vector<SessionAxis> axes;
    std::vector<std::string> tags;  ///< in the order of the alphabet
    std::vector<SessionNote> notes; ///< in order of time
};

/// Samples of one axis in order of time: parallel columns. `valid` and `offsetNs` as in AxisSample. Where a
/// sample lacks a channel its raw value is 0; a channel that no sample of the block has is an empty column.
struct AxisBlock {
    AxisId axis;
    std::vector<std::int64_t> timeNs; ///< monotonic ns of the cycle
    std::vector<std::uint64_t> cycle;
    /// Samples of the bus are missing between this one and the one before.
    std::vector<std::uint8_t> gapBefore;
    std::vector<std::uint16_t> valid;
    std::vector<std::int32_t> offsetNs;
    std::array<std::vector<std::int32_t>, telemetry::channelCount> raw;
    /// So many samples right before this block are stored but damaged; such a block may have no samples.
    std::uint64_t unreadableBefore = 0;
};

/// Over the raw values of one channel in a run. Times are seconds since the run's first sample.
struct RawSums {
    telemetry::Channel channel{};
    std::uint32_t count = 0;
    double sum = 0.0;
    double sumOfSquares = 0.0;
    double sumOfTimes = 0.0;
    double sumOfSquaredTimes = 0.0;
    double sumOfProducts = 0.0; ///< time by value
    friend bool operator==(const RawSums&, const RawSums&) = default;
};

/// Where samples of one axis lie, and what is known of them without reading them.
struct StoredRun {
    AxisId axis;
    std::uint64_t samples = 0;
    Time first{};
    Time last{};
    std::uint64_t firstCycle = 0;
    std::uint64_t lastCycle = 0;
    /// Smallest and largest raw value of each channel; absent: no sample has it.
    std::array<std::optional<std::pair<std::int32_t, std::int32_t>>, telemetry::channelCount> ranges{};
    /// Of each channel that some sample has; empty: not known (recordings before schema 3, and the last
    /// seconds of one that was not closed).
    std::vector<RawSums> sums;
};

/// Stored samples that damage to the file made unreadable.
struct Unreadable {
    AxisId axis; ///< 0: all axes of the slice, and its times
    std::uint64_t samples = 0;
    Time first{};
    Time last{};
    std::string detail; ///< names the chunk
};

/// Samples of one axis inside a CycleSlice; columns as in AxisBlock.
struct SliceAxis {
    AxisId axis;
    std::vector<std::uint32_t> row; ///< the cycle of each sample, as an index into the slice; ascending
    std::vector<std::uint16_t> valid;
    std::vector<std::int32_t> offsetNs;
    std::array<std::vector<std::int32_t>, telemetry::channelCount> raw;
};

/// A run of cycles of one bus with the samples of all its axes: for whoever needs rows (exports, copies).
struct CycleSlice {
    BusId bus;
    std::vector<std::int64_t> timeNs;
    std::vector<std::uint64_t> cycle;
    std::vector<std::uint8_t> gapBefore;
    std::vector<SliceAxis> axes; ///< only axes with samples in it
    /// Left out here; the first cycle of the next slice has its gap mark. A slice may hold nothing else.
    std::vector<Unreadable> unreadable;
};

/// Pulls slices in order of time, so that several buses can be merged. Must not outlive its reader.
class CycleCursor {
public:
    virtual ~CycleCursor() = default;
    /// False at the end. Reuses the memory of `into`.
    [[nodiscard]] virtual Result<bool> next(CycleSlice& into) = 0;
};

/// Pulls facts, so that they can be merged with samples. Must not outlive its reader.
class FactCursor {
public:
    virtual ~FactCursor() = default;
    /// False at the end.
    [[nodiscard]] virtual Result<bool> next(api::Event& into) = 0;
};

/// Rows of facts in a file. One that damage made stand there again replaces none that is lost.
struct StoredFacts {
    std::uint64_t facts = 0; ///< each once
    std::uint64_t again = 0; ///< rows with the sequence of another
};

/// One thread; its own connection; opens read-only and never changes the file. Damaged samples are skipped
/// and counted, see `Unreadable`. Errors: notFound, notAllowed, corrupt (damage that hides the rest), invalid
/// (not a session, or a newer schema: both numbers).
class SessionReader {
public:
    virtual ~SessionReader() = default;
    [[nodiscard]] virtual const SessionSummary& summary() const = 0;
    /// Blocks of one axis that touch [from, to], in order and not trimmed; each at most a few thousand
    /// samples. Stops when `take` returns false.
    [[nodiscard]] virtual Result<void> readAxis(AxisId axis, Time from, Time to,
                                                const std::function<bool(const AxisBlock&)>& take) = 0;
    /// The runs of all axes, those of each in order of time; each at most a few thousand samples. Reads no
    /// samples but those of the last seconds of a file that was not closed: 100 ms for a day of six axes.
    [[nodiscard]] virtual Result<void> readRuns(const std::function<bool(const StoredRun&)>& take) = 0;
    /// In the order in which they happened; notes that were added later stand at the time they are about,
    /// with sequence 0.
    [[nodiscard]] virtual Result<void> readFacts(Time from, Time to,
                                                 const std::function<bool(const api::Event&)>& take) = 0;
    /// The same, but damaged facts are left out and told in `damaged`, each with its place. Errors: those
    /// that hide the rest.
    [[nodiscard]] virtual Result<void> readIntactFacts(Time from, Time to,
                                                       const std::function<bool(const api::Event&)>& take,
                                                       std::vector<std::string>& damaged) {
        static_cast<void>(damaged);
        return readFacts(from, to, take);
    }
    /// Those of readIntactFacts(), to be pulled: one at a time is in memory. `damaged` must outlive it.
    [[nodiscard]] virtual Result<std::unique_ptr<FactCursor>> intactFacts(Time from, Time to,
                                                                          std::vector<std::string>& damaged) {
        static_cast<void>(from);
        static_cast<void>(to);
        static_cast<void>(damaged);
        return failure(ErrorCode::unsupported, "facts of this recording cannot be pulled");
    }
    /// Facts that are stored, damaged ones too, without reading what they say; absent: not known.
    [[nodiscard]] virtual std::optional<StoredFacts> storedFacts() { return std::nullopt; }
    /// Cycles of one bus in [from, to]; samples of these axes only, or of all where `axes` is empty.
    [[nodiscard]] virtual Result<std::unique_ptr<CycleCursor>> cycles(BusId bus, Time from, Time to,
                                                                      std::span<const AxisId> axes) = 0;
    /// UTC of a monotonic time of this session, by the recorded pairs, which are known since it was opened:
    /// any thread.
    [[nodiscard]] virtual UtcTime utcAt(Time time) const = 0;
};

class SessionStore {
public:
    virtual ~SessionStore() = default;
    /// Errors: notAllowed, diskFull, invalid (the file exists), inputOutput.
    [[nodiscard]] virtual Result<std::unique_ptr<SessionWriter>> create(const std::string& path,
                                                                        const SessionStart& start) = 0;
    [[nodiscard]] virtual Result<std::unique_ptr<SessionReader>> open(const std::string& path) = 0;
    /// What this user may still write to the disk of that file; absent: not known.
    [[nodiscard]] virtual std::optional<std::uint64_t> freeBytes(const std::string& path) const {
        static_cast<void>(path);
        return std::nullopt;
    }
    /// Summaries of all *.servolane files of a folder, newest first; broken files are left out and named in
    /// `problems`.
    [[nodiscard]] virtual std::vector<SessionSummary> list(const std::string& folder,
                                                           std::vector<Error>& problems) = 0;
};

/// Shared between a long job and whoever watches it; any thread.
struct JobProgress {
    std::atomic<double> done = 0.0; ///< 0…1
    std::atomic<bool> cancel = false;
};

/// Rows on an even grid of times in place of one row a bus cycle.
enum class Resampling : std::uint8_t { none, nearest, linear, mean };

struct ExportRequest {
    std::string sessionPath;
    std::string format = "csv";
    std::string outPath;
    std::optional<double> fromSeconds; ///< since the session's start
    std::optional<double> toSeconds;
    std::vector<std::string> channels; ///< "Pan.position", "*.current"; empty: all
    Resampling resampling = Resampling::none;
    std::optional<double> rowsPerSecond; ///< of the grid, > 0; absent: as the first bus cycled
    /// Facts of the range as JSON lines in a second file, `outPath`.facts.jsonl; for formats that hold none.
    bool factsBeside = false;
};

/// What can be written.
struct ExportFormat {
    std::string name;   ///< "csv-long"
    std::string title;  ///< "CSV, one value a row"
    std::string ending; ///< ".csv"
    bool samples = true;
    bool facts = false; ///< holds facts by itself
};

/// What an export would write, judged by writing its first moments to a temporary file.
struct ExportPreview {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows; ///< the first
    std::uint64_t estimatedRows = 0;
    std::uint64_t estimatedBytes = 0;
};

struct ExportReport {
    std::string path;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    double seconds = 0.0;
    bool simulated = false;       ///< the recording is
    std::uint64_t unreadable = 0; ///< samples in damaged parts of the recording; they are left out
    std::string damage;           ///< the first such part
    /// Samples that the whole recording counts and that are neither in it nor known to be damaged: where they
    /// were is not known.
    std::uint64_t missing = 0;
    std::uint64_t missingFacts = 0;   ///< the same of facts
    std::uint64_t duplicateFacts = 0; ///< rows of the recording that are another fact again
    /// Damaged ones of the range, which are left out; 0 where the format holds none and none go beside it.
    std::uint64_t unreadableFacts = 0;
    double rowsPerSecond = 0.0; ///< of the grid; 0: not resampled
    std::string factsPath;      ///< of the second file; empty: there is none
};

class SessionExporter {
public:
    virtual ~SessionExporter() = default;
    [[nodiscard]] virtual std::vector<ExportFormat> formats() const = 0;
    /// At most `rows` of them; `outPath` is not looked at. Runs on the calling thread. Errors as of run().
    [[nodiscard]] virtual Result<ExportPreview> preview(const ExportRequest& request, std::size_t rows,
                                                        JobProgress& progress) = 0;
    /// Runs on the calling thread (a worker of its own). Writes beside `outPath` and renames at the end;
    /// leaves no half file. Errors: invalid (format, range, channel name: lists what exists; `outPath` is a
    /// recording or a journal), interrupted (cancelled), diskFull, those of the reader.
    [[nodiscard]] virtual Result<ExportReport> run(const ExportRequest& request, JobProgress& progress) = 0;
};

} // namespace servolane::session
