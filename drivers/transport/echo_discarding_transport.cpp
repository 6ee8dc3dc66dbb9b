// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transport/echo_discarding_transport.h"

#include <algorithm>
#include <array>
#include <utility>

namespace servolane::drivers {

EchoDiscardingTransport::EchoDiscardingTransport(std::unique_ptr<bus::Transport> inner)
    : inner_(std::move(inner)) {}

Result<void> EchoDiscardingTransport::open(const bus::LineSettings& settings) {
    forgetEcho();
    delivery_.clear();
    delivered_ = 0;
    return inner_->open(settings);
}

void EchoDiscardingTransport::close() {
    inner_->close();
}

Result<void> EchoDiscardingTransport::write(ByteView bytes) {
    // A partly heard echo that was followed by silence is over.
    if (heard_ > 0) forgetEcho();
    expected_.insert(expected_.end(), bytes.begin(), bytes.end());
    return inner_->write(bytes);
}

Result<std::size_t> EchoDiscardingTransport::read(MutableByteView into, Time deadline) {
    std::array<std::uint8_t, 1024> arrived;
    for (;;) {
        if (const std::size_t count = deliver(into); count > 0 || into.empty()) return count;
        const Result<std::size_t> got = inner_->read(arrived, deadline);
        if (!got || *got == 0) return got;
        sortArrivals(ByteView(arrived).first(*got));
    }
}

Result<void> EchoDiscardingTransport::discardInput() {
    forgetEcho();
    delivery_.clear();
    delivered_ = 0;
    return inner_->discardInput();
}

void EchoDiscardingTransport::forgetEcho() {
    expected_.clear();
    heard_ = 0;
}

void EchoDiscardingTransport::sortArrivals(ByteView arrived) {
    const ByteView awaited = ByteView(expected_).subspan(heard_);
    const auto [differs, unused] =
        std::mismatch(arrived.begin(), arrived.end(), awaited.begin(), awaited.end());
    const auto same = static_cast<std::size_t>(differs - arrived.begin());
    if (same < awaited.size() && same < arrived.size()) {
        // Not an echo: what looked like its start belongs to the reader too.
        delivery_.insert(delivery_.end(), expected_.begin(),
                         expected_.begin() + static_cast<std::ptrdiff_t>(heard_));
        delivery_.insert(delivery_.end(), arrived.begin(), arrived.end());
        forgetEcho();
        return;
    }
    heard_ += same;
    if (heard_ == expected_.size()) forgetEcho();
    const ByteView rest = arrived.subspan(same);
    delivery_.insert(delivery_.end(), rest.begin(), rest.end());
}

std::size_t EchoDiscardingTransport::deliver(MutableByteView into) {
    const std::size_t count = std::min(into.size(), delivery_.size() - delivered_);
    std::copy_n(delivery_.begin() + static_cast<std::ptrdiff_t>(delivered_), count, into.begin());
    delivered_ += count;
    if (delivered_ == delivery_.size()) {
        delivery_.clear();
        delivered_ = 0;
    }
    return count;
}

} // namespace servolane::drivers
