// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/channel.h"

#include <QtCore/QPoint>
#include <QtWidgets/QToolButton>
#include <map>
#include <vector>

class QCheckBox;
class QKeyEvent;
class QLabel;
class QMouseEvent;

namespace servolane::motion {
struct Axis;
}

namespace servolane::telemetry {
struct Timing;
}

namespace servolane::ui {

/// A button that opens a list of check boxes, one for each channel, with how it arrives. It stays open while
/// boxes are ticked.
class ChannelMenu : public QToolButton {
    Q_OBJECT
public:
    explicit ChannelMenu(QWidget* parent);

    /// Only what the axis has can be ticked.
    void offer(const motion::Axis& axis);
    [[nodiscard]] std::vector<telemetry::Channel> chosen() const;
    void choose(const std::vector<telemetry::Channel>& channels);
    /// The list is open: what it says of time is looked at.
    [[nodiscard]] bool isOpen() const;
    /// Measured rate, jitter and age of the channel; grey where it is stale.
    void showTiming(telemetry::Channel channel, const telemetry::Timing& timing);

Q_SIGNALS:
    void changed();
    /// A row is being dragged out of the list, which has closed.
    void dragBegan(servolane::telemetry::Channel channel);
    /// Keys in its row: the line is to move up (−1) or down (1), into a pane of its own or the one beside.
    void moveAsked(servolane::telemetry::Channel channel, int step, bool own);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Figures {
        QLabel* rate = nullptr;
        QLabel* jitter = nullptr;
        QLabel* age = nullptr;
    };
    [[nodiscard]] bool rowKey(telemetry::Channel channel, const QKeyEvent& key);
    [[nodiscard]] bool rowMoved(telemetry::Channel channel, const QMouseEvent& event);

    std::map<telemetry::Channel, QCheckBox*> boxes_;
    std::map<telemetry::Channel, Figures> figures_;
    QPoint pressedAt_; ///< on the screen
};

} // namespace servolane::ui
