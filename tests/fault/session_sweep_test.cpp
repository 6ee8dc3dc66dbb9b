// SPDX-License-Identifier: GPL-3.0-or-later
// A recording on a disk of which the n-th call fails: with an I/O error, because it is full, because somebody
// else holds a lock; once, or from then on. And the power is cut at the n-th call, and what was not synced is
// gone, all of it or part. A recording ends at its first failure; afterwards its file opens, holds all that
// was committed in its order and nothing else, is found whole, and the next recording can begin.
//
// In the tests every seventh call; SERVOLANE_SWEEP=all tries every one, as packaging/soak.sh does.
#include "drivers/sqlite/recover_session.h"
#include "drivers/sqlite/session_store.h"
#include "drivers/sqlite/verify_session.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/fault/troubles.h"
#include "tests/support/test_registry.h"

#include <QtCore/QFileInfo>
#include <QtTest/QTest>
#include <iterator>

using namespace servolane;
using drivers::sqlite::SqliteSessionStore;
using tests::FaultVfs;
using tests::Trouble;
using tests::troubles;

namespace {

constexpr std::uint16_t busNumber = 1;
constexpr std::uint64_t cycles = 4'500; // more than one slice
constexpr std::uint64_t cyclesInATransaction = 450;

const std::vector<std::uint16_t>& axes() {
    static const std::vector<std::uint16_t> ids{1, 2};
    return ids;
}

/// Made once: the same for every run.
const std::vector<api::Event>& feedback() {
    static const auto events = [] {
        std::vector<api::Event> made;
        for (std::uint64_t n = 0; n < cycles; ++n)
            made.push_back(tests::feedbackEvent(tests::fixtureCycle(busNumber, n, axes())));
        return made;
    }();
    return events;
}

api::Event gainWritten(std::uint64_t sequence, Time time) {
    return {Sequence{sequence}, time, CommandId{sequence},
            registers::RegisterWritten{AxisId{1}, "position_p_gain", 800, 850}};
}

struct Amount {
    std::uint64_t cycles = 0;
    std::uint64_t facts = 0;
};

/// What the program believes of its recording.
struct Recording {
    bool begun = false;
    bool closed = false;
    Amount offered;
    Amount committed;
};

class Program {
public:
    [[nodiscard]] std::string path() const { return folder_.path("run.servolane"); }
    [[nodiscard]] std::string folder() const { return folder_.folder(); }
    [[nodiscard]] const Recording& recording() const { return recording_; }

    void record() {
        auto writer = SqliteSessionStore{"fault"}.create(path(), tests::fixtureStart());
        if (!writer) return;
        recording_.begun = true;
        if (tellBusAndAxes(**writer) && recordAll(**writer))
            recording_.closed = (*writer)->close().has_value();
        if (recording_.closed) recording_.committed = recording_.offered;
    }

private:
    bool tellBusAndAxes(session::SessionWriter& writer) {
        const Time time{Duration{tests::sessionStartNs}};
        bus::LinkSettings link;
        link.line.path = "/dev/ttyUSB1";
        std::vector<api::Event> told{
            {Sequence{1}, time, {}, bus::BusConnected{BusId{busNumber}, link, true}}};
        for (const auto axis : axes())
            told.push_back(
                {Sequence{1u + axis},
                 time,
                 {},
                 motion::AxisConfigured{tests::fixtureAxis(axis, busNumber, "axis" + std::to_string(axis))}});
        for (const auto& event : told) {
            ++recording_.offered.facts;
            if (!writer.append(event)) return false;
        }
        return true;
    }
    bool recordAll(session::SessionWriter& writer) {
        for (const auto& event : feedback()) {
            ++recording_.offered.cycles;
            if (!writer.append(event)) return false;
            if (recording_.offered.cycles % cyclesInATransaction != 0) continue;
            ++recording_.offered.facts;
            if (!writer.append(gainWritten(100 + recording_.offered.facts, event.time))) return false;
            const Amount amount = recording_.offered;
            if (!writer.commit()) return false;
            recording_.committed = amount;
        }
        return true;
    }

