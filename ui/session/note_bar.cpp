// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/note_bar.h"

#include "ui/theme/theme.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/text.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>

namespace servolane::ui {

namespace {
constexpr int widestName = 200;
} // namespace

NoteBar::NoteBar(const PanelContext& context, std::function<std::optional<TimeRange>()> cursors,
                 QWidget* parent)
    : Panel(parent)
    , context_(context)
    , cursors_(std::move(cursors))
    , text_(new QLineEdit(this))
    , target_(makeLabel({}, "muted", this))
    , span_(new QComboBox(this))
    , note_(new CommandNote(context.theme, QStringLiteral("noteBarOutcome"), this)) {
    setObjectName(QStringLiteral("noteBar"));
    setProperty("surface", QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    text_->setObjectName(QStringLiteral("noteBarText"));
    text_->setAccessibleName(QStringLiteral("Note"));
    text_->setPlaceholderText(QStringLiteral("What did you see?"));
    span_->setObjectName(QStringLiteral("noteBarSpan"));
    span_->setAccessibleName(QStringLiteral("What the note is about"));
    target_->setObjectName(QStringLiteral("noteBarTarget"));
    target_->setToolTip(QStringLiteral("A recording that is open in Sessions has notes of its own: there, "
                                       "below its traces"));
    span_->addItems({QStringLiteral("about now"), QStringLiteral("about the last 10 s"),
                     QStringLiteral("about the last minute"), QStringLiteral("between the cursors A and B")});
    auto* add = makeButton(QStringLiteral("Add note"), QStringLiteral("noteBarAdd"), this);
    add->setProperty("role", QStringLiteral("primary"));
    auto* leave = makeButton(QStringLiteral("Close"), QStringLiteral("noteBarClose"), this);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::small);
    row->addWidget(makeLabel(QStringLiteral("Note"), "muted", this));
    row->addWidget(text_, 1);
    row->addWidget(target_);
    row->addWidget(span_);
    row->addWidget(add);
    row->addWidget(leave);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    column->setSpacing(space::tiny);
    column->addLayout(row);
    column->addWidget(note_);
    connect(add, &QPushButton::clicked, this, &NoteBar::add);
    connect(text_, &QLineEdit::returnPressed, this, &NoteBar::add);
    connect(leave, &QPushButton::clicked, this, &NoteBar::close);
    hide();
}

void NoteBar::open() {
    const bool hasCursors = cursors_().has_value();
    qobject_cast<QStandardItemModel*>(span_->model())->item(betweenCursors)->setEnabled(hasCursors);
    if (hasCursors)
        span_->setCurrentIndex(betweenCursors);
    else if (span_->currentIndex() == betweenCursors)
        span_->setCurrentIndex(moment);
    show();
    text_->setFocus(Qt::ShortcutFocusReason);
}

void NoteBar::close() {
    hide();
    note_->dismiss();
}

void NoteBar::add() {
    session::AddNote command;
    command.text = text_->text().trimmed().toStdString();
    if (command.text.empty()) return note_->say(Tone::warn, QStringLiteral("A note needs words"));
    if (span_->currentIndex() == tenSeconds) command.ago = command.lasting = std::chrono::seconds{10};
    if (span_->currentIndex() == minute) command.ago = command.lasting = std::chrono::minutes{1};
    if (span_->currentIndex() == betweenCursors) {
        auto range = cursors_();
        if (!range) return note_->say(Tone::warn, QStringLiteral("Set both cursors first (A and B)"));
        if (range->second < range->first) std::swap(range->first, range->second);
        // The snapshot that the cursors stand on may be a little ahead of the frame's time.
        command.ago = std::max(Duration{}, now_ - range->first);
        command.lasting = std::min(range->second - range->first, command.ago);
    }
    note_->follow(context_.send(command));
    text_->clear();
}

/// A finished recording may fill the page at the same time: it is not that one.
void NoteBar::showTarget(const session::RecordingBoard& board) {
    QString target = QStringLiteral("nothing records now");
    if (board.named)
        target = QStringLiteral("goes into the running recording %1")
                     .arg(fontMetrics().elidedText(QString::fromStdString(board.named->name), Qt::ElideMiddle,
                                                   widestName));
    else if (board.flight)
        target = QStringLiteral("goes into the running flight recorder");
    showText(target_, target);
    setRole(target_, board.named || board.flight ? "muted" : "warn");
}

void NoteBar::tick(const Frame& frame) {
    now_ = frame.now;
    if (!isVisible()) return;
    showTarget(*frame.recording);
    note_->tick(frame);
}

void NoteBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return close();
    Panel::keyPressEvent(event);
}

} // namespace servolane::ui
