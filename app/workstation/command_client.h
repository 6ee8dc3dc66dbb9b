// SPDX-License-Identifier: GPL-3.0-or-later
// Commands as calls: send one and wait for what becomes of it, by looking at snapshots. It needs a CommandBus
// and ReadModels, whoever owns them: a process of its own, or a window that was asked by another process.
#pragma once

#include "core/api/command_bus.h"
#include "core/api/read_models.h"
#include "core/bus/read/bus_board.h"
#include "core/journal/read/command_log.h"
#include "core/kernel/clock.h"
#include "core/motion/read/axis_board.h"

#include <functional>
#include <tl/expected.hpp>

namespace servolane::app {

enum class WaitEnd : std::uint8_t { reached, timedOut, interrupted };

/// What became of a command that was waited for.
struct Fate {
    WaitEnd wait = WaitEnd::reached;
    journal::CommandEntry entry; ///< as last seen; its state is an end only if `wait` is reached
    [[nodiscard]] bool isDone() const {
        using journal::CommandState;
        return wait == WaitEnd::reached &&
               (entry.state == CommandState::confirmed || entry.state == CommandState::sentOnly);
    }
};

/// One thread. Waits look every few milliseconds and end when the interrupt is woken (a signal handler may do
/// that).
class CommandClient {
public:
    struct Parts {
        api::CommandBus& commands;
        api::ReadModels models;
        Clock& clock;
        const Waker& interrupt;
        std::function<Sequence()> storedUpTo; ///< of the journal
        api::Asker asker = api::Asker::commandLine;
    };
    static constexpr Duration usualPatience = std::chrono::seconds{5};

    explicit CommandClient(Parts parts)
        : parts_(std::move(parts)) {}

    [[nodiscard]] Fate perform(api::CommandBody body, Duration patience = usualPatience,
                               const std::function<void()>& meanwhile = {});
    [[nodiscard]] CommandId send(api::CommandBody body) {
        return parts_.commands.send(std::move(body), parts_.asker);
    }
    [[nodiscard]] CommandId stop() { return parts_.commands.stop(parts_.asker); }
    void renewLease(AxisId axis, Duration validFor) {
        parts_.commands.renewLease(axis, validFor, parts_.asker);
    }
    /// Until the command is at its end.
    [[nodiscard]] Fate await(CommandId id, Duration patience = usualPatience,
                             const std::function<void()>& meanwhile = {});
    /// Until `reached` says so; looked at every few milliseconds.
    [[nodiscard]] WaitEnd waitUntil(const std::function<bool()>& reached, Duration patience,
                                    const std::function<void()>& meanwhile = {});
    /// Until the given time has passed.
    [[nodiscard]] WaitEnd pause(Duration span, const std::function<void()>& meanwhile = {});
    /// Until torque and position of every axis of the bus that answers are known.
    [[nodiscard]] WaitEnd waitObserved(BusId bus, Duration patience = usualPatience);
    /// Until every fact that the command log has seen is on disk.
    [[nodiscard]] WaitEnd waitStored(Duration patience);

    /// While it lives, waits are not broken off: what must be put right is put right.
    class Undisturbed {
    public:
        explicit Undisturbed(CommandClient& client)
            : client_(client) {
            ++client_.undisturbed_;
        }
        ~Undisturbed() { --client_.undisturbed_; }
        Undisturbed(const Undisturbed&) = delete;
        Undisturbed& operator=(const Undisturbed&) = delete;

    private:
        CommandClient& client_;
    };
    [[nodiscard]] bool wasInterrupted() const { return parts_.interrupt.isWoken(); }

    [[nodiscard]] std::shared_ptr<const motion::AxisBoard> axes() const { return parts_.models.axes.read(); }
    [[nodiscard]] std::shared_ptr<const bus::BusBoard> buses() const { return parts_.models.buses.read(); }
    [[nodiscard]] std::shared_ptr<const journal::CommandLog> log() const {
        return parts_.models.commands.read();
    }
    [[nodiscard]] const api::ReadModels& models() const { return parts_.models; }
    [[nodiscard]] Clock& clock() const { return parts_.clock; }

private:
    Parts parts_;
    Waker never_;
    int undisturbed_ = 0;
};

} // namespace servolane::app
