// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/mailbox.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using bus::Priority;

namespace {

bus::Request request(std::uint64_t command, Priority priority, AxisId coalesce = {},
                     std::uint8_t fields = 0) {
    bus::Request made;
    made.command = {command};
    made.priority = priority;
    made.coalesceAxis = coalesce;
    made.coalesceFields = fields;
    return made;
}

class MailboxTest : public QObject {
    Q_OBJECT

    std::vector<std::uint64_t> takeAll(runtime::Mailbox& mailbox) {
        std::vector<std::uint64_t> order;
        while (const auto letter = mailbox.take(Priority::background))
            order.push_back(letter->request.command.value);
        return order;
    }

private Q_SLOTS:
    void servesByPriorityThenInOrder() {
        Waker waker;
        runtime::Mailbox mailbox(waker);
        mailbox.post(request(1, Priority::background), {});
        mailbox.post(request(2, Priority::registers), {});
        mailbox.post(request(3, Priority::motion), {});
        mailbox.post(request(4, Priority::registers), {});
        mailbox.post(request(5, Priority::stop), {});
        QCOMPARE(takeAll(mailbox), (std::vector<std::uint64_t>{5, 3, 2, 4, 1}));
    }

    void leavesWhatIsBelowTheAskedPriority() {
        Waker waker;
        runtime::Mailbox mailbox(waker);
        mailbox.post(request(1, Priority::registers), {});
        QVERIFY(!mailbox.take(Priority::motion));
        QVERIFY(mailbox.take(Priority::registers));
    }

    void aNewerGoalReplacesTheOneThatWaits() {
        Waker waker;
        runtime::Mailbox mailbox(waker);
        QVERIFY(!mailbox.post(request(1, Priority::motion, {7}), {}));
        QVERIFY(!mailbox.post(request(2, Priority::motion, {8}), {}));
        const auto replaced = mailbox.post(request(3, Priority::motion, {7}), {});
        QVERIFY(replaced);
        QCOMPARE(replaced->letter.request.command.value, std::uint64_t{1});
        QVERIFY(replaced->outcome == bus::RequestOutcome::superseded);
        QCOMPARE(takeAll(mailbox), (std::vector<std::uint64_t>{2, 3}));
    }

    void aNewerGoalDoesNotOvertakeAHaltAskedForBeforeIt() {
        Waker waker;
        runtime::Mailbox mailbox(waker);
        mailbox.post(request(1, Priority::motion, {7}), {});
        mailbox.post(request(2, Priority::motion), {}); // halt
        QVERIFY(mailbox.post(request(3, Priority::motion, {7}), {}));
        QCOMPARE(takeAll(mailbox), (std::vector<std::uint64_t>{2, 3}));
    }

    void aGoalWithItsProfileIsNotReplacedByOneWithout() {
        Waker waker;
        runtime::Mailbox mailbox(waker);
        mailbox.post(request(1, Priority::motion, {7}, 1), {});
        QVERIFY(!mailbox.post(request(2, Priority::motion, {7}, 2), {}));
        const auto replaced = mailbox.post(request(3, Priority::motion, {7}, 3), {});
        QCOMPARE(replaced->letter.request.command.value, std::uint64_t{1});
        QCOMPARE(takeAll(mailbox), (std::vector<std::uint64_t>{2, 3}));
    }

    void whatIsTakenBackIsNotServed() {
        Waker waker;
        runtime::Mailbox mailbox(waker);
        mailbox.post(request(1, Priority::registers), {});
        mailbox.post(request(2, Priority::registers), {});
        mailbox.post(request(1, Priority::background), {});
        QCOMPARE(mailbox.withdraw({1}), std::size_t{2});
        QCOMPARE(mailbox.withdraw({1}), std::size_t{0});
        QCOMPARE(takeAll(mailbox), (std::vector<std::uint64_t>{2}));
    }

    void whatIsPostedAfterTheEndComesBackUnserved() {
        Waker waker;
        runtime::Mailbox mailbox(waker);
        mailbox.post(request(1, Priority::registers), {});
        mailbox.post(request(2, Priority::motion), {});
        QCOMPARE(mailbox.close().size(), std::size_t{2});
        const auto refused = mailbox.post(request(3, Priority::motion), {});
        QVERIFY(refused);
        QCOMPARE(refused->letter.request.command.value, std::uint64_t{3});
        QVERIFY(refused->outcome == bus::RequestOutcome::failed);
        QVERIFY(takeAll(mailbox).empty());
    }

    void registerWritesNeverCoalesce() {
        Waker waker;
        runtime::Mailbox mailbox(waker);
        for (std::uint64_t i = 1; i <= 3; ++i)
            QVERIFY(!mailbox.post(request(i, Priority::registers), {}));
        QCOMPARE(takeAll(mailbox), (std::vector<std::uint64_t>{1, 2, 3}));
    }

    void postingWakesTheReader() {
        Waker waker;
        runtime::Mailbox mailbox(waker);
        mailbox.post(request(1, Priority::motion), {});
        QVERIFY(waker.isWoken());
    }
};

SERVOLANE_TEST(MailboxTest)

} // namespace

#include "mailbox_test.moc"
