// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/cell_text.h"
#include "drivers/export/csv_writer.h"
#include "drivers/export/exporter.h"
#include "drivers/sqlite/session_store.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/test_registry.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtTest/QTest>
#include <clocale>
#include <cmath>
#include <csignal>
#include <locale>
#include <span>
#include <sqlite3.h>
#include <sys/resource.h>

using namespace servolane;
using namespace servolane::tests;

namespace {

constexpr std::uint64_t splitCycles = 4700;

QString pathOf(const SessionFolder& folder, const char* name) {
    return QString::fromStdString(folder.path(name));
}

QByteArray contentOf(const QString& path) {
    QFile file{path};
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray{};
}

/// What the file must hold, made from the fixture and not from the exporter.
struct Expected {
    QJsonArray header{"time_s", "utc"};
    QJsonArray rows;

    explicit Expected(std::uint64_t cycles) {
        for (const auto& bus : fixtureBuses())
            for (const auto axis : bus.axes)
                addColumns(*fixtureAxis(axis, bus.bus, "axis" + std::to_string(axis)));
        header.append("gap");
        header.append("simulated");
        for (std::uint64_t n = 0; n < cycles; ++n)
            for (const auto& bus : fixtureBuses()) // bus 2 answers 0.1 ms later, and jitter is less than that
                addRow(fixtureCycle(bus.bus, n, bus.axes));
    }

private:
    void addColumns(const motion::Axis& axis) {
        for (const auto channel : std::span(telemetry::allChannels).first(telemetry::usualChannelCount)) {
            if (channel == telemetry::Channel::load) continue;
            const auto unit = motion::unitOf(channel, axis.scale);
            const auto name = axis.name + "." + std::string{toString(channel)};
            header.append(QString::fromStdString(unit.empty() ? name : name + "[" + unit + "]"));
        }
    }

    void addRow(const telemetry::FeedbackCycle& cycle) {
        QJsonArray values;
        for (const auto& bus : fixtureBuses())
            for (const auto axis : bus.axes)
                for (const auto channel :
                     std::span(telemetry::allChannels).first(telemetry::usualChannelCount))
                    if (channel != telemetry::Channel::load) values.append(cell(cycle, axis, channel));
        const std::int64_t sinceStart = nanosecondsSinceEpoch(cycle.time) - sessionStartNs;
        rows.append(QJsonObject{{"time_ns", qint64{sinceStart}},
                                {"utc_us", qint64{(sessionUtcNs + sinceStart) / 1000}},
                                {"values", values},
                                {"gap", cycle.gapBefore ? "1" : "0"}});
    }

    static QJsonValue cell(const telemetry::FeedbackCycle& cycle, std::uint16_t axis,
                           telemetry::Channel channel) {
        for (const auto& sample : cycle.samples) {
            if (sample.axis.value != axis || !sample.has(channel)) continue;
            const double value = fixtureAxis(axis, cycle.bus.value, "")
                                     ->channels[indexOf(channel)]
                                     .valueOf(sample.raw[indexOf(channel)]);
            char text[40];
            std::snprintf(text, sizeof text, "%a", value);
            return QString::fromLatin1(text).replace(',', '.');
        }
        return QJsonValue{};
    }
};

/// Decimal comma and grouping, whatever locales are installed.
struct GermanNumbers : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

class GermanLocale {
public:
    GermanLocale()
        : before_(std::locale::global(std::locale{std::locale::classic(), new GermanNumbers})) {
        std::setlocale(LC_ALL, "de_DE.UTF-8");
    }
    ~GermanLocale() {
        std::locale::global(before_);
        std::setlocale(LC_ALL, "C");
    }

private:
    std::locale before_;
};

} // namespace

class CsvExportTest : public QObject {
    Q_OBJECT
    drivers::sqlite::SqliteSessionStore store_;
    drivers::Exporter exporter_{store_};

