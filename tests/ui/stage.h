// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a window needs, filled by hand: snapshots, a command bus that records, a session store in
// memory.
#pragma once

#include "core/kernel/clock.h"
#include "core/session/session_library.h"
#include "core/telemetry/read/trace_set.h"
#include "tests/support/recording_command_bus.h"
#include "ui/binding/frame.h"
#include "ui/shell/window_context.h"

#include <QtCore/QTemporaryDir>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QWidget>
#include <atomic>
#include <map>
#include <memory>

namespace servolane::tests {

/// A worker thread is waited for at most so long: far more than it needs, for machines that are busy.
constexpr int workerPatienceMs = 60'000;

/// The widget of that name; the test ends if there is none.
template <class Widget>
Widget* find(const QWidget& window, const char* name) {
    auto* widget = window.findChild<Widget*>(QString::fromLatin1(name));
    if (!widget) qFatal("no widget named %s", name);
    return widget;
}

/// Pressed or released where the focus is.
void key(QEvent::Type type, int code, bool repeated, Qt::KeyboardModifiers modifiers = Qt::NoModifier);

/// Sessions that exist in memory only: one axis, a slow sine.
class MemorySessions final : public session::SessionStore {
public:
    Result<std::unique_ptr<session::SessionWriter>> create(const std::string&,
                                                           const session::SessionStart&) override;
    Result<std::unique_ptr<session::SessionReader>> open(const std::string& path) override;
    std::vector<session::SessionSummary> list(const std::string& folder,
                                              std::vector<Error>& problems) override;

    std::vector<session::SessionSummary> sessions;
};

/// What MemorySessions holds, as a list; changes are made there, and kept to be looked at.
class MemoryLibrary final : public session::SessionLibrary {
public:
    explicit MemoryLibrary(MemorySessions& sessions)
        : sessions_(sessions) {}
    Result<void> list(const std::string& folder,
                      const std::function<bool(const session::ListedSession&)>& take,
                      session::JobProgress& progress) override;
    Result<session::SessionSummary> change(const std::string& path,
                                           const session::SessionChange& change) override;
    Result<void> settle(const std::string& path) override;
    Result<session::KeepReport> keep(const session::KeepRequest& request,
                                     session::JobProgress& progress) override;

    std::vector<std::string> folders; ///< listed so far
    std::vector<session::SessionChange> changes;
    std::vector<session::KeepRequest> keeps;

private:
    MemorySessions& sessions_;
};

/// Ends at once, successfully or with `failure`.
class ScriptedExporter final : public session::SessionExporter {
public:
    std::vector<session::ExportFormat> formats() const override;
    Result<session::ExportPreview> preview(const session::ExportRequest& request, std::size_t rows,
                                           session::JobProgress& progress) override;
    Result<session::ExportReport> run(const session::ExportRequest& request,
                                      session::JobProgress& progress) override;

    std::vector<session::ExportRequest> requests;
    std::optional<Error> failure;
    std::map<std::string, Error> failures; ///< of single recordings, by their paths
};

[[nodiscard]] session::SessionSummary sampleSession(const std::string& path, const std::string& name,
                                                    double length, int axes);

/// Commands of earlier runs, newest first.
struct MemoryArchive {
    std::vector<journal::ArchivedCommand> commands;
    std::vector<journal::ArchivedFact> facts; ///< of whichever command
    std::atomic<int> pages = 0;
};

} // namespace servolane::tests

namespace servolane::runtime {
class Player;
}

namespace servolane::tests {

class Stage {
public:
    Stage();

    [[nodiscard]] ui::WindowContext context();
    /// A turn of each recording that is open; opening one gives it its first.
    void stepReplays();
    std::vector<std::weak_ptr<runtime::Player>> replays;
    [[nodiscard]] ui::Frame frame() const;

    /// Change, then publish().
    bus::BusBoard buses;
    motion::AxisBoard axes;
    journal::CommandLog log;
    journal::EventLane lane;
    registers::RegisterBoard registers;
    session::RecordingBoard recording;
    access::AccessBoard access;
    motion::MachineBoard machine;
    registers::SettingsHistory settings;
    std::shared_ptr<MemoryArchive> archive; ///< null: there are no earlier runs
    void publish();

    /// A simulated bus with `count` axes named Pan, Lift, Grip … in position mode, torque on, at rest, fresh.
    void addSimulatedBus(int count);
    [[nodiscard]] motion::AxisView& axis(std::size_t at) { return axes.axes.at(at); }
    /// The command's fate, as the command log will tell it.
    journal::CommandEntry& tell(CommandId id, journal::CommandState state, const std::string& kind);
    /// The settings of an axis become known, as if just read; publish() afterwards.
    registers::SettingsRecord& record(std::size_t at);
    /// A command of the window changed a setting and was confirmed.
    void changeSetting(std::size_t at, CommandId command, const std::string& name, double value,
                       api::Asker asker = api::Asker::window);
    /// Ten seconds of moves for every axis, and marks.
    void addTraces();

    TestClock clock{Time{std::chrono::seconds{5000}}};
    RecordingCommandBus commands;
    MemorySessions sessions;
    MemoryLibrary library{sessions};
    ScriptedExporter exporter;
    QTemporaryDir folder;
    std::vector<ui::PortChoice> ports;
    bool systemIsDark = false;

private:
    std::map<AxisId, registers::SettingsRecord> records_;
    SnapshotCell<bus::BusBoard> busCell_;
    SnapshotCell<motion::AxisBoard> axisCell_;
    SnapshotCell<journal::CommandLog> logCell_;
    SnapshotCell<journal::EventLane> laneCell_;
    SnapshotCell<telemetry::TraceSet> traceCell_;
    SnapshotCell<registers::RegisterBoard> registerCell_;
    SnapshotCell<session::RecordingBoard> recordingCell_;
    SnapshotCell<access::AccessBoard> accessCell_;
    SnapshotCell<motion::MachineBoard> machineCell_;
    SnapshotCell<registers::SettingsHistory> settingsCell_;
};

} // namespace servolane::tests
