// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/session_writer.h"

#include "drivers/json/event_json.h"
#include "drivers/sqlite/session_schema.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace servolane::drivers::sqlite {

namespace {

/// Makes the empty file, so that two recordings never share one.
Result<void> claimPath(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (descriptor >= 0) {
        ::close(descriptor);
        return {};
    }
    const int number = errno;
    const std::string detail = path + ": " + std::strerror(number);
    if (number == EEXIST) return failure(ErrorCode::invalid, detail);
    const auto folder = std::filesystem::path{path}.parent_path();
    std::error_code unknown;
    if (number == ENOENT && std::filesystem::is_directory(folder.empty() ? "." : folder, unknown))
        return failure(ErrorCode::inputOutput, path + ": cannot be written: its folder takes no files (" +
                                                   std::strerror(number) + ")");
    if (number == ENOENT || number == ENOTDIR) return failure(ErrorCode::notFound, detail);
    if (number == EACCES || number == EPERM || number == EROFS) return failure(ErrorCode::notAllowed, detail);
    if (number == ENOSPC || number == EDQUOT) return failure(ErrorCode::diskFull, detail);
    return failure(ErrorCode::inputOutput, detail);
}

/// The log is gone already where leaving its mode failed: without one, even empty, what is missing would be
/// looked for.
void leaveLog(const std::string& path) {
    if (const int descriptor = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644); descriptor >= 0)
        ::close(descriptor);
}

/// A file system that cannot promise room promises none.
Result<void> holdRoom(const std::string& path, std::uint64_t bytes) {
    const int descriptor = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    const int held =
        descriptor < 0 || bytes == 0 ? 0 : ::fallocate(descriptor, 0, 0, static_cast<off_t>(bytes));
    const bool isFull = held != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG);
    if (descriptor >= 0) ::close(descriptor);
    if (held != 0) ::unlink(path.c_str());
    if (isFull) return failure(ErrorCode::diskFull, path + ": " + std::strerror(ENOSPC));
    return {};
}

} // namespace

Result<std::unique_ptr<SqliteSessionWriter>> SqliteSessionWriter::create(const std::string& path,
                                                                         const session::SessionStart& start,
                                                                         const std::string& vfs,
                                                                         std::uint64_t roomAhead) {
    if (auto claimed = claimPath(path); !claimed) return tl::make_unexpected(claimed.error());
    if (roomAhead > 0)
        if (auto held = holdRoom(path + roomSuffix, roomAhead); !held) {
            ::unlink(path.c_str());
            return tl::make_unexpected(held.error());
        }
    auto connection = Connection::open(path, OpenMode::readWrite, vfs);
    if (!connection) {
        removeRecording(path);
        return tl::make_unexpected(connection.error());
    }
    std::unique_ptr<SqliteSessionWriter> writer{new SqliteSessionWriter(path, std::move(*connection))};
    if (auto begun = writer->begin(start); !begun) {
        writer.reset();
        removeRecording(path);
        return tl::make_unexpected(begun.error());
    }
    return writer;
}

SqliteSessionWriter::~SqliteSessionWriter() {
    if (connection_.isOpen()) abandon();
}

void SqliteSessionWriter::abandon() {
    if (inTransaction_) static_cast<void>(connection_.execute("ROLLBACK"));
    inTransaction_ = false;
    releaseStatements();
    connection_.keepLog();
    connection_.close();
    freeRoom();
}

void SqliteSessionWriter::freeRoom() const {
    ::unlink((path_ + roomSuffix).c_str());
}

bool SqliteSessionWriter::endFull() {
    if (inTransaction_) static_cast<void>(connection_.execute("ROLLBACK"));
    inTransaction_ = false;
    releaseStatements();
    freeRoom();
    // Out of the log first, which frees its place too: the mark has room then.
    auto ended = connection_.execute("PRAGMA busy_timeout=200;PRAGMA wal_checkpoint(TRUNCATE)");
    if (ended) ended = connection_.execute("PRAGMA journal_mode=DELETE");
    if (!ended) return false;
    Transaction transaction(connection_);
    if (transaction.begin() && connection_.execute("INSERT OR REPLACE INTO session VALUES('closed',1)") &&
        storeTableSums(connection_, std::span{summedTables}.first(alwaysChanging)))
        static_cast<void>(transaction.commit());
    // What was not committed is no part of it.
    using Counters = session::SessionCounters;
    for (const auto& [name, counter] :
         {std::pair{"samples", &Counters::samples}, std::pair{"cycles", &Counters::cycles},
          std::pair{"lost", &Counters::lost}, std::pair{"gaps", &Counters::gaps},
          std::pair{"facts", &Counters::facts}})
        if (const auto value =
                connection_.integer("SELECT value FROM counters WHERE name='" + std::string{name} + "'"))
            counters_.*counter = static_cast<std::uint64_t>(*value);
    return true;
}

