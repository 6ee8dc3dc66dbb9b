// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/raw_packet_panel.h"

#include "ui/binding/hex_text.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/replay_lock.h"
#include "ui/bus/packet_composer.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"

#include <QtCore/QTime>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace servolane::ui {

namespace {

constexpr Duration armingSpan = std::chrono::seconds{60};
constexpr std::size_t mostExchanges = 200;
constexpr double usualWait = 10.0; // ms
constexpr int controlsWidth = 468;
enum Column { when, sent, received, meaning };

/// "answer of 1, no error: 24 04 2D"
QString readingText(const bus::PacketReading& reading) {
    if (!reading.whole) return QStringLiteral("%1 bytes of no packet").arg(reading.bytes);
    QString text = reading.isAnswer ? QStringLiteral("answer of %1").arg(reading.id)
                                    : QStringLiteral("request to %1, instruction %2")
                                          .arg(reading.id)
                                          .arg(hexText(Bytes{reading.instruction}));
    if (reading.isAnswer && reading.error == 0) text += QStringLiteral(", no error");
    if (reading.isAnswer && reading.error != 0)
        text += QStringLiteral(", error %1 (%2)")
                    .arg(reading.error)
                    .arg(QString::fromLatin1(reading.errorWord.data(), qsizetype(reading.errorWord.size())));
    if (reading.alert) text += QStringLiteral(", hardware error latched");
    if (!reading.parameters.empty()) text += QStringLiteral(": ") + hexText(reading.parameters);
    return text;
}

} // namespace

