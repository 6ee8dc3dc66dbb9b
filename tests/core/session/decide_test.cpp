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
    bool isConfined = false;
};

const std::map<std::string, Case> cases{
    {"refuseWhileRecording", {RejectionCode::recordingRunning, {"a.servolane"}, "", {}, ""}},
    {"refuseWithoutRecording", {RejectionCode::noRecording, {}, "", {"a.servolane"}, ""}},
    {"refuseEmptyPath", {RejectionCode::invalidArgument, {}, "", {}, "a.servolane"}},
    {"refusePlaceOutsideTheFolder",
     {RejectionCode::invalidArgument,
      {{}, "/home/eve/recordings"},
      "/home/eve/recordings/../a.servolane",
      {{}, "/home/eve/recordings"},
      "sub/a.servolane",
      {},
      true}},
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
            const auto refusal =
                policy.refusal({one.refusedIn, one.refusedText, {}, one.refusedLasting, one.isConfined});
            QVERIFY(refusal.has_value());
            QVERIFY(refusal->code == one.code);
            QVERIFY(!policy.refusal({one.passesIn, one.passesText, {}, {}, one.isConfined}));
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

    // Bug: whoever reached the local socket had the window write to any place.
    void aClientThatMayDoLessThanTheUserRecordsInTheUsualFolderAlone() {
        const std::string folder = "/home/eve/recordings";
        runtime::WriteModel model{sampleCatalog(), folder};
        const api::Asker client{api::AskerKind::commandLine, 3};
        const auto outcome = [&](const std::string& path, api::Asker asker) {
            return outcomeOf(model.decide({{1}, asker, {}, session::StartRecording{path, "x"}}, {}, {}));
        };
        const std::vector<std::string> inside{"a.servolane", "day/a.servolane", folder + "/a.servolane",
                                              folder + "/day/../a.servolane"};
        const std::vector<std::string> outside{
            "/tmp/a.servolane",           "../a.servolane", ".", folder, folder + "x/a.servolane",
            folder + "/../../a.servolane"};
        for (const auto& path : outside) // as the user
            QCOMPARE(outcome(path, client), std::string("decided"));
        model.evolve(access::ClientsBounded{access::Role::lineOperator}, {});
        for (const auto& path : inside)
            QCOMPARE(outcome(path, client), std::string("decided"));
        for (const auto& path : outside) {
            QCOMPARE(outcome(path, client), std::string("invalid-argument"));
            QCOMPARE(outcome(path, api::Asker::window), std::string("decided"));
        }
        const auto verdict = model.decide({{1}, client, {}, session::StartRecording{"/x", "x"}}, {}, {});
        QCOMPARE(verdict.error().subject, "path outside of " + folder);
        // Without such a folder there is no place for it at all.
        runtime::WriteModel homeless{sampleCatalog()};
        homeless.evolve(access::ClientsBounded{access::Role::lineOperator}, {});
        QVERIFY(!homeless.decide({{1}, client, {}, session::StartRecording{"a.servolane", "x"}}, {}, {}));
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
