// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/journal_file.h"
#include "drivers/sqlite/journal_reader.h"
#include "drivers/sqlite/journal_writer.h"
#include "tests/drivers/sqlite/fault_vfs.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/test_registry.h"

#include <QtCore/QFile>
#include <QtTest/QTest>
#include <array>
#include <atomic>
#include <thread>

using namespace servolane;
using namespace servolane::tests;
using namespace servolane::drivers::sqlite;

namespace {

JournalRun someRun() {
    return {"servolane 0.1.0", UtcTime{Duration{sessionUtcNs}}, Time{Duration{sessionStartNs}}};
}

api::Event gainWritten(std::uint64_t sequence, std::int64_t gain) {
    return {Sequence{sequence}, Time{Duration{sessionStartNs + static_cast<std::int64_t>(sequence) * 1000}},
            CommandId{sequence + 100},
            registers::RegisterWritten{AxisId{1}, "position_p_gain", gain - 1, gain}};
}

std::vector<JournalEntry> entriesOf(const std::string& path) {
    std::vector<JournalEntry> entries;
    auto reader = JournalReader::open(path);
    if (!reader) return entries;
    const auto read = reader->readAll({}, [&](const JournalEntry& entry) {
        entries.push_back(entry);
        return true;
    });
    if (!read) entries.clear();
    return entries;
}

void change(const std::string& path, const char* sql) {
    sqlite3* database = nullptr;
    QCOMPARE(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    QCOMPARE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

/// Two runs of three and two facts.
void writeTwoRuns(const std::string& path) {
    auto first = SqliteJournalWriter::open(path, someRun());
    QVERIFY2(first, first ? "" : first.error().detail.c_str());
    QVERIFY((*first)->append(std::array{gainWritten(1, 800), gainWritten(2, 850)}, 0));
    QVERIFY((*first)->append(std::array{gainWritten(3, 900)}, 0));
    first->reset();
    auto later = someRun();
    later.utc += std::chrono::hours{24};
    auto second = SqliteJournalWriter::open(path, later);
    QVERIFY(second && (*second)->append(std::array{gainWritten(1, 700), gainWritten(2, 750)}, 0));
}

} // namespace

class JournalTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void returnsAllFactsOfAllRunsInOrder() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        writeTwoRuns(path);
        const auto entries = entriesOf(path);
        QCOMPARE(entries.size(), std::size_t{5});
        QCOMPARE(entries[1].run, std::int64_t{1});
        QCOMPARE(entries[4].run, std::int64_t{2});
        QVERIFY(entries[1].event.sequence == Sequence{2});
        QVERIFY(entries[1].event.cause == CommandId{102});
        QVERIFY(entries[1].utc == UtcTime{Duration{sessionUtcNs + 2000}});
        QVERIFY(entries[4].utc == UtcTime{Duration{sessionUtcNs + 2000}} + std::chrono::hours{24});
        const auto& written = std::get<registers::RegisterWritten>(entries[1].event.body);
        QCOMPARE(written.after, std::int64_t{850});
        auto reader = JournalReader::open(path);
        QVERIFY(reader && reader->verify().empty());
    }

    void noticesChangedAndRemovedRows_data() {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<QByteArray>("problem");
        QTest::newRow("changed") << QByteArray{"UPDATE facts SET json=replace(json,'850','851') WHERE id=2"}
                                 << QByteArray{"fact 2: checksum differs"};
        QTest::newRow("removed") << QByteArray{"DELETE FROM facts WHERE id=2"}
                                 << QByteArray{"fact 3: rows missing before it: 1"};
        QTest::newRow("removed at the end")
            << QByteArray{"DELETE FROM facts WHERE id>=4"} << QByteArray{"the last 2 rows were removed"};
        QTest::newRow("sequence turned back")
            << QByteArray{"UPDATE facts SET sequence=1 WHERE id=3"} << QByteArray{"fact 3: checksum differs"};
        QTest::newRow("end not known")
            << QByteArray{"DELETE FROM head"} << QByteArray{"where the journal ends is not known"};
        QTest::newRow("removed and renumbered")
            << QByteArray{"DELETE FROM facts WHERE id=2; UPDATE facts SET id=id-1 WHERE id>2"}
            << QByteArray{"fact 2: checksum differs"};
    }
    void noticesChangedAndRemovedRows() {
        QFETCH(QByteArray, sql);
        QFETCH(QByteArray, problem);
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        writeTwoRuns(path);
        change(path, sql);
        auto reader = JournalReader::open(path);
        QVERIFY(reader);
        const auto problems = reader->verify();
        QVERIFY(!problems.empty());
        QCOMPARE(problems.front().c_str(), problem.constData());
    }

