// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtCore/QObject>

#include "core/kernel/ids.h"

namespace servolane::ui {

/// The axis and the bus that panels speak of. GUI thread.
class Selection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    [[nodiscard]] AxisId axis() const { return axis_; }
    [[nodiscard]] BusId bus() const { return bus_; }

    void selectAxis(AxisId axis, BusId bus) {
        if (axis == axis_ && bus == bus_) return;
        axis_ = axis;
        bus_ = bus;
        Q_EMIT changed();
    }
    void selectBus(BusId bus) { selectAxis(axis_, bus); }

Q_SIGNALS:
    void changed();

private:
    AxisId axis_{};
    BusId bus_{};
};

} // namespace servolane::ui
