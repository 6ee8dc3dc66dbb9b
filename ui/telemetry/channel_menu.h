// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/channel.h"

#include <QtWidgets/QToolButton>
#include <map>
#include <vector>

class QCheckBox;

namespace servolane::motion {
struct Axis;
}

namespace servolane::ui {

/// A button that opens a list of check boxes, one for each channel. It stays open while boxes are ticked.
class ChannelMenu : public QToolButton {
    Q_OBJECT
public:
    explicit ChannelMenu(QWidget* parent);

    /// Only what the axis has can be ticked.
    void offer(const motion::Axis& axis);
    [[nodiscard]] std::vector<telemetry::Channel> chosen() const;
    void choose(const std::vector<telemetry::Channel>& channels);

Q_SIGNALS:
    void changed();

private:
    std::map<telemetry::Channel, QCheckBox*> boxes_;
};

} // namespace servolane::ui
