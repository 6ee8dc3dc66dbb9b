// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/replay.h"

#include <QtWidgets/QWidget>
#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace servolane::ui {

class Banner;
class JobStrip;
class ReplayStrip;
class Theme;
class TypingWatch;

/// What time of a recording, from its start, was typed: "83.5", "1:23.5" or "0:01:23.5". Nothing if it is
/// none.
[[nodiscard]] std::optional<Duration> replayTimeFrom(const QString& text);
/// "00:01:23.50"
[[nodiscard]] QString replayTimeText(Duration sinceStart);

/// Across the window while a recording is replayed: the banner that says so, and the transport. GUI thread.
class ReplayBar : public QWidget {
    Q_OBJECT
public:
    ReplayBar(const Theme& theme, QWidget* parent);

    /// nullptr: nothing is replayed, the bar is hidden.
    void setReplay(std::shared_ptr<api::Replay> replay);
    /// Costs nothing while the replay stands still.
    void tick(Time now);

    void togglePlaying();
    void stepEvent(int direction);
    /// Along the steps of the speed box.
    void changeSpeed(int direction);
    /// Loops this stretch, or ends the loop that there is.
    void toggleLoop(std::pair<Time, Time> stretch);
    void focusTime();

Q_SIGNALS:
    void backToLive();
    /// The loop button was pressed.
    void loopToggled();

private:
    QWidget* makeTransport();
    void showBanner(const api::ReplayState& state);
    void showState(const api::ReplayState& state, Time at);
    void dressPlay();
    void seekTyped();
    void applySpeed(const QString& text);

    const Theme& theme_;
    std::shared_ptr<api::Replay> replay_;
    std::shared_ptr<const api::ReplayState> shown_;
    Time shownAt_{};
    Banner* banner_;
    QWidget* transport_;
    QToolButton* play_;
    QToolButton* loop_;
    QComboBox* speed_;
    QLineEdit* time_;
    TypingWatch* speedTyping_;
    TypingWatch* timeTyping_;
    QLabel* length_;
    QLabel* utc_;
    ReplayStrip* strip_;
};

} // namespace servolane::ui
