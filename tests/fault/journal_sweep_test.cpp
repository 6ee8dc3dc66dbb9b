// SPDX-License-Identifier: GPL-3.0-or-later
// Two runs of a program that journals, on a disk of which the n-th call fails: with an I/O error, because it
// is full, because somebody else holds a lock; once, or until the end of the run. And the power is cut at the
// n-th call, and what was not synced is gone, all of it or part. Afterwards the file opens, no fact that was
// called stored is lost, none is there twice, and where the disk came back none is missing at all.
//
// In the tests every third call; SERVOLANE_SWEEP=all tries every one, as packaging/soak.sh does.
#include "core/runtime/record/journal_loop.h"
#include "drivers/sqlite/journal_reader.h"
#include "drivers/sqlite/journal_writer.h"
#include "tests/fault/troubles.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <algorithm>
#include <array>
#include <map>

using namespace servolane;
using namespace std::chrono_literals;
using drivers::sqlite::JournalReader;
using drivers::sqlite::JournalRun;
using drivers::sqlite::SqliteJournalWriter;
using tests::FaultVfs;
using tests::Trouble;
using tests::troubles;

namespace {

JournalRun someRun() {
    return {"servolane 0.1.0", UtcTime{Duration{1'795'000'000'000'000'000}}, Time{1s}};
}

api::Event gainWritten(std::uint64_t sequence) {
    return {Sequence{sequence}, Time{1s} + Duration{static_cast<std::int64_t>(sequence)}, CommandId{sequence},
            registers::RegisterWritten{AxisId{1}, "position_p_gain", 800, 850}};
}

/// What the program believes of one of its runs.
struct Believed {
    std::uint64_t offered = 0; ///< facts that happened, numbered from 1
    std::uint64_t stored = 0;  ///< up to this number it calls them stored
    bool begun = false;        ///< the journal could be opened
};

class Program {
public:
    explicit Program(FaultVfs& disk)
        : disk_(disk) {}

    [[nodiscard]] std::string path() const { return folder_.filePath("workstation.db").toStdString(); }
    [[nodiscard]] const std::vector<Believed>& runs() const { return runs_; }

    /// The disk is whole again at the end of a run in which it failed.
    void live() {
        for (int i = 0; i < 2; ++i)
            run(true);
    }
    /// Until the power is cut; nothing is whole again.
    void liveUntilTheEnd() {
        for (int i = 0; i < 2 && !disk_.hasFailed(); ++i)
            run(false);
    }

private:
    static constexpr int batches = 6;
    static constexpr int factsInABatch = 3;

    void run(bool heals) {
        Believed& believed = runs_.emplace_back();
        auto writer = SqliteJournalWriter::open(path(), someRun(), "fault");
        if (!writer && heals) { // tried again by the person
            healIfFailed();
            writer = SqliteJournalWriter::open(path(), someRun(), "fault");
        }
        if (!writer) return;
        believed.begun = true;
        Waker waker;
        runtime::EventQueue queue(0, waker);
        runtime::JournalLoop loop(queue, std::move(*writer));
        Time now{1s};
        for (int batch = 0; batch < batches; ++batch, now += 2s) {
            for (int fact = 0; fact < factsInABatch; ++fact)
                queue.push(gainWritten(++believed.offered));
            static_cast<void>(loop.step(now));
            believed.stored = loop.storedUpTo().value;
        }
        if (heals) healIfFailed();
        const auto left = loop.finish();
        believed.stored = loop.storedUpTo().value;
        if (heals && left.count != 0) believed.stored = 0; // told below as facts that are missing
    }
    void healIfFailed() {
        if (disk_.hasFailed()) disk_.failFrom(0);
    }

