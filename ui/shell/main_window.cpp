// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/main_window.h"

#include "ui/bus/bus_panel.h"
#include "ui/bus/link_panel.h"
#include "ui/bus/simulation_panel.h"
#include "ui/journal/alarm_panel.h"
#include "ui/journal/journal_panel.h"
#include "ui/motion/axis_panel.h"
#include "ui/motion/jog_control.h"
#include "ui/motion/line_workspace.h"
#include "ui/motion/move_section.h"
#include "ui/motion/tile_grid.h"
#include "ui/registers/history_panel.h"
#include "ui/registers/register_panel.h"
#include "ui/registers/undo_banner.h"
#include "ui/registers/undo_stack.h"
#include "ui/session/replay_bar.h"
#include "ui/session/sessions_workspace.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/dock.h"
#include "ui/shell/jog_keys.h"
#include "ui/shell/machine_files.h"
#include "ui/shell/quit_guard.h"
#include "ui/shell/replay_gate.h"
#include "ui/shell/status_strip.h"
#include "ui/shell/stop_banner.h"
#include "ui/shell/stop_key.h"
#include "ui/telemetry/scope_panel.h"
#include "ui/theme/system_scheme.h"

#include <QtCore/QDateTime>
#include <QtCore/QTimerEvent>
#include <QtGui/QCloseEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

namespace {

constexpr int frameMs = 16;
constexpr int heartbeatMs = 200;
constexpr int framesPerFigure = 6;
constexpr int layoutVersion = 1;

std::function<bool()> schemeOf(const WindowContext& context) {
    if (context.systemIsDark) return context.systemIsDark;
    // The palette is ours after the first theme was applied: only the one found at the start speaks of the
    // system.
    return [found = QApplication::palette()] { return systemPrefersDark(found); };
}

} // namespace

MainWindow::MainWindow(WindowContext context)
    : context_(std::move(context))
    , theme_(schemeOf(context_))
    , panelContext_{context_.commands, theme_, selection_}
    , gate_(std::make_unique<ReplayGate>(
          context_.commands,
          [this] {
              status_->say(tr("Not sent: a recording is shown. Back to live first."), context_.now());
          }))
    , shownContext_{*gate_, theme_, selection_}
    , store_(context_.configFolder)
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
    palette_ = new CommandPalette(this);
    restoreLayout();
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

void MainWindow::buildPanels() {
    scope_ = new ScopePanel(
        shownContext_, [this] { return shownModels().traces.read(); },
        [this] { return shownModels().events.read(); }, [this] { return shownNow(); }, this);
    line_ = new LineWorkspace(shownContext_, troubles_, this);
    sessions_ = new SessionsWorkspace(panelContext_, context_.sessions, context_.exporter,
                                      context_.openReplay, context_.sessionsFolder, this);
    pages_ = new QStackedWidget(this);
    for (QWidget* page : std::initializer_list<QWidget*>{scope_, line_, sessions_})
        pages_->addWidget(page);
    setCentralWidget(pages_);
    buses_ = new BusPanel(shownContext_,
                          {context_.ports, context_.families, context_.simulatedPath, context_.simulatedBaud},
                          this);
    axis_ = new AxisPanel(shownContext_, *jog_, context_.now, this);
}

void MainWindow::buildHead() {
    auto* head = new QWidget(this);
    header_ = new HeaderBar(panelContext_, head);
    stopBanner_ = new StopBanner(panelContext_, head);
    quitGuard_ = new QuitGuard(panelContext_, head);
    undoBanner_ = new UndoBanner(panelContext_, *undo_, head);
    replayBar_ = new ReplayBar(theme_, head);
    auto* column = new QVBoxLayout(head);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header_);
    column->addWidget(quitGuard_);
    column->addWidget(stopBanner_);
    column->addWidget(undoBanner_);
    column->addWidget(replayBar_);
    setMenuWidget(head);
    status_ = new StatusStrip(panelContext_, this);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(0, 0, 0, 0);
    statusBar()->addWidget(status_, 1);
    if (statusBar()->layout()) statusBar()->layout()->setContentsMargins(0, 0, 0, 0);
}