Result<void> SqliteSessionWriter::begin(const session::SessionStart& start) {
    const std::string header =
        "PRAGMA auto_vacuum=INCREMENTAL;PRAGMA application_id=" + std::to_string(sessionApplication) +
        ";PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;BEGIN IMMEDIATE;";
    if (auto made = connection_.execute(header + sessionTables()); !made) return made;
    inTransaction_ = true;
    from_ = start.from.value_or(start.time);
    if (auto prepared = prepareStatements(); !prepared) return prepared;
    for (const auto& [key, value] : {std::pair{"name", &start.name}, std::pair{"software", &start.software}})
        if (auto set = setSession_.bind(1, std::string_view{key}).bind(2, std::string_view{*value}).run();
            !set)
            return set;
    for (const auto& [key, value] :
         {std::pair{"flight_segment", start.flightSegment}, std::pair{"closed", false}})
        if (auto set = setSession_.bind(1, std::string_view{key}).bind(2, std::int64_t{value}).run(); !set)
            return set;
    if (auto paired = storePair(start.time, start.utc); !paired) return paired;
    coverTime(start.time);
    if (auto committed = commitOpen(); !committed) return committed;
    // The tables go into the file itself, so that it is a session even where its -wal cannot be read. From
    // here on nobody is waited for: what comes meanwhile must not be dropped.
    return connection_.execute("PRAGMA wal_checkpoint(TRUNCATE);PRAGMA busy_timeout=50");
}

Result<void> SqliteSessionWriter::prepareStatements() {
    auto fact = connection_.prepare("INSERT INTO facts VALUES(NULL,?1,?2,?3,?4,?5,?6,?7)");
    if (!fact) return tl::make_unexpected(fact.error());
    insertFact_ = std::move(*fact);
    auto counter = connection_.prepare("INSERT OR REPLACE INTO counters VALUES(?1,?2)");
    if (!counter) return tl::make_unexpected(counter.error());
    setCounter_ = std::move(*counter);
    auto value = connection_.prepare("INSERT OR REPLACE INTO session VALUES(?1,?2)");
    if (!value) return tl::make_unexpected(value.error());
    setSession_ = std::move(*value);
    auto sum = connection_.prepare("INSERT OR REPLACE INTO table_sums VALUES(?1,?2)");
    if (!sum) return tl::make_unexpected(sum.error());
    setSum_ = std::move(*sum);
    return samples_.prepare(connection_);
}

Result<void> SqliteSessionWriter::checked(Result<void> result) {
    if (result) return result;
    failed_ = result.error();
    neverStored_ = rowsInMemory();
    if (failed_.code == ErrorCode::diskFull && endFull()) {
        connection_.close();
        counters_.bytes = measuredBytes();
    } else {
        abandon();
        if (failed_.code == ErrorCode::diskFull) leaveLog(path_ + "-wal");
        counters_ = stored_;
        counters_.bytes = measuredBytes();
    }
    return result;
}

void SqliteSessionWriter::releaseStatements() {
    insertFact_ = Statement{};
    setCounter_ = Statement{};
    setSession_ = Statement{};
    setSum_ = Statement{};
    samples_ = SampleTable{};
}

Result<void> SqliteSessionWriter::append(const api::Event& event) {
    if (failed_.code != ErrorCode::none) return tl::make_unexpected(failed_);
    const bool isFeedback = std::holds_alternative<api::FeedbackPointer>(event.body);
    if (!isFeedback && !api::isFact(event.body)) return {};
    return checked([&]() -> Result<void> {
        if (held_) return keepWaiting(event);
        if (wantsTransaction(event))
            if (auto begun = ensureTransaction(); !begun)
                return begun.error().code == ErrorCode::busy ? keepWaiting(event) : begun;
        return appendNow(event);
    }());
}

