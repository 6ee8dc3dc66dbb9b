// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/sim_line.h"

#include "drivers/families/families.h"
#include "drivers/simulator/fault_check.h"

#include <charconv>
#include <string>

namespace servolane::app {

namespace sim = drivers::simulator;

namespace {

constexpr std::string_view prefix = "sim:";

/// Takes what is an option of ours; false if it is for the simulator's own grammar.
Result<bool> takeOption(SimLine& line, std::string_view option) {
    if (option == "unpaced") {
        line.paced = false;
        return true;
    }
    if (option.starts_with("seed=")) {
        const auto text = option.substr(5);
        const auto end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, line.seed);
        if (error != std::errc{} || rest != end) return failure(ErrorCode::invalid, "seed is a whole number");
        return true;
    }
    if (option.starts_with("fault=")) {
        auto fault = sim::parseFaultSpec(option.substr(6));
        if (!fault) return tl::make_unexpected(fault.error());
        line.faults.push_back(*fault);
        return true;
    }
    return false;
}

} // namespace

bool isSimPath(std::string_view path) {
    return path.starts_with(prefix);
}

Result<SimLine> parseSimPath(std::string_view path) {
    if (!isSimPath(path)) return failure(ErrorCode::invalid, "'" + std::string(path) + "' is no sim: port");
    path.remove_prefix(prefix.size());
    SimLine line;
    auto bus = sim::parseBusSpec(path, drivers::simulatedFamilies(),
                                 [&](std::string_view option) { return takeOption(line, option); });
    if (!bus) return tl::make_unexpected(bus.error());
    line.bus = std::move(*bus);
    for (const auto& fault : line.faults)
        if (auto checked = sim::checkFaultIds(fault, {&line.bus, 1}); !checked)
            return tl::make_unexpected(checked.error());
    return line;
}

} // namespace servolane::app
