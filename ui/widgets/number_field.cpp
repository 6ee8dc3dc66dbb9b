// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/number_field.h"

#include "ui/binding/number_entry.h"
#include "ui/binding/value_text.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStyle>
#include <cmath>

namespace servolane::ui {

namespace {
constexpr const char* notANumber = "not a number";
constexpr int unitGap = 2; ///< the entry has padding of its own beside it

bool isWhole(double value) {
    return value == std::floor(value);
}
} // namespace

NumberField::NumberField(std::string unit, const QString& name, QWidget* parent)
    : QWidget(parent)
    , unit_(std::move(unit))
    , decimals_(decimalsOf(unit_))
    , line_(new QLineEdit(this))
    , understood_(makeLabel({}, "unit", this)) {
    line_->setObjectName(name);
    line_->setAlignment(Qt::AlignRight);
    line_->setMinimumWidth(56);
    line_->installEventFilter(this);
    understood_->setObjectName(name + QStringLiteral("Understood"));
    setUnderstoodWidth(64);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    row->addWidget(line_, 1);
    row->addWidget(understood_);
    connect(line_, &QLineEdit::textEdited, this, [this] {
        edited_ = true;
        replaces_ = false;
        reconsider();
        Q_EMIT edited();
    });
    connect(line_, &QLineEdit::returnPressed, this, [this] {
        if (!value()) return;
        Q_EMIT submitted();
        replaces_ = true;
    });
    reconsider();
}

std::optional<double> NumberField::value() const {
    return numberFrom(line_->text());
}

QString NumberField::understood() const {
    return understood_->text();
}

void NumberField::setUnit(std::string unit) {
    if (unit == unit_) return;
    unit_ = std::move(unit);
    decimals_ = decimalsOf(unit_);
    reconsider();
}

void NumberField::setDecimals(int decimals) {
    if (decimals == decimals_) return;
    decimals_ = decimals;
    reconsider();
}

void NumberField::showCurrent(double value) {
    if (edited_) return;
    const QString text = QString::number(value, 'f', decimals_);
    if (text == shown_ && text == line_->text()) return;
    shown_ = text;
    line_->setText(text);
    reconsider();
}

void NumberField::clearCurrent() {
    if (edited_ || line_->text().isEmpty()) return;
    shown_.clear();
    line_->clear();
    reconsider();
}

void NumberField::settle() {
    edited_ = false;
    shown_.clear();
    reconsider();
}

void NumberField::focusEntry() {
    // What is typed blindly moves an axis.
    for (QWidget* around = parentWidget(); around; around = around->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(around)) area->ensureWidgetVisible(line_);
    line_->setFocus(Qt::ShortcutFocusReason);
    line_->selectAll();
}

void NumberField::setUnderstoodWidth(int pixels) {
    understood_->setVisible(pixels > 0);
    const int words = QFontMetrics(fontOf(TextSize::small)).horizontalAdvance(QLatin1String(notANumber)) + 2;
    understood_->setFixedWidth(pixels > 0 ? qMax(pixels, words) : 0);
}

void NumberField::setUnitInside() {
    setUnderstoodWidth(0);
    inside_ = makeLabel({}, "unit", line_);
    inside_->setAttribute(Qt::WA_TransparentForMouseEvents);
    line_->setMinimumWidth(48);
    reconsider();
}

void NumberField::setZeroWord(const QString& word) {
    zeroWord_ = word;
    reconsider();
}

bool NumberField::isZeroWord() const {
    return !zeroWord_.isEmpty() && value() == 0.0;
}

void NumberField::placeUnit() {
    if (!inside_) return;
    showText(inside_, isZeroWord() ? zeroWord_ : unitText(unit_));
    inside_->adjustSize();
    const int room = inside_->text().isEmpty() ? 0 : inside_->width() + unitGap;
    if (line_->textMargins().right() != room) line_->setTextMargins(0, 0, room, 0);
    inside_->move(line_->width() - inside_->width() - space::small,
                  (line_->height() - inside_->height()) / 2);
}

bool NumberField::eventFilter(QObject* watched, QEvent* event) {
    if (watched == line_ && event->type() == QEvent::Resize) placeUnit();
    if (watched == line_ && (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::FocusOut))
        replaces_ = false;
    // While nothing is being entered, undo is that of settings and not of letters.
    if (watched == line_ && event->type() == QEvent::ShortcutOverride && !edited_ && isSetting_) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    // What was sent is done: the next number is another one, and no more digits of this.
    if (watched == line_ && event->type() == QEvent::KeyPress && replaces_) {
        const QString typed = static_cast<QKeyEvent*>(event)->text();
        replaces_ = false;
        if (!typed.isEmpty() && typed.at(0).isPrint()) line_->selectAll();
    }
    if (watched != line_ || event->type() != QEvent::KeyPress ||
        static_cast<QKeyEvent*>(event)->key() != Qt::Key_Escape)
        return QWidget::eventFilter(watched, event);
    if (edited_) {
        line_->setText(shown_);
        settle();
        Q_EMIT abandoned();
    }
    line_->clearFocus(); // letters are shortcuts again
    return true;
}

void NumberField::reconsider() {
    const QString text = line_->text().trimmed();
    const std::optional<double> number = value();
    const bool invalid = !text.isEmpty() && !number;
    // Three more digits than shown elsewhere: what stands here is exactly what will be sent.
    QString said = unitText(unit_);
    if (invalid)
        said = QLatin1String(notANumber);
    else if (number && edited_)
        said = QStringLiteral("= ") +
               valueText(*number, unit_, decimals_ == 0 && isWhole(*number) ? 0 : qMax(decimals_, 2));
    if (isZeroWord()) said = edited_ ? said + QStringLiteral(", ") + zeroWord_ : zeroWord_;
    showText(understood_, said);
    placeUnit();
    understood_->setProperty("role", invalid ? QStringLiteral("fault") : QStringLiteral("unit"));
    if (line_->property("invalid").toBool() == invalid) return;
    line_->setProperty("invalid", invalid);
    for (QWidget* widget : {static_cast<QWidget*>(line_), static_cast<QWidget*>(understood_)}) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
}

} // namespace servolane::ui
