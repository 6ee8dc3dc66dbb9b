// SPDX-License-Identifier: GPL-3.0-or-later
// The trigger of the scope: what sets it off, where its picture stands, and when it is armed anew.
#include "core/api/command.h"
#include "core/journal/read/command_log.h"
#include "tests/support/test_registry.h"
#include "tests/ui/scope/fed_scope.h"
#include "ui/scope/scope_view.h"
#include "ui/scope/trigger_tool.h"

#include <QSignalSpy>
#include <QtTest/QTest>
#include <cmath>

using namespace servolane;
using namespace servolane::ui::scope;
using namespace std::chrono_literals;
using servolane::telemetry::Channel;
using servolane::telemetry::EdgeCondition;
using servolane::telemetry::FactCondition;
using servolane::telemetry::FactKind;
using servolane::telemetry::Slope;
using servolane::telemetry::TriggerMode;
using servolane::telemetry::TriggerState;

class ScopeTriggerTest : public tests::FedScope {
    Q_OBJECT

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void thePictureStandsAtTheTriggerWhileDataGoOn() {
        feed(12s);
        view_->setSpan(4s);
        view_->setTrigger(risingThrough(10.0, TriggerMode::normal));
        feed(13s);
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::armed));
        QCOMPARE(view_->visibleRange().second, now_); // runs until something happens
        step(20.0);
        const Time at = fed_ - period / 2;
        feed(16s);
        QCOMPARE(view_->visibleRange(), std::pair(at - 1s, at + 3s));
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::triggered));
        feed(19s);
        QCOMPARE(view_->visibleRange(), std::pair(at - 1s, at + 3s));
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::waiting));
        const QImage stands = view_->picture();
        feed(25s);
        QCOMPARE(view_->picture(), stands);
        QVERIFY(!view_->isHeld());
        view_->setTrigger(std::nullopt);
        view_->tick();
        QCOMPARE(view_->visibleRange().second, now_);
    }

    void aHeldPictureIsNotMovedByTheTrigger() {
        feed(12s);
        view_->setSpan(4s);
        view_->setTrigger(risingThrough(10.0, TriggerMode::normal));
        view_->setHeld(true);
        const auto range = view_->visibleRange();
        step(20.0);
        feed(18s);
        QCOMPARE(view_->visibleRange(), range);
        view_->setHeld(false);
        view_->tick();
        QVERIFY(view_->triggerState() != TriggerState::armed); // what happened meanwhile was not missed
    }

    void aCommandSetsItOff() {
        feed(12s);
        view_->setSpan(2s);
        lane_->marks.push_back(commandAt(now_ - 1s, "MoveAxis target=1"));
        view_->setTrigger(
            TriggerSetup{{FactCondition{FactKind::command, pan, "MoveAxis"}, TriggerMode::single, 0.5, {}},
                         pan,
                         Channel::position});
        feed(13s);
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::armed));
        const Time at = now_;
        auto lane = std::make_shared<journal::EventLane>(*lane_);
        lane->marks.push_back(commandAt(at, "MoveAxis target=2"));
        lane_ = lane;
        feed(16s);
        QCOMPARE(view_->visibleRange(), std::pair(at - 1s, at + 1s));
    }

    /// A new span kept the right edge, and the moment that had set the picture off was out of it.
    void anotherSpanLeavesTheTriggerAtItsShareOfThePicture() {
        feed(12s);
        view_->setSpan(4s);
        view_->setTrigger(risingThrough(10.0, TriggerMode::single));
        feed(13s);
        step(20.0);
        const Time at = fed_ - period / 2;
        feed(18s);
        QCOMPARE(view_->visibleRange(), std::pair(at - 1s, at + 3s));
        view_->setSpan(1s);
        feed(19s);
        QCOMPARE(view_->visibleRange(), std::pair(at - 250ms, at + 750ms));
    }

    /// Every change of the row threw the picture away that had been waited for.
    void aCaughtPictureStaysUntilItIsArmedAnew() {
        feed(12s);
        view_->setSpan(4s);
        auto setup = risingThrough(10.0, TriggerMode::single);
        view_->setTrigger(setup);
        feed(13s);
        step(20.0);
        const Time at = fed_ - period / 2;
        feed(18s);
        setup.settings.before = 0.5;
        view_->setTrigger(setup);
        QCOMPARE(view_->visibleRange(), std::pair(at - 2s, at + 2s));
        setup.settings.holdOff = 1s;
        setLevel(setup.settings.condition, 0, 15.0);
        view_->setTrigger(setup);
        step(0.0);
        feed(19s);
        step(20.0);
        feed(24s);
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::triggered));
        QCOMPARE(view_->visibleRange(), std::pair(at - 2s, at + 2s));
        // The next one takes its place in another mode, and only what comes from then on counts.
        setup.settings.mode = TriggerMode::normal;
        view_->setTrigger(setup);
        feed(25s);
        QCOMPARE(view_->visibleRange(), std::pair(at - 2s, at + 2s));
        step(0.0);
        feed(26s);
        step(20.0);
        const Time next = fed_;
        feed(30s);
        QVERIFY(std::chrono::abs(view_->visibleRange().first + 2s - next) < 2 * period);
        view_->armTrigger();
        view_->tick();
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::armed));
    }

    /// Bug: a single that had caught something of one trace stayed so when it was to look at another, or when
    /// a trigger of another mode became it, and never caught what was waited for.
    void aSingleIsArmedAnewWhereItWaitsForSomethingElse() {
        feed(12s);
        view_->setSpan(4s);
        auto setup = risingThrough(10.0, TriggerMode::normal);
        view_->setTrigger(setup);
        feed(13s);
        step(20.0);
        feed(18s);
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::waiting));
        setup.settings.mode = TriggerMode::single;
        view_->setTrigger(setup);
        view_->tick();
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::armed));
        step(0.0);
        feed(19s);
        step(20.0);
        feed(24s);
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::triggered));
        setup.channel = Channel::velocity;
        view_->setTrigger(setup);
        view_->tick();
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::armed));
    }

    /// Neither has an axis of its own in the lane, so "Stop all" and "Go to, several axes" set off nothing.
    void commandsForSeveralAxesSetOffTheTriggerOfEachOfThem() {
        const auto isSetOffBy = [&](const std::string& details, AxisId axis, const char* command) {
            const journal::EventLane before;
            journal::EventLane lane;
            lane.marks.push_back(
                {start_, journal::LaneKind::command, AxisId{}, "CommandAccepted", details, {}});
            const auto facts = factsSince(&before, lane);
            return telemetry::meets(facts.at(0), {FactKind::command, axis, command});
        };
        // In the words that the lane has of them.
        const auto told = [](const api::CommandBody& body) {
            const auto description = api::describe(body);
            return description.kind + ' ' + description.details;
        };
        const std::string stop = told(motion::Stop{});
        const std::string group = told(motion::MoveAxes{
            {{AxisId{1}, Position{90.0}, {}, {}, false}, {AxisId{12}, Position{-4.5}, {}, {}, false}}});
        QVERIFY(isSetOffBy(stop, pan, "Stop"));
        QVERIFY(isSetOffBy(stop, pan, ""));
        QVERIFY(isSetOffBy(told(motion::ResetStop{}), AxisId{7}, ""));
        QVERIFY(isSetOffBy(group, pan, "MoveAxes"));
        QVERIFY(isSetOffBy(group, AxisId{12}, ""));
        QVERIFY(!isSetOffBy(group, AxisId{2}, "MoveAxes"));
        QVERIFY(!isSetOffBy("StopRecording ", pan, ""));
        QVERIFY(isSetOffBy("StopRecording ", AxisId{}, ""));
    }

    /// The lane of a recording never changes: nothing set the trigger off while it was played, and a moment
    /// that lay ahead did at once.
    void inARecordingACommandSetsItOffWhenItIsPlayed() {
        feed(12s);
        view_->setSpan(2s);
        const Time at = now_ + 3s;
        lane_->marks.push_back(commandAt(at, "MoveAxis target=1"));
        view_->tick();
        view_->setTrigger(
            TriggerSetup{{FactCondition{FactKind::command, pan, "MoveAxis"}, TriggerMode::single, 0.5, {}},
                         pan,
                         Channel::position});
        feed(14s);
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::armed));
        feed(17s);
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::triggered));
        QCOMPARE(view_->visibleRange(), std::pair(at - 1s, at + 1s));
        now_ = at - 2s; // set back
        view_->tick();
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::armed));
        now_ = at + 1s;
        view_->tick();
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::triggered));
    }

    void factsAreNewOnceEvenWhereTheLaneForgetsItsOldest() {
        journal::EventLane before;
        for (int i = 0; i < 5; ++i)
            before.marks.push_back(commandAt(start_ + i * 1s, "Halt "));
        journal::EventLane now = before;
        now.marks.erase(now.marks.begin(), now.marks.begin() + 2);
        now.marks.push_back(commandAt(start_ + 4s, "Jog "));
        now.marks.push_back(
            {start_ + 5s, journal::LaneKind::hardwareError, pan, "HardwareErrorRaised", "bits=4", {}});
        now.marks.push_back({start_ + 6s, journal::LaneKind::note, pan, "NoteAdded", "x", {}});
        const auto facts = factsSince(&before, now);
        QCOMPARE(facts.size(), std::size_t{2});
        QCOMPARE(facts[0].command, std::string("Jog"));
        QCOMPARE(facts[1].kind, FactKind::hardwareError);
        QCOMPARE(factsSince(nullptr, before).size(), std::size_t{5});
        QVERIFY(factsSince(&now, now).empty());
    }

    void theLevelIsDraggedInItsPane() {
        feed(12s);
        view_->fixPane(0, -50.0, 50.0);
        view_->setTrigger(risingThrough(0.0, TriggerMode::normal));
        view_->tick();
        QSignalSpy moved(view_.get(), &ScopeView::triggerMoved);
        const QRect pane = firstPane();
        const QPoint from(pane.center().x(), pane.center().y());
        drag(from, {from.x(), pane.top() + pane.height() / 4}, Qt::NoModifier);
        QVERIFY(moved.count() > 0);
        const double level = levelsOf(view_->trigger()->settings.condition).front();
        QVERIFY2(std::abs(level - 25.0) < 1.5, qPrintable(QString::number(level)));
    }

    /// Bug: leaving a replay, a single that had caught something of the recording never caught anything
    /// again.
    void backFromARecordingItWaitsForWhatComes() {
        feed(12s);
        view_->setTrigger(risingThrough(10.0, TriggerMode::single));
        feed(13s);
        step(20.0);
        feed(24s);
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::triggered));
        view_->setLive();
        view_->tick();
        QCOMPARE(view_->triggerState(), std::optional(TriggerState::armed));
    }

private:
    static TriggerSetup risingThrough(double level, TriggerMode mode) {
        return {{EdgeCondition{Slope::rising, level, 0.0}, mode, 0.25, {}}, pan, Channel::position};
    }
    static journal::LaneMark commandAt(Time at, const char* details) {
        return {at, journal::LaneKind::command, pan, "CommandAccepted", details, {}};
    }
};

SERVOLANE_TEST(ScopeTriggerTest)
#include "scope_trigger_test.moc"
