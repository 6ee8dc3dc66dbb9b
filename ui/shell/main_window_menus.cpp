// SPDX-License-Identifier: GPL-3.0-or-later
// The menus of the window: every action with its shortcut, and the palette that finds them.
#include "ui/bus/bus_panel.h"
#include "ui/motion/axis_panel.h"
#include "ui/motion/line_workspace.h"
#include "ui/motion/move_section.h"
#include "ui/registers/history_panel.h"
#include "ui/registers/undo_stack.h"
#include "ui/session/note_bar.h"
#include "ui/session/sessions_workspace.h"
#include "ui/shell/action_lock.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/dock.h"
#include "ui/shell/machine_files.h"
#include "ui/shell/main_window.h"
#include "ui/shell/status_strip.h"
#include "ui/telemetry/scope_panel.h"

#include <QtCore/QPointer>
#include <QtGui/QActionGroup>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>

namespace servolane::ui {

namespace {

/// `of`: the chosen axis, which actions of an axis name.
void addEntry(QAction* action, const QString& before, std::vector<PaletteEntry>& entries,
              const QString& of = {}) {
    if (!action->isEnabled() || action->isSeparator()) return; // the banner says why
    const QStringList parts = action->text().remove(QLatin1Char('&')).split(QLatin1Char('\t'));
    const QString shortcut =
        parts.size() > 1 ? parts[1] : action->shortcut().toString(QKeySequence::NativeText);
    // Menus that are listed anew meanwhile take their actions with them.
    const bool isNamed = !of.isEmpty() && action->property("ofAxis").toBool();
    const QString title = before + parts[0] + (isNamed ? QStringLiteral(" · ") + of : QString());
    entries.push_back({title, shortcut, [action = QPointer<QAction>(action)] {
                           if (action) action->trigger();
                       }});
}

/// Those of its submenus too, with the submenu's name before theirs.
void addEntriesOf(const QMenu& menu, const QString& before, std::vector<PaletteEntry>& entries) {
    if (menu.property("leftOutOfPalette").toBool()) return;
    for (QAction* action : menu.actions())
        if (const QMenu* inner = action->menu())
            addEntriesOf(*inner, inner->title() + QStringLiteral(": "), entries);
        else
            addEntry(action, before, entries);
}

} // namespace

QMenu* MainWindow::addMenu(const QString& title) {
    return header_->menuBar()->addMenu(title);
}

QAction* MainWindow::addAction(QMenu* menu, const QString& text, const QString& name,
                               const QKeySequence& shortcut, const QString& icon,
                               std::function<void()> deed) {
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(shortcut);
    if (!icon.isEmpty()) theme_.keepIcon(action, icon);
    connect(action, &QAction::triggered, this, std::move(deed));
    menu->addAction(action);
    QMainWindow::addAction(action); // the shortcut acts although the menu bar lives inside the header
    return action;
}

void MainWindow::buildMenus() {
    QMenu* file = addMenu(tr("&File"));
    addAction(file, tr("Start or end recording"), QStringLiteral("actionRecord"), Qt::Key_R,
              QStringLiteral("circle"), [this] { toggleRecording(); });
    addAction(file, tr("Note…"), QStringLiteral("actionNote"), Qt::Key_N, {}, [this] { noteBar_->open(); });
    addAction(file, tr("Look for recordings"), QStringLiteral("actionRefresh"), {},
              QStringLiteral("refresh-cw"), [this] {
                  chooseWorkspace(Workspace::sessions);
                  sessions_->refresh();
              });
    addAction(file, tr("Export the open recording"), QStringLiteral("actionExport"), Qt::CTRL | Qt::Key_E,
              QStringLiteral("download"), [this] {
                  chooseWorkspace(Workspace::sessions);
                  if (!sessions_->exportOpened())
                      status_->say(tr("Open a recording first: choose one in the list"), context_.now());
              });
    file->addSeparator();
    addAction(file, tr("Export machine file…"), QStringLiteral("actionExportMachine"), {},
              QStringLiteral("download"), [this] { machineFiles_->chooseExport(); });
    addAction(file, tr("Import machine file…"), QStringLiteral("actionImportMachine"), {},
              QStringLiteral("folder-open"), [this] { machineFiles_->chooseImport(); });
    file->addSeparator();
    addAction(file, tr("Quit"), QStringLiteral("actionQuit"), Qt::CTRL | Qt::Key_Q, QStringLiteral("log-out"),
              [this] { close(); });

    buildBusMenu();
    buildAxisMenu();
    scopeMenu_ = addMenu(tr("&Scope"));
    scope_->fillMenu(*scopeMenu_);
    buildReplayMenu();
    buildViewMenu();

    QMenu* stop = addMenu(tr("S&top"));
    // The key itself is caught by StopKey, before any shortcut; it lets Ctrl+F12 pass while a stop is
    // latched.
    addAction(stop, tr("Stop all\tF12"), QStringLiteral("actionStop"), {}, QStringLiteral("octagon-alert"),
              [this] { stopAll(); });
    addAction(stop, tr("Reset stop"), QStringLiteral("actionResetStop"), Qt::CTRL | Qt::Key_F12,
              QStringLiteral("rotate-ccw"), [this] { resetStop(); });
    addAction(stop, tr("Acknowledge all alarms"), QStringLiteral("actionAcknowledge"), {},
              QStringLiteral("bell"), [this] { troubles_.acknowledgeAll(); });
    buildHelpMenu();
    lockActions();
}

/// What they do is done to an axis or a bus that is not on the screen while a recording is shown; while a
/// stop is latched nothing is set in motion.
void MainWindow::lockActions() {
    actionLock_ = new ActionLock(this);
    const auto watch = [this](const char* name, ActionLock::Needs needs) {
        actionLock_->watch(findChild<QAction*>(QString::fromLatin1(name)), needs);
    };
    for (const char* name : {"actionConnect", "actionSimulate", "actionScan", "actionScanAll",
                             "actionDisconnect", "actionTorqueOff", "actionReadAll", "actionUndo",
                             "actionRedo", "actionBaseline", "actionSetBaseline"})
        watch(name, ActionLock::Needs::live);
    for (const char* name :
         {"actionGoTo", "actionJogBack", "actionJogForward", "actionTorqueOn", "actionHalt"})
        watch(name, ActionLock::Needs::motion);
    connect(actionLock_, &ActionLock::askedInVain, this,
            [this](const QString& reason) { status_->say(reason, context_.now()); });
}

/// In the menu of the axis whose settings they are about. Inside text entry these keys belong to the text.
void MainWindow::addSettingActions(QMenu* menu) {
    QAction* undo = addAction(menu, tr("Undo setting"), QStringLiteral("actionUndo"), Qt::CTRL | Qt::Key_Z,
                              QStringLiteral("rotate-ccw"), [this] { undo_->take(UndoStack::Way::undo); });
    QAction* redo =
        addAction(menu, tr("Redo setting"), QStringLiteral("actionRedo"), Qt::CTRL | Qt::SHIFT | Qt::Key_Z,
                  {}, [this] { undo_->take(UndoStack::Way::redo); });
    connect(menu, &QMenu::aboutToShow, this, [this, undo, redo] {
        if (!undo->isEnabled()) return; // it says why
        undo->setToolTip(undo_->description(UndoStack::Way::undo));
        redo->setToolTip(undo_->description(UndoStack::Way::redo));
    });
    menu->setToolTipsVisible(true);
    addAction(menu, tr("Return to baseline…"), QStringLiteral("actionBaseline"), Qt::Key_F9,
              QStringLiteral("history"), [this] { openHistory().returnToBaseline(); });
    addAction(menu, tr("Set baseline"), QStringLiteral("actionSetBaseline"), {}, {},
              [this] { openHistory().setBaseline(); });
}

void MainWindow::buildHelpMenu() {
    QMenu* help = addMenu(tr("&Help"));
    addAction(help, tr("Keyboard shortcuts"), QStringLiteral("actionKeys"), Qt::Key_F1,
              QStringLiteral("list"), [this] { openHelp(HelpWindow::keys); });
    addAction(help, tr("Guide"), QStringLiteral("actionGuide"), {}, {},
              [this] { openHelp(HelpWindow::guide); });
    addAction(help, tr("About Servolane, and licences"), QStringLiteral("actionAbout"), {}, {},
              [this] { openHelp(HelpWindow::about); });
}

void MainWindow::openHelp(HelpWindow::Page page) {
    if (!help_) help_ = new HelpWindow(*header_->menuBar(), this);
    help_->open(page);
}

void MainWindow::buildBusMenu() {
    QMenu* bus = addMenu(tr("&Bus"));
    bus->setToolTipsVisible(true);
    addAction(bus, tr("Connect adapter…"), QStringLiteral("actionConnect"), Qt::CTRL | Qt::Key_N,
              QStringLiteral("cable"), [this] {
                  chooseWorkspace(Workspace::bench);
                  buses_->openConnect();
              });
    if (findDock_)
        addAction(bus, tr("Find servos on all ports…"), QStringLiteral("actionFind"), Qt::CTRL | Qt::Key_F5,
                  QStringLiteral("search"), [this] { openFind(); });
    addAction(bus, tr("Start simulated bus"), QStringLiteral("actionSimulate"), {},
              QStringLiteral("flask-conical"), [this] { buses_->startSimulated(); });
    addAction(bus, tr("Scan for servos"), QStringLiteral("actionScan"), Qt::Key_F5, QStringLiteral("radar"),
              [this] { buses_->scan(); });
    addAction(bus, tr("Scan at every rate for lost servos"), QStringLiteral("actionScanAll"),
              Qt::SHIFT | Qt::Key_F5, {}, [this] { buses_->scanEveryRate(); });
    addAction(bus, tr("Disconnect"), QStringLiteral("actionDisconnect"), {}, QStringLiteral("unplug"),
              [this] { disconnectBus(); });
}

void MainWindow::buildAxisMenu() {
    QMenu* axis = addMenu(tr("&Axis"));
    addAction(axis, tr("Go to…"), QStringLiteral("actionGoTo"), Qt::Key_G, QStringLiteral("target"), [this] {
        chooseWorkspace(Workspace::bench);
        if (selection_.axis() == AxisId{})
            return status_->say(tr("Connect a bus first: there is no axis yet"), context_.now());
        axis_->moves().focusGoTo();
    });
    const auto hold = [this] {
        status_->say(tr("Hold the key, or the button in the axis panel, to jog"), context_.now());
    };
    addAction(axis, tr("Jog backward, held; Shift for fast\tJ"), QStringLiteral("actionJogBack"), {},
              QStringLiteral("chevron-left"), hold);
    addAction(axis, tr("Jog forward, held; Shift for fast\tL"), QStringLiteral("actionJogForward"), {},
              QStringLiteral("chevron-right"), hold);
    axis->addSeparator();
    addAction(axis, tr("Torque on"), QStringLiteral("actionTorqueOn"), Qt::CTRL | Qt::Key_T,
              QStringLiteral("power"), [this] { setTorque(true); });
    addAction(axis, tr("Torque off"), QStringLiteral("actionTorqueOff"), Qt::CTRL | Qt::SHIFT | Qt::Key_T, {},
              [this] { setTorque(false); });
    addAction(axis, tr("Halt"), QStringLiteral("actionHalt"), Qt::CTRL | Qt::Key_H, QStringLiteral("pause"),
              [this] {
                  if (selection_.axis() != AxisId{}) panelContext_.send(motion::Halt{selection_.axis()});
              });
    addAction(axis, tr("Read all registers"), QStringLiteral("actionReadAll"), {}, QStringLiteral("table-2"),
              [this] {
                  if (selection_.axis() != AxisId{})
                      panelContext_.send(registers::ReadAllRegisters{selection_.axis()});
              });
    for (QAction* action : axis->actions())
        action->setProperty("ofAxis", true); // so far all of them; settings tell their axis themselves
    axis->addSeparator();
    addSettingActions(axis);
    axis->addSeparator();
    addAction(axis, tr("Next axis"), QStringLiteral("actionNextAxis"), Qt::CTRL | Qt::Key_Down, {},
              [this] { stepAxis(1); });
    addAction(axis, tr("Previous axis"), QStringLiteral("actionPreviousAxis"), Qt::CTRL | Qt::Key_Up, {},
              [this] { stepAxis(-1); });
}

void MainWindow::buildViewMenu() {
    viewMenu_ = addMenu(tr("&View"));
    const std::tuple<const char*, const char*, Workspace> workspaces[] = {
        {"Bench", "activity", Workspace::bench},
        {"Line", "layout-grid", Workspace::line},
        {"Sessions", "folder-open", Workspace::sessions}};
    int key = Qt::Key_1;
    for (const auto& [title, icon, workspace] : workspaces)
        addAction(viewMenu_, QString::fromLatin1(title), QStringLiteral("action") + QLatin1String(title),
                  QKeySequence(Qt::CTRL | static_cast<Qt::Key>(key++)), QString::fromLatin1(icon),
                  [this, chosen = workspace] { chooseWorkspace(chosen); });
    viewMenu_->addSeparator();
    addAction(viewMenu_, tr("Command palette"), QStringLiteral("actionPalette"), Qt::CTRL | Qt::Key_K,
              QStringLiteral("terminal"), [this] { openPalette(); });
    addAction(viewMenu_, tr("Line as tiles or as a table"), QStringLiteral("actionLineTable"),
              Qt::CTRL | Qt::SHIFT | Qt::Key_L, QStringLiteral("table-2"), [this] {
                  lineIsTable_ = !lineIsTable_;
                  line_->showTable(lineIsTable_);
                  chooseWorkspace(Workspace::line);
              });
    addAction(viewMenu_, tr("Full screen"), QStringLiteral("actionFullScreen"), Qt::Key_F11,
              QStringLiteral("maximize"), [this] { toggleFullScreen(); });
    QMenu* themes = viewMenu_->addMenu(tr("Theme"));
    auto* group = new QActionGroup(this);
    const std::tuple<const char*, const char*, ThemeChoice> choices[] = {
        {"Theme: as the system", "monitor", ThemeChoice::system},
        {"Theme: light", "sun", ThemeChoice::light},
        {"Theme: dark", "moon", ThemeChoice::dark}};
    for (const auto& [title, icon, choice] : choices) {
        QAction* action =
            addAction(themes, QString::fromLatin1(title), QStringLiteral("actionTheme_") + wordOf(choice), {},
                      QString::fromLatin1(icon), [this, chosen = choice] { chooseTheme(chosen); });
        action->setCheckable(true);
        action->setChecked(theme_.choice() == choice);
        group->addAction(action);
    }
    buildAnalysisActions();
    QMenu* panels = viewMenu_->addMenu(tr("Panels"));
    // Alt+1 … Alt+9, then Alt+0.
    int number = 0;
    const auto nextKey = [&number] {
        ++number;
        return number > 10 ? QKeySequence()
                           : QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_0 + number % 10));
    };
    for (Dock* dock : docks_) {
        if (std::find(analysisDocks_.begin(), analysisDocks_.end(), dock) != analysisDocks_.end()) continue;
        addAction(panels, tr("Show %1").arg(dock->windowTitle()), dock->objectName() + QStringLiteral("Show"),
                  nextKey(), {}, [this, dock] { showDock(dock); });
    }
    panels->addSeparator();
    for (Dock* dock : docks_)
        panels->addAction(dock->toggleViewAction());
    addAction(viewMenu_, tr("Reset layout"), QStringLiteral("actionResetLayout"), {},
              QStringLiteral("rotate-ccw"), [this] { resetLayout(); });
}

