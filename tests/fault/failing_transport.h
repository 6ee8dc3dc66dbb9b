// SPDX-License-Identifier: GPL-3.0-or-later
// A line on which the n-th call fails.
#pragma once

#include "core/bus/transport.h"
#include "drivers/dynamixel/crc16.h"

#include <QtCore/QString>
#include <memory>

namespace servolane::tests {

/// What becomes of a call to the line: a request and the answer to it.
enum class LineFault : std::uint8_t {
    lostRequest,   ///< timeout; the servo has not heard it
    lostAnswer,    ///< timeout; the servo has done it
    corruptAnswer, ///< one bit of it differs
    strangersId,   ///< a sound answer from an id that nobody has
    neighboursId,  ///< a sound answer from the other servo
    portGone       ///< the adapter is pulled; with "once" it is back at the next attempt to open it
};
inline constexpr int lineFaultCount = 6;

/// Calls are counted from 1; the call that fails, alone or with all that follow.
struct LinePlan {
    int failing = 0; ///< 0: none
    LineFault fault = LineFault::lostRequest;
    bool forEver = false;
    int calls = 0;       ///< so far
    bool healed = false; ///< from now on nothing fails

    [[nodiscard]] bool fails() const {
        return failing != 0 && !healed && (forEver ? calls >= failing : calls == failing);
    }
    [[nodiscard]] QString text() const {
        static constexpr const char* words[] = {"lost request",  "lost answer",    "corrupt answer",
                                                "stranger's id", "neighbour's id", "port gone"};
        return QStringLiteral("call %1, %2, %3")
            .arg(failing)
            .arg(QLatin1String(words[static_cast<int>(fault)]), QLatin1String(forEver ? "for ever" : "once"));
    }
};

/// DYNAMIXEL Protocol 2.0 behind it: FF FF FD 00, id, length (2), …, CRC (2).
class FailingTransport final : public bus::Transport {
public:
    /// `plan` outlives it.
    FailingTransport(std::unique_ptr<bus::Transport> inner, LinePlan& plan)
        : inner_(std::move(inner))
        , plan_(plan) {}

    Result<void> open(const bus::LineSettings& settings) override {
        if (gone_ && plan_.forEver && !plan_.healed) return failure(ErrorCode::notFound, "gone");
        gone_ = false;
        return inner_->open(settings);
    }
    void close() override { inner_->close(); }
    bool isOpen() const override { return inner_->isOpen(); }
    Result<void> setBaud(std::uint32_t baud) override {
        return gone_ ? Result<void>(failure(ErrorCode::linkLost, "gone")) : inner_->setBaud(baud);
    }
    Result<void> write(ByteView bytes) override {
        ++plan_.calls;
        failing_ = plan_.fails();
        frame_.clear();
        if (failing_ && plan_.fault == LineFault::portGone) gone_ = true;
        if (gone_) return failure(ErrorCode::linkLost, "gone");
        if (failing_ && plan_.fault == LineFault::lostRequest) return {};
        return inner_->write(bytes);
    }
    Result<std::size_t> read(MutableByteView into, Time deadline) override {
        if (gone_) return failure(ErrorCode::linkLost, "gone");
        auto got = inner_->read(into, deadline);
        while (got && *got != 0 && failing_ && plan_.fault == LineFault::lostAnswer)
            got = inner_->read(into, deadline);
        if (got && *got != 0 && failing_) spoil(into.first(*got));
        return got;
    }
    Result<void> discardInput() override { return inner_->discardInput(); }
    bus::LineTiming timing() const override { return inner_->timing(); }

private:
    static constexpr std::size_t idAt = 4;
    static constexpr std::size_t lengthAt = 5;
    static constexpr std::size_t prefix = 7;

    void spoil(MutableByteView heard) {
        const bool first = frame_.empty();
        if (plan_.fault == LineFault::corruptAnswer && first) heard.back() ^= 0x10;
        if (plan_.fault != LineFault::strangersId && plan_.fault != LineFault::neighboursId) return;
        for (auto& byte : heard)
            byte = renamed(byte);
    }
    /// The next byte of the first frame of an answer, as it would be from somebody else.
    std::uint8_t renamed(std::uint8_t byte) {
        const std::size_t at = frame_.size();
        const std::size_t size =
            at < prefix ? prefix : prefix + frame_[lengthAt] + frame_[lengthAt + 1] * std::size_t{256};
        if (at >= size && at >= prefix) return byte; // of the frames behind it
        if (at == idAt)
            byte = plan_.fault == LineFault::strangersId ? 200 : static_cast<std::uint8_t>(3 - byte);
        if (at >= prefix && at >= size - 2) {
            const auto crc = drivers::dynamixel::crc16(ByteView(frame_).first(size - 2));
            byte = static_cast<std::uint8_t>(at == size - 2 ? crc & 0xFF : crc >> 8);
        }
        frame_.push_back(byte);
        return byte;
    }

    std::unique_ptr<bus::Transport> inner_;
    LinePlan& plan_;
    Bytes frame_; ///< of the present answer, as it was handed on
    bool failing_ = false;
    bool gone_ = false;
};

} // namespace servolane::tests
