// SPDX-License-Identifier: GPL-3.0-or-later
// A whole workday in ten seconds: connect, record, move six axes, stop, export, and tell what was measured.
#include "app/cli/attach.h"
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/file_commands.h"
#include "app/cli/link_watch.h"
#include "app/cli/recording.h"
#include "app/cli/text.h"
#include "drivers/families/families.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

namespace servolane::cli {

using app::Fate;
using app::WaitEnd;

namespace {

constexpr Velocity speed{180.0};
constexpr Acceleration demoRamp{900.0};
/// Each axis starts a little after its neighbour.
constexpr Duration ripple = std::chrono::milliseconds{45};
constexpr Duration wavePatience = std::chrono::seconds{6};
/// Where a wave sends the first axis, from the middle; its neighbours follow mirrored.
constexpr std::array waves{40.0, -35.0, 60.0, 10.0, -60.0, 25.0, 0.0};
/// The farthest from the middle that any axis is sent: -70 and the spread of six.
constexpr double highestWave = 90.0;
constexpr double shareOfTravel = 0.95;
/// How far into the last move the stop comes.
constexpr Duration beforeStop = std::chrono::milliseconds{250};

class Demo {
public:
    Demo(Context& context, const Attached& attached, std::string folder)
        : context_(context)
        , client_(context.client)
        , link_(context.client, attached.bus)
        , attached_(attached)
        , folder_(std::move(folder)) {}

    [[nodiscard]] Outcome run();

private:
    using Step = tl::expected<void, Failure>;
    [[nodiscard]] Step prepare();
    [[nodiscard]] Step torqueOn();
    [[nodiscard]] Step wave(double offset);
    [[nodiscard]] Step moveAll(const motion::MoveAxes& all);
    [[nodiscard]] Step stopInMotion();
    [[nodiscard]] Step play();
    [[nodiscard]] Step check(const Fate& fate, const std::string& what);
    [[nodiscard]] Step check(WaitEnd wait, const std::string& what) const;
    [[nodiscard]] Outcome report(const session::SessionSummary& summary,
                                 const session::ExportReport& csv) const;
    [[nodiscard]] motion::MoveAxis moveOf(std::size_t index, double offset) const;
    [[nodiscard]] std::string fileNamed(const char* extension) const;
    [[nodiscard]] bool isResting() const;
    [[nodiscard]] double latencyAt(double share) const;
    void look();
    void tell(const std::string& text);

