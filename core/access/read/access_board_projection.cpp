// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/access/read/access_board_projection.h"

namespace servolane::access {

void AccessBoardProjection::apply(const api::Event& event) {
    working_.upTo = event.sequence;
    std::visit(
        [this](const auto& body) {
            if constexpr (requires { on(body); }) {
                on(body);
                changed_ = true;
            }
        },
        event.body);
}

void AccessBoardProjection::publish(Time) {
    if (!changed_) return;
    changed_ = false;
    cell_.publish(std::make_shared<const AccessBoard>(working_));
}

} // namespace servolane::access
