// SPDX-License-Identifier: GPL-3.0-or-later
// What the window is made of: pages, head, docks and their tabs. A panel is made when it is first seen.
#include "ui/shell/main_window.h"

#include "ui/analysis/analysis_desk.h"
#include "ui/bus/bus_panel.h"
#include "ui/bus/doctor_panel.h"
#include "ui/bus/find_panel.h"
#include "ui/bus/link_panel.h"
#include "ui/bus/raw_packet_panel.h"
#include "ui/bus/simulation_panel.h"
#include "ui/bus/wire_panel.h"
#include "ui/journal/alarm_panel.h"
#include "ui/journal/journal_panel.h"
#include "ui/motion/axis_panel.h"
#include "ui/motion/jog_control.h"
#include "ui/motion/line_workspace.h"
#include "ui/registers/history_panel.h"
#include "ui/registers/provision_panel.h"
#include "ui/registers/register_matrix.h"
#include "ui/registers/register_panel.h"
#include "ui/registers/undo_banner.h"
#include "ui/registers/undo_stack.h"
#include "ui/session/note_bar.h"
#include "ui/session/replay_bar.h"
#include "ui/session/sessions_workspace.h"
#include "ui/shell/dock.h"
#include "ui/shell/status_strip.h"
#include "ui/shell/stop_banner.h"
#include "ui/shell/torque_guard.h"
#include "ui/telemetry/scope_panel.h"
#include "ui/widgets/tab_order.h"

#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>
#include <utility>

