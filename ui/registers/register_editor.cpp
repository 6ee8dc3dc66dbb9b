// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/register_editor.h"

#include "ui/binding/replay_lock.h"
#include "ui/registers/register_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/number_field.h"

#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QStackedLayout>

namespace servolane::ui {

namespace {
enum Page { numberPage, namesPage, bitsPage };
constexpr int bitColumns = 2;
} // namespace

RegisterEditor::RegisterEditor(QWidget* parent)
    : QWidget(parent)
    , stack_(new QStackedLayout(this))
    , number_(new NumberField("", QStringLiteral("registerValue"), this))
    , names_(new QComboBox(this))
    , bits_(new QWidget(this))
    , bitGrid_(new QGridLayout(bits_)) {
    names_->setObjectName(QStringLiteral("registerNames"));
    bits_->setObjectName(QStringLiteral("registerBits"));
    number_->setUnderstoodWidth(100);
    number_->setIsSetting();
    bitGrid_->setContentsMargins(0, 0, 0, 0);
    bitGrid_->setHorizontalSpacing(space::small);
    bitGrid_->setVerticalSpacing(0);
    for (QWidget* page : std::initializer_list<QWidget*>{number_, names_, bits_})
        stack_->addWidget(page);
    for (QWidget* control : std::initializer_list<QWidget*>{number_, names_})
        markAsCommand(control, "WriteRegister");
    connect(number_, &NumberField::submitted, this, &RegisterEditor::decided);
    connect(names_, &QComboBox::activated, this, [this] {
        touched_ = true;
        Q_EMIT decided();
    });
}

void RegisterEditor::edit(const registers::Register* of) {
    of_ = of;
    settle();
    number_->clearCurrent();
    const RegisterWay way = of ? wayOf(*of) : RegisterWay::readOnly;
    const bool writable = way == RegisterWay::staged || way == RegisterWay::alone;
    setEnabled(writable);
    names_->clear();
    buildBits();
    stack_->setCurrentIndex(!of || (of->values.empty() && of->fields.empty()) ? numberPage
                            : of->fields.empty()                              ? namesPage
                                                                              : bitsPage);
    if (!of) return;
    number_->setUnit(of->unit);
    number_->setDecimals(registerDecimals(*of));
    for (const registers::NamedValue& named : of->values)
        names_->addItem(QString::fromStdString(named.name), QVariant::fromValue<qlonglong>(named.value));
}

void RegisterEditor::buildBits() {
    qDeleteAll(boxes_);
    boxes_.clear();
    if (!of_) return;
    for (const registers::BitField& field : of_->fields) {
        auto* box = new QCheckBox(QString::fromStdString(field.name), bits_);
        box->setObjectName(QStringLiteral("bit_") + QString::fromStdString(field.name));
        // Fields of several bits keep what they hold: a box cannot say more than yes and no.
        box->setEnabled(field.bits == 1);
        markAsCommand(box, "WriteRegister");
        connect(box, &QCheckBox::clicked, this, [this] {
            touched_ = true;
            Q_EMIT decided();
        });
        const auto place = static_cast<int>(boxes_.size());
        bitGrid_->addWidget(box, place / bitColumns, place % bitColumns);
        boxes_.push_back(box);
    }
}

void RegisterEditor::showCurrent(std::int64_t raw) {
    if (!of_) return;
    if (stack_->currentIndex() == numberPage) return number_->showCurrent(of_->valueFrom(raw));
    if (touched_ || names_->view()->isVisible()) return;
    shown_ = raw;
    if (const int at = names_->findData(QVariant::fromValue<qlonglong>(raw)); at != names_->currentIndex())
        names_->setCurrentIndex(at);
    for (std::size_t i = 0; i < boxes_.size(); ++i)
        boxes_[i]->setChecked(((raw >> of_->fields[i].firstBit) & 1) != 0);
}

void RegisterEditor::settle() {
    touched_ = false;
    number_->settle();
}

std::optional<std::int64_t> RegisterEditor::raw() const {
    if (!of_) return std::nullopt;
    switch (stack_->currentIndex()) {
    case namesPage:
        if (names_->currentIndex() < 0) return std::nullopt;
        return names_->currentData().toLongLong();
    case bitsPage: {
        std::int64_t made = shown_;
        for (std::size_t i = 0; i < boxes_.size(); ++i) {
            const registers::BitField& field = of_->fields[i];
            if (field.bits != 1) continue;
            const std::int64_t bit = std::int64_t{1} << field.firstBit;
            made = boxes_[i]->isChecked() ? made | bit : made & ~bit;
        }
        return made;
    }
    default:
        break;
    }
    const auto typed = number_->value();
    return typed ? std::optional(of_->rawFromValue(*typed)) : std::nullopt;
}

void RegisterEditor::focusEntry() {
    if (stack_->currentIndex() == numberPage) return number_->focusEntry();
    stack_->currentWidget()->setFocus();
}

} // namespace servolane::ui
