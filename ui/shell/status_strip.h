// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include <map>

class QLabel;

namespace servolane::ui {

class RoleChoice;

/// The bottom line: each bus with its figures, the stop, the role, the recording.
class StatusStrip : public Panel {
    Q_OBJECT
public:
    StatusStrip(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;
    /// A short message in place of the buses for five seconds.
    void say(const QString& text, Time now);

private:
    void showBuses(const Frame& frame);
    void showStop(const Frame& frame);
    void showSession(const Frame& frame);

    QLabel* buses_;
    QLabel* stop_;
    RoleChoice* role_;
    QLabel* session_;
    QString message_;
    Time messageUntil_{};
    std::map<BusId, Time> slowSince_; ///< buses that are read more seldom than asked
};

} // namespace servolane::ui
