// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/transport_factory.h"

#include "drivers/transport/echo_discarding_transport.h"
#include "drivers/transport/pty_transport.h"
#include "drivers/transport/serial_transport.h"
#include "drivers/transport/terminal_rate.h"

namespace servolane::drivers {

std::unique_ptr<bus::Transport> makeTransport(const bus::LineSettings& settings, Clock& clock,
                                              const Waker& waker) {
    std::unique_ptr<bus::Transport> transport;
    if (isPseudoTerminal(settings.path))
        transport = std::make_unique<PtyTransport>(clock, waker);
    else
        transport = std::make_unique<SerialTransport>(clock, waker);
    if (!settings.discardEcho) return transport;
    return std::make_unique<EchoDiscardingTransport>(std::move(transport));
}

} // namespace servolane::drivers
