// SPDX-License-Identifier: GPL-3.0-or-later
// In which order a port is searched, and what is said of the time that it takes.
#include "core/bus/search_plan.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

namespace servolane::tests {

using namespace bus;

class SearchPlanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsKnownComesFirstThenLikelyRatesThenTheRest() {
        PortSearchOrder order = orderOf({"one", "all"});
        order.known = {{"one", 38'400, SearchStage::known}};
        QCOMPARE(told(order), QStringLiteral("one@38400 all@100 all@200 all@300 one@1000 one@2000 one@3000 "
                                             "all@400 one@4000"));
    }
    void aFamilyThatIsNotTickedIsNotAskedThoughItIsKnown() {
        PortSearchOrder order = orderOf({"all"});
        order.known = {{"one", 1000, SearchStage::known}, {"all", 400, SearchStage::known}};
        QCOMPARE(told(order), QStringLiteral("all@400 all@100 all@200 all@300"));
    }
    void ratesThatWereAskedForAreTheOnlyOnes() {
        PortSearchOrder order = orderOf({"one", "all"});
        order.known = {{"all", 300, SearchStage::known}};
        order.rates = {200};
        QCOMPARE(told(order), QStringLiteral("all@200 one@200"));
    }
    /// Its other rates are looked at too: one that was lost half-way of a change may be there.
    void whereServosAnswerOtherFamiliesAreLeftOut() {
        SearchPlan plan(orderOf({"one", "all"}), traits(), {});
        plan.finish(std::chrono::milliseconds{50}, false);
        plan.finish(std::chrono::milliseconds{50}, true);
        QCOMPARE(stepsOf(plan), QStringLiteral("all@300 all@400"));
    }
    void everythingMeansEverything() {
        PortSearchOrder order = orderOf({"one", "all"});
        order.depth = SearchDepth::everything;
        SearchPlan plan(order, traits(), {});
        plan.finish(std::chrono::milliseconds{50}, true);
        QCOMPARE(plan.steps().size(), std::size_t{7});
    }
    /// Bug: a port known as a Maestro's was asked for every other family, and their packets move its servos.
    void whereAFamilyWasFoundThatOthersMoveNoOtherIsAsked() {
        PortSearchOrder order = orderOf({"one", "all", "moved"});
        order.depth = SearchDepth::everything;
        order.known = {{"moved", 20, SearchStage::known}, {"one", 1000, SearchStage::known}};
        QCOMPARE(told(order), QStringLiteral("moved@20 moved@10"));
        order.families = {"one"}; // asked for by a person, by its name
        order.rates = {1000};
        QCOMPARE(told(order), QStringLiteral("one@1000"));
    }
    void whereSuchAFamilyAnswersTheOthersAreLeftOutWhateverIsAsked() {
        PortSearchOrder order = orderOf({"moved", "one"});
        order.depth = SearchDepth::everything;
        SearchPlan plan(order, traits(), {});
        QCOMPARE(plan.next()->family, std::string("moved"));
        plan.finish(std::chrono::milliseconds{50}, true);
        QCOMPARE(stepsOf(plan), QStringLiteral("moved@20"));
    }
    /// Bug: a Modbus drive as the specification has it, with even parity, was never found.
    void eachFrameOfAFamilyIsTriedTheLikelyOnesFirst() {
        std::vector<FamilyTraits> families = traits();
        families[0].likelyFrames = {{Parity::even, 1}, {Parity::none, 1}, {Parity::odd, 1}};
        families[0].likelyBauds = {1000, 2000};
        PortSearchOrder order = orderOf({"one"});
        order.known = {{"one", 2000, SearchStage::known, {Parity::odd, 1}}};
        const auto steps = [&] {
            QStringList told;
            const SearchPlan plan(order, families, {});
            for (const SearchStep& step : plan.steps())
                told << QString::number(step.baud) + "/" + QString::fromStdString(toString(step.frame));
            return told.join(QLatin1Char(' '));
        };
        QCOMPARE(steps(), QStringLiteral("2000/8O1 1000/8E1 1000/8N1 2000/8E1 2000/8N1 1000/8O1"));
        order.frame = LineFrame{Parity::none, 2};
        QCOMPARE(steps(), QStringLiteral("2000/8N2 1000/8N2"));
    }
    void theEstimateFollowsWhatStepsTook() {
        SearchPlan plan(orderOf({"one"}), traits(), {});
        const Duration first = plan.left(0.0);
        const Duration step = expectedSearchTime(traits()[0], 1000, {});
        plan.finish(2 * step, false);
        double rest = 0.0;
        for (const std::uint32_t rate : {2000U, 3000U, 4000U})
            rest += seconds(expectedSearchTime(traits()[0], rate, {}));
        QVERIFY(std::abs(seconds(plan.left(0.0)) - 2 * rest) < 1e-6);
        QVERIFY(plan.left(0.5) < plan.left(0.0));
        QVERIFY(first > plan.left(1.0) / 2);
        QVERIFY(plan.done(0.0) > 0.0 && plan.done(0.0) < plan.done(0.5));
    }
    void aPlanWithoutStepsIsDone() {
        const SearchPlan plan(orderOf({"klingon"}), traits(), {});
        QVERIFY(!plan.next());
        QCOMPARE(plan.done(0.0), 1.0);
        QVERIFY(plan.left(0.0) == Duration::zero());
    }
    void anAdapterThatHoldsBytesBackTakesLonger() {
        const Duration plain = expectedSearchTime(traits()[0], 1'000'000, {});
        const Duration held = expectedSearchTime(traits()[0], 1'000'000, std::chrono::milliseconds{16});
        QCOMPARE(std::lround(seconds(held - plain) * 1000.0), 253L * 16);
    }

private:
    static std::vector<FamilyTraits> traits() {
        FamilyTraits one;
        one.name = "one";
        one.likelyBauds = {1000, 2000, 3000, 4000};
        FamilyTraits all;
        all.name = "all";
        all.broadcastPing = true;
        all.likelyBauds = {100, 200, 300, 400};
        FamilyTraits moved;
        moved.name = "moved";
        moved.movedByOthers = true;
        moved.likelyBauds = {10, 20};
        return {one, all, moved};
    }
    static PortSearchOrder orderOf(std::vector<std::string> families) {
        PortSearchOrder order;
        order.families = std::move(families);
        return order;
    }
    static QString stepsOf(const SearchPlan& plan) {
        QStringList steps;
        for (const SearchStep& step : plan.steps())
            steps << QStringLiteral("%1@%2").arg(QString::fromStdString(step.family)).arg(step.baud);
        return steps.join(QLatin1Char(' '));
    }
    static QString told(const PortSearchOrder& order) { return stepsOf(SearchPlan(order, traits(), {})); }
};

} // namespace servolane::tests

using servolane::tests::SearchPlanTest;
SERVOLANE_TEST(SearchPlanTest)
#include "search_plan_test.moc"