bool SqliteSessionWriter::wantsTransaction(const api::Event& event) {
    const auto* feedback = std::get_if<api::FeedbackPointer>(&event.body);
    if (!feedback) return true;
    const telemetry::FeedbackCycle& cycle = **feedback;
    const auto isKnown = [&](const telemetry::AxisSample& sample) {
        return sample.axis.value < knownAxes_.size() && knownAxes_[sample.axis.value];
    };
    return !knownBuses_.contains(cycle.bus) || stageOf(cycle.bus).stamps().size() + 1 >= BusStage::capacity ||
           !std::all_of(cycle.samples.begin(), cycle.samples.end(), isKnown);
}

Result<void> SqliteSessionWriter::appendNow(const api::Event& event) {
    const auto* feedback = std::get_if<api::FeedbackPointer>(&event.body);
    return feedback ? appendCycle(**feedback) : appendFact(event);
}

Result<void> SqliteSessionWriter::keepWaiting(const api::Event& event) {
    held_ = true;
    waitingSamples_ += rowsOf(event);
    if (waitingSamples_ > mostWaiting)
        return failure(ErrorCode::busy, path_ + ": another program has held it for writing until " +
                                            std::to_string(mostWaiting) + " samples and events waited");
    waiting_.push_back(event);
    return {};
}

std::uint64_t SqliteSessionWriter::waiting() const {
    if (failed_.code != ErrorCode::none && !connection_.isOpen()) return neverStored_;
    return rowsInMemory();
}

/// Of one that is held, or was until now: what waits, and what was counted since the last commit, which is in
/// stages or may be rolled back.
std::uint64_t SqliteSessionWriter::rowsInMemory() const {
    if (!held_ && !drains_) return 0;
    std::uint64_t rows = counters_.samples + counters_.facts - stored_.samples - stored_.facts;
    if (!drains_) return rows + waitingSamples_;
    for (const api::Event& event : waiting_)
        rows += rowsOf(event);
    return rows;
}

std::size_t SqliteSessionWriter::rowsOf(const api::Event& event) {
    const auto* feedback = std::get_if<api::FeedbackPointer>(&event.body);
    return feedback ? (*feedback)->samples.size() : 1;
}

