// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/decision.h"

#include <iterator>

namespace servolane::api {

namespace {
template <class T>
void appendTo(std::vector<T>& all, std::vector<T>&& more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}
} // namespace

void Decision::merge(Decision other) {
    appendTo(events, std::move(other.events));
    appendTo(requests, std::move(other.requests));
    appendTo(whenConfirmed, std::move(other.whenConfirmed));
    appendTo(whenFailed, std::move(other.whenFailed));
}

} // namespace servolane::api
