// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workstation/workstation.h"

#include <QtCore/QThreadPool>
#include <QtCore/QTimer>
#include <map>

namespace servolane::app {

/// Keeps how each port is used, so that the next connection begins with it: looks at the read model of the
/// links once a second and writes what has changed, on a thread of its own. GUI thread.
class LinkKeeper {
public:
    explicit LinkKeeper(Workstation& workstation);
    ~LinkKeeper();
    LinkKeeper(const LinkKeeper&) = delete;
    LinkKeeper& operator=(const LinkKeeper&) = delete;

private:
    void look();

    Workstation& workstation_;
    QTimer timer_;
    QThreadPool writer_;
    std::map<std::string, KnownPort> kept_;
};

} // namespace servolane::app
