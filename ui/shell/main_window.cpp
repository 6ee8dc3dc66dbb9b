// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/main_window.h"

#include "core/session/read/recording_board.h"
#include "ui/analysis/analysis_desk.h"
#include "ui/binding/value_text.h"
#include "ui/bus/bus_panel.h"
#include "ui/motion/axis_panel.h"
#include "ui/motion/jog_control.h"
#include "ui/motion/line_workspace.h"
#include "ui/motion/move_section.h"
#include "ui/registers/history_panel.h"
#include "ui/registers/undo_banner.h"
#include "ui/registers/undo_stack.h"
#include "ui/session/note_bar.h"
#include "ui/session/replay_bar.h"
#include "ui/session/sessions_workspace.h"
#include "ui/shell/action_lock.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/dock.h"
#include "ui/shell/jog_keys.h"
#include "ui/shell/machine_files.h"
#include "ui/shell/replay_gate.h"
#include "ui/shell/status_strip.h"
#include "ui/shell/stop_banner.h"
#include "ui/shell/stop_key.h"
#include "ui/shell/torque_guard.h"
#include "ui/telemetry/scope_panel.h"
#include "ui/theme/system_scheme.h"
#include "ui/widgets/focus_keeper.h"
#include "ui/widgets/letters_for_lists.h"
#include "ui/widgets/wheel_guard.h"

#include <QtCore/QDateTime>
#include <QtCore/QTimerEvent>
#include <QtGui/QCloseEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStatusBar>

namespace servolane::ui {

namespace {

constexpr int frameMs = 16;
constexpr int minimisedFrameMs = 500; ///< nobody looks; what runs in the background is looked after
constexpr int heartbeatMs = 200;
constexpr int framesPerFigure = 6;

std::function<bool()> schemeOf(const WindowContext& context) {
    if (context.systemIsDark) return context.systemIsDark;
    // The palette is ours after the first theme was applied: only the one found at the start speaks of the
    // system.
    return [found = QApplication::palette()] { return systemPrefersDark(found); };
}

} // namespace

MainWindow::MainWindow(WindowContext context)
    : context_(std::move(context))
    , store_(context_.configFolder)
    , theme_(schemeOf(context_), store_.load().theme)
    , panelContext_{context_.commands, theme_, selection_}
    , gate_(std::make_unique<ReplayGate>(
          context_.commands,
          [this] {
              status_->say(tr("Not sent: a recording is shown. Back to live first."), context_.now());
          }))
    , shownContext_{*gate_, theme_, selection_, panelContext_.axisColours}
    , stands_(!context_.panelsAfterFirstFrame)
    , jog_(new JogControl(context_.commands, this))
    , undo_(new UndoStack(panelContext_, this)) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("Servolane"));
    setMinimumSize(1024, 640);
    resize(1280, 800);
    buildPanels();
    buildHead();
    buildDocks();
    machineFiles_ = new MachineFiles(context_.exportMachine, context_.importMachine, this);
    buildMenus();
    connectPanels();
    installKeys();
    palette_ = new CommandPalette(theme_, this);
    restoreLayout();
    boundClients();
    // Not the timer of the frames: a window that is hidden still answers for what it has set in motion.
    context_.commands.heartbeat();
    heartbeat_.start(heartbeatMs, this);
}

MainWindow::~MainWindow() {
    // Panels refer to the context, which goes before the widgets that QObject deletes.
    timer_.stop();
    heartbeat_.stop();
    jog_->end();
    delete takeCentralWidget();
    for (Dock* dock : docks_)
        delete dock;
    delete menuWidget();
    delete statusBar();
}