    QTemporaryDir folder_;
    FaultVfs& disk_;
    std::vector<Believed> runs_;
};

/// Empty: the file tells what the program believes.
QString problemOf(const Program& program, bool everything) {
    auto reader = JournalReader::open(program.path());
    const bool begun = std::any_of(program.runs().begin(), program.runs().end(),
                                   [](const Believed& run) { return run.stored > 0; });
    if (!reader) return begun ? QStringLiteral("does not open: ") + reader.error().detail.c_str() : QString();
    for (const auto& problem : reader->verify())
        return QString::fromStdString(problem);
    std::map<std::int64_t, std::vector<std::uint64_t>> found;
    const auto read = reader->readAll({}, [&](const auto& entry) {
        found[entry.run].push_back(entry.event.sequence.value);
        return true;
    });
    if (!read) return QStringLiteral("cannot be read");
    // A run whose first transaction was lost has no number; those that have facts come in their order.
    auto facts = found.begin();
    for (const Believed& run : program.runs()) {
        const std::uint64_t wanted = everything ? run.offered : run.stored;
        const bool some = facts != found.end();
        if (!some && wanted > 0) return QStringLiteral("%1 facts are lost").arg(wanted);
        if (!some) continue;
        const auto& sequences = facts->second;
        for (std::size_t i = 0; i < sequences.size(); ++i)
            if (sequences[i] != i + 1) return QStringLiteral("fact %1 is missing or there twice").arg(i + 1);
        if (sequences.size() < wanted)
            return QStringLiteral("%1 of %2 facts are lost").arg(wanted - sequences.size()).arg(wanted);
        ++facts;
    }
    return {};
}

/// A new run finds the file usable, and leaves it whole.
QString problemOfGoingOn(const std::string& path) {
    auto writer = SqliteJournalWriter::open(path, someRun());
    if (!writer) return QStringLiteral("the next run cannot open it: ") + writer.error().detail.c_str();
    const std::array facts{gainWritten(1), gainWritten(2)};
    if (!(*writer)->append(facts, 0)) return QStringLiteral("the next run cannot write");
    writer->reset();
    auto reader = JournalReader::open(path);
    if (!reader) return QStringLiteral("does not open after the next run");
    const auto problems = reader->verify();
    return problems.empty() ? QString() : QString::fromStdString(problems.front());
}

class JournalSweepTest : public QObject {
    Q_OBJECT

    static std::uint64_t callsOfASoundDisk(FaultVfs::Reach reach) {
        FaultVfs disk;
        disk.setReach(reach);
        disk.watchSyncs();
        Program program(disk);
        program.live();
        return disk.calls();
    }
    static QString outcomeOf(const Trouble& trouble, std::uint64_t call, bool forEver) {
        FaultVfs disk;
        disk.setReach(trouble.reach);
        disk.setResult(trouble.result);
        disk.watchSyncs();
        Program program(disk);
        if (forEver)
            disk.failFrom(call);
        else
            disk.failOnly(call);
        program.live();
        disk.failFrom(0);
        QString problem = problemOf(program, true);
        return problem.isEmpty() ? problemOfGoingOn(program.path()) : problem;
    }
    static QString outcomeOfPowerCut(std::uint64_t call, FaultVfs::Survivors survivors) {
        FaultVfs disk;
        disk.setReach(FaultVfs::Reach::everything);
        disk.setResult(SQLITE_IOERR);
        disk.watchSyncs();
        Program program(disk);
        disk.failFrom(call);
        program.liveUntilTheEnd();
        disk.cutPower(survivors);
        disk.failFrom(0);
        QString problem = problemOf(program, false);
        return problem.isEmpty() ? problemOfGoingOn(program.path()) : problem;
    }

private Q_SLOTS:
    void everyFailingCallLeavesEveryFact_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<bool>("forEver");
        for (int i = 0; i < static_cast<int>(std::size(troubles)); ++i)
            for (const bool forEver : {false, true})
                QTest::addRow("%s, %s", troubles[i].word, forEver ? "for ever" : "once") << i << forEver;
    }
    void everyFailingCallLeavesEveryFact() {
        QFETCH(int, index);
        QFETCH(bool, forEver);
        const Trouble& trouble = troubles[index];
        const std::uint64_t calls = callsOfASoundDisk(trouble.reach);
        QVERIFY(calls > 50);
        QStringList wrong;
        for (std::uint64_t n = 1; n <= calls; n += tests::sweepStride(3))
            if (const QString problem = outcomeOf(trouble, n, forEver); !problem.isEmpty())
                wrong << QStringLiteral("call %1 of %2: %3").arg(n).arg(calls).arg(problem);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void aCutOfThePowerLosesNoStoredFact_data() {
        QTest::addColumn<int>("survivors");
        QTest::newRow("all that was not synced is gone") << static_cast<int>(FaultVfs::Survivors::none);
        QTest::newRow("the newer half is gone") << static_cast<int>(FaultVfs::Survivors::older);
        QTest::newRow("every other write is gone") << static_cast<int>(FaultVfs::Survivors::everyOther);
    }
    void aCutOfThePowerLosesNoStoredFact() {
        QFETCH(int, survivors);
        const std::uint64_t calls = callsOfASoundDisk(FaultVfs::Reach::everything);
        QStringList wrong;
        for (std::uint64_t n = 1; n <= calls + 1; n += tests::sweepStride(3))
            if (const QString problem = outcomeOfPowerCut(n, static_cast<FaultVfs::Survivors>(survivors));
                !problem.isEmpty())
                wrong << QStringLiteral("call %1 of %2: %3").arg(n).arg(calls).arg(problem);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
};

SERVOLANE_TEST(JournalSweepTest)

} // namespace

#include "journal_sweep_test.moc"