void MainWindow::buildDocks() {
    setDockOptions(AnimatedDocks | AllowTabbedDocks | AllowNestedDocks);
    setTabPosition(Qt::BottomDockWidgetArea, QTabWidget::North);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    Dock* bus = addDock(new Dock(tr("Buses"), QStringLiteral("dockBuses"), Dock::Kind::titled, buses_, this),
                        Qt::LeftDockWidgetArea);
    auto* add = bus->addTitleButton(theme_, QStringLiteral("plus"), tr("Connect adapter (Ctrl+N)"),
                                    QStringLiteral("titleConnect"));
    auto* scan = bus->addTitleButton(theme_, QStringLiteral("radar"), tr("Scan the bus (F5)"),
                                     QStringLiteral("titleScan"));
    markAsCommand(add);
    markAsCommand(scan);
    connect(add, &QToolButton::clicked, buses_, &BusPanel::openConnect);
    connect(scan, &QToolButton::clicked, buses_, &BusPanel::scan);
    Dock* axis = addDock(new Dock(tr("Axis"), QStringLiteral("dockAxis"), Dock::Kind::titled, axis_, this),
                         Qt::RightDockWidgetArea);
    const auto tab = [this](const QString& title, const char* name, Panel* panel) {
        return addDock(new Dock(title, QString::fromLatin1(name), Dock::Kind::tabbed, panel, this),
                       Qt::BottomDockWidgetArea);
    };
    journal_ = new JournalPanel(shownContext_, context_.openArchive, context_.utcNow, this);
    history_ = new HistoryPanel(shownContext_, *undo_, context_.utcNow, this);
    alarms_ = tab(tr("Alarms"), "dockAlarms", new AlarmPanel(panelContext_, troubles_, this));
    Dock* commands = tab(tr("Journal"), "dockJournal", journal_);
    journalDock_ = commands;
    historyDock_ = tab(tr("History"), "dockHistory", history_);
    Dock* registers = tab(tr("Registers"), "dockRegisters", new RegisterPanel(shownContext_, this));
    Dock* link = tab(tr("Link"), "dockLink", new LinkPanel(shownContext_, this));
    Dock* simulation = tab(tr("Simulation"), "dockSimulation", new SimulationPanel(shownContext_, this));
    for (Dock* next : {commands, historyDock_, registers, link, simulation})
        tabifyDockWidget(alarms_, next);
    commands->raise();
    resizeDocks({bus, axis}, {256, 340}, Qt::Horizontal);
    resizeDocks({commands}, {216}, Qt::Vertical);
}

Dock* MainWindow::addDock(Dock* dock, Qt::DockWidgetArea area) {
    addDockWidget(area, dock);
    docks_.push_back(dock);
    replayLock_.watch(dock);
    return dock;
}

void MainWindow::connectPanels() {
    connect(header_, &HeaderBar::workspaceChosen, this, &MainWindow::chooseWorkspace);
    connect(header_, &HeaderBar::stopPressed, this, &MainWindow::stopAll);
    connect(header_, &HeaderBar::recordToggled, this, &MainWindow::toggleRecording);
    connect(quitGuard_, &QuitGuard::quitDecided, this, &QWidget::close);
    connect(line_, &LineWorkspace::recordToggled, this, &MainWindow::toggleRecording);
    connect(line_, &LineWorkspace::fullScreenToggled, this, &MainWindow::toggleFullScreen);
    connect(sessions_, &SessionsWorkspace::recordToggled, this, &MainWindow::toggleRecording);
    connect(line_, &LineWorkspace::axisActivated, this, [this](AxisId axis) {
        selectAxis(axis);
        chooseWorkspace(Workspace::bench);
    });
    connect(line_, &LineWorkspace::connectAsked, this, [this] {
        chooseWorkspace(Workspace::bench);
        buses_->openConnect();
    });
    connect(line_, &LineWorkspace::simulateAsked, buses_, &BusPanel::startSimulated);
    connect(machineFiles_, &MachineFiles::told, this,
            [this](const QString& sentence) { status_->say(sentence, context_.now()); });
    connect(&selection_, &Selection::changed, jog_, &JogControl::end);
    connect(undo_, &UndoStack::said, this,
            [this](const QString& text) { status_->say(text, context_.now()); });
    connect(journal_, &JournalPanel::momentChosen, this, &MainWindow::showMoment);
    connectReplay();
}

