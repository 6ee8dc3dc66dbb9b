// SPDX-License-Identifier: GPL-3.0-or-later
// A file of each schema that was ever written opens for ever, value by value. The files in tests/golden are
// never made anew: a new schema gets a file of its own, written once with SERVOLANE_WRITE_GOLDEN=1.
#include "drivers/sqlite/journal_reader.h"
#include "drivers/sqlite/session_library.h"
#include "drivers/sqlite/session_store.h"
#include "drivers/sqlite/verify_session.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/test_registry.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::tests;

namespace {

constexpr std::uint64_t cyclesInGolden = 200;

QString goldenPath(const char* name) {
    return qEnvironmentVariable("SERVOLANE_SOURCE_DIR", QFINDTESTDATA("../../..")) + "/tests/golden/" +
           QString::fromLatin1(name);
}

/// Reading may make files beside it.
std::string copied(const SessionFolder& folder, const char* name) {
    const std::string path = folder.path(name);
    return QFile::copy(goldenPath(name), QString::fromStdString(path)) ? path : std::string{};
}

} // namespace

class GoldenTest : public QObject {
    Q_OBJECT
    drivers::sqlite::SqliteSessionStore store_;

    void writeSession(const QString& path) {
        auto writer = store_.create(path.toStdString(), fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer) && writeCycles(**writer, 0, cyclesInGolden));
        const Time time{Duration{sessionStartNs + 50'000'000}};
        QVERIFY((*writer)->append({Sequence{90}, time, CommandId{7},
                                   motion::MoveStarted{AxisId{2}, {90.25}, std::chrono::seconds{1}}}));
        QVERIFY((*writer)->append({Sequence{91}, time, {}, session::NoteAdded{"a note, ä"}}));
        QVERIFY((*writer)->close());
    }

    /// And what a person added afterwards.
    void changeSession(const QString& path) {
        session::SessionChange change;
        change.name = "Renamed, ö";
        change.tags = {"belt", "axis 2"};
        const Time start{Duration{sessionStartNs}};
        change.addedNotes = {{0, start + std::chrono::milliseconds{20}, start + std::chrono::milliseconds{70},
                              "a later note", false}};
        drivers::sqlite::SqliteSessionLibrary library;
        QVERIFY(library.change(path.toStdString(), change));
    }

private Q_SLOTS:
    void initTestCase() {
        const QString present = goldenPath("session-4.servolane");
        if (!qEnvironmentVariableIsSet("SERVOLANE_WRITE_GOLDEN") || QFile::exists(present)) return;
        writeSession(present);
        changeSession(present);
    }

    void aRecordingOfEachLaterSchemaOpens_data() {
        QTest::addColumn<int>("schema");
        QTest::newRow("2") << 2;
        QTest::newRow("3") << 3;
        QTest::newRow("4") << 4;
    }
    void aRecordingOfEachLaterSchemaOpens() {
        QFETCH(int, schema);
        const SessionFolder folder;
        const std::string path =
            copied(folder, qPrintable(QStringLiteral("session-%1.servolane").arg(schema)));
        QVERIFY(!path.empty());
        auto reader = store_.open(path);
        QVERIFY2(reader, reader ? "" : reader.error().detail.c_str());
        const session::SessionSummary& summary = (*reader)->summary();
        QCOMPARE(summary.schema, schema);
        QCOMPARE(summary.name, std::string{"Renamed, ö"});
        QCOMPARE(summary.tags, (std::vector<std::string>{"axis 2", "belt"}));
        QCOMPARE(summary.notes.size(), std::size_t{2});
        QCOMPARE(summary.notes[0].text, std::string{"a later note"});
        QVERIFY(summary.notes[0].addedLater && !summary.notes[1].addedLater);
        QVERIFY(summary.notes[0].until - summary.notes[0].from == std::chrono::milliseconds{50});
        try {
            QCOMPARE(expectFixtureSamples(**reader), cyclesInGolden);
        } catch (const std::string& difference) {
            QFAIL(difference.c_str());
        }
        bool hasSums = false;
        QVERIFY((*reader)->readRuns([&](const session::StoredRun& run) {
            hasSums = !run.sums.empty();
            return true;
        }));
        QCOMPARE(hasSums, schema >= 3);
        const auto problems = drivers::sqlite::verifySession(path);
        QVERIFY(problems && problems->empty());
    }

    void aRecordingOfSchemaOneOpens() {
        const SessionFolder folder;
        const std::string path = copied(folder, "session-1.servolane");
        QVERIFY(!path.empty());
        auto reader = store_.open(path);
        QVERIFY2(reader, reader ? "" : reader.error().detail.c_str());
        QCOMPARE((*reader)->summary().schema, 1);
        QCOMPARE((*reader)->summary().name, std::string{"Test's run"});
        QVERIFY((*reader)->summary().closedCleanly && (*reader)->summary().simulated);
        QCOMPARE((*reader)->summary().axes.size(), std::size_t{5});
        QCOMPARE((*reader)->summary().startedUtc.time_since_epoch().count(), sessionUtcNs);
        try {
            QCOMPARE(expectFixtureSamples(**reader), cyclesInGolden);
        } catch (const std::string& difference) {
            QFAIL(difference.c_str());
        }
        std::vector<std::string> notes;
        std::vector<double> targets;
        QVERIFY((*reader)->readFacts(Time::min(), Time::max(), [&](const api::Event& fact) {
            if (const auto* note = std::get_if<session::NoteAdded>(&fact.body)) notes.push_back(note->text);
            if (const auto* move = std::get_if<motion::MoveStarted>(&fact.body))
                targets.push_back(move->target.value);
            return true;
        }));
        QCOMPARE(notes, std::vector<std::string>{"a note, ä"});
        QCOMPARE(targets, std::vector<double>{90.25});
        const auto problems = drivers::sqlite::verifySession(path);
        QVERIFY(problems && problems->empty());
    }

    /// Of the command line: torque on and a move, a refusal, a register, a stop. That of schema 1 was made of
    /// the other with the tables, marks and numbers of commands of its time.
    void aJournalOfEachSchemaOpens_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("1") << "journal-1.db";
        QTest::newRow("2") << "journal-2.db";
    }
    void aJournalOfEachSchemaOpens() {
        QFETCH(QString, name);
        const SessionFolder folder;
        const std::string path = copied(folder, name.toLatin1().constData());
        QVERIFY(!path.empty());
        auto journal = drivers::sqlite::JournalReader::open(path);
        QVERIFY2(journal, journal ? "" : journal.error().detail.c_str());
        QVERIFY(journal->verify().empty());
        std::map<std::string, int> kinds;
        const auto read = journal->readAll({}, [&](const drivers::sqlite::JournalEntry& entry) {
            ++kinds[std::string{api::kindOf(entry.event.body)}];
            return true;
        });
        QVERIFY2(read, read ? "" : read.error().detail.c_str());
        for (const char* kind :
             {"AxisConfigured", "CommandAccepted", "CommandRejected", "CommandConfirmed", "MoveStarted",
              "MoveArrived", "RegisterWritten", "StopLatched", "StopFinished"})
            QVERIFY2(kinds[kind] > 0, kind);
    }
};

SERVOLANE_TEST(GoldenTest)
#include "golden_test.moc"
