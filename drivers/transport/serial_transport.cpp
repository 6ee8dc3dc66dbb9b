// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/serial_transport.h"

#include "drivers/transport/adapter_latency.h"
#include "drivers/transport/port_lock.h"
#include "drivers/transport/serial_frame.h"

#include <cerrno>
#include <cstdlib>
#include <libserialport.h>
#include <memory>
#include <sys/stat.h>
#include <utility>

namespace servolane::drivers {

namespace {

/// The device a link leads to, if the system knows that as a terminal; else the path itself.
std::string deviceOf(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
    if (!real) return path;
    const std::string device = real.get();
    struct stat status {};
    const std::string known = "/sys/class/tty/" + device.substr(device.rfind('/') + 1);
    return ::stat(known.c_str(), &status) == 0 ? device : path;
}

Result<void> check(sp_return outcome, const std::string& what) {
    switch (outcome) {
    case SP_OK:
        return {};
    case SP_ERR_ARG:
        return failure(ErrorCode::invalid, what + ": not a serial port");
    case SP_ERR_SUPP:
        return failure(ErrorCode::unsupported, what + ": the port cannot do this");
    case SP_ERR_MEM:
        return failure(ErrorCode::inputOutput, what + ": out of memory");
    case SP_ERR_FAIL:
        break;
    }
    return tl::make_unexpected(openError(what, errno));
}

sp_parity parityOf(bus::Parity parity) {
    switch (parity) {
    case bus::Parity::even:
        return SP_PARITY_EVEN;
    case bus::Parity::odd:
        return SP_PARITY_ODD;
    case bus::Parity::none:
        break;
    }
    return SP_PARITY_NONE;
}

struct ConfigDeleter {
    void operator()(sp_port_config* config) const noexcept { sp_free_config(config); }
};
using Config = std::unique_ptr<sp_port_config, ConfigDeleter>;

/// Everything in one call to the kernel, so that the line is never in a mixed state. What a config leaves
/// unset stays as it is: a level that is `untouched` is not named.
Config configFor(const bus::LineSettings& settings) {
    sp_port_config* raw = nullptr;
    if (sp_new_config(&raw) != SP_OK) return nullptr;
    Config config(raw);
    sp_set_config_baudrate(raw, static_cast<int>(settings.baud));
    sp_set_config_bits(raw, 8);
    sp_set_config_parity(raw, parityOf(settings.parity));
    sp_set_config_stopbits(raw, settings.stopBits);
    sp_set_config_xon_xoff(raw, SP_XONXOFF_DISABLED);
    sp_set_config_cts(raw, SP_CTS_IGNORE);
    sp_set_config_dsr(raw, SP_DSR_IGNORE);
    if (settings.dtr != bus::LineLevel::untouched)
        sp_set_config_dtr(raw, settings.dtr == bus::LineLevel::high ? SP_DTR_ON : SP_DTR_OFF);
    if (settings.rts != bus::LineLevel::untouched)
        sp_set_config_rts(raw, settings.rts == bus::LineLevel::high ? SP_RTS_ON : SP_RTS_OFF);
    return config;
}

} // namespace

void SerialTransport::PortDeleter::operator()(sp_port* port) const noexcept {
    sp_free_port(port);
}

SerialTransport::SerialTransport(Clock& clock, const Waker& waker)
    : line_(clock, waker) {}

SerialTransport::~SerialTransport() {
    close();
}

Result<void> SerialTransport::open(const bus::LineSettings& settings) {
    if (auto valid = checkSettings(settings); !valid) return valid;
    close();
    struct stat status {};
    if (::stat(settings.path.c_str(), &status) != 0)
        return tl::make_unexpected(openError(settings.path, errno));
    const std::string device = deviceOf(settings.path);
    if (auto opened = openDevice(device); !opened) return opened;
    auto ready = lockPort(line_.descriptor(), settings.path, Exclusion::kernel).and_then([&] {
        return configure(settings, device);
    });
    if (!ready) close();
    return ready;
}

Result<void> SerialTransport::openDevice(const std::string& device) {
    sp_port* found = nullptr;
    if (auto known = check(sp_get_port_by_name(device.c_str(), &found), device); !known) return known;
    std::unique_ptr<sp_port, PortDeleter> port(found);
    if (auto opened = check(sp_open(found, SP_MODE_READ_WRITE), device); !opened) return opened;
    int descriptor = -1;
    if (auto handle = check(sp_get_port_handle(found, &descriptor), device); !handle) {
        sp_close(found);
        return handle;
    }
    port_ = std::move(port);
    line_.attach(descriptor, device);
    return {};
}

Result<void> SerialTransport::configure(const bus::LineSettings& settings, const std::string& device) {
    const Config config = configFor(settings);
    if (!config) return failure(ErrorCode::inputOutput, device + ": out of memory");
    if (auto set = check(sp_set_config(port_.get(), config.get()), device); !set) return set;
    if (settings.lowLatency) askForLowLatency(line_.descriptor());
    settings_ = settings;
    timing_ = {serialByteTime(settings.baud, settings.parity, settings.stopBits), adapterLatency(device)};
    return line_.discardInput();
}

void SerialTransport::close() {
    if (!port_) return;
    // libserialport closes the descriptor; only then may the line forget it.
    unlockPort(line_.descriptor(), Exclusion::kernel);
    sp_close(port_.get());
    line_.detach();
    port_.reset();
}

Result<void> SerialTransport::setBaud(std::uint32_t bitsPerSecond) {
    if (!isOpen()) return failure(ErrorCode::linkLost, "port is not open");
    const std::string what = settings_.path + " at " + std::to_string(bitsPerSecond) + " bit/s";
    if (!isSupportedBaud(bitsPerSecond)) return failure(ErrorCode::unsupported, what);
    const sp_return outcome = sp_set_baudrate(port_.get(), static_cast<int>(bitsPerSecond));
    if (outcome == SP_ERR_FAIL && errno != EINVAL) return failure(ErrorCode::linkLost, what);
    if (outcome != SP_OK) return failure(ErrorCode::unsupported, what);
    timing_.byteTime = serialByteTime(bitsPerSecond, settings_.parity, settings_.stopBits);
    return {};
}

Result<void> SerialTransport::write(ByteView bytes) {
    return line_.write(bytes, timing_.byteTime);
}

Result<std::size_t> SerialTransport::read(MutableByteView into, Time deadline) {
    return line_.read(into, deadline);
}

Result<void> SerialTransport::discardInput() {
    return line_.discardInput();
}

} // namespace servolane::drivers
