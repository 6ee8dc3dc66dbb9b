// SPDX-License-Identifier: GPL-3.0-or-later
// Given the links, when one is to be opened, scanned or changed, then these requests, or this refusal.
#include "tests/core/motion/given.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/bus/write/policies.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <functional>
#include <limits>
#include <map>

using namespace servolane;
using namespace servolane::tests;
using api::RejectionCode;
using bus::Pace;
using telemetry::Channel;

namespace {

bus::LinkSettings linkTo(const std::string& path) {
    bus::LinkSettings link;
    link.line.path = path;
    return link;
}

/// A simulated bus 1 and a real bus 2.
Given twoLinks() {
    Given given;
    given.connected(1, true).connected(2, false);
    // Everyone may send raw packets: what the bus says of them is looked at here.
    return given.happened(access::Armed{api::Asker::window, given.now + std::chrono::minutes{5}});
}

struct Case {
    RejectionCode code;
    api::CommandBody refused;
    api::CommandBody passes;
    std::vector<api::EventBody> history = {};
};

bus::ConnectBus slowestPoll(double rate) {
    bus::ConnectBus connect{linkTo("/dev/ttyACM0")};
    connect.link.pollRate = rate;
    return connect;
}
bus::ConnectBus lineRate(std::uint32_t baud) {
    bus::ConnectBus connect{linkTo("/dev/ttyACM0")};
    connect.link.line.baud = baud;
    return connect;
}

bus::SetPollPlan planWith(Channel channel, Pace pace) {
    bus::SetPollPlan command{{1}};
    command.plan[channel] = pace;
    return command;
}

bus::SendRawPacket raw(std::size_t size, Duration wait = std::chrono::milliseconds{10}) {
    return {{1}, Bytes(size, 0xFF), wait};
}

const std::map<std::string, Case>& cases() {
    static const std::map<std::string, Case> table{
        {"refuseLinkWithoutPath",
         {RejectionCode::invalidArgument, bus::ConnectBus{linkTo("")},
          bus::ConnectBus{linkTo("/dev/ttyACM0")}}},
        {"refuseRateOfTheLineOutOfRange", {RejectionCode::invalidArgument, lineRate(5'000'000), lineRate(0)}},
        {"refusePollRateOutOfRange", {RejectionCode::invalidArgument, slowestPoll(-1.0), slowestPoll(0.0)}},
        {"refusePathThatIsOpen",
         {RejectionCode::busAlreadyOpen, bus::ConnectBus{linkTo("/dev/ttyUSB1")},
          bus::ConnectBus{linkTo("/dev/ttyUSB3")}}},
        {"refuseUnknownBus", {RejectionCode::busUnknown, bus::DisconnectBus{{9}}, bus::DisconnectBus{{1}}}},
        {"refuseBusThatIsDown",
         {RejectionCode::busDown,
          bus::SetPollRate{{1}, 50.0},
          bus::SetPollRate{{2}, 50.0},
          {bus::BusLost{{1}, {}}}}},
        {"refuseSecondScan",
         {RejectionCode::scanRunning, bus::ScanBus{{1}, {}}, bus::ScanBus{{2}, {}}, {bus::ScanStarted{{1}}}}},
        {"refuseScanAtOtherRatesWhileWatchdogIsArmed",
         {RejectionCode::torqueOn,
          bus::ScanBus{{1}, {57'600}},
          bus::ScanBus{{1}, {1'000'000}},
          {bus::WatchdogArmed{{1}, {3}, {}}}}},
        {"refuseCancelWithoutScan",
         {RejectionCode::noScanRunning, bus::CancelScan{{2}}, bus::CancelScan{{1}}, {bus::ScanStarted{{1}}}}},
        {"refuseFaultsOfRealLinks",
         {RejectionCode::notSimulated, bus::InjectFault{{2}, "drop=0.1"}, bus::InjectFault{{1}, "drop=0.1"}}},
        {"refusePlanWithoutPosition",
         {RejectionCode::channelNeeded, planWith(Channel::position, Pace::slow),
          planWith(Channel::velocity, Pace::slow)}},
        {"refusePlanWithoutErrors",
         {RejectionCode::channelNeeded, planWith(Channel::hardwareError, Pace::never),
          planWith(Channel::temperature, Pace::never)}},
        {"refuseSlowIntervalOutOfRange",
         {RejectionCode::invalidArgument, bus::SetPollPlan{{1}, {}, 0.0}, bus::SetPollPlan{{1}, {}, 0.02}}},
        {"refuseEmptyFault",
         {RejectionCode::invalidArgument, bus::InjectFault{{1}, ""}, bus::InjectFault{{1}, "drop=0.1"}}},
        {"refuseRawWhileStopIsLatched",
         {RejectionCode::stopLatched, raw(1), bus::SetPollRate{{1}, 50.0}, {motion::StopLatched{{1}}}}},
        {"refuseRawOutOfSize", {RejectionCode::invalidArgument, raw(257), raw(256)}},
        {"refuseRawWaitOutOfRange",
         {RejectionCode::invalidArgument, raw(1, std::chrono::milliseconds{101}),
          raw(1, std::chrono::milliseconds{100})}},
    };
    return table;
}

} // namespace

class BusDecisions final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachPolicyRefusesOnceAndPassesOnce() {
        QCOMPARE(cases().size(), bus::allPolicies().size());
        for (const auto& policy : bus::allPolicies()) {
            const auto found = cases().find(std::string(policy.name));
            QVERIFY2(found != cases().end(), std::string(policy.name).c_str());
            Given given = twoLinks();
            for (const auto& event : found->second.history)
                given.happened(event);
            const auto refused = given.when(found->second.refused);
            QCOMPARE(outcomeOf(refused), std::string(toString(found->second.code)));
            QCOMPARE(outcomeOf(given.when(found->second.passes)), std::string("decided"));
        }
    }

    void connectingGivesTheNextIdAwayAndOpens() {
        Given given = twoLinks();
        const auto first = given.when(bus::ConnectBus{linkTo("/dev/ttyACM0")});
        COMPARE_TEXTS(textsOf(first->events), {"BusOpening"});
        COMPARE_TEXTS(textsOf(first->requests), {"bus 3 registers: open /dev/ttyACM0"});
        given.happened(first->events[0]);
        const auto second = given.when(bus::ConnectBus{linkTo("/dev/ttyACM1")});
        COMPARE_TEXTS(textsOf(second->requests), {"bus 4 registers: open /dev/ttyACM1"});
    }

    void aPathIsTakenWhileItOpensAndFreeOnceItIsClosed() {
        Given given;
        given.happened(bus::BusOpening{{1}, linkTo("/dev/ttyACM0")});
        const auto again = given.when(bus::ConnectBus{linkTo("/dev/ttyACM0")});
        QCOMPARE(outcomeOf(again), std::string("bus-already-open"));
        QCOMPARE(again.error().bus.value, 1);
        QCOMPARE(again.error().subject, std::string("/dev/ttyACM0"));
        given.happened(bus::BusDisconnected{{1}});
        COMPARE_TEXTS(textsOf(given.when(bus::ConnectBus{linkTo("/dev/ttyACM0")})->requests),
                      {"bus 2 registers: open /dev/ttyACM0"});
    }

    void aLinkThatCannotBeOpenedIsClosedAgain() {
        Given given;
        given.happened(api::CommandAccepted{{5}, api::Asker::window, {"ConnectBus", {}, {}, ""}})
            .happened(bus::BusOpening{{1}, linkTo("/dev/ttyACM0")});
        QVERIFY(given.reacting(api::CommandFailed{{4}, {}, {}}).events.empty());
        COMPARE_TEXTS(textsOf(given.reacting(api::CommandFailed{{5}, {}, {}}).events), {"BusDisconnected"});
    }

    void aLinkThatWasOpenIsKeptWhenItsFirstScanFails() {
        Given given;
        given.happened(api::CommandAccepted{{5}, api::Asker::window, {"ConnectBus", {}, {}, ""}})
            .happened(bus::BusOpening{{1}, linkTo("/dev/ttyACM0")})
            .happened(bus::BusConnected{{1}, linkTo("/dev/ttyACM0"), false})
            .happened(bus::BusLost{{1}, {}});
        QVERIFY(given.reacting(api::CommandFailed{{5}, {}, {}}).events.empty());
    }

    void requestsSayWhatWasAsked() {
        Given given = twoLinks();
        const auto requestOf = [&](api::CommandBody body) {
            return textOf(given.when(std::move(body))->requests[0]);
        };
        QCOMPARE(requestOf(bus::DisconnectBus{{1}}), std::string("bus 1 registers: close"));
        QCOMPARE(requestOf(bus::ScanBus{{1}, {57'600, 1'000'000}}),
                 std::string("bus 1 registers: scan 57600 1000000"));
        QCOMPARE(requestOf(bus::SetPollRate{{1}, 500.0}), std::string("bus 1 registers: rate 500"));
        QCOMPARE(requestOf(planWith(Channel::voltage, Pace::everyCycle)),
                 std::string("bus 1 registers: plan, slow every 200 ms"));
        QCOMPARE(requestOf(bus::InjectFault{{1}, "silent=3"}),
                 std::string("bus 1 registers: fault silent=3"));
        QCOMPARE(requestOf(bus::ClearFaults{{1}}), std::string("bus 1 registers: fault "));
        given.happened(bus::ScanStarted{{1}});
        QCOMPARE(requestOf(bus::CancelScan{{1}}), std::string("bus 1 registers: cancel scan"));
    }

    void numbersOfALinkHaveTwoEndsAndMustBeNumbers() {
        const Given given = twoLinks();
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        for (const double rate : {none, -0.1, 100'001.0})
            QCOMPARE(outcomeOf(given.when(bus::SetPollRate{{1}, rate})), std::string("invalid-argument"));
        for (const double interval : {none, 0.019, 60.1})
            QCOMPARE(outcomeOf(given.when(bus::SetPollPlan{{1}, {}, interval})),
                     std::string("invalid-argument"));
        for (const std::uint32_t baud : {1'199U, 4'500'001U})
            QCOMPARE(given.when(bus::ScanBus{{1}, {baud}}).error().requested, static_cast<double>(baud));
        for (const Duration wait : {Duration{-1}, Duration{std::chrono::milliseconds{101}}})
            QCOMPARE(outcomeOf(given.when(raw(1, wait))), std::string("invalid-argument"));
        QCOMPARE(outcomeOf(given.when(raw(0))), std::string("invalid-argument"));
    }

    void onlyASimulatedLinkHasFaultsToClear() {
        QCOMPARE(outcomeOf(twoLinks().when(bus::ClearFaults{{2}})), std::string("not-simulated"));
    }

    void linksMayBeChangedWhileStopIsLatched() {
        Given given = twoLinks();
        given.happened(motion::StopLatched{{1}});
        QVERIFY(given.when(bus::ScanBus{{1}, {}}));
        QVERIFY(given.when(bus::DisconnectBus{{1}}));
    }
};

SERVOLANE_TEST(BusDecisions)
#include "decide_test.moc"