    tests::SessionFolder folder_;
    Recording recording_;
};

Amount amountIn(session::SessionReader& reader, QString& problem) {
    Amount found;
    auto cursor = reader.cycles(BusId{busNumber}, Time::min(), Time::max(), {});
    if (!cursor) {
        problem = QStringLiteral("cycles cannot be read");
        return found;
    }
    session::CycleSlice slice;
    for (auto loaded = (*cursor)->next(slice); loaded && *loaded; loaded = (*cursor)->next(slice)) {
        if (!slice.unreadable.empty()) problem = QStringLiteral("damaged samples");
        for (const std::int64_t time : slice.timeNs) {
            if (found.cycles >= cycles || time != nanosecondsSinceEpoch(feedback()[found.cycles].time))
                problem = QStringLiteral("cycle %1 is another").arg(found.cycles);
            ++found.cycles;
        }
    }
    const auto read = reader.readFacts(Time::min(), Time::max(), [&](const api::Event&) {
        ++found.facts;
        return true;
    });
    if (!read) problem = QStringLiteral("facts cannot be read: ") + read.error().detail.c_str();
    return found;
}

QString compared(const char* what, std::uint64_t found, std::uint64_t atLeast, std::uint64_t atMost) {
    if (found >= atLeast && found <= atMost) return {};
    return QStringLiteral("%1 %2 in the file, %3 committed, %4 offered")
        .arg(found)
        .arg(QLatin1String(what))
        .arg(atLeast)
        .arg(atMost);
}

/// Empty: the file holds what the program believes. After a cut of the power transactions may be lost, but
/// none is broken.
QString problemOf(const Program& program, bool losesTransactions) {
    const Recording& recording = program.recording();
    if (!recording.begun) return {};
    QString problem;
    auto reader = SqliteSessionStore{}.open(program.path());
    if (!reader) return QStringLiteral("does not open: ") + reader.error().detail.c_str();
    const Amount found = amountIn(**reader, problem);
    const auto& summary = (*reader)->summary();
    if (recording.closed && !summary.closedCleanly) problem = QStringLiteral("says it was not closed");
    if (summary.counters.cycles != found.cycles)
        problem =
            QStringLiteral("counts %1 cycles and holds %2").arg(summary.counters.cycles).arg(found.cycles);
    reader->reset();
    if (!problem.isEmpty()) return problem;
    const Amount least = losesTransactions && !recording.closed ? Amount{} : recording.committed;
    problem = compared("cycles", found.cycles, least.cycles, recording.offered.cycles);
    if (problem.isEmpty()) problem = compared("facts", found.facts, least.facts, recording.offered.facts);
    if (!problem.isEmpty()) return problem;
    const auto verified = drivers::sqlite::verifySession(program.path());
    if (!verified) return QStringLiteral("cannot be verified: ") + verified.error().detail.c_str();
    return verified->empty() ? QString() : QString::fromStdString(verified->front());
}

/// What the next start of the program does with it, and the next recording beside it.
QString problemOfGoingOn(const Program& program) {
    const std::string next = program.folder() + "/next.servolane";
    if (program.recording().begun) {
        if (const auto moved = drivers::sqlite::recoverSession(program.path()); !moved)
            return QStringLiteral("cannot be recovered: ") + moved.error().detail.c_str();
        if (QFileInfo::exists(QString::fromStdString(program.path() + "-wal")))
            return QStringLiteral("is no single file after it was recovered");
        if (const QString problem = problemOf(program, true); !problem.isEmpty())
            return QStringLiteral("after it was recovered: ") + problem;
    } else if (QFileInfo::exists(QString::fromStdString(program.path())))
        return QStringLiteral("a recording that never began left a file");
    auto writer = SqliteSessionStore{}.create(next, tests::fixtureStart());
    if (!writer || !(*writer)->append(feedback().front()) || !(*writer)->close())
        return QStringLiteral("the next recording fails");
    std::vector<Error> problems;
    const auto listed = SqliteSessionStore{}.list(program.folder(), problems);
    if (!problems.empty()) return QStringLiteral("list: ") + problems.front().detail.c_str();
    return listed.size() == (program.recording().begun ? 2u : 1u) ? QString() : QStringLiteral("not listed");
}

class SessionSweepTest : public QObject {
    Q_OBJECT

