// SPDX-License-Identifier: GPL-3.0-or-later
// Half-duplex adapters that hear their own bytes: this reads them back and drops them.
#pragma once

#include "core/bus/transport.h"

#include <memory>

namespace servolane::drivers {

/// Wraps any transport. Where what arrives is not what was sent (no echo after all, or a collision),
/// everything is handed on unchanged. Contract: bus::Transport.
class EchoDiscardingTransport final : public bus::Transport {
public:
    explicit EchoDiscardingTransport(std::unique_ptr<bus::Transport> inner);

    [[nodiscard]] Result<void> open(const bus::LineSettings& settings) override;
    void close() override;
    [[nodiscard]] bool isOpen() const override { return inner_->isOpen(); }
    [[nodiscard]] Result<void> setBaud(std::uint32_t bitsPerSecond) override {
        return inner_->setBaud(bitsPerSecond);
    }
    [[nodiscard]] Result<void> write(ByteView bytes) override;
    [[nodiscard]] Result<std::size_t> read(MutableByteView into, Time deadline) override;
    [[nodiscard]] Result<void> discardInput() override;
    [[nodiscard]] bus::LineTiming timing() const override { return inner_->timing(); }

private:
    void forgetEcho();
    void sortArrivals(ByteView arrived);
    [[nodiscard]] std::size_t deliver(MutableByteView into);

    std::unique_ptr<bus::Transport> inner_;
    Bytes expected_;        ///< sent and not yet heard
    std::size_t heard_ = 0; ///< of expected_
    Bytes delivery_;        ///< for the reader
    std::size_t delivered_ = 0;
};

} // namespace servolane::drivers
