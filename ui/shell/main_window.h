// SPDX-License-Identifier: GPL-3.0-or-later
// The window. GUI thread only; nothing in it waits for another thread.
#pragma once

#include "core/api/replay.h"
#include "core/session/commands.h"
#include "ui/binding/panel.h"
#include "ui/binding/replay_lock.h"
#include "ui/binding/selection.h"
#include "ui/journal/trouble.h"
#include "ui/shell/header_bar.h"
#include "ui/shell/help_window.h"
#include "ui/shell/layout_store.h"
#include "ui/shell/panel_place.h"
#include "ui/shell/window_context.h"
#include "ui/theme/theme.h"

#include <QtCore/QBasicTimer>
#include <QtWidgets/QMainWindow>
#include <memory>
#include <optional>

class QStackedWidget;

namespace servolane::ui {

class ActionLock;
class AnalysisDesk;
class AxisPanel;
class BusPanel;
class CommandPalette;
class Dock;
class FindPanel;
class HistoryPanel;
class JournalPanel;
class JogControl;
class LineWorkspace;
class MachineFiles;
class NoteBar;
class TorqueGuard;
class ReplayBar;
class ReplayGate;
class ScopePanel;
class SessionsWorkspace;
class StatusStrip;
class StopBanner;
class UndoBanner;
class UndoStack;
struct PaletteEntry;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(WindowContext context);
    ~MainWindow() override;

    void chooseWorkspace(Workspace workspace);
    [[nodiscard]] Workspace workspace() const { return workspace_; }
    void chooseTheme(ThemeChoice choice);
    [[nodiscard]] const Theme& theme() const { return theme_; }
    void selectAxis(AxisId axis);
    /// The next axis in the order of the board, or the one before.
    void stepAxis(int step);
    [[nodiscard]] AxisId selectedAxis() const { return selection_.axis(); }

    void stopAll();
    void resetStop();
    void toggleRecording();
    void tellRecording(const Frame& live);
    void tellRecordingEnd(const Frame& live);
    void toggleFullScreen();
    void openPalette();
    void resetLayout();
    /// Holds the scope of the bench at this moment of this run.
    void showMoment(Time at, AxisId axis);
    /// Shows a recording in the panels, from `at` on; nullptr: the live buses again.
    void showReplay(std::shared_ptr<api::Replay> replay, std::optional<Time> at);
    /// Writes how the window stands; closing does it by itself.
    void keepLayout();

