// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/record/disk_watch.h"

namespace servolane::runtime {

namespace {
/// Less says more of a compiler run or a cache than of the recording.
constexpr Duration leastSpan = std::chrono::seconds{30};
constexpr Duration mostSpan = std::chrono::minutes{10};
constexpr double longest = 365.0 * 86400.0; ///< seconds; more is no forecast
} // namespace

void DiskWatch::look(Time now, std::uint64_t freeBytes) {
    free_ = freeBytes;
    // More than before: somebody made room, and the forecast begins anew.
    if (freeBytes > freeThen_) left_.reset();
    if (!since_ || freeBytes > freeThen_ || now - *since_ > mostSpan) {
        since_ = now;
        freeThen_ = freeBytes;
    }
    const double span = seconds(now - *since_);
    if (now - *since_ < leastSpan) return;
    const double perSecond = static_cast<double>(freeThen_ - freeBytes) / span;
    const double usable =
        freeBytes > limits_.reserve ? static_cast<double>(freeBytes - limits_.reserve) : 0.0;
    left_ = perSecond > 0.0 && usable / perSecond < longest ? std::optional{fromSeconds(usable / perSecond)}
                                                            : std::nullopt;
}

session::DiskRoom DiskWatch::room() const {
    session::DiskRoom room;
    room.freeBytes = free_;
    room.left = left_;
    room.low = free_ && (*free_ < limits_.scarce || (left_ && *left_ < limits_.soon));
    return room;
}

} // namespace servolane::runtime
