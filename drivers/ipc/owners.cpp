// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/owners.h"

#include "drivers/ipc/client.h"
#include "drivers/ipc/message_fields.h"
#include "drivers/ipc/socket_folder.h"
#include "drivers/json/json_value.h"

#include <algorithm>

namespace servolane::drivers::ipc {

namespace fs = std::filesystem;

namespace {

struct Asked {
    fs::path socket;
    Client client;
};

std::optional<Greeting> greetingFrom(const json& answer) {
    static const ModelLookup none;
    try {
        Greeting greeting;
        JsonReader{none}(answer, greeting);
        return greeting;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

} // namespace

bool isSamePort(std::string_view one, std::string_view other) {
    if (one == other) return true;
    if (one.starts_with("sim:") || other.starts_with("sim:")) return false;
    // Not equivalent(): of two names of a device it says that it cannot tell.
    std::error_code error;
    const fs::path first = fs::canonical(one, error);
    return !error && first == fs::canonical(other, error) && !error;
}

const OwnedPort* Owner::find(std::string_view port) const {
    const auto found = std::find_if(greeting.ports.begin(), greeting.ports.end(),
                                    [&](const OwnedPort& owned) { return isSamePort(owned.path, port); });
    return found == greeting.ports.end() ? nullptr : &*found;
}

std::string nameOf(const Greeting& greeting) {
    return greeting.program + " (process " + std::to_string(greeting.process) + ")";
}

std::vector<Owner> findOwners(const fs::path& folder, Duration patience) {
    SystemClock clock;
    const Time until = clock.now() + patience;
    std::vector<Asked> asked;
    for (const fs::path& socket : socketsIn(folder)) {
        auto client = Client::connect(socket);
        if (client && client->post({{"ask", "hello"}}, until - clock.now()))
            asked.push_back({socket, std::move(*client)});
    }
    std::vector<Owner> owners;
    for (Asked& each : asked) {
        const auto answer = each.client.collect(until - clock.now());
        const auto greeting = answer ? greetingFrom(*answer) : std::nullopt;
        if (greeting) owners.push_back({each.socket, *greeting});
    }
    return owners;
}

} // namespace servolane::drivers::ipc