    /// One frame of everything that is visible. The window's own timer calls it every 16 ms while shown,
    /// seldom while it is minimised.
    void tick();
    [[nodiscard]] Duration frameInterval() const;

Q_SIGNALS:
    /// The panels that are seen are built, where they come after the first frame.
    void stood();

protected:
    void paintEvent(QPaintEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildPanels();
    void offerMemory();
    void startFrames();
    void buildDocks();
    /// Those below the scope; returns the one that is in front at first.
    Dock* buildTabs();
    Dock* addDock(Dock* dock, Qt::DockWidgetArea area);
    void buildHead();
    Panel* buildLine(QWidget* parent);
    Panel* buildSessions(QWidget* parent);
    Panel* buildJournal(QWidget* parent);
    PanelPlace* addPage(PanelPlace::Build build);
    void stand();
    /// A panel that appears shows the present in its first picture.
    void showPresentIn(const PanelPlace* place);
    void orderTabsByPlace();
    void connectPanels();
    void installKeys();
    void buildMenus();
    void lockActions();
    QMenu* addMenu(const QString& title);
    QAction* addAction(QMenu* menu, const QString& text, const QString& name, const QKeySequence& shortcut,
                       const QString& icon, std::function<void()> deed);
    void buildBusMenu();
    void buildHelpMenu();
    void openHelp(HelpWindow::Page page);
    void buildAxisMenu();
    /// Brings the search for servos on all ports to the front.
    void openFind();
    /// Asks where torque is on.
    void disconnectBus();
    Panel* buildFind(QWidget* parent);
    void buildViewMenu();
    void buildAnalysisActions();
    void boundClients();
    void keepBound(const Frame& live);
    void restoreLayout();
    void showDocks(bool visible);
    void restoreDocks(const QByteArray& state);
    void shareHeight(int before);
    void showDock(Dock* dock);
    void focusWorkspace();
    void tickIn(const PanelPlace& place, const Frame& live, const Frame& shown);
    void tickPanels(const Frame& live, const Frame& shown);
    [[nodiscard]] api::ReadModels shownModels() const;
    [[nodiscard]] Time shownNow() const;
    [[nodiscard]] std::function<UtcTime(Time)> shownDating() const;
    [[nodiscard]] Frame shownFrame(const Frame& live) const;
    void showReplayJournal();
    [[nodiscard]] static QString liveMark();
    void markLiveDocks();
    void tellIfMomentIsGone(const Frame& live);
    /// In the journal: the command that an event of the lane followed from.
    void showCause(CommandId cause);
    void toggleReplay();
    void connectReplay();
    void buildReplayMenu();
    void showAlarmCount();
    void adoptFirstAxis(const Frame& frame);
    void setTorque(bool on);
    void addSettingActions(QMenu* menu);
    /// Brings the panel to the front, as it is now.
    HistoryPanel& openHistory();
    [[nodiscard]] std::vector<PaletteEntry> paletteEntries();

    static constexpr int layoutVersion = 1;

    WindowContext context_;
    LayoutStore store_;
    Theme theme_;
    Selection selection_;
    PanelContext panelContext_; ///< of what is always live
    std::unique_ptr<ReplayGate> gate_;
    PanelContext shownContext_; ///< of panels that may show a recording
    bool stands_;               ///< a dock that is seen has its panel at once
    TroubleBook troubles_;
    std::optional<session::StartRecording> awaitedRecording_; ///< sent, and not yet begun
    std::optional<session::RecordingView> runningRecording_;  ///< as it was last seen
    Time recordedUntil_{};
    Duration prerollOfRecording_{}; ///< asked for with the one that runs
    QString saidOfRecording_;
    JogControl* jog_;
    UndoStack* undo_;

    HeaderBar* header_ = nullptr;
    StopBanner* stopBanner_ = nullptr;
    TorqueGuard* quitGuard_ = nullptr;
    TorqueGuard* disconnectGuard_ = nullptr;
    UndoBanner* undoBanner_ = nullptr;
    NoteBar* noteBar_ = nullptr;
    StatusStrip* status_ = nullptr;
    CommandPalette* palette_ = nullptr;
    MachineFiles* machineFiles_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    AnalysisDesk* analysis_ = nullptr;
    ScopePanel* scope_ = nullptr;
    PlaceOf<LineWorkspace> line_;
    PlaceOf<SessionsWorkspace> sessions_;
    PlaceOf<BusPanel> buses_;
    PlaceOf<AxisPanel> axis_;
    PlaceOf<HistoryPanel> history_;
    Dock* alarms_ = nullptr;
    Dock* historyDock_ = nullptr;
    std::vector<Dock*> analysisDocks_; ///< math channels, spectrum, XY view
    Dock* journalDock_ = nullptr;
    Dock* findDock_ = nullptr;   ///< null: nothing can be found
    Dock* doctorDock_ = nullptr; ///< null: there is no doctor
    ReplayBar* replayBar_ = nullptr;
    JournalPanel* replayJournal_ = nullptr;
    std::shared_ptr<api::Replay> replay_; ///< null: the live buses are shown
    std::pair<AxisId, BusId> liveSelection_;
    std::vector<QAction*> replayActions_;
    ReplayLock replayLock_;
    ActionLock* actionLock_ = nullptr;
    std::optional<Time> moment_; ///< asked for, and perhaps still being read
    std::vector<Dock*> docks_;
    std::vector<Dock*> liveDocks_; ///< of docks_, those that never show a recording, alarms aside
    QMenu* viewMenu_ = nullptr;
    QMenu* scopeMenu_ = nullptr;
    HelpWindow* help_ = nullptr; ///< made when it is first asked for

    Workspace workspace_ = Workspace::bench;
    QByteArray benchDocks_; ///< as left when another workspace was chosen
    QByteArray defaultDocks_;
    QBasicTimer timer_;
    QBasicTimer heartbeat_;
    int frames_ = 0;
    access::Role clientsMost_ = access::Role::engineer; ///< of the command line, as last seen
    unsigned traceMegabytes_ = defaultTraceMegabytes;
    bool lineIsTable_ = false;
};

} // namespace servolane::ui