void MainWindow::installKeys() {
    new StopKey([this] { stopAll(); }, this);
    const auto mayJog = [this] {
        return workspace_ == Workspace::bench && !replay_ && isActiveWindow() &&
               selection_.axis() != AxisId{};
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

void MainWindow::focusWorkspace() {
    switch (workspace_) {
    case Workspace::bench:
        return scope_->view().setFocus(Qt::OtherFocusReason);
    case Workspace::line:
        return line_->grid().setFocus(Qt::OtherFocusReason);
    case Workspace::sessions:
        return sessions_->focusList();
    }
}

void MainWindow::showDocks(bool visible) {
    if (visible && !benchDocks_.isEmpty())
        restoreState(benchDocks_, layoutVersion);
    else
        for (Dock* dock : docks_)
            dock->setVisible(visible);
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
    const QString name = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd_hhmmss"));
    const std::string path = context_.sessionsFolder + "/" + name.toStdString() + ".servolane";
    panelContext_.send(session::StartRecording{path, name.toStdString()});
}

void MainWindow::toggleFullScreen() {
    setWindowState(windowState() ^ Qt::WindowFullScreen);
}

void MainWindow::setTorque(bool on) {
    if (selection_.axis() != AxisId{}) panelContext_.send(motion::SetTorque{selection_.axis(), on});
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

void MainWindow::resetLayout() {
    benchDocks_ = defaultDocks_;
    if (workspace_ == Workspace::bench) restoreState(defaultDocks_, layoutVersion);
}

void MainWindow::tick() {
    const bool figures = frames_++ % framesPerFigure == 0;
    const Frame live = readFrame(context_.models, context_.now(), figures);
    const Frame shown = shownFrame(live);
    jog_->tick(live.now);
    if (figures) {
        troubles_.fold(live);
        showAlarmCount();
        adoptFirstAxis(shown);
        tellIfMomentIsGone(live);
    }
    tickPanels(live, shown);
}

void MainWindow::tickPanels(const Frame& frame, const Frame& shown) {
    replayBar_->tick(frame.now);
    header_->tick(frame);
    stopBanner_->tick(frame);
    quitGuard_->tick(frame);
    undo_->tick(frame);
    undoBanner_->tick(frame);
    status_->tick(frame);
    machineFiles_->tick();
    for (Panel* page : std::initializer_list<Panel*>{scope_, line_})
        if (page->isVisible()) page->tick(shown);
    if (sessions_->isVisible()) sessions_->tick(frame);
    // Alarms are those of the live buses, whatever is shown.
    for (Dock* dock : docks_)
        if (dock->panel()->isVisible()) dock->panel()->tick(dock == alarms_ ? frame : shown);
    if (frame.figuresDue) replayLock_.keep(replay_ != nullptr);
}

void MainWindow::showAlarmCount() {
    const int count = troubles_.activeCount();
    const QString title = count == 0 ? tr("Alarms") : tr("Alarms %1").arg(count);
    if (alarms_->windowTitle() != title) alarms_->setWindowTitle(title);
}

void MainWindow::adoptFirstAxis(const Frame& frame) {
    if (frame.axes->find(selection_.axis()) || frame.axes->axes.empty()) return;
    const auto& first = *frame.axes->axes.front().axis;
    selection_.selectAxis(first.id, first.bus);
}

void MainWindow::restoreLayout() {
    defaultDocks_ = saveState(layoutVersion);
    const WindowLayout layout = store_.load();
    theme_.choose(layout.theme);
    if (!layout.geometry.isEmpty()) restoreGeometry(layout.geometry);
    if (!layout.docks.isEmpty()) restoreState(layout.docks, layoutVersion);
    std::vector<telemetry::Channel> channels;
    for (const QString& word : layout.channels)
        if (const auto channel = telemetry::channelFrom(word.toStdString())) channels.push_back(*channel);
    if (!channels.empty()) scope_->showChannels(channels);
    header_->showWorkspace(workspace_);
    chooseWorkspace(layout.workspace);
}

void MainWindow::keepLayout() {
    WindowLayout layout;
    layout.geometry = saveGeometry();
    layout.docks = workspace_ == Workspace::bench ? saveState(layoutVersion) : benchDocks_;
    layout.workspace = workspace_;
    layout.theme = theme_.choice();
    for (const auto channel : scope_->shownChannels())
        layout.channels << QString::fromStdString(std::string(telemetry::toString(channel)));
    store_.save(layout);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    keepLayout();
    const bool may = quitGuard_->mayQuit(readFrame(context_.models, context_.now(), true));
    event->setAccepted(may);
    if (may) jog_->end();
}

void MainWindow::showEvent(QShowEvent* event) {
    timer_.start(frameMs, Qt::PreciseTimer, this);
    QMainWindow::showEvent(event);
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
    QMainWindow::changeEvent(event);
}

} // namespace servolane::ui
