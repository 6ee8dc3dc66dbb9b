// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/adapter_latency.h"

#include <filesystem>
#include <fstream>
#include <linux/serial.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace servolane::drivers {

void askForLowLatency(int descriptor) {
    serial_struct serial{};
    if (::ioctl(descriptor, TIOCGSERIAL, &serial) != 0) return;
    if ((serial.flags & ASYNC_LOW_LATENCY) != 0) return;
    serial.flags |= ASYNC_LOW_LATENCY;
    ::ioctl(descriptor, TIOCSSERIAL, &serial);
}

namespace {

/// By-id links lead to the device that the system knows.
std::string timerOf(const std::string& device) {
    std::error_code ignored;
    const std::filesystem::path real = std::filesystem::canonical(device, ignored);
    const std::string name = ignored ? device.substr(device.rfind('/') + 1) : real.filename().string();
    return "/sys/class/tty/" + name + "/device/latency_timer";
}

} // namespace

Duration adapterLatency(const std::string& device) {
    std::ifstream file(timerOf(device));
    int latency = 0;
    return file >> latency ? Duration{std::chrono::milliseconds{latency}} : Duration::zero();
}

Result<void> setAdapterLatency(const std::string& device, int milliseconds) {
    const std::string timer = timerOf(device);
    std::error_code ignored;
    if (!std::filesystem::exists(timer, ignored))
        return failure(ErrorCode::unsupported, device + " has no latency timer");
    const std::string text = std::to_string(milliseconds);
    if (::access(timer.c_str(), W_OK) != 0)
        return failure(ErrorCode::notAllowed,
                       "only root may set it; run: echo " + text + " | sudo tee " + timer);
    std::ofstream file(timer);
    file << text << std::flush;
    if (!file) return failure(ErrorCode::inputOutput, timer + " does not take " + text);
    return {};
}

} // namespace servolane::drivers
