// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/command_archive.h"
#include "drivers/sqlite/journal_writer.h"
#include "drivers/sqlite/settings_past.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <sqlite3.h>

using namespace servolane;
using namespace servolane::tests;
using namespace servolane::drivers::sqlite;

namespace {

std::shared_ptr<const registers::ModelCatalog> noModels() {
    return std::make_shared<const registers::ModelCatalog>();
}

/// One start of the program with one servo; gains are written as commands.
class Run {
public:
    explicit Run(const std::string& path) {
        auto opened = SqliteJournalWriter::open(
            path, {"test", UtcTime{Duration{sessionUtcNs}}, Time{Duration{sessionStartNs}}});
        if (!opened) qFatal("%s", opened.error().detail.c_str());
        writer_ = std::move(*opened);
        bus::BusConnected connected;
        connected.bus = BusId{1};
        connected.link.line.path = "/dev/ttyUSB0";
        tell(connected);
        tell(motion::AxisConfigured{sampleAxis(1)});
    }
    void tell(api::EventBody body, CommandId cause = {}) {
        facts_.push_back({Sequence{++sequence_},
                          Time{Duration{sessionStartNs}} + std::chrono::seconds{10 * sequence_}, cause,
                          std::move(body)});
    }
    void writeGain(std::int64_t before, std::int64_t after) {
        const CommandId id{writer_->commandsFrom().value + ++commands_};
        tell(
            api::CommandAccepted{
                id,
                api::Asker::window,
                {"WriteRegister", AxisId{1}, {}, "position_p_gain raw=" + std::to_string(after)}},
            id);
        tell(registers::RegisterRead{AxisId{1}, "position_p_gain", after}, id);
        tell(registers::RegisterWritten{AxisId{1}, "position_p_gain", before, after}, id);
        tell(api::CommandConfirmed{id, true, std::chrono::milliseconds{2}, 1}, id);
    }
    void store() {
        if (!writer_->append(facts_, 0)) qFatal("not stored");
        facts_.clear();
    }
    [[nodiscard]] const SqliteJournalWriter& writer() const { return *writer_; }

private:
    std::unique_ptr<SqliteJournalWriter> writer_;
    std::vector<api::Event> facts_;
    std::uint64_t sequence_ = 0;
    std::uint64_t commands_ = 0;
};

std::int64_t lastFact(const std::string& path) {
    auto connection = Connection::open(path, OpenMode::readOnly);
    return *connection->integer("SELECT max(id) FROM facts");
}

const registers::SettingsRecord& only(const SettingsPast& past) {
    if (past.state.records.size() != 1) qFatal("%zu records", past.state.records.size());
    return *past.state.records.begin()->second;
}

void change(const std::string& path, const std::string& sql) {
    auto connection = Connection::open(path, OpenMode::readWrite);
    QVERIFY(connection && connection->execute(sql));
}

} // namespace

class SettingsPastTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aServoKeepsItsHistoryOverRestarts() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        {
            Run first(path);
            first.writeGain(800, 850);
            first.store();
        }
        Run second(path);
        second.writeGain(850, 900);
        second.store();
        const auto past = readSettingsPast(path, lastFact(path), noModels());
        QVERIFY(past);
        const auto& record = only(*past);
        QCOMPARE(record.owner.bus, std::string("/dev/ttyUSB0"));
        QCOMPARE(record.now.at("position_p_gain"), 900.0);
        const auto& last = record.versions.back();
        QVERIFY(last.asker == api::Asker::window);
        QCOMPARE(last.kind, std::string("WriteRegister"));
        QVERIFY((last.changes == std::vector<registers::SettingChange>{{"position_p_gain", 850.0, 900.0}}));
    }

    void factsOfThisRunAreLeftToIt() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        {
            Run first(path);
            first.writeGain(800, 850);
            first.store();
        }
        Run second(path);
        second.writeGain(850, 900);
        second.store();
        const auto past = readSettingsPast(path, second.writer().factsBefore(), noModels());
        QCOMPARE(only(*past).now.at("position_p_gain"), 850.0);
    }

    void aSnapshotTellsTheSameAsTheFacts() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        Run run(path);
        for (int i = 0; i < 4000; ++i)
            run.writeGain(800 + i % 7, 800 + (i + 1) % 7);
        run.tell(registers::BaselineSet{AxisId{1}});
        run.store();
        const auto cold = readSettingsPast(path, lastFact(path), noModels());
        QVERIFY(cold);
        QCOMPARE(cold->snapshotId, std::int64_t{0});
        run.writeGain(803, 700);
        run.store();
        const auto warm = readSettingsPast(path, lastFact(path), noModels());
        QVERIFY(warm);
        QVERIFY(warm->snapshotId > 0);
        QCOMPARE(warm->folded, std::size_t{3});
        change(path, "DELETE FROM snapshots");
        const auto again = readSettingsPast(path, lastFact(path), noModels());
        QVERIFY(only(*warm) == only(*again));
        QCOMPARE(only(*warm).now.at("position_p_gain"), 700.0);
    }

    void aSnapshotThatDoesNotFitIsNotUsed_data() {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("damaged") << QByteArray{"UPDATE snapshots SET json=replace(json,'80','81')"};
        QTest::newRow("of other facts")
            << QByteArray{"UPDATE facts SET crc=crc+1 WHERE id=(SELECT max(id) FROM facts)"};
        QTest::newRow("of another form") << QByteArray{"UPDATE snapshots SET json='{}'"};
    }
    void aSnapshotThatDoesNotFitIsNotUsed() {
        QFETCH(QByteArray, sql);
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        Run run(path);
        for (int i = 0; i < 4000; ++i)
            run.writeGain(800, 801);
        run.store();
        QVERIFY(readSettingsPast(path, lastFact(path), noModels()));
        change(path, sql.toStdString());
        const auto past = readSettingsPast(path, lastFact(path), noModels());
        QVERIFY(past);
        QCOMPARE(past->snapshotId, std::int64_t{0});
        QCOMPARE(only(*past).now.at("position_p_gain"), 801.0);
    }

    void theArchiveTellsCommandsOfEarlierRunsWithTheirEnd() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        CommandId rejected;
        {
            Run first(path);
            first.writeGain(800, 850);
            rejected = {first.writer().commandsFrom().value + 50};
            first.tell(api::CommandRejected{rejected,
                                            api::Asker::commandLine,
                                            {"MoveAxis", AxisId{1}, {}, "target=400"},
                                            {api::RejectionCode::outsideTravelLimits, AxisId{1}, BusId{1},
                                             400.0, 0.0, 360.0, "deg", ""}},
                       rejected);
            first.store();
        }
        Run second(path);
        second.writeGain(850, 900);
        second.store();
        auto archive = SqliteCommandArchive::open(path, second.writer().run(), noModels());
        QVERIFY(archive);
        const auto page = (*archive)->before(INT64_MAX, 10);
        QVERIFY(page);
        QCOMPARE(page->size(), std::size_t{2});
        QVERIFY((*page)[0].entry.state == journal::CommandState::rejected);
        QCOMPARE((*page)[0].entry.rejection.high, 360.0);
        const auto& write = (*page)[1];
        QVERIFY(write.entry.state == journal::CommandState::confirmed);
        QCOMPARE(write.entry.retries, 1U);
        QVERIFY(write.entry.readBack == 850);
        QCOMPARE(write.axis->servo.value, std::uint8_t{1});
        QCOMPARE((*archive)->before((*page)[1].place, 10)->size(), std::size_t{0});
        const auto facts = (*archive)->factsOf(write.entry.id, 10);
        QCOMPARE(facts->size(), std::size_t{4});
        QCOMPARE((*facts)[2].details, std::string("after=850 before=800 name=position_p_gain"));
    }
};

SERVOLANE_TEST(SettingsPastTest)
#include "settings_past_test.moc"
