// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/stage.h"

#include "core/runtime/replay/player.h"
#include "core/telemetry/read/trace_writer.h"
#include "drivers/dynamixel/packet_form.h"
#include "tests/support/sample_model.h"

#include <QtWidgets/QApplication>
#include <algorithm>
#include <cmath>

namespace servolane::tests {

void key(QEvent::Type type, int code, bool repeated, Qt::KeyboardModifiers modifiers) {
    QWidget* focus = QApplication::focusWidget() ? QApplication::focusWidget() : QApplication::activeWindow();
    QKeyEvent event(type, code, modifiers, QString(), repeated);
    QApplication::sendEvent(focus, &event);
}

std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv) {
    return std::make_unique<QApplication>(argc, argv);
}

namespace {

using telemetry::Channel;

constexpr const char* names[] = {"Pan", "Lift", "Grip", "Wrist", "Elbow", "Base"};

/// Smooth steps between 20 and 110 degrees, each taking 1.2 s.
double positionAt(double t) {
    const double phase = std::fmod(t, 4.0);
    const auto smooth = [](double x) { return x <= 0 ? 0.0 : x >= 1 ? 1.0 : x * x * (3 - 2 * x); };
    return 20.0 + 90.0 * (smooth(phase / 1.2) - smooth((phase - 2.0) / 1.2));
}

double valueAt(Channel channel, double t) {
    const double ripple = std::sin(t * 97.0) * 0.4 + std::sin(t * 311.0) * 0.2;
    const double speed = (positionAt(t + 0.01) - positionAt(t - 0.01)) / 0.02;
    switch (channel) {
    case Channel::setpoint:
        return positionAt(t);
    case Channel::position:
        return positionAt(t - 0.03) + ripple * 0.1;
    case Channel::velocitySetpoint:
        return speed;
    case Channel::velocity:
        return speed + ripple * 2.0;
    case Channel::current:
        return 0.12 + std::fabs(speed) * 0.004 + ripple * 0.03;
    case Channel::load:
        return 8.0 + ripple;
    case Channel::voltage:
        return 12.1 - std::fabs(speed) * 0.001;
    case Channel::temperature:
        return 41.0 + t * 0.05;
    case Channel::moving:
        return std::fabs(speed) > 1.0 ? 1.0 : 0.0;
    default:
        break;
    }
    return 0.0;
}

class MemoryReader final : public session::SessionReader {
public:
    explicit MemoryReader(session::SessionSummary summary)
        : summary_(std::move(summary)) {}
    const session::SessionSummary& summary() const override { return summary_; }

