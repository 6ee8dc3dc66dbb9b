// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtCore/QPoint>
#include <QtWidgets/QToolButton>

#include "core/kernel/ids.h"
#include "core/telemetry/channel.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

class QCheckBox;
class QComboBox;
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
/// boxes are ticked. Above them stands whose channels they are: those of the axis that is shown, or those of
/// another one, whose ticked channels stay in the scope whichever axis is shown.
class ChannelMenu : public QToolButton {
    Q_OBJECT
public:
    explicit ChannelMenu(QWidget* parent);

    using Axes = std::vector<std::shared_ptr<const motion::Axis>>;
    using IsPinned = std::function<bool(AxisId, telemetry::Channel)>;

    /// What is pinned is its owner's to know; once.
    void setPinned(IsPinned isPinned) { isPinned_ = std::move(isPinned); }
    /// Whether the scope has room for one trace more; asked before a channel is ticked.
    void setRoom(std::function<bool()> hasRoom) { hasRoom_ = std::move(hasRoom); }
    /// The scope is full: says so in the list.
    void sayFull();
    /// The axis that is shown, whose channels are listed first. Only what an axis has can be ticked.
    void offer(std::shared_ptr<const motion::Axis> axis);
    /// Those that can be listed.
    void offerAxes(const Axes& axes);
    /// Null before an axis was offered.
    [[nodiscard]] const motion::Axis* listed() const { return listed_.get(); }
    /// Of the axis that is shown.
    [[nodiscard]] std::vector<telemetry::Channel> chosen() const;
    void choose(const std::vector<telemetry::Channel>& channels);
    /// Another channel was pinned, or one no more.
    void showTicks();
    /// A sentence below the list; none if empty.
    void say(const QString& sentence);
    /// The list is open: what it says of time is looked at.
    [[nodiscard]] bool isOpen() const;
    /// Measured rate, jitter and age of the channel; grey where it is stale.
    void showTiming(telemetry::Channel channel, const telemetry::Timing& timing);

Q_SIGNALS:
    void changed();
    /// A channel of an axis that is not shown was ticked, or one no more.
    void pinAsked(servolane::AxisId axis, servolane::telemetry::Channel channel, bool on);
    /// A row is being dragged out of the list, which has closed.
    void dragBegan(servolane::AxisId axis, servolane::telemetry::Channel channel);
    /// Keys in its row: the line is to move up (−1) or down (1), into a pane of its own or the one beside.
    void moveAsked(servolane::AxisId axis, servolane::telemetry::Channel channel, int step, bool own);

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

    void build();
    [[nodiscard]] bool isShown() const; ///< the axis that is listed
    void listAxis(std::shared_ptr<const motion::Axis> axis);
    void ticked(telemetry::Channel channel, bool on);

    std::set<telemetry::Channel> chosen_;
    std::shared_ptr<const motion::Axis> shown_;
    std::shared_ptr<const motion::Axis> listed_;
    Axes axes_;
    IsPinned isPinned_;
    std::function<bool()> hasRoom_;
    QComboBox* whose_ = nullptr; ///< as what follows, until there is an axis
    QLabel* said_ = nullptr;
    std::map<telemetry::Channel, QCheckBox*> boxes_;
    std::map<telemetry::Channel, Figures> figures_;
    QPoint pressedAt_; ///< on the screen
};

} // namespace servolane::ui
