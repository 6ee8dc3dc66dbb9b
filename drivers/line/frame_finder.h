// SPDX-License-Identifier: GPL-3.0-or-later
// What a line needs of whoever finds frames in its bytes, and the buffer that all of them share.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/ids.h"
#include "core/kernel/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace servolane::drivers {

/// What the answers to a request will look like, for the time-outs.
struct Expectation {
    std::size_t replyBytes = 0; ///< of all answers together
    std::size_t longestFrame = 0;
    std::size_t answers = 1;
    Duration patience{};        ///< what the servo needs for the job itself, before it answers
    std::size_t mergedSize = 0; ///< of a merged reply; 0 if none is awaited
    std::size_t lateSize = 0;   ///< of an answer to an earlier request that may come before; 0 if none may
    bool isRead = false;        ///< of one servo, whose answer may be taken for one to another question
};

struct FoundFrame {
    ServoId id;
    std::size_t wireSize = 0; ///< bytes on the line
    bool isAnswer = false;    ///< false: a host's request, most likely the own echo
};

struct FrameCounters {
    std::uint64_t frames = 0;
    std::uint64_t corruptFrames = 0; ///< complete by their length, but the checksum failed
    std::uint64_t foreignBytes = 0;  ///< dropped while hunting for a header, those of corrupt frames included
};

/// Contract: one thread. Allocates in the constructor only. What was found looks into the buffer and holds
/// until the next call that is not const.
class FrameFinder {
public:
    virtual ~FrameFinder() = default;
    FrameFinder(const FrameFinder&) = delete;
    FrameFinder& operator=(const FrameFinder&) = delete;

    /// The next good frame; absent if more bytes are needed.
    [[nodiscard]] virtual std::optional<FoundFrame> find() noexcept = 0;
    /// The line has fallen silent: what is pending will not be completed. Drops the false or cut header, so
    /// that find() goes on behind it. False if nothing was pending.
    bool abandonPending() noexcept;
    /// A request is about to go out, and these are its answers.
    virtual void expect(const Expectation& expectation, ByteView request) noexcept = 0;
    /// Nothing is known of what will come.
    virtual void expectAnything() noexcept = 0;

    /// Room to read into directly, never empty after find() has found nothing; then say how much with
    /// commit().
    [[nodiscard]] MutableByteView writable() noexcept;
    void commit(std::size_t bytes) noexcept;
    /// Copies as many as there is room for and returns how many.
    std::size_t feed(ByteView bytes) noexcept;
    /// Bytes received and not yet handed out; after find() has found nothing, they start at a (partial)
    /// header.
    [[nodiscard]] ByteView pending() const noexcept {
        return ByteView(buffer_).subspan(begin_, end_ - begin_);
    }
    /// Of the frame that find() has just found; its parameters may be unstuffed in place.
    [[nodiscard]] ByteView lastBytes() const noexcept {
        return ByteView(buffer_).subspan(begin_ - lastSize_, lastSize_);
    }
    void clear() noexcept { begin_ = end_ = lastSize_ = 0; }
    [[nodiscard]] const FrameCounters& counters() const noexcept { return counters_; }

protected:
    explicit FrameFinder(std::size_t capacity)
        : buffer_(capacity) {}

    [[nodiscard]] std::size_t capacity() const noexcept { return buffer_.size(); }
    /// Drops what no frame can begin with. Families without a header have nothing to look for.
    virtual void skipToHeader() noexcept {}
    void countCorrupt() noexcept { ++counters_.corruptFrames; }
    /// The first bytes belong to no frame.
    void drop(std::size_t bytes) noexcept {
        begin_ += bytes;
        counters_.foreignBytes += bytes;
    }
    /// The first bytes are a frame, which is not pending any more.
    [[nodiscard]] MutableByteView handOut(std::size_t bytes) noexcept {
        ++counters_.frames;
        begin_ += bytes;
        lastSize_ = bytes;
        return MutableByteView(buffer_).subspan(begin_ - bytes, bytes);
    }

private:
    Bytes buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t lastSize_ = 0;
    FrameCounters counters_;
};

} // namespace servolane::drivers