    Result<void> readAxis(AxisId axis, Time from, Time to,
                          const std::function<bool(const session::AxisBlock&)>& take) override {
        session::AxisBlock block;
        block.axis = axis;
        std::uint64_t cycle = 0;
        for (Time at = std::max(from, summary_.start); at <= std::min(to, summary_.end);
             at += std::chrono::milliseconds{20}) {
            block.timeNs.push_back(nanosecondsSinceEpoch(at));
            block.cycle.push_back(cycle++);
            block.gapBefore.push_back(0);
            block.offsetNs.push_back(0);
            block.valid.push_back(0x2B);
            for (const Channel channel :
                 {Channel::setpoint, Channel::position, Channel::velocity, Channel::current}) {
                const auto& scale = summary_.axes.front().channels[indexOf(channel)];
                const double value = valueAt(channel, seconds(at - summary_.start));
                block.raw[indexOf(channel)].push_back(
                    static_cast<std::int32_t>(std::lround((value - scale.offset) / scale.scale)));
            }
        }
        const std::size_t watched = indexOf(telemetry::watchChannel(0));
        const bool watches = summary_.axes.front().channels[watched].exists();
        if (watches) block.raw[watched].assign(block.timeNs.size(), 800);
        for (std::uint16_t& valid : block.valid)
            valid = static_cast<std::uint16_t>(
                1U << indexOf(Channel::setpoint) | 1U << indexOf(Channel::position) |
                1U << indexOf(Channel::velocity) | 1U << indexOf(Channel::current) |
                (watches ? 1U << watched : 0U));
        take(block);
        return {};
    }
    Result<void> readRuns(const std::function<bool(const session::StoredRun&)>& take) override {
        for (const auto& axis : summary_.axes) {
            const auto read = readAxis(axis.id, Time::min(), Time::max(), [&](const auto& block) {
                session::StoredRun run;
                run.axis = axis.id;
                run.samples = block.timeNs.size();
                run.first = Time{Duration{block.timeNs.front()}};
                run.last = Time{Duration{block.timeNs.back()}};
                run.lastCycle = block.cycle.back();
                for (std::size_t channel = 0; channel < telemetry::channelCount; ++channel)
                    if (const auto& raw = block.raw[channel]; !raw.empty()) {
                        const auto [low, high] = std::minmax_element(raw.begin(), raw.end());
                        run.ranges[channel] = {*low, *high};
                    }
                return take(run);
            });
            if (!read) return read;
        }
        return {};
    }
    Result<void> readFacts(Time, Time, const std::function<bool(const api::Event&)>& take) override {
        for (int at = 0; at < 3; ++at) {
            api::Event event;
            event.time = summary_.start + std::chrono::seconds{2 + at * 4};
            event.body = motion::MoveArrived{summary_.axes.front().id, Position{at % 2 ? 20.0 : 110.0}, {}};
            take(event);
        }
        return {};
    }
    Result<std::unique_ptr<session::CycleCursor>> cycles(BusId, Time, Time,
                                                         std::span<const AxisId>) override {
        return failure(ErrorCode::unsupported);
    }
    /// The monotonic clock of that day went a thousandth too slow.
    UtcTime utcAt(Time at) const override {
        const Duration since = at - summary_.start;
        return summary_.startedUtc + since + since / 1000;
    }

private:
    session::SessionSummary summary_;
};

class MemoryArchiveReader final : public journal::CommandArchive {
public:
    explicit MemoryArchiveReader(std::shared_ptr<MemoryArchive> kept)
        : kept_(std::move(kept)) {}
    Result<std::vector<journal::ArchivedCommand>> before(std::int64_t place, std::size_t most) override {
        ++kept_->pages;
        std::vector<journal::ArchivedCommand> page;
        for (const auto& command : kept_->commands)
            if (command.place < place && page.size() < most) page.push_back(command);
        return page;
    }
    Result<std::vector<journal::ArchivedFact>> factsOf(CommandId, std::size_t) override {
        return kept_->facts;
    }

private:
    std::shared_ptr<MemoryArchive> kept_;
};

} // namespace