namespace servolane::ui {

void MainWindow::buildPanels() {
    pages_ = new QStackedWidget(this); // a widget that changes its parent is styled twice
    analysis_ = new AnalysisDesk(
        panelContext_, context_.configFolder, [this] { return shownModels().traces.read(); }, this);
    scope_ = new ScopePanel(
        shownContext_, [this] { return analysis_->traces(); }, [this] { return shownModels().events.read(); },
        [this] { return shownNow(); }, pages_);
    scope_->setDating([this] { return shownDating(); });
    analysis_->attach(*scope_);
    offerMemory();
    pages_->addWidget(scope_);
    line_ = PlaceOf<LineWorkspace>(addPage([this](QWidget* parent) { return buildLine(parent); }));
    sessions_ =
        PlaceOf<SessionsWorkspace>(addPage([this](QWidget* parent) { return buildSessions(parent); }));
    connect(pages_, &QStackedWidget::currentChanged, this, [this] {
        if (auto* page = qobject_cast<PanelPlace*>(pages_->currentWidget())) page->panel();
    });
    setCentralWidget(pages_);
}

/// After the first frame: head, stop button and scope are there while the panels around them are made.
void MainWindow::stand() {
    if (std::exchange(stands_, true)) return;
    for (Dock* dock : docks_)
        if (dock->isSeen()) dock->place()->panel();
    Q_EMIT stood();
}

PanelPlace* MainWindow::addPage(PanelPlace::Build build) {
    auto* page = new PanelPlace(std::move(build), pages_);
    pages_->addWidget(page);
    showPresentIn(page);
    return page;
}

void MainWindow::showPresentIn(const PanelPlace* place) {
    connect(place, &PanelPlace::appeared, this, [this, place](Panel*) {
        const Frame live = readFrame(context_.models, context_.now(), true);
        tickIn(*place, live, shownFrame(live));
        orderTabsByPlace();
    });
}

/// From the top to the bottom, from the left to the right. What is built late would come last.
void MainWindow::orderTabsByPlace() {
    std::vector<QWidget*> parts{menuWidget()};
    const auto side = [&](Qt::DockWidgetArea area) {
        for (Dock* dock : docks_)
            if (dockWidgetArea(dock) == area) parts.push_back(dock);
    };
    side(Qt::LeftDockWidgetArea);
    parts.push_back(pages_);
    side(Qt::RightDockWidgetArea);
    side(Qt::BottomDockWidgetArea);
    parts.push_back(statusBar());
    orderTabs(this, parts);
}

Panel* MainWindow::buildLine(QWidget* parent) {
    auto* line =
        new LineWorkspace(shownContext_, troubles_, static_cast<bool>(context_.find.discovery), parent);
    line->showTable(lineIsTable_);
    connect(line, &LineWorkspace::tableChosen, this, [this](bool table) { lineIsTable_ = table; });
    connect(line, &LineWorkspace::fullScreenToggled, this, &MainWindow::toggleFullScreen);
    connect(line, &LineWorkspace::axisActivated, this, [this](AxisId axis) {
        selectAxis(axis);
        chooseWorkspace(Workspace::bench);
    });
    connect(line, &LineWorkspace::connectAsked, this, [this] {
        chooseWorkspace(Workspace::bench);
        buses_->openConnect();
    });
    connect(line, &LineWorkspace::simulateAsked, this, [this] { buses_->startSimulated(); });
    connect(line, &LineWorkspace::findAsked, this, &MainWindow::openFind);
    return line;
}

Panel* MainWindow::buildSessions(QWidget* parent) {
    auto* sessions =
        new SessionsWorkspace(panelContext_, context_.library, context_.exporter, context_.openReplay,
                              {context_.sessionsFolder, context_.flightFolder, context_.utcNow}, parent);
    connect(sessions, &SessionsWorkspace::replayAsked, this,
            [this, sessions](Time at) { showReplay(sessions->opened(), at); });
    sessions->offerMath(analysis_->book());
    sessions->offerLayouts(context_.configFolder);
    connect(sessions, &SessionsWorkspace::recordToggled, this, &MainWindow::toggleRecording);
    connect(sessions, &SessionsWorkspace::connectAsked, this, [this] {
        chooseWorkspace(Workspace::bench);
        buses_->openConnect();
    });
    connect(sessions, &SessionsWorkspace::simulateAsked, this, [this] { buses_->startSimulated(); });
    return sessions;
}

Panel* MainWindow::buildJournal(QWidget* parent) {
    auto* journal = new JournalPanel(shownContext_, context_.openArchive, context_.utcNow, parent);
    connect(journal, &JournalPanel::momentChosen, this, &MainWindow::showMoment);
    connect(journal, &JournalPanel::commandMissing, this, [this] {
        status_->say(tr("The journal no longer lists the command behind that event"), context_.now());
    });
    return journal;
}

Panel* MainWindow::buildFind(QWidget* parent) {
    auto* find = new FindPanel(panelContext_, context_.find, context_.families, parent);
    // Found and named: whether the link is well comes next.
    connect(find, &FindPanel::linked, this, [this] {
        if (doctorDock_) showDock(doctorDock_);
    });
    return find;
}

void MainWindow::openFind() {
    if (findDock_) showDock(findDock_);
}

void MainWindow::buildHead() {
    auto* head = new QWidget(this);
    header_ = new HeaderBar(panelContext_, head);
    stopBanner_ = new StopBanner(panelContext_, head);
    quitGuard_ = new TorqueGuard(panelContext_, QStringLiteral("quit"), head);
    disconnectGuard_ = new TorqueGuard(panelContext_, QStringLiteral("disconnect"), head);
    undoBanner_ = new UndoBanner(panelContext_, *undo_, head);
    noteBar_ = new NoteBar(
        panelContext_,
        [this]() -> std::optional<TimeRange> {
            const auto [a, b] = scope_->view().cursors();
            return a && b && !replay_ ? std::optional{TimeRange{*a, *b}} : std::nullopt;
        },
        head);
    replayBar_ = new ReplayBar(theme_, head);
    auto* column = new QVBoxLayout(head);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header_);
    column->addWidget(quitGuard_);
    column->addWidget(disconnectGuard_);
    column->addWidget(stopBanner_);
    column->addWidget(undoBanner_);
    column->addWidget(noteBar_);
    column->addWidget(replayBar_);
    setMenuWidget(head);
    status_ = new StatusStrip(panelContext_, this);
    connect(status_, &StatusStrip::busAsked, this, [this](BusId bus) {
        const auto board = shownModels().axes.read();
        const auto& axes = board->axes;
        const auto first = std::find_if(
            axes.begin(), axes.end(), [bus](const motion::AxisView& view) { return view.axis->bus == bus; });
        if (first != axes.end())
            selectAxis(first->axis->id);
        else
            selection_.selectBus(bus);
        if (auto* link = findChild<QAction*>(QStringLiteral("dockLinkShow"))) link->trigger();
    });
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
    const auto titled = [this](const QString& title, const char* name, Qt::DockWidgetArea area,
                               PanelPlace::Build build) {
        return addDock(new Dock(title, QString::fromLatin1(name), Dock::Kind::titled, std::move(build), this),
                       area);
    };
    Dock* bus = titled(tr("Buses"), "dockBuses", Qt::LeftDockWidgetArea, [this](QWidget* parent) {
        return new BusPanel(shownContext_,
                            {context_.ports, context_.families, context_.simulatedPath,
                             context_.simulatedFamily, context_.simulatedBaud,
                             context_.find.discovery != nullptr},
                            parent);
    });
    buses_ = PlaceOf<BusPanel>(bus->place());
    connect(bus->place(), &PanelPlace::appeared, this, [this](Panel* panel) {
        connect(static_cast<BusPanel*>(panel), &BusPanel::findAsked, this, &MainWindow::openFind);
    });
    auto* add = bus->addTitleButton(theme_, QStringLiteral("plus"), tr("Connect adapter (Ctrl+N)"),
                                    QStringLiteral("titleConnect"));
    auto* scan = bus->addTitleButton(theme_, QStringLiteral("radar"), tr("Scan the bus (F5)"),
                                     QStringLiteral("titleScan"));
    markAsCommand(add, "ConnectBus");
    markAsCommand(scan, "ScanBus");
    connect(add, &QToolButton::clicked, this, [this] { buses_->openConnect(); });
    connect(scan, &QToolButton::clicked, this, [this] { buses_->scan(); });
    Dock* axis = titled(tr("Axis"), "dockAxis", Qt::RightDockWidgetArea, [this](QWidget* parent) {
        return new AxisPanel(shownContext_, *jog_, context_.now, parent);
    });
    axis_ = PlaceOf<AxisPanel>(axis->place());
    Dock* bottom = buildTabs();
    resizeDocks({bus, axis}, {256, 340}, Qt::Horizontal);
    resizeDocks({bottom}, {248}, Qt::Vertical);
}

