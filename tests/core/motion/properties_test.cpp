// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold whatever is asked in whatever order: random commands and facts from a seed, played as the
// core loop plays them.
#include "tests/core/motion/odd_models.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <algorithm>
#include <map>
#include <random>

using namespace servolane;
using namespace servolane::tests;
using registers::Role;

namespace {

constexpr std::uint16_t axes = 3;
constexpr int stepsPerRun = 400;

std::shared_ptr<const registers::ServoModel> modelWithRates() {
    static const auto model = modelWith([](registers::ServoModel& of) {
        for (auto& one : of.registers)
            if (one.role == Role::baudRate) one.values = {{1, "57600"}, {3, "1000000"}};
    });
    return model;
}

/// One random life of a write model. Checks every decision against the properties.
class Life {
public:
    explicit Life(unsigned seed)
        : random_(seed) {
        given_.connected();
        for (std::uint16_t id = 1; id <= axes; ++id) {
            given_.happened(
                motion::AxisConfigured{sampleAxis(id, 1, static_cast<std::uint8_t>(id), modelWithRates())});
            take(given_.reacting(motion::AxisObserved{{id}, coin(), anyMode()}));
            given_.feedback(id, 90.0);
        }
    }

    void play() {
        for (int i = 0; i < stepsPerRun; ++i) {
            given_.after(std::chrono::milliseconds{number(0, 40)});
            if (coin()) given_.feedback(anyAxis(), fraction(-10.0, 370.0), coin());
            if (number(0, 4) == 0)
                fact(anyFact());
            else
                command(anyCommand());
            take(given_.watching());
        }
    }

    [[nodiscard]] const Given& given() const { return given_; }
    [[nodiscard]] const std::string& broken() const { return broken_; }
    [[nodiscard]] int goals() const { return goals_; }
    /// How often each kind of command was decided.
    [[nodiscard]] const std::map<std::string, int, std::less<>>& decided() const { return decided_; }

private:
    int number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
    double fraction(double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random_);
    }
    bool coin() { return number(0, 1) == 1; }
    std::uint16_t anyAxis() { return static_cast<std::uint16_t>(number(1, axes)); }
    OperatingMode anyMode() { return static_cast<OperatingMode>(number(0, 5)); }

    api::CommandBody anyCommand() {
        const AxisId id{anyAxis()};
        const auto profile = [&] {
            return coin() ? std::optional(Velocity{fraction(0.0, 300.0)}) : std::nullopt;
        };
        if (number(0, 4) == 0) return anySetting(id);
        if (number(0, 5) == 0) return anyTableCommand(id);
        switch (number(0, 11)) {
        case 0:
            return motion::SetTorque{id, number(0, 3) != 0};
        case 1:
            return motion::MoveAxes{
                {{{1}, {fraction(-20.0, 380.0)}, profile(), {}}, {{2}, {fraction(-20.0, 380.0)}, {}, {}}}};
        case 2:
            return motion::SetVelocity{id, {fraction(-300.0, 300.0)}};
        case 3:
            return motion::StartJog{id, {fraction(-300.0, 300.0)}};
        case 4:
            return motion::EndJog{id};
        case 5:
            return motion::Halt{id};
        case 6:
            return motion::ResetStop{given_.model.motion().stop};
        case 7:
            return motion::SetOperatingMode{id, coin() ? OperatingMode::position : anyMode()};
        case 8:
            return motion::SetTravelLimits{id, {{fraction(0.0, 100.0)}, {fraction(50.0, 360.0)}}};
        case 9:
            return registers::WriteRegister{id, coin() ? "goal_position" : "position_p_gain", number(0, 900)};
        default:
            return motion::MoveAxis{id, {fraction(-20.0, 380.0)}, profile(), {}};
        }
    }

    motion::OwnLimits anyLimits() {
        motion::OwnLimits own;
        const double low = fraction(-50.0, 150.0);
        if (coin()) own.travel = Range<Position>{{low}, {low + fraction(5.0, 200.0)}};
        if (coin()) own.velocity = Velocity{fraction(1.0, 250.0)};
        if (coin()) own.acceleration = Acceleration{fraction(30.0, 900.0)};
        if (coin()) own.current = Current{fraction(0.1, 4.0)};
        if (coin()) own.step = Position{fraction(1.0, 90.0)};
        return own;
    }

