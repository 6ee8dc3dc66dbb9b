// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/read/register_board_projection.h"

namespace servolane::registers {

void RegisterBoardProjection::apply(const api::Event& event) {
    working_.upTo = event.sequence;
    if (const auto* read = std::get_if<RegisterRead>(&event.body)) {
        working_.axes[read->axis][read->name] = {read->raw, event.time};
        changed_ = true;
    } else if (const auto* written = std::get_if<RegisterWritten>(&event.body)) {
        working_.axes[written->axis][written->name] = {written->after, event.time};
        changed_ = true;
    }
}

void RegisterBoardProjection::publish(Time) {
    if (!changed_) return;
    changed_ = false;
    cell_.publish(std::make_shared<const RegisterBoard>(working_));
}

} // namespace servolane::registers
