// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/transport.h"
#include "core/bus/wire_tap.h"

#include <memory>

namespace servolane::drivers {

/// A line that leaves a copy of what passes with a tap while that is open, whatever family speaks on it. All
/// else is that of the line inside.
class TappedTransport final : public bus::Transport {
public:
    TappedTransport(std::unique_ptr<bus::Transport> inside, std::shared_ptr<bus::WireTap> tap, Clock& clock)
        : inside_(std::move(inside))
        , tap_(std::move(tap))
        , clock_(clock) {}

    [[nodiscard]] Result<void> open(const bus::LineSettings& settings) override {
        return inside_->open(settings);
    }
    void close() override { inside_->close(); }
    [[nodiscard]] bool isOpen() const override { return inside_->isOpen(); }
    [[nodiscard]] Result<void> setBaud(std::uint32_t bitsPerSecond) override {
        return inside_->setBaud(bitsPerSecond);
    }
    [[nodiscard]] Result<void> write(ByteView bytes) override {
        if (tap_->isOpen()) record(bus::WireDirection::out, bytes);
        return inside_->write(bytes);
    }
    [[nodiscard]] Result<std::size_t> read(MutableByteView into, Time deadline) override {
        auto count = inside_->read(into, deadline);
        if (tap_->isOpen() && count && *count > 0) record(bus::WireDirection::in, into.first(*count));
        return count;
    }
    [[nodiscard]] Result<void> discardInput() override { return inside_->discardInput(); }
    [[nodiscard]] bus::LineTiming timing() const override { return inside_->timing(); }

private:
    void record(bus::WireDirection direction, ByteView bytes) {
        tap_->record(direction, bytes, clock_.now(), inside_->timing().byteTime);
    }

    std::unique_ptr<bus::Transport> inside_;
    std::shared_ptr<bus::WireTap> tap_;
    Clock& clock_;
};

} // namespace servolane::drivers