    /// Several registers at once, and what changes how a servo is reached.
    api::CommandBody anyTableCommand(AxisId id) {
        switch (number(0, 3)) {
        case 0:
            return registers::SetServoId{id, {static_cast<std::uint8_t>(number(1, 2 * axes))}};
        case 1:
            return registers::SetServoBaud{id, coin() ? 1'000'000U : 57'600U};
        case 2:
            return bus::SetLinkBaud{{1}, coin() ? 1'000'000U : 57'600U};
        default:
            return registers::WriteRegisters{id, anyBatch(), "random"};
        }
    }
    std::vector<registers::StagedRegister> anyBatch() {
        static constexpr const char* names[] = {"goal_position",      "goal_velocity",
                                                "torque_enable",      "operating_mode",
                                                "position_p_gain",    "profile_velocity",
                                                "velocity_limit",     "homing_offset",
                                                "max_position_limit", "led",
                                                "bus_watchdog",       "indirect_address_1",
                                                "indirect_data_1",    "id",
                                                "baud_rate"};
        std::vector<registers::StagedRegister> batch;
        for (int left = number(0, 3); left > 0; --left) {
            const auto* name = names[static_cast<std::size_t>(number(0, std::size(names) - 1))];
            batch.push_back({name, coin() ? number(0, 5) : number(0, 4095)});
        }
        return batch;
    }

    /// What the host keeps, roles and raw packets.
    api::CommandBody anySetting(AxisId id) {
        switch (number(0, 8)) {
        case 0:
            return motion::SetAxisScale{
                id, {coin() ? 1.0 : 2.0, fraction(-20.0, 20.0), coin(), 360.0, coin() ? "deg" : "mm"}};
        case 1:
            return motion::SetZeroHere{id};
        case 2:
            return motion::ReferenceAxis{id};
        case 3:
            return motion::SetGoalCurrent{id, {fraction(-0.5, 4.0)}};
        case 4:
            return motion::RebootAxis{id};
        case 5:
            return access::SetRole{number(0, 3) == 0 ? access::Role::viewer : access::Role::engineer};
        case 6:
            return access::Arm{std::chrono::milliseconds{number(1, 500)}};
        case 7:
            return bus::SendRawPacket{{1}, Bytes(static_cast<std::size_t>(number(0, 3)), 0x55)};
        default:
            return motion::SetAxisLimits{id, anyLimits()};
        }
    }

    api::EventBody anyFact() {
        const AxisId id{anyAxis()};
        switch (number(0, 14)) {
        case 13:
        case 14:
            return motion::StopFinished{given_.model.motion().stop, {}, {}};
        case 9:
            return bus::WatchdogArmed{{1}, id, {}};
        case 10:
            return bus::WatchdogTripped{{1}, id};
        case 11:
            return bus::WatchdogCleared{{1}, id};
        case 0:
            return motion::StopLatched{{given_.model.motion().stop.value + 1}};
        case 1:
            return bus::AxisFellSilent{{1}, id, given_.now};
        case 2:
            return bus::AxisReturned{{1}, id};
        case 3:
            return bus::BusLost{{1}, {}};
        case 4:
            return bus::BusRestored{{1}};
        case 5:
            return motion::HardwareErrorRaised{id, 0x20};
        case 6:
            return motion::HardwareErrorCleared{id};
        case 7:
            return registers::RegisterRead{id, "max_position_limit", number(1000, 4095)};
        case 8:
            return motion::JogEnded{id, motion::EndReason::leaseLapsed};
        default:
            return motion::AxisObserved{id, coin(), anyMode()};
        }
    }

    void fact(const api::EventBody& body) { take(given_.reacting(body)); }

    void command(const api::CommandBody& body) {
        const auto verdict = given_.when(body);
        if (!verdict) return;
        ++decided_[std::string(api::kindOf(body))];
        const auto& access = given_.model.access();
        expect(access.rights.allows(access.roleOf(api::Asker::window), api::kindOf(body)),
               "a command that the role may not send");
        checkReference(body);
        // A reset sets goals to actual positions before it takes the latch off: that is its purpose.
        resetting_ = std::holds_alternative<motion::ResetStop>(body);
        take(*verdict);
        resetting_ = false;
    }

    /// Every request is confirmed at once.
    void take(const api::Decision& decision) {
        check(decision);
        for (const auto& event : decision.events)
            happen(event);
        for (const auto& event : decision.whenConfirmed)
            happen(event);
    }

    void happen(const api::EventBody& event) {
        given_.happened(event);
        take(given_.model.react(event, given_.present, given_.now));
    }

    void check(const api::Decision& decision) {
        for (const auto& request : decision.requests) {
            if (const auto* work = std::get_if<bus::StepsWork>(&request.work))
                for (const auto& step : work->steps)
                    std::visit([&](const auto& s) { checkStep(s, *work); }, step);
            if (const auto* jog = std::get_if<bus::JogStream>(&request.work)) checkJog(*jog);
        }
    }

    const motion::AxisRecord& record(ServoId servo) {
        const auto& records = given_.model.motion().axes;
        return std::find_if(records.begin(), records.end(),
                            [&](const auto& entry) {
                                return entry.second.axis->servo == servo && !entry.second.displaced;
                            })
            ->second;
    }

    void expect(bool holds, const std::string& claim) {
        if (!holds && broken_.empty()) broken_ = claim;
    }

    void checkReference(const api::CommandBody& body) {
        const auto* move = std::get_if<motion::MoveAxis>(&body);
        if (!move) return;
        const auto& moved = *given_.model.motion().find(move->axis);
        expect(moved.referenced || !motion::countsTurns(*modeOf(moved)), "a move without a reference");
    }

    void checkGoal(ServoId servo, const bus::StepsWork& work) {
        ++goals_;
        const auto& axis = record(servo);
        const auto* torque = axis.axis->model->find(Role::torqueEnable);
        const bool switchesOn = std::any_of(work.steps.begin(), work.steps.end(), [&](const bus::Step& step) {
            const auto* write = std::get_if<bus::WriteStep>(&step);
            return write && write->address == torque->address;
        });
        expect(!given_.model.motion().latched || resetting_, "a goal while stop is latched");
        expect(axis.torque != false || switchesOn, "a goal while torque is off");
    }

    void checkPosition(ServoId servo, const Bytes& bytes, const bus::StepsWork& work) {
        checkGoal(servo, work);
        const auto& axis = *record(servo).axis;
        const auto raw = signedLittleEndian(bytes);
        const double at = axis.positionFromRaw(raw).value;
        const auto& travel = axis.limits.travel;
        expect(at >= travel.low.value - 1e-6 && at <= travel.high.value + 1e-6, "a goal outside the limits");
    }

    void checkStep(const bus::WriteStep& step, const bus::StepsWork& work) {
        const auto& model = *record(step.servo).axis->model;
        const auto covers = [&](Role role) {
            const auto* target = model.find(role);
            return step.address <= target->address && target->address < step.address + step.bytes.size();
        };
        for (const Role role : {Role::servoId, Role::baudRate})
            expect(!covers(role), "an id or a rate written past its command");
        if (covers(Role::operatingMode))
            expect(record(step.servo).torque == false, "a mode changed with torque on or unknown");
        if (covers(Role::goalPosition)) {
            const auto offset = model.find(Role::goalPosition)->address - step.address;
            checkPosition(step.servo, Bytes(step.bytes.begin() + offset, step.bytes.end()), work);
        }
        if (covers(Role::goalVelocity)) {
            checkGoal(step.servo, work);
            const auto& axis = *record(step.servo).axis;
            const double speed = std::abs(axis.velocityFromRaw(signedLittleEndian(step.bytes)).value);
            expect(speed <= axis.limits.velocity.value + 1e-6, "a speed above the limit");
        }
        if (covers(Role::goalCurrent) && motion::isPositionMode(*modeOf(record(step.servo)))) {
            const auto& axis = *record(step.servo).axis;
            const double wanted = model.find(Role::goalCurrent)->valueFrom(signedLittleEndian(step.bytes));
            expect(wanted <= axis.limits.current.value + 1e-6, "a current above the limit");
        } else if (covers(Role::goalCurrent) || covers(Role::goalPwm)) {
            checkGoal(step.servo, work);
        }
    }
    void checkStep(const bus::CopyStep& step, const bus::StepsWork& work) { checkGoal(step.servo, work); }
    void checkStep(const bus::GroupWriteStep& step, const bus::StepsWork& work) {
        // With the profile in the same frame the goal stands at its end.
        if (step.span.address + step.span.size != 120) return;
        for (const auto& item : step.items)
            checkPosition(item.id, Bytes(item.bytes.end() - 4, item.bytes.end()), work);
    }
    void checkStep(const bus::ReadStep&, const bus::StepsWork&) {}
    void checkStep(const bus::RebootStep&, const bus::StepsWork&) {}
    void checkStep(const bus::RawStep&, const bus::StepsWork&) {
        const auto& armed = given_.model.access().armedUntil;
        expect(!given_.model.motion().latched, "a raw packet while stop is latched");
        expect(armed.contains(api::Asker::window) && armed.at(api::Asker::window) > given_.now,
               "a raw packet without an arming");
    }
    void checkStep(const bus::ChangeIdStep& step, const bus::StepsWork&) {
        expect(record(step.from).torque != true, "an id changed with torque on");
    }
    void checkStep(const bus::ChangeBaudStep& step, const bus::StepsWork&) {
        expect(record(step.servo).torque != true, "a rate changed with torque on");
    }
    void checkStep(const bus::WatchdogStep& step, const bus::StepsWork&) {
        const auto& axis = record(step.servo);
        expect(step.after == Duration::zero() || (axis.torqueOurs && axis.torque == true),
               "a watchdog armed without torque that is ours");
    }

    void checkJog(const bus::JogStream& jog) {
        const auto& axis = *given_.model.motion().find(jog.axis);
        expect(!given_.model.motion().latched, "a jog while stop is latched");
        expect(axis.torque == true, "a jog while torque is off");
        expect(jog.envelope.travel == axis.axis->limits.travel, "a jog with another travel");
        expect(std::abs(jog.velocity.value) <= axis.axis->limits.velocity.value, "a jog above the limit");
    }

    std::mt19937 random_;
    Given given_;
    bool resetting_ = false;
    int goals_ = 0;
    std::map<std::string, int, std::less<>> decided_;
    std::string broken_;
};

} // namespace

class WriteModelProperties final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noGoalUnderAStopWithoutTorqueOrBeyondLimits() {
        int goals = 0;
        std::map<std::string, int, std::less<>> decided;
        for (unsigned seed = 1; seed <= 160; ++seed) {
            Life life(seed);
            life.play();
            goals += life.goals();
            for (const auto& [kind, count] : life.decided())
                decided[kind] += count;
            QVERIFY2(life.broken().empty(), ("seed " + std::to_string(seed) + ": " + life.broken()).c_str());
        }
        QVERIFY2(goals > 1000, std::to_string(goals).c_str()); // else nothing was put to the test
        for (const char* kind : {"WriteRegisters", "SetServoId", "SetServoBaud", "SetLinkBaud"})
            QVERIFY2(decided[kind] > 20, (kind + (" " + std::to_string(decided[kind]))).c_str());
    }

    void foldingTheEventsGivesTheState() {
        for (unsigned seed = 1; seed <= 20; ++seed) {
            Life life(seed);
            life.play();
            Given again;
            again.now = life.given().now;
            for (const auto& event : life.given().history)
                again.model.evolve(event, again.now);
            const auto& lived = life.given().model;
            QCOMPARE(again.model.motion().latched, lived.motion().latched);
            QVERIFY(again.model.motion().stop == lived.motion().stop);
            for (const auto& [id, record] : lived.motion().axes) {
                motion::AxisRecord folded = *again.model.motion().find(id);
                folded.motion.since = record.motion.since; // all events of the fold carry one time
                QVERIFY(folded == record);
            }
            QVERIFY(again.model.registers() == lived.registers());
            QVERIFY(again.model.buses() == lived.buses());
            QVERIFY(again.model.access() == lived.access());
        }
    }
};

SERVOLANE_TEST(WriteModelProperties)
#include "properties_test.moc"
