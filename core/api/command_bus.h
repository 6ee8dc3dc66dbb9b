// SPDX-License-Identifier: GPL-3.0-or-later
// The way in. Any thread; no call waits for another thread.
#pragma once

#include "core/api/command.h"

namespace servolane::api {

class CommandBus {
public:
    virtual ~CommandBus() = default;
    /// Its fate can be followed in the command log under the returned id. motion::Stop goes the way of
    /// stop().
    virtual CommandId send(CommandBody body, Asker asker) = 0;
    /// Latches at once; waits in no queue. Returns the command whose confirmation tells how the stop went.
    virtual CommandId stop(Asker asker) = 0;
    /// The jog of this axis that `asker` began may go on until `validFor` from now; that of anyone else is
    /// left alone. Neither journaled nor queued.
    virtual void renewLease(AxisId axis, Duration validFor, Asker asker) = 0;
    /// Whoever asked so will ask no more: leases, arming and role of this asker are given up, a jog and a
    /// speed that it began are halted. A move goes on to its end.
    virtual void leave(Asker asker) { static_cast<void>(asker); }
    /// A window is alive. Once it has said so, its motions are halted when it says nothing for a second.
    /// Neither journaled nor queued.
    virtual void heartbeat() {}
};

} // namespace servolane::api
