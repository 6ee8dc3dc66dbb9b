// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/recorded_rows.h"

#include "core/telemetry/read/session_samples.h"

#include <algorithm>
#include <limits>

namespace servolane::telemetry {

namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::min();

/// Walks over the rows of one recording.
class RowCursor {
public:
    RowCursor(RecordedRows& rows, std::int64_t firstNs, std::int64_t lastNs)
        : rows_(rows)
        , last_(lastNs) {
        while (block_ < rows_.blocks.size() && rows_.blocks[block_].timeNs.back() < firstNs)
            ++block_;
        if (block_ == rows_.blocks.size()) return;
        const auto& times = rows_.blocks[block_].timeNs;
        row_ =
            static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), firstNs) - times.begin());
    }

    /// `never` at the end.
    [[nodiscard]] std::int64_t at() const {
        if (block_ == rows_.blocks.size()) return never;
        const std::int64_t time = rows_.blocks[block_].timeNs[row_];
        return time <= last_ ? time : never;
    }
    [[nodiscard]] const session::SessionAxis& axis() const { return *rows_.axis; }
    [[nodiscard]] session::AxisBlock& block() { return rows_.blocks[block_]; }
    /// What the recording says is missing before this row is missing, unless another had rows there.
    [[nodiscard]] bool tellsGapAfter(std::int64_t taken) const {
        return rows_.blocks[block_].gapBefore[row_] != 0 && (before_ == nothing || before_ == taken);
    }
    void tellGap(bool isGap) { block().gapBefore[row_] = isGap ? 1 : 0; }
    void advance() {
        before_ = at();
        if (++row_ < rows_.blocks[block_].timeNs.size()) return;
        row_ = 0;
        ++block_;
    }

private:
    RecordedRows& rows_;
    std::int64_t last_;
    std::size_t block_ = 0;
    std::size_t row_ = 0;
    std::int64_t before_ = nothing; ///< the row before this one
};

} // namespace

bool RecordedRows::reachesOver(Time first, Time last) const {
    return !isDamaged && !blocks.empty() && blocks.front().timeNs.front() <= nanosecondsSinceEpoch(first) &&
           blocks.back().timeNs.back() >= nanosecondsSinceEpoch(last);
}

bool readRows(session::SessionReader& reader, AxisId axis, Time first, Time last, RecordedRows& into) {
    const auto& axes = reader.summary().axes;
    const auto known =
        std::find_if(axes.begin(), axes.end(), [&](const auto& one) { return one.id == axis; });
    if (known == axes.end()) return true;
    into.axis = &*known;
    const auto read = reader.readAxis(axis, first, last, [&](const session::AxisBlock& block) {
        into.isDamaged = into.isDamaged || block.unreadableBefore > 0;
        if (!block.timeNs.empty()) into.blocks.push_back(block);
        return true;
    });
    return read.has_value();
}

void mergeRows(std::vector<RecordedRows>& recordings, Time first, Time last, SessionSamples& into) {
    if (recordings.size() == 1) {
        for (const session::AxisBlock& block : recordings.front().blocks)
            into.append(block, first, last);
        return;
    }
    std::vector<RowCursor> cursors;
    for (RecordedRows& rows : recordings)
        cursors.emplace_back(rows, nanosecondsSinceEpoch(first), nanosecondsSinceEpoch(last));
    std::int64_t taken = nothing;
    std::size_t source = 0;
    for (;;) {
        std::int64_t next = never;
        for (const RowCursor& cursor : cursors)
            next = std::min(next, cursor.at());
        if (next == never) return;
        if (cursors[source].at() != next)
            source = static_cast<std::size_t>(
                std::find_if(cursors.begin(), cursors.end(),
                             [&](const RowCursor& cursor) { return cursor.at() == next; }) -
                cursors.begin());
        const bool isGap = std::all_of(cursors.begin(), cursors.end(), [&](const RowCursor& cursor) {
            return cursor.at() != next || cursor.tellsGapAfter(taken);
        });
        cursors[source].tellGap(isGap);
        const Time at{Duration{next}};
        into.readFrom(cursors[source].axis(), at);
        into.append(cursors[source].block(), at, at);
        for (RowCursor& cursor : cursors)
            if (cursor.at() == next) cursor.advance();
        taken = next;
    }
}

} // namespace servolane::telemetry