void MainWindow::connectPanels() {
    jog_->setRefused([this](CommandId id) {
        const auto log = context_.models.commands.read();
        const auto* entry = findCommand(*log, id);
        return entry && entry->state == journal::CommandState::rejected;
    });
    connect(header_, &HeaderBar::workspaceChosen, this, &MainWindow::chooseWorkspace);
    connect(header_, &HeaderBar::stopPressed, this, &MainWindow::stopAll);
    connect(header_, &HeaderBar::recordToggled, this, &MainWindow::toggleRecording);
    connect(quitGuard_, &TorqueGuard::decided, this, &QWidget::close);
    connect(disconnectGuard_, &TorqueGuard::decided, this, [this](BusId bus) { buses_->leave(bus); });
    connect(machineFiles_, &MachineFiles::told, this,
            [this](const QString& sentence) { status_->say(sentence, context_.now()); });
    connect(&selection_, &Selection::changed, jog_, &JogControl::end);
    connect(undo_, &UndoStack::said, this,
            [this](const QString& text) { status_->say(text, context_.now()); });
    connectReplay();
}

void MainWindow::installKeys() {
    new WheelGuard(this);
    new LettersForLists(this);
    new FocusKeeper(this);
    new StopKey([this] { stopAll(); }, [this] { return context_.models.axes.read()->stop.latched; }, this);
    const auto mayJog = [this, jog = findChild<QAction*>(QStringLiteral("actionJogForward"))] {
        if (workspace_ != Workspace::bench || replay_ || !isActiveWindow() || selection_.axis() == AxisId{})
            return false;
        if (!jog->isEnabled()) status_->say(actionLock_->reasonOf(jog), context_.now());
        return jog->isEnabled();
    };
    new JogKeys(this, *jog_, mayJog, [this](int direction, bool fast, std::function<bool()> isHeld) {
        axis_->moves().beginJog(direction, fast, std::move(isHeld));
    });
}

void MainWindow::chooseWorkspace(Workspace workspace) {
    header_->showWorkspace(workspace);
    if (workspace == workspace_) return;
    jog_->end();
    if (workspace_ == Workspace::bench) benchDocks_ = saveState(layoutVersion);
    workspace_ = workspace;
    // Docks first: the page that comes is laid out once, in the room that it will have.
    showDocks(workspace == Workspace::bench);
    pages_->setCurrentIndex(static_cast<int>(workspace));
    focusWorkspace();
    tick();
}

void MainWindow::disconnectBus() {
    buses_->setLeaveQuestion([this](BusId bus) {
        return disconnectGuard_->mayGo(readFrame(context_.models, context_.now(), true), bus);
    });
    buses_->disconnectBus();
}

void MainWindow::focusWorkspace() {
    switch (workspace_) {
    case Workspace::bench:
        return scope_->takeFocus();
    case Workspace::line:
        return line_->takeFocus();
    case Workspace::sessions:
        return sessions_->focusList();
    }
}

void MainWindow::chooseTheme(ThemeChoice choice) {
    theme_.choose(choice);
}

void MainWindow::selectAxis(AxisId axis) {
    const auto board = shownModels().axes.read();
    if (const auto* view = board->find(axis)) selection_.selectAxis(axis, view->axis->bus);
}

void MainWindow::stepAxis(int step) {
    const auto board = shownModels().axes.read();
    const int count = static_cast<int>(board->axes.size());
    if (count == 0) return;
    int at = 0;
    for (int place = 0; place < count; ++place)
        if (board->axes[static_cast<std::size_t>(place)].axis->id == selection_.axis()) at = place + step;
    selectAxis(board->axes[static_cast<std::size_t>((at + count) % count)].axis->id);
}

void MainWindow::stopAll() {
    context_.commands.stop(api::Asker::window);
    jog_->end();
    header_->showStopping();
    if (context_.models.buses.read()->buses.empty())
        status_->say(tr("Stop is latched; no live bus is connected"), context_.now());
}

void MainWindow::resetStop() {
    stopBanner_->reset();
}

