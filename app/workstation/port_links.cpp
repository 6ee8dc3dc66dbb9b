// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/port_links.h"

#include "app/workstation/sim_line.h"
#include "drivers/families/families.h"
#include "drivers/transport/terminal_rate.h"

namespace servolane::app {

namespace {

/// On a pseudo-terminal the rate means nothing but the limit that is shown; where nobody has set one, that of
/// simulated buses.
constexpr std::uint32_t terminalBaud = 1'000'000;
/// Lets the bus try every rate its family is likely to use.
constexpr std::uint32_t likelyBauds = 0;

} // namespace

bool isProtocolKnown(const PortMemory& memory, const std::string& port, const PortWish& wish) {
    return !wish.protocol.empty() || isSimPath(port) || memory.find(port) ||
           !memory.habits(port).found.empty();
}

bus::LinkSettings linkFor(const PortMemory& memory, const std::vector<std::string>& families,
                          const std::string& port, const PortWish& wish) {
    const PortHabits habits = memory.habits(port);
    bus::LinkSettings link;
    link.family = families.empty() ? drivers::families().front().name() : families.front();
    link.line.path = port;
    link.line.baud = likelyBauds;
    // A search has found servos there, and nobody has opened it since.
    if (!habits.found.empty()) {
        link.family = habits.found.front().family;
        link.line.setFrame(habits.found.front().frame);
    }
    if (drivers::isPseudoTerminal(port)) link.line.baud = drivers::terminalRate(port).value_or(terminalBaud);
    if (const auto simulated = parseSimPath(port)) {
        link.family = simulated->bus.protocol;
        link.line.baud = simulated->bus.baud;
    } else if (const auto known = memory.find(port); known && !wish.anyRate) {
        link.family = known->protocol;
        link.line = known->line;
        link.line.path = port;
    }
    link.ids = habits.ids;
    link.ids.insert(link.ids.end(), wish.ids.begin(), wish.ids.end());
    link.everyId = wish.everyId;
    link.alias = habits.alias;
    if (!wish.protocol.empty()) link.family = wish.protocol;
    if (wish.baud) link.line.baud = *wish.baud;
    if (wish.parity) link.line.parity = *wish.parity;
    if (wish.stopBits) link.line.stopBits = *wish.stopBits;
    return link;
}

std::vector<bus::LinkSettings> linksToTry(const PortMemory& memory, const std::vector<std::string>& families,
                                          const std::string& port, const PortWish& wish) {
    const bool known = isProtocolKnown(memory, port, wish);
    if (!known && families.empty()) return {};
    std::vector<bus::LinkSettings> links{linkFor(memory, families, port, wish)};
    if (wish.anyRate) return links;
    bus::LinkSettings next = links.front();
    const bool fixedRate =
        wish.baud || isSimPath(port) || drivers::isPseudoTerminal(port) || next.line.baud == likelyBauds;
    if (!fixedRate) {
        next.line.baud = likelyBauds;
        links.push_back(next);
    }
    for (const std::string& family : known ? std::vector<std::string>{} : families) {
        next.family = family;
        if (family != links.front().family) links.push_back(next);
    }
    return links;
}

std::string protocolProblem(std::string& name) {
    const drivers::Family* family = drivers::familyNamed(name);
    if (!family) return "'" + name + "' is not one of " + drivers::familyNames();
    name = family->name();
    return {};
}

} // namespace servolane::app
