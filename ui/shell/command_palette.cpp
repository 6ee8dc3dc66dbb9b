// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/command_palette.h"

#include "ui/theme/theme.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>

namespace servolane::ui {

namespace {

constexpr int wide = 520;
constexpr int top = 72;
constexpr int rowsShown = 10;
constexpr int rowHeight = 32;
constexpr int shortcutRole = Qt::UserRole + 1;

/// Every word that was typed occurs somewhere.
bool matches(const QString& title, const QStringList& words) {
    return std::all_of(words.begin(), words.end(),
                       [&](const QString& word) { return title.contains(word, Qt::CaseInsensitive); });
}

/// Title at the left, shortcut at the right.
class EntryDelegate final : public QStyledItemDelegate {
public:
    EntryDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , theme_(theme) {}
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {120, rowHeight};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        painter->save();
        painter->setPen(theme_.tokens().muted); // the palette's own is what the style sheet makes of it
        painter->drawText(option.rect.adjusted(0, 0, -space::small, 0), Qt::AlignVCenter | Qt::AlignRight,
                          index.data(shortcutRole).toString());
        painter->restore();
    }

private:
    const Theme& theme_;
};

} // namespace

CommandPalette::CommandPalette(const Theme& theme, QWidget* window)
    : QFrame(window)
    , search_(new QLineEdit(this))
    , list_(new QListWidget(this)) {
    setObjectName(QStringLiteral("commandPalette"));
    setProperty("surface", QStringLiteral("card"));
    search_->setObjectName(QStringLiteral("paletteSearch"));
    search_->setPlaceholderText(QStringLiteral("Type what you want to do"));
    search_->installEventFilter(this);
    list_->setObjectName(QStringLiteral("paletteList"));
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setItemDelegate(new EntryDelegate(theme, list_));
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::small, space::small, space::small, space::small);
    column->addWidget(search_);
    column->addWidget(list_);
    connect(search_, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(search_, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(list_, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    hide();
}

void CommandPalette::open(std::vector<PaletteEntry> entries) {
    entries_ = std::move(entries);
    search_->clear();
    filter();
    before_ = QApplication::focusWidget();
    show();
    raise();
    search_->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::close() {
    hide();
    QWidget* back = before_ && before_->isVisible() ? before_.data() : parentWidget();
    back->setFocus(Qt::OtherFocusReason);
}

void CommandPalette::filter() {
    const QStringList words = search_->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    list_->clear();
    for (std::size_t at = 0; at < entries_.size(); ++at) {
        if (!matches(entries_[at].title, words)) continue;
        auto* item = new QListWidgetItem(entries_[at].title, list_);
        item->setData(shortcutRole, entries_[at].shortcut);
        item->setData(Qt::UserRole, static_cast<qulonglong>(at));
    }
    if (list_->count() == 0) {
        auto* none = new QListWidgetItem(QStringLiteral("No action has these words in its name"), list_);
        none->setFlags(Qt::NoItemFlags);
    }
    list_->setCurrentRow(0);
    const int rows = std::min(list_->count(), rowsShown);
    setGeometry((parentWidget()->width() - wide) / 2, top, wide,
                rows * rowHeight + search_->sizeHint().height() + 3 * space::small + 2);
}

void CommandPalette::runCurrent() {
    const QListWidgetItem* item = list_->currentItem();
    if (!item || !(item->flags() & Qt::ItemIsSelectable)) return;
    const auto run = entries_[item->data(Qt::UserRole).toULongLong()].run; // it may open the palette again
    close();
    run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut && isVisible()) hide();
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Escape) {
        close();
        return true;
    }
    if (key == Qt::Key_Down || key == Qt::Key_Up) {
        const int row = list_->currentRow() + (key == Qt::Key_Down ? 1 : -1);
        list_->setCurrentRow(std::clamp(row, 0, qMax(0, list_->count() - 1)));
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace servolane::ui
