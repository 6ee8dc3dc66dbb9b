// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/record/recorder.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <utility>

namespace servolane::runtime {

namespace {

constexpr Duration prerollKept = std::chrono::seconds{60};
/// Until the second look at an exhausted disk: long enough to delete a file, and too short to fill the
/// reserve.
constexpr Duration roomPatience = std::chrono::milliseconds{500};
/// Others look at a file, too: what is over at once needs nobody's attention.
constexpr Duration heldTold = std::chrono::seconds{1};
/// A sample takes 56 bytes: the preroll stays under 64 MB at any rate.
constexpr std::size_t mostRecentSamples = 1'000'000;

std::size_t samplesOf(const api::Event& event) {
    const auto* cycle = std::get_if<api::FeedbackPointer>(&event.body);
    return cycle ? (*cycle)->samples.size() : 0;
}

bool isNeededToRead(const api::EventBody& body) {
    return std::holds_alternative<bus::BusConnected>(body) ||
           std::holds_alternative<bus::BusDisconnected>(body) ||
           std::holds_alternative<motion::AxisConfigured>(body) ||
           std::holds_alternative<session::TimePaired>(body);
}

/// "2026-11-23_091502", UTC, for names of flight segments.
std::string stampOf(UtcTime utc) {
    const std::time_t whole = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(utc));
    std::tm parts{};
    ::gmtime_r(&whole, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d_%H%M%S", &parts);
    return text;
}

} // namespace

Recorder::Recorder(Clock& clock, EventQueue& queue, EventBus& events, CoreInbox& core, Waker& waker,
                   session::SessionStore* store, RecorderSettings settings, RecordedSpans* spans)
    : clock_(clock)
    , queue_(queue)
    , events_(events)
    , core_(core)
    , waker_(waker)
    , store_(store)
    , settings_(std::move(settings))
    , spans_(spans) {}

Recorder::~Recorder() = default;

void Recorder::post(CommandId command, api::CommandBody body) {
    {
        const std::lock_guard lock(mutex_);
        orders_.push_back({command, std::move(body)});
    }
    waker_.wake();
}

Time Recorder::step(Time now) {
    for (const api::Event& event : queue_.drain())
        take(event);
    noteLosses();
    std::deque<Order> orders;
    {
        const std::lock_guard lock(mutex_);
        orders.swap(orders_);
    }
    for (const Order& order : orders)
        handle(order);
    if (now >= commitDue_) {
        commitDue_ = now + settings_.commitInterval;
        keepFlight(now);
        commit(named_);
        commit(flight_);
        watchDisk(now);
        publish(now);
    } else if (!orders.empty())
        publish(now);
    return commitDue_;
}

void Recorder::take(const api::Event& event) {
    remember(event);
    if (event.sequence <= lastSeen_) return;
    lastSeen_ = event.sequence;
    write(named_, event);
    write(flight_, event);
}

void Recorder::remember(const api::Event& event) {
    if (std::holds_alternative<bus::BusConnected>(event.body)) hasConnected_ = true;
    recent_.push_back(event);
    recentSamples_ += samplesOf(event);
    while (!recent_.empty() &&
           (event.time - recent_.front().time > prerollKept || recentSamples_ > mostRecentSamples)) {
        recentSamples_ -= samplesOf(recent_.front());
        foldIntoBase(recent_.front());
        recent_.pop_front();
    }
}

void Recorder::foldIntoBase(const api::Event& event) {
    states_.fold(event);
    if (const auto* connected = std::get_if<bus::BusConnected>(&event.body))
        connections_[connected->bus.value] = event;
    if (const auto* axis = std::get_if<motion::AxisConfigured>(&event.body))
        axes_[axis->axis->id.value] = event;
    if (std::holds_alternative<session::TimePaired>(event.body)) timePair_ = event;
    if (const auto* closed = std::get_if<bus::BusDisconnected>(&event.body)) {
        connections_.erase(closed->bus.value);
        std::erase_if(axes_, [&](const auto& entry) {
            return std::get<motion::AxisConfigured>(entry.second.body).axis->bus == closed->bus;
        });
    }
}

std::vector<api::Event> Recorder::beginningSince(Time from) const {
    // A file is readable alone: it begins with the links, the axes and the time base it needs, in the order
    // of the bus.
    std::vector<api::Event> events;
    if (timePair_.sequence.value != 0) events.push_back(timePair_);
    for (const auto& [bus, event] : connections_)
        events.push_back(event);
    for (const auto& [axis, event] : axes_)
        events.push_back(event);
    for (api::Event& event : states_.all())
        events.push_back(std::move(event));
    std::sort(events.begin(), events.end(),
              [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    for (const api::Event& event : recent_)
        if (event.time >= from || isNeededToRead(event.body) || session::StateFacts::tellsState(event.body))
            events.push_back(event);
    return events;
}

void Recorder::handle(const Order& order) {
    if (const auto* start = std::get_if<session::StartRecording>(&order.body))
        return answer(order.command, begin(*start));
    if (!named_) return answer(order.command, failure(ErrorCode::invalid, "no recording is running"));
    named_->view.closing = true;
    publish(clock_.now()); // putting a long file in order takes its time, and REC must not stand meanwhile
    answer(order.command, close(named_));
}

Result<void> Recorder::begin(session::StartRecording start) {
    if (!settings_.namedFolder.empty()) // an absolute path stays what it is
        start.path = (std::filesystem::path(settings_.namedFolder) / start.path).lexically_normal().string();
    const Time from = clock_.now() - start.preroll;
    auto file = open(start.path, start.name, false, from, clock_.now(), beginningSince(from));
    if (!file) return tl::make_unexpected(file.error());
    named_ = std::move(*file);
    lastError_ = {};
    fact(session::RecordingStarted{start.path, start.name});
    return {};
}

Result<std::unique_ptr<Recorder::File>> Recorder::open(const std::string& path, const std::string& name,
                                                       bool flight, Time from, Time start,
                                                       const std::vector<api::Event>& beginning) {
    if (!store_) return failure(ErrorCode::unsupported, "this program keeps no recordings");
    if (const auto room = store_->freeBytes(path); room && *room < 2 * settings_.disk.reserve)
        return failure(ErrorCode::diskFull, path + ": only " + std::to_string(*room >> 20) +
                                                " MB are left on the disk; a recording needs " +
                                                std::to_string(2 * settings_.disk.reserve >> 20));
    const Time now = clock_.now();
    auto writer = store_->create(
        path, {name, settings_.software, clock_.utcNow() - (now - start), start, flight, from});
    if (!writer) return tl::make_unexpected(writer.error());
    auto file = std::make_unique<File>();
    file->writer = std::move(*writer);
    file->view = {path, name, now};
    file->from = from;
    file->disk = DiskWatch{settings_.disk};
    if (const auto room = store_->freeBytes(path)) file->disk.look(now, *room);
    for (const api::Event& event : beginning)
        if (const auto done = file->writer->append(event); !done) return tl::make_unexpected(done.error());
    file->dirty = true;
    if (spans_) spans_->begin(path, from);
    return file;
}

void Recorder::write(std::unique_ptr<File>& file, const api::Event& event) {
    if (!file) return;
    if (const auto done = file->writer->append(event); !done) return fail(file, done.error());
    file->dirty = true;
}

void Recorder::commit(std::unique_ptr<File>& file) {
    if (!file || !std::exchange(file->dirty, false)) return;
    if (const auto done = file->writer->commit(); !done) return fail(file, done.error());
    noteHeld(*file);
}

void Recorder::noteHeld(File& file) {
    if (file.writer->waiting() == 0) {
        file.stored = lastSeen_;
        file.held.reset();
        return;
    }
    file.dirty = true; // it is tried again, whether or not more comes
    if (!file.held) file.held = heldNow(file);
}

Recorder::File::Held Recorder::heldNow(const File& file) const {
    File::Held held{clock_.now(), file.from, lastSeen_, {}};
    if (file.stored.value == 0) {
        held.beginning = beginningSince(file.from);
        return held;
    }
    held.beginning = beginningSince(Time::max());
    std::erase_if(held.beginning, [&](const api::Event& event) { return event.sequence > file.stored; });
    const auto fresh = std::find_if(recent_.begin(), recent_.end(),
                                    [&](const api::Event& event) { return event.sequence > file.stored; });
    held.from = fresh == recent_.end() ? clock_.now() : fresh->time;
    held.beginning.insert(held.beginning.end(), fresh, recent_.end());
    return held;
}

std::unique_ptr<Recorder::File> Recorder::goOn(File& failed, bool flight, Error& error, std::uint64_t& lost) {
    lost = failed.writer->waiting();
    if (lost == 0) return nullptr;
    const std::string waited = std::to_string(lost) + " samples and events that waited in memory ";
    if (error.code != ErrorCode::busy) {
        error.detail += "; " + waited + "for another program to let go of it are lost";
        return nullptr;
    }
    auto held = failed.held ? std::move(*failed.held) : heldNow(failed);
    auto& events = held.beginning;
    Sequence last = held.until;
    const auto take = [&](const api::Event& event) {
        if (event.sequence <= last) return;
        last = event.sequence;
        events.push_back(event);
    };
    for (const api::Event& event : failed.writer->takeWaiting())
        take(event);
    for (const api::Event& event : recent_) // those that it did not take any more
        take(event);
    auto stem = std::filesystem::path(failed.view.path);
    auto other = openBeside(stem.replace_extension().string(), 2, failed.view.name + session::continuedMark,
                            flight, held.from, events);
    if (other)
        if (const auto done = (*other)->writer->commit(); !done) {
            if (spans_) spans_->end((*other)->view.path, held.from);
            other = tl::make_unexpected(done.error());
        }
    if (!other) {
        error.detail += "; " + waited + "are lost: " + other.error().detail;
        return nullptr;
    }
    noteHeld(**other);
    lost = 0;
    error.detail += "; " + waited + "are in " + (*other)->view.path;
    return std::move(*other);
}

void Recorder::finishElsewhere(File& failed, bool flight, Error& error, std::uint64_t& lost) {
    const auto other = goOn(failed, flight, error, lost);
    if (!other) return;
    if (spans_) spans_->end(other->view.path, clock_.now());
    const auto closed = other->writer->close();
    if (closed) return;
    lost = other->writer->waiting();
    error.detail += ", which was not closed: " + closed.error().detail;
    if (lost > 0) error.detail += "; " + std::to_string(lost) + " of them are lost";
}

Result<void> Recorder::close(std::unique_ptr<File>& file) {
    const auto closing = std::move(file);
    const bool named = &file == &named_;
    auto done = closing->writer->close();
    std::uint64_t lost = 0;
    if (!done) finishElsewhere(*closing, !named, done.error(), lost);
    if (spans_) spans_->end(closing->view.path, clock_.now());
    const auto& counters = closing->writer->counters();
    if (named) {
        // Of one that had gone on in another file, what happened to the first is over.
        lastError_ = done ? Error{} : done.error();
        lastFinished_ = closing->view.path;
    } else {
        if (lost > 0)
            flightLoss_ = done.error();
        else if (done)
            flightLoss_ = {};  // one that goes on elsewhere has not ended well
        if (done) return done; // segments end by themselves: nobody is told of each
    }
    fact(session::RecordingStopped{closing->view.path, counters.samples, counters.lost + lost,
                                   done ? Error{} : done.error()});
    return done;
}

void Recorder::fail(std::unique_ptr<File>& file, const Error& error) {
    const auto failed = std::move(file);
    const bool flight = &file == &flight_;
    Error told = error;
    std::uint64_t lost = 0;
    auto other = goOn(*failed, flight, told, lost);
    if (spans_) spans_->end(failed->view.path, other ? other->from : clock_.now());
    if (!flight)
        lastError_ = told;
    else if (!other)
        flightFailed(told);
    if (flight && lost > 0) flightLoss_ = told;
    if (error.code == ErrorCode::diskFull) full_ = {failed->view.path, store_->freeBytes(failed->view.path)};
    const auto& counters = failed->writer->counters();
    fact(session::RecordingStopped{failed->view.path, counters.samples, counters.lost + lost, told});
    if (!other) return;
    file = std::move(other);
    if (flight && settings_.segmentChanged) settings_.segmentChanged();
    if (!flight) fact(session::RecordingStarted{file->view.path, file->view.name});
}

void Recorder::watchDisk(Time now) {
    if (now < diskDue_ || !store_) return;
    diskDue_ = now + settings_.diskInterval;
    watchFullDisk();
    bool isShort = false;
    bool isExhausted = false;
    for (auto* file : {&named_, &flight_}) {
        if (!*file) continue;
        if (const auto room = store_->freeBytes((*file)->view.path)) (*file)->disk.look(now, *room);
        isShort = isShort || (*file)->disk.isShort();
        isExhausted = isExhausted || (*file)->disk.isExhausted();
    }
    if (isShort && settings_.segmentChanged) settings_.segmentChanged();
    // Old segments go before anything ends, also where the room went at once.
    if (isExhausted && !std::exchange(roomAsked_, true)) {
        diskDue_ = now + roomPatience;
        return;
    }
    roomAsked_ = false;
    for (auto* file : {&named_, &flight_})
        if (*file && (*file)->disk.isExhausted()) endForRoom(*file);
}

void Recorder::watchFullDisk() {
    if (!full_) return;
    full_->freeBytes = store_->freeBytes(full_->path);
    // As much as a new recording needs; where that is not known, that something is recorded again.
    const bool hasRoom =
        full_->freeBytes ? *full_->freeBytes >= 2 * settings_.disk.reserve : named_ || flight_;
    if (hasRoom) full_.reset();
}

void Recorder::endForRoom(std::unique_ptr<File>& file) {
    const std::string path = file->view.path;
    const std::uint64_t room = file->disk.room().freeBytes.value_or(0);
    Error error{ErrorCode::diskFull, path + ": ended with " + std::to_string(room >> 20) +
                                         " MB left on the disk; what was recorded is whole"};
    const bool flight = &file == &flight_;
    full_ = {path, room};
    const auto closing = std::move(file);
    auto closed = closing->writer->close();
    std::uint64_t lost = 0;
    if (!closed) {
        finishElsewhere(*closing, flight, closed.error(), lost);
        error.detail = closed.error().detail;
    }
    if (spans_) spans_->end(path, clock_.now());
    const auto& counters = closing->writer->counters();
    if (flight) {
        flightFailed(error);
        if (lost > 0) flightLoss_ = error;
    } else {
        lastError_ = error;
        lastFinished_ = path;
    }
    fact(session::RecordingStopped{path, counters.samples, counters.lost + lost,
                                   closed ? error : closed.error()});
}

void Recorder::keepFlight(Time now) {
    if (settings_.flightFolder.empty() || !store_ || (flightRetry_ && now < *flightRetry_)) return;
    if (flight_) {
        const bool full = flight_->writer->counters().bytes > settings_.segmentBytes ||
                          now - flight_->view.since > settings_.segmentLength;
        if (!full) return;
        // Where another program holds the file, the next takes over; what was lost of it is told.
        if (const auto closed = close(flight_); !closed && closed.error().code != ErrorCode::busy)
            return flightFailed(closed.error());
    }
    if (!hasConnected_) return;
    auto file = openSegment(now);
    if (!file) return flightFailed(file.error());
    flight_ = std::move(*file);
    flightRetry_.reset();
    flightError_ = {};
    if (settings_.segmentChanged) settings_.segmentChanged();
}

Result<std::unique_ptr<Recorder::File>> Recorder::openSegment(Time now) {
    const std::string name = "flight_" + stampOf(clock_.utcNow());
    return openBeside(settings_.flightFolder + '/' + name, 1, name, true, now, beginningSince(now));
}

Result<std::unique_ptr<Recorder::File>> Recorder::openBeside(const std::string& stem, int copy,
                                                             const std::string& name, bool flight, Time from,
                                                             const std::vector<api::Event>& beginning) {
    const auto numbered = [&] {
        return stem + (copy == 1 ? std::string{} : '_' + std::to_string(copy)) + ".servolane";
    };
    auto file = open(numbered(), name, flight, from, from, beginning);
    while (!file && file.error().code == ErrorCode::invalid && ++copy < 100)
        file = open(numbered(), name, flight, from, from, beginning);
    return file;
}

void Recorder::flightFailed(const Error& error) {
    flightError_ = error;
    flightRetry_ = clock_.now() + settings_.retryInterval;
    // Old segments may have to make room.
    if (settings_.segmentChanged) settings_.segmentChanged();
}

void Recorder::answer(CommandId command, const Result<void>& done) {
    bus::RequestFinished report;
    report.command = command;
    report.outcome = done ? bus::RequestOutcome::confirmed : bus::RequestOutcome::failed;
    if (!done) report.error = done.error();
    core_.post(std::move(report));
}

void Recorder::fact(api::EventBody body) {
    const Time now = clock_.now();
    core_.post(FactNote{body, now});
    events_.publish(now, {}, std::move(body));
}

void Recorder::noteLosses() {
    const std::uint64_t lost = queue_.lostSamples();
    if (lost == lossesSeen_) return;
    fact(session::SamplesLost{{}, lost - lossesSeen_});
    lossesSeen_ = lost;
}

void Recorder::publish(Time now) {
    auto board = std::make_shared<session::RecordingBoard>();
    board->upTo = lastSeen_;
    const auto viewOf = [now](const File& file) {
        session::RecordingView view = file.view;
        const auto& counters = file.writer->counters();
        view.bytes = counters.bytes;
        view.samples = counters.samples;
        view.lost = counters.lost;
        view.disk = file.disk.room();
        if (file.held && now - file.held->since >= heldTold) view.waiting = file.writer->waiting();
        return view;
    };
    if (named_) board->named = viewOf(*named_);
    if (flight_) board->flight = viewOf(*flight_);
    board->error = lastError_;
    board->flightError = flightError_.code != ErrorCode::none ? flightError_ : flightLoss_;
    board->flightRetry = flightRetry_;
    board->full = full_;
    board->lastFinished = lastFinished_;
    board_.publish(std::move(board));
}

void Recorder::shutDown() {
    for (const api::Event& event : queue_.drain())
        take(event);
    if (named_) static_cast<void>(close(named_));
    if (flight_) static_cast<void>(close(flight_));
}

} // namespace servolane::runtime
