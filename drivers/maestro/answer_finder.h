// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of a Maestro: as many bytes as the command that was sent last is answered with, and nothing that
// says so.
#pragma once

#include "drivers/line/frame_finder.h"

namespace servolane::drivers::maestro {

/// Contract: one thread. What was found looks into the buffer and holds until the next call that is not
/// const.
///
/// More bytes than were asked for, or a number that no channel can have, are taken for chance as a whole:
/// where an answer begins in them cannot be told.
class AnswerFinder final : public FrameFinder {
public:
    struct Frame {
        ByteView bytes;
    };

    AnswerFinder();

    [[nodiscard]] std::optional<FoundFrame> find() noexcept override;
    [[nodiscard]] const Frame& last() const { return last_; }
    /// The request ends with the command that is answered.
    void expect(const Expectation& expectation, ByteView request) noexcept override;
    void expectAnything() noexcept override { awaited_ = 0; }

private:
    std::size_t awaited_ = 0; ///< bytes; 0: nothing is an answer
    bool isNumber_ = false;
    ServoId answerer_;
    Frame last_;
};

} // namespace servolane::drivers::maestro
