// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/scope_parts.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <utility>

namespace servolane::ui::scope {

namespace {
/// Names of lines carry values: at long spans, where a bin takes longer, they are still renewed so often.
constexpr Duration slowestRedraw = std::chrono::milliseconds{100};
constexpr double wheelStep = 120.0; ///< eighths of a degree of one notch
} // namespace

ScopeView::Parts::Parts(ScopeView& owner)
    : view(owner)
    , pointer(picture)
    , chart(&owner) {
    makeActions();
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
    view.installEventFilter(this);
    connect(tools, &ToolRow::spanChosen, this, [this](Duration span) { setSpan(span); });
    tools->showSpan(picture.window.span());
}

QAction* ScopeView::Parts::addAction(const QString& text, const QKeySequence& key,
                                     const QString& explanation) {
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(QStringLiteral("%1 (%2)").arg(explanation, key.toString(QKeySequence::NativeText)));
    view.addAction(action);
    actions.push_back(action);
    return action;
}

void ScopeView::Parts::makeActions() {
    holdAction = addAction(tr("Hold"), Qt::Key_Space, tr("Freeze the picture; data go on"));
    holdAction->setCheckable(true);
    connect(holdAction, &QAction::toggled, this, [this](bool on) { hold(on); });
    followAction = addAction(tr("Now"), Qt::Key_End, tr("Follow the newest data"));
    connect(followAction, &QAction::triggered, this, [this] { follow(); });
    connect(addAction(tr("A"), Qt::Key_A, tr("Place cursor A at the pointer")), &QAction::triggered, this,
            [this] { placeCursor(picture.cursors.a, 0.25); });
    connect(addAction(tr("B"), Qt::Key_B, tr("Place cursor B at the pointer")), &QAction::triggered, this,
            [this] { placeCursor(picture.cursors.b, 0.75); });
    connect(addAction(tr("Clear"), Qt::Key_Backspace, tr("Remove the cursors")), &QAction::triggered, this,
            [this] { setCursors({}); });
    connect(addAction(QStringLiteral("+"), Qt::Key_Plus, tr("Zoom in")), &QAction::triggered, this,
            [this] { zoom(1.0); });
    connect(addAction(QStringLiteral("−"), Qt::Key_Minus, tr("Zoom out")), &QAction::triggered, this,
            [this] { zoom(-1.0); });
}

void ScopeView::Parts::tick() {
    if (!view.isVisible()) return;
    const bool following = picture.window.isFollowing();
    const auto set = traces ? traces() : nullptr;
    const Time time = now && following ? now() : picture.window.to();
    picture.setPlot(chart.plot(), view.devicePixelRatioF());
    const std::uint64_t readBack = set ? set->readBack() : 0;
    const bool hasRead = std::exchange(readBack_, readBack) != readBack;
    const bool dataWanted =
        following || hasRead || (picture.window.isReplay() && set && set.get() != &picture.traces());
    if (!touched_) {
        if (!dataWanted) return;
        if (following) {
            auto window = picture.window;
            window.setNow(time);
            const auto bin = window.grid(static_cast<std::size_t>(std::max(1, chart.plot().width()))).first;
            if (!hasRead && bin == drawnBin_ && std::chrono::abs(time - drawnAt_) < slowestRedraw) return;
            drawnBin_ = bin;
        }
    }
    drawnAt_ = time;
    const bool newMarks = picture.events.setLane(events ? events() : nullptr);
    const bool changed = picture.update(set, time);
    if (!changed && !newMarks && !touched_ && !hasRead) return;
    touched_ = false;
    redraw();
}

void ScopeView::Parts::redraw() {
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
    readout->setReading(
        readCursors(picture.cursors, picture.window.origin(), picture.choices(), picture.traces()));
}

void ScopeView::Parts::showState() {
    if (picture.window.isReplay())
        tools->showState(tr("Recording"));
    else
        tools->showState(picture.window.isFollowing() ? QString() : tr("Held – data go on"));
}

void ScopeView::Parts::touch(bool refit) {
    if (refit) picture.refit();
    touched_ = true;
    readAt_ = {};
    chart.surface()->update();
}

void ScopeView::Parts::hold(bool held) {
    if (picture.window.isReplay() || held == !picture.window.isFollowing()) return;
    if (held)
        picture.window.hold();
    else
        picture.window.follow(now ? now() : picture.window.to());
    holdAction->setChecked(held);
    touch(!held);
    showState();
    Q_EMIT view.heldChanged(held);
}

void ScopeView::Parts::follow() {
    hold(false);
}

void ScopeView::Parts::setSpan(Duration span) {
    const Duration before = picture.window.span();
    picture.window.setSpan(span);
    tools->showSpan(picture.window.span());
    if (picture.window.span() == before) return;
    touch(true);
    Q_EMIT view.spanChanged(picture.window.span());
}

void ScopeView::Parts::zoom(double turns) {
    const QRect plot = picture.plot();
    if (!pointer.wheel(turns, plot.center())) return;
    tools->showSpan(picture.window.span());
    touch(true);
    Q_EMIT view.spanChanged(picture.window.span());
}

void ScopeView::Parts::placeCursor(std::optional<Time>& cursor, double share) {
    const TimeScale scale = picture.timeScale();
    cursor = pointer.time().value_or(scale.timeAt(scale.left + scale.width * share));
    touch(false);
}

void ScopeView::Parts::setCursors(const CursorPair& cursors) {
    picture.cursors = cursors;
    touch(false);
}

bool ScopeView::Parts::eventFilter(QObject* watched, QEvent* event) {
    if (watched == &view) {
        if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) chart.surface()->update();
        return false;
    }
    switch (event->type()) {
    case QEvent::Resize:
        touch(false);
        return false;
    case QEvent::Leave:
        pointer.leave();
        return false;
    case QEvent::ToolTip:
        return helpAt(*static_cast<QHelpEvent*>(event));
    case QEvent::Wheel: {
        const auto* wheel = static_cast<QWheelEvent*>(event);
        if (!pointer.wheel(wheel->angleDelta().y() / wheelStep, wheel->position().toPoint())) return true;
        tools->showSpan(picture.window.span());
        touch(true);
        Q_EMIT view.spanChanged(picture.window.span());
        return true;
    }
    case QEvent::MouseButtonPress:
        view.setFocus(Qt::MouseFocusReason);
        if (static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton)
            pointer.press(static_cast<QMouseEvent*>(event)->pos());
        return true;
    case QEvent::MouseMove: {
        const QPoint at = static_cast<QMouseEvent*>(event)->pos();
        chart.surface()->setCursor(pointer.isOverCursor(at) ? Qt::SplitHCursor : Qt::ArrowCursor);
        if (pointer.moveTo(at)) touch(false);
        return true;
    }
    case QEvent::MouseButtonRelease:
        if (pointer.release(static_cast<QMouseEvent*>(event)->pos()))
            clicked(static_cast<QMouseEvent*>(event)->pos());
        return true;
    default:
        return false;
    }
}

bool ScopeView::Parts::helpAt(const QHelpEvent& event) {
    const auto* mark = picture.events.markAt(event.pos(), picture.stripArea(), picture.timeScale());
    if (!mark) {
        QToolTip::hideText();
        return true;
    }
    const QString when = durationText(mark->at - picture.window.origin());
    QToolTip::showText(event.globalPos(), picture.events.textOf(*mark) + '\n' + when, chart.surface());
    return true;
}

void ScopeView::Parts::clicked(QPoint at) {
    const auto* mark = picture.events.markAt(at, picture.stripArea(), picture.timeScale());
    if (mark) Q_EMIT view.eventActivated(mark->cause, mark->at);
}

void ScopeView::Parts::paint(QPainter& painter) {
    picture.paint(painter);
    if (!view.hasFocus()) return;
    painter.setPen(QPen(picture.colours().accent, 2.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(chart.surface()->rect().adjusted(1, 1, -1, -1));
}

} // namespace servolane::ui::scope
