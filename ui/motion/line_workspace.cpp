// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/line_workspace.h"

#include "ui/journal/alarm_list.h"
#include "ui/journal/alarm_strip.h"
#include "ui/motion/axis_table.h"
#include "ui/motion/tile_grid.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>
#include <array>

namespace servolane::ui {

namespace {

constexpr int alarmsWidth = 320;
enum LinePage { emptyLine, axesAsTiles, axesAsRows };
constexpr const char* invitation =
    "Connect a USB adapter or start the simulated bus: each servo found becomes a tile.";

struct Group {
    Tone tone;
    const char* one;
    motion::AxisState state;
    bool doubtful = false; ///< of a stop, whatever the state
};
constexpr std::array<Group, 7> groups{{{Tone::fault, "stop not confirmed", motion::AxisState::stopped, true},
                                       {Tone::fault, "fault", motion::AxisState::fault},
                                       {Tone::fault, "stopped", motion::AxisState::stopped},
                                       {Tone::warn, "no answer", motion::AxisState::silent},
                                       {Tone::info, "moving", motion::AxisState::moving},
                                       {Tone::ok, "ready", motion::AxisState::ready},
                                       {Tone::off, "torque off", motion::AxisState::off}}};

QPushButton* tallButton(const Theme& theme, const QString& text, const QString& icon, const QString& name,
                        QWidget* parent) {
    auto* button = makeButton(text, name, parent);
    button->setProperty("tall", true);
    theme.keepIcon(button, icon);
    return button;
}

} // namespace

LineWorkspace::LineWorkspace(const PanelContext& context, TroubleBook& book, bool offersFind, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , book_(book)
    , banner_(new Banner(context.theme, QStringLiteral("lineBanner"), this))
    , stack_(new QStackedWidget(this))
    , area_(new QScrollArea(stack_))
    , grid_(new TileGrid(context.theme, context.selection, area_))
    , table_(new AxisTable(context.theme, context.selection, stack_))
    , alarms_(new AlarmList(context, book, this))
    , strip_(new AlarmStrip(context.theme, this)) {
    setObjectName(QStringLiteral("lineWorkspace"));
    area_->setWidget(grid_);
    area_->setWidgetResizable(true);
    area_->setFrameShape(QFrame::NoFrame);
    area_->setFocusPolicy(Qt::NoFocus);
    empty_ = makeEmptyState(offersFind);
    stack_->addWidget(empty_);
    stack_->addWidget(area_);
    stack_->addWidget(table_);
    auto* acknowledge =
        banner_->addButton(QStringLiteral("Acknowledge"), QStringLiteral("lineAcknowledge"), "plain");
    acknowledge->setProperty("tall", true);
    banner_->setMinimumHeight(56);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(banner_);
    column->addWidget(makeToolRow());
    auto* row = new QHBoxLayout;
    row->setSpacing(1); // a border of the window's colour
    row->addWidget(stack_, 1);
    row->addWidget(alarms_);
    row->addWidget(strip_);
    alarms_->hide();
    column->addLayout(row, 1);
    alarms_->setFixedWidth(alarmsWidth);
    connect(acknowledge, &QPushButton::clicked, this, [this] { book_.acknowledge(bannerKey_); });
    connect(grid_, &TileGrid::activated, this, &LineWorkspace::axisActivated);
    connect(table_, &AxisTable::axisActivated, this, &LineWorkspace::axisActivated);
    showTable(false);
}

void LineWorkspace::showTable(bool table) {
    isTable_ = table;
    tilesButton_->setChecked(!table);
    tableButton_->setChecked(table);
    if (stack_->currentIndex() != emptyLine) stack_->setCurrentIndex(table ? axesAsRows : axesAsTiles);
}

void LineWorkspace::takeFocus() {
    QWidget* taker = isTable_ ? static_cast<QWidget*>(table_) : grid_;
    taker->setFocus(Qt::OtherFocusReason);
}

QWidget* LineWorkspace::makeToolRow() {
    auto* bar = new QWidget(this);
    bar->setProperty("surface", QStringLiteral("title"));
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(space::large, space::small, space::large, space::small);
    row->setSpacing(space::wide);
    for (std::size_t at = 0; at < groups.size(); ++at) {
        auto* mark = new StateMark(context_.theme, bar);
        mark->setFont(strongFontOf(TextSize::heading));
        mark->setObjectName(QStringLiteral("lineCount%1").arg(at));
        counts_.push_back(mark);
        row->addWidget(mark);
    }
    slow_ = new StateMark(context_.theme, bar);
    slow_->setFont(strongFontOf(TextSize::heading));
    slow_->setObjectName(QStringLiteral("lineSlow"));
    slow_->hide();
    row->addWidget(slow_);
    row->addStretch(1);
    held_ = makeLabel(QStringLiteral("Order held under the pointer"), "muted", bar);
    held_->setObjectName(QStringLiteral("lineHeld"));
    held_->setToolTip(QStringLiteral(
        "Worse ones have come up since: they move to the front once the pointer leaves the tiles"));
    held_->hide();
    row->addWidget(held_);
    tilesButton_ = tallButton(context_.theme, QStringLiteral("Tiles"), QStringLiteral("layout-grid"),
                              QStringLiteral("lineTiles"), bar);
    tableButton_ = tallButton(context_.theme, QStringLiteral("Table"), QStringLiteral("table-2"),
                              QStringLiteral("lineTable"), bar);
    for (QPushButton* button : {tilesButton_, tableButton_}) {
        button->setCheckable(true);
        row->addWidget(button);
    }
    const auto choose = [this](bool table) {
        showTable(table);
        Q_EMIT tableChosen(table);
    };
    connect(tilesButton_, &QPushButton::clicked, this, [choose] { choose(false); });
    connect(tableButton_, &QPushButton::clicked, this, [choose] { choose(true); });
    auto* full = tallButton(context_.theme, QStringLiteral("Full screen"), QStringLiteral("maximize"),
                            QStringLiteral("lineFullScreen"), bar);
    row->addWidget(full);
    row->setSpacing(space::large);
    connect(full, &QPushButton::clicked, this, &LineWorkspace::fullScreenToggled);
    return bar;
}

EmptyState* LineWorkspace::makeEmptyState(bool offersFind) {
    auto* empty = new EmptyState(context_.theme, QStringLiteral("layout-grid"), QStringLiteral("No axis yet"),
                                 QString::fromLatin1(invitation), this);
    if (offersFind) {
        auto* find = empty->addButton(QStringLiteral("Find servos…"), QStringLiteral("radar"),
                                      QStringLiteral("lineFind"), true);
        find->setProperty("tall", true);
        connect(find, &QPushButton::clicked, this, &LineWorkspace::findAsked);
    }
    auto* adapter = empty->addButton(QStringLiteral("Connect adapter…"), QStringLiteral("cable"),
                                     QStringLiteral("lineConnect"), !offersFind);
    auto* simulated = empty->addButton(QStringLiteral("Start simulated bus"), QStringLiteral("flask-conical"),
                                       QStringLiteral("lineSimulate"), false);
    for (QPushButton* button : {adapter, simulated})
        button->setProperty("tall", true);
    connect(adapter, &QPushButton::clicked, this, &LineWorkspace::connectAsked);
    connect(simulated, &QPushButton::clicked, this, &LineWorkspace::simulateAsked);
    return empty;
}

void LineWorkspace::tick(const Frame& frame) {
    if (!frame.figuresDue) return;
    stack_->setCurrentIndex(frame.axes->axes.empty() ? emptyLine : isTable_ ? axesAsRows : axesAsTiles);
    giveRoom(frame.now); // before the tiles: they are laid out once, in the room that they have
    // Only what is seen costs something.
    if (isTable_) {
        table_->show(frame);
    } else {
        grid_->setViewport(area_->viewport()->size());
        grid_->show(frame);
    }
    held_->setVisible(isTable_ ? table_->rows().isOrderHeld() : grid_->isOrderHeld());
    explainEmptiness(frame);
    showSummary(frame);
    showSlowBuses(frame);
    showBanner(frame.isReplay);
    alarms_->tick(frame);
}

/// An empty list of alarms takes no room from tiles. While somebody points at one or moves among them with
/// keys, none moves: the strip tells how many alarms there are until then.
void LineWorkspace::giveRoom(Time now) {
    strip_->show(book_);
    const bool isWanted = !book_.all().empty();
    if (isWanted != alarms_->isHidden()) return;
    if (!isTable_ && stack_->currentIndex() == axesAsTiles && grid_->isHandAtIt(now)) return;
    alarms_->setVisible(isWanted);
    strip_->setVisible(!isWanted);
    layout()->activate(); // the tiles learn their room now
}

void LineWorkspace::explainEmptiness(const Frame& frame) {
    for (const bus::BusView& bus : frame.buses->buses) {
        const QString name = QString::fromStdString(bus.name);
        if (!bus.scan.running)
            return empty_->setText(
                QStringLiteral("%1 is connected: servos appear here as they answer.").arg(name));
        return empty_->setText(QStringLiteral("Looking for servos on %1: %2 %, %3 found")
                                   .arg(name)
                                   .arg(bus.scan.done * 100.0, 0, 'f', 0)
                                   .arg(bus.scan.found.size()));
    }
    empty_->setText(QString::fromLatin1(invitation));
}

void LineWorkspace::showSummary(const Frame& frame) {
    for (std::size_t at = 0; at < groups.size(); ++at) {
        const Group& group = groups[at];
        const auto count =
            std::count_if(frame.axes->axes.begin(), frame.axes->axes.end(), [&](const auto& axis) {
                const bool doubtful = stopPartOf(axis, frame.axes->stop) == StopPart::doubtful;
                return doubtful ? group.doubtful : !group.doubtful && axis.state == group.state;
            });
        counts_[at]->setVisible(count > 0);
        counts_[at]->show({group.tone, QStringLiteral("%1 %2").arg(count).arg(QLatin1String(group.one))});
    }
}

/// Figures of the whole line are older than they look.
void LineWorkspace::showSlowBuses(const Frame& frame) {
    slowBuses_.fold(*frame.buses, frame.now);
    QStringList rates;
    QStringList hints;
    for (const bus::BusView& bus : frame.buses->buses) {
        if (!slowBuses_.isTold(bus.id)) continue;
        rates << QStringLiteral("%1 %2 Hz").arg(QString::fromStdString(bus.name), rateOf(bus));
        hints << slowHintOf(bus);
    }
    slow_->setVisible(!rates.isEmpty());
    if (rates.isEmpty()) return;
    slow_->show({Tone::warn, rates.size() == 1
                                 ? rates.front()
                                 : QStringLiteral("%1 buses below their rate").arg(rates.size())});
    if (const QString tip = hints.join(QLatin1Char('\n')); slow_->toolTip() != tip) slow_->setToolTip(tip);
}

/// Alarms are those of the live buses.
void LineWorkspace::showBanner(bool isReplay) {
    const Trouble* trouble = book_.newestUnseen();
    if (!trouble) return banner_->hide();
    bannerKey_ = trouble->key;
    const QString text = trouble->active ? trouble->remedy : QStringLiteral("It has cleared by itself since");
    banner_->show(trouble->active ? trouble->tone : Tone::off,
                  (isReplay ? QStringLiteral("Live alarm, not in the recording: ") : QString()) +
                      trouble->where + QStringLiteral(": ") + trouble->text,
                  text);
}

void LineWorkspace::resizeEvent(QResizeEvent*) {
    grid_->setViewport(area_->viewport()->size());
}

} // namespace servolane::ui
