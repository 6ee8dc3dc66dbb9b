// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/packet_composer.h"

#include "ui/binding/hex_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

namespace servolane::ui {

namespace {

constexpr int narrow = 56;

QLineEdit* makeLine(const char* name, const QString& spoken, QWidget* parent) {
    auto* line = new QLineEdit(parent);
    line->setObjectName(QString::fromLatin1(name));
    line->setAccessibleName(spoken);
    return line;
}

} // namespace

PacketComposer::PacketComposer(QWidget* parent)
    : QWidget(parent)
    , id_(makeLine("packetId", QStringLiteral("Id of the servo"), this))
    , instruction_(new QComboBox(this))
    , code_(makeLine("packetCode", QStringLiteral("Instruction code, hexadecimal"), this))
    , parameters_(makeLine("packetParameters", QStringLiteral("Parameters, hexadecimal"), this))
    , hint_(makeLabel({}, "small", this))
    , preview_(makeLabel({}, "", this)) {
    instruction_->setObjectName(QStringLiteral("packetInstruction"));
    instruction_->setAccessibleName(QStringLiteral("Instruction"));
    preview_->setObjectName(QStringLiteral("packetPreview"));
    preview_->setAccessibleName(QStringLiteral("Bytes to be sent"));
    preview_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    preview_->setWordWrap(true);
    hint_->setObjectName(QStringLiteral("packetHint"));
    for (QLineEdit* line : {id_, code_})
        line->setFixedWidth(narrow);
    id_->setText(QStringLiteral("1"));
    id_->setToolTip(QStringLiteral("Decimal; \"all\" for every servo of the bus"));
    code_->setToolTip(QStringLiteral("Code of the instruction, hexadecimal"));
    parameters_->setPlaceholderText(QStringLiteral("84 00 04 00"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::small);
    grid->setVerticalSpacing(space::tiny);
    grid->addWidget(makeLabel(QStringLiteral("Id"), "muted", this), 0, 0);
    grid->addWidget(id_, 0, 1);
    grid->addWidget(makeLabel(QStringLiteral("Instruction"), "muted", this), 0, 2);
    grid->addWidget(instruction_, 0, 3);
    grid->addWidget(code_, 0, 4);
    grid->addWidget(makeLabel(QStringLiteral("Parameters"), "muted", this), 1, 0);
    grid->addWidget(parameters_, 1, 1, 1, 4);
    grid->addWidget(hint_, 2, 1, 1, 4);
    grid->addWidget(makeLabel(QStringLiteral("Bytes"), "muted", this), 3, 0, Qt::AlignTop);
    grid->addWidget(preview_, 3, 1, 1, 4);
    grid->setColumnStretch(3, 1);
    for (QLineEdit* line : {id_, code_, parameters_}) {
        connect(line, &QLineEdit::textEdited, this, &PacketComposer::reconsider);
        connect(line, &QLineEdit::returnPressed, this, &PacketComposer::submitted);
    }
    connect(instruction_, &QComboBox::activated, this, &PacketComposer::chooseInstruction);
    reconsider();
}

void PacketComposer::setForm(const bus::PacketForm* form) {
    if (form == form_) return;
    form_ = form;
    const QSignalBlocker quiet(instruction_);
    instruction_->clear();
    if (form_)
        for (const bus::InstructionForm& known : form_->instructions)
            instruction_->addItem(QString::fromLatin1(known.name.data(), qsizetype(known.name.size())),
                                  known.code);
    instruction_->addItem(QStringLiteral("Other"), -1);
    instruction_->setCurrentIndex(0);
    chooseInstruction();
}

void PacketComposer::chooseInstruction() {
    const int code = instruction_->currentData().toInt();
    if (code >= 0) code_->setText(hexText(Bytes{static_cast<std::uint8_t>(code)}));
    reconsider();
}

std::optional<std::uint8_t> PacketComposer::idTyped() const {
    const QString text = id_->text().trimmed();
    if (form_ && text.compare(QLatin1String("all"), Qt::CaseInsensitive) == 0) return form_->broadcastId;
    bool good = false;
    const auto value = text.toUInt(&good);
    const bool known = form_ && (value <= form_->lastId || form_->broadcastId == value);
    return good && known ? std::optional(static_cast<std::uint8_t>(value)) : std::nullopt;
}

void PacketComposer::reconsider() {
    draft_.reset();
    packet_.clear();
    problem_.clear();
    const auto id = idTyped();
    const auto code = bytesFrom(code_->text());
    const auto parameters = bytesFrom(parameters_->text());
    if (!form_)
        problem_ = QStringLiteral("Packets of this family are not composed by hand");
    else if (!id)
        problem_ = QStringLiteral("The id is a number from 0 to %1, or \"all\"").arg(form_->lastId);
    else if (!code || code->size() != 1)
        problem_ = QStringLiteral("The instruction is one byte, as two hexadecimal digits");
    else if (!parameters)
        problem_ = QStringLiteral("Parameters are pairs of hexadecimal digits: 84 00 04 00");
    QString hint;
    if (problem_.isEmpty()) {
        draft_ = bus::PacketDraft{*id, code->front(), *parameters};
        packet_ = form_->encode(*draft_);
        const QSignalBlocker quiet(instruction_);
        const int known = instruction_->findData(int{code->front()});
        instruction_->setCurrentIndex(known >= 0 ? known : instruction_->count() - 1);
        for (const bus::InstructionForm& each : form_->instructions)
            if (each.code == code->front())
                hint = each.parameters.empty()
                           ? QStringLiteral("Takes no parameters")
                           : QString::fromLatin1(each.parameters.data(), qsizetype(each.parameters.size()));
    }
    showText(hint_, hint);
    showText(preview_, problem_.isEmpty() ? hexText(packet_) : problem_);
    setRole(preview_, problem_.isEmpty() ? "" : "warn");
    Q_EMIT changed();
}

std::optional<bus::PacketDraft> PacketComposer::draft() const {
    return draft_;
}

Bytes PacketComposer::packet() const {
    return packet_;
}

void PacketComposer::load(const bus::PacketDraft& draft) {
    id_->setText(form_ && form_->broadcastId == draft.id ? QStringLiteral("all") : QString::number(draft.id));
    code_->setText(hexText(Bytes{draft.instruction}));
    parameters_->setText(hexText(draft.parameters));
    reconsider();
}

} // namespace servolane::ui