RawPacketPanel::RawPacketPanel(const PanelContext& context, Forms forms, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , forms_(std::move(forms)) {
    setObjectName(QStringLiteral("rawPacketPanel"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    QWidget* controls = buildControls();
    controls->setFixedWidth(controlsWidth);
    buildHistory();
    row->addWidget(controls);
    row->addWidget(history_, 1);
}

QWidget* RawPacketPanel::buildControls() {
    auto* body = new QWidget(this);
    bus_ = new QComboBox(body);
    bus_->setObjectName(QStringLiteral("packetBus"));
    bus_->setAccessibleName(QStringLiteral("Bus"));
    bus_->setMinimumWidth(120);
    armed_ = new StateMark(context_.theme, body);
    armed_->setObjectName(QStringLiteral("packetArmed"));
    arm_ = makeButton(QStringLiteral("Arm for 60 s"), QStringLiteral("armPackets"), body);
    composer_ = new PacketComposer(body);
    wait_ = new NumberField("ms", QStringLiteral("packetWait"), body);
    wait_->setUnitInside();
    wait_->setDecimals(0);
    wait_->showCurrent(usualWait);
    wait_->setToolTip(QStringLiteral("How long to listen for the first byte of an answer"));
    wait_->setAccessibleName(QStringLiteral("Wait for an answer, milliseconds"));
    send_ = makeButton(QStringLiteral("Send"), QStringLiteral("sendPacket"), body);
    send_->setProperty("role", QStringLiteral("primary"));
    reason_ = makeLabel({}, "small", body);
    reason_->setObjectName(QStringLiteral("packetReason"));
    reason_->setWordWrap(true);
    note_ = new CommandNote(context_.theme, QStringLiteral("packetNote"), body);

    auto* head = new QHBoxLayout;
    head->setSpacing(space::small);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{makeLabel(QStringLiteral("Bus"), "muted", body), bus_, arm_, armed_})
        head->addWidget(widget);
    head->addStretch(1);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(space::small);
    foot->addWidget(send_);
    foot->addWidget(makeLabel(QStringLiteral("Wait"), "muted", body));
    foot->addWidget(wait_);
    foot->addWidget(reason_, 1);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(space::medium, space::small, space::medium, space::small);
    column->setSpacing(space::tiny);
    column->addLayout(head);
    column->addWidget(composer_);
    column->addLayout(foot);
    column->addWidget(note_);
    column->addStretch(1);
    markAsCommand(arm_);
    markAsCommand(send_);
    connect(arm_, &QPushButton::clicked, this, &RawPacketPanel::toggleArming);
    connect(send_, &QPushButton::clicked, this, &RawPacketPanel::send);
    connect(composer_, &PacketComposer::submitted, this, &RawPacketPanel::send);
    connect(bus_, &QComboBox::activated, this, [this] { composer_->setForm(formOf(chosenBus())); });
    return body;
}

void RawPacketPanel::buildHistory() {
    history_ = makeTable(QStringLiteral("packetHistory"),
                         {QStringLiteral("Time"), QStringLiteral("Sent"), QStringLiteral("Came back"),
                          QStringLiteral("Meaning")},
                         meaning + 1, this);
    history_->setToolTip(QStringLiteral("Return or a double click puts the packet back into the fields"));
    const int widths[] = {72, 240, 240};
    for (int at = when; at < meaning; ++at)
        history_->setColumnWidth(at, widths[at]);
    connect(history_, &QTableWidget::cellActivated, this, [this](int row) { loadRow(row); });
}

const bus::PacketForm* RawPacketPanel::formOf(BusId bus) const {
    const bus::BusView* view = frame_.buses ? frame_.buses->find(bus) : nullptr;
    const auto found = std::find_if(forms_.begin(), forms_.end(), [&](const auto* form) {
        return view && form->family == view->link.family;
    });
    return found == forms_.end() ? nullptr : *found;
}

BusId RawPacketPanel::chosenBus() const {
    const int index = bus_->currentIndex();
    return index >= 0 && index < static_cast<int>(buses_.size()) ? buses_[static_cast<std::size_t>(index)]
                                                                 : BusId{};
}

void RawPacketPanel::tick(const Frame& frame) {
    frame_ = frame;
    note_->tick(frame);
    takeAnswers(frame);
    if (historyChanged_) showHistory();
    if (!frame.figuresDue) return;
    listBuses(frame);
    showArming(frame);
}

void RawPacketPanel::listBuses(const Frame& frame) {
    std::vector<BusId> buses;
    for (const bus::BusView& bus : frame.buses->buses)
        buses.push_back(bus.id);
    if (buses != buses_) {
        const BusId before = chosenBus();
        buses_ = std::move(buses);
        bus_->clear();
        for (const BusId id : buses_)
            bus_->addItem(QString::fromStdString(frame.buses->find(id)->name));
        const auto same = std::find(buses_.begin(), buses_.end(), before);
        if (same != buses_.end()) bus_->setCurrentIndex(static_cast<int>(same - buses_.begin()));
    }
    composer_->setForm(formOf(chosenBus()));
}

QString RawPacketPanel::reasonAgainst(const Frame& frame) const {
    if (frame.isReplay) return QStringLiteral("A recording is shown");
    if (!frame.access->allows(api::Asker::window, "SendRawPacket"))
        return QStringLiteral("Raw packets need the role of an engineer");
    if (frame.axes->stop.latched) return QStringLiteral("No raw packet goes out while stop is latched");
    if (chosenBus() == BusId{}) return QStringLiteral("Connect a bus first");
    if (!isArmed_) return QStringLiteral("Arm first: nothing looks at what these bytes do");
    return composer_->problem();
}

void RawPacketPanel::showArming(const Frame& frame) {
    const auto until = frame.access->armedUntil.find(api::Asker::window);
    isArmed_ = until != frame.access->armedUntil.end() && until->second > frame.now;
    const int left = isArmed_ ? static_cast<int>(std::ceil(seconds(until->second - frame.now))) : 0;
    armed_->show(isArmed_ ? StateLook{Tone::warn, QStringLiteral("Armed, %1 s left").arg(left)}
                          : StateLook{Tone::off, QStringLiteral("Not armed")});
    const bool mayArm = frame.access->allows(api::Asker::window, "Arm") && !frame.isReplay;
    arm_->setEnabled(mayArm && (isArmed_ || !frame.axes->stop.latched));
    showText(arm_, isArmed_ ? QStringLiteral("Disarm") : QStringLiteral("Arm for 60 s"));
    const QString reason = reasonAgainst(frame);
    send_->setEnabled(reason.isEmpty());
    showText(reason_, reason);
}

void RawPacketPanel::toggleArming() {
    note_->follow(isArmed_ ? context_.send(access::Disarm{}) : context_.send(access::Arm{armingSpan}));
}

void RawPacketPanel::send() {
    if (!send_->isEnabled()) return;
    const Bytes packet = composer_->packet();
    if (packet.empty()) return note_->say(Tone::warn, composer_->problem());
    const auto wait = wait_->value();
    if (!wait || *wait < 0.0) return note_->say(Tone::warn, QStringLiteral("The wait is a number of ms"));
    Exchange exchange;
    exchange.bus = chosenBus();
    exchange.sent = packet;
    exchange.time = QTime::currentTime().toString(QStringLiteral("HH:mm:ss"));
    exchange.command = context_.send(bus::SendRawPacket{exchange.bus, packet, fromSeconds(*wait * 1e-3)});
    note_->follow(exchange.command);
    exchanges_.push_front(std::move(exchange));
    if (exchanges_.size() > mostExchanges) exchanges_.pop_back();
    historyChanged_ = true;
}

/// Also of packets that somebody else sent over these buses.
void RawPacketPanel::takeAnswers(const Frame& frame) {
    for (const bus::BusView& bus : frame.buses->buses) {
        if (!bus.lastRaw) continue;
        auto known = std::find_if(exchanges_.begin(), exchanges_.end(), [&](const Exchange& exchange) {
            return exchange.command == bus.lastRaw->command;
        });
        if (known == exchanges_.end()) {
            exchanges_.push_front({bus.lastRaw->command,
                                   bus.id,
                                   bus.lastRaw->sent,
                                   {},
                                   QTime::currentTime().toString(QStringLiteral("HH:mm:ss")),
                                   {},
                                   true});
            known = exchanges_.begin();
        }
        if (known->received) continue;
        known->received = bus.lastRaw->received;
        known->open = false;
        historyChanged_ = true;
    }
    for (Exchange& exchange : exchanges_) {
        if (!exchange.open) continue;
        const auto* entry = findCommand(*frame.commands, exchange.command);
        const bool refused = entry && (entry->state == journal::CommandState::rejected ||
                                       entry->state == journal::CommandState::failed ||
                                       entry->state == journal::CommandState::timedOut);
        if (!refused) continue;
        exchange.open = false;
        exchange.outcome = outcomeText(*entry, *frame.axes, *frame.buses);
        historyChanged_ = true;
    }
}

QString RawPacketPanel::meaningOf(const Exchange& exchange) const {
    if (!exchange.outcome.isEmpty()) return exchange.outcome;
    if (!exchange.received) return QStringLiteral("…");
    if (exchange.received->empty()) return QStringLiteral("no answer");
    const bus::PacketForm* form = formOf(exchange.bus);
    if (!form) return {};
    QStringList parts;
    for (const bus::PacketReading& reading : form->read(*exchange.received))
        parts << readingText(reading);
    return parts.join(QStringLiteral("; "));
}

void RawPacketPanel::showHistory() {
    historyChanged_ = false;
    history_->setRowCount(static_cast<int>(exchanges_.size()));
    int row = 0;
    for (const Exchange& exchange : exchanges_) {
        const QString back = !exchange.received           ? QString()
                             : exchange.received->empty() ? QStringLiteral("nothing")
                                                          : hexText(*exchange.received);
        showCell(history_, row, when, exchange.time);
        showCell(history_, row, sent, hexText(exchange.sent));
        showCell(history_, row, received, back);
        showCell(history_, row, meaning, meaningOf(exchange));
        for (int column = sent; column <= meaning; ++column)
            history_->item(row, column)->setToolTip(history_->item(row, column)->text());
        ++row;
    }
}

void RawPacketPanel::loadRow(int row) {
    if (row < 0 || row >= static_cast<int>(exchanges_.size())) return;
    const Exchange& exchange = exchanges_[static_cast<std::size_t>(row)];
    const bus::PacketForm* form = formOf(exchange.bus);
    const auto readings = form ? form->read(exchange.sent) : std::vector<bus::PacketReading>{};
    if (readings.size() != 1 || !readings.front().whole || readings.front().isAnswer)
        return note_->say(Tone::warn, QStringLiteral("These bytes are not one whole packet of this family"));
    const auto place = std::find(buses_.begin(), buses_.end(), exchange.bus);
    if (place != buses_.end()) bus_->setCurrentIndex(static_cast<int>(place - buses_.begin()));
    composer_->setForm(form);
    composer_->load({readings.front().id, readings.front().instruction, readings.front().parameters});
}

} // namespace servolane::ui
