// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/connect_panel.h"

#include "ui/binding/number_entry.h"
#include "ui/binding/replay_lock.h"
#include "ui/binding/value_text.h"
#include "ui/bus/line_options.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/text.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

namespace {

constexpr std::uint32_t lowestBaud = 1200;
constexpr std::uint32_t highestBaud = 4'500'000;

/// The label above its box: names of ports are longer than the dock is wide.
QComboBox* addChoice(QVBoxLayout* form, const QString& label, const QString& name, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    auto* above = makeLabel(label, "muted", parent);
    above->setBuddy(box);
    form->addWidget(above);
    form->addWidget(box);
    return box;
}

/// An entry of the list (0: the rate is to be found), or a plain number that was typed.
std::optional<std::uint32_t> baudFrom(const QComboBox* box) {
    const int listed = box->findText(box->currentText());
    if (listed >= 0 && box->itemData(listed).toUInt() == 0) return 0;
    const auto typed =
        listed >= 0 ? std::optional(box->itemData(listed).toDouble()) : numberFrom(box->currentText());
    if (!typed || *typed < lowestBaud || *typed > highestBaud) return std::nullopt;
    return static_cast<std::uint32_t>(*typed);
}

/// The entry of the list with this number, or the number as one would type it.
void choose(QComboBox* box, double number) {
    const int listed = box->findData(number);
    if (listed >= 0)
        box->setCurrentIndex(listed);
    else
        box->setCurrentText(QString::number(number, 'f', 0));
}

} // namespace

void offerPollRates(QComboBox* box) {
    for (const int rate : {50, 100, 200, 500, 1000})
        box->addItem(QStringLiteral("%1 Hz").arg(rate), rate);
    box->addItem(QStringLiteral("As fast as the wire allows"), 0);
    box->setCurrentIndex(2);
}

std::optional<double> pollRateFrom(const QComboBox* box) {
    if (const int listed = box->findText(box->currentText()); listed >= 0)
        return box->itemData(listed).toDouble();
    const auto typed = numberFrom(box->currentText());
    return typed && *typed >= 0.0 ? typed : std::nullopt;
}

ConnectPanel::ConnectPanel(const PanelContext& context, PortSource ports, std::vector<FamilyChoice> families,
                           QWidget* parent)
    : Panel(parent)
    , context_(context)
    , ports_(std::move(ports))
    , families_(std::move(families))
    , lacks_(makeLabel({}, "faint", this))
    , options_(new LineOptions(this))
    , more_(new QToolButton(this))
    , advice_(makeLabel({}, "warn", this))
    , connect_(makeButton(QStringLiteral("Connect"), QStringLiteral("connectBus"), this))
    , note_(new CommandNote(context.theme, QStringLiteral("connectNote"), this)) {
    setObjectName(QStringLiteral("connectPanel"));
    setProperty("surface", QStringLiteral("raised"));
    setAttribute(Qt::WA_StyledBackground);
    // A column and no QFormLayout: that one gives wrapped rows less height than they need.
    auto* form = new QVBoxLayout(this);
    form->setContentsMargins(space::small, space::small, space::small, space::small);
    form->setSpacing(space::tiny);
    port_ = addChoice(form, QStringLiteral("Port"), QStringLiteral("portChoice"), this);
    family_ = addChoice(form, QStringLiteral("Protocol"), QStringLiteral("familyChoice"), this);
    lacks_->setWordWrap(true);
    lacks_->setObjectName(QStringLiteral("familyLacks"));
    form->addWidget(lacks_);
    baud_ = addChoice(form, QStringLiteral("Rate"), QStringLiteral("baudChoice"), this);
    rate_ = addChoice(form, QStringLiteral("Poll"), QStringLiteral("pollChoice"), this);
    baud_->setEditable(true);
    rate_->setEditable(true);
    offerPollRates(rate_);
    more_->setObjectName(QStringLiteral("lineMore"));
    more_->setText(QStringLiteral("Line options"));
    more_->setCheckable(true);
    more_->setArrowType(Qt::RightArrow);
    more_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    form->addWidget(more_, 0, Qt::AlignLeft);
    form->addWidget(options_);
    options_->hide();
    connect(more_, &QToolButton::toggled, this, [this](bool open) {
        options_->setVisible(open);
        more_->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    });
    advice_->setWordWrap(true);
    advice_->setObjectName(QStringLiteral("portAdvice"));
    form->addWidget(advice_);
    auto* cancel = makeButton(QStringLiteral("Cancel"), QStringLiteral("connectCancel"), this);
    connect_->setProperty("role", QStringLiteral("primary"));
    markAsCommand(connect_, "ConnectBus");
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(connect_);
    form->addLayout(buttons);
    form->addWidget(note_);
    for (const FamilyChoice& family : families_)
        family_->addItem(family.title);
    showFamily();
    connect(family_, &QComboBox::currentIndexChanged, this, &ConnectPanel::showFamily);
    connect(port_, &QComboBox::currentIndexChanged, this, &ConnectPanel::explainPort);
    connect(connect_, &QPushButton::clicked, this, &ConnectPanel::connectBus);
    connect(cancel, &QPushButton::clicked, this, &ConnectPanel::closed);
    connect(note_, &CommandNote::finished, this, [this](bool good) {
        if (good) Q_EMIT closed();
    });
}

