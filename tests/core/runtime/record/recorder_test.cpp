// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/record/recorder.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <functional>
#include <map>
#include <optional>
#include <set>

using namespace servolane;
using namespace std::chrono_literals;

namespace {

struct File {
    std::vector<api::Event> committed;
    std::vector<api::Event> open;
    bool closed = false;
    session::SessionStart start;
};

struct Shelf {
    std::map<std::string, File> files;
    bool failing = false;
    std::optional<std::uint64_t> room; ///< on the disk
    std::function<void()> closes;      ///< while a file is being put in order
    std::function<void()> frees;       ///< when old segments are asked to go
    /// Another program holds these files for writing; what comes waits until `mostWaiting` do.
    std::set<std::string> held;
    std::size_t mostWaiting = 1'000'000;
    bool takesNone = false;        ///< no file can be begun
    std::set<std::string> refused; ///< nor these
};

class ShelfWriter final : public session::SessionWriter {
public:
    ShelfWriter(Shelf& shelf, std::string path)
        : shelf_(shelf)
        , path_(std::move(path)) {}
    Result<void> append(const api::Event& event) override {
        if (isHeld() || !waiting_.empty()) {
            if (waiting_.size() == shelf_.mostWaiting) return failure(ErrorCode::busy, path_ + " is held");
            waiting_.push_back(event);
            return {};
        }
        shelf_.files[path_].open.push_back(event);
        return {};
    }
    Result<void> commit() override {
        if (isHeld()) {
            seenHeld_ = true;
            return {};
        }
        if (shelf_.failing) return failure(ErrorCode::diskFull, "no space");
        File& file = shelf_.files[path_];
        file.open.insert(file.open.end(), waiting_.begin(), waiting_.end());
        waiting_.clear();
        seenHeld_ = false;
        file.committed.insert(file.committed.end(), file.open.begin(), file.open.end());
        file.open.clear();
        return {};
    }
    Result<void> close() override {
        if (shelf_.closes) shelf_.closes();
        if (isHeld()) return failure(ErrorCode::busy, path_ + " is held");
        const auto done = commit();
        shelf_.files[path_].closed = done.has_value();
        return done;
    }
    const session::SessionCounters& counters() const override { return counters_; }
    std::uint64_t waiting() const override {
        return seenHeld_ || !waiting_.empty() ? waiting_.size() + shelf_.files[path_].open.size() : 0;
    }
    std::vector<api::Event> takeWaiting() override { return std::exchange(waiting_, {}); }

private:
    bool isHeld() const { return shelf_.held.contains(path_); }

