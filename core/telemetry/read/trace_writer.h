// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"
#include "core/telemetry/read/trace.h"
#include "core/telemetry/read/trace_chunk.h"

#include <limits>
#include <memory>

namespace servolane::telemetry {

/// Appends to one trace and takes snapshots of it. One thread; its snapshots go to any thread through a
/// SnapshotCell (whose mutex orders what was written before with what is read after).
/// Rows are timed by a column of the trace's own, or by one shared with the other channels of a bus.
class TraceWriter {
public:
    static constexpr float gap = std::numeric_limits<float>::quiet_NaN();

    TraceWriter();

    /// A row with a time of its own; `value` may be a gap. False, and counted, if `time` is not after the
    /// newest. Not while sharing.
    bool append(Time time, float value);
    /// A gap follows the newest row. Does nothing on an empty trace. Not while sharing.
    void markGap();

    /// From here on rows are timed by `times`, beginning at its row 0; ends when its rows are full.
    void share(std::shared_ptr<const TimeChunk> times);
    /// Back to times of its own.
    void endSharing();
    [[nodiscard]] bool isSharing() const { return chunk_ && !ownTimes_; }
    /// The next row of the shared column, whose time the owner of the column has written before.
    void appendShared(float value) {
        chunk_->values[rows_] = value;
        if (++rows_ % traceFanOut == 0) closeRows();
    }

    /// The trace as it is now: the same pointer as before if nothing was added. `sharedPeriod` is the
    /// expected time between two rows of the shared column; ignored while not sharing.
    [[nodiscard]] std::shared_ptr<const Trace> snapshot(Duration sharedPeriod = {});

    [[nodiscard]] bool hasRows() const { return sealedRows_ + rows_ > 0; }
    [[nodiscard]] std::size_t bytes() const;
    /// Time of the oldest row of a sealed chunk; Time::max() if there is none.
    [[nodiscard]] Time oldestSealed() const;
    /// Gives up the oldest sealed chunk; returns the bytes freed once no snapshot holds it.
    std::size_t dropOldestChunk();
    /// Of the oldest sealed chunk that is in memory; Time::max() if there is none.
    [[nodiscard]] Time oldestInMemory() const;
    /// Gives up the samples of the oldest sealed chunk in memory, which lie in a recording too, and keeps its
    /// outline; returns the bytes freed once no snapshot holds it. Takes outlineBytes.
    std::size_t storeOldestChunk(const std::shared_ptr<Recall>& recall, AxisId axis, Channel channel);
    static const std::size_t outlineBytes;
    /// All of it, the growing chunk sealed; nothing may be appended any more.
    [[nodiscard]] std::shared_ptr<const TraceSpine> sealed();
    /// Chunks sealed so far.
    [[nodiscard]] std::uint64_t sealedChunks() const { return sealedChunks_; }

    /// Learned time between two samples on times of its own; zero if not known.
    [[nodiscard]] Duration period() const { return period_; }
    /// More than `periods` of them passed since the newest sample. Not while sharing.
    [[nodiscard]] bool isOverdue(Time time, int periods) const {
        return period_ > Duration{} && time - lastValueTime_ > periods * period_;
    }
    /// The polling rate was changed: learn the period anew.
    void forgetPeriod() { period_ = {}; }

private:
    void beginChunk();
    void appendOwn(Time time, float value);
    void closeRows();
    void seal();
    void learnPeriod(Duration interval);
    void measureRate(Trace& trace);

    std::shared_ptr<const TraceSpine> spine_;
    std::shared_ptr<TraceChunk> chunk_;
    std::shared_ptr<TimeChunk> ownTimes_; ///< null while sharing
    std::uint32_t rows_ = 0;
    std::uint64_t sealedRows_ = 0;
    std::uint64_t sealedChunks_ = 0;
    std::uint64_t sealedCount_ = 0; ///< values in sealed chunks still held
    std::uint64_t rejected_ = 0;
    std::uint64_t dropped_ = 0;
    std::uint64_t stored_ = 0;             ///< chunks whose samples were given up
    std::shared_ptr<const Recall> recall_; ///< of those
    std::size_t sealedBytes_ = 0;
    Time lastTime_ = Time::min();
    Time lastValueTime_ = Time::min();
    Duration period_{};

    std::shared_ptr<const Trace> snapshot_;
    std::uint64_t snapshotRows_ = 0;
    std::uint64_t snapshotDropped_ = 0;
    std::uint64_t snapshotStored_ = 0;
    std::uint64_t rateCount_ = 0; ///< values up to the beginning of the interval the rate is measured over
    Time rateSince_ = Time::min();
    double rate_ = 0.0;
};

} // namespace servolane::telemetry
