// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/record/recall_loop.h"

#include "core/telemetry/read/session_outline.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace servolane::runtime {

namespace {
constexpr std::size_t piecesOfRecall = 64;
}

Time RecallLoop::step(Time now) {
    // One that does not open is not tried again for each piece.
    std::map<std::string, Result<std::unique_ptr<session::SessionReader>>> open;
    const auto readerFor = [&](Time first, Time last,
                               std::size_t nth) -> std::optional<Result<session::SessionReader*>> {
        const auto paths = spans_.filesWith(first, last);
        if (nth >= paths.size() || !store_) return std::nullopt;
        auto known = open.find(paths[nth]);
        if (known == open.end()) known = open.emplace(paths[nth], store_->open(paths[nth])).first;
        if (!known->second) return tl::make_unexpected(known->second.error());
        return known->second->get();
    };
    static_cast<void>(telemetry::readBack(recall_, readerFor, piecesOfRecall));
    return recall_.isWaiting() ? now : Time::max();
}

} // namespace servolane::runtime