void MainWindow::toggleRecording() {
    if (context_.models.recording.read()->named) {
        panelContext_.send(session::StopRecording{});
        return;
    }
    // It would be a file without a sample.
    if (context_.models.buses.read()->buses.empty())
        return status_->say(tr("Connect a bus first: there is nothing to record"), context_.now());
    const QString name = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd_hhmmss"));
    const std::string path = context_.sessionsFolder + "/" + name.toStdString() + ".servolane";
    const session::StartRecording start{path, name.toStdString()};
    panelContext_.send(start);
    awaitedRecording_ = start;
}

/// Only the recorder knows whether it records.
void MainWindow::tellRecording(const Frame& live) {
    const auto& named = live.recording->named;
    tellRecordingEnd(live);
    if (!awaitedRecording_ || !named || named->path != awaitedRecording_->path) return;
    saidOfRecording_ =
        tr("Recording, with up to %1 s from before").arg(seconds(awaitedRecording_->preroll), 0, 'f', 0);
    status_->say(saidOfRecording_, live.now);
    prerollOfRecording_ = awaitedRecording_->preroll;
    awaitedRecording_.reset();
}

/// One that ended by itself is an alarm and says more there.
void MainWindow::tellRecordingEnd(const Frame& live) {
    const session::RecordingBoard& board = *live.recording;
    const bool hasEnded = runningRecording_ && (!board.named || board.named->path != runningRecording_->path);
    if (hasEnded || (board.named && board.named->closing)) status_->withdraw(saidOfRecording_);
    if (hasEnded && board.error.code == ErrorCode::none && !board.full) {
        QString length = ageText(recordedUntil_ - runningRecording_->since);
        if (prerollOfRecording_ > Duration{})
            length += tr(" and up to %1 s from before").arg(seconds(prerollOfRecording_), 0, 'f', 0);
        status_->say(tr("Recording ended: %1, %2, %3")
                         .arg(QString::fromStdString(runningRecording_->name), length,
                              bytesText(runningRecording_->bytes)),
                     live.now);
    }
    if (hasEnded) prerollOfRecording_ = {};
    if (board.named && !board.named->closing) recordedUntil_ = live.now;
    runningRecording_ = board.named;
}

void MainWindow::toggleFullScreen() {
    setWindowState(windowState() ^ Qt::WindowFullScreen);
}

void MainWindow::setTorque(bool on) {
    if (selection_.axis() == AxisId{}) return;
    // Asked for in the panel, so that the answer stands beside its buttons; unless the panel shows another
    // one.
    if (workspace_ != Workspace::bench || !axis_->askTorque(selection_.axis(), on))
        panelContext_.send(motion::SetTorque{selection_.axis(), on});
}

void MainWindow::showMoment(Time at, AxisId axis) {
    chooseWorkspace(Workspace::bench);
    if (axis != AxisId{}) selectAxis(axis);
    if (replay_) return replay_->seek(at);
    moment_ = at;
    scope_->view().showMoment(at);
}

HistoryPanel& MainWindow::openHistory() {
    chooseWorkspace(Workspace::bench);
    historyDock_->show();
    historyDock_->raise();
    history_->tick(shownFrame(readFrame(context_.models, context_.now(), true)));
    return *history_;
}

void MainWindow::tick() {
    const bool figures = frames_++ % framesPerFigure == 0 || isMinimized();
    const TracesSeen traces = workspace_ == Workspace::bench ? TracesSeen::yes : TracesSeen::no;
    const Frame live = readFrame(context_.models, context_.now(), figures, traces);
    const Frame shown = shownFrame(live);
    jog_->tick(live.now);
    actionLock_->keep(replay_ != nullptr, live.axes->stop.latched);
    keepBound(live);
    if (figures) {
        troubles_.fold(live);
        showAlarmCount();
        status_->markLive(replay_ != nullptr);
        adoptFirstAxis(shown);
        tellIfMomentIsGone(live);
        tellRecording(live);
    }
    tickPanels(live, shown);
}