std::vector<api::Event> SqliteSessionWriter::takeWaiting() {
    if (failed_.code == ErrorCode::none) return {};
    std::vector<api::Event> taken(std::make_move_iterator(waiting_.begin()),
                                  std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    return taken;
}

Result<bool> SqliteSessionWriter::storeWaiting() {
    if (auto begun = ensureTransaction(); !begun) {
        held_ = held_ || begun.error().code == ErrorCode::busy;
        if (begun.error().code == ErrorCode::busy) return false;
        return tl::make_unexpected(begun.error());
    }
    drains_ = drains_ || held_;
    for (; !waiting_.empty(); waiting_.pop_front())
        if (auto stored = appendNow(waiting_.front()); !stored) return tl::make_unexpected(stored.error());
    waitingSamples_ = 0;
    held_ = false;
    return true;
}

Result<void> SqliteSessionWriter::commit() {
    if (failed_.code != ErrorCode::none) return tl::make_unexpected(failed_);
    return checked([&]() -> Result<void> {
        const bool waiting = std::any_of(stages_.begin(), stages_.end(),
                                         [](const BusStage& stage) { return !stage.tail().empty(); });
        if (!waiting && !inTransaction_ && waiting_.empty()) return {};
        const auto begun = storeWaiting();
        if (!begun) return tl::make_unexpected(begun.error());
        if (!*begun) return {}; // the next commit tries again
        for (auto& stage : stages_)
            if (auto stored = samples_.storeTail(stage); !stored) return stored;
        return commitOpen();
    }());
}

Result<void> SqliteSessionWriter::close() {
    if (failed_.code != ErrorCode::none) return tl::make_unexpected(failed_);
    auto closed = checked(settle());
    if (closed) failed_ = Error{ErrorCode::invalid, path_ + " is closed"};
    return closed;
}

Result<void> SqliteSessionWriter::tellRepairs(const std::vector<std::string>& repairs) {
    if (failed_.code != ErrorCode::none) return tl::make_unexpected(failed_);
    constexpr std::size_t most = 100;
    std::string text;
    for (const std::string& repair : std::span(repairs).first(std::min(repairs.size(), most)))
        text += (text.empty() ? "" : "\n") + repair;
    if (repairs.size() > most) text += "\nand " + std::to_string(repairs.size() - most) + " more";
    return checked([&]() -> Result<void> {
        if (auto begun = ensureTransaction(); !begun) return begun;
        return setSession_.bind(1, std::string_view{"repairs"}).bind(2, std::string_view{text}).run();
    }());
}

Result<void> SqliteSessionWriter::settle() {
    if (auto patient = connection_.execute("PRAGMA busy_timeout=5000"); !patient) return patient;
    const auto begun = storeWaiting();
    if (!begun) return tl::make_unexpected(begun.error());
    if (!*begun) return failure(ErrorCode::busy, path_ + ": another program holds it for writing");
    for (auto& stage : stages_)
        if (!stage.isEmpty())
            if (auto stored = samples_.storeSlice(stage); !stored) return stored;
    if (auto marked = setSession_.bind(1, std::string_view{"closed"}).bind(2, std::int64_t{1}).run(); !marked)
        return marked;
    if (auto committed = commitOpen(); !committed) return committed;
    releaseStatements();
    // The pages of tails that slices replaced go back to the disk.
    auto emptied = connection_.execute(
        "PRAGMA busy_timeout=200;PRAGMA incremental_vacuum;PRAGMA wal_checkpoint(TRUNCATE)");
    if (emptied) emptied = connection_.execute("PRAGMA journal_mode=DELETE");
    // A reader holds the file open: it is whole, and stays in WAL mode.
    if (!emptied && emptied.error().code != ErrorCode::busy) return emptied;
    connection_.close();
    freeRoom();
    counters_.bytes = measuredBytes();
    return {};
}

Result<void> SqliteSessionWriter::ensureTransaction() {
    if (inTransaction_) return {};
    auto begun = connection_.execute("BEGIN IMMEDIATE");
    inTransaction_ = begun.has_value();
    return begun;
}

Result<void> SqliteSessionWriter::commitOpen() {
    if (auto counted = storeCounters(); !counted) return counted;
    if (auto summed = storeSums(); !summed) return summed;
    const std::uint64_t bytes = wholeBytes();
    if (auto committed = connection_.execute("COMMIT"); !committed) return committed;
    inTransaction_ = false;
    counters_.bytes = bytes;
    stored_ = counters_;
    drains_ = false;
    return {};
}

BusStage& SqliteSessionWriter::stageOf(BusId bus) {
    for (auto& stage : stages_)
        if (stage.bus() == bus) return stage;
    return stages_.emplace_back(bus);
}

void SqliteSessionWriter::coverTime(Time time) {
    first_ = std::min(first_.value_or(time), time);
    last_ = std::max(last_.value_or(time), time);
}

std::uint64_t SqliteSessionWriter::wholeBytes() {
    const auto pages = connection_.integer("PRAGMA page_count");
    const auto free = connection_.integer("PRAGMA freelist_count");
    const auto size = connection_.integer("PRAGMA page_size");
    return pages && free && size ? static_cast<std::uint64_t>((*pages - *free) * *size) : measuredBytes();
}

std::uint64_t SqliteSessionWriter::measuredBytes() const {
    std::uint64_t bytes = 0;
    for (const char* suffix : {"", "-wal"}) {
        std::error_code none;
        const auto size = std::filesystem::file_size(path_ + suffix, none);
        if (!none) bytes += size;
    }
    return bytes;
}

Result<void> SqliteSessionWriter::appendCycle(const telemetry::FeedbackCycle& cycle) {
    if (auto named = nameUnknown(cycle); !named) return named;
    BusStage& stage = stageOf(cycle.bus);
    const BusStage::Added added = stage.add(cycle);
    counters_.gaps += added.gap ? 1 : 0;
    counters_.samples += added.samples;
    ++counters_.cycles;
    coverTime(cycle.time);
    if (!stage.isFull()) return {};
    if (auto begun = ensureTransaction(); !begun) return begun;
    return samples_.storeSlice(stage);
}

Result<void> SqliteSessionWriter::appendFact(const api::Event& event) {
    if (auto begun = ensureTransaction(); !begun) return begun;
    const std::string json = factToJson(event.body);
    const std::string_view kind = api::kindOf(event.body);
    const std::int64_t sequence = wide(event.sequence.value);
    const std::int64_t time = nanosecondsSinceEpoch(event.time);
    const std::int64_t cause = wide(event.cause.value);
    insertFact_.bind(1, sequence).bind(2, time).bind(3, kind);
    insertFact_.bind(4, std::int64_t{api::axisOf(event.body).value}).bind(5, cause);
    insertFact_.bind(6, std::string_view{json});
    insertFact_.bind(7, std::int64_t{factChecksum(sequence, time, cause, kind, json)});
    if (auto stored = insertFact_.run(); !stored) return stored;
    ++counters_.facts;
    return keepForReading(event);
}

} // namespace servolane::drivers::sqlite
