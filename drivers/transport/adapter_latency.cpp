// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/adapter_latency.h"

#include <fstream>
#include <linux/serial.h>
#include <sys/ioctl.h>

namespace servolane::drivers {

void askForLowLatency(int descriptor) {
    serial_struct serial{};
    if (::ioctl(descriptor, TIOCGSERIAL, &serial) != 0) return;
    if ((serial.flags & ASYNC_LOW_LATENCY) != 0) return;
    serial.flags |= ASYNC_LOW_LATENCY;
    ::ioctl(descriptor, TIOCSSERIAL, &serial);
}

Duration adapterLatency(const std::string& device) {
    const std::string name = device.substr(device.rfind('/') + 1);
    std::ifstream file("/sys/class/tty/" + name + "/device/latency_timer");
    int latency = 0;
    return file >> latency ? Duration{std::chrono::milliseconds{latency}} : Duration::zero();
}

} // namespace servolane::drivers