    void noticesAFlippedBitInTheFile() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        writeTwoRuns(path);
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray bytes = file.readAll();
        const auto place = bytes.indexOf("\"after\":900");
        QVERIFY(place > 0);
        bytes[place + 10] = static_cast<char>(bytes[place + 10] ^ 1);
        file.seek(0);
        file.write(bytes);
        file.close();
        auto reader = JournalReader::open(path);
        QVERIFY(reader);
        QCOMPARE(reader->verify(), std::vector<std::string>{"fact 3: checksum differs"});
    }

    void twoProgramsMayWriteTheSameJournal() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        auto window = SqliteJournalWriter::open(path, someRun());
        auto commandLine = SqliteJournalWriter::open(path, someRun());
        QVERIFY(window && commandLine);
        QVERIFY((*window)->run() != (*commandLine)->run());
        for (std::uint64_t i = 1; i <= 4; ++i) {
            QVERIFY((*window)->append(std::array{gainWritten(2 * i, 800), gainWritten(2 * i + 1, 801)}, 0));
            QVERIFY((*commandLine)->append(std::array{gainWritten(i, 900)}, 0));
        }
        QCOMPARE(entriesOf(path).size(), std::size_t{12});
        QVERIFY(JournalReader::open(path)->verify().empty());
    }

    void commandsOfDifferentRunsHaveDifferentIds() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        auto first = SqliteJournalWriter::open(path, someRun());
        const CommandId from = (*first)->commandsFrom();
        first->reset();
        auto second = SqliteJournalWriter::open(path, someRun());
        QVERIFY((*second)->commandsFrom().value >= from.value + (1ULL << 32));
    }

    void programsThatStartTogetherAllGetAJournal() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        std::atomic<int> stored = 0;
        std::array<std::string, 4> errors;
        std::vector<std::thread> programs;
        for (std::string& error : errors)
            programs.emplace_back([&] {
                auto writer = SqliteJournalWriter::open(path, someRun());
                if (!writer) error = "open: " + writer.error().detail;
                for (std::uint64_t n = 1; writer && n <= 20; ++n) {
                    const auto kept = (*writer)->append(std::array{gainWritten(n, 800)}, 0);
                    if (!kept) error = std::to_string(n) + ": " + kept.error().detail;
                    if (kept) ++stored;
                }
            });
        for (auto& program : programs)
            program.join();
        for (const std::string& error : errors)
            QVERIFY2(error.empty(), error.c_str());
        QCOMPARE(stored.load(), 80);
        QCOMPARE(entriesOf(path).size(), std::size_t{80});
        QVERIFY(JournalReader::open(path)->verify().empty());
    }

    void anOlderJournalIsBroughtUpToDate() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        writeTwoRuns(path);
        change(path,
               "DROP INDEX facts_by_cause; DROP TABLE head; DROP TABLE snapshots; PRAGMA user_version=1");
        QVERIFY(JournalReader::open(path)->verify().empty());
        auto writer = SqliteJournalWriter::open(path, someRun());
        QVERIFY(writer && (*writer)->append(std::array{gainWritten(1, 600)}, 0));
        QCOMPARE(entriesOf(path).size(), std::size_t{6});
        QVERIFY(JournalReader::open(path)->verify().empty());
    }

    void everyFailingCallLeavesTheJournalWhole_data() {
        QTest::addColumn<int>("result");
        QTest::newRow("full") << SQLITE_FULL;
        QTest::newRow("i/o error") << SQLITE_IOERR_WRITE;
    }
    void everyFailingCallLeavesTheJournalWhole() {
        QFETCH(int, result);
        for (std::uint64_t call = 1; call <= 12; ++call) {
            FaultVfs disk;
            disk.setResult(result);
            const SessionFolder folder;
            const auto path = folder.path("workstation.db");
            auto writer = SqliteJournalWriter::open(path, someRun(), "fault");
            QVERIFY(writer && (*writer)->append(std::array{gainWritten(1, 800)}, 0));
            disk.failFrom(call);
            const std::array facts{gainWritten(2, 850), gainWritten(3, 900)};
            const bool stored = (*writer)->append(facts, 0).has_value();
            disk.failFrom(0);
            if (!stored) QVERIFY((*writer)->append(facts, 0));
            QCOMPARE(entriesOf(path).size(), std::size_t{3});
            QVERIFY(JournalReader::open(path)->verify().empty());
        }
    }

    void storesHowManyFactsAreMissing() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        auto writer = SqliteJournalWriter::open(path, someRun());
        QVERIFY(writer && (*writer)->append({}, 5));
        QVERIFY((*writer)->append(std::array{gainWritten(1, 800), gainWritten(2, 850)}, 7));
        const auto entries = entriesOf(path);
        QCOMPARE(entries.size(), std::size_t{2});
        QCOMPARE(entries[0].missing, std::uint64_t{12});
        QCOMPARE(entries[1].missing, std::uint64_t{0});
        auto reader = JournalReader::open(path);
        QCOMPARE(reader->verify().size(), std::size_t{1});
    }

    void takesTheSameFactsAgainAfterAFailure() {
        FaultVfs disk;
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        auto writer = SqliteJournalWriter::open(path, someRun(), "fault");
        QVERIFY(writer && (*writer)->append(std::array{gainWritten(1, 800)}, 0));
        disk.failFrom(1);
        const std::array facts{gainWritten(2, 850), gainWritten(3, 900)};
        const auto failed = (*writer)->append(facts, 3);
        QVERIFY(!failed && failed.error().code == ErrorCode::diskFull);
        disk.failFrom(0);
        QVERIFY((*writer)->append(facts, 3));
        const auto entries = entriesOf(path);
        QCOMPARE(entries.size(), std::size_t{3});
        QCOMPARE(entries[1].missing, std::uint64_t{3});
    }

    void refusesOtherFilesAndNewerSchemas() {
        const SessionFolder folder;
        change(folder.path("other.db"), "CREATE TABLE cats(name)");
        QVERIFY(SqliteJournalWriter::open(folder.path("other.db"), someRun()).error().code ==
                ErrorCode::invalid);
        const auto path = folder.path("workstation.db");
        writeTwoRuns(path);
        change(path, "PRAGMA user_version=99");
        const auto newer = SqliteJournalWriter::open(path, someRun());
        QVERIFY(!newer && newer.error().code == ErrorCode::invalid);
        QVERIFY(newer.error().detail.find("99") != std::string::npos);
        QVERIFY(JournalReader::open(path).error().code == ErrorCode::invalid);
        QVERIFY(JournalReader::open(folder.path("none.db")).error().code == ErrorCode::notFound);
    }

    void answersQueriesInPlainSql() {
        const SessionFolder folder;
        const auto path = folder.path("workstation.db");
        writeTwoRuns(path);
        auto connection = Connection::open(path, OpenMode::readOnly);
        QVERIFY(connection);
        QCOMPARE(*connection->integer("SELECT group_concat(json_extract(json,'$.after'),'') FROM log "
                                      "WHERE kind='RegisterWritten' AND axis=1 AND run=2"),
                 std::int64_t{700750});
        QCOMPARE(*connection->text("SELECT utc FROM log LIMIT 1"), std::string{"2026-11-18T11:06:40.000Z"});
    }
};

SERVOLANE_TEST(JournalTest)
#include "journal_test.moc"
