// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a recording may begin or end, and notes.
#include "tests/core/motion/given.h"

// After the line above: moc 6.4 trips over <concepts> when <compare> is the first thing it meets.
#include "core/session/write/recording_state.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <map>

using namespace servolane;
using namespace servolane::tests;
using api::RejectionCode;

namespace {

struct Case {
    RejectionCode code;
    session::RecordingState refusedIn;
    std::string refusedText;
    session::RecordingState passesIn;
    std::string passesText;
    Duration refusedLasting{};
};

const std::map<std::string, Case> cases{
    {"refuseWhileRecording", {RejectionCode::recordingRunning, {"a.servolane"}, "", {}, ""}},
    {"refuseWithoutRecording", {RejectionCode::noRecording, {}, "", {"a.servolane"}, ""}},
    {"refuseEmptyPath", {RejectionCode::invalidArgument, {}, "", {}, "a.servolane"}},
    {"refuseEmptyNote", {RejectionCode::invalidArgument, {}, " \n", {}, "note"}},
    {"refuseNoteAboutTheFuture",
     {RejectionCode::invalidArgument, {}, "note", {}, "note", std::chrono::seconds{3}}},
};

} // namespace

class SessionDecisions final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachPolicyRefusesOnceAndPassesOnce() {
        QCOMPARE(cases.size(), session::allPolicies().size());
        for (const auto& policy : session::allPolicies()) {
            const auto found = cases.find(std::string(policy.name));
            QVERIFY2(found != cases.end(), std::string(policy.name).c_str());
            const Case& one = found->second;
            const auto refusal = policy.refusal({one.refusedIn, one.refusedText, {}, one.refusedLasting});
            QVERIFY(refusal.has_value());
            QVERIFY(refusal->code == one.code);
            QVERIFY(!policy.refusal({one.passesIn, one.passesText}));
        }
    }

    void theDecisionAboutARecordingIsAYesAndNoMore() {
        Given given;
        const auto verdict = given.when(session::StartRecording{"a.servolane", "first"});
        QVERIFY(verdict && verdict->events.empty() && verdict->requests.empty());
        given.happened(session::RecordingStarted{"a.servolane", "first"});
        const auto second = given.when(session::StartRecording{"b.servolane", "second"});
        QCOMPARE(outcomeOf(second), std::string("recording-running"));
        QCOMPARE(second.error().subject, std::string("a.servolane"));
        QVERIFY(given.when(session::StopRecording{}));
        given.happened(session::RecordingStopped{"a.servolane", 10, 0, {}});
        QCOMPARE(outcomeOf(given.when(session::StopRecording{})), std::string("no-recording"));
    }

    void aRecordingNeedsAPathAndANoteItsWords() {
        QCOMPARE(outcomeOf(Given{}.when(session::StartRecording{" ", "first"})),
                 std::string("invalid-argument"));
        QCOMPARE(outcomeOf(Given{}.when(session::AddNote{"\n"})), std::string("invalid-argument"));
    }

    void theEndOfAnotherRecordingIsNotThatOfThisOne() {
        Given given;
        given.happened(session::RecordingStarted{"a.servolane", "first"});
        given.happened(session::RecordingStopped{"flight.servolane", 10, 0, {}});
        QVERIFY(given.when(session::StopRecording{}));
    }

    void aNoteIsAFactAtOnce() {
        using std::chrono::seconds;
        const auto verdict = Given{}.when(session::AddNote{"belt tightened", seconds{10}, seconds{4}});
        const auto& note = std::get<session::NoteAdded>(verdict->events[0]);
        QCOMPARE(note.text, std::string("belt tightened"));
        QVERIFY(note.ago == seconds{10} && note.lasting == seconds{4});
    }

    void aNoteIsAboutWhatHasBeen() {
        using std::chrono::seconds;
        for (const auto& [ago, lasting] :
             {std::pair{seconds{-1}, seconds{0}}, {seconds{2}, seconds{3}}, {seconds{2}, seconds{-1}}}) {
            const auto verdict = Given{}.when(session::AddNote{"squeaks", ago, lasting});
            QCOMPARE(outcomeOf(verdict), std::string("invalid-argument"));
            QCOMPARE(verdict.error().subject, std::string("range"));
        }
    }
};

SERVOLANE_TEST(SessionDecisions)
#include "decide_test.moc"
