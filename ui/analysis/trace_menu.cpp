// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/trace_menu.h"

#include "core/telemetry/read/math_board.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QSignalBlocker>
#include <QtCore/QUrl>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QTreeWidget>
#include <QtWidgets/QVBoxLayout>
#include <QtWidgets/QWidgetAction>
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace servolane::ui {

namespace {

constexpr int traceTreeWidth = 280;
constexpr int traceTreeHeight = 320;
constexpr int traceWordRole = Qt::UserRole;
constexpr std::size_t fewTraces = 24; ///< so many are all in sight at once

/// A math channel is written as a person has named it.
QString capitalised(QString text, const scope::TraceChoice& of) {
    if (!text.isEmpty() && !telemetry::isMath(of.axis)) text[0] = text[0].toUpper();
    return text;
}

QString groupOf(const scope::TraceChoice& choice) {
    if (telemetry::isMath(choice.axis)) return QStringLiteral("Math");
    return choice.axisName.isEmpty() ? QStringLiteral("Selected axis") : choice.axisName;
}

/// "Pan.position" and "2" of "Pan.position@ttyUSB0:2"; nothing of a word that names no place.
std::optional<std::pair<QString, QString>> partsOf(const QString& word) {
    static const QRegularExpression form(QStringLiteral("^(.*)@[^@:]*:(\\d+)$"));
    const auto match = form.match(word);
    if (!match.hasMatch()) return std::nullopt;
    return std::pair{match.captured(1), match.captured(2)};
}

/// Beneath its axis it goes without its name.
QString leafOf(const scope::TraceChoice& choice) {
    const QString first = choice.axisName + QLatin1Char(' ');
    const bool isNamed = !choice.axisName.isEmpty() && choice.label.startsWith(first);
    return capitalised(isNamed ? choice.label.mid(first.size()) : choice.label, choice);
}

} // namespace

QString wordOf(const scope::TraceChoice& choice) {
    if (!choice.lastingWord.isEmpty()) return choice.lastingWord;
    if (telemetry::isMath(choice.axis))
        return QStringLiteral("math%1").arg(choice.axis.value - telemetry::firstMathAxis);
    const QString channel = QString::fromStdString(std::string(telemetry::toString(choice.channel)));
    return choice.axisName.isEmpty() ? channel : choice.axisName + QLatin1Char('.') + channel;
}

QString lastingWordOf(const std::string& axis, telemetry::Channel channel, const std::string& bus,
                      int servo) {
    // No second at sign, and no second colon behind it.
    const QByteArray place = QUrl::toPercentEncoding(QString::fromStdString(bus));
    return QStringLiteral("%1.%2@%3:%4")
        .arg(QString::fromStdString(axis), QString::fromStdString(std::string(telemetry::toString(channel))),
             QString::fromLatin1(place))
        .arg(servo);
}

TraceMenu::TraceMenu(Choosing choosing, QWidget* parent)
    : QToolButton(parent)
    , choosing_(choosing) {
    setToolTip(QStringLiteral("Choose what is looked at"));
    setPopupMode(QToolButton::InstantPopup);
    setMinimumHeight(benchControlHeight);
    setMenu(new QMenu(this));
    connect(menu(), &QMenu::aboutToShow, this, [this] {
        fill();
        search_->clear();
        search_->setFocus(Qt::PopupFocusReason);
    });
    showChosen();
}

void TraceMenu::build() {
    if (tree_) return;
    auto* list = new QWidget(menu());
    auto* column = new QVBoxLayout(list);
    column->setContentsMargins(space::small, space::tiny, space::small, space::tiny);
    column->setSpacing(space::tiny);
    search_ = new QLineEdit(list);
    search_->setObjectName(QStringLiteral("traceSearch"));
    search_->setPlaceholderText(QStringLiteral("Find a channel or an axis"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    search_->installEventFilter(this);
    tree_ = new QTreeWidget(list);
    tree_->setObjectName(QStringLiteral("traceTree"));
    tree_->setAccessibleName(QStringLiteral("Channels by axis"));
    tree_->setHeaderHidden(true);
    tree_->setUniformRowHeights(true);
    tree_->setFixedSize(traceTreeWidth, traceTreeHeight);
    said_ = makeLabel({}, "warn", list);
    said_->setObjectName(QStringLiteral("traceSaid"));
    said_->setWordWrap(true);
    said_->hide();
    for (QWidget* part : std::initializer_list<QWidget*>{search_, tree_, said_})
        column->addWidget(part);
    auto* action = new QWidgetAction(menu());
    action->setDefaultWidget(list);
    menu()->addAction(action);
    connect(search_, &QLineEdit::textChanged, this, &TraceMenu::find);
    connect(tree_, &QTreeWidget::itemChanged, this, &TraceMenu::tick);
    if (choosing_ == Choosing::one) {
        connect(tree_, &QTreeWidget::itemClicked, this, &TraceMenu::take);
        connect(tree_, &QTreeWidget::itemActivated, this, &TraceMenu::take);
    }
}

void TraceMenu::offer(const Choices& choices) {
    if (choices == offered_) return;
    const bool isSame = *choices == *offered_;
    offered_ = choices;
    if (isSame) return findMeant(); // they are other objects all the same
    bool isAny = false;             // with nobody there, whoever comes may have another place
    for (const scope::TraceChoice& choice : *offered_)
        isAny = isAny || !choice.lastingWord.isEmpty();
    if (!isAny) seen_.clear();
    for (const scope::TraceChoice& choice : *offered_)
        if (!choice.lastingWord.isEmpty()) seen_.insert(choice.lastingWord);
    findMeant();
    if (menu()->isVisible()) fill();
    showChosen();
    Q_EMIT changed();
}

void TraceMenu::fill() {
    build();
    const QSignalBlocker quiet(tree_);
    tree_->clear();
    said_->hide();
    std::map<QString, QTreeWidgetItem*> groups;
    for (const scope::TraceChoice& choice : *offered_) {
        QTreeWidgetItem*& group = groups[groupOf(choice)];
        if (!group) {
            group = new QTreeWidgetItem(tree_, {groupOf(choice)});
            group->setFlags(Qt::ItemIsEnabled);
            group->setExpanded(choice.axisName.isEmpty() || offered_->size() <= fewTraces);
        }
        const QString word = wordOf(choice);
        auto* item = new QTreeWidgetItem(group, {leafOf(choice)});
        item->setData(0, traceWordRole, word);
        const bool isChosen = meant_.count(&choice) > 0;
        if (isChosen) group->setExpanded(true);
        if (choosing_ == Choosing::several)
            item->setCheckState(0, isChosen ? Qt::Checked : Qt::Unchecked);
        else if (isChosen)
            tree_->setCurrentItem(item);
    }
    find(search_->text());
}

/// All of the words must be in the axis' name or the channel's.
void TraceMenu::find(const QString& text) {
    const QStringList wanted = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (int at = 0; at < tree_->topLevelItemCount(); ++at) {
        QTreeWidgetItem* group = tree_->topLevelItem(at);
        bool any = false;
        for (int child = 0; child < group->childCount(); ++child) {
            QTreeWidgetItem* item = group->child(child);
            const QString name = group->text(0) + QLatin1Char(' ') + item->text(0);
            const bool isFound = std::all_of(wanted.begin(), wanted.end(), [&](const QString& word) {
                return name.contains(word, Qt::CaseInsensitive);
            });
            item->setHidden(!isFound);
            any = any || isFound;
        }
        group->setHidden(!any);
        if (any && !wanted.isEmpty()) group->setExpanded(true);
    }
}

void TraceMenu::tick(QTreeWidgetItem* item) {
    const QString word = item->data(0, traceWordRole).toString();
    if (choosing_ != Choosing::several || word.isEmpty()) return;
    const bool on = item->checkState(0) == Qt::Checked;
    const auto means = [&](const QString& each) {
        const scope::TraceChoice* meant = meantBy(each);
        return each == word || (meant && wordOf(*meant) == word);
    };
    if (on == std::any_of(words_.begin(), words_.end(), means)) return;
    const bool isFull = on && chosen().size() >= scope::maximumTraces;
    said_->setVisible(isFull);
    if (isFull) {
        showText(said_, QStringLiteral("%1 channels at most: take one out first.").arg(scope::maximumTraces));
        const QSignalBlocker quiet(tree_);
        item->setCheckState(0, Qt::Unchecked);
        return;
    }
    words_.erase(std::remove_if(words_.begin(), words_.end(), means), words_.end());
    if (on) words_ << word;
    findMeant();
    showChosen();
    Q_EMIT changed();
}

void TraceMenu::take(QTreeWidgetItem* item) {
    const QString word = item->data(0, traceWordRole).toString();
    if (word.isEmpty()) return;
    menu()->close();
    choose({word});
}

std::vector<scope::TraceChoice> TraceMenu::chosen() const {
    std::vector<scope::TraceChoice> chosen;
    if (words_.isEmpty()) return chosen;
    for (const scope::TraceChoice& choice : *offered_) {
        if (meant_.count(&choice) == 0) continue;
        // The selected axis stands there by its name as well.
        const bool isKnown = std::any_of(chosen.begin(), chosen.end(), [&](const auto& other) {
            return other.axis == choice.axis && other.channel == choice.channel;
        });
        if (!isKnown && chosen.size() < scope::maximumTraces) chosen.push_back(choice);
    }
    return chosen;
}

const scope::TraceChoice* TraceMenu::meantBy(const QString& word) const {
    for (const scope::TraceChoice& choice : *offered_)
        if (wordOf(choice) == word) return &choice;
    const auto parts = partsOf(word);
    if (parts && seen_.count(word) > 0) return nullptr;
    const QString beginning = (parts ? parts->first : word) + QLatin1Char('@');
    const QString end = parts ? QLatin1Char(':') + parts->second : QString();
    const scope::TraceChoice* only = nullptr;
    for (const scope::TraceChoice& choice : *offered_) {
        if (!choice.lastingWord.startsWith(beginning) || !choice.lastingWord.endsWith(end)) continue;
        if (only) return nullptr; // which of them is not known
        only = &choice;
    }
    return only;
}

/// Seldom: looking is what every frame does.
void TraceMenu::findMeant() {
    makeLasting();
    meant_.clear();
    for (const QString& word : words_)
        if (const auto* meant = meantBy(word)) meant_.insert(meant);
}

/// Of words that name no place, as soon as it is known.
void TraceMenu::makeLasting() {
    for (QString& word : words_) {
        if (partsOf(word)) continue;
        const scope::TraceChoice* meant = nullptr;
        for (const scope::TraceChoice& choice : *offered_) {
            scope::TraceChoice named = choice;
            named.lastingWord.clear();
            if (!choice.lastingWord.isEmpty() && wordOf(named) == word) meant = &choice;
        }
        if (!meant) meant = meantBy(word);
        if (meant) word = wordOf(*meant);
    }
}

void TraceMenu::choose(const QStringList& words) {
    words_ = words;
    findMeant();
    if (tree_) fill();
    showChosen();
    Q_EMIT changed();
}

void TraceMenu::showChosen() {
    const auto chosen = this->chosen();
    if (choosing_ == Choosing::one)
        setText(chosen.empty() ? QStringLiteral("Choose …")
                               : capitalised(chosen.front().label, chosen.front()));
    else
        setText(chosen.empty() ? QStringLiteral("Channels")
                               : QStringLiteral("Channels · %1").arg(chosen.size()));
}

/// From the field into the tree; Return takes what was found first.
bool TraceMenu::eventFilter(QObject* watched, QEvent* event) {
    if (watched != search_ || event->type() != QEvent::KeyPress)
        return QToolButton::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key != Qt::Key_Down && key != Qt::Key_Return && key != Qt::Key_Enter) return false;
    for (int at = 0; at < tree_->topLevelItemCount(); ++at)
        for (int child = 0; child < tree_->topLevelItem(at)->childCount(); ++child) {
            QTreeWidgetItem* item = tree_->topLevelItem(at)->child(child);
            if (item->isHidden()) continue;
            tree_->topLevelItem(at)->setExpanded(true);
            tree_->setCurrentItem(item);
            if (key == Qt::Key_Down)
                tree_->setFocus(Qt::OtherFocusReason);
            else if (choosing_ == Choosing::one)
                take(item);
            else
                item->setCheckState(0, item->checkState(0) == Qt::Checked ? Qt::Unchecked : Qt::Checked);
            return true;
        }
    return true;
}

} // namespace servolane::ui
