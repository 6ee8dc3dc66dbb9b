// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/pipe_transport.h"

#include <algorithm>
#include <array>
#include <utility>

namespace servolane::drivers {

namespace {
tl::unexpected<Error> lineLost() {
    return failure(ErrorCode::linkLost, "simulated line is not connected");
}
} // namespace

PipeTransport::PipeTransport(std::shared_ptr<LinePeer> peer, Clock& clock, const Waker& waker)
    : peer_(std::move(peer))
    , clock_(clock)
    , waker_(waker) {}

Result<void> PipeTransport::open(const bus::LineSettings& settings) {
    if (settings.baud == 0) return failure(ErrorCode::invalid, "baud rate 0");
    if (!peer_->isPlugged(clock_.now())) return failure(ErrorCode::notFound, settings.path + " is unplugged");
    peer_->hostBaud(settings.baud);
    open_ = true;
    return discardInput();
}

void PipeTransport::close() {
    open_ = false;
}

Result<void> PipeTransport::setBaud(std::uint32_t bitsPerSecond) {
    if (!isUsable()) return lineLost();
    if (bitsPerSecond == 0) return failure(ErrorCode::unsupported, "baud rate 0");
    peer_->hostBaud(bitsPerSecond);
    return {};
}

Result<void> PipeTransport::write(ByteView bytes) {
    if (!isUsable()) return lineLost();
    peer_->receive(bytes, clock_.now());
    return {};
}

Result<std::size_t> PipeTransport::read(MutableByteView into, Time deadline) {
    for (;;) {
        if (!isUsable()) return lineLost();
        const Time now = clock_.now();
        if (const std::size_t taken = peer_->take(into, now); taken > 0 || into.empty()) return taken;
        if (waker_.isWoken()) return failure(ErrorCode::interrupted);
        if (now >= deadline) return std::size_t{0};
        const std::optional<Time> next = peer_->nextOutput();
        clock_.waitUntil(next ? std::clamp(*next, now, deadline) : deadline, waker_);
    }
}

Result<void> PipeTransport::discardInput() {
    if (!isUsable()) return lineLost();
    std::array<std::uint8_t, 256> dropped;
    while (peer_->take(dropped, clock_.now()) > 0) {
    }
    return {};
}

bus::LineTiming PipeTransport::timing() const {
    return {peer_->byteTime(), Duration::zero()};
}

bool PipeTransport::isUsable() const {
    return open_ && peer_->isPlugged(clock_.now());
}

} // namespace servolane::drivers
