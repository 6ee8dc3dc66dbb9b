// SPDX-License-Identifier: GPL-3.0-or-later
// Each check by its facts, at its borders.
#include "core/bus/read/bus_doctor.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

using namespace servolane;
using namespace servolane::bus;
using namespace std::chrono_literals;

namespace {

/// Three servos on a paced real line of 1 Mbit/s that runs well.
BusFacts wellBus() {
    BusFacts facts;
    facts.bus.id = {1};
    facts.bus.link.line.path = "/dev/ttyUSB0";
    facts.bus.link.line.baud = 1'000'000;
    facts.bus.link.pollRate = 200.0;
    LinkMeasured& m = facts.bus.measured;
    m.cyclesPerSecond = 200.0;
    m.wireLimit = 1000.0;
    m.wireShare = 0.2;
    m.bareWireTime = 1e-3;
    m.jitterP99 = 50e-6;
    m.answers = 30'000;
    m.adapterLatency = 1ms;
    for (std::uint8_t id = 1; id <= 3; ++id) {
        ServoFacts servo;
        servo.axis = tests::sampleAxis(id, 1, id);
        servo.measured.axis = servo.axis->id;
        servo.measured.asked = 10'000;
        servo.measured.timed = 100;
        servo.measured.turnaround = 80e-6;
        servo.measured.turnaroundJitter = 5e-6;
        servo.measured.turnaroundLongest = 100e-6;
        servo.measured.returnDelay = 0.0;
        servo.measured.returnLevel = 2;
        servo.supply = {12.0, 11.8, true};
        facts.servos.push_back(std::move(servo));
    }
    return facts;
}

Finding of(const BusFacts& facts, Check check) {
    for (const Finding& finding : examine(facts))
        if (finding.check == check) return finding;
    return {};
}
std::vector<int> idsOf(const Finding& finding) {
    std::vector<int> ids;
    for (const ServoId id : finding.servos)
        ids.push_back(id.value);
    return ids;
}
using Change = void (*)(BusFacts&);

} // namespace
Q_DECLARE_METATYPE(Change)
Q_DECLARE_METATYPE(servolane::bus::Check)
Q_DECLARE_METATYPE(servolane::bus::Grade)

class BusDoctorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aBusThatRunsWellHasNoFault() {
        const auto findings = examine(wellBus());
        QCOMPARE(findings.size(), std::size_t{13});
        for (const Finding& finding : findings)
            QVERIFY2(finding.grade == Grade::good, std::string(toString(finding.check)).c_str());
    }

    /// "The supply was not seen under load" was said of servos that tell no voltage.
    void aBusWithoutAVoltageRegisterIsToldSo() {
        BusFacts facts = wellBus();
        auto axis = std::make_shared<motion::Axis>(*facts.servos[0].axis);
        auto model = std::make_shared<registers::ServoModel>(*axis->model);
        for (auto& one : model->registers)
            if (one.role == registers::Role::inputVoltage) one.role = registers::Role::none;
        axis->model = std::move(model);
        facts.servos.resize(1);
        facts.servos[0].axis = std::move(axis);
        facts.servos[0].supply = {};
        QVERIFY(of(facts, Check::supply).why == Unjudged::noRegister);
    }

    /// Bug: a line was called good while every servo reported an alarm.
    void whatServosReportOfThemselvesIsAFault() {
        BusFacts facts = wellBus();
        facts.servos[1].alarms = alarmsOf(*facts.servos[1].axis->model, 0x21);
        const Finding finding = of(facts, Check::alarms);
        QVERIFY(finding.grade == Grade::fault);
        QCOMPARE(idsOf(finding), std::vector<int>{2});
        QCOMPARE(finding.subject, "2: " + facts.servos[1].alarms);
        QCOMPARE(alarmsOf(*facts.servos[1].axis->model, 0), std::string());
    }

    /// Bug: on a busy computer a healthy line was told to have bad plugs.
    void answersThatCameTooLateSayNothingAgainstTheWire() {
        BusFacts facts = wellBus();
        facts.bus.measured.errors = 100;
        QVERIFY(of(facts, Check::errors).grade == Grade::warning);
        facts.bus.measured.counters.lateAnswers = 90;
        facts.bus.measured.counters.foreignBytes = 400;
        QVERIFY(of(facts, Check::errors).grade == Grade::hint);
        QCOMPARE(of(facts, Check::errors).late, std::uint64_t{90});
        QVERIFY(of(facts, Check::sameId).grade == Grade::good);
        facts.bus.measured.errors = 3000;
        QVERIFY(of(facts, Check::errors).grade == Grade::fault);
    }

    void grades_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<Check>("check");
        QTest::addColumn<Grade>("grade");
        const auto row = [](const char* name, Check check, Grade grade, Change change) {
            QTest::newRow(name) << change << check << grade;
        };
        row("lost link", Check::link, Grade::fault, [](BusFacts& f) { f.bus.state = LinkState::lost; });
        row("old figures of a lost link", Check::errors, Grade::unjudged,
            [](BusFacts& f) { f.bus.state = LinkState::lost; });
        row("slow adapter", Check::adapter, Grade::warning,
            [](BusFacts& f) { f.bus.measured.adapterLatency = 16ms; });
        row("no timer", Check::adapter, Grade::unjudged,
            [](BusFacts& f) { f.bus.measured.adapterLatency = {}; });
        row("simulated adapter", Check::adapter, Grade::unjudged,
            [](BusFacts& f) { f.bus.simulated = true; });
        row("a delay that costs little", Check::returnDelay, Grade::hint, [](BusFacts& f) {
            f.servos[0].measured.returnDelay = 100e-6;
            f.bus.measured.bareWireTime = 0.9e-3;
        });
        row("a delay that costs a fifth", Check::returnDelay, Grade::warning, [](BusFacts& f) {
            f.servos[0].measured.returnDelay = 500e-6;
            f.bus.measured.bareWireTime = 0.5e-3;
        });
        row("a delay too short to mind", Check::returnDelay, Grade::good,
            [](BusFacts& f) { f.servos[0].measured.returnDelay = 20e-6; });
        row("no delay register", Check::returnDelay, Grade::unjudged, [](BusFacts& f) {
            for (auto& servo : f.servos)
                servo.measured.returnDelay.reset();
        });
        row("more asked than the wire allows", Check::lineRate, Grade::hint,
            [](BusFacts& f) { f.bus.link.pollRate = 1200.0; });
        row("a wire that is nearly full", Check::lineRate, Grade::hint,
            [](BusFacts& f) { f.bus.measured.wireShare = 0.95; });
        row("flat out is meant to fill the wire", Check::lineRate, Grade::good, [](BusFacts& f) {
            f.bus.link.pollRate = 0.0;
            f.bus.measured.wireShare = 1.0;
        });
        row("unpaced", Check::lineRate, Grade::unjudged, [](BusFacts& f) { f.bus.measured.wireLimit = 0.0; });
        row("one error", Check::errors, Grade::hint, [](BusFacts& f) { f.bus.measured.errors = 1; });
        row("one error in a hundred", Check::errors, Grade::warning,
            [](BusFacts& f) { f.bus.measured.errors = 300; });
        row("one error in ten", Check::errors, Grade::fault,
            [](BusFacts& f) { f.bus.measured.errors = 3000; });
        row("too few answers", Check::errors, Grade::unjudged,
            [](BusFacts& f) { f.bus.measured.answers = 99; });
        row("a silent servo", Check::silence, Grade::fault, [](BusFacts& f) { f.servos[1].silent = true; });
        row("one spoiled alone", Check::sameId, Grade::warning,
            [](BusFacts& f) { f.servos[1].measured.corrupt = 2000; });
        row("all spoiled alike: a bad line", Check::sameId, Grade::good, [](BusFacts& f) {
            for (auto& servo : f.servos)
                servo.measured.corrupt = 2000;
        });
        // Bug: a bad cable to a single servo was called a second servo.
        row("one alone on a bad line", Check::sameId, Grade::good, [](BusFacts& f) {
            f.servos.resize(1);
            f.servos[0].measured.corrupt = f.servos[0].measured.asked / 30;
        });
        row("one alone and nearly all spoiled", Check::sameId, Grade::warning, [](BusFacts& f) {
            f.servos.resize(1);
            f.servos[0].measured.corrupt = f.servos[0].measured.asked * 9 / 10;
        });
        row("two heard under one id by the scan", Check::sameId, Grade::warning, [](BusFacts& f) {
            f.bus.scan.doubled = {{f.bus.id, {2}, 1'000'000}};
        });
        row("two heard under one id at another rate", Check::sameId, Grade::good, [](BusFacts& f) {
            f.bus.scan.doubled = {{f.bus.id, {2}, 57'600}};
        });
        row("two that nobody can tell apart", Check::sameId, Grade::warning, [](BusFacts& f) {
            f.servos.clear();
            f.bus.scan.doubled = {{f.bus.id, {2}, 1'000'000}};
        });
        row("bytes of no answer", Check::sameId, Grade::hint,
            [](BusFacts& f) { f.bus.measured.counters.foreignBytes = 15; });
        row("a byte of no answer among many", Check::sameId, Grade::good,
            [](BusFacts& f) { f.bus.measured.counters.foreignBytes = 1; });
        row("asked too seldom for a suspicion", Check::sameId, Grade::unjudged, [](BusFacts& f) {
            for (auto& servo : f.servos)
                servo.measured.asked = 50;
        });
        row("a late servo", Check::turnaround, Grade::hint,
            [](BusFacts& f) { f.servos[2].measured.turnaround = 400e-6; });
        row("an uneven servo", Check::turnaround, Grade::hint,
            [](BusFacts& f) { f.servos[2].measured.turnaroundJitter = 150e-6; });
        row("no answer timed", Check::turnaround, Grade::unjudged, [](BusFacts& f) {
            for (auto& servo : f.servos)
                servo.measured.timed = 0;
        });
        row("uneven cycles", Check::jitter, Grade::hint,
            [](BusFacts& f) { f.bus.measured.jitterP99 = 2e-3; });
        row("no cycles", Check::jitter, Grade::unjudged,
            [](BusFacts& f) { f.bus.measured.cyclesPerSecond = 0.0; });
        row("a servo that answers reads alone", Check::returnLevel, Grade::warning,
            [](BusFacts& f) { f.servos[0].measured.returnLevel = 1; });
        row("a sag of a tenth", Check::supply, Grade::warning,
            [](BusFacts& f) { f.servos[1].supply.lowestUnderLoad = 10.8; });
        row("a sag of a quarter", Check::supply, Grade::fault,
            [](BusFacts& f) { f.servos[1].supply.lowestUnderLoad = 9.0; });
        row("never under load", Check::supply, Grade::unjudged, [](BusFacts& f) {
            for (auto& servo : f.servos)
                servo.supply.judgeable = false;
        });
        row("an unknown model", Check::models, Grade::hint, [](BusFacts& f) {
            f.unknown.push_back({{1}, {{9}, 4711, 3}, 1'000'000});
        });
        row("nobody there", Check::silence, Grade::unjudged, [](BusFacts& f) { f.servos.clear(); });
    }
    void grades() {
        QFETCH(Change, change);
        QFETCH(Check, check);
        BusFacts facts = wellBus();
        change(facts);
        const Finding finding = of(facts, check);
        QFETCH(Grade, grade);
        QVERIFY2(finding.grade == grade, std::string(toString(finding.grade)).c_str());
        QCOMPARE(finding.why != Unjudged::no, finding.grade == Grade::unjudged);
    }

    void whatADelayCostsIsTold() {
        BusFacts facts = wellBus();
        facts.servos[0].measured.returnDelay = 500e-6;
        facts.servos[2].measured.returnDelay = 250e-6;
        facts.bus.measured.bareWireTime = 0.5e-3;
        const Finding finding = of(facts, Check::returnDelay);
        QCOMPARE(idsOf(finding), (std::vector<int>{1, 3}));
        QCOMPARE(finding.axes.size(), std::size_t{2});
        QCOMPARE(finding.measured, 500.0);
        QCOMPARE(finding.wanted, 0.0);
        QCOMPARE(finding.now, 1000.0);
        QCOMPARE(finding.possible, 2000.0);
        QVERIFY(finding.remedy == Remedy::writeReturnDelay);
    }

    void whatTheAdapterCostsIsTold() {
        BusFacts facts = wellBus();
        facts.bus.measured.adapterLatency = 16ms;
        const Finding finding = of(facts, Check::adapter);
        QCOMPARE(finding.measured, 16.0);
        QCOMPARE(finding.now, 1.0 / 17e-3);
        QCOMPARE(finding.possible, 1.0 / 2e-3);
        QVERIFY(finding.remedy == Remedy::setAdapterLatency);
        QCOMPARE(finding.subject, std::string("/dev/ttyUSB0"));
    }

    void theSuspectIsTheOneWhoseAnswersAreSpoiled() {
        BusFacts facts = wellBus();
        facts.servos[1].measured.corrupt = 3000;
        facts.servos[2].measured.corrupt = 3; // now and then that is normal
        const Finding finding = of(facts, Check::sameId);
        QCOMPARE(idsOf(finding), std::vector<int>{2});
        QCOMPARE(finding.measured, 30.0);
    }

    void theWorstSupplyIsTold() {
        BusFacts facts = wellBus();
        facts.servos[1].supply.lowestUnderLoad = 10.8;
        const Finding finding = of(facts, Check::supply);
        QCOMPARE(idsOf(finding), std::vector<int>{2});
        QCOMPARE(finding.measured, 10.8);
        QCOMPARE(finding.wanted, 12.0);
    }

    void countsOfBeforeAreLeftOut() {
        BusFacts before = wellBus();
        before.bus.measured.errors = 500;
        BusView now = before.bus;
        now.measured.servos = {before.servos[0].measured};
        now.measured.servos[0].corrupt = 700;
        LinkMeasured earlier = now.measured;
        now.measured.answers += 100;
        now.measured.errors += 2;
        now.measured.servos[0].asked += 102;
        now.measured.servos[0].corrupt += 1;
        const BusView fresh = since(now, earlier);
        QCOMPARE(fresh.measured.answers, std::uint64_t{100});
        QCOMPARE(fresh.measured.errors, std::uint64_t{2});
        QCOMPARE(fresh.measured.servos[0].asked, std::uint64_t{102});
        QCOMPARE(fresh.measured.servos[0].corrupt, std::uint64_t{1});
    }
};

SERVOLANE_TEST(BusDoctorTest)
#include "bus_doctor_test.moc"
