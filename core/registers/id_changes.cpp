// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/id_changes.h"

#include <algorithm>
#include <set>
#include <string>

namespace servolane::registers {

namespace {

std::string name(ServoId id) {
    return std::to_string(id.value);
}

Result<void> check(const std::vector<IdChange>& wanted, const std::set<ServoId>& present) {
    std::set<ServoId> sources;
    std::set<ServoId> targets;
    for (const IdChange& change : wanted) {
        if (!present.contains(change.from))
            return failure(ErrorCode::invalid, "no servo answers under id " + name(change.from));
        if (!sources.insert(change.from).second)
            return failure(ErrorCode::invalid, "servo " + name(change.from) + " is to get two ids");
        if (!targets.insert(change.to).second)
            return failure(ErrorCode::invalid, "two servos are to get id " + name(change.to));
    }
    for (const IdChange& change : wanted)
        if (present.contains(change.to) && !sources.contains(change.to))
            return failure(ErrorCode::invalid, "id " + name(change.to) + ", which servo " +
                                                   name(change.from) + " is to get, is taken and stays so");
    return {};
}

} // namespace

Result<std::vector<IdChange>> orderIdChanges(const std::vector<IdChange>& wanted,
                                             const std::vector<ServoId>& present, ServoId last) {
    std::set<ServoId> taken(present.begin(), present.end());
    if (const auto sound = check(wanted, taken); !sound) return tl::make_unexpected(sound.error());
    std::vector<IdChange> open = wanted;
    std::erase_if(open, [](const IdChange& change) { return change.from == change.to; });
    std::vector<IdChange> order;
    const auto make = [&](const IdChange& change) {
        order.push_back(change);
        taken.erase(change.from);
        taken.insert(change.to);
    };
    while (!open.empty()) {
        const auto ready = std::find_if(open.begin(), open.end(),
                                        [&](const IdChange& change) { return !taken.contains(change.to); });
        if (ready != open.end()) {
            make(*ready);
            open.erase(ready);
            continue;
        }
        ServoId spare = last;
        const auto isUsed = [&](ServoId id) {
            return taken.contains(id) || std::any_of(open.begin(), open.end(),
                                                     [&](const IdChange& change) { return change.to == id; });
        };
        while (spare.value > 0 && isUsed(spare))
            spare = {static_cast<std::uint8_t>(spare.value - 1)};
        if (isUsed(spare)) return failure(ErrorCode::invalid, "no id is free to change the others by way of");
        make({open.front().from, spare});
        open.front().from = spare;
    }
    return order;
}

} // namespace servolane::registers
