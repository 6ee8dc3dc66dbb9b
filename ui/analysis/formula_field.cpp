// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/formula_field.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QCompleter>
#include <QtWidgets/QScrollBar>

namespace servolane::ui {

namespace {
constexpr int wordRole = Qt::UserRole + 1;
constexpr int cursorRole = Qt::UserRole + 2;
constexpr int popupWidth = 360;
} // namespace

FormulaField::FormulaField(QWidget* parent)
    : QLineEdit(parent)
    , words_(new QStandardItemModel(this))
    , completer_(new QCompleter(words_, this)) {
    completer_->setWidget(this);
    completer_->setCompletionRole(wordRole);
    completer_->setCaseSensitivity(Qt::CaseInsensitive);
    completer_->setFilterMode(Qt::MatchContains);
    completer_->setMaxVisibleItems(8);
    completer_->popup()->setObjectName(QStringLiteral("formulaWords"));
    connect(completer_, QOverload<const QModelIndex&>::of(&QCompleter::activated), this,
            &FormulaField::insert);
    connect(this, &QLineEdit::textEdited, this, [this] { offer(false); });
}

void FormulaField::setWords(const std::vector<FormulaWord>& words) {
    words_->clear();
    for (const FormulaWord& word : words) {
        auto* item = new QStandardItem(word.word + QStringLiteral("    ") + word.meaning);
        item->setData(word.word, wordRole);
        item->setData(word.cursor, cursorRole);
        words_->appendRow(item);
    }
}

void FormulaField::point(const telemetry::FormulaError& error) {
    const QByteArray bytes = text().toUtf8();
    const auto characters = [&](std::size_t bytesBefore) {
        return static_cast<int>(QString::fromUtf8(bytes.left(static_cast<qsizetype>(bytesBefore))).size());
    };
    const int from = characters(error.position);
    const int length = characters(error.position + error.length) - from;
    setFocus(Qt::OtherFocusReason);
    setCursorPosition(from);
    if (length > 0) setSelection(from, length);
}

void FormulaField::keyPressEvent(QKeyEvent* event) {
    if (completer_->popup()->isVisible()) {
        const int key = event->key();
        if (key == Qt::Key_Enter || key == Qt::Key_Return || key == Qt::Key_Escape || key == Qt::Key_Tab) {
            event->ignore(); // they are the list's
            return;
        }
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
        offer(true);
        return;
    }
    QLineEdit::keyPressEvent(event);
}

int FormulaField::wordStart() const {
    int start = cursorPosition();
    const QString written = text();
    const auto isPart = [](QChar sign) {
        return sign.isLetterOrNumber() || sign == QLatin1Char('.') || sign == QLatin1Char('_');
    };
    while (start > 0 && isPart(written[start - 1]))
        --start;
    return start;
}

void FormulaField::offer(bool asked) {
    const int start = wordStart();
    const QString word = text().mid(start, cursorPosition() - start);
    const bool isName = !word.isEmpty() && word[0].isLetter();
    completer_->setCompletionPrefix(word);
    const bool isWhole =
        completer_->completionCount() == 1 && completer_->currentIndex().data(wordRole).toString() == word;
    if ((!isName && !(asked && word.isEmpty())) || completer_->completionCount() == 0 || isWhole) {
        completer_->popup()->hide();
        return;
    }
    completer_->popup()->setCurrentIndex(completer_->completionModel()->index(0, 0));
    QRect place = cursorRect();
    place.setWidth(popupWidth);
    completer_->complete(place);
}

void FormulaField::insert(const QModelIndex& index) {
    QString word = index.data(wordRole).toString();
    const int start = wordStart();
    const int cursor = index.data(cursorRole).toInt();
    if (cursor >= 0) word = word.left(cursor) + QLatin1Char(')');
    QString written = text();
    written.replace(start, cursorPosition() - start, word);
    setText(written);
    setCursorPosition(start + (cursor >= 0 ? cursor : static_cast<int>(word.size())));
    Q_EMIT textEdited(written);
    completer_->popup()->hide();
}

} // namespace servolane::ui
