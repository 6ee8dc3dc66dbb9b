// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/port_book.h"

#include "app/workstation/sim_line.h"
#include "app/workstation/sim_mark.h"
#include "drivers/families/families.h"
#include "drivers/ipc/socket_folder.h"
#include "drivers/transport/terminal_rate.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace servolane::app {

using drivers::catalog::Adapter;
using drivers::catalog::SearchHabit;

namespace {

/// Where nobody has set a pseudo-terminal's rate, that of simulated buses: it means nothing there.
constexpr std::uint32_t usualTerminalRate = 1'000'000;
/// So many of the newest finds are asked first.
constexpr std::size_t findsKept = 6;

std::string usbText(const drivers::PortDescription& port) {
    if (!port.vid || !port.pid) return {};
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%04x:%04x", *port.vid, *port.pid);
    return text.data();
}

std::string kindOfPort(const drivers::PortDescription& port) {
    if (isSimPath(port.path)) return "Simulated bus";
    if (drivers::isPseudoTerminal(port.path))
        return isMarkedSimulated(drivers::ipc::usualSocketFolder(), port.path)
                   ? "Simulated bus (servolane-sim)"
                   : "Pseudo-terminal";
    if (port.vid) return port.description.empty() ? "USB serial port" : port.description;
    return "Built-in serial port";
}

/// Those of the list that are spoken here; all if the list is empty.
std::vector<std::string> spokenOf(const std::vector<std::string>& families) {
    std::vector<std::string> spoken;
    for (const drivers::Family& family : drivers::families())
        if (families.empty() || std::ranges::find(families, family.name()) != families.end())
            spoken.push_back(family.name());
    return spoken;
}

void putFirst(std::vector<bus::SearchStep>& steps, bus::SearchStep step) {
    std::erase_if(steps, [&](const auto& other) {
        return other.family == step.family && other.baud == step.baud && other.frame == step.frame;
    });
    steps.insert(steps.begin(), std::move(step));
}

} // namespace

ListedPort PortBook::known(drivers::PortDescription port) const {
    ListedPort listed;
    listed.usb = usbText(port);
    listed.habits = memory_.habits(port.path);
    listed.last = memory_.find(port.path);
    const Adapter* adapter = port.vid && port.pid ? adapters_.find(*port.vid, *port.pid) : nullptr;
    listed.name = adapter ? adapter->name : kindOfPort(port);
    if (!listed.habits.alias.empty()) listed.name = listed.habits.alias;
    if (adapter) {
        listed.habit = adapter->search;
        listed.note = adapter->note;
    }
    if (listed.habit != SearchHabit::never)
        listed.families = spokenOf(adapter ? adapter->families : std::vector<std::string>{});
    if (const auto sim = parseSimPath(port.path)) listed.families = {sim->bus.protocol};
    listed.ticked =
        !listed.families.empty() && listed.habits.ticked.value_or(listed.habit == SearchHabit::beforehand);
    listed.port = std::move(port);
    return listed;
}

std::vector<ListedPort> PortBook::list() const {
    std::vector<ListedPort> ports;
    for (auto& port : drivers::listPorts())
        ports.push_back(known(std::move(port)));
    return ports;
}

ListedPort PortBook::describe(const std::string& path) const {
    if (!isSimPath(path)) return known(drivers::describePort(path));
    drivers::PortDescription simulated;
    simulated.path = path;
    simulated.openable = true;
    return known(std::move(simulated));
}

bus::PortSearchOrder PortBook::orderFor(const ListedPort& port, const SearchChoice& choice) const {
    bus::PortSearchOrder order;
    if (port.last) order.line = port.last->line;
    order.line.path = port.port.path;
    order.depth = choice.depth;
    order.rates = choice.rates;
    order.frame = choice.frame;
    for (const std::string& family : port.families)
        if (choice.families.empty() || std::ranges::find(choice.families, family) != choice.families.end())
            order.families.push_back(family);
    order.known = port.habits.found;
    if (port.last)
        putFirst(order.known, {port.last->protocol, port.last->line.baud, {}, port.last->line.frame()});
    // These have one rate each, and no parity.
    if (drivers::isPseudoTerminal(port.port.path) || isSimPath(port.port.path))
        order.frame = bus::LineFrame{};
    if (drivers::isPseudoTerminal(port.port.path))
        order.rates = {drivers::terminalRate(port.port.path).value_or(usualTerminalRate)};
    return order;
}

Result<void> PortBook::rename(const std::string& path, const std::string& alias) const {
    PortHabits habits = memory_.habits(path);
    habits.alias = alias;
    return memory_.keepHabits(path, habits);
}

Result<void> PortBook::tick(const std::string& path, bool ticked) const {
    PortHabits habits = memory_.habits(path);
    habits.ticked = ticked;
    return memory_.keepHabits(path, habits);
}

namespace {
/// An id that a port which is opened is not asked for by itself.
void putSeldom(std::vector<ServoId>& ids, const bus::FoundServo& found) {
    const drivers::Family* family = drivers::familyNamed(found.family);
    const bool seldom =
        family && family->traits.usualLastId != 0 && found.servo.id.value > family->traits.usualLastId;
    if (seldom && std::ranges::find(ids, found.servo.id) == ids.end()) ids.push_back(found.servo.id);
}
} // namespace

Result<void> PortBook::noteFound(const bus::DiscoveryBoard& board) const {
    Result<void> kept;
    for (const bus::PortSearchView& port : board.ports) {
        if (port.found.empty()) continue;
        PortHabits habits = memory_.habits(port.path);
        for (const bus::FoundServo& found : port.found)
            putFirst(habits.found, {found.family, found.baud, bus::SearchStage::known, found.frame});
        for (const bus::FoundServo& found : port.found)
            putSeldom(habits.ids, found);
        if (habits.found.size() > findsKept) habits.found.resize(findsKept);
        if (auto done = memory_.keepHabits(port.path, habits); !done) kept = done;
    }
    return kept;
}

} // namespace servolane::app