    Context& context_;
    app::CommandClient& client_;
    LinkWatch link_;
    Recording* recording_ = nullptr; ///< while it runs
    Attached attached_;
    std::string folder_;
    std::string wire_; ///< protocol and rate
    std::string stamp_;
    std::vector<AxisId> axes_;
    std::string doing_;
    std::uint64_t sent_ = 0;
    std::uint64_t confirmed_ = 0;
    std::uint64_t sentOnly_ = 0; ///< to servos that confirm nothing
    std::vector<Duration> latencies_;
    std::optional<motion::StopFinished> stop_;
    double cyclesPerSecond_ = 0.0;
    std::uint64_t errors_ = 0; ///< answers that did not come while moving
    Json share_;
};

std::string stampOf(UtcTime now) {
    std::string stamp;
    for (const char c : utcText(now).substr(0, 19))
        if (c != '-' && c != ':') stamp += c == 'T' ? '_' : c;
    return stamp;
}

void Demo::tell(const std::string& text) {
    doing_ = text;
    look();
}

void Demo::look() {
    link_.look();
    if (recording_) static_cast<void>(recording_->look());
    context_.notices.progress(
        doing_ + (link_.isMeasured() ? ", " + fixed(link_.cyclesPerSecond(), 0) + " cycles/s" : ""));
}

std::string Demo::fileNamed(const char* extension) const {
    return (std::filesystem::path(folder_) / ("demo_" + stamp_ + extension)).string();
}

Demo::Step Demo::check(const Fate& fate, const std::string& what) {
    ++sent_;
    if (fate.isDone()) {
        confirmed_ += fate.entry.state == journal::CommandState::confirmed;
        sentOnly_ += fate.entry.state == journal::CommandState::sentOnly;
        latencies_.push_back(fate.entry.latency);
        return {};
    }
    return tl::make_unexpected(failureOf(fate, what, context_));
}

Demo::Step Demo::check(WaitEnd wait, const std::string& what) const {
    if (wait == WaitEnd::reached) return {};
    if (wait == WaitEnd::interrupted) return tl::make_unexpected(interrupted());
    return tl::make_unexpected(Failure{Codes::notArrived, what, "run it again on an idle machine", {}});
}

Demo::Step Demo::prepare() {
    auto axes = axesOf(context_, attached_, {});
    if (!axes) return tl::make_unexpected(axes.error());
    axes_ = *axes;
    const auto board = client_.buses();
    if (const bus::BusView* view = board->find(attached_.bus))
        wire_ = view->link.family + " at " + grouped(view->link.line.baud) + " bit/s";
    if (auto made = app::makeFolder(folder_); !made)
        return tl::make_unexpected(fileFailure(made.error(), folder_));
    stamp_ = stampOf(client_.clock().utcNow());
    return {};
}

Demo::Step Demo::torqueOn() {
    tell("Switching torque on");
    for (const AxisId axis : axes_)
        if (auto done = check(client_.perform(motion::SetTorque{axis, true}), "Torque on"); !done)
            return done;
    return {};
}

motion::MoveAxis Demo::moveOf(std::size_t index, double offset) const {
    const double mirrored = index % 2 == 0 ? offset : -offset;
    const double spread = 8.0 * (static_cast<double>(index) - 2.5);
    const motion::Axis& axis = *client_.axes()->find(axes_[index])->axis;
    const auto& travel = axis.limits.travel;
    const Position middle = (travel.low + travel.high) * 0.5;
    // Some servos travel less than the waves are high.
    const double room = std::abs((travel.high - travel.low).value) * 0.5 * shareOfTravel;
    const double share = std::min(1.0, room / highestWave);
    motion::MoveAxis move{axes_[index], middle + Position{(mirrored + spread) * share}, {}, {}};
    // Not every family takes a speed or a ramp with its goal.
    if (axis.model->find(registers::Role::profileVelocity))
        move.velocity = std::min(speed, axis.limits.velocity);
    if (axis.model->find(registers::Role::profileAcceleration)) move.acceleration = demoRamp;
    return move;
}

bool Demo::isResting() const {
    const auto board = client_.axes();
    return std::all_of(axes_.begin(), axes_.end(), [&](AxisId axis) {
        const motion::AxisView* view = board->find(axis);
        return view && view->activity == motion::Activity::none;
    });
}

Demo::Step Demo::wave(double offset) {
    for (std::size_t i = 0; i < axes_.size(); ++i) {
        const Fate fate = client_.perform(moveOf(i, offset));
        if (auto done = check(fate, "Move of " + nameOf(context_, axes_[i])); !done) return done;
        if (client_.pause(ripple, [this] { look(); }) == WaitEnd::interrupted)
            return tl::make_unexpected(interrupted());
    }
    const auto wait = client_.waitUntil([this] { return isResting(); }, wavePatience, [this] { look(); });
    if (auto done = check(wait, "Not every axis arrived within 6 s"); !done) return done;
    const auto board = client_.axes();
    for (const AxisId axis : axes_)
        if (const auto& end = board->find(axis)->lastEnd)
            return check(WaitEnd::timedOut, nameOf(context_, axis) + " did not arrive: " +
                                                std::string(motion::toString(end->reason)));
    return {};
}

/// In one frame, or one after the other where the family has none for several.
Demo::Step Demo::moveAll(const motion::MoveAxes& all) {
    const auto board = client_.buses();
    const bus::BusView* view = board->find(attached_.bus);
    const drivers::Family* family = view ? drivers::familyNamed(view->link.family) : nullptr;
    if (!family || family->traits.groupWrite) return check(client_.perform(all), "Move of all axes");
    for (const motion::MoveAxis& move : all.moves)
        if (auto done = check(client_.perform(move), "Move of " + nameOf(context_, move.axis)); !done)
            return done;
    return {};
}

/// All axes at once, stopped on their way.
Demo::Step Demo::stopInMotion() {
    tell("Stopping in full motion");
    motion::MoveAxes all;
    for (std::size_t i = 0; i < axes_.size(); ++i)
        all.moves.push_back(moveOf(i, -70.0));
    if (auto done = moveAll(all); !done) return done;
    static_cast<void>(client_.pause(beforeStop));
    const app::CommandClient::Undisturbed undisturbed(client_);
    const Fate fate = client_.await(client_.stop());
    ++sent_;
    confirmed_ += fate.isDone();
    stop_ = client_.axes()->stop.finished;
    if (!fate.isDone()) return tl::make_unexpected(failureOf(fate, "Stop", context_));
    return {};
}

Demo::Step Demo::play() {
    if (auto done = torqueOn(); !done) return done;
    link_.start();
    for (std::size_t i = 0; i < waves.size(); ++i) {
        tell("Wave " + std::to_string(i + 1) + " of " + std::to_string(waves.size()));
        if (auto done = wave(waves[i]); !done) return done;
    }
    look();
    cyclesPerSecond_ = link_.cyclesPerSecond();
    errors_ = link_.errors();
    share_ = link_.shareOfWireLimit();
    return stopInMotion();
}

double Demo::latencyAt(double share) const {
    if (latencies_.empty()) return 0.0;
    std::vector<Duration> sorted = latencies_;
    std::sort(sorted.begin(), sorted.end());
    const auto rank = std::ceil(share * static_cast<double>(sorted.size()));
    return milliseconds(sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1]);
}

Outcome Demo::report(const session::SessionSummary& summary, const session::ExportReport& csv) const {
    const std::uint64_t lost = summary.counters.lost + link_.lost();
    const double stopMs = stop_ ? milliseconds(stop_->took) : 0.0;
    Report report;
    report.object = {{"axes", axes_.size()},
                     {"wire", wire_},
                     {"cycles_per_second", cyclesPerSecond_},
                     {"share_of_wire_limit", share_},
                     {"commands", sent_},
                     {"confirmed", confirmed_},
                     {"latency_ms_p50", latencyAt(0.5)},
                     {"latency_ms_p99", latencyAt(0.99)},
                     {"samples", summary.counters.samples},
                     {"lost", lost},
                     {"errors", errors_},
                     {"stop_ms", stopMs},
                     {"session", summary.path},
                     {"csv", csv.path}};
    report.text = facts(
        {{"axes", std::to_string(axes_.size()) + ", simulated, real bytes: " + wire_},
         {"polling",
          fixed(cyclesPerSecond_, 1) + " cycles/s, " +
              (share_.is_null() ? "unpaced"
                                : fixed(share_.get<double>() * 100.0, 1) + " % of the wire's limit")},
         {"commands",
          std::to_string(confirmed_) + " of " + std::to_string(sent_) + " confirmed" +
              (sentOnly_ == 0 ? "" : ", " + std::to_string(sentOnly_) + " sent to servos that confirm none")},
         {"latency", "p50 " + fixed(latencyAt(0.5), 2) + " ms, p99 " + fixed(latencyAt(0.99), 2) + " ms"},
         {"samples", grouped(summary.counters.samples) + ", " + grouped(lost) + " lost, " + grouped(errors_) +
                         " answers missing"},
         {"stop", "all axes read back as stopped after " + fixed(stopMs, 2) + " ms"},
         {"session", summary.path},
         {"csv", csv.path + ", " + countOf(csv.rows, "row")}});
    if (confirmed_ + sentOnly_ != sent_)
        return fail({Codes::notConfirmed,
                     std::to_string(sent_ - confirmed_ - sentOnly_) + " commands were not confirmed",
                     "run it again on an idle machine", report.object});
    if (lost > 0)
        return fail({Codes::samplesLost, grouped(lost) + " samples were lost",
                     "run it again on an idle machine with a free disk", report.object});
    return report;
}

Outcome Demo::run() {
    if (auto ready = prepare(); !ready) return fail(ready.error());
    const std::string path = fileNamed(".servolane");
    Recording recording(context_, path);
    // What was recorded until then is kept, and closed at the latest when this program ends.
    const auto broken = [&](Failure failure) {
        static_cast<void>(recording.finish());
        std::error_code none;
        if (std::filesystem::exists(path, none)) failure.fields["session"] = path;
        return fail(failure);
    };
    if (auto started = recording.start(); !started) return broken(started.error());
    recording_ = &recording;
    const Step played = play();
    recording_ = nullptr;
    if (!played) {
        const app::CommandClient::Undisturbed undisturbed(client_);
        if (!stop_) static_cast<void>(client_.await(client_.stop()));
        return broken(played.error());
    }
    const auto summary = recording.finish();
    if (!summary) return fail(summary.error());
    session::ExportRequest request;
    request.sessionPath = summary->path;
    request.outPath = fileNamed(".csv");
    const auto csv = exportSession(request, context_.exporter, context_.notices, client_.clock(),
                                   [this] { return client_.wasInterrupted(); });
    if (!csv) {
        Failure failure = csv.error();
        failure.fields["session"] = summary->path;
        return fail(failure);
    }
    return report(*summary, *csv);
}

} // namespace

Outcome runDemo(Context& context) {
    Wish wish;
    wish.pollRate = 0.0;
    const auto& protocol = context.arguments.protocol;
    const std::string port =
        "sim:" + (protocol.empty() ? drivers::families().front().name() : protocol) + ":6";
    const auto attached = attach(context, port, wish);
    if (!attached) return fail(attached.error());
    const std::string folder = context.arguments.out.empty() ? context.places.sessions.string()
                                                             : absolutePath(context.arguments.out);
    Outcome outcome = Demo(context, *attached, folder).run();
    context.notices.clearProgress();
    detach(context, *attached);
    return outcome;
}

} // namespace servolane::cli
