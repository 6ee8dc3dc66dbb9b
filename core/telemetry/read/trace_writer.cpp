// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace_writer.h"

#include <utility>

namespace servolane::telemetry {

namespace {

constexpr Duration rateInterval = std::chrono::seconds{1};

/// What one sealed chunk takes: sharing or not is seen from who else times its rows.
std::size_t bytesOf(bool ownTimes) {
    return sizeof(TraceChunk) + (ownTimes ? sizeof(TimeChunk) : 0);
}

std::uint64_t valuesIn(const TraceChunk& chunk, std::uint32_t rows) {
    std::uint32_t count = 0;
    for (std::uint32_t bucket = 0; bucket < rows / traceFanOut; ++bucket)
        count += chunk.counts[bucket] & TraceChunk::countMask;
    for (std::uint32_t row = rows / traceFanOut * traceFanOut; row < rows; ++row)
        count += chunk.values[row] == chunk.values[row] ? 1 : 0;
    return count;
}

} // namespace

TraceWriter::TraceWriter()
    : spine_(std::make_shared<const TraceSpine>())
    , snapshot_(std::make_shared<const Trace>()) {}

void TraceWriter::beginChunk() {
    chunk_ = std::make_shared_for_overwrite<TraceChunk>();
    rows_ = 0;
}

void TraceWriter::appendOwn(Time time, float value) {
    if (!chunk_) {
        beginChunk();
        ownTimes_ = std::make_shared_for_overwrite<TimeChunk>();
        chunk_->times = ownTimes_;
    }
    ownTimes_->at[rows_] = nanosecondsSinceEpoch(time);
    chunk_->values[rows_] = value;
    lastTime_ = time;
    if (++rows_ % traceFanOut == 0) closeRows();
}

bool TraceWriter::append(Time time, float value) {
    if (time <= lastTime_) {
        ++rejected_;
        return false;
    }
    appendOwn(time, value);
    if (value != value) return true;
    if (lastValueTime_ != Time::min()) learnPeriod(time - lastValueTime_);
    lastValueTime_ = time;
    return true;
}

void TraceWriter::markGap() {
    if (hasRows()) appendOwn(lastTime_, gap);
}

void TraceWriter::share(std::shared_ptr<const TimeChunk> times) {
    seal();
    beginChunk();
    chunk_->times = std::move(times);
}

void TraceWriter::endSharing() {
    if (isSharing()) seal();
}

void TraceWriter::closeRows() {
    chunk_->closeEnvelopes(rows_);
    if (rows_ == chunkRows) seal();
}

void TraceWriter::seal() {
    if (!chunk_) return;
    if (rows_ > 0) {
        const bool own = ownTimes_ != nullptr;
        TracePiece piece = sealedPiece(std::move(chunk_), rows_);
        sealedCount_ += piece.summary.extent.count;
        sealedRows_ += rows_;
        sealedBytes_ += bytesOf(own);
        piece.ownTimes = own;
        lastTime_ = Time{Duration{piece.lastNs}};
        auto next = std::make_shared<TraceSpine>(*spine_);
        appendPiece(*next, std::move(piece));
        spine_ = std::move(next);
        ++sealedChunks_;
    }
    chunk_.reset();
    ownTimes_.reset();
    rows_ = 0;
}

void TraceWriter::learnPeriod(Duration interval) {
    if (period_ == Duration{})
        period_ = interval;
    else
        period_ += (std::min(interval, 4 * period_) - period_) / 8;
}

std::shared_ptr<const Trace> TraceWriter::snapshot(Duration sharedPeriod) {
    if (sealedRows_ + rows_ == snapshotRows_ && dropped_ == snapshotDropped_ && stored_ == snapshotStored_)
        return snapshot_;
    snapshotRows_ = sealedRows_ + rows_;
    snapshotDropped_ = dropped_;
    snapshotStored_ = stored_;
    auto trace = std::make_shared<Trace>();
    trace->spine_ = spine_;
    if (rows_ > 0) trace->tail_ = chunk_;
    trace->tailRows_ = rows_;
    trace->count_ = sealedCount_ + (rows_ > 0 ? valuesIn(*chunk_, rows_) : 0);
    trace->rejected_ = rejected_;
    trace->dropped_ = dropped_;
    trace->recall_ = recall_;
    trace->last_ = trace->lastBefore(Time::max());
    if (!trace->last_ && stored_ > 0) trace->last_ = snapshot_->last_;
    trace->period_ = isSharing() ? sharedPeriod : period_;
    measureRate(*trace);
    snapshot_ = std::move(trace);
    return snapshot_;
}

void TraceWriter::measureRate(Trace& trace) {
    if (!trace.last_) return;
    const Time now = trace.last_->time;
    if (rateSince_ == Time::min()) {
        const auto first = trace.first();
        if (!first) return; // its first samples are in a recording only
        rateSince_ = first->time;
        rateCount_ = 1;
    }
    if (now - rateSince_ >= rateInterval) {
        rate_ = trace.count_ > rateCount_
                    ? static_cast<double>(trace.count_ - rateCount_) / seconds(now - rateSince_)
                    : 0.0;
        rateSince_ = now;
        rateCount_ = trace.count_;
    }
    trace.rate_ = rate_;
}

std::size_t TraceWriter::bytes() const {
    return sealedBytes_ + stored_ * outlineBytes + (chunk_ ? bytesOf(ownTimes_ != nullptr) : 0);
}

Time TraceWriter::oldestSealed() const {
    return spine_->empty() ? Time::max() : Time{Duration{spine_->front().firstNs}};
}

Time TraceWriter::oldestInMemory() const {
    const TracePiece* oldest = telemetry::oldestInMemory(*spine_);
    return oldest ? Time{Duration{oldest->firstNs}} : Time::max();
}

const std::size_t TraceWriter::outlineBytes = sizeof(TracePiece) + sizeof(StoredPiece);

std::size_t TraceWriter::storeOldestChunk(const std::shared_ptr<Recall>& recall, AxisId axis,
                                          Channel channel) {
    if (!telemetry::oldestInMemory(*spine_)) return 0;
    auto next = std::make_shared<TraceSpine>(*spine_);
    const TracePiece oldest = replaceOldest(*next, recall, axis, channel);
    spine_ = std::move(next);
    recall_ = recall;
    const std::size_t freed = bytesOf(oldest.ownTimes);
    sealedBytes_ -= freed;
    ++stored_;
    return freed;
}

std::shared_ptr<const TraceSpine> TraceWriter::sealed() {
    seal();
    return spine_;
}

std::size_t TraceWriter::dropOldestChunk() {
    if (spine_->empty()) return 0;
    auto next = std::make_shared<TraceSpine>(*spine_);
    const TracePiece oldest = dropOldest(*next);
    spine_ = std::move(next);
    const std::size_t freed = bytesOf(oldest.ownTimes);
    sealedBytes_ -= freed;
    sealedCount_ -= oldest.summary.extent.count;
    dropped_ += oldest.rows;
    // The rate counts from what is still held.
    rateCount_ -= std::min<std::uint64_t>(rateCount_, oldest.summary.extent.count);
    return freed;
}

} // namespace servolane::telemetry
