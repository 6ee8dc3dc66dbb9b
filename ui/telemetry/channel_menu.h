// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/channel.h"

#include <QtWidgets/QToolButton>
#include <map>
#include <vector>

class QCheckBox;
class QLabel;

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

private:
    struct Figures {
        QLabel* rate = nullptr;
        QLabel* jitter = nullptr;
        QLabel* age = nullptr;
    };
    std::map<telemetry::Channel, QCheckBox*> boxes_;
    std::map<telemetry::Channel, Figures> figures_;
};

} // namespace servolane::ui
