// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/transport.h"

#include <QtWidgets/QWidget>

class QCheckBox;
class QComboBox;

namespace servolane::ui {

/// What few adapters need: frame format, modem lines, latency, echo. Each choice says what it is good for.
class LineOptions : public QWidget {
    Q_OBJECT
public:
    explicit LineOptions(QWidget* parent);

    void show(const bus::LineSettings& line);
    /// Fills all but path and rate.
    void writeTo(bus::LineSettings& line) const;
    /// Anything other than usual.
    [[nodiscard]] bool isUnusual() const;

private:
    QComboBox* parity_;
    QComboBox* stopBits_;
    QComboBox* dtr_;
    QComboBox* rts_;
    QCheckBox* lowLatency_;
    QCheckBox* discardEcho_;
};

} // namespace servolane::ui
