// SPDX-License-Identifier: GPL-3.0-or-later
// A search of one port: who is asked, in which order, what is made of the answers, and what is left behind.
#include "core/runtime/search/discovery.h"
#include "core/runtime/search/port_search.h"
#include "tests/support/fake_servos.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

namespace servolane::tests {

using namespace bus;
using runtime::PortSearch;
using runtime::SearchParts;

/// One line; each family hears its own servos on it.
struct SearchBench {
    std::shared_ptr<FakeServos> all = std::make_shared<FakeServos>();
    std::shared_ptr<FakeServos> one = std::make_shared<FakeServos>();
    bool present = true;
    LineFrame frame{}; ///< of the servos
    int opened = 0;
    int closed = 0;
};

class BenchLine final : public Transport {
public:
    explicit BenchLine(std::shared_ptr<SearchBench> bench)
        : bench_(std::move(bench)) {}
    Result<void> open(const LineSettings& settings) override {
        if (!bench_->present) return failure(ErrorCode::notFound, settings.path);
        ++bench_->opened;
        open_ = true;
        heard_ = settings.frame() == bench_->frame;
        return setBaud(settings.baud);
    }
    void close() override {
        ++bench_->closed;
        open_ = false;
    }
    bool isOpen() const override { return open_; }
    Result<void> setBaud(std::uint32_t baud) override {
        if (baud == 13) return failure(ErrorCode::unsupported, "13");
        bench_->all->baud = bench_->one->baud = heard_ ? baud : 1;
        return {};
    }
    Result<void> write(ByteView) override { return {}; }
    Result<std::size_t> read(MutableByteView, Time) override { return std::size_t{0}; }
    Result<void> discardInput() override { return {}; }
    LineTiming timing() const override { return {}; }

private:
    std::shared_ptr<SearchBench> bench_;
    bool open_ = false;
    bool heard_ = true;
};

static FamilyTraits traitsOf(const char* name, bool broadcast) {
    FamilyTraits traits;
    traits.name = name;
    traits.lastId = 20;
    traits.broadcastPing = broadcast;
    traits.likelyBauds =
        broadcast ? std::vector<std::uint32_t>{100, 200} : std::vector<std::uint32_t>{300, 400};
    return traits;
}

static runtime::SearchFactory factoryOf(std::shared_ptr<SearchBench> bench,
                                        FamilyTraits one = traitsOf("one", false)) {
    return [bench, one](const PortSearchOrder&, Clock& clock, const Waker& stop) -> Result<SearchParts> {
        SearchParts parts;
        parts.transport = std::make_unique<BenchLine>(bench);
        parts.families.push_back(
            std::make_unique<FakeServoBus>(bench->all, clock, stop, traitsOf("all", true)));
        parts.families.push_back(std::make_unique<FakeServoBus>(bench->one, clock, stop, one));
        return parts;
    };
}

static bool isKnown(std::string_view, std::uint32_t number) {
    return number == 1020;
}

class PortSearchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        bench_ = std::make_shared<SearchBench>();
        clock_ = std::make_unique<TestClock>();
    }

    void servosAreFoundAtWhateverRateTheyHaveAndThePortIsOpenedOnce() {
        bench_->one->add(7);
        bench_->one->servoBaud = 400;
        PortSearch search = searchOf({"all", "one"});
        run(search);
        QVERIFY(search.view().state == SearchState::done);
        QCOMPARE(search.view().found.size(), std::size_t{1});
        const FoundServo& found = search.view().found.front();
        QCOMPARE(found.family, std::string("one"));
        QCOMPARE(found.baud, 400U);
        QCOMPARE(int(found.servo.id.value), 7);
        QVERIFY(found.knownModel);
        QCOMPARE(bench_->opened, 1);
        QCOMPARE(bench_->closed, 1);
        QCOMPARE(search.view().done, 1.0);
        QVERIFY(search.view().took > Duration::zero());
    }
    void servosOfAnotherFrameAreFoundAndThePortGoesBackForTheOthers() {
        bench_->frame = {Parity::even, 1};
        bench_->one->add(7);
        bench_->one->servoBaud = 400;
        FamilyTraits traits = traitsOf("one", false);
        traits.likelyFrames = {{Parity::even, 1}, {Parity::none, 1}};
        PortSearch search = searchOf({"all", "one"}, traits);
        run(search);
        QVERIFY(search.view().state == SearchState::done);
        QCOMPARE(search.view().found.size(), std::size_t{1});
        QVERIFY(search.view().found.front().frame == bench_->frame);
        QCOMPARE(bench_->opened, bench_->closed);
        QCOMPARE(bench_->opened, 5); // once more for each change of the frame
    }
    void whereOneFamilyAnswersTheOthersAreLeftAlone() {
        bench_->all->add(1);
        bench_->all->add(2);
        bench_->all->servoBaud = 200;
        bench_->one->add(9);
        PortSearch search = searchOf({"all", "one"});
        run(search);
        QCOMPARE(search.view().found.size(), std::size_t{2});
        QCOMPARE(search.view().steps, std::size_t{2});
    }
    void everythingIsSearchedIfAskedFor() {
        bench_->all->add(1);
        bench_->all->servoBaud = 100;
        bench_->one->add(9);
        bench_->one->servoBaud = 300;
        PortSearch search = searchOf({"all", "one"}, SearchDepth::everything);
        run(search);
        QCOMPARE(search.view().found.size(), std::size_t{2});
        QCOMPARE(search.view().steps, std::size_t{4});
    }
    /// Set to 200 while its line broke; its fellows are still at 100.
    void aServoLostHalfWayOfAChangeOfRateIsFoundAgain() {
        bench_->all->add(1);
        bench_->all->servoBaud = 100;
        PortSearch search = searchOf({"all"});
        while (search.view().found.empty())
            stepOnce(search);
        bench_->all->servos.clear();
        bench_->all->add(2);
        bench_->all->servoBaud = 200;
        run(search);
        QCOMPARE(search.view().found.size(), std::size_t{2});
        QCOMPARE(search.view().found.back().baud, 200U);
    }
    /// The packets of two families look alike: both hear the servo, one knows its model.
    void aServoThatTwoFamiliesHearIsOfTheOneThatKnowsIt() {
        bench_->all->add(5);
        bench_->all->servos[5].model = 65535;
        bench_->one->add(5);
        bench_->all->servoBaud = bench_->one->servoBaud = 300;
        PortSearchOrder order = orderOf({"all", "one"});
        order.rates = {300};
        PortSearch search(order, factoryOf(bench_), isKnown, *clock_);
        run(search);
        QCOMPARE(search.view().found.size(), std::size_t{1});
        QCOMPARE(search.view().found.front().family, std::string("one"));
    }
    /// On a busy machine one lost answer made a Feetech servo an unknown one of DYNAMIXEL 1.
    void whereSomebodyWasHeardALostAnswerIsAskedForAgain() {
        bench_->all->add(5);
        bench_->all->servos[5].model = 65535;
        bench_->one->add(5);
        bench_->one->servos[5].pingsLost = 2;
        bench_->all->servoBaud = bench_->one->servoBaud = 300;
        PortSearchOrder order = orderOf({"all", "one"});
        order.rates = {300};
        PortSearch search(order, factoryOf(bench_), isKnown, *clock_);
        run(search);
        QCOMPARE(search.view().found.size(), std::size_t{1});
        QCOMPARE(search.view().found.front().family, std::string("one"));
    }
    void anIdThatTwoServosShareIsToldOnce() {
        bench_->all->add(1);
        bench_->all->doubled = {{1}};
        PortSearchOrder order = orderOf({"all"});
        order.rates = {100};
        PortSearch search(order, factoryOf(bench_), isKnown, *clock_);
        run(search);
        QCOMPARE(search.view().shared.size(), std::size_t{1});
        QCOMPARE(int(search.view().shared.front().servo.value), 1);
    }
    void anIdThatGivesGarbageWherePingedAloneIsToldAsShared() {
        bench_->one->add(1);
        bench_->one->noisy = {2};
        PortSearchOrder order = orderOf({"one"});
        order.rates = {100};
        PortSearch search(order, factoryOf(bench_), isKnown, *clock_);
        run(search);
        QCOMPARE(search.view().shared.size(), std::size_t{1});
        QCOMPARE(int(search.view().shared.front().servo.value), 2);
    }
    /// Bug: an adapter that rings after each request, and every id was told as that of two servos.
    void aLineThatIsNoisyAllOverSharesNoId() {
        bench_->one->add(1);
        for (std::uint8_t id = 1; id < 200; ++id)
            bench_->one->noisy.insert(id);
        PortSearchOrder order = orderOf({"one"});
        order.rates = {100};
        PortSearch search(order, factoryOf(bench_), isKnown, *clock_);
        run(search);
        QVERIFY(search.view().shared.empty());
        QCOMPARE(search.view().found.size(), std::size_t{1});
    }
    void aRateThatTheAdapterCannotDoIsPassedOver() {
        bench_->all->add(1);
        PortSearchOrder order = orderOf({"all"});
        order.rates = {100, 13};
        PortSearch search(order, factoryOf(bench_), isKnown, *clock_);
        run(search);
        QVERIFY(search.view().state == SearchState::done);
        QCOMPARE(search.view().found.size(), std::size_t{1});
    }
    void cancelEndsItAndClosesThePort() {
        PortSearch search = searchOf({"one"});
        stepOnce(search);
        stepOnce(search);
        search.cancel();
        stepOnce(search);
        QVERIFY(search.view().state == SearchState::cancelled);
        QCOMPARE(bench_->closed, 1);
        QVERIFY(search.view().done < 1.0);
    }
    void whatIsFoundStaysWhenTheAdapterIsPulled() {
        bench_->one->add(1);
        PortSearch search = searchOf({"one"});
        while (search.view().found.empty())
            stepOnce(search);
        bench_->one->setPlugged(false);
        run(search);
        QVERIFY(search.view().state == SearchState::failed);
        QVERIFY(search.view().error.code == ErrorCode::linkLost);
        QCOMPARE(search.view().found.size(), std::size_t{1});
    }
    void aPortThatCannotBeOpenedSaysWhy() {
        bench_->present = false;
        PortSearch search = searchOf({"one"});
        run(search);
        QVERIFY(search.view().error.code == ErrorCode::notFound);
        QCOMPARE(bench_->closed, 0);
    }
    void noSliceIsLongerThanTenMilliseconds() {
        PortSearch search = searchOf({"all", "one"});
        while (!search.isFinished()) {
            const Time before = clock_->now();
            stepOnce(search);
            QVERIFY(clock_->now() - before <= std::chrono::milliseconds{10});
        }
    }
    void portsAreSearchedAtTheSameTimeAndASecondSearchWaits() {
        SystemClock clock;
        const auto other = std::make_shared<SearchBench>();
        bench_->all->add(1);
        other->all->add(2);
        const auto factory = [this, other](const PortSearchOrder& order, Clock& time, const Waker& stop) {
            return factoryOf(order.line.path == "a" ? bench_ : other)(order, time, stop);
        };
        runtime::Discovery discovery(clock, factory, isKnown);
        QCOMPARE(discovery.board()->search, std::uint64_t{0});
        PortSearchOrder a = orderOf({"all"});
        PortSearchOrder b = a;
        a.line.path = "a";
        b.line.path = "b";
        QVERIFY(discovery.start({a, b}));
        QVERIFY(!discovery.start({a}));
        QTRY_VERIFY_WITH_TIMEOUT(!discovery.board()->running, 60'000);
        discovery.cancel(); // nothing is left to cancel
        QCOMPARE(int(discovery.board()->find("a")->found.front().servo.id.value), 1);
        QCOMPARE(int(discovery.board()->find("b")->found.front().servo.id.value), 2);
        QVERIFY(discovery.start({a}));
        QTRY_VERIFY_WITH_TIMEOUT(!discovery.board()->running, 60'000);
        QCOMPARE(discovery.board()->search, std::uint64_t{2});
        QVERIFY(!discovery.board()->find("b"));
    }
    void aSearchOfNothingIsOverAtOnce() {
        SystemClock clock;
        runtime::Discovery discovery(clock, factoryOf(bench_), isKnown);
        QVERIFY(discovery.start({}));
        QVERIFY(!discovery.board()->running);
        QCOMPARE(discovery.board()->search, std::uint64_t{1});
    }

private:
    static PortSearchOrder orderOf(std::vector<std::string> families) {
        PortSearchOrder order;
        order.line.path = "bench";
        order.families = std::move(families);
        return order;
    }
    PortSearch searchOf(std::vector<std::string> families, SearchDepth depth = SearchDepth::untilFound) {
        PortSearchOrder order = orderOf(std::move(families));
        order.depth = depth;
        return PortSearch(order, factoryOf(bench_), isKnown, *clock_);
    }
    PortSearch searchOf(std::vector<std::string> families, FamilyTraits one) {
        return PortSearch(orderOf(std::move(families)), factoryOf(bench_, std::move(one)), isKnown, *clock_);
    }
    void stepOnce(PortSearch& search) { search.step(clock_->now()); }
    void run(PortSearch& search) {
        while (!search.isFinished())
            stepOnce(search);
    }

    std::shared_ptr<SearchBench> bench_;
    std::unique_ptr<TestClock> clock_;
};

} // namespace servolane::tests

using servolane::tests::PortSearchTest;
SERVOLANE_TEST(PortSearchTest)
#include "port_search_test.moc"