void ConnectPanel::open() {
    listPorts();
    note_->dismiss();
    show();
    port_->setFocus(Qt::OtherFocusReason);
}

void ConnectPanel::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return Q_EMIT closed();
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return connect_->click();
    Panel::keyPressEvent(event);
}

void ConnectPanel::listPorts() {
    choices_ = ports_ ? ports_() : std::vector<PortChoice>();
    port_->clear();
    for (const PortChoice& choice : choices_) {
        port_->addItem(choice.title);
        port_->setItemData(port_->count() - 1, QString::fromStdString(choice.path), Qt::ToolTipRole);
    }
    explainPort();
}

void ConnectPanel::showFamily() {
    listBauds();
    const int index = family_->currentIndex();
    const QString lacks = index < 0 ? QString() : families_[static_cast<std::size_t>(index)].lacks;
    showText(lacks_, lacks);
    lacks_->setVisible(!lacks.isEmpty());
}

void ConnectPanel::listBauds() {
    baud_->clear();
    const int index = family_->currentIndex();
    if (index < 0) return;
    for (const std::uint32_t baud : families_[static_cast<std::size_t>(index)].bauds)
        baud_->addItem(baudText(baud), baud);
    baud_->insertItem(0, QStringLiteral("Find it: try the likely ones"), 0);
    baud_->setCurrentIndex(1);
}

void ConnectPanel::explainPort() {
    const int index = port_->currentIndex();
    const bool chosen = index >= 0 && index < static_cast<int>(choices_.size());
    QString advice = QStringLiteral("No port found: plug in a USB adapter, or start the simulated bus");
    if (chosen) advice = choices_[static_cast<std::size_t>(index)].advice;
    showText(advice_, advice);
    advice_->setVisible(!advice.isEmpty());
    connect_->setEnabled(chosen && choices_[static_cast<std::size_t>(index)].openable);
    showLast();
}

void ConnectPanel::showLast() {
    const int index = port_->currentIndex();
    if (index < 0 || index >= static_cast<int>(choices_.size())) return;
    const auto& last = choices_[static_cast<std::size_t>(index)].last;
    options_->show(last ? last->line : bus::LineSettings{});
    more_->setChecked(options_->isUnusual());
    if (!last) return;
    for (std::size_t family = 0; family < families_.size(); ++family)
        if (families_[family].name == last->family) family_->setCurrentIndex(static_cast<int>(family));
    choose(baud_, last->line.baud);
    choose(rate_, last->pollRate);
}

void ConnectPanel::connectBus() {
    const auto baud = baudFrom(baud_);
    const auto rate = pollRateFrom(rate_);
    if (!baud)
        return note_->say(Tone::warn, QStringLiteral("The rate is a number from 1200 to 4500000 bit/s"));
    if (!rate) return note_->say(Tone::warn, QStringLiteral("The poll rate is a number in Hz"));
    const PortChoice& port = choices_[static_cast<std::size_t>(port_->currentIndex())];
    bus::LinkSettings link = port.last.value_or(bus::LinkSettings{});
    options_->writeTo(link.line);
    link.line.path = port.path;
    link.line.baud = *baud;
    link.pollRate = *rate;
    if (family_->currentIndex() >= 0)
        link.family = families_[static_cast<std::size_t>(family_->currentIndex())].name;
    note_->follow(context_.send(bus::ConnectBus{link}));
}

void ConnectPanel::tick(const Frame& frame) {
    note_->tick(frame);
    connect_->setText(note_->isPending() ? QStringLiteral("Connecting …") : QStringLiteral("Connect"));
}

} // namespace servolane::ui