void MainWindow::tickPanels(const Frame& frame, const Frame& shown) {
    replayBar_->tick(frame.now);
    header_->tick(frame);
    stopBanner_->tick(frame);
    quitGuard_->tick(frame);
    disconnectGuard_->tick(frame);
    undo_->tick(frame);
    undoBanner_->tick(frame);
    noteBar_->tick(frame);
    status_->tick(frame);
    machineFiles_->tick();
    if (scope_->isVisible()) scope_->tick(shown);
    for (const PanelPlace* page : {line_.place(), sessions_.place()})
        if (page->isVisible()) tickIn(*page, frame, shown);
    for (const Dock* dock : docks_)
        if (dock->isSeen() && dock->place()->built()) tickIn(*dock->place(), frame, shown);
    if (workspace_ == Workspace::bench) analysis_->tick(shown);
    if (frame.figuresDue) replayLock_.keep(replay_ != nullptr, *frame.access);
}

/// Alarms and recordings are those of the live buses, whatever is shown.
void MainWindow::tickIn(const PanelPlace& place, const Frame& live, const Frame& shown) {
    const bool isLive = &place == sessions_.place() || &place == alarms_->place() ||
                        std::any_of(liveDocks_.begin(), liveDocks_.end(),
                                    [&](const Dock* dock) { return &place == dock->place(); });
    place.built()->tick(isLive ? live : shown);
}

void MainWindow::showAlarmCount() {
    const int count = troubles_.count();
    QString title = count == 0 ? tr("Alarms") : tr("Alarms %1").arg(count);
    // In a replay each mark of what is live takes its room among the tabs.
    if (const int shelved = replay_ ? 0 : troubles_.shelved()) title += tr(" · %1 shelved").arg(shelved);
    if (replay_) title += liveMark();
    if (alarms_->windowTitle() != title) alarms_->setWindowTitle(title);
}

void MainWindow::adoptFirstAxis(const Frame& frame) {
    if (frame.axes->find(selection_.axis()) || frame.axes->axes.empty()) return;
    const auto& first = *frame.axes->axes.front().axis;
    selection_.selectAxis(first.id, first.bus);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    keepLayout();
    const bool may = quitGuard_->mayGo(readFrame(context_.models, context_.now(), true));
    event->setAccepted(may);
    if (may) jog_->end();
}

/// A window that is minimised is shown, as far as Qt is concerned.
void MainWindow::startFrames() {
    timer_.start(static_cast<int>(milliseconds(frameInterval())),
                 isMinimized() ? Qt::CoarseTimer : Qt::PreciseTimer, this);
}

Duration MainWindow::frameInterval() const {
    return std::chrono::milliseconds{isMinimized() ? minimisedFrameMs : frameMs};
}

void MainWindow::paintEvent(QPaintEvent* event) {
    QMainWindow::paintEvent(event);
    if (!stands_) QMetaObject::invokeMethod(this, &MainWindow::stand, Qt::QueuedConnection);
}

void MainWindow::showEvent(QShowEvent* event) {
    startFrames();
    QMainWindow::showEvent(event);
    // Else the first control in the tab order has it: Space would begin a recording.
    if (!focusWidget()) focusWorkspace();
}

void MainWindow::hideEvent(QHideEvent* event) {
    timer_.stop();
    QMainWindow::hideEvent(event);
}

void MainWindow::timerEvent(QTimerEvent* event) {
    if (event->timerId() == timer_.timerId())
        tick();
    else if (event->timerId() == heartbeat_.timerId())
        context_.commands.heartbeat();
    else
        QMainWindow::timerEvent(event);
}

void MainWindow::changeEvent(QEvent* event) {
    if (event->type() == QEvent::ActivationChange && isActiveWindow()) theme_.followSystem();
    if (event->type() == QEvent::WindowStateChange && timer_.isActive()) startFrames();
    QMainWindow::changeEvent(event);
}

} // namespace servolane::ui
