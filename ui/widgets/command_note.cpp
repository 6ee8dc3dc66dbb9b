// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/command_note.h"

#include "ui/binding/refusal_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace servolane::ui {

namespace {
constexpr Duration quietFor = std::chrono::milliseconds{60}; ///< most commands are confirmed before
constexpr Duration goodNewsFor = std::chrono::seconds{3};
constexpr Duration tooLong = std::chrono::seconds{1};
constexpr int rowInset = 0;
constexpr int lineInset = 2; ///< one line is then as high as the button beside it
} // namespace

CommandNote::CommandNote(const Theme& theme, const QString& name, QWidget* parent)
    : QWidget(parent)
    , theme_(theme)
    , label_(makeLabel({}, "small", this))
    , close_(makeIconButton(theme, QStringLiteral("x"), QStringLiteral("Dismiss"), {}, this)) {
    setObjectName(name);
    label_->setObjectName(name + QStringLiteral("Text"));
    label_->setWordWrap(true);
    close_->setIconSize(QSize(12, 12));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(20, rowInset, 0, rowInset);
    row->setSpacing(space::tiny);
    label_->setContentsMargins(0, lineInset, 0, lineInset);
    row->addWidget(label_, 1, Qt::AlignTop);
    row->addWidget(close_, 0, Qt::AlignTop);
    connect(close_, &QToolButton::clicked, this, &CommandNote::dismiss);
    hide();
}

void CommandNote::follow(CommandId command) {
    dismiss();
    command_ = command;
    pending_ = command != CommandId{}; // nothing was sent
    since_ = Time{};
}

void CommandNote::dismiss() {
    command_ = {};
    pending_ = false;
    label_->clear();
    hide();
}

void CommandNote::dismissGoodNews() {
    if (!pending_ && tone_ == Tone::ok) dismiss();
}

void CommandNote::dismissOutcome() {
    if (!pending_) dismiss();
}

void CommandNote::reserve(int lines) {
    QSizePolicy policy = sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    setSizePolicy(policy);
    label_->ensurePolished(); // never shown: without its style it would be of another size
    close_->ensurePolished();
    label_->setText(QStringList(lines, QStringLiteral("x")).join(QLatin1Char('\n')));
    const int text = label_->sizeHint().height();
    label_->clear();
    setMinimumHeight(qMax(text, close_->sizeHint().height()) + 2 * rowInset);
}

void CommandNote::say(Tone tone, const QString& text) {
    tone_ = tone;
    showText(label_, text);
    setRole(label_, tone == Tone::fault ? "fault" : tone == Tone::warn ? "warn" : "small");
    close_->setVisible(tone == Tone::fault || tone == Tone::warn);
    show();
    update();
}

QString CommandNote::text() const {
    return isHidden() ? QString() : label_->text();
}

void CommandNote::tick(const Frame& frame) {
    // What became of a command to the live axis says nothing of the recorded one; it waits for the way back.
    const bool isSaid = !label_->text().isEmpty();
    if (isSaid && isHidden() != frame.isReplay) setVisible(!frame.isReplay);
    if (frame.isReplay) return;
    if (pending_) {
        if (since_ == Time{}) since_ = frame.now;
        if (const auto* entry = findCommand(*frame.commands, command_)) return showEntry(*entry, frame);
        if (frame.now - since_ > quietFor) say(Tone::info, QStringLiteral("Pending"));
    } else if (command_ != CommandId{} && tone_ == Tone::ok) {
        if (ended_ == Time{}) ended_ = frame.now;
        if (frame.now - ended_ > goodNewsFor) dismiss();
    }
}

void CommandNote::showEntry(const journal::CommandEntry& entry, const Frame& frame) {
    using journal::CommandState;
    const QString text = outcomeText(entry, *frame.axes, *frame.buses);
    switch (entry.state) {
    case CommandState::pending:
    case CommandState::sent:
        if (frame.now - since_ > tooLong)
            say(Tone::warn, text + QStringLiteral(", longer than usual"));
        else if (frame.now - since_ > quietFor)
            say(Tone::info, text);
        return;
    case CommandState::confirmed:
    case CommandState::sentOnly:
        say(Tone::ok, text);
        return end(true);
    case CommandState::rejected:
    case CommandState::failed:
    case CommandState::timedOut:
        say(Tone::fault, text);
        return end(false);
    case CommandState::superseded:
        dismiss();
        Q_EMIT finished(false);
        return;
    }
}

void CommandNote::end(bool good) {
    pending_ = false;
    ended_ = Time{};
    Q_EMIT finished(good);
}

void CommandNote::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawShape(painter,
              QRectF(4, label_->y() + lineInset + (label_->fontMetrics().height() - 10) / 2.0, 10, 10), tone_,
              colorOf(tone_, theme_.tokens()));
}

} // namespace servolane::ui
