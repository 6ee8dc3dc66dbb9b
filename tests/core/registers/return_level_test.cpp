// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/return_level.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane::registers;

namespace {

class ReturnLevelTest : public QObject {
    Q_OBJECT

    static Register source(std::int64_t most) {
        Register level;
        level.minimum = 0;
        level.maximum = most;
        return level;
    }

private Q_SLOTS:
    void theHighestNumberAnswersEverything() {
        for (const std::int64_t most : {1, 2}) {
            QCOMPARE(returnLevelFrom(source(most), most), answersAll);
            QCOMPARE(rawFromReturnLevel(source(most), answersAll), most);
            QCOMPARE(rawFromReturnLevel(source(most), answersReads), most - 1);
        }
    }
    void twoChoicesBeginWithReads() {
        QCOMPARE(returnLevelFrom(source(1), 0), answersReads);
        QCOMPARE(returnLevelFrom(source(2), 0), answersPings);
        QCOMPARE(rawFromReturnLevel(source(1), answersPings), std::int64_t{0}); // as little as it can
    }
    void whatNoRegisterShouldHoldIsTheNearestLevel() {
        QCOMPARE(returnLevelFrom(source(2), 255), answersAll);
        QCOMPARE(returnLevelFrom(source(1), -3), answersPings);
    }
};

SERVOLANE_TEST(ReturnLevelTest)

} // namespace

#include "return_level_test.moc"
