// SPDX-License-Identifier: GPL-3.0-or-later
// Samples that are not in memory but in a recording: traces keep an outline of them and ask for the rest when
// somebody looks there. Any thread, save where stated. Memory of what was read back: see Recall::Limits.
#pragma once

#include "core/kernel/clock.h"
#include "core/kernel/ids.h"
#include "core/kernel/time.h"
#include "core/telemetry/channel.h"
#include "core/telemetry/read/extent.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace servolane::telemetry {

struct TracePiece;
using TraceSpine = std::vector<TracePiece>;
class Recall;

/// A run of samples of one channel that lies in a recording.
class StoredPiece : public std::enable_shared_from_this<StoredPiece> {
public:
    struct Place {
        AxisId axis;
        Channel channel{};
        std::int64_t firstNs = 0; ///< of its first and last sample
        std::int64_t lastNs = 0;
        bool gapBefore = false; ///< the line is broken before its first sample
    };
    StoredPiece(std::shared_ptr<Recall> recall, Place place)
        : recall_(std::move(recall))
        , place_(place) {}

    [[nodiscard]] const Place& place() const { return place_; }
    /// Its samples; nullptr while they are not in memory, and then they are asked for. A gap alone: there are
    /// none, or they cannot be read.
    [[nodiscard]] std::shared_ptr<const TraceSpine> look() const;
    /// The recording that should hold them cannot be read: its outline is all that is known.
    [[nodiscard]] bool isLost() const;
    /// With sums, once it was read; it is kept when the samples are given up again.
    [[nodiscard]] std::optional<Summary> summary() const;

private:
    friend class Recall;
    std::shared_ptr<Recall> recall_;
    Place place_;
    // Guarded by the mutex of the Recall.
    mutable std::shared_ptr<const TraceSpine> samples_;
    mutable std::optional<Summary> summary_;
    mutable std::uint64_t lookedAt_ = 0; ///< revision at which somebody looked last
    mutable bool wanted_ = false;
    mutable bool lost_ = false;
};

/// What was asked for, and what was read back.
class Recall {
public:
    using Wanted = std::vector<std::shared_ptr<const StoredPiece>>;
    struct Limits {
        /// Samples read back; those that nobody looks at go first. What is on the screen beyond it stays an
        /// outline.
        std::size_t bytes = std::size_t{192} << 20U;
    };

    /// `reader` is woken when something is asked for; it must live until end().
    explicit Recall(Waker& reader, Limits limits);
    explicit Recall(Waker& reader)
        : Recall(reader, Limits{}) {}

    /// Grows whenever something was read back: pictures are to be made anew.
    [[nodiscard]] std::uint64_t revision() const;
    /// Something is asked for and not yet there.
    [[nodiscard]] bool isWaiting() const;
    [[nodiscard]] std::size_t bytes() const;

    // The reading thread only.
    /// What was asked for last comes first. Forgets the rest of what was asked for: who still looks asks
    /// again after the next revision.
    [[nodiscard]] Wanted takeWanted(std::size_t most);
    /// `samples` may be empty, never null. Seen by others after publish().
    void fill(const StoredPiece& piece, std::shared_ptr<const TraceSpine> samples);
    /// It cannot be read, at least not now; `gap` stands for its samples.
    void lose(const StoredPiece& piece, std::shared_ptr<const TraceSpine> gap);
    void publish();
    /// Nobody reads any more: outlines stay what they are.
    void end();

private:
    friend class StoredPiece;
    void want(const StoredPiece& piece); ///< under the mutex
    void makeRoom();
    void keep(const StoredPiece& piece, std::shared_ptr<const TraceSpine> samples); ///< under the mutex

    /// Traces own their pieces: those of traces that are gone count no more.
    struct Filled {
        std::weak_ptr<const StoredPiece> piece;
        std::size_t bytes = 0;
        std::uint64_t lookedAt = 0;
    };
    Waker* reader_; ///< null: it has ended
    Limits limits_;
    mutable std::mutex mutex_;
    std::vector<std::weak_ptr<const StoredPiece>> wanted_;
    std::vector<Filled> filled_;
    std::size_t bytes_ = 0;
    std::size_t asked_ = 0; ///< taken by the reading thread, not yet published
    std::uint64_t revision_ = 1;
};

} // namespace servolane::telemetry
