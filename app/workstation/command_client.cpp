// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/command_client.h"

#include <algorithm>

namespace servolane::app {

using journal::CommandState;

namespace {

constexpr Duration lookInterval = std::chrono::milliseconds{3};

bool isEnd(CommandState state) {
    return state != CommandState::pending && state != CommandState::sent;
}

bool isObserved(const motion::AxisView& view) {
    return view.silent || (view.torque && view[telemetry::Channel::position].isKnown());
}

} // namespace

Fate CommandClient::perform(api::CommandBody body, Duration patience,
                            const std::function<void()>& meanwhile) {
    return await(send(std::move(body)), patience, meanwhile);
}

Fate CommandClient::await(CommandId id, Duration patience, const std::function<void()>& meanwhile) {
    Fate fate;
    fate.entry.id = id;
    const auto ended = [&] {
        const auto log = parts_.models.commands.read();
        const journal::CommandEntry* entry = log->find(id);
        if (!entry) return false;
        fate.entry = *entry;
        return isEnd(entry->state);
    };
    fate.wait = waitUntil(ended, patience, meanwhile);
    return fate;
}

WaitEnd CommandClient::waitUntil(const std::function<bool()>& reached, Duration patience,
                                 const std::function<void()>& meanwhile) {
    const Time until = parts_.clock.now() + patience;
    const Waker& waker = undisturbed_ > 0 ? never_ : parts_.interrupt;
    for (;;) {
        if (reached()) return WaitEnd::reached;
        if (waker.isWoken()) return WaitEnd::interrupted;
        const Time now = parts_.clock.now();
        if (now >= until) return WaitEnd::timedOut;
        if (meanwhile) meanwhile();
        parts_.clock.waitUntil(std::min(until, now + lookInterval), waker);
    }
}

WaitEnd CommandClient::pause(Duration span, const std::function<void()>& meanwhile) {
    const WaitEnd end = waitUntil([] { return false; }, span, meanwhile);
    return end == WaitEnd::timedOut ? WaitEnd::reached : end;
}

WaitEnd CommandClient::waitObserved(BusId bus, Duration patience) {
    const auto observed = [&] {
        const auto board = parts_.models.axes.read();
        return std::all_of(board->axes.begin(), board->axes.end(), [&](const motion::AxisView& view) {
            return view.axis->bus != bus || isObserved(view);
        });
    };
    return waitUntil(observed, patience);
}

WaitEnd CommandClient::waitStored(Duration patience) {
    const Sequence upTo = parts_.models.commands.read()->upTo;
    return waitUntil([&] { return parts_.storedUpTo() >= upTo; }, patience);
}

} // namespace servolane::app