    static std::uint64_t callsOfASoundDisk(FaultVfs::Reach reach) {
        FaultVfs disk;
        disk.setReach(reach);
        disk.watchSyncs();
        Program program;
        program.record();
        return program.recording().closed ? disk.calls() : 0;
    }
    static QString outcomeOf(const Trouble& trouble, std::uint64_t call, bool forEver) {
        FaultVfs disk;
        disk.setReach(trouble.reach);
        disk.setResult(trouble.result);
        disk.watchSyncs();
        if (forEver)
            disk.failFrom(call);
        else
            disk.failOnly(call);
        Program program;
        program.record();
        disk.failFrom(0);
        const QString problem = problemOf(program, false);
        return problem.isEmpty() ? problemOfGoingOn(program) : problem;
    }
    static QString outcomeOfPowerCut(std::uint64_t call, FaultVfs::Survivors survivors) {
        FaultVfs disk;
        disk.setReach(FaultVfs::Reach::everything);
        disk.setResult(SQLITE_IOERR);
        disk.watchSyncs();
        disk.failFrom(call);
        Program program;
        program.record();
        disk.cutPower(survivors);
        disk.failFrom(0);
        if (!program.recording().begun) return {}; // what is left of it is nobody's recording
        const QString problem = problemOf(program, true);
        return problem.isEmpty() ? problemOfGoingOn(program) : problem;
    }

private Q_SLOTS:
    void everyFailingCallLeavesWhatWasCommitted_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<bool>("forEver");
        for (int i = 0; i < static_cast<int>(std::size(troubles)); ++i)
            for (const bool forEver : {false, true})
                QTest::addRow("%s, %s", troubles[i].word, forEver ? "for ever" : "once") << i << forEver;
    }
    void everyFailingCallLeavesWhatWasCommitted() {
        QFETCH(int, index);
        QFETCH(bool, forEver);
        const Trouble& trouble = troubles[index];
        const std::uint64_t calls = callsOfASoundDisk(trouble.reach);
        QVERIFY(calls > 20);
        QStringList wrong;
        for (std::uint64_t n = 1; n <= calls; n += tests::sweepStride(7))
            if (const QString problem = outcomeOf(trouble, n, forEver); !problem.isEmpty())
                wrong << QStringLiteral("call %1 of %2: %3").arg(n).arg(calls).arg(problem);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void aCutOfThePowerBreaksNoTransaction_data() {
        QTest::addColumn<int>("survivors");
        QTest::newRow("all that was not synced is gone") << static_cast<int>(FaultVfs::Survivors::none);
        QTest::newRow("the newer half is gone") << static_cast<int>(FaultVfs::Survivors::older);
        QTest::newRow("every other write is gone") << static_cast<int>(FaultVfs::Survivors::everyOther);
    }
    void aCutOfThePowerBreaksNoTransaction() {
        QFETCH(int, survivors);
        const std::uint64_t calls = callsOfASoundDisk(FaultVfs::Reach::everything);
        QStringList wrong;
        for (std::uint64_t n = 1; n <= calls + 1; n += tests::sweepStride(7))
            if (const QString problem = outcomeOfPowerCut(n, static_cast<FaultVfs::Survivors>(survivors));
                !problem.isEmpty())
                wrong << QStringLiteral("call %1 of %2: %3").arg(n).arg(calls).arg(problem);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
};

SERVOLANE_TEST(SessionSweepTest)

} // namespace

#include "session_sweep_test.moc"