session::SessionSummary sampleSession(const std::string& path, const std::string& name, double length,
                                      int axes) {
    session::SessionSummary summary;
    summary.path = path;
    summary.name = name;
    summary.schema = 1;
    summary.startedUtc = UtcTime{std::chrono::seconds{1'795'446'000}};
    summary.start = Time{std::chrono::seconds{100}};
    summary.end = summary.start + fromSeconds(length);
    summary.simulated = true;
    summary.closedCleanly = true;
    summary.counters.samples = static_cast<std::uint64_t>(length * 200.0) * static_cast<std::uint64_t>(axes);
    summary.counters.bytes = summary.counters.samples * 6;
    for (int at = 0; at < axes; ++at) {
        const auto axis = sampleAxis(static_cast<std::uint16_t>(at + 1));
        session::SessionAxis stored;
        stored.id = axis->id;
        stored.name = names[at % 6];
        stored.model = axis->model->name;
        stored.simulated = true;
        stored.channels = axis->channels;
        for (const Channel channel : telemetry::allChannels)
            stored.units[indexOf(channel)] = motion::unitOf(channel, axis->scale);
        summary.axes.push_back(std::move(stored));
    }
    return summary;
}

Result<std::unique_ptr<session::SessionWriter>> MemorySessions::create(const std::string&,
                                                                       const session::SessionStart&) {
    return failure(ErrorCode::unsupported);
}

Result<std::unique_ptr<session::SessionReader>> MemorySessions::open(const std::string& path) {
    for (const session::SessionSummary& summary : sessions)
        if (summary.path == path) return std::make_unique<MemoryReader>(summary);
    return failure(ErrorCode::notFound, path);
}

std::vector<session::SessionSummary> MemorySessions::list(const std::string&, std::vector<Error>&) {
    return sessions;
}

Result<void> MemoryLibrary::list(const std::string& folder,
                                 const std::function<bool(const session::ListedSession&)>& take,
                                 session::JobProgress&) {
    folders.push_back(folder);
    const bool isFlight = folder.ends_with("flight");
    for (const session::SessionSummary& summary : sessions_.sessions) {
        if (summary.flightSegment != isFlight) continue;
        session::ListedSession listed;
        listed.path = summary.path;
        listed.summary = summary;
        for (int column = 0; column < 96; ++column) {
            const auto value = static_cast<float>(positionAt(column / 12.0));
            listed.thumbnail.columns.push_back({value - 2.0F, value + 2.0F});
        }
        if (!take(listed)) break;
    }
    return {};
}

Result<session::SessionSummary> MemoryLibrary::change(const std::string& path,
                                                      const session::SessionChange& change) {
    changes.push_back(change);
    for (session::SessionSummary& summary : sessions_.sessions) {
        if (summary.path != path) continue;
        if (change.name) summary.name = *change.name;
        if (change.tags) summary.tags = *change.tags;
        for (session::SessionNote note : change.addedNotes) {
            note.id = static_cast<std::int64_t>(summary.notes.size()) + 1;
            note.addedLater = true;
            summary.notes.push_back(note);
        }
        std::erase_if(summary.notes, [&](const session::SessionNote& note) {
            return std::find(change.removedNotes.begin(), change.removedNotes.end(), note.id) !=
                   change.removedNotes.end();
        });
        return summary;
    }
    return failure(ErrorCode::notFound, path);
}

Result<void> MemoryLibrary::settle(const std::string&) {
    return {};
}

Result<session::KeepReport> MemoryLibrary::keep(const session::KeepRequest& request, session::JobProgress&) {
    keeps.push_back(request);
    session::KeepReport report;
    report.path = request.outPath;
    report.counters.samples = 500;
    report.seconds = 5.0;
    return report;
}

std::vector<session::ExportFormat> ScriptedExporter::formats() const {
    return {{"csv", "CSV, one row a cycle", ".csv", true, false},
            {"mcap", "MCAP", ".mcap", true, true},
            {"jsonl", "Events as JSON lines", ".jsonl", false, true}};
}

Result<session::ExportPreview> ScriptedExporter::preview(const session::ExportRequest&, std::size_t rows,
                                                         session::JobProgress&) {
    session::ExportPreview preview;
    preview.columns = {"time_s", "utc", "Pan.position[deg]", "gap", "simulated"};
    for (std::size_t row = 0; row < rows; ++row)
        preview.rows.push_back({std::to_string(row), "2026-11-26T09:13:00Z", "12.5", "0", "1"});
    preview.estimatedRows = 4800;
    preview.estimatedBytes = 512'000;
    return preview;
}

Result<session::ExportReport> ScriptedExporter::run(const session::ExportRequest& request,
                                                    session::JobProgress& progress) {
    requests.push_back(request);
    if (failure) return tl::make_unexpected(*failure);
    if (const auto own = failures.find(request.sessionPath); own != failures.end())
        return tl::make_unexpected(own->second);
    progress.done = 1.0;
    return session::ExportReport{request.outPath, 4800, 512'000, 0.02};
}

Stage::Stage() {
    ports = {{"/dev/ttyUSB0", QStringLiteral("ttyUSB0 · U2D2"), true, {}},
             {"/dev/ttyACM0", QStringLiteral("ttyACM0 · OpenRB-150"), false,
              QStringLiteral("The system denies access: add your user to the group dialout")}};
    publish();
}

ui::WindowContext Stage::context() {
    ui::WindowContext context{
        commands,
        api::ReadModels{busCell_, axisCell_, logCell_, laneCell_, traceCell_, registerCell_, recordingCell_,
                        accessCell_, machineCell_, &settingsCell_},
        exporter,
        library,
        [this] { return ports; },
        {{"dynamixel2", QStringLiteral("Dynamixel, protocol 2.0"), {57'600, 1'000'000, 4'000'000}}},
        [this] { return clock.now(); },
        (folder.path() + QStringLiteral("/sessions")).toStdString(),
        (folder.path() + QStringLiteral("/flight")).toStdString(),
        folder.path().toStdString()};
    context.utcNow = [this] { return clock.utcNow(); };
    if (archive)
        context.openArchive = [kept = archive]() -> Result<std::unique_ptr<journal::CommandArchive>> {
            return std::make_unique<MemoryArchiveReader>(kept);
        };
    context.openReplay = [this](const std::string& path) -> std::shared_ptr<api::Replay> {
        auto player = std::make_shared<runtime::Player>(clock, sessions, path);
        replays.push_back(player);
        stepReplays();
        return player;
    };
    context.packetForms = {&drivers::dynamixel::packetForm()};
    context.systemIsDark = [this] { return systemIsDark; };
    return context;
}

void Stage::stepReplays() {
    for (const auto& replay : replays)
        if (const auto player = replay.lock()) static_cast<void>(player->step(clock.now()));
}

ui::Frame Stage::frame() const {
    const api::ReadModels models{busCell_,      axisCell_,      logCell_,    laneCell_,    traceCell_,
                                 registerCell_, recordingCell_, accessCell_, machineCell_, &settingsCell_};
    return ui::readFrame(models, clock.now(), true);
}

void Stage::publish() {
    busCell_.publish(std::make_shared<const bus::BusBoard>(buses));
    axisCell_.publish(std::make_shared<const motion::AxisBoard>(axes));
    logCell_.publish(std::make_shared<const journal::CommandLog>(log));
    laneCell_.publish(std::make_shared<const journal::EventLane>(lane));
    registerCell_.publish(std::make_shared<const registers::RegisterBoard>(registers));
    accessCell_.publish(std::make_shared<const access::AccessBoard>(access));
    machineCell_.publish(std::make_shared<const motion::MachineBoard>(machine));
    recordingCell_.publish(std::make_shared<const session::RecordingBoard>(recording));
    settings.complete = true;
    for (const auto& [axis, record] : records_) {
        const auto shown = settings.axes.find(axis);
        if (shown == settings.axes.end() || !(*shown->second == record))
            settings.axes[axis] = std::make_shared<const registers::SettingsRecord>(record);
    }
    settingsCell_.publish(std::make_shared<const registers::SettingsHistory>(settings));
}

void Stage::addSimulatedBus(int count) {
    bus::BusView view;
    view.id = BusId{static_cast<std::uint16_t>(buses.buses.size() + 1)};
    view.link.line.path = "sim:dynamixel2:6@1000000";
    view.link.line.baud = 1'000'000;
    view.name = "simulated";
    view.simulated = true;
    view.measured.cyclesPerSecond = 498.2;
    view.measured.wireLimit = 702.0;
    view.measured.wireShare = 0.71;
    view.measured.jitterP99 = 41e-6;
    view.measured.answers = 1'204'512;
    view.measured.counters.bytesIn = 48'211'000;
    view.measured.counters.bytesOut = 9'120'000;
    buses.buses.push_back(view);
    for (int at = 0; at < count; ++at) {
        const auto id = static_cast<std::uint16_t>(axes.axes.size() + 1);
        auto axis =
            std::make_shared<motion::Axis>(*sampleAxis(id, view.id.value, static_cast<std::uint8_t>(at + 1)));
        axis->name = names[at % 6];
        axis->simulated = true;
        axis->limits.travel = {{-90.0}, {90.0}};
        motion::AxisView shown;
        shown.axis = axis;
        shown.state = motion::AxisState::ready;
        shown.torque = true;
        shown.mode = registers::OperatingMode::position;
        shown.period = std::chrono::milliseconds{2};
        shown.lastAnswer = clock.now();
        for (const Channel channel : telemetry::allChannels)
            if (axis->channels[indexOf(channel)].exists())
                shown.latest[indexOf(channel)] = {valueAt(channel, 10.0 + at * 0.37), clock.now()};
        axes.axes.push_back(shown);
        for (const registers::Register& of : axis->model->registers)
            registers.axes[axis->id][of.name] = {of.defaultValue.value_or(of.minimum.value_or(0)),
                                                 clock.now() - std::chrono::seconds{12}};
    }
    publish();
}

journal::CommandEntry& Stage::tell(CommandId id, journal::CommandState state, const std::string& kind) {
    for (journal::CommandEntry& entry : log.entries)
        if (entry.id == id) {
            entry.state = state;
            return entry;
        }
    journal::CommandEntry entry;
    entry.id = id;
    entry.state = state;
    entry.description.kind = kind;
    entry.at = clock.now();
    entry.latency = std::chrono::microseconds{2100};
    log.entries.push_back(entry);
    ++log.total;
    return log.entries.back();
}

registers::SettingsRecord& Stage::record(std::size_t at) {
    const motion::Axis& of = *axis(at).axis;
    const auto [place, isNew] = records_.try_emplace(of.id);
    registers::SettingsRecord& record = place->second;
    if (!isNew) return record;
    record.owner = {"sim", of.model->family, of.servo, of.model->name};
    record.axisName = of.name;
    registers::SettingsVersion found{1, clock.utcNow(), {}, api::Asker::program, {}, {}};
    const auto know = [&](const std::string& name, double value) {
        record.now[name] = value;
        found.changes.push_back({name, {}, value});
    };
    for (const registers::Register& each : of.model->registers)
        if (registers::isSetting(each))
            know(each.name, static_cast<double>(each.defaultValue.value_or(each.minimum.value_or(0))));
    know(std::string(registers::host::travelLow), of.limits.travel.low.value);
    know(std::string(registers::host::travelHigh), of.limits.travel.high.value);
    record.versions.push_back(std::move(found));
    record.baseline = {registers::BaselineKind::onEntry, clock.utcNow(), record.now};
    return record;
}

void Stage::changeSetting(std::size_t at, CommandId command, const std::string& name, double value,
                          api::Asker asker) {
    registers::SettingsRecord& of = record(at);
    registers::SettingsVersion version{
        of.versions.back().number + 1, clock.utcNow(), command, asker, "WriteRegister", {}};
    version.changes.push_back({name, of.now[name], value});
    of.now[name] = value;
    of.versions.push_back(std::move(version));
    tell(command, journal::CommandState::confirmed, "WriteRegister").asker = asker;
}

void Stage::addTraces() {
    auto set = std::make_shared<telemetry::TraceSet>();
    for (std::size_t at = 0; at < axes.axes.size(); ++at) {
        for (const Channel channel : telemetry::allChannels) {
            if (!axes.axes[at].axis->channels[indexOf(channel)].exists()) continue;
            telemetry::TraceWriter writer;
            for (int sample = 0; sample < 4000; ++sample) {
                const double t = sample * 0.005;
                writer.append(clock.now() - fromSeconds(20.0 - t),
                              static_cast<float>(valueAt(channel, t + static_cast<double>(at) * 0.37)));
            }
            set->traces.push_back({axes.axes[at].axis->id, channel, writer.snapshot()});
        }
    }
    set->at = clock.now();
    traceCell_.publish(set);
    const auto mark = [this](double ago, journal::LaneKind kind, const char* name, const char* details) {
        lane.marks.push_back({clock.now() - fromSeconds(ago), kind, AxisId{1}, name, details, CommandId{1}});
    };
    mark(8.6, journal::LaneKind::command, "CommandAccepted", "MoveAxis target=110");
    mark(7.2, journal::LaneKind::outcome, "MoveArrived", "arrived actual=110.00");
    mark(5.1, journal::LaneKind::registerWrite, "RegisterWritten", "position_p_gain 800→900");
    mark(2.4, journal::LaneKind::command, "CommandAccepted", "MoveAxis target=20");
    publish();
}

} // namespace servolane::tests
