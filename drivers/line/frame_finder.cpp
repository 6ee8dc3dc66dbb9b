// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/line/frame_finder.h"

#include <algorithm>

namespace servolane::drivers {

MutableByteView FrameFinder::writable() noexcept {
    if (begin_ > 0) {
        const auto first = buffer_.begin();
        std::copy(first + static_cast<std::ptrdiff_t>(begin_), first + static_cast<std::ptrdiff_t>(end_),
                  first);
        end_ -= begin_;
        begin_ = lastSize_ = 0;
    }
    return MutableByteView(buffer_).subspan(end_);
}

void FrameFinder::commit(std::size_t bytes) noexcept {
    end_ = std::min(end_ + bytes, buffer_.size());
}

std::size_t FrameFinder::feed(ByteView bytes) noexcept {
    const MutableByteView room = writable();
    const std::size_t taken = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), taken, room.begin());
    commit(taken);
    return taken;
}

bool FrameFinder::abandonPending() noexcept {
    if (pending().empty()) return false;
    drop(1);
    skipToHeader();
    return true;
}

} // namespace servolane::drivers
