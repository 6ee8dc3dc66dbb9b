// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/recall_loop.h"

#include "core/telemetry/read/session_outline.h"

#include <map>
#include <memory>

namespace servolane::runtime {

namespace {
constexpr std::size_t piecesOfRecall = 64;
}

Time RecallLoop::step(Time now) {
    std::map<std::string, std::unique_ptr<session::SessionReader>> open;
    const auto readerFor = [&](Time first, Time last) -> Result<session::SessionReader*> {
        const auto path = spans_.fileWith(first, last);
        if (!path || !store_) return failure(ErrorCode::notFound, "no recording holds it");
        auto& reader = open[*path];
        if (!reader) {
            auto opened = store_->open(*path);
            if (!opened) return tl::make_unexpected(opened.error());
            reader = std::move(*opened);
        }
        return reader.get();
    };
    static_cast<void>(telemetry::readBack(recall_, readerFor, piecesOfRecall));
    return recall_.isWaiting() ? now : Time::max();
}

} // namespace servolane::runtime
