// SPDX-License-Identifier: GPL-3.0-or-later
// A recording in the panels of the window. It is a view: live buses stay as they are, and Stop acts on them.
#include "ui/analysis/analysis_desk.h"
#include "ui/journal/journal_panel.h"
#include "ui/motion/jog_control.h"
#include "ui/session/opened_session.h"
#include "ui/session/replay_bar.h"
#include "ui/session/sessions_workspace.h"
#include "ui/shell/dock.h"
#include "ui/shell/main_window.h"
#include "ui/shell/replay_gate.h"
#include "ui/shell/status_strip.h"
#include "ui/telemetry/scope_panel.h"

#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>

namespace servolane::ui {

api::ReadModels MainWindow::shownModels() const {
    return replay_ ? replay_->models() : context_.models;
}

Time MainWindow::shownNow() const {
    return replay_ ? replay_->state()->timeAt(context_.now()) : context_.now();
}

/// A page of a recording is dated by the recording.
std::function<UtcTime(Time)> MainWindow::shownDating() const {
    if (replay_) return datingOf(replay_);
    return [utc = context_.utcNow(), now = context_.now()](Time at) { return utc - (now - at); };
}

Frame MainWindow::shownFrame(const Frame& live) const {
    if (!replay_) return live;
    Frame frame = readFrame(replay_->models(), replay_->state()->timeAt(live.now), live.figuresDue);
    frame.isReplay = true;
    frame.recording = live.recording; // what is being recorded now
    frame.access = live.access;
    return frame;
}

QString MainWindow::liveMark() {
    return tr(" · live");
}

/// What is not of the recording says so.
void MainWindow::markLiveDocks() {
    for (Dock* dock : liveDocks_) {
        QString title = dock->windowTitle();
        if (title.endsWith(liveMark())) title.chop(liveMark().size());
        dock->setWindowTitle(replay_ ? title + liveMark() : title);
    }
    showAlarmCount();
}

void MainWindow::showReplay(std::shared_ptr<api::Replay> replay, std::optional<Time> at) {
    if (replay == replay_) {
        if (replay_ && at) replay_->seek(*at);
        return;
    }
    jog_->end();
    const bool was = replay_ != nullptr;
    if (replay_) replay_->setPlaying(false);
    if (!was) liveSelection_ = {selection_.axis(), selection_.bus()};
    replay_ = std::move(replay);
    const bool is = replay_ != nullptr;
    if (replay_ && at) replay_->seek(*at);
    gate_->setClosed(is);
    replayBar_->setReplay(replay_);
    scope_->startAnew(is ? sessions_->axisColours() : panelContext_.axisColours);
    scope_->view().setNowName(is ? tr("replay") : QString());
    markLiveDocks();
    analysis_->startAnew(is ? telemetry::Source::recording : telemetry::Source::live);
    showReplayJournal();
    for (QAction* action : replayActions_)
        action->setEnabled(is);
    // Space plays; the scope is held with Shift meanwhile.
    scope_->view().scopeActions().front()->setShortcut(is ? QKeySequence(Qt::SHIFT | Qt::Key_Space)
                                                          : QKeySequence(Qt::Key_Space));
    if (!is) selection_.selectAxis(liveSelection_.first, liveSelection_.second);
    if (is && workspace_ == Workspace::sessions) chooseWorkspace(Workspace::bench);
    tick();
    replayLock_.keep(is, *context_.models.access.read());
}

/// A moment that memory has given up is read from a recording of this run, if one holds it.
void MainWindow::tellIfMomentIsGone(const Frame& live) {
    if (!moment_ || replay_ || workspace_ != Workspace::bench) return;
    const auto [from, to] = scope_->view().visibleRange();
    bool isThere = false;
    for (const telemetry::TraceView& view : live.traces->traces) {
        if (view.axis != selection_.axis()) continue;
        const auto first = view.trace->firstFrom(from);
        isThere = isThere || (first && first->time <= to);
    }
    if (!isThere && live.traces->isWaiting()) return;
    moment_.reset();
    if (!isThere) status_->say(tr("Neither memory nor a recording of this run holds that moment"), live.now);
}

/// A journal of its own: the live one goes on from where it was, with the commands of earlier runs.
void MainWindow::showReplayJournal() {
    JournalPanel* const old = std::exchange(replayJournal_, nullptr);
    if (replay_) {
        replayJournal_ = new JournalPanel(shownContext_, {}, context_.utcNow, this);
        replayJournal_->setObjectName(QStringLiteral("replayJournal"));
        replayJournal_->dateBy(shownDating());
        connect(replayJournal_, &JournalPanel::momentChosen, this, &MainWindow::showMoment);
    }
    journalDock_->place()->lend(replayJournal_);
    if (journalDock_->isSeen()) journalDock_->place()->panel();
    if (old) old->deleteLater();
}

void MainWindow::toggleReplay() {
    if (replay_) return showReplay(nullptr, std::nullopt);
    if (auto replay = sessions_->opened()) return showReplay(std::move(replay), std::nullopt);
    chooseWorkspace(Workspace::sessions);
    status_->say(tr("Open a recording first: choose one in the list"), context_.now());
}

void MainWindow::connectReplay() {
    connect(replayBar_, &ReplayBar::backToLive, this, [this] { showReplay(nullptr, std::nullopt); });
    connect(replayBar_, &ReplayBar::loopToggled, this,
            [this] { replayBar_->toggleLoop(scope_->view().visibleRange()); });
    connect(&scope_->view(), &scope::ScopeView::eventActivated, this, [this](CommandId cause, Time at) {
        if (replay_)
            replay_->seek(at);
        else
            showCause(cause);
    });
}

void MainWindow::showCause(CommandId cause) {
    if (cause == CommandId{})
        return status_->say(tr("No command of this run stands behind that event"), context_.now());
    showDock(journalDock_);
    static_cast<JournalPanel&>(journalDock_->place()->panel()).showCommand(cause);
}

void MainWindow::buildReplayMenu() {
    QMenu* menu = addMenu(tr("&Replay"));
    addAction(menu, tr("Replay the open recording, or back to live"), QStringLiteral("actionReplay"),
              Qt::Key_F8, QStringLiteral("play"), [this] { toggleReplay(); });
    menu->addSeparator();
    // Where a button or a text has the focus, the keys are theirs.
    const auto add = [&](const QString& text, const char* name, const QKeySequence& key, const char* icon,
                         std::function<void()> deed) {
        auto* action = new QAction(text, this);
        action->setObjectName(QString::fromLatin1(name));
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setEnabled(false);
        if (icon) theme_.keepIcon(action, QString::fromLatin1(icon));
        connect(action, &QAction::triggered, this, std::move(deed));
        menu->addAction(action);
        for (QWidget* widget : std::initializer_list<QWidget*>{pages_, replayBar_})
            widget->addAction(action);
        replayActions_.push_back(action);
    };
    add(tr("Play or pause"), "actionPlay", Qt::Key_Space, "play", [this] { replayBar_->togglePlaying(); });
    add(tr("Previous event"), "actionPreviousEvent", Qt::Key_Comma, "skip-back",
        [this] { replayBar_->stepEvent(-1); });
    add(tr("Next event"), "actionNextEvent", Qt::Key_Period, "skip-forward",
        [this] { replayBar_->stepEvent(1); });
    add(tr("Slower"), "actionSlower", Qt::Key_BracketLeft, nullptr, [this] { replayBar_->changeSpeed(-1); });
    add(tr("Faster"), "actionFaster", Qt::Key_BracketRight, nullptr, [this] { replayBar_->changeSpeed(1); });
    add(tr("Loop what the scope shows"), "actionLoop", Qt::CTRL | Qt::Key_L, "repeat",
        [this] { replayBar_->toggleLoop(scope_->view().visibleRange()); });
    add(tr("Go to time…"), "actionReplayTime", Qt::Key_G, nullptr, [this] { replayBar_->focusTime(); });
}

} // namespace servolane::ui
