// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/clock.h"
#include "core/kernel/result.h"
#include "drivers/ipc/descriptor.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace servolane::drivers::ipc {

/// One connection to a running program. Each call waits for at most its patience. One thread, save abandon().
class Client {
public:
    /// Errors: those of connectTo; notAllowed (another user's program).
    [[nodiscard]] static Result<Client> connect(const std::filesystem::path& socket);

    /// Sends a request {"ask": …} and waits for its answer. Errors: timeout, linkLost, corrupt (no protocol),
    /// unsupported (another version), invalid (refused; the detail is the other end's).
    [[nodiscard]] Result<nlohmann::json> ask(nlohmann::json request, Duration patience);

    /// The two halves of ask(), so that several programs can be asked at once. Errors: as ask().
    [[nodiscard]] Result<void> post(nlohmann::json request, Duration patience);
    [[nodiscard]] Result<nlohmann::json> collect(Duration patience);

    /// Ends what waits, now and later; any thread.
    void abandon();

private:
    explicit Client(Descriptor descriptor)
        : descriptor_(std::move(descriptor)) {}
    [[nodiscard]] Result<void> waitFor(short what, Time until);
    [[nodiscard]] Result<std::string> nextLine(Time until);

    Descriptor descriptor_;
    std::int64_t lastId_ = 0;
    std::string received_;
};

} // namespace servolane::drivers::ipc
