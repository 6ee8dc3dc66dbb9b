// SPDX-License-Identifier: GPL-3.0-or-later
// What of a backup carries over to which servo, and in which order ids change.
#include <QtTest/QTest> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "core/registers/contradiction.h"
#include "core/registers/id_changes.h"
#include "core/registers/restore_plan.h"
#include "core/registers/setting.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"

#include <algorithm>

using namespace servolane;
using namespace servolane::tests;
using namespace servolane::registers;

namespace {

ServoBackup backupOfSample(const RawValues& values) {
    return backupOf(*sampleAxis(), values, {});
}

Register& of(ServoModel& model, std::string_view name) {
    return *std::find_if(model.registers.begin(), model.registers.end(),
                         [&](const Register& one) { return one.name == name; });
}

std::string reasonOf(const RestorePlan& plan, std::string_view name) {
    for (const LeftRegister& left : plan.left)
        if (left.name == name) return std::string(toString(left.reason));
    return "none";
}

} // namespace

class RestorePlanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlyWhatDiffersIsWritten() {
        const auto backup = backupOfSample({{"position_p_gain", 900}, {"temperature_limit", 70}});
        const auto plan =
            planRestore(backup, *sampleModel(), {1}, {{"position_p_gain", 800}, {"temperature_limit", 70}});
        QCOMPARE(plan.writes.size(), std::size_t{1});
        QCOMPARE(plan.writes[0].name, std::string("position_p_gain"));
        QCOMPARE(*plan.writes[0].before, 800);
        QCOMPARE(plan.writes[0].after, 900);
        QVERIFY(!plan.writes[0].converted);
        QVERIFY(plan.equal == std::vector<std::string>{"temperature_limit"});
        QVERIFY(!plan.needsTorqueOff());
    }

    void theModeGoesFirstThenEepromThenRam() {
        const auto backup = backupOfSample(
            {{"led", 1}, {"position_p_gain", 900}, {"homing_offset", 5}, {"operating_mode", 4}});
        const auto plan = planRestore(backup, *sampleModel(), {1}, {});
        std::vector<std::string> names;
        for (const auto& write : plan.writes)
            names.push_back(write.name);
        QVERIFY(
            (names == std::vector<std::string>{"operating_mode", "homing_offset", "led", "position_p_gain"}));
        QVERIFY(plan.needsTorqueOff());
    }

    void whatMovesTheServoIsNeverRestored() {
        const auto backup = backupOfSample({{"goal_position", 1}, {"torque_enable", 1}, {"bus_watchdog", 5}});
        const auto plan = planRestore(backup, *sampleModel(), {1}, {}, Identity::restore);
        QVERIFY(plan.writes.empty());
        for (const char* name : {"goal_position", "torque_enable", "bus_watchdog"})
            QCOMPARE(reasonOf(plan, name), std::string("motion"));
    }

    void aValueThatWakesTheServoIsNeverRestored() {
        ServoModel model = makeSampleModel();
        of(model, "led").motionValues = {{1, 1}};
        const auto plan = planRestore(backupOfSample({{"led", 1}}), model, {1}, {{"led", 0}});
        QVERIFY(plan.writes.empty());
        QCOMPARE(reasonOf(plan, "led"), std::string("motion"));
        QVERIFY(!planRestore(backupOfSample({{"led", 0}}), model, {1}, {{"led", 1}}).writes.empty());
    }

    void whatTheMakerSetForOneServoStaysThere() {
        ServoModel model = makeSampleModel();
        of(model, "led").isFactory = true;
        const auto differs = planRestore(backupOfSample({{"led", 1}}), model, {1}, {{"led", 0}});
        QVERIFY(differs.writes.empty());
        QCOMPARE(reasonOf(differs, "led"), std::string("factory"));
        const auto same = planRestore(backupOfSample({{"led", 1}}), model, {1}, {{"led", 1}});
        QVERIFY(same.left.empty());
    }

    /// A backup of a drive that was taken with its torque on could not be restored.
    void whatADrivesStepsWriteIsNeverRestoredNorCompared() {
        ServoModel model = makeSampleModel();
        DriveProfile drive;
        drive.hasCia402 = true;
        drive.cia402.control = "led";
        drive.faultReset = {{"moving_threshold", 1, {}, 0, 0}};
        model.drive = std::make_shared<const DriveProfile>(drive);
        of(model, "return_delay_time").isMotion = true;
        const auto backup = backupOfSample(
            {{"led", 1}, {"moving_threshold", 20}, {"return_delay_time", 3}, {"position_p_gain", 9}});
        const auto plan = planRestore(backup, model, {1}, {});
        QCOMPARE(plan.writes.size(), std::size_t{1});
        for (const char* name : {"led", "moving_threshold", "return_delay_time"})
            QCOMPARE(reasonOf(plan, name), std::string("motion"));
        const ModelCatalog models({std::make_shared<const ServoModel>(model)});
        const auto compared = compare(backup, backup, models);
        QCOMPARE(compared.size(), std::size_t{1});
        QCOMPARE(compared[0].name, std::string("position_p_gain"));
        QVERIFY(!isSetting(model, of(model, "led")) && isSetting(model, of(model, "position_p_gain")));
    }

    /// "As fast as it can" became "does not move" on a model whose 0 is an amount.
    void aZeroThatIsNoAmountCarriesOverByWhatItSays() {
        ServoModel plain = makeSampleModel();
        plain.name = "plain";
        ServoModel unlimited = plain;
        unlimited.name = "unlimited";
        of(unlimited, "profile_velocity").zeroMeans = "unlimited";
        const auto backupAs = [](const ServoModel& model, std::int64_t raw) {
            motion::Axis axis = *sampleAxis();
            axis.model = std::make_shared<const ServoModel>(model);
            return backupOf(axis, {{"profile_velocity", raw}}, {});
        };
        const auto asNumber = planRestore(backupAs(unlimited, 0), plain, {1}, {});
        QCOMPARE(reasonOf(asNumber, "profile_velocity"), std::string("other-meaning"));
        QCOMPARE(asNumber.left[0].word, std::string("unlimited"));
        const auto asWord = planRestore(backupAs(plain, 0), unlimited, {1}, {});
        QCOMPARE(reasonOf(asWord, "profile_velocity"), std::string("out-of-range"));
        ServoModel other = unlimited;
        other.name = "other";
        QCOMPARE(planRestore(backupAs(unlimited, 0), other, {1}, {}).writes.size(), std::size_t{1});
        QCOMPARE(planRestore(backupAs(unlimited, 5), plain, {1}, {}).writes[0].after, std::int64_t{5});
        // A file of an earlier version says no word, and means its own model.
        auto old = backupAs(unlimited, 0);
        old.registers[0].word.clear();
        QCOMPARE(planRestore(old, unlimited, {1}, {}).writes.size(), std::size_t{1});
        QVERIFY(compare(old, backupAs(unlimited, 0))[0].likeness == Likeness::same);
    }

    void idAndRateStayUnlessAskedFor() {
        ServoModel model = makeSampleModel();
        of(model, "baud_rate").values = {{1, "57600"}, {3, "1000000"}};
        motion::Axis axis = *sampleAxis();
        axis.model = std::make_shared<const ServoModel>(model);
        const auto backup = backupOf(axis, {{"id", 7}, {"baud_rate", 3}}, {});
        const auto kept = planRestore(backup, model, {1}, {{"id", 1}, {"baud_rate", 1}});
        QCOMPARE(reasonOf(kept, "id"), std::string("identity"));
        QVERIFY(!kept.id && !kept.baud);
        const auto asked = planRestore(backup, model, {1}, {{"id", 1}, {"baud_rate", 1}}, Identity::restore);
        QVERIFY(asked.id == ServoId{7});
        QVERIFY(asked.baud == 1'000'000u);
    }

    void anotherScaleIsConvertedByTheUsersUnit() {
        ServoModel coarse = makeSampleModel();
        of(coarse, "homing_offset").scale = 0.3; // degrees a step, as of a servo with 1,200 steps a turn
        const auto backup = backupOfSample({{"homing_offset", 512}}); // 45 degrees
        const auto plan = planRestore(backup, coarse, {1}, {});
        QCOMPARE(plan.writes[0].after, 150);
        QVERIFY(plan.writes[0].converted);
        QCOMPARE(plan.writes[0].written, 45.0);
    }

    void whatHasNoUnitDoesNotCarryOverToAnotherScale() {
        ServoModel other = makeSampleModel();
        of(other, "position_p_gain").scale = 0.5;
        const auto plan = planRestore(backupOfSample({{"position_p_gain", 900}}), other, {1}, {});
        QCOMPARE(reasonOf(plan, "position_p_gain"), std::string("other-unit"));
    }

    void whatDoesNotFitIsToldWithTheRange() {
        ServoModel small = makeSampleModel();
        of(small, "position_p_gain").size = 1;
        of(small, "temperature_limit").maximum = 60;
        const auto plan = planRestore(backupOfSample({{"position_p_gain", 900}, {"temperature_limit", 70}}),
                                      small, {1}, {});
        QCOMPARE(reasonOf(plan, "position_p_gain"), std::string("too-wide"));
        QCOMPARE(reasonOf(plan, "temperature_limit"), std::string("out-of-range"));
        QCOMPARE(plan.left[0].high, 60.0);
    }

    void aMissingAndAReadOnlyRegisterAreTold() {
        ServoModel other = *sampleModelWithoutCurrent();
        of(other, "temperature_limit").access = Access::readOnly;
        const auto plan =
            planRestore(backupOfSample({{"current_limit", 500}, {"temperature_limit", 70}}), other, {1}, {});
        QCOMPARE(reasonOf(plan, "current_limit"), std::string("register-missing"));
        QCOMPARE(reasonOf(plan, "temperature_limit"), std::string("read-only"));
    }

    void aModeThatTheModelLacksIsLeft() {
        const auto plan =
            planRestore(backupOfSample({{"operating_mode", 5}}), *sampleModelWithoutCurrent(), {1}, {});
        QCOMPARE(reasonOf(plan, "operating_mode"), std::string("other-meaning"));
    }

    void bitFieldsAndNamedValuesCarryOverByTheirNames() {
        ServoModel other = makeSampleModel();
        of(other, "drive_mode").fields = {{1, 1, "time_based_profile"}};
        const auto plan = planRestore(backupOfSample({{"drive_mode", 4}}), other, {1}, {});
        QCOMPARE(plan.writes[0].after, 2);
        of(other, "drive_mode").fields = {{0, 1, "reverse"}};
        QCOMPARE(reasonOf(planRestore(backupOfSample({{"drive_mode", 4}}), other, {1}, {}), "drive_mode"),
                 std::string("other-meaning"));
    }

    /// A protection that the source's model does not know was switched off in silence.
    void bitsThatTheSourceDoesNotNameStayAsTheyAre() {
        ServoModel fewer = makeSampleModel();
        fewer.name = "fewer";
        of(fewer, "drive_mode").maximum = 255;
        of(fewer, "drive_mode").fields = {{5, 1, "overload"}};
        ServoModel more = fewer;
        more.name = "more";
        of(more, "drive_mode").fields = {{5, 1, "overload"}, {4, 1, "shock"}, {2, 1, "heat"}};
        const auto backupAs = [](const ServoModel& model, std::int64_t raw) {
            motion::Axis axis = *sampleAxis();
            axis.model = std::make_shared<const ServoModel>(model);
            return backupOf(axis, {{"drive_mode", raw}}, {});
        };
        const auto wider = planRestore(backupAs(fewer, 32), more, {1}, {{"drive_mode", 16 + 64}});
        QCOMPARE(wider.writes.at(0).after, std::int64_t{32 + 16 + 64}); // 64: a bit that nobody names
        QVERIFY((wider.writes.at(0).kept == std::vector<std::string>{"shock", "heat"}));
        QVERIFY(planRestore(backupAs(fewer, 32), more, {1}, {{"drive_mode", 52}}).writes.empty());
        // Where they were not read, nothing can be kept.
        const auto unread = planRestore(backupAs(fewer, 32), more, {1}, {});
        QVERIFY(unread.writes.empty());
        QCOMPARE(reasonOf(unread, "drive_mode"), std::string("unread"));
        // The other way round one unknown bit kept all the others from being written.
        const auto narrower = planRestore(backupAs(more, 32 + 16), fewer, {1}, {{"drive_mode", 0}});
        QCOMPARE(narrower.writes.at(0).after, std::int64_t{32});
        QVERIFY(narrower.writes.at(0).kept.empty());
        QCOMPARE(reasonOf(narrower, "drive_mode"), std::string("other-meaning"));
        QCOMPARE(narrower.left.at(0).word, std::string("shock"));
        const auto nothing =
            planRestore(backupAs(more, 16), *sampleModelWithoutCurrent(), {1}, {{"drive_mode", 0}});
        QVERIFY(reasonOf(nothing, "drive_mode") != "none");
    }

    /// Bug: bits that no field of the model names were not restored even to the servo that they were read
    /// from.
    void theSameModelAndFirmwareGetsItsBitsBackWhole() {
        ServoModel model = makeSampleModel();
        of(model, "drive_mode").maximum = 127;
        of(model, "drive_mode").fields = {{5, 1, "overload"}};
        motion::Axis axis = *sampleAxis();
        axis.model = std::make_shared<const ServoModel>(model);
        axis.firmware = 48;
        const auto backupAs = [&](std::int64_t raw) { return backupOf(axis, {{"drive_mode", raw}}, {}); };
        const RawValues now{{"drive_mode", 2}};
        const auto planned = [&](std::int64_t raw, const RawValues& held,
                                 std::optional<std::uint32_t> firmware) {
            return planRestore(backupAs(raw), model, {1}, held, Identity::keep, firmware);
        };
        QCOMPARE(planned(32 + 64, now, 48).writes.at(0).after, std::int64_t{32 + 64});
        QVERIFY(planned(32 + 64, now, 48).left.empty());
        QCOMPARE(planned(32 + 64, {}, 48).writes.at(0).after, std::int64_t{32 + 64}); // nothing is to be kept
        QCOMPARE(planned(64, {{"drive_mode", 64}}, 48).equal.size(), std::size_t{1});
        // Another firmware may mean something else by them.
        QCOMPARE(planned(32 + 64, now, 49).writes.at(0).after, std::int64_t{32 + 2});
        QCOMPARE(planned(32 + 64, now, {}).writes.at(0).after, std::int64_t{32 + 2});
        // As a whole it would be refused: the fields are carried, and the rest is told.
        const auto outside = planned(32 + 128, now, 48);
        QCOMPARE(outside.writes.at(0).after, std::int64_t{32 + 2});
        QCOMPARE(reasonOf(outside, "drive_mode"), std::string("out-of-range"));
        QVERIFY(compare(backupAs(32), backupAs(32 + 64)).at(0).likeness == Likeness::differs);
        auto later = backupAs(32 + 64);
        later.firmware = 49;
        QVERIFY(compare(backupAs(32), later).at(0).likeness == Likeness::same);
    }

    void whatARawNumberIsSaidToMeanAgreesWithIt() {
        ServoModel model = makeSampleModel();
        of(model, "led").values = {{0, "off"}, {1, "on"}};
        of(model, "profile_velocity").zeroMeans = "unlimited";
        motion::Axis axis = *sampleAxis();
        axis.model = std::make_shared<const ServoModel>(model);
        auto backup = backupOf(
            axis, {{"led", 1}, {"profile_velocity", 0}, {"drive_mode", 4}, {"homing_offset", -1000}}, {});
        QVERIFY(contradictionsOf(backup, model).empty());
        const auto at = [&](std::string_view name) {
            return std::ranges::find(backup.registers, name, &BackedUpRegister::name);
        };
        using Member = Contradiction::Member;
        const auto judged = [&](std::string_view name, const Contradiction& expected) {
            const auto found = contradictionsOf(backup, model);
            return found.size() == 1 && found[0].member == expected.member &&
                   found[0].name == expected.name && found[0].stated == expected.stated &&
                   found[0].expected == expected.expected &&
                   found[0].entry == static_cast<std::size_t>(at(name) - backup.registers.begin());
        };
        at("led")->word = "off";
        QVERIFY(judged("led", {0, Member::word, "off", 0.0, 1.0}));
        at("led")->word = "blinks"; // of a later version
        QVERIFY(contradictionsOf(backup, model).empty());
        at("drive_mode")->bits["time_based_profile"] = 0;
        QVERIFY(judged("drive_mode", {0, Member::bits, "time_based_profile", 0.0, 1.0}));
        at("drive_mode")->bits.clear();
        at("homing_offset")->value = 10.0;
        QVERIFY(judged("homing_offset", {0, Member::value, "", 10.0, -87.890625}));
        at("homing_offset")->unit = "rad"; // it is told where it is carried over
        QVERIFY(contradictionsOf(backup, model).empty());
        at("profile_velocity")->raw = 5;
        at("profile_velocity")->value = of(model, "profile_velocity").valueFrom(5);
        QVERIFY(judged("profile_velocity", {0, Member::word, "unlimited", 0.0, 5.0}));
    }

    /// Its reason was that it moves the servo.
    void theLockOfTheSettingsIsLeftForWhatItIs() {
        ServoModel model = makeSampleModel();
        of(model, "led").role = Role::eepromLock;
        motion::Axis axis = *sampleAxis();
        axis.model = std::make_shared<const ServoModel>(model);
        const auto plan = planRestore(backupOf(axis, {{"led", 1}}, {}), model, {1}, {{"led", 0}});
        QVERIFY(plan.writes.empty());
        QCOMPARE(reasonOf(plan, "led"), std::string("lock"));
    }

    void aRegisterOfAnotherNameIsFoundByItsRole() {
        ServoModel other = makeSampleModel();
        of(other, "position_p_gain").name = "p_coefficient";
        const auto plan = planRestore(backupOfSample({{"position_p_gain", 900}}), other, {1}, {});
        QCOMPARE(plan.writes[0].name, std::string("p_coefficient"));
    }

    void aComparisonKnowsAlikeCloseOtherAndMissing() {
        ServoModel coarse = *sampleModelWithoutCurrent();
        of(coarse, "homing_offset").scale = 0.3;
        motion::Axis axis = *sampleAxis(2, 1, 2, std::make_shared<const ServoModel>(coarse));
        const auto left = backupOfSample({{"homing_offset", 511},
                                          {"position_p_gain", 900},
                                          {"temperature_limit", 70},
                                          {"current_limit", 5}});
        const auto right =
            backupOf(axis, {{"homing_offset", 150}, {"position_p_gain", 800}, {"temperature_limit", 70}}, {});
        std::map<std::string, Likeness> found;
        for (const auto& one : compare(left, right))
            found[one.name] = one.likeness;
        QVERIFY(found.at("homing_offset") == Likeness::close);
        QVERIFY(found.at("position_p_gain") == Likeness::differs);
        QVERIFY(found.at("temperature_limit") == Likeness::same);
        QVERIFY(found.at("current_limit") == Likeness::onlyLeft);
    }

    void idsChangeInAnOrderInWhichNoTwoShareOne() {
        const std::vector<ServoId> present{{1}, {2}, {3}};
        const auto chain = orderIdChanges({{{1}, {2}}, {{2}, {3}}, {{3}, {4}}}, present);
        QVERIFY((*chain == std::vector<IdChange>{{{3}, {4}}, {{2}, {3}}, {{1}, {2}}}));
        const auto swapped = orderIdChanges({{{1}, {2}}, {{2}, {1}}}, present);
        QVERIFY((*swapped == std::vector<IdChange>{{{1}, {252}}, {{2}, {1}}, {{252}, {2}}}));
        QVERIFY(orderIdChanges({{{1}, {1}}}, present)->empty());
    }

    void idsThatWouldCollideAreToldByTheirNumbers() {
        const std::vector<ServoId> present{{1}, {2}, {3}};
        const auto detail = [&](const std::vector<IdChange>& wanted) {
            const auto order = orderIdChanges(wanted, present);
            return order ? std::string() : order.error().detail;
        };
        QVERIFY(detail({{{1}, {3}}}).find("id 3, which servo 1") != std::string::npos);
        QVERIFY(detail({{{1}, {5}}, {{2}, {5}}}).find("two servos are to get id 5") != std::string::npos);
        QVERIFY(detail({{{9}, {5}}}).find("id 9") != std::string::npos);
        QVERIFY(detail({{{1}, {5}}, {{1}, {6}}}).find("servo 1 is to get two ids") != std::string::npos);
    }
};

SERVOLANE_TEST(RestorePlanTest)
#include "restore_plan_test.moc"
