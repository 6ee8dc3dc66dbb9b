// SPDX-License-Identifier: GPL-3.0-or-later
// Every format read back, value by value, by a reader that is not ours.
#include "drivers/export/exporter.h"
#include "drivers/export/mat_element.h"
#include "drivers/sqlite/session_store.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/test_registry.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QtEndian>
#include <QtTest/QTest>
#include <algorithm>
#include <cmath>
#include <csignal>
#include <memory>
#include <set>
#include <span>
#include <sqlite3.h>
#include <sys/resource.h>

using namespace servolane;
using namespace servolane::tests;

namespace {

constexpr std::uint64_t manyCycles = 4700; // more than a block; three gaps

QString hex(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%a", value);
    return QString::fromLatin1(text);
}

/// What the files must hold, made from the fixture and not from the exporter.
QJsonObject expectedAxis(std::uint16_t id, std::uint16_t bus, std::uint64_t cycles) {
    const auto axis = fixtureAxis(id, bus, "axis" + std::to_string(id));
    QJsonArray columns;
    QJsonArray units;
    for (const auto channel : std::span(telemetry::allChannels).first(telemetry::usualChannelCount)) {
        if (channel == telemetry::Channel::load) continue;
        columns.append(QString::fromLatin1(toString(channel).data(), qsizetype(toString(channel).size())));
        units.append(QString::fromStdString(motion::unitOf(channel, axis->scale)));
    }
    QJsonArray rows;
    bool gap = false;
    for (std::uint64_t n = 0; n < cycles; ++n) {
        const auto cycle = fixtureCycle(bus, n, {id});
        gap = gap || cycle.gapBefore;
        if (cycle.samples.empty()) continue;
        QJsonArray values;
        for (const auto channel : std::span(telemetry::allChannels).first(telemetry::usualChannelCount)) {
            if (channel == telemetry::Channel::load) continue;
            const auto& sample = cycle.samples.front();
            values.append(
                sample.has(channel)
                    ? QJsonValue{hex(axis->channels[indexOf(channel)].valueOf(sample.raw[indexOf(channel)]))}
                    : QJsonValue{});
        }
        const std::int64_t since = nanosecondsSinceEpoch(cycle.time) - sessionStartNs;
        rows.append(QJsonObject{{"time_ns", qint64{since}},
                                {"utc_ns", QString::number(sessionUtcNs + since)},
                                {"gap", gap},
                                {"values", values}});
        gap = false;
    }
    return {
        {"name", QString::fromStdString(axis->name)}, {"columns", columns}, {"units", units}, {"rows", rows}};
}

/// Positions on an even grid from `begin` on, worked out from the fixture: on the line between two samples.
QJsonObject expectedOnGrid(std::uint16_t id, std::uint16_t bus, std::uint64_t cycles, double rate, Time begin,
                           Time end, bool withEmpty) {
    const auto axis = fixtureAxis(id, bus, "axis" + std::to_string(id));
    const auto position = indexOf(telemetry::Channel::position);
    std::vector<std::pair<Time, double>> samples;
    for (std::uint64_t n = 0; n < cycles; ++n)
        if (const auto cycle = fixtureCycle(bus, n, {id}); !cycle.samples.empty())
            samples.emplace_back(cycle.time,
                                 axis->channels[position].valueOf(cycle.samples.front().raw[position]));
    QJsonArray rows;
    for (int row = 0;; ++row) {
        const Time at = begin + Duration{std::llround(row / rate * 1e9)};
        if (at > end) break;
        const auto next =
            std::upper_bound(samples.begin(), samples.end(), at,
                             [](Time wanted, const auto& sample) { return wanted < sample.first; });
        QJsonValue value;
        if (next != samples.begin() && next != samples.end()) {
            const auto& [time, last] = *(next - 1);
            value = hex(last + (next->second - last) * (seconds(at - time) / seconds(next->first - time)));
        }
        if (value.isNull() && !withEmpty) continue;
        const std::int64_t since = nanosecondsSinceEpoch(at) - sessionStartNs;
        rows.append(QJsonObject{{"time_ns", qint64{since}},
                                {"utc_ns", QString::number(sessionUtcNs + since)},
                                {"gap", false},
                                {"values", QJsonArray{value}}});
    }
    return {{"name", QString::fromStdString(axis->name)},
            {"columns", QJsonArray{"position"}},
            {"units", QJsonArray{"deg"}},
            {"rows", rows}};
}

std::string sourcePath(const char* below) {
    return (qEnvironmentVariable("SERVOLANE_SOURCE_DIR", QFINDTESTDATA("../../..")) + "/" +
            QString::fromLatin1(below))
        .toStdString();
}

/// As the statistics in the summary of an MCAP file say.
std::uint64_t messagesIn(const std::string& mcap) {
    QFile file{QString::fromStdString(mcap)};
    if (!file.open(QIODevice::ReadOnly)) return 0;
    const QByteArray bytes = file.readAll();
    const auto number = [&](qsizetype at) { return qFromLittleEndian<quint64>(bytes.constData() + at); };
    constexpr char statistics = 0x0B;
    qsizetype at = qsizetype(number(bytes.size() - 28)); // of the footer: where the summary begins
    while (bytes[at] != statistics)
        at += 9 + qsizetype(number(at + 1));
    return number(at + 9);
}

/// Debian's own: its modules belong to it.
QString python() {
    const QString own = QStandardPaths::findExecutable("python3", {"/usr/bin"});
    return own.isEmpty() ? QStringLiteral("python3") : own;
}

} // namespace

