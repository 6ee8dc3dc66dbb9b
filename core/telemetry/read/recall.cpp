// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/recall.h"

#include "core/telemetry/read/trace_chunk.h"

#include <algorithm>

namespace servolane::telemetry {

namespace {

/// Leaves of a spine that was read back are few; each has a time column of its own at most.
std::size_t bytesOf(const TraceSpine& spine) {
    std::size_t bytes = 0;
    for (const TracePiece& piece : spine) {
        if (piece.chunk) bytes += sizeof(TraceChunk) + (piece.ownTimes ? sizeof(TimeChunk) : 0);
        if (piece.children) bytes += bytesOf(*piece.children);
    }
    return bytes;
}

/// Pictures are made anew at each revision and look then at all that they show.
constexpr std::uint64_t revisionsOnScreen = 2;

} // namespace

std::shared_ptr<const TraceSpine> StoredPiece::look() const {
    const std::lock_guard lock(recall_->mutex_);
    lookedAt_ = recall_->revision_;
    if (!samples_) recall_->want(*this);
    return samples_;
}

bool StoredPiece::isLost() const {
    const std::lock_guard lock(recall_->mutex_);
    return lost_;
}

std::optional<Summary> StoredPiece::summary() const {
    const std::lock_guard lock(recall_->mutex_);
    return summary_;
}

Recall::Recall(Waker& reader, Limits limits)
    : reader_(&reader)
    , limits_(limits) {}

std::uint64_t Recall::revision() const {
    const std::lock_guard lock(mutex_);
    return revision_;
}

bool Recall::isWaiting() const {
    const std::lock_guard lock(mutex_);
    return !wanted_.empty() || asked_ > 0;
}

std::size_t Recall::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

void Recall::want(const StoredPiece& piece) {
    if (piece.wanted_ || !reader_) return;
    piece.wanted_ = true;
    wanted_.push_back(piece.weak_from_this());
    if (wanted_.size() == 1) reader_->wake();
}

Recall::Wanted Recall::takeWanted(std::size_t most) {
    Wanted taken;
    const std::lock_guard lock(mutex_);
    makeRoom();
    const bool hasRoom = bytes_ < limits_.bytes;
    for (auto wanted = wanted_.rbegin(); wanted != wanted_.rend(); ++wanted) {
        auto piece = wanted->lock();
        if (!piece) continue;
        piece->wanted_ = false;
        if (hasRoom && taken.size() < most) taken.push_back(std::move(piece));
    }
    wanted_.clear();
    asked_ = taken.size();
    return taken;
}

void Recall::makeRoom() {
    if (bytes_ < limits_.bytes) return;
    for (Filled& filled : filled_) {
        const auto piece = filled.piece.lock();
        filled.lookedAt = piece ? piece->lookedAt_ : 0;
    }
    std::stable_sort(filled_.begin(), filled_.end(),
                     [](const Filled& a, const Filled& b) { return a.lookedAt < b.lookedAt; });
    auto kept = filled_.begin();
    // Down to three quarters, so that not each piece that comes sorts all again.
    while (kept != filled_.end() && bytes_ > limits_.bytes / 4 * 3 &&
           kept->lookedAt + revisionsOnScreen < revision_) {
        bytes_ -= kept->bytes;
        if (const auto piece = kept->piece.lock()) {
            piece->samples_.reset();
            piece->lost_ = false; // whoever looks again tries again
        }
        ++kept;
    }
    filled_.erase(filled_.begin(), kept);
}

void Recall::fill(const StoredPiece& piece, std::shared_ptr<const TraceSpine> samples) {
    Summary summary;
    for (const TracePiece& part : *samples)
        summary.add(part.summary);
    const std::lock_guard lock(mutex_);
    if (piece.samples_) return;
    piece.summary_ = summary;
    keep(piece, std::move(samples));
}

void Recall::lose(const StoredPiece& piece, std::shared_ptr<const TraceSpine> gap) {
    const std::lock_guard lock(mutex_);
    if (piece.samples_) return;
    piece.lost_ = true;
    keep(piece, std::move(gap));
}

void Recall::keep(const StoredPiece& piece, std::shared_ptr<const TraceSpine> samples) {
    const std::size_t bytes = bytesOf(*samples);
    piece.samples_ = std::move(samples);
    bytes_ += bytes;
    filled_.push_back({piece.weak_from_this(), bytes, 0});
}

void Recall::publish() {
    const std::lock_guard lock(mutex_);
    asked_ = 0;
    ++revision_;
}

void Recall::end() {
    const std::lock_guard lock(mutex_);
    reader_ = nullptr;
    wanted_.clear();
    asked_ = 0;
}

} // namespace servolane::telemetry
