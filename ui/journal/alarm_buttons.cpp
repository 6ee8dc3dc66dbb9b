// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/alarm_buttons.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <algorithm>
#include <utility>

namespace servolane::ui {

AlarmButtons::AlarmButtons(TroubleBook& book, bool line, QWidget* parent)
    : QWidget(parent)
    , book_(book)
    , one_(makeButton(QStringLiteral("Acknowledge"),
                      line ? QStringLiteral("lineAcknowledgeOne") : QStringLiteral("acknowledge"), this))
    , all_(makeButton(QStringLiteral("Acknowledge all"),
                      line ? QStringLiteral("lineAcknowledgeAll") : QStringLiteral("acknowledgeAll"), this))
    , shelve_(makeButton(QStringLiteral("Shelve…"),
                         line ? QStringLiteral("lineShelve") : QStringLiteral("shelve"), this))
    , back_(makeButton(QStringLiteral("Bring back"),
                       line ? QStringLiteral("lineBringBack") : QStringLiteral("bringBack"), this))
    , shelf_(new QMenu(shelve_)) {
    shelve_->setToolTip(QStringLiteral("Keeps the chosen alarm quiet for a while; it comes back by itself. "
                                       "What its axis says of its state stays as it is"));
    back_->setToolTip(QStringLiteral("Ends the time of the chosen alarm on the shelf now"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(space::medium, line ? space::small : space::tiny, space::medium,
                             line ? space::small : space::tiny);
    grid->setSpacing(space::small);
    const int perRow = line ? 2 : 4;
    int at = 0;
    for (QPushButton* button : {one_, all_, shelve_, back_}) {
        if (line) button->setProperty("tall", true);
        grid->addWidget(button, at / perRow, at % perRow);
        ++at;
    }
    if (!line) grid->setColumnStretch(perRow, 1);
    const std::pair<Duration, const char*> terms[] = {{std::chrono::minutes{5}, "For 5 minutes"},
                                                      {std::chrono::minutes{15}, "For 15 minutes"},
                                                      {std::chrono::hours{1}, "For 1 hour"},
                                                      {longestShelf, "For 8 hours"}};
    for (const auto& [term, text] : terms)
        shelf_->addAction(QString::fromLatin1(text), this, [this, howLong = term] {
            book_.shelve(shelf_->property("alarm").toString(), howLong);
            choose(key_);
        });
    connect(one_, &QPushButton::clicked, this, [this] {
        book_.acknowledge(key_);
        choose(key_);
    });
    connect(all_, &QPushButton::clicked, this, [this] {
        book_.acknowledgeAll();
        choose(key_);
    });
    connect(shelve_, &QPushButton::clicked, this, &AlarmButtons::openShelf);
    connect(back_, &QPushButton::clicked, this, [this] {
        book_.bringBack(key_);
        choose(key_);
    });
    choose({});
}

/// For the alarm that was chosen when it was opened, whatever comes up meanwhile.
void AlarmButtons::openShelf() {
    shelf_->setProperty("alarm", key_);
    shelf_->popup(shelve_->mapToGlobal(QPoint(0, -shelf_->sizeHint().height())));
}

void AlarmButtons::choose(const QString& key) {
    key_ = key;
    const Trouble* chosen = book_.find(key);
    one_->setEnabled(chosen && !chosen->seen);
    shelve_->setEnabled(chosen && !chosen->isShelved());
    back_->setEnabled(chosen && chosen->isShelved());
    all_->setEnabled(book_.newestUnseen() != nullptr);
}

} // namespace servolane::ui
