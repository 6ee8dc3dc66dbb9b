// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/record/journal_loop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;

namespace {

/// A disk that fails when told to.
struct Disk {
    bool failing = false;
    std::vector<api::Event> facts;
    std::uint64_t missing = 0;
    int commits = 0;
};

class DiskJournal final : public journal::JournalWriter {
public:
    explicit DiskJournal(Disk& disk)
        : disk_(disk) {}
    Result<void> append(std::span<const api::Event> facts, std::uint64_t missing) override {
        if (disk_.failing) return failure(ErrorCode::diskFull, "no space");
        disk_.facts.insert(disk_.facts.end(), facts.begin(), facts.end());
        disk_.missing += missing;
        ++disk_.commits;
        return {};
    }

private:
    Disk& disk_;
};

class JournalLoopTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void commitsOneBatchAndSaysHowFarItIs() {
        Waker waker;
        Disk disk;
        runtime::EventQueue queue(0, waker);
        runtime::JournalLoop loop(queue, std::make_unique<DiskJournal>(disk));
        for (std::uint64_t i = 1; i <= 5; ++i)
            queue.push({{i}, Time{}, {}, session::NoteAdded{"n"}});
        static_cast<void>(loop.step(Time{}));
        QCOMPARE(disk.commits, 1);
        QCOMPARE(disk.facts.size(), std::size_t{5});
        QCOMPARE(loop.storedUpTo().value, std::uint64_t{5});
    }

    void keepsFactsWhileTheDiskFailsAndWritesThemAfterwards() {
        Waker waker;
        Disk disk;
        disk.failing = true;
        runtime::EventQueue queue(0, waker);
        runtime::JournalLoop loop(queue, std::make_unique<DiskJournal>(disk));
        queue.push({{1}, Time{}, {}, session::NoteAdded{"early"}});
        const Time retry = loop.step(Time{});
        QVERIFY(loop.isFailing());
        QCOMPARE(loop.storedUpTo().value, std::uint64_t{0});
        disk.failing = false;
        queue.push({{2}, Time{}, {}, session::NoteAdded{"late"}});
        static_cast<void>(loop.step(retry));
        QVERIFY(!loop.isFailing());
        QCOMPARE(disk.facts.size(), std::size_t{2});
        QCOMPARE(disk.missing, std::uint64_t{0});
        QCOMPARE(loop.storedUpTo().value, std::uint64_t{2});
    }

    void theEndOfTheProgramTriesOnceMoreThoughThePauseIsNotOver() {
        Waker waker;
        Disk disk;
        disk.failing = true;
        runtime::EventQueue queue(0, waker);
        runtime::JournalLoop loop(queue, std::make_unique<DiskJournal>(disk));
        queue.push({{1}, Time{}, {}, session::NoteAdded{"during the failure"}});
        const Time retry = loop.step(Time{});
        disk.failing = false;
        queue.push({{2}, Time{}, {}, session::NoteAdded{"last words"}});
        QCOMPARE(loop.step(Time{}), retry); // the pause holds for a program that goes on
        QCOMPARE(disk.commits, 0);
        QCOMPARE(loop.finish().count, std::uint64_t{0});
        QCOMPARE(disk.facts.size(), std::size_t{2});
        QVERIFY(!loop.isFailing());
    }

    void whatNoDiskTookUntilTheEndIsCountedWithTheReason() {
        Waker waker;
        Disk disk;
        disk.failing = true;
        runtime::EventQueue queue(0, waker);
        runtime::JournalLoop loop(queue, std::make_unique<DiskJournal>(disk));
        for (std::uint64_t i = 1; i <= 3; ++i)
            queue.push({{i}, Time{}, {}, session::NoteAdded{"n"}});
        static_cast<void>(loop.step(Time{}));
        const auto left = loop.finish();
        QCOMPARE(left.count, std::uint64_t{3});
        QVERIFY(left.error.code == ErrorCode::diskFull);
    }

    void samplesAfterTheLastFactCountAsStored() {
        Waker waker;
        Disk disk;
        runtime::EventQueue queue(0, waker);
        runtime::JournalLoop loop(queue, std::make_unique<DiskJournal>(disk));
        queue.push({{1}, Time{}, {}, session::NoteAdded{"n"}});
        queue.push({{2}, Time{}, {}, bus::LinkMeasured{}});
        QCOMPARE(loop.storedUpTo().value, std::uint64_t{0});
        static_cast<void>(loop.step(Time{}));
        queue.push({{3}, Time{}, {}, bus::LinkMeasured{}});
        QCOMPARE(loop.storedUpTo().value, std::uint64_t{3});
        queue.push({{4}, Time{}, {}, session::NoteAdded{"not yet"}});
        QCOMPARE(loop.storedUpTo().value, std::uint64_t{1});
    }

    void countsWhatItCouldNotKeep() {
        Waker waker;
        Disk disk;
        disk.failing = true;
        runtime::EventQueue queue(0, waker);
        runtime::JournalLoop loop(queue, std::make_unique<DiskJournal>(disk));
        constexpr std::uint64_t kept = 64 * 1024 * 1024 / 512;
        for (std::uint64_t i = 1; i <= kept + 3; ++i)
            queue.push({{i}, Time{}, {}, motion::AxisHalted{{1}}});
        const Time retry = loop.step(Time{});
        disk.failing = false;
        static_cast<void>(loop.step(retry));
        QCOMPARE(disk.facts.size(), std::size_t{kept});
        // They were lost after all that waited: the next row tells of them.
        QCOMPARE(disk.missing, std::uint64_t{0});
        queue.push({{kept + 4}, Time{}, {}, session::NoteAdded{"later"}});
        static_cast<void>(loop.step(retry));
        QCOMPARE(disk.facts.size(), std::size_t{kept + 1});
        QCOMPARE(disk.missing, std::uint64_t{3});
    }
};

SERVOLANE_TEST(JournalLoopTest)

} // namespace

#include "journal_loop_test.moc"