    Shelf& shelf_;
    std::vector<api::Event> waiting_;
    bool seenHeld_ = false;
    std::string path_;
    session::SessionCounters counters_;
};

class ShelfStore final : public session::SessionStore {
public:
    explicit ShelfStore(Shelf& shelf)
        : shelf_(shelf) {}
    Result<std::unique_ptr<session::SessionWriter>> create(const std::string& path,
                                                           const session::SessionStart& start) override {
        if (shelf_.failing || shelf_.takesNone || shelf_.refused.contains(path))
            return failure(ErrorCode::diskFull, "no space");
        if (shelf_.files.contains(path)) return failure(ErrorCode::invalid, path + " exists");
        shelf_.files[path] = {{}, {}, false, start};
        return std::make_unique<ShelfWriter>(shelf_, path);
    }
    Result<std::unique_ptr<session::SessionReader>> open(const std::string&) override {
        return failure(ErrorCode::unsupported);
    }
    std::vector<session::SessionSummary> list(const std::string&, std::vector<Error>&) override { return {}; }
    std::optional<std::uint64_t> freeBytes(const std::string&) const override { return shelf_.room; }

private:
    Shelf& shelf_;
};

/// A recorder with everything around it.
struct Bench {
    Bench() { bus.subscribe(queue); }
    runtime::RecorderSettings settings() {
        runtime::RecorderSettings made;
        made.flightFolder = "flight";
        made.segmentChanged = [this] {
            ++segmentChanges;
            if (shelf.frees) shelf.frees();
        };
        return made;
    }
    void connect() { bus.publish(clock.now(), {}, bus::BusConnected{{1}, {}, true}); }
    void cycle() {
        auto made = std::make_shared<telemetry::FeedbackCycle>();
        made->bus = {1};
        made->cycle = next++;
        made->time = clock.now();
        made->samples.push_back({{1}});
        bus.publish(clock.now(), {}, api::FeedbackPointer{std::move(made)});
    }
    void run(Duration span) {
        for (const Time end = clock.now() + span; clock.now() < end; clock.advance(50ms)) {
            cycle();
            static_cast<void>(recorder.step(clock.now()));
        }
    }
    /// A second into a named recording another program takes its file.
    void recordHeld() {
        connect();
        recorder.post({5}, session::StartRecording{"named.servolane", "named", 0s});
        run(1s);
        shelf.held.insert("named.servolane");
    }
    std::size_t cyclesIn(const std::string& path) {
        const auto& events = shelf.files.at(path).committed;
        return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [](const auto& e) {
            return std::holds_alternative<api::FeedbackPointer>(e.body);
        }));
    }
    /// The newest of which was told since this was asked last; an empty one if none was.
    session::RecordingStopped stopped() {
        session::RecordingStopped newest;
        for (const auto& note : core.drain())
            if (const auto* fact = std::get_if<runtime::FactNote>(&note))
                if (const auto* one = std::get_if<session::RecordingStopped>(&fact->body)) newest = *one;
        return newest;
    }
    std::string flightPath() {
        for (const auto& [path, file] : shelf.files)
            if (path.starts_with("flight/")) return path;
        return {};
    }

    TestClock clock;
    Waker waker;
    Waker coreWaker;
    runtime::EventQueue queue{1000, waker};
    runtime::EventBus bus;
    runtime::CoreInbox core{coreWaker};
    Shelf shelf;
    ShelfStore store{shelf};
    std::uint64_t next = 0;
    int segmentChanges = 0;
    runtime::Recorder recorder{clock, queue, bus, core, waker, &store, settings()};
};

class RecorderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFlightRecorderRunsFromTheFirstConnection() {
        Bench bench;
        static_cast<void>(bench.recorder.step(bench.clock.now()));
        QVERIFY(bench.shelf.files.empty());
        bench.connect();
        bench.run(1s);
        QVERIFY(!bench.flightPath().empty());
        QVERIFY(bench.cyclesIn(bench.flightPath()) > 10);
    }

    void nothingOlderThanAQuarterSecondWaitsForItsCommit() {
        Bench bench;
        bench.connect();
        bench.run(2s);
        const auto& file = bench.shelf.files.at(bench.flightPath());
        for (const auto& event : file.open)
            QVERIFY(bench.clock.now() - event.time <= 250ms);
    }

    void aNamedRecordingBeginsWithItsPreroll() {
        Bench bench;
        bench.connect();
        bench.run(2s);
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        bench.run(500ms);
        bench.recorder.post({6}, session::StopRecording{});
        bench.run(50ms);
        const File& file = bench.shelf.files.at("named.servolane");
        QVERIFY(file.closed);
        const std::size_t cycles = bench.cyclesIn("named.servolane");
        QVERIFY2(cycles >= 28 && cycles <= 32,
                 qPrintable(QString::number(cycles))); // 20 per second, 1 s + 0.5 s
        QVERIFY(std::holds_alternative<bus::BusConnected>(file.committed.front().body));
    }

    /// REC stood on the screen for seconds after Stop recording, while a long file was put in order.
    void aRecordingThatIsBeingClosedSaysSo() {
        Bench bench;
        bench.connect();
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        bench.run(500ms);
        QVERIFY(!bench.recorder.board().read()->named->closing);
        std::shared_ptr<const session::RecordingBoard> meanwhile;
        bench.shelf.closes = [&] { meanwhile = bench.recorder.board().read(); };
        bench.recorder.post({6}, session::StopRecording{});
        bench.run(50ms);
        QVERIFY(meanwhile && meanwhile->named && meanwhile->named->closing);
        QVERIFY(!bench.recorder.board().read()->named);
    }

    void aDiskThatFillsUpIsToldEarlyAndNeverFilled() {
        Bench bench;
        bench.shelf.room = 10ULL << 30;
        bench.connect();
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        bench.run(10s);
        QVERIFY(!bench.recorder.board().read()->named->disk.low);
        QVERIFY(!bench.recorder.board().read()->named->disk.left); // nothing goes
        for (int look = 0; look < 12; ++look) { // 20 MB a second: 10 GB last for eight and a half minutes
            *bench.shelf.room -= 100ULL << 20;
            bench.run(5s);
        }
        const auto filling = bench.recorder.board().read()->named->disk;
        QVERIFY(filling.low && filling.left);
        QVERIFY(*filling.left > 6min && *filling.left < 10min);
        bench.shelf.room = 63ULL << 20;
        bench.run(6s);
        const auto board = bench.recorder.board().read();
        QVERIFY(!board->named && board->error.code == ErrorCode::diskFull);
        QVERIFY(board->error.detail.find("63 MB") != std::string::npos);
        QVERIFY(!board->flight && board->flightError.code == ErrorCode::diskFull);
        QVERIFY(bench.shelf.files.at("named.servolane").closed);
        QVERIFY(bench.shelf.files.at(bench.flightPath()).closed);
        const std::size_t segments = bench.shelf.files.size();
        bench.run(30s); // no segment is begun where it would have to end at once
        QCOMPARE(bench.shelf.files.size(), segments);
        bench.shelf.room = 5ULL << 30;
        bench.run(15s);
        QVERIFY(bench.recorder.board().read()->flight);
    }

    /// The disk is smaller than the flight recorder's budget: its own segments had filled it, and the
    /// recording that a person had begun ended for them.
    void oldSegmentsMakeRoomBeforeAnythingEnds() {
        Bench bench;
        bench.shelf.room = 700ULL << 20;
        bench.connect();
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        bench.run(1s);
        const int before = bench.segmentChanges;
        bench.shelf.room = 500ULL << 20;
        bench.shelf.frees = [&] { bench.shelf.room = 600ULL << 20; };
        bench.run(6s);
        QCOMPARE(bench.segmentChanges, before + 1); // long before it is full
        bench.shelf.room = 10ULL << 20;             // by someone else, at once
        bench.run(6s);
        const auto board = bench.recorder.board().read();
        QVERIFY(board->named && board->flight);
        QVERIFY(board->flightError.code == ErrorCode::none);
    }

    void eachOrderIsAnswered() {
        Bench bench;
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        bench.recorder.post({6}, session::StopRecording{});
        bench.recorder.post({7}, session::StopRecording{});
        static_cast<void>(bench.recorder.step(bench.clock.now()));
        std::map<std::uint64_t, bus::RequestOutcome> outcomes;
        for (const auto& note : bench.core.drain())
            if (const auto* report = std::get_if<bus::RequestFinished>(&note))
                outcomes[report->command.value] = report->outcome;
        QVERIFY(outcomes.at(5) == bus::RequestOutcome::confirmed);
        QVERIFY(outcomes.at(6) == bus::RequestOutcome::confirmed);
        QVERIFY(outcomes.at(7) == bus::RequestOutcome::failed);
    }

    void aFullDiskEndsTheRecordingAndSaysSo() {
        Bench bench;
        bench.connect();
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        bench.run(500ms);
        bench.shelf.failing = true;
        bench.run(500ms);
        const auto board = bench.recorder.board().read();
        QVERIFY(!board->named);
        QVERIFY(board->error.code == ErrorCode::diskFull);
        bool told = false;
        for (const auto& note : bench.core.drain())
            if (const auto* fact = std::get_if<runtime::FactNote>(&note))
                if (const auto* stopped = std::get_if<session::RecordingStopped>(&fact->body))
                    told = told || stopped->error.code == ErrorCode::diskFull;
        QVERIFY(told);
    }

    /// Bug: nothing told that a recording waited for another program, and what waited was lost when it gave
    /// up.
    void aRecordingThatIsHeldSaysSoAndGoesOnInAnotherFile() {
        Bench bench;
        bench.connect();
        bench.run(70s); // the connection is older than what is kept of the last minute
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 0s});
        bench.run(1s);
        QCOMPARE(bench.recorder.board().read()->named->waiting, std::uint64_t{0});
        bench.shelf.held.insert("named.servolane");
        bench.run(500ms); // is over soon, as a rule
        QCOMPARE(bench.recorder.board().read()->named->waiting, std::uint64_t{0});
        bench.run(90s); // the first that waits is older, too
        auto board = bench.recorder.board().read();
        QVERIFY(board->named->path == "named.servolane" && board->named->waiting >= 1800);
        bench.shelf.mostWaiting = 1900;
        static_cast<void>(bench.core.drain());
        bench.run(10s);
        board = bench.recorder.board().read();
        QVERIFY(board->named && board->named->path == "named_2.servolane" && board->named->waiting == 0);
        QVERIFY2(board->error.detail.find("are in named_2.servolane") != std::string::npos,
                 board->error.detail.c_str());
        std::vector<std::string> told;
        for (const auto& note : bench.core.drain())
            if (const auto* fact = std::get_if<runtime::FactNote>(&note)) {
                if (const auto* stopped = std::get_if<session::RecordingStopped>(&fact->body)) {
                    told.push_back("stopped " + stopped->path);
                    QVERIFY(stopped->error.code == ErrorCode::busy && stopped->lost == 0);
                }
                if (const auto* started = std::get_if<session::RecordingStarted>(&fact->body))
                    told.push_back("started " + started->path);
            }
        QCOMPARE(told, (std::vector<std::string>{"stopped named.servolane", "started named_2.servolane"}));
        bench.recorder.shutDown();
        const File& other = bench.shelf.files.at("named_2.servolane");
        QVERIFY(other.closed && std::holds_alternative<bus::BusConnected>(other.committed.front().body));
        std::vector<std::uint64_t> cycles;
        for (const char* path : {"named.servolane", "named_2.servolane"})
            for (const auto& event : bench.shelf.files.at(path).committed)
                if (const auto* cycle = std::get_if<api::FeedbackPointer>(&event.body))
                    cycles.push_back((*cycle)->cycle);
        for (std::size_t i = 0; i < cycles.size(); ++i)
            QCOMPARE(cycles[i], cycles[0] + i);
        QCOMPARE(cycles.back() + 1, bench.next);
    }
    /// Bug: "Recording stopped by itself" was told of one that its user had ended, since the file before had
    /// been given up.
    void whatBecameOfTheFirstFileIsOverWhenTheSecondHasEndedWell() {
        Bench bench;
        bench.recordHeld();
        bench.shelf.mostWaiting = 100;
        bench.run(10s);
        QCOMPARE(bench.recorder.board().read()->named->path, std::string("named_2.servolane"));
        QVERIFY(bench.recorder.board().read()->error.code == ErrorCode::busy);
        bench.recorder.post({6}, session::StopRecording{});
        bench.run(50ms);
        QVERIFY(!bench.recorder.board().read()->named);
        QVERIFY(bench.recorder.board().read()->error.code == ErrorCode::none);
    }
    /// Bug: the same at its end, where it waits for five seconds.
    void whatWaitsAtTheEndOfARecordingIsWrittenBesideIt() {
        Bench bench;
        bench.recordHeld();
        bench.run(3s);
        bench.recorder.post({6}, session::StopRecording{});
        bench.run(50ms);
        QVERIFY(!bench.recorder.board().read()->named);
        const File& other = bench.shelf.files.at("named_2.servolane");
        QVERIFY(other.closed);
        // It is as long as what is in it, and not as the patience of whoever ended it.
        QVERIFY(other.start.time == other.start.from && bench.clock.now() - other.start.time > 3s);
        QVERIFY(bench.cyclesIn("named_2.servolane") >= 60);
    }
    /// Bug: nobody was told how many were lost.
    void whatCannotBeWrittenAnywhereIsCountedAsLost() {
        Bench bench;
        bench.recordHeld();
        bench.shelf.takesNone = true;
        bench.shelf.mostWaiting = 100;
        bench.run(10s);
        const auto board = bench.recorder.board().read();
        QVERIFY(!board->named);
        QVERIFY2(board->error.detail.find("are lost: no space") != std::string::npos,
                 board->error.detail.c_str());
        std::uint64_t lost = 0;
        for (const auto& note : bench.core.drain())
            if (const auto* fact = std::get_if<runtime::FactNote>(&note))
                if (const auto* stopped = std::get_if<session::RecordingStopped>(&fact->body))
                    lost = stopped->lost;
        QVERIFY2(lost >= 100 && lost < 120, qPrintable(QString::number(lost)));
    }

    /// Bug: a segment that was held when it ended, and could be written nowhere else, was lost without a
    /// word.
    void whatASegmentOfTheFlightRecorderLosesIsTold() {
        Bench bench;
        bench.connect();
        bench.run(1s);
        const std::string path = bench.flightPath();
        bench.shelf.held.insert(path);
        bench.shelf.refused.insert(path.substr(0, path.rfind('.')) + "_2.servolane");
        bench.run(1s);
        static_cast<void>(bench.core.drain());
        bench.clock.advance(1h);
        bench.run(300ms);
        const auto board = bench.recorder.board().read();
        QVERIFY(board->flight && board->flight->path != path && !board->flightRetry);
        QVERIFY2(board->flightError.detail.find("are lost: no space") != std::string::npos,
                 board->flightError.detail.c_str());
        const auto stopped = bench.stopped();
        QCOMPARE(stopped.path, path);
        QVERIFY2(stopped.lost >= 20 && stopped.lost < 30, qPrintable(QString::number(stopped.lost)));
        QVERIFY(stopped.error.code == ErrorCode::busy);
        // Until another one ends well, of which nothing is told.
        bench.clock.advance(1h);
        bench.run(300ms);
        QVERIFY(bench.recorder.board().read()->flightError.code == ErrorCode::none);
        QCOMPARE(bench.stopped().path, std::string());
    }
    /// Bug: it was said that all of it was in the second file, which could not be closed either.
    void whatTheSecondFileDoesNotTakeIsCountedAsLost() {
        Bench bench;
        bench.recordHeld();
        bench.run(3s);
        bench.shelf.held.insert("named_2.servolane");
        bench.recorder.post({6}, session::StopRecording{});
        bench.run(50ms);
        const auto stopped = bench.stopped();
        QVERIFY2(stopped.lost >= 60 && stopped.lost < 100, qPrintable(QString::number(stopped.lost)));
        const std::string told =
            "named_2.servolane is held; " + std::to_string(stopped.lost) + " of them are lost";
        QVERIFY2(stopped.error.detail.find(told) != std::string::npos, stopped.error.detail.c_str());
        QCOMPARE(bench.recorder.board().read()->error.detail, stopped.error.detail);
    }

    /// Bug: the alarm of a disk that was full was over as soon as the recording had ended for it.
    void aFullDiskIsToldUntilThereIsRoomAgain() {
        Bench bench;
        bench.shelf.room = 10ULL << 30;
        bench.connect();
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        bench.run(1s);
        QVERIFY(!bench.recorder.board().read()->full);
        bench.shelf.room = 20ULL << 20;
        bench.run(6s);
        bench.run(60s);
        const auto board = bench.recorder.board().read();
        QVERIFY(!board->named && board->full);
        QCOMPARE(*board->full->freeBytes, 20ULL << 20);
        bench.shelf.room = 5ULL << 30;
        bench.run(15s);
        QVERIFY(!bench.recorder.board().read()->full);
    }

    void aFileBeginsWithWhatIsNeededToReadItInTheOrderOfTheBus() {
        Bench bench;
        bench.connect();
        bench.run(2s);
        bench.bus.publish(bench.clock.now(), {}, session::TimePaired{bench.clock.utcNow()});
        bench.run(62s); // the connection has left the preroll's memory
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        bench.run(200ms);
        const auto& events = bench.shelf.files.at("named.servolane").committed;
        QVERIFY(std::holds_alternative<bus::BusConnected>(events.at(0).body));
        QVERIFY(std::holds_alternative<session::TimePaired>(events.at(1).body));
        for (std::size_t i = 1; i < events.size(); ++i)
            QVERIFY(events[i - 1].sequence < events[i].sequence);
    }

    void aFileIsToldWhereItsRecordingBegins() {
        Bench bench;
        bench.connect();
        bench.run(2s);
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        const Time asked = bench.clock.now();
        bench.run(200ms);
        const auto& named = bench.shelf.files.at("named.servolane").start;
        QVERIFY(named.from == named.time - 1s && named.time >= asked);
        const auto& flight = bench.shelf.files.at(bench.flightPath()).start;
        QVERIFY(flight.from == flight.time);
    }

    /// A failed segment had switched it off for good.
    void theFlightRecorderTriesANewSegmentAfterAFailure() {
        Bench bench;
        bench.connect();
        bench.run(1s);
        const auto first = bench.flightPath();
        bench.shelf.failing = true;
        bench.run(1s);
        auto board = bench.recorder.board().read();
        QVERIFY(!board->flight && board->flightRetry);
        QVERIFY(board->flightError.code == ErrorCode::diskFull);
        QVERIFY(board->error.code == ErrorCode::none); // no recording of its own failed
        bench.run(12s);                                // a try in vain
        QVERIFY(bench.recorder.board().read()->flightRetry > board->flightRetry);
        bench.shelf.failing = false;
        bench.run(11s);
        board = bench.recorder.board().read();
        QVERIFY(board->flight && board->flight->path != first);
        QVERIFY(!board->flightRetry && board->flightError.code == ErrorCode::none);
        QVERIFY(bench.cyclesIn(board->flight->path) > 0);
    }

    void whoKeepsTheSegmentsShortIsToldOfEachChange() {
        Bench bench;
        bench.connect();
        bench.run(1s);
        QCOMPARE(bench.segmentChanges, 1);
        bench.clock.advance(1h);
        bench.run(1s);
        QCOMPARE(bench.segmentChanges, 2);
        bench.shelf.failing = true;
        bench.run(1s);
        QCOMPARE(bench.segmentChanges, 3); // a full disk, too
    }

    void eventsAreWrittenOnceAlthoughThePrerollHoldsThemToo() {
        Bench bench;
        bench.connect();
        bench.cycle();
        bench.recorder.post({5}, session::StartRecording{"named.servolane", "named", 1s});
        bench.run(200ms);
        bench.recorder.shutDown();
        std::vector<std::uint64_t> numbers;
        for (const auto& event : bench.shelf.files.at("named.servolane").committed)
            if (const auto* cycle = std::get_if<api::FeedbackPointer>(&event.body))
                numbers.push_back((*cycle)->cycle);
        for (std::size_t i = 0; i < numbers.size(); ++i)
            QCOMPARE(numbers[i], i);
        QCOMPARE(numbers.size(), std::size_t{5});
    }
};

SERVOLANE_TEST(RecorderTest)

} // namespace

#include "recorder_test.moc"
