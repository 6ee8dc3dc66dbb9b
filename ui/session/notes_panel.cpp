// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/notes_panel.h"

#include "ui/binding/refusal_text.h"
#include "ui/session/replay_bar.h"
#include "ui/theme/theme.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

NotesPanel::NotesPanel(const PanelContext&, session::SessionLibrary& library, QWidget* parent)
    : QWidget(parent)
    , library_(library) {
    setObjectName(QStringLiteral("notesPanel"));
    table_ = makeTable(
        QStringLiteral("noteTable"),
        {QStringLiteral("From"), QStringLiteral("To"), QStringLiteral("Note"), QStringLiteral("Written")}, 4,
        this);
    table_->setAccessibleName(QStringLiteral("Notes"));
    table_->horizontalHeader()->setStretchLastSection(false);
    table_->horizontalHeader()->setSectionResizeMode(2, QHeaderView::Stretch);
    table_->setColumnWidth(3, 170);
    empty_ =
        makeLabel(QStringLiteral("No notes yet. Choose a range above, write what you saw, and press Enter."),
                  "muted", this);
    empty_->setAlignment(Qt::AlignCenter);
    text_ = new QLineEdit(this);
    text_->setObjectName(QStringLiteral("noteText"));
    text_->setAccessibleName(QStringLiteral("Note about the range"));
    add_ = makeButton(QStringLiteral("Add note"), QStringLiteral("noteAdd"), this);
    add_->setProperty("role", QStringLiteral("primary"));
    remove_ = makeButton(QStringLiteral("Take out"), QStringLiteral("noteRemove"), this);
    remove_->setToolTip(
        QStringLiteral("Only notes that were added later; those of the recording are facts and stay"));
    said_ = makeLabel({}, "fault", this);
    said_->setObjectName(QStringLiteral("noteProblem"));
    said_->setWordWrap(true);
    said_->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(space::small);
    row->addWidget(text_, 1);
    row->addWidget(add_);
    row->addWidget(remove_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    column->addLayout(row);
    column->addWidget(said_);
    column->addWidget(table_, 1);
    column->addWidget(empty_, 1);
    connect(add_, &QPushButton::clicked, this, &NotesPanel::add);
    connect(text_, &QLineEdit::returnPressed, this, &NotesPanel::add);
    connect(remove_, &QPushButton::clicked, this, &NotesPanel::removeChosen);
    connect(table_, &QTableWidget::currentCellChanged, this, [this] {
        if (const auto* note = chosen()) Q_EMIT stretchAsked(note->from, note->until);
    });
}

NotesPanel::~NotesPanel() = default;

void NotesPanel::show(const session::SessionSummary& summary) {
    if (summary.path != summary_.path) {
        text_->clear();
        said_->hide();
    }
    summary_ = summary;
    list();
}

void NotesPanel::list() {
    const QSignalBlocker quiet(table_);
    table_->setRowCount(static_cast<int>(summary_.notes.size()));
    for (int row = 0; row < table_->rowCount(); ++row) {
        const session::SessionNote& note = summary_.notes[static_cast<std::size_t>(row)];
        showCell(table_, row, 0, replayTimeText(note.from - summary_.start));
        showCell(table_, row, 1,
                 note.until > note.from ? replayTimeText(note.until - summary_.start) : QString());
        showCell(table_, row, 2, QString::fromStdString(note.text));
        showCell(table_, row, 3,
                 note.addedLater ? QStringLiteral("later") : QStringLiteral("while recording"));
    }
    table_->setCurrentCell(-1, -1);
    table_->setVisible(table_->rowCount() > 0);
    empty_->setVisible(table_->rowCount() == 0);
}

void NotesPanel::setRange(std::optional<TimeRange> range) {
    range_ = range;
    if (range)
        text_->setPlaceholderText(QStringLiteral("Note about %1 … %2")
                                      .arg(replayTimeText(range->first - summary_.start),
                                           replayTimeText(range->second - summary_.start)));
}

void NotesPanel::tick(const Frame& frame) {
    now_ = frame.now;
    if (const auto outcome = job_.take()) {
        if (*outcome) {
            text_->clear();
            show(**outcome);
            Q_EMIT changed(summary_);
        } else {
            showText(said_, textOf(outcome->error()));
            said_->show();
        }
    }
    add_->setEnabled(!job_.isRunning() && range_.has_value());
    const auto* note = chosen();
    remove_->setEnabled(!job_.isRunning() && note && note->addedLater);
}

const session::SessionNote* NotesPanel::chosen() const {
    const int row = table_->currentRow();
    return row < 0 || row >= static_cast<int>(summary_.notes.size())
               ? nullptr
               : &summary_.notes[static_cast<std::size_t>(row)];
}

void NotesPanel::add() {
    if (!range_ || text_->text().trimmed().isEmpty()) return;
    session::SessionNote note;
    note.from = range_->first;
    note.until = range_->second;
    note.text = text_->text().trimmed().toStdString();
    session::SessionChange change;
    change.addedNotes.push_back(std::move(note));
    this->change(std::move(change));
}

void NotesPanel::removeChosen() {
    const auto* note = chosen();
    if (!note || !note->addedLater) return;
    session::SessionChange change;
    change.removedNotes.push_back(note->id);
    this->change(std::move(change));
}

void NotesPanel::change(session::SessionChange change) {
    if (job_.isRunning()) return;
    said_->hide();
    job_.start([change = std::move(change), path = summary_.path,
                &library = library_](session::JobProgress&) { return library.change(path, change); },
               now_);
}

} // namespace servolane::ui
