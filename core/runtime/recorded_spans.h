// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <algorithm>
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
    /// Of the files that hold all of it, or else part of it, the newest; absent if none does.
    [[nodiscard]] std::optional<std::string> fileWith(Time first, Time last) const {
        const std::lock_guard lock(mutex_);
        const auto holds = [](const Span& span, Time at) {
            return span.from <= at && (!span.to || at <= *span.to);
        };
        const auto whole = std::find_if(spans_.rbegin(), spans_.rend(), [&](const Span& span) {
            return holds(span, first) && holds(span, last);
        });
        if (whole != spans_.rend()) return whole->path;
        const auto part = std::find_if(spans_.rbegin(), spans_.rend(), [&](const Span& span) {
            return holds(span, first) || holds(span, last);
        });
        if (part != spans_.rend()) return part->path;
        return std::nullopt;
    }

private:
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
