// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/binding/slow_buses.h"

class QLabel;
class QToolButton;

namespace servolane::ui {

class RoleChoice;

/// The bottom line: each bus with its figures (where there are too many, how many more, and a list of all),
/// the stop, the role, the recording.
class StatusStrip : public Panel {
    Q_OBJECT
public:
    StatusStrip(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;
    /// A short message before the buses for five seconds; those that have room beside it stay.
    void say(const QString& text, Time now);
    /// What it told is over. Does nothing if something else was said since.
    void withdraw(const QString& text);
    /// A recording is shown in the panels: the buses are told to be the live ones.
    void markLive(bool mark) { isMarkedLive_ = mark; }

Q_SIGNALS:
    /// A bus was chosen from the list of all.
    void busAsked(servolane::BusId bus);

private:
    void showBuses(const Frame& frame);
    void showMore(const Frame& frame, const QStringList& parts, qsizetype shown, bool worse);
    [[nodiscard]] qsizetype fittingCount(const QStringList& parts, const QString& before) const;
    [[nodiscard]] int roomOfBuses() const;
    void showStop(const Frame& frame);
    void showSession(const Frame& frame);

    QLabel* buses_;
    QToolButton* more_; ///< those that do not fit
    QLabel* stop_;
    RoleChoice* role_;
    QLabel* session_;
    QString message_;
    bool isMarkedLive_ = false;
    Time messageUntil_{};
    SlowBuses slow_;
};

} // namespace servolane::ui
