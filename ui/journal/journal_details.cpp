// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/journal_details.h"

#include "ui/binding/details_text.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/setting_text.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/text.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>
#include <utility>

namespace servolane::ui {

namespace {

constexpr std::size_t mostFacts = 200;

enum Column { after, fact, details };

/// "RegisterWritten" → "Register written"
QString factTitle(const std::string& kind) {
    QString title;
    for (const char letter : kind) {
        const QChar c = QLatin1Char(letter);
        title += c.isUpper() && !title.isEmpty() ? QString(QLatin1Char(' ')) + c.toLower() : QString(c);
    }
    return title;
}

bool isOver(journal::CommandState state) {
    return state != journal::CommandState::pending && state != journal::CommandState::sent;
}

} // namespace

JournalDetails::JournalDetails(const PanelContext& context, JournalPanel::OpenArchive openArchive,
                               QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , openArchive_(std::move(openArchive))
    , title_(makeLabel({}, "heading", this))
    , words_(makeLabel({}, "plain", this))
    , facts_(makeTable(QStringLiteral("journalFacts"),
                       {QStringLiteral("After"), QStringLiteral("Fact"), QStringLiteral("Details")}, 99,
                       this))
    , note_(makeLabel({}, "small", this))
    , moment_(makeButton(QStringLiteral("Show in scope"), QStringLiteral("journalMoment"), this)) {
    setObjectName(QStringLiteral("journalDetails"));
    title_->setObjectName(QStringLiteral("journalTitle"));
    words_->setObjectName(QStringLiteral("journalWords"));
    words_->setWordWrap(true);
    words_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    note_->setObjectName(QStringLiteral("journalNote"));
    note_->setWordWrap(true);
    facts_->setColumnWidth(after, 84);
    facts_->setColumnWidth(fact, 170);
    auto* copy = makeButton(QStringLiteral("Copy"), QStringLiteral("journalCopy"), this);
    copyRaw_ = makeButton(QStringLiteral("Copy raw facts"), QStringLiteral("journalCopyRaw"), this);
    copyRaw_->setToolTip(QStringLiteral("As the journal keeps them: kinds, names and codes"));
    copyRaw_->setEnabled(false);
    connect(copyRaw_, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(raw_); });
    auto* close = makeIconButton(context.theme, QStringLiteral("x"), QStringLiteral("Close details (Esc)"),
                                 QStringLiteral("journalClose"), this);
    auto* head = new QHBoxLayout;
    head->setSpacing(space::small);
    head->addWidget(title_, 1);
    head->addWidget(moment_);
    head->addWidget(copy);
    head->addWidget(copyRaw_);
    head->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    column->setSpacing(space::tiny);
    column->addLayout(head);
    column->addWidget(words_);
    column->addWidget(note_);
    column->addWidget(facts_, 1);
    hide();
    connect(moment_, &QPushButton::clicked, this,
            [this] { Q_EMIT momentAsked(row_.command.entry.at, row_.command.entry.description.axis); });
    connect(copy, &QPushButton::clicked, this, &JournalDetails::copyAsked);
    connect(close, &QToolButton::clicked, this, &JournalDetails::close);
}

void JournalDetails::show(const JournalRow& row) {
    row_ = row;
    facts_->setRowCount(0);
    raw_.clear();
    copyRaw_->setEnabled(false);
    showWords();
    wanted_ = true;
    if (isHidden()) Q_EMIT opened(true);
    QWidget::show();
}

void JournalDetails::close() {
    hide();
    Q_EMIT opened(false);
}

void JournalDetails::showWords() {
    const journal::CommandEntry& entry = row_.command.entry;
    showText(title_, commandTitle(entry.description.kind) +
                         (row_.where.isEmpty() ? QString() : QStringLiteral(" · ") + row_.where));
    const StateLook look = lookOf(entry.state);
    QString words = QString(shapeOf(look.tone)) + QLatin1Char(' ') + look.word;
    if (entry.latency != Duration{}) words += QStringLiteral(" after ") + latencyText(entry.latency);
    if (entry.retries > 0) words += QStringLiteral(", %1 retries").arg(entry.retries);
    if (entry.readBack) words += QStringLiteral(", read back %1").arg(*entry.readBack);
    words += QStringLiteral(". Asked by the %1").arg(askerText(entry.asker));
    if (!row_.details.isEmpty()) words += QStringLiteral(": ") + row_.details;
    showText(words_, words);
    const bool live = row_.isOfThisRun();
    moment_->setEnabled(live);
    moment_->setToolTip(
        live ? QStringLiteral("Holds the scope at this moment")
             : QStringLiteral("The scope has this run only; look for the recording in Sessions"));
}

void JournalDetails::tick(const Frame& frame) {
    if (isHidden()) return;
    const auto* entry = row_.isOfThisRun() ? findCommand(*frame.commands, row_.command.entry.id) : nullptr;
    if (entry && entry->state != row_.command.entry.state) {
        row_.command.entry = *entry;
        showWords();
        wanted_ = true;
    }
    if (auto facts = job_.take()) showFacts(*facts);
    if (wanted_ && !job_.isRunning()) readFacts(frame.now);
}

void JournalDetails::readFacts(Time now) {
    wanted_ = false;
    if (!openArchive_) return showText(note_, QStringLiteral("This run is not journaled"));
    job_.start(
        [open = openArchive_, id = row_.command.entry.id](session::JobProgress&) -> Facts {
            auto archive = open();
            if (!archive) return tl::make_unexpected(archive.error());
            return (*archive)->factsOf(id, mostFacts);
        },
        now);
}

void JournalDetails::showFacts(const Facts& facts) {
    if (!facts) return showText(note_, textOf(facts.error()));
    // The journal is a commit behind: what it does not have yet is asked for again.
    const bool ended = isOver(row_.command.entry.state);
    const bool complete = !facts->empty() && (facts->back().kind.starts_with("Command") || facts->size() > 2);
    if (ended && row_.isOfThisRun() && !complete) wanted_ = true;
    showText(note_, facts->empty() ? QStringLiteral("Being stored …") : QString());
    note_->setVisible(!note_->text().isEmpty());
    facts_->setRowCount(static_cast<int>(facts->size()));
    for (int row = 0; row < facts_->rowCount(); ++row) {
        const journal::ArchivedFact& of = (*facts)[static_cast<std::size_t>(row)];
        const Duration later = of.at - facts->front().at;
        showCell(facts_, row, after, QStringLiteral("+") + latencyText(later));
        showCell(facts_, row, fact, factTitle(of.kind));
        showCell(facts_, row, details, factText(of.details));
        facts_->item(row, details)->setToolTip(facts_->item(row, details)->text());
    }
    raw_.clear();
    for (const journal::ArchivedFact& of : *facts)
        raw_ += QStringLiteral("%1 %2\n").arg(QString::fromStdString(of.kind),
                                              QString::fromStdString(of.details));
    copyRaw_->setEnabled(!raw_.isEmpty());
}

} // namespace servolane::ui
