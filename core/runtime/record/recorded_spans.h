// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <chrono>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace servolane::runtime {

/// Which file of this run holds which time. The recorder writes it, who reads old samples back asks. Any
/// thread.
class RecordedSpans {
public:
    void begin(const std::string& path, Time from) {
        const std::lock_guard lock(mutex_);
        if (spans_.size() == mostSpans) spans_.erase(spans_.begin());
        spans_.push_back({path, from, std::nullopt});
    }
    void end(const std::string& path, Time to) {
        const std::lock_guard lock(mutex_);
        for (Span& span : spans_)
            if (span.path == path && !span.to) span.to = to;
    }
    /// All files that may hold some of it: those that should hold all of it come first, of equals the newest.
    /// A file may hold less than its span says: what it lacks is to be looked for in the next.
    [[nodiscard]] std::vector<std::string> filesWith(Time first, Time last) const {
        std::vector<std::string> whole;
        std::vector<std::string> part;
        const std::lock_guard lock(mutex_);
        for (auto span = spans_.rbegin(); span != spans_.rend(); ++span) {
            if (span->from - slack > last || (span->to && *span->to + slack < first)) continue;
            const bool isWhole = span->from <= first && (!span->to || last <= *span->to);
            (isWhole ? whole : part).push_back(span->path);
        }
        whole.insert(whole.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
        return whole;
    }

private:
    /// Samples taken before a segment began may arrive after that, and lie in it.
    static constexpr Duration slack = std::chrono::seconds{1};
    static constexpr std::size_t mostSpans = 1024; ///< older segments are deleted long before
    struct Span {
        std::string path;
        Time from{};
        std::optional<Time> to; ///< absent: it is being written
    };
    mutable std::mutex mutex_;
    std::vector<Span> spans_;
};

} // namespace servolane::runtime
