// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/frame.h"
#include "ui/binding/state_text.h"

#include <QtWidgets/QWidget>
#include <functional>

class QLabel;
class QToolButton;

namespace servolane::ui {

class StateMark;
class Theme;

/// Stands beneath a control and says what became of the command it sent: pending after a moment, confirmed
/// with its latency for three seconds, rejected or failed in one sentence until it is dismissed or the next
/// command is sent. Takes no room while there is nothing to say, unless it was reserved.
class CommandNote : public QWidget {
    Q_OBJECT
public:
    CommandNote(const Theme& theme, const QString& name, QWidget* parent);

    void follow(CommandId command);
    void tick(const Frame& frame);
    void dismiss();
    /// Keeps room for so many lines, so that nothing beneath moves when a note comes and goes: a click that
    /// was aimed at one control would land on another.
    void reserve(int lines);
    /// Takes good news away before its time, because what it told of is over.
    void dismissGoodNews();
    /// Whatever became of a command; not while one is under way.
    void dismissOutcome();
    /// A sentence of the window's own, such as why nothing was sent.
    void say(Tone tone, const QString& text);

    [[nodiscard]] QString text() const;
    [[nodiscard]] bool isPending() const { return pending_; }

Q_SIGNALS:
    /// The command came to its end; `good` if it was confirmed or sent to a family that confirms nothing.
    void finished(bool good);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showEntry(const journal::CommandEntry& entry, const Frame& frame);
    void end(bool good);

    const Theme& theme_;
    CommandId command_{};
    bool pending_ = false;
    Tone tone_ = Tone::info;
    Time since_{};
    Time ended_{};
    QLabel* label_;
    QToolButton* close_;
};

} // namespace servolane::ui