Dock* MainWindow::buildTabs() {
    const auto tab = [this](const QString& title, const char* name, PanelPlace::Build build) {
        Dock* dock =
            addDock(new Dock(title, QString::fromLatin1(name), Dock::Kind::tabbed, std::move(build), this),
                    Qt::BottomDockWidgetArea);
        if (alarms_) tabifyDockWidget(alarms_, dock);
        return dock;
    };
    alarms_ = tab(tr("Alarms"), "dockAlarms", [this](QWidget* parent) {
        return new AlarmPanel(panelContext_, troubles_, context_.utcNow, parent);
    });
    journalDock_ =
        tab(tr("Journal"), "dockJournal", [this](QWidget* parent) { return buildJournal(parent); });
    historyDock_ = tab(tr("History"), "dockHistory", [this](QWidget* parent) {
        return new HistoryPanel(shownContext_, *undo_, context_.utcNow, parent);
    });
    history_ = PlaceOf<HistoryPanel>(historyDock_->place());
    tab(tr("Registers"), "dockRegisters", [this](QWidget* parent) {
        return new RegisterPanel(
            shownContext_,
            {context_.readBackup, context_.writeBackup, context_.utcNow, context_.configFolder}, parent);
    });
    tab(tr("Link"), "dockLink", [this](QWidget* parent) { return new LinkPanel(shownContext_, parent); });
    tab(tr("Simulation"), "dockSimulation",
        [this](QWidget* parent) { return new SimulationPanel(shownContext_, parent); });
    // Packets and servos are live ones, whatever is shown.
    if (context_.wire)
        liveDocks_.push_back(tab(tr("Wire"), "dockWire", [this](QWidget* parent) {
            return new WirePanel(panelContext_, context_.wire, context_.utcNow, parent);
        }));
    if (context_.doctor.sentence)
        liveDocks_.push_back(doctorDock_ = tab(tr("Doctor"), "dockDoctor", [this](QWidget* parent) {
                                 return new DoctorPanel(panelContext_, context_.doctor, context_.ports,
                                                        parent);
                             }));
    tab(tr("Matrix"), "dockMatrix",
        [this](QWidget* parent) { return new RegisterMatrix(shownContext_, parent); });
    liveDocks_.push_back(tab(tr("Provision"), "dockProvision", [this](QWidget* parent) {
        return new ProvisionPanel(
            panelContext_, {context_.readRecipe, context_.writeReport, context_.plannedRefusal}, parent);
    }));
    tab(tr("Packets"), "dockPackets",
        [this](QWidget* parent) { return new RawPacketPanel(shownContext_, context_.packetForms, parent); });
    if (context_.find.discovery)
        liveDocks_.push_back(
            findDock_ = tab(tr("Find"), "dockFind", [this](QWidget* parent) { return buildFind(parent); }));
    analysisDocks_ = {
        tab(tr("Math"), "dockMath", [this](QWidget* parent) { return analysis_->buildMath(parent); }),
        tab(tr("Spectrum"), "dockSpectrum",
            [this](QWidget* parent) { return analysis_->buildSpectrum(parent); }),
        tab(tr("XY"), "dockXy", [this](QWidget* parent) { return analysis_->buildXy(parent); })};
    journalDock_->raise();
    return journalDock_;
}

Dock* MainWindow::addDock(Dock* dock, Qt::DockWidgetArea area) {
    addDockWidget(area, dock);
    docks_.push_back(dock);
    showPresentIn(dock->place());
    connect(dock, &Dock::appeared, this, [this, dock] {
        if (stands_) dock->place()->panel();
    });
    replayLock_.watch(dock);
    return dock;
}

} // namespace servolane::ui