    void record(const std::string& path, std::uint64_t cycles) {
        auto writer = store_.create(path, fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer) && writeCycles(**writer, 0, cycles) &&
                (*writer)->close());
    }

    Result<session::ExportReport> exported(const SessionFolder& folder,
                                           std::vector<std::string> channels = {},
                                           std::optional<double> from = {}, std::optional<double> to = {}) {
        session::JobProgress progress;
        return exporter_.run(
            {folder.path("a.servolane"), "csv", folder.path("a.csv"), from, to, std::move(channels)},
            progress);
    }

private Q_SLOTS:
    void isReadBackByPythonValueByValue() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), splitCycles);
        Result<session::ExportReport> report;
        {
            const GermanLocale german;
            report = exported(folder);
        }
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QCOMPARE(report->rows, 2 * splitCycles);
        QCOMPARE(qint64(report->bytes), QFile(pathOf(folder, "a.csv")).size());

        const Expected expected{splitCycles};
        QFile json{pathOf(folder, "expected.json")};
        QVERIFY(json.open(QIODevice::WriteOnly));
        json.write(QJsonDocument{QJsonObject{{"header", expected.header}, {"rows", expected.rows}}}.toJson());
        json.close();
        QProcess python;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("LC_ALL", "de_DE.UTF-8");
        python.setProcessEnvironment(environment);
        const QString script = qEnvironmentVariable("SERVOLANE_SOURCE_DIR", QFINDTESTDATA("../../..")) +
                               "/tests/drivers/export/csv_check.py";
        python.start("python3", {script, pathOf(folder, "a.csv"), json.fileName()});
        QVERIFY(python.waitForFinished(100'000));
        const QByteArray said = python.readAllStandardOutput();
        QVERIFY2(python.exitCode() == 0, (said + python.readAllStandardError()).constData());
        QCOMPARE(said.trimmed(), QByteArray::number(qulonglong{2 * splitCycles}));
    }

    void endsLinesWithCarriageReturnAndLineFeed() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 3);
        QVERIFY(exported(folder, {"axis1.position"}));
        const auto lines = contentOf(pathOf(folder, "a.csv")).split('\n');
        QCOMPARE(lines.size(), qsizetype{5});
        QCOMPARE(lines[0], QByteArray{"time_s,utc,axis1.position[deg],gap,simulated\r"});
        QVERIFY(lines[1].startsWith("0.0001") && lines[1].endsWith(",0,1\r"));
        QCOMPARE(lines[4], QByteArray{});
    }

    void takesARangeAndPatterns() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), splitCycles);
        const auto report = exported(folder, {"axis2.*", "*.velocity", "axis?.temperature"}, 1.0, 1.5);
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        const auto lines = contentOf(pathOf(folder, "a.csv")).split('\n');
        QCOMPARE(lines[0].count("axis2."), qsizetype{9});
        QCOMPARE(lines[0].count(".velocity["), qsizetype{5});
        QCOMPARE(lines[0].count(".temperature["), qsizetype{5});
        QVERIFY(lines[1].startsWith("1.000"));
        QVERIFY(report->rows >= 998 && report->rows <= 1002);
    }

    void namesWhatThereIsWhenNothingFits() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 3);
        const auto wrong = exported(folder, {"axis1.positon"});
        QVERIFY(!wrong && wrong.error().code == ErrorCode::invalid);
        QVERIFY(wrong.error().detail.find("axis1.position") != std::string::npos);
        session::JobProgress progress;
        const auto format =
            exporter_.run({folder.path("a.servolane"), "xls", folder.path("a.xls"), {}, {}, {}}, progress);
        QVERIFY(!format && format.error().code == ErrorCode::invalid);
        QVERIFY(format.error().detail.find("csv") != std::string::npos);
        QVERIFY(exported(folder, {}, 2.0, 1.0).error().code == ErrorCode::invalid);
        QVERIFY(exported(folder, {}, std::nan(""), 1.0).error().code == ErrorCode::invalid);
        QCOMPARE(QDir{QString::fromStdString(folder.folder())}.entryList(QDir::Files),
                 QStringList{"a.servolane"});
    }

    /// `export a.servolane --out a.servolane` ended with success, and the recording was gone.
    void neverOverwritesARecording() {
        const SessionFolder folder;
        const auto source = folder.path("a.servolane");
        const auto other = folder.path("b.servolane");
        record(source, 3);
        record(other, 3);
        auto live = store_.create(folder.path("live.servolane"), fixtureStart());
        QVERIFY(live && tellConfiguration(**live) && (*live)->commit());
        QVERIFY(QFile::link(pathOf(folder, "a.servolane"), pathOf(folder, "link")));
        QVERIFY(QFile::copy(pathOf(folder, "b.servolane"), pathOf(folder, "c.csv.servolane-part")));
        const auto before = contentOf(pathOf(folder, "a.servolane"));
        for (const char* out : {"a.servolane", "b.servolane", "link", "live.servolane", "live.servolane-wal",
                                "live.servolane-shm", "a.servolane-wal", "../a.servolane", "c.csv"}) {
            const auto path = std::string_view{out}.starts_with("../") ? folder.folder() + "/./a.servolane"
                                                                       : folder.path(out);
            session::JobProgress progress;
            const auto report = exporter_.run({source, "csv", path, {}, {}, {}}, progress);
            QVERIFY2(!report && report.error().code == ErrorCode::invalid, out);
            QVERIFY2(report.error().detail.find(path) != std::string::npos, report.error().detail.c_str());
        }
        QCOMPARE(contentOf(pathOf(folder, "a.servolane")), before);
        QVERIFY(store_.open(other) && (*live)->close());
    }

    /// Bug: repair and verify told of it, an export did not.
    void tellsOfAChunkThatIsGone() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), splitCycles);
        sqlite3* database = nullptr;
        QCOMPARE(sqlite3_open(folder.path("a.servolane").c_str(), &database), SQLITE_OK);
        QCOMPARE(sqlite3_exec(database, "DELETE FROM chunks WHERE axis=2 AND first_cycle<100", nullptr,
                              nullptr, nullptr),
                 SQLITE_OK);
        sqlite3_close(database);
        const auto report = exported(folder, {"axis?.position"});
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QVERIFY(report->missing > 4000 && report->missing <= 4096);
    }

    /// Bug: 0 rows, and all was said to be well.
    void refusesARangeThatHoldsNothing() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 200);
        for (const auto& [from, to] : {std::pair{100.0, 200.0}, std::pair{-2.0, -1.0}}) {
            session::JobProgress progress;
            const auto report = exporter_.run(
                {folder.path("a.servolane"), "csv", folder.path("a.csv"), from, to, {}}, progress);
            QVERIFY(!report && report.error().code == ErrorCode::invalid);
            QVERIFY2(report.error().detail.starts_with("the range holds nothing"),
                     report.error().detail.c_str());
        }
    }

    /// One bad chunk had stopped the whole export.
    void leavesDamagedSamplesOutAndSaysSo() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), splitCycles);
        sqlite3* database = nullptr;
        QCOMPARE(sqlite3_open(folder.path("a.servolane").c_str(), &database), SQLITE_OK);
        QCOMPARE(sqlite3_exec(database,
                              "UPDATE chunks SET payload=x'00' WHERE axis=2 AND first_cycle<100;"
                              "UPDATE slices SET payload=x'00' WHERE bus=2 AND first_tick=0",
                              nullptr, nullptr, nullptr),
                 SQLITE_OK);
        sqlite3_close(database);
        const auto report = exported(folder, {"axis?.position"});
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QCOMPARE(report->rows, 2 * splitCycles - 4096);
        QVERIFY(report->unreadable > 3 * 4000 && report->unreadable <= 3 * 4096);
        QVERIFY(report->damage.find("checksum differs") != std::string::npos);
        const auto lines = contentOf(pathOf(folder, "a.csv")).split('\n');
        const auto cellsOf = [&](qsizetype line) { return lines[line].trimmed().split(','); };
        QVERIFY(!cellsOf(2)[2].isEmpty() && cellsOf(2)[3].isEmpty()); // axis 1 has values, axis 2 has none
        // The first row behind the damage, of both buses.
        QCOMPARE(cellsOf(4097)[7], QByteArray{"1"});
        QCOMPARE(cellsOf(4098)[7], QByteArray{"1"});
        QCOMPARE(cellsOf(4099)[7], QByteArray{"0"});
        QVERIFY(!cellsOf(4097)[3].isEmpty() || !cellsOf(4099)[3].isEmpty());
    }

    /// A gear that was set while it was recorded had changed the values before, too.
    void convertsByTheScaleInForce() {
        const SessionFolder folder;
        auto writer = store_.create(folder.path("a.servolane"), fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer) && writeCycles(**writer, 0, 10));
        auto axis = *fixtureAxis(1, 1, "axis1");
        axis.channels[indexOf(telemetry::Channel::position)] = {0.5, 7.0};
        const auto tell = [&](std::uint64_t cycle) {
            const Time time = fixtureCycle(1, cycle, {}).time;
            return (*writer)
                ->append({Sequence{50 + cycle},
                          time,
                          {},
                          motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)}})
                .has_value();
        };
        QVERIFY(tell(10) && writeCycles(**writer, 10, 20));
        axis.scale.unit = "mm";
        axis.channels[indexOf(telemetry::Channel::position)] = {0.125, 0.0};
        QVERIFY(tell(20) && writeCycles(**writer, 20, 30) && (*writer)->close());
        QVERIFY(exported(folder, {"axis1.position"}));
        const auto lines = contentOf(pathOf(folder, "a.csv")).split('\n');
        QCOMPARE(lines[0], QByteArray{"time_s,utc,axis1.position[deg],axis1.position[mm],gap,simulated\r"});
        for (std::uint64_t n = 0; n < 30; ++n) {
            const auto cells = lines[static_cast<qsizetype>(n) + 1].split(',');
            const auto cycle = fixtureCycle(1, n, {1});
            if (cycle.samples.empty()) continue;
            const auto raw = cycle.samples[0].raw[indexOf(telemetry::Channel::position)];
            const double degrees = n < 10 ? raw * (360.0 / 4096.0) - 180.0 : raw * 0.5 + 7.0;
            if (n < 20) QCOMPARE(cells[2].toDouble(), degrees);
            QCOMPARE(cells[2].isEmpty(), n >= 20);
            QCOMPARE(cells[3].isEmpty(), n < 20);
            if (n >= 20) QCOMPARE(cells[3].toDouble(), raw * 0.125);
        }
    }

    void leavesNoHalfFileWhenCancelled() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), 100);
        session::JobProgress progress;
        progress.cancel = true;
        const auto report =
            exporter_.run({folder.path("a.servolane"), "csv", folder.path("a.csv"), {}, {}, {}}, progress);
        QVERIFY(!report && report.error().code == ErrorCode::interrupted);
        QCOMPARE(QDir{QString::fromStdString(folder.folder())}.entryList(QDir::Files),
                 QStringList{"a.servolane"});
    }

    void leavesTheOldFileWhenTheDiskIsFull() {
        const SessionFolder folder;
        record(folder.path("a.servolane"), splitCycles);
        QFile old{pathOf(folder, "a.csv")};
        QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
        old.close();
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit low{100'000, before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &low);
        const auto report = exported(folder);
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        QVERIFY(!report && report.error().code == ErrorCode::diskFull);
        QCOMPARE(contentOf(pathOf(folder, "a.csv")), QByteArray{"old"});
        QVERIFY(!QFile::exists(pathOf(folder, "a.csv.servolane-part")));
    }

    void makesNoFormulaOfANameAndQuotesWhatNeedsIt_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("cell");
        QTest::newRow("plain") << QByteArray{"Pan.position[deg]"} << QByteArray{"Pan.position[deg]"};
        QTest::newRow("formula") << QByteArray{"=1+1"} << QByteArray{"'=1+1"};
        QTest::newRow("plus") << QByteArray{"+A1"} << QByteArray{"'+A1"};
        QTest::newRow("minus") << QByteArray{"-A1"} << QByteArray{"'-A1"};
        QTest::newRow("at") << QByteArray{"@SUM(A1)"} << QByteArray{"'@SUM(A1)"};
        QTest::newRow("tab") << QByteArray{"\t=1"} << QByteArray{"'\t=1"};
        QTest::newRow("line end before a formula") << QByteArray{"\n=1"} << QByteArray{"\"'\n=1\""};
        QTest::newRow("other separators") << QByteArray{"a;=1+1|@b;c"} << QByteArray{"a;'=1+1|'@b;c"};
        QTest::newRow("comma") << QByteArray{"a,b"} << QByteArray{"\"a,b\""};
        QTest::newRow("quote") << QByteArray{"a\"b"} << QByteArray{"\"a\"\"b\""};
        QTest::newRow("line") << QByteArray{"a\nb"} << QByteArray{"\"a\nb\""};
        QTest::newRow("both") << QByteArray{"=\",\""} << QByteArray{"\"'=\"\",\"\"\""};
    }
    void makesNoFormulaOfANameAndQuotesWhatNeedsIt() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, cell);
        QCOMPARE(QByteArray::fromStdString(csvCell(text.toStdString())), cell);
    }

    void tellsAxesOfTheSameNameApart() {
        session::SessionSummary summary;
        const auto add = [&](std::uint16_t id, const char* name, const char* bus) {
            session::SessionAxis axis;
            axis.id = AxisId{id};
            axis.name = name;
            axis.busName = bus;
            axis.channels[1] = {1.0, 0.0};
            summary.axes.push_back(axis);
        };
        add(1, "Pan", "left");
        add(2, "Pan", "right");
        add(3, "Tilt", "left");
        add(4, "Tilt", "left");
        add(5, "Roll", "left");
        std::vector<std::string> names;
        for (const auto& column : drivers::columnsOf(summary))
            names.push_back(column.name);
        QCOMPARE(names, (std::vector<std::string>{"left/Pan.position", "right/Pan.position",
                                                  "Tilt#3.position", "Tilt#4.position", "Roll.position"}));
    }

    void writesTimesExactly() {
        char text[64];
        const auto seconds = [&](std::int64_t ns) {
            return std::string(text, servolane::writeSeconds(text, Duration{ns}));
        };
        QCOMPARE(seconds(0), std::string{"0.000000000"});
        QCOMPARE(seconds(12'345'678'901), std::string{"12.345678901"});
        QCOMPARE(seconds(-1), std::string{"-0.000000001"});
        QCOMPARE(seconds(INT64_MIN), std::string{"-9223372036.854775808"});
        servolane::UtcText utc;
        const auto moment = [&](std::int64_t ns) {
            return std::string(text, utc.write(text, UtcTime{Duration{ns}}));
        };
        QCOMPARE(moment(1'795'000'000'123'456'789), std::string{"2026-11-18T11:06:40.123456Z"});
        QCOMPARE(moment(1'795'000'000'999'999'999), std::string{"2026-11-18T11:06:40.999999Z"});
        QCOMPARE(moment(-1), std::string{"1969-12-31T23:59:59.999999Z"});
    }

    void keepsTextsOfValuesThatShareAPlace() {
        drivers::ValueText values{{0.1, 0.0}};
        char text[64];
        const auto cell = [&](std::int32_t raw) { return std::string(text, values.write(text, raw)); };
        for (int round = 0; round < 2; ++round) {
            QCOMPARE(cell(3), std::string{"0.30000000000000004"});
            QCOMPARE(cell(3 + 1024), std::string{"102.7"});
            QCOMPARE(cell(0), std::string{"0"});
            QCOMPARE(cell(-1), std::string{"-0.1"});
        }
    }
};

SERVOLANE_TEST(CsvExportTest)
#include "csv_export_test.moc"