/// More panels than digits: these have letters.
void MainWindow::buildAnalysisActions() {
    const std::tuple<QString, const char*, Qt::Key> titles[] = {
        {tr("Math channels"), "chart-line", Qt::Key_M},
        {tr("Spectrum (FFT)"), "activity", Qt::Key_F},
        {tr("XY view"), "crosshair", Qt::Key_X}};
    std::size_t place = 0;
    for (const auto& [title, icon, key] : titles) {
        Dock* dock = analysisDocks_[place++];
        QAction* action = addAction(viewMenu_, title, dock->objectName() + QStringLiteral("Show"),
                                    QKeySequence(Qt::CTRL | Qt::SHIFT | key), QString::fromLatin1(icon),
                                    [this, dock] { showDock(dock); });
        if (place == 1) scope_->offerBeside(action);
    }
}

void MainWindow::showDock(Dock* dock) {
    chooseWorkspace(Workspace::bench);
    dock->show();
    dock->raise();
    QWidget* const panel = &dock->place()->panel();
    // The first of its controls switches torque off.
    if (dock->place() == axis_.place() && selection_.axis() != AxisId{}) return axis_->moves().focusGoTo();
    if (QWidget* first = panel->focusProxy(); first && first->isVisible() && first->isEnabled())
        return first->setFocus(Qt::ShortcutFocusReason);
    for (QWidget* next = panel->nextInFocusChain(); next != panel; next = next->nextInFocusChain())
        if (panel->isAncestorOf(next) && next->isVisible() && next->isEnabled() &&
            next->focusPolicy() & Qt::TabFocus)
            return next->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::openPalette() {
    palette_->open(paletteEntries());
}

std::vector<PaletteEntry> MainWindow::paletteEntries() {
    std::vector<PaletteEntry> entries;
    const auto board = shownModels().axes.read(); // outlives the loop over its axes
    const auto* chosen = board->find(selection_.axis());
    const QString of = chosen ? axisTitle(*chosen->axis) : QString();
    for (QAction* action : actions())
        addEntry(action, {}, entries, of);
    for (QAction* action : replayActions_)
        addEntry(action, {}, entries);
    addEntriesOf(*scopeMenu_, {}, entries);
    for (const motion::AxisView& axis : board->axes)
        entries.push_back({tr("Select axis %1").arg(axisTitle(*axis.axis)), {}, [this, id = axis.axis->id] {
                               selectAxis(id);
                           }});
    return entries;
}

} // namespace servolane::ui