#if defined(__SANITIZE_ADDRESS__)
/// The HDF5 library never frees a file that it could not close, as on a full disk.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libhdf5";
}
#endif

class ExportFormatsTest : public QObject {
    Q_OBJECT
    drivers::sqlite::SqliteSessionStore store_;
    drivers::Exporter exporter_{store_};

    void record(const std::string& path, std::uint64_t cycles, std::uint64_t facts = facts_,
                Duration every = std::chrono::seconds{1}) {
        auto writer = store_.create(path, fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer));
        for (std::uint64_t i = 0; i < before_; ++i) // a register map, as every recording begins with
            QVERIFY((*writer)->append({Sequence{20 + i},
                                       Time{Duration{sessionStartNs} - std::chrono::minutes{5}},
                                       {},
                                       registers::RegisterRead{AxisId{1}, "gain_" + std::to_string(i), 7}}));
        QVERIFY(writeCycles(**writer, 0, cycles));
        for (std::uint64_t i = 0; i < facts; ++i) {
            const Time time = Time{Duration{sessionStartNs}} + every * static_cast<std::int64_t>(i);
            QVERIFY((*writer)->append({Sequence{100 + i}, time, CommandId{i},
                                       motion::MoveStarted{AxisId{1}, {90.5}, std::chrono::seconds{1}}}));
        }
        QVERIFY((*writer)->close());
    }
    static constexpr std::uint64_t facts_ = 3;
    static constexpr std::uint64_t before_ = 4; ///< the start of the recording

    /// Kinds of the facts that the recording holds, by its own reader; their values are told by other tests.
    QStringList kindsIn(const std::string& path) {
        QStringList kinds;
        auto reader = store_.open(path);
        const auto read = (*reader)->readFacts(Time::min(), Time::max(), [&](const api::Event& fact) {
            kinds << QString::fromStdString(std::string{api::kindOf(fact.body)});
            return true;
        });
        return read ? kinds : QStringList{};
    }

    Result<session::ExportReport> exported(const SessionFolder& folder, const std::string& format,
                                           session::Resampling method = session::Resampling::none,
                                           std::vector<std::string> channels = {}) {
        session::JobProgress progress;
        session::ExportRequest request{folder.path("a.servolane"), format, folder.path("a.out")};
        request.resampling = method;
        request.channels = std::move(channels);
        auto report = exporter_.run(request, progress);
        if (report && progress.done != 1.0) return failure(ErrorCode::invalid, "progress ended early");
        return report;
    }

    /// With what its exports must hold beside it.
    const SessionFolder& recorded() {
        if (recorded_) return *recorded_;
        recorded_ = std::make_unique<SessionFolder>();
        record(recorded_->path("a.servolane"), manyCycles);
        writeExpected(*recorded_);
        return *recorded_;
    }
    std::unique_ptr<SessionFolder> recorded_;

    static void change(const std::string& path, const char* sql) {
        sqlite3* database = nullptr;
        QCOMPARE(sqlite3_open(path.c_str(), &database), SQLITE_OK);
        QCOMPARE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }

    static bool near(std::uint64_t judged, std::uint64_t is) {
        return static_cast<double>(judged) > 0.85 * static_cast<double>(is) &&
               static_cast<double>(judged) < 1.15 * static_cast<double>(is);
    }

    void writeExpected(const SessionFolder& folder) {
        QJsonArray axes;
        for (const auto& bus : fixtureBuses())
            for (const auto axis : bus.axes)
                axes.append(expectedAxis(axis, bus.bus, manyCycles));
        writeExpected(folder, axes, "none");
    }
    void writeExpected(const SessionFolder& folder, const QJsonArray& axes, const QString& resampling) {
        const QStringList kinds = kindsIn(folder.path("a.servolane"));
        QFile json{QString::fromStdString(folder.path("expected.json"))};
        QVERIFY(json.open(QIODevice::WriteOnly));
        json.write(QJsonDocument{QJsonObject{{"axes", axes},
                                             {"facts", kinds.size()},
                                             {"kinds", QJsonArray::fromStringList(kinds)},
                                             {"before", int{before_}},
                                             {"resampling", resampling},
                                             {"grid", resampling + "@100"}}}
                       .toJson(QJsonDocument::Compact));
    }

    void check(const QString& program, const QStringList& arguments, std::uint64_t rows) {
        QProcess reader;
        reader.start(program, arguments);
        QVERIFY(reader.waitForFinished(100'000));
        const QByteArray said = reader.readAllStandardOutput();
        QVERIFY2(reader.exitCode() == 0, (said + reader.readAllStandardError()).constData());
        QCOMPARE(said.trimmed(), QByteArray::number(qulonglong{rows}));
    }

    /// False if the reader of the format is not installed.
    bool checkByOthers(const QString& format, const SessionFolder& folder, std::uint64_t rows) {
        const QStringList files{QString::fromStdString(folder.path("a.out")),
                                QString::fromStdString(folder.path("expected.json"))};
        if (format != "mcap") {
            const std::string script = sourcePath("tests/drivers/export/readers/columns_check.py");
            check(python(), QStringList{QString::fromStdString(script), format} + files, rows);
            return true;
        }
        const QString node = QStandardPaths::findExecutable("node");
        const QString packages = qEnvironmentVariable("SERVOLANE_READERS");
        if (node.isEmpty() || !QDir(packages + "/node_modules/@mcap/core").exists()) return false;
        const std::string script = sourcePath("tests/drivers/export/readers/mcap_check.mjs");
        check(node, QStringList{QString::fromStdString(script)} + files, rows);
        return true;
    }

private Q_SLOTS:
    void aGridIsReadBackByAnotherReader_data() {
        QTest::addColumn<QString>("format");
        for (const char* format : {"csv-long", "hdf5", "mat", "mcap"})
            QTest::newRow(format) << QString::fromLatin1(format);
    }
    void aGridIsReadBackByAnotherReader() {
        QFETCH(QString, format);
        constexpr std::uint64_t cycles = 1000; // without a gap
        const SessionFolder folder;
        record(folder.path("a.servolane"), cycles, 0);
        const auto reader = store_.open(folder.path("a.servolane"));
        QVERIFY(reader);
        const auto& summary = (*reader)->summary();
        QJsonArray axes;
        for (const auto& bus : fixtureBuses())
            for (const auto axis : bus.axes)
                axes.append(expectedOnGrid(axis, bus.bus, cycles, 100.0, summary.start, summary.end,
                                           format != "mcap"));
        writeExpected(folder, axes, "linear");
        session::ExportRequest request{
            folder.path("a.servolane"), format.toStdString(), folder.path("a.out"), {}, {}, {"*.position"}};
        request.resampling = session::Resampling::linear;
        request.rowsPerSecond = 100.0;
        session::JobProgress progress;
        const auto report = exporter_.run(request, progress);
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QVERIFY(report->rows > 480);
        if (!checkByOthers(format, folder, report->rows))
            QSKIP("the MCAP reader is not installed: packaging/dependencies.sh test");
    }

    void isReadBackByAnotherReader_data() {
        QTest::addColumn<QString>("format");
        for (const char* format : {"csv-long", "hdf5", "mat", "jsonl"})
            QTest::newRow(format) << QString::fromLatin1(format);
    }
    void isReadBackByAnotherReader() {
        QFETCH(QString, format);
        const SessionFolder& folder = recorded();
        const auto report = exported(folder, format.toStdString());
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QVERIFY(report->rows > 0);
        QCOMPARE(qint64(report->bytes), QFile(QString::fromStdString(folder.path("a.out"))).size());
        checkByOthers(format, folder, report->rows);
    }

    void mcapIsReadBackByItsAuthorsReader() {
        const SessionFolder& folder = recorded();
        const auto report = exported(folder, "mcap");
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        if (!checkByOthers("mcap", folder, report->rows))
            QSKIP("the MCAP reader is not installed: packaging/dependencies.sh test");
    }

    /// An MCAP began with the samples: the register map, which lies before them, was left out.
    void everyFormatHasTheFactsFromBeforeTheStart() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 100);
        session::JobProgress progress;
        session::ExportRequest request{folder.path("a.servolane"), "jsonl", folder.path("a.out"), {}, {}, {}};
        const auto lines = exporter_.run(request, progress);
        QVERIFY(lines);
        QCOMPARE(lines->rows, std::uint64_t(kindsIn(folder.path("a.servolane")).size()));
        request.format = "mcap";
        const auto mcap = exporter_.run(request, progress);
        QVERIFY(mcap);
        QCOMPARE(messagesIn(folder.path("a.out")) - mcap->rows, lines->rows);
    }

    /// It had stopped the whole export to MCAP.
    void oneDamagedFactIsLeftOutAndTold() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 100);
        sqlite3* database = nullptr;
        QCOMPARE(sqlite3_open(folder.path("a.servolane").c_str(), &database), SQLITE_OK);
        QCOMPARE(sqlite3_exec(database, "UPDATE facts SET json='{}' WHERE kind='RegisterRead' AND id%2=0",
                              nullptr, nullptr, nullptr),
                 SQLITE_OK);
        sqlite3_close(database);
        for (const auto& [format, title, ending, samples, facts] : exporter_.formats()) {
            if (!facts) continue;
            const auto report = exported(folder, format);
            QVERIFY2(report, report ? "" : (format + ": " + report.error().detail).c_str());
            QVERIFY2(report->damage.find("checksum differs and 1 more facts") != std::string::npos,
                     (format + ": " + report->damage).c_str());
            QCOMPARE(report->unreadableFacts, std::uint64_t{2});
        }
    }

    /// Bug: only samples were compared with what the recording counts.
    void factsThatAreGoneAreTold() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 100);
        change(folder.path("a.servolane"), "DELETE FROM facts WHERE kind='RegisterRead'");
        for (const auto& [format, title, ending, samples, facts] : exporter_.formats()) {
            const auto report = exported(folder, format);
            QVERIFY2(report, report ? "" : (format + ": " + report.error().detail).c_str());
            QCOMPARE(report->missingFacts, before_);
            QCOMPARE(report->missing, std::uint64_t{0});
        }
    }

    /// Bug: most of the recording was not there, and the export was called good.
    void aDamagedLogOfAKilledRecordingIsTold() {
        const SessionFolder folder;
        auto writer = store_.create(folder.path("live.servolane"), fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer) && writeCycles(**writer, 0, 1000));
        const auto path = [&](const char* name) { return QString::fromStdString(folder.path(name)); };
        QVERIFY(QFile::copy(path("live.servolane"), path("a.servolane")));
        QFile log{path("live.servolane-wal")};
        QFile damaged{path("a.servolane-wal")};
        QVERIFY(log.open(QIODevice::ReadOnly) && damaged.open(QIODevice::WriteOnly));
        QByteArray bytes = log.readAll();
        bytes[32 + 24 + 100] = static_cast<char>(bytes[32 + 24 + 100] ^ 4);
        QVERIFY(damaged.write(bytes) == bytes.size());
        damaged.close();
        const auto report = exported(folder, "csv");
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QVERIFY2(report->damage.find("a.servolane-wal: frame 1 of ") != std::string::npos,
                 report->damage.c_str());
    }

    /// Bug: the first row of a range had the gap marks of all rows before it, and the damage of other times
    /// was told as its own.
    void gapsAndDamageBeforeTheRangeAreNotInIt_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("method");
        QTest::newRow("csv") << "csv" << int(session::Resampling::none);
        QTest::newRow("csv-long") << "csv-long" << int(session::Resampling::none);
        QTest::newRow("csv on a grid") << "csv" << int(session::Resampling::linear);
        QTest::newRow("csv-long on a grid") << "csv-long" << int(session::Resampling::linear);
    }
    void gapsAndDamageBeforeTheRangeAreNotInIt() {
        QFETCH(QString, format);
        QFETCH(int, method);
        const SessionFolder folder;
        record(folder.path("a.servolane"),
               manyCycles); // gaps at 1.776, 3.001 and 3.553 s; a slice of 4.096 s
        session::JobProgress progress;
        session::ExportRequest request{folder.path("a.servolane"), format.toStdString(),
                                       folder.path("a.out")};
        request.resampling = static_cast<session::Resampling>(method);
        request.channels = {"*.position"};
        const auto hasGap = [&](double from, double to) {
            request.fromSeconds = from;
            request.toSeconds = to;
            const auto report = exporter_.run(request, progress);
            QFile file{QString::fromStdString(folder.path("a.out"))};
            if (!report || !file.open(QIODevice::ReadOnly)) return -1;
            const qsizetype column = file.readLine().trimmed().split(',').indexOf("gap");
            int gaps = 0;
            while (!file.atEnd())
                gaps += file.readLine().trimmed().split(',').at(column) == "1" ? 1 : 0;
            return gaps > 0 ? 1 : 0;
        };
        QCOMPARE(hasGap(1.9, 2.5), 0);
        QCOMPARE(hasGap(1.7, 1.8), 1);
        change(folder.path("a.servolane"), "UPDATE chunks SET crc=crc+1 WHERE first_cycle<4000");
        request.fromSeconds = 4.2;
        request.toSeconds = 4.6;
        auto report = exporter_.run(request, progress);
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QCOMPARE(report->unreadable, std::uint64_t{0});
        QVERIFY2(report->damage.empty(), report->damage.c_str());
        request.fromSeconds = 4.0;
        report = exporter_.run(request, progress);
        QVERIFY(report && report->unreadable > 0);
    }

    /// Bug: samples further than a second before the range were not read.
    void aMeanIsTheSameWhateverTheRange() {
        const SessionFolder& folder = recorded();
        const auto rowAt = [&](double from) {
            session::JobProgress progress;
            session::ExportRequest request{folder.path("a.servolane"), "csv", folder.path("mean.out")};
            request.resampling = session::Resampling::mean;
            request.rowsPerSecond = 0.4; // half a step is 1.25 s
            request.channels = {"*.position"};
            request.fromSeconds = from;
            const auto report = exporter_.run(request, progress);
            QFile file{QString::fromStdString(folder.path("mean.out"))};
            if (!report || !file.open(QIODevice::ReadOnly)) return QByteArray{};
            for (const QByteArray& line : file.readAll().split('\n'))
                if (line.startsWith("2.5"))
                    return line.split(',').mid(0, 7).join(','); // but for its gap mark
            return QByteArray{};
        };
        QVERIFY(!rowAt(0.0).isEmpty());
        QCOMPARE(rowAt(2.5), rowAt(0.0));
    }

    /// Bug: the facts had their name already when the table did not fit any more.
    void aFullDiskLeavesNoFactsWithoutTheirTable() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 1000);
        session::JobProgress progress;
        session::ExportRequest request{folder.path("a.servolane"), "jsonl", folder.path("a.csv")};
        const auto facts = exporter_.run(request, progress);
        request.format = "csv";
        const auto table = exporter_.run(request, progress);
        QVERIFY(facts && table && facts->bytes + 20'000 < table->bytes);
        QVERIFY(QFile::remove(QString::fromStdString(folder.path("a.csv"))));
        request.factsBeside = true;
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit low{facts->bytes + 10'000, before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &low);
        const auto report = exporter_.run(request, progress);
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        QVERIFY(!report && report.error().code == ErrorCode::diskFull);
        QCOMPARE(QDir{QString::fromStdString(folder.folder())}.entryList(QDir::Files),
                 QStringList{"a.servolane"});
    }

    /// Bug: rows were judged by the time that the recording lasts, as if none were missing.
    void theSizeIsJudgedByWhatIsThere() {
        const SessionFolder folder;
        auto writer = store_.create(folder.path("a.servolane"), fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer));
        QVERIFY(writeCycles(**writer, 0, 9'000) && writeCycles(**writer, 60'000, 63'000));
        QVERIFY((*writer)->close());
        for (const char* format : {"csv", "csv-long", "hdf5"}) {
            session::JobProgress progress;
            const session::ExportRequest request{folder.path("a.servolane"), format, folder.path("a.out")};
            const auto preview = exporter_.preview(request, 5, progress);
            const auto report = exporter_.run(request, progress);
            QVERIFY(preview && report);
            const std::string told = std::string{format} + ": judged " +
                                     std::to_string(preview->estimatedBytes) + " bytes, " +
                                     std::to_string(preview->estimatedRows) + " rows; is " +
                                     std::to_string(report->bytes) + ", " + std::to_string(report->rows);
            QVERIFY2(near(preview->estimatedBytes, report->bytes) &&
                         near(preview->estimatedRows, report->rows),
                     told.c_str());
        }
    }

    /// All axes on one grid, whatever format; the values are those of grid_rows_test.
    void resamplesEveryAxisOnOneGrid() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 1000);
        const auto wide = exported(folder, "csv", session::Resampling::linear, {"*.position"});
        QVERIFY(wide);
        for (const char* format : {"hdf5", "mat", "mcap", "csv-long"}) {
            const auto report = exported(folder, format, session::Resampling::linear, {"*.position"});
            QVERIFY2(report, report ? format : report.error().detail.c_str());
            QCOMPARE(report->rowsPerSecond, wide->rowsPerSecond);
            // Columns have a row for each time of the grid; the others none where no sample is near.
            const bool columns = report->rows == 5 * wide->rows;
            QVERIFY2(columns || (report->rows > 4900 && report->rows < 5010), format);
        }
        const auto facts = exported(folder, "jsonl", session::Resampling::mean);
        QVERIFY(!facts && facts.error().code == ErrorCode::invalid);
    }

    void aPreviewShowsTheFirstRowsAndTheSizeOfTheWhole() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 13000); // more than two pieces: judged, not measured
        for (const auto& [format, title, ending, samples, facts] : exporter_.formats()) {
            session::JobProgress progress;
            const session::ExportRequest request{
                folder.path("a.servolane"), format, folder.path("a.out"), {}, {}, {}};
            const auto preview = exporter_.preview(request, 5, progress);
            QVERIFY2(preview, preview ? "" : (format + ": " + preview.error().detail).c_str());
            QVERIFY2(!preview->columns.empty(), format.c_str());
            if (samples) QCOMPARE(preview->rows.size(), std::size_t{5});
            for (const auto& row : preview->rows)
                QCOMPARE(row.size(), preview->columns.size());
            const auto report = exporter_.run(request, progress);
            QVERIFY(report);
            const std::string told = format + ": judged " + std::to_string(preview->estimatedBytes) +
                                     " bytes, " + std::to_string(preview->estimatedRows) + " rows; is " +
                                     std::to_string(report->bytes) + ", " + std::to_string(report->rows);
            QVERIFY2(near(preview->estimatedBytes, report->bytes) &&
                         near(preview->estimatedRows, report->rows),
                     told.c_str());
            QFile::remove(QString::fromStdString(folder.path("a.out")));
            QCOMPARE(QDir{QString::fromStdString(folder.folder())}.entryList(QDir::Files),
                     QStringList{"a.servolane"});
        }
    }

    /// A piece of the recording is as long as its facts ask for, not its samples.
    void factsAreJudgedByThemselves() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 300, 13000, std::chrono::milliseconds{1});
        session::JobProgress progress;
        const session::ExportRequest request{
            folder.path("a.servolane"), "jsonl", folder.path("a.out"), {}, {}, {}};
        const auto preview = exporter_.preview(request, 5, progress);
        const auto report = exporter_.run(request, progress);
        QVERIFY(preview && report);
        QCOMPARE(preview->rows.size(), std::size_t{5});
        QVERIFY(report->rows > 13000);
        QVERIFY(near(preview->estimatedRows, report->rows));
        QVERIFY(near(preview->estimatedBytes, report->bytes));
    }

    void thePreviewsRowsAreThoseOfTheFile() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 300);
        session::JobProgress progress;
        session::ExportRequest request{folder.path("a.servolane"), "csv", folder.path("a.csv"), {}, {}, {}};
        request.fromSeconds = 0.1;
        request.channels = {"axis2.*"};
        const auto preview = exporter_.preview(request, 4, progress);
        QVERIFY(preview && exporter_.run(request, progress));
        QFile file{QString::fromStdString(folder.path("a.csv"))};
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto joined = [](const std::vector<std::string>& cells) {
            QStringList list;
            for (const auto& cell : cells)
                list << QString::fromStdString(cell);
            return list.join(',');
        };
        QCOMPARE(QString::fromUtf8(file.readLine()).trimmed(), joined(preview->columns));
        for (const auto& row : preview->rows)
            QCOMPARE(QString::fromUtf8(file.readLine()).trimmed(), joined(row));
        request.channels = {"nobody.*"};
        const auto none = exporter_.preview(request, 4, progress);
        QVERIFY(!none && none.error().code == ErrorCode::invalid);
    }

    void factsGoBesideWhereAFormatHoldsNone() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 100);
        session::JobProgress progress;
        session::ExportRequest request{folder.path("a.servolane"), "csv", folder.path("a.csv"), {}, {}, {}};
        request.factsBeside = true;
        request.resampling = session::Resampling::linear;
        const auto report = exporter_.run(request, progress);
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QCOMPARE(report->factsPath, folder.path("a.csv.facts.jsonl"));
        request.format = "jsonl";
        request.outPath = folder.path("facts.jsonl");
        request.factsBeside = false;
        request.resampling = session::Resampling::none;
        QVERIFY(exporter_.run(request, progress));
        QFile beside{QString::fromStdString(report->factsPath)};
        QFile alone{QString::fromStdString(folder.path("facts.jsonl"))};
        QVERIFY(beside.open(QIODevice::ReadOnly) && alone.open(QIODevice::ReadOnly));
        const QByteArray facts = beside.readAll();
        QVERIFY(facts.contains("AxisConfigured"));
        QCOMPARE(facts, alone.readAll());
    }

    void leavesNoHalfFileWhenCancelled() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 100);
        for (const auto& [format, title, ending, samples, facts] : exporter_.formats()) {
            session::JobProgress progress;
            progress.cancel = true;
            const auto report = exporter_.run(
                {folder.path("a.servolane"), format, folder.path("a.out"), {}, {}, {}}, progress);
            QVERIFY2(!report && report.error().code == ErrorCode::interrupted, format.c_str());
            QCOMPARE(QDir{QString::fromStdString(folder.folder())}.entryList(QDir::Files),
                     QStringList{"a.servolane"});
        }
    }

    /// Bug: "a" has the column position, and that was where the axis "a/position" had to go; the axis "facts"
    /// shared the topic of the events.
    void namesOfAxesThatHoldOneAnotherAreKeptApart() {
        const SessionFolder folder;
        auto writer = store_.create(folder.path("a.servolane"), fixtureStart());
        QVERIFY(writer);
        std::uint16_t id = 0;
        for (const char* name : {"a", "a/position", "facts"}) {
            ++id;
            QVERIFY((*writer)->append({Sequence{id},
                                       Time{Duration{sessionStartNs}},
                                       {},
                                       motion::AxisConfigured{fixtureAxis(id, 1, name)}}));
        }
        QVERIFY(writeCycles(**writer, 0, 300) && (*writer)->close());
        for (const char* format : {"hdf5", "mcap"}) {
            const auto report = exported(folder, format);
            QVERIFY2(report, report ? "" : report.error().detail.c_str());
        }
        QFile file{QString::fromStdString(folder.path("a.out"))};
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("/facts#3"));
    }

    /// HDF5 had called it an input-output error of the recording.
    void aFullDiskIsCalledSoAndNamesTheTarget() {
        const SessionFolder& folder = recorded();
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        for (const auto& [format, title, ending, samples, facts] : exporter_.formats())
            for (const rlim_t room : {1'000, 30'000, 100'000}) {
                if (!samples && room > 1'000) continue; // three facts need no more
                const rlimit low{room, before.rlim_max};
                ::setrlimit(RLIMIT_FSIZE, &low);
                const auto report = exported(folder, format);
                ::setrlimit(RLIMIT_FSIZE, &before);
                const std::string told = format + ": " + (report ? "no error" : report.error().detail);
                QVERIFY2(!report && report.error().code == ErrorCode::diskFull, told.c_str());
                QVERIFY2(report.error().detail.starts_with(folder.path("a.out")), told.c_str());
                QVERIFY(!QFile::exists(QString::fromStdString(folder.path("a.out.servolane-part"))));
            }
        std::signal(SIGXFSZ, handler);
    }

    void aRecordingWithoutSamplesGivesAFileWithoutRows() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 0);
        for (const auto& [format, title, ending, samples, facts] : exporter_.formats()) {
            const auto report = exported(folder, format);
            QVERIFY2(report, report ? "" : (format + ": " + report.error().detail).c_str());
            if (samples) QCOMPARE(report->rows, std::uint64_t{0});
        }
    }

    void namesBecomeThoseOfMatlab() {
        std::set<std::string> taken{"session"};
        QCOMPARE(drivers::matName("Pan", taken), std::string{"Pan"});
        QCOMPARE(drivers::matName("left/Pan", taken), std::string{"left_Pan"});
        QCOMPARE(drivers::matName("left.Pan", taken), std::string{"left_Pan_2"});
        QCOMPARE(drivers::matName("2nd", taken), std::string{"x2nd"});
        QCOMPARE(drivers::matName("session", taken), std::string{"session_2"});
        QCOMPARE(drivers::matName("", taken), std::string{"x"});
        QCOMPARE(drivers::matName("Achse \xC3\xA4", taken), std::string{"Achse___"});
        QVERIFY(drivers::matName(std::string(200, 'a'), taken).size() <= 63);
        QVERIFY(drivers::matName(std::string(200, 'a'), taken).size() <= 63);
    }
};

SERVOLANE_TEST(ExportFormatsTest)
#include "export_formats_test.moc"
