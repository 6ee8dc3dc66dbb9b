// SPDX-License-Identifier: GPL-3.0-or-later
// A client that vanishes while it jogs: the whole workstation on the test clock, asked by the protocol.
#include "drivers/ipc/service.h"
#include "tests/pipeline/workbench.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <nlohmann/json.hpp>

namespace servolane {

using namespace std::chrono_literals;
using nlohmann::json;
using tests::Workbench;

namespace {

class LapsedLeaseTest : public QObject {
    Q_OBJECT

    static drivers::ipc::Offer offerOf(Workbench& bench) {
        return {*bench.workstation,
                bench.workstation->readModels(),
                [&bench] { return bench.workstation->storedUpTo(); },
                [] { return false; },
                "servolane",
                "1"};
    }
    static journal::CommandEntry ask(Workbench& bench, drivers::ipc::Service& service, const json& command) {
        const json answer =
            json::parse(service.answer(json{{"v", 1}, {"ask", "send"}, {"command", command}}.dump()));
        return bench.follow({answer["answer"]["command"].get<std::uint64_t>()});
    }
    static void renew(drivers::ipc::Service& service) {
        static_cast<void>(service.answer(R"({"v":1,"ask":"renew","axis":1,"valid_for_ns":300000000})"));
    }

private Q_SLOTS:
    void theAxisComesToRestWhenNobodyRenewsItsLease() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        drivers::ipc::Service service(offerOf(bench));
        QVERIFY(ask(bench, service, {{"kind", "SetTorque"}, {"axis", 1}, {"on", true}}).state ==
                journal::CommandState::confirmed);
        renew(service);
        QVERIFY(ask(bench, service, {{"kind", "StartJog"}, {"axis", 1}, {"velocity", 30.0}}).state ==
                journal::CommandState::confirmed);
        for (int i = 0; i < 10; ++i) {
            renew(service);
            bench.run(80ms);
            QVERIFY(bench.axis(1).activity == motion::Activity::jog);
        }
        // Here the client dies.
        const double moved = bench.position(1);
        QVERIFY(bench.runUntil([&] { return bench.axis(1).activity == motion::Activity::none; }, 500ms));
        QVERIFY(bench.axis(1).lastEnd->reason == motion::EndReason::leaseLapsed);
        bench.run(1s);
        const double rest = bench.position(1);
        bench.run(1s);
        QVERIFY(std::abs(bench.position(1) - rest) < 0.2);
        QVERIFY2(rest - moved < 30.0 * 0.6, qPrintable(QString::number(rest - moved)));
    }

    void aCommandOfAnotherProcessPassesTheSamePolicies() {
        Workbench bench;
        bench.connect("dynamixel2:1@1000000");
        drivers::ipc::Service service(offerOf(bench));
        const auto refused = ask(bench, service, {{"kind", "MoveAxis"}, {"axis", 1}, {"target", 90.0}});
        QVERIFY(refused.state == journal::CommandState::rejected);
        QVERIFY(refused.rejection.code == api::RejectionCode::torqueOff);
        QVERIFY(refused.asker == api::Asker::commandLine);
        const auto motionRegister = ask(
            bench, service, {{"kind", "WriteRegister"}, {"axis", 1}, {"name", "goal_position"}, {"raw", 10}});
        QVERIFY(motionRegister.rejection.code == api::RejectionCode::motionRegister);
    }
};

SERVOLANE_TEST(LapsedLeaseTest)

} // namespace

} // namespace servolane

#include "lapsed_lease_test.moc"
