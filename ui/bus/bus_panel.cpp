// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/bus_panel.h"

#include "ui/binding/replay_lock.h"
#include "ui/binding/selection.h"
#include "ui/binding/value_text.h"
#include "ui/bus/bus_tree.h"
#include "ui/bus/connect_panel.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/job_strip.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

namespace {
/// Nothing: the form for connecting is open, so nobody needs to be invited to open it.
enum Page { invitation, tree, recordedNone };
} // namespace

BusPanel::BusPanel(const PanelContext& context, BusPanelSetup setup, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , setup_(std::move(setup))
    , stack_(new QStackedWidget(this))
    , tree_(new BusTree(context, stack_))
    , top_(new QVBoxLayout)
    , scan_(new JobStrip(QStringLiteral("scan"), this))
    , note_(new CommandNote(context.theme, QStringLiteral("busNote"), this)) {
    setObjectName(QStringLiteral("busPanel"));
    setMinimumWidth(232);
    auto* empty = new EmptyState(context.theme, QStringLiteral("cable"), QStringLiteral("No bus yet"),
                                 QStringLiteral("Connect a USB adapter or start the simulated bus."), stack_);
    empty->setObjectName(QStringLiteral("noBus"));
    if (setup_.offersFind) {
        empty->setText(
            QStringLiteral("Plug in a USB adapter and find its servos, or start the simulated bus."));
        auto* find = empty->addButton(QStringLiteral("Find servos…"), QStringLiteral("radar"),
                                      QStringLiteral("emptyFind"), true);
        connect(find, &QPushButton::clicked, this, &BusPanel::findAsked);
    }
    auto* adapter = empty->addButton(QStringLiteral("Connect adapter…"), QStringLiteral("cable"),
                                     QStringLiteral("emptyConnect"), !setup_.offersFind);
    auto* simulated = empty->addButton(QStringLiteral("Start simulated bus"), QStringLiteral("flask-conical"),
                                       QStringLiteral("emptySimulate"), false);
    markAsCommand(adapter, "ConnectBus");
    markAsCommand(simulated, "ConnectBus");
    stack_->addWidget(empty);
    stack_->addWidget(tree_);
    // A recording begins before its first bus, and no adapter helps there.
    auto* recorded = new EmptyState(context.theme, QStringLiteral("cable"), QStringLiteral("No bus here"),
                                    QStringLiteral("No bus was connected at this moment of the recording: "
                                                   "play it, or go to a later one."),
                                    stack_);
    recorded->setObjectName(QStringLiteral("noBusRecorded"));
    stack_->addWidget(recorded);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    top_->setContentsMargins(space::small, space::tiny, space::small, space::tiny);
    top_->setSpacing(0);
    top_->addStretch(0); // what is left while the pages below are hidden
    column->addLayout(top_);
    column->addWidget(stack_, 1);
    // Beneath the rows, which stay under the pointer when a note comes and goes.
    auto* below = new QVBoxLayout;
    below->setContentsMargins(space::small, 0, space::small, 0);
    below->setSpacing(0);
    below->addWidget(scan_);
    below->addWidget(note_);
    column->addLayout(below);
    connect(adapter, &QPushButton::clicked, this, &BusPanel::openConnect);
    connect(simulated, &QPushButton::clicked, this, &BusPanel::startSimulated);
    connect(scan_, &JobStrip::cancelled, this, [this] {
        if (scanning_) note_->follow(context_.send(bus::CancelScan{*scanning_}));
    });
}

void BusPanel::openConnect() {
    if (!connect_) {
        // In a low window the form scrolls; squeezed, its rows would lie over each other.
        form_ = new QScrollArea(this);
        form_->setWidgetResizable(true);
        form_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        form_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
        connect_ = new ConnectPanel(context_, setup_.ports, setup_.families, form_);
        form_->setWidget(connect_);
        connect(connect_, &ConnectPanel::closed, form_, &QWidget::hide);
        top_->insertWidget(0, form_);
    }
    form_->show();
    connect_->open();
    arrange();
}

void BusPanel::startSimulated() {
    bus::LinkSettings link;
    link.alias = "simulated";
    link.family = setup_.simulatedFamily;
    link.line.path = setup_.simulatedPath;
    link.line.baud = setup_.simulatedBaud;
    note_->follow(context_.send(bus::ConnectBus{link}));
}

void BusPanel::scan() {
    const BusId bus = chosenBus();
    if (bus == BusId{}) return note_->say(Tone::warn, QStringLiteral("Connect a bus first"));
    note_->follow(context_.send(bus::ScanBus{bus, {}}));
}

void BusPanel::scanEveryRate() {
    const BusId bus = chosenBus();
    if (bus == BusId{}) return note_->say(Tone::warn, QStringLiteral("Connect a bus first"));
    for (const FamilyChoice& family : setup_.families)
        if (family.name == familyOfBus_) note_->follow(context_.send(bus::ScanBus{bus, family.bauds}));
}

BusId BusPanel::chosenBus() const {
    return context_.selection.bus() == BusId{} ? first_ : context_.selection.bus();
}

void BusPanel::disconnectBus() {
    const BusId bus = chosenBus();
    if (bus == BusId{}) return note_->say(Tone::warn, QStringLiteral("No bus is connected"));
    leave(bus);
}

void BusPanel::leave(BusId bus) {
    if (mayLeave_ && !mayLeave_(bus)) return;
    note_->follow(context_.send(bus::DisconnectBus{bus}));
}

void BusPanel::tick(const Frame& frame) {
    none_ = frame.buses->buses.empty();
    isReplay_ = frame.isReplay;
    first_ = none_ ? BusId{} : frame.buses->buses.front().id;
    const bus::BusView* chosen = frame.buses->find(chosenBus());
    familyOfBus_ = chosen ? chosen->link.family : std::string();
    arrange();
    tree_->tick(frame);
    if (connect_) connect_->tick(frame);
    note_->tick(frame);
    tickScan(frame);
}

void BusPanel::arrange() {
    stack_->setCurrentIndex(!none_ ? tree : isReplay_ ? recordedNone : invitation);
    // They need room that the form would lack.
    stack_->setVisible(!form_ || form_->isHidden());
}

void BusPanel::tickScan(const Frame& frame) {
    scanning_.reset();
    for (const bus::BusView& bus : frame.buses->buses) {
        if (!bus.scan.running) continue;
        scanning_ = bus.id;
        const QString text = QStringLiteral("%1 · %2 found")
                                 .arg(bus.scan.baud ? baudText(bus.scan.baud) : QStringLiteral("Scanning"))
                                 .arg(bus.scan.found.size());
        scan_->showProgress(text, bus.scan.done, bus.scan.left);
    }
    scan_->setVisible(scanning_.has_value());
}

} // namespace servolane::ui
