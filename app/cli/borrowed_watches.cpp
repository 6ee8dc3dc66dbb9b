// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/borrowed_watches.h"

#include "app/cli/failures.h"

#include <algorithm>

namespace servolane::cli {

BorrowedWatches::~BorrowedWatches() {
    const app::CommandClient::Undisturbed undisturbed(context_.client);
    for (const auto& [axis, name] : taken_)
        static_cast<void>(context_.client.perform(motion::WatchRegister{axis, name, false}));
}

tl::expected<void, Failure> BorrowedWatches::take(AxisId axis, const std::string& name) {
    const auto fate = context_.client.perform(motion::WatchRegister{axis, name, true});
    if (!fate.isDone())
        return tl::make_unexpected(
            failureOf(fate, "Watching " + name + " of " + nameOf(context_, axis), context_));
    taken_.emplace_back(axis, name);
    return {};
}

tl::expected<void, Failure> BorrowedWatches::take(const Attached& attached) {
    const auto& ids = context_.arguments.ids;
    for (const std::string& name : context_.arguments.watches) {
        bool any = false;
        const auto board = context_.client.axes();
        AxisId last{};
        for (const motion::AxisView& view : board->axes) {
            const bool wanted =
                ids.empty() || std::find(ids.begin(), ids.end(), view.axis->servo.value) != ids.end();
            if (view.axis->bus != attached.bus || !wanted) continue;
            last = view.axis->id;
            if (!view.axis->model->find(name)) continue;
            any = true;
            if (motion::isWatched(name, *view.axis)) continue;
            if (auto taken = take(view.axis->id, name); !taken) return taken;
        }
        // The policy says which axis lacks it.
        if (any || last == AxisId{}) continue;
        if (auto taken = take(last, name); !taken) return taken;
    }
    return {};
}

} // namespace servolane::cli
