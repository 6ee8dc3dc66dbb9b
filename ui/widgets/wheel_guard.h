// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

namespace servolane::ui {

/// The wheel scrolls, and changes nothing: over a closed combo box or a spin box it belongs to what scrolls
/// around it. Many of them send a command as soon as they change, and a panel that is scrolled passes beneath
/// the pointer. Installed on the application, so that no box can be forgotten; an open list of a box still
/// scrolls. GUI thread.
class WheelGuard : public QObject {
    Q_OBJECT
public:
    explicit WheelGuard(QObject* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace servolane::ui
