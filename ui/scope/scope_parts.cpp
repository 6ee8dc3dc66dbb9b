// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/scope_parts.h"

#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QVBoxLayout>
#include <utility>

namespace servolane::ui::scope {

namespace {
/// Names of lines carry values: at long spans, where a bin takes longer, they are still renewed so often.
constexpr Duration slowestRedraw = std::chrono::milliseconds{100};
/// The end of a trigger's picture may come so late: a cycle, and its way to the screen.
constexpr Duration lateData = std::chrono::milliseconds{500};
constexpr std::size_t mostMarksTold = 12; ///< of those that lie on each other, by hovering
constexpr std::size_t mostMarksListed = 30;
} // namespace

ScopeView::Parts::Parts(ScopeView& owner)
    : view(owner)
    , trigger(picture)
    , pointer(picture, trigger)
    , chart(&owner) {
    makeActions();
    makeMenuActions();
    tools = new ToolRow(actions, &view);
    readout = new CursorReadout(&view);
    auto* layout = new QVBoxLayout(&view);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(tools);
    layout->addWidget(chart.widget(), 1);
    layout->addWidget(readout);
    chart.widget()->setFocusPolicy(Qt::NoFocus);
    chart.setOverlay([this](QPainter& painter) { paint(painter); });
    chart.setColours(picture.colours());
    chart.surface()->installEventFilter(this);
    chart.surface()->setAcceptDrops(true);
    view.installEventFilter(this);
    connect(tools, &ToolRow::spanChosen, this, [this](Duration span) { setSpan(span); });
    tools->showSpan(picture.window.span());
}

QAction* ScopeView::Parts::addAction(const QString& text, const QString& word, const QKeySequence& key,
                                     const QString& explanation) {
    auto* action = new QAction(text, this);
    action->setIconText(word);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(QStringLiteral("%1 (%2)").arg(explanation, key.toString(QKeySequence::NativeText)));
    view.addAction(action);
    actions.push_back(action);
    return action;
}

void ScopeView::Parts::makeActions() {
    holdAction =
        addAction(tr("Hold the picture"), tr("Hold"), Qt::Key_Space, tr("Freeze the picture; data go on"));
    holdAction->setCheckable(true);
    connect(holdAction, &QAction::toggled, this, [this](bool on) { hold(on); });
    followAction =
        addAction(tr("Follow the newest data"), tr("Now"), Qt::Key_End, tr("Follow the newest data"));
    connect(followAction, &QAction::triggered, this, [this] { follow(); });
    cursorActions = {
        addAction(tr("Place cursor A"), tr("A"), Qt::Key_A, tr("Place cursor A at the pointer")),
        addAction(tr("Place cursor B"), tr("B"), Qt::Key_B, tr("Place cursor B at the pointer"))};
    connect(cursorActions[0], &QAction::triggered, this, [this] { placeCursor(picture.cursors.a, 0.25); });
    connect(cursorActions[1], &QAction::triggered, this, [this] { placeCursor(picture.cursors.b, 0.75); });
    for (QAction* action : cursorActions) {
        // Wherever the focus is beside the traces that are seen; where something is typed, the letter is
        // text.
        action->setShortcutContext(Qt::WindowShortcut);
        action->setEnabled(false);
    }
    connect(addAction(tr("Remove the cursors"), tr("Clear"), Qt::Key_C, tr("Remove the cursors")),
            &QAction::triggered, this, [this] { setCursors({}); });
    connect(addAction(tr("Zoom in"), QStringLiteral("+"), Qt::Key_Plus, tr("Zoom in")), &QAction::triggered,
            this, [this] { zoom(1.0); });
    connect(addAction(tr("Zoom out"), QStringLiteral("−"), Qt::Key_Minus, tr("Zoom out")),
            &QAction::triggered, this, [this] { zoom(-1.0); });
}

void ScopeView::Parts::tick(Values values) {
    if (!view.isVisible()) return;
    const auto set = traces ? traces() : nullptr;
    const auto lane = events ? events() : nullptr;
    if (set && !isHeld() && trigger.look(*set, lane, clock())) touch(true);
    const TimeWindow& window = picture.window;
    const bool following = window.isFollowing();
    const Time live = clock();
    const Time time = following ? live : window.isTriggered() ? std::min(live, window.to()) : window.to();
    picture.setPlot(chart.plot(), view.devicePixelRatioF());
    const std::uint64_t readBack = set ? set->readBack() : 0;
    const bool hasRead = std::exchange(readBack_, readBack) != readBack;
    const bool newTraces = set && set.get() != &picture.traces();
    const bool fills = window.isTriggered() && live < window.to() + lateData;
    const bool isLate = newTraces && !following && picture.lacksSomeOf(*set);
    // A picture that is held while a recording is set back keeps what it shows.
    if (!isHeld()) heldUntil_ = live;
    const Time until = now && !window.isReplay() ? std::max(live, heldUntil_) : Time::max();
    const bool isUncovered = !following && until != picture.until() && picture.isCut();
    const bool dataWanted =
        following || hasRead || isLate || isUncovered || ((window.isReplay() || fills) && newTraces);
    // The same moment in all figures of a frame: the picture may have been drawn a frame before.
    const bool renews = following && set && values == Values::renewed && picture.renewValues(*set, time);
    picture.keepsValues = following && values != Values::withPicture;
    if (!touched_ && !renews) {
        if (!dataWanted) return;
        if (following) {
            auto moved = window;
            moved.setNow(time);
            const auto bin = moved.grid(static_cast<std::size_t>(std::max(1, chart.plot().width()))).first;
            if (!hasRead && bin == drawnBin_ && std::chrono::abs(time - drawnAt_) < slowestRedraw) return;
            drawnBin_ = bin;
        }
    }
    drawnAt_ = time;
    const bool newMarks = picture.events.setLane(lane);
    const bool changed = picture.update(set, time, until);
    if (!changed && !newMarks && !touched_ && !hasRead && !renews) return;
    touched_ = false;
    redraw();
}

/// With the moment that the values beside the panes are of.
QString ScopeView::Parts::heldNote() const {
    if (picture.window.isReplay() || !isHeld()) return {};
    const QString when = timeText ? timeText(picture.window.to()) : QString();
    return when.isEmpty() ? tr("Held") : tr("Held at %1").arg(when);
}

void ScopeView::Parts::redraw() {
    picture.heldNote = heldNote();
    chart.setAxes(picture.axes());
    chart.surface()->update();
    showReading();
    showState();
}

void ScopeView::Parts::showReading() {
    if (picture.cursors.isEmpty() && readout->isHidden()) return;
    if (picture.window.isFollowing() && drawnAt_ - readAt_ < slowestRedraw && drawnAt_ >= readAt_ &&
        !touched_)
        return;
    readAt_ = drawnAt_;
    readout->setReading(readCursors(picture.cursors, picture.window.origin(), picture.choices(),
                                    picture.traces(), picture.until()));
}

void ScopeView::Parts::showState() {
    if (picture.window.isReplay())
        tools->showState(tr("Recording"));
    else
        tools->showState(isHeld() ? tr("Held – data go on") : QString());
}

void ScopeView::Parts::touch(bool refit) {
    if (refit) picture.refit();
    touched_ = true;
    readAt_ = {};
    chart.surface()->update();
}

void ScopeView::Parts::hold(bool held) {
    if (picture.window.isReplay() || held == isHeld()) return;
    if (held)
        picture.window.hold();
    else
        trigger.showAgain(clock());
    holdAction->setChecked(held);
    touch(!held);
    showState();
    Q_EMIT view.heldChanged(held);
}

void ScopeView::Parts::follow() {
    hold(false);
    if (!picture.window.isTriggered()) return;
    picture.window.follow(clock());
    touch(true);
}

void ScopeView::Parts::setSpan(Duration span) {
    const Duration before = picture.window.span();
    picture.window.setSpan(span);
    tools->showSpan(picture.window.span());
    if (picture.window.span() == before) return;
    if (picture.window.isTriggered()) trigger.showAgain(clock());
    touch(true);
    Q_EMIT view.spanChanged(picture.window.span());
}

void ScopeView::Parts::zoom(double turns) {
    const QRect plot = picture.plot();
    keepView();
    if (!pointer.wheel(turns, plot.center())) return;
    tools->showSpan(picture.window.span());
    touch(true);
    Q_EMIT view.spanChanged(picture.window.span());
}

void ScopeView::Parts::placeCursor(std::optional<Time>& cursor, double share) {
    const TimeScale scale = picture.timeScale();
    cursor = pointer.time().value_or(scale.timeAt(scale.left + scale.width * share));
    picture.cursors.activeIsB = &cursor == &picture.cursors.b;
    touch(false);
}

void ScopeView::Parts::setCursors(const CursorPair& cursors) {
    picture.cursors = cursors;
    touch(false);
}

bool ScopeView::Parts::eventFilter(QObject* watched, QEvent* event) {
    if (watched == &view) {
        if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) chart.surface()->update();
        // Of several scopes in a window the one that is seen has these keys.
        if (event->type() == QEvent::Show || event->type() == QEvent::Hide)
            for (QAction* action : cursorActions)
                action->setEnabled(event->type() == QEvent::Show);
        return false;
    }
    switch (event->type()) {
    case QEvent::Resize:
        touch(false);
        return false;
    case QEvent::Leave:
        pointer.leave();
        return false;
    case QEvent::DragEnter:
    case QEvent::DragMove:
    case QEvent::Drop:
        return dragged(*static_cast<QDropEvent*>(event));
    case QEvent::DragLeave:
        dragLeft();
        return true;
    case QEvent::ToolTip:
        return helpAt(*static_cast<QHelpEvent*>(event));
    case QEvent::Wheel:
        return wheelTurned(*static_cast<QWheelEvent*>(event));
    case QEvent::MouseButtonPress:
        return mousePressed(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseMove:
        return mouseMoved(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseButtonRelease:
        return mouseReleased(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseButtonDblClick: {
        const QPoint at = static_cast<QMouseEvent*>(event)->pos();
        const auto pane = pointer.isOverValues(at) ? picture.paneAt(at) : std::nullopt;
        if (!pane) return mousePressed(*static_cast<QMouseEvent*>(event));
        keepView();
        picture.releaseRange(*pane);
        touch(true);
        return true;
    }
    default:
        return false;
    }
}

bool ScopeView::Parts::helpAt(const QHelpEvent& event) {
    if (const auto line = picture.nameAt(event.pos())) {
        const TraceChoice& choice = picture.choices()[*line];
        QToolTip::showText(event.globalPos(), nameText ? nameText(choice) : choice.label, chart.surface());
        return true;
    }
    if (picture.laneLabel().contains(event.pos())) {
        const std::size_t hidden = picture.events.hiddenIn(picture.timeScale());
        const QString what = tr("Press to choose which events are shown");
        QToolTip::showText(
            event.globalPos(),
            hidden == 0 ? what : tr("%1 events on this stretch are not shown").arg(hidden) + '\n' + what,
            chart.surface());
        return true;
    }
    const auto marks = picture.events.marksAt(event.pos(), picture.stripArea(), picture.timeScale());
    if (marks.empty()) {
        QToolTip::hideText();
        return true;
    }
    QString text;
    if (marks.size() == 1) {
        const QString when = durationText(marks.front()->at - picture.window.origin());
        text = picture.events.textOf(*marks.front()) + '\n' + when;
    } else {
        QStringList lines;
        for (std::size_t i = 0; i < std::min(marks.size(), mostMarksTold); ++i)
            lines << lineOf(*marks[i]);
        if (marks.size() > mostMarksTold) lines << tr("and %1 more").arg(marks.size() - mostMarksTold);
        text = lines.join('\n');
    }
    QToolTip::showText(event.globalPos(), text, chart.surface());
    return true;
}

QString ScopeView::Parts::lineOf(const journal::LaneMark& mark) const {
    return durationText(mark.at - picture.window.origin()) + QStringLiteral("   ") +
           picture.events.textOf(mark);
}

/// Marks that lie on each other: which one is meant is asked.
void ScopeView::Parts::listMarks(const EventStrip::MarkRow& marks, QPoint global) {
    auto* menu = new QMenu(&view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("markMenu"));
    for (std::size_t i = 0; i < std::min(marks.size(), mostMarksListed); ++i) {
        QString line = lineOf(*marks[i]);
        line.replace('&', QLatin1String("&&"));
        connect(menu->addAction(line), &QAction::triggered, this,
                [this, cause = marks[i]->cause, when = marks[i]->at] {
                    Q_EMIT view.eventActivated(cause, when);
                });
    }
    if (marks.size() > mostMarksListed)
        menu->addAction(tr("%1 more: zoom in to see them").arg(marks.size() - mostMarksListed))
            ->setEnabled(false);
    menu->popup(global);
}

void ScopeView::Parts::clicked(QPoint at, QPoint global) {
    if (const auto title = picture.titleAt(at)) {
        picture.bringToFront(*title);
        return touch(false);
    }
    if (picture.laneLabel().contains(at)) return laneMenu->popup(global);
    const auto marks = picture.events.marksAt(at, picture.stripArea(), picture.timeScale());
    if (marks.size() > 1) return listMarks(marks, global);
    if (!marks.empty()) Q_EMIT view.eventActivated(marks.front()->cause, marks.front()->at);
}

void ScopeView::Parts::paint(QPainter& painter) {
    picture.paint(painter);
    if (!picture.choices().empty()) trigger.paint(painter);
    paintDrag(painter);
    if (!view.hasFocus()) return;
    painter.setPen(QPen(picture.colours().accent, 2.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(chart.surface()->rect().adjusted(1, 1, -1, -1));
}

} // namespace servolane::ui::scope
