// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command_bus.h"
#include "core/api/read_models.h"
#include "core/api/wire_monitor.h"
#include "drivers/ipc/messages.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace servolane::drivers::ipc {

/// What a running workstation offers to other processes of its user. References outlive it.
struct Offer {
    api::CommandBus& commands;
    api::ReadModels models;
    std::function<Sequence()> storedUpTo; ///< of the journal
    std::function<bool()> isJournalFailing;
    std::string program; ///< for people: "servolane"
    std::string version;
    api::WireMonitor* wire = nullptr;   ///< null: it tells nobody what passes on its lines
    std::optional<std::string> machine; ///< the machine file that it keeps; absent: it keeps none
};

/// One connection. Its number is allotted with its first command: most connections only look.
struct Visitor {
    std::uint32_t number = 0; ///< 0: none yet
    bus::WireWatcher wire;    ///< 0: it never watched
};

/// Answers requests: the protocol without its sockets. Of askers it counts how many there were. One thread;
/// never throws.
class Service {
public:
    explicit Service(Offer offer)
        : offer_(std::move(offer)) {}

    /// A line without its end to an answer with it. Whatever is wrong is answered with an error.
    [[nodiscard]] std::string answer(std::string_view line, Visitor& visitor) noexcept;
    /// The connection is closed: what it held is given up.
    void leave(Visitor& visitor);

    /// The answer to what is no request: {"v":1,"id":null,"error":{"code":…,"message":…}}
    [[nodiscard]] static std::string refusal(std::string_view code, std::string_view message);

private:
    Offer offer_;
    std::uint32_t numbered_ = 0;
    std::uint64_t watchers_ = 0;
};

} // namespace servolane::drivers::ipc
