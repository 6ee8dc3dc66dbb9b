// SPDX-License-Identifier: GPL-3.0-or-later
// Samples as rows in plain SQL: the sqlite3 program against what was written, value by value.
#include "drivers/sqlite/session_store.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/test_registry.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;

namespace {

struct Answer {
    QStringList rows;
    QString error;
};

/// Of the sqlite3 program with the module loaded; reals with all of their digits.
Answer ask(const std::string& path, const QString& sql) {
    QProcess shell;
    const QString module = qEnvironmentVariable("SERVOLANE_BINARY_DIR") + "/drivers/sqlite/servolane_samples";
    shell.start("sqlite3", {QString::fromStdString(path), ".load " + module, sql});
    Answer answer;
    if (!shell.waitForFinished(60'000)) return {{}, "sqlite3 did not end: " + shell.errorString()};
    answer.rows = QString::fromUtf8(shell.readAllStandardOutput()).split('\n', Qt::SkipEmptyParts);
    answer.error = QString::fromUtf8(shell.readAllStandardError());
    return answer;
}

constexpr std::uint64_t cycles = 4300; // more than a slice, and a tail

std::string record(const SessionFolder& folder, bool close) {
    const std::string path = folder.path("a.servolane");
    drivers::sqlite::SqliteSessionStore store;
    auto writer = store.create(path, fixtureStart());
    const bool done = writer && tellConfiguration(**writer) && writeCycles(**writer, 0, cycles) &&
                      (close ? (*writer)->close() : (*writer)->commit());
    return done ? path : std::string{};
}

/// The same from the fixture: time, cycle, gap, raw position, position × 2^10 (exact in binary), current.
QStringList expectedRows(std::uint16_t id, std::uint16_t bus, const std::vector<std::uint16_t>& axes) {
    QStringList rows;
    const auto axis = fixtureAxis(id, bus, "axis" + std::to_string(id));
    bool gap = false;
    for (std::uint64_t n = 0; n < cycles; ++n) {
        const auto cycle = fixtureCycle(bus, n, axes);
        gap = gap || cycle.gapBefore;
        for (const auto& sample : cycle.samples) {
            if (sample.axis.value != id) continue;
            const auto raw = sample.raw[indexOf(telemetry::Channel::position)];
            const double position = axis->channels[indexOf(telemetry::Channel::position)].valueOf(raw);
            const bool warm = sample.has(telemetry::Channel::temperature);
            rows << QString("%1|%2|%3|%4|%5|%6")
                        .arg(nanosecondsSinceEpoch(cycle.time))
                        .arg(cycle.cycle)
                        .arg(gap ? 1 : 0)
                        .arg(raw)
                        .arg(static_cast<qint64>(position * 1024.0))
                        .arg(warm ? QString::number(sample.raw[indexOf(telemetry::Channel::temperature)])
                                  : "");
            gap = false;
        }
    }
    return rows;
}

} // namespace

class SamplesModuleTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Bug: values in two units stood in one column, and nothing told them apart.
    void theUnitIsThatOfItsTime() {
        const SessionFolder folder;
        const std::string path = folder.path("units.servolane");
        drivers::sqlite::SqliteSessionStore store;
        auto writer = store.create(path, fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer) && writeCycles(**writer, 0, 100));
        auto axis = *fixtureAxis(1, 1, "axis1");
        axis.scale.unit = "mm";
        const Time time = fixtureCycle(1, 100, {}).time;
        QVERIFY((*writer)->append(
            {Sequence{50}, time, {}, motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)}}));
        QVERIFY(writeCycles(**writer, 100, 300) && (*writer)->close());
        const Answer told = ask(path, "SELECT unit, axis, count(*) > 90, max(time_s) < 0.1005 "
                                      "FROM servolane_samples WHERE axis < 3 GROUP BY axis, unit");
        QVERIFY2(told.error.isEmpty(), qPrintable(told.error));
        QCOMPARE(told.rows, (QStringList{"deg|1|1|1", "mm|1|1|0", "deg|2|1|0"}));
    }

    void everySampleIsARow() {
        const SessionFolder folder;
        const auto path = record(folder, true);
        for (const auto& bus : fixtureBuses())
            for (const auto id : bus.axes) {
                const auto answer = ask(
                    path, QString("SELECT time, cycle, gap, raw_position, CAST(position * 1024 AS INTEGER), "
                                  "raw_temperature FROM servolane_samples WHERE axis = %1")
                              .arg(id));
                QCOMPARE(answer.error, QString());
                QCOMPARE(answer.rows, expectedRows(id, bus.bus, bus.axes));
            }
    }

    void rangesAndNamesChooseAsTheyWouldInATable() {
        const SessionFolder folder;
        const auto path = record(folder, true);
        const QString all =
            "SELECT count(*), min(time), max(time), sum(raw_position) FROM servolane_samples ";
        const std::pair<QString, QString> same[] = {
            {"WHERE time_s BETWEEN 1.2 AND 3.4", "WHERE +time_s BETWEEN 1.2 AND 3.4"},
            {"WHERE time_s > 4.25 AND name = 'axis3'", "WHERE +time_s > 4.25 AND +name = 'axis3'"},
            {"WHERE time >= 5000100000000 AND time < 5000200000000 AND axis = 4",
             "WHERE +time >= 5000100000000 AND +time < 5000200000000 AND +axis = 4"},
            {"WHERE name = 'nobody'", "WHERE +name = 'nobody'"},
            {"WHERE time_s > 'x'", "WHERE +time_s > 'x'"}};
        for (const auto& [quick, slow] : same) {
            const auto answer = ask(path, all + quick);
            QCOMPARE(answer.error, QString());
            QCOMPARE(answer.rows, ask(path, all + slow).rows);
        }
    }

    void aChannelThatTheAxisLacksIsNullAndUnitsStandBesideIt() {
        const SessionFolder folder;
        const auto path = record(folder, true);
        const auto answer =
            ask(path, "SELECT count(*), count(load), count(velocity) FROM servolane_samples WHERE "
                      "axis = 1; SELECT unit FROM channels WHERE axis = 1 AND name = 'position'");
        QCOMPARE(answer.error, QString());
        const QString count = QString::number(expectedRows(1, 1, fixtureBuses()[0].axes).size());
        QCOMPARE(answer.rows, (QStringList{count + "|0|" + count, "deg"}));
    }

    void joinsWithTheOtherTablesAndReadsOtherFiles() {
        const SessionFolder folder;
        const auto path = record(folder, true);
        const auto joined =
            ask(path, "SELECT a.model, count(*) FROM axes a JOIN servolane_samples s USING (axis) "
                      "WHERE a.name = 'axis5' AND s.time_s < 1");
        QCOMPARE(joined.error, QString());
        QVERIFY2(joined.rows.value(0).startsWith("XM430-W350|9"), qPrintable(joined.rows.join('\n')));
        const auto other =
            ask(":memory:", QString("SELECT count(*) FROM servolane_samples('%1') WHERE axis = 2")
                                .arg(QString::fromStdString(path)));
        QCOMPARE(other.rows, QStringList{QString::number(expectedRows(2, 1, fixtureBuses()[0].axes).size())});
        QVERIFY(ask(":memory:", "SELECT * FROM servolane_samples")
                    .error.contains("servolane_samples('FILE.servolane')"));
        QVERIFY(ask(":memory:", "SELECT * FROM servolane_samples('/nowhere')").error.contains("/nowhere"));
    }

    void followsAFileThatIsStillBeingWritten() {
        const SessionFolder folder;
        drivers::sqlite::SqliteSessionStore store;
        const std::string path = folder.path("a.servolane");
        auto writer = store.create(path, fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer) && writeCycles(**writer, 0, cycles) &&
                (*writer)->commit());
        const auto answer = ask(path, "SELECT count(*) FROM servolane_samples WHERE axis = 4");
        QCOMPARE(answer.error, QString());
        QCOMPARE(answer.rows,
                 QStringList{QString::number(expectedRows(4, 2, fixtureBuses()[1].axes).size())});
    }

    void aDamagedPartIsAnErrorThatNamesIt() {
        const SessionFolder folder;
        const auto path = record(folder, true);
        QVERIFY(ask(path, "UPDATE chunks SET crc = crc + 1 WHERE axis = 2").error.isEmpty());
        const auto answer = ask(path, "SELECT count(*) FROM servolane_samples WHERE axis = 2");
        QVERIFY2(answer.error.contains("checksum differs"), qPrintable(answer.error));
        QVERIFY2(answer.error.contains("servolane-cli repair"), qPrintable(answer.error));
        QVERIFY(ask(path, "SELECT count(*) FROM servolane_samples WHERE axis = 1").error.isEmpty());
    }
};

SERVOLANE_TEST(SamplesModuleTest)
#include "samples_module_test.moc"
