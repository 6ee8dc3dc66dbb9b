// SPDX-License-Identifier: GPL-3.0-or-later
// What the scope of an opened recording can do beside showing: save its view, keep layouts, find places.
#include "core/telemetry/read/math_board.h"
#include "ui/binding/value_text.h"
#include "ui/session/session_view.h"
#include "ui/session/trigger_finder.h"
#include "ui/telemetry/range_entry.h"
#include "ui/telemetry/scope_export.h"
#include "ui/telemetry/scope_layouts.h"
#include "ui/theme/tokens.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeWidget>
#include <algorithm>
#include <utility>

namespace servolane::ui {

using telemetry::Channel;

/// What the scope of the bench can do beside showing, and what makes sense of a recording alone.
void SessionView::makeTools() {
    ScopeExport::Source source;
    source.title = [this] { return title_->text(); };
    source.dating = [this] { return datingOf(session_.replay); };
    source.isSimulated = [this] { return session_.summary.simulated; };
    source.nameOf = [this](const scope::TraceChoice& choice) {
        for (const session::SessionAxis& axis : session_.summary.axes)
            if (const FormerRegister* former = formers_.find(choice.axis); former && former->axis == axis.id)
                return nameIn(names_, axis.id).toStdString() + "." + former->name;
            else if (axis.id == choice.axis)
                return nameIn(names_, axis.id).toStdString() + "." + axis.nameOf(choice.channel);
        return choice.label.toStdString();
    };
    source.unitOf = [this](const scope::TraceChoice& choice) { return unitOf(choice); };
    picture_ = new ScopeExport(*scope_, context_.theme, std::move(source));
    layouts_ = new ScopeLayouts(
        context_.theme, [this] { return layout(); }, [this](const ScopeLayout& given) { showLayout(given); },
        scope_);
    scope_->addBelowTools(picture_);
    scope_->addBelowTools(layouts_);
    finder_ = new TriggerFinder(*scope_, context_.theme);
    const auto addMenu = [this](const QString& title, const char* name) {
        auto* button = new QToolButton(this);
        button->setText(title);
        button->setObjectName(QString::fromLatin1(name));
        button->setPopupMode(QToolButton::InstantPopup);
        button->setAutoRaise(true);
        button->setMinimumHeight(benchControlHeight);
        button->setMenu(new QMenu(button));
        tools_->addWidget(button);
        return button->menu();
    };
    picture_->fillMenu(*addMenu(QStringLiteral("Save view"), "sessionSaveView"));
    layouts_->fillMenu(*addMenu(QStringLiteral("Layouts"), "sessionLayouts"));
    connect(scope_, &scope::ScopeView::paneMenuOpened, this, [this](QMenu* menu, int pane) {
        addRangeEntry(*menu, *scope_, pane);
        menu->addSeparator();
        picture_->fillMenu(*menu);
    });
    connect(scope_, &scope::ScopeView::traceDropped, this, &SessionView::check);
}

std::string SessionView::unitOf(const scope::TraceChoice& choice) const {
    if (const FormerRegister* former = formers_.find(choice.axis)) return former->unit;
    for (const session::SessionAxis& axis : session_.summary.axes)
        if (axis.id == choice.axis) return axis.units[indexOf(choice.channel)];
    return unitSpelling(choice.unit);
}

void SessionView::check(AxisId axis, Channel channel) {
    for (QTreeWidgetItemIterator at(channels_); *at; ++at) {
        const auto choice = choiceOf(**at);
        if (choice && choice->axis == axis && choice->channel == channel)
            (*at)->setCheckState(0, Qt::Checked);
    }
}

namespace {

NamedServo servoOf(const session::SessionAxis& axis) {
    return {axis.servo.value, QString::fromStdString(axis.name), QString::fromStdString(axis.busName)};
}

} // namespace

/// A layout is of no axis: the channels of all that are shown.
ScopeLayout SessionView::layout() const {
    ScopeLayout layout{{}, {}, scope_->look(), std::nullopt};
    const AxisId lane = std::exchange(layout.look.lane.axis, AxisId{});
    for (const session::SessionAxis& axis : session_.summary.axes)
        if (axis.id == lane) layout.laneOf = servoOf(axis);
    for (const scope::TraceChoice& choice : scope_->traces())
        if (!telemetry::isMath(choice.axis) && std::find(layout.channels.begin(), layout.channels.end(),
                                                         choice.channel) == layout.channels.end())
            layout.channels.push_back(choice.channel);
    return layout;
}

/// For the axes that are shown, or for the first one. A trigger in it is one of live data.
void SessionView::showLayout(const ScopeLayout& layout) {
    std::vector<AxisId> axes;
    for (const scope::TraceChoice& choice : scope_->traces())
        if (!telemetry::isMath(choice.axis)) axes.push_back(choice.axis);
    if (axes.empty() && !session_.summary.axes.empty()) axes.push_back(session_.summary.axes.front().id);
    {
        const QSignalBlocker quiet(channels_);
        for (QTreeWidgetItemIterator at(channels_); *at; ++at) {
            const auto choice = choiceOf(**at);
            if (!choice || telemetry::isMath(choice->axis)) continue;
            const bool isShown = std::find(axes.begin(), axes.end(), choice->axis) != axes.end() &&
                                 std::find(layout.channels.begin(), layout.channels.end(), choice->channel) !=
                                     layout.channels.end();
            (*at)->setCheckState(0, isShown ? Qt::Checked : Qt::Unchecked);
        }
    }
    chooseTraces();
    const auto [from, to] = scope_->visibleRange();
    scope::ScopeLook look = layout.look;
    std::vector<NamedServo> servos;
    for (const session::SessionAxis& axis : session_.summary.axes)
        servos.push_back(servoOf(axis));
    if (const auto place = layout.laneOf ? placeOf(*layout.laneOf, servos) : std::nullopt)
        look.lane.axis = session_.summary.axes[*place].id;
    scope_->setLook(look);
    scope_->setReplayRange(from, from + std::min(layout.look.span, to - from));
}

void SessionView::offerLayouts(const QString& folder) {
    layouts_->openShelf(folder);
}

} // namespace servolane::ui
