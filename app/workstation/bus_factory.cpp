// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/bus_factory.h"

#include "app/workstation/sim_line.h"
#include "app/workstation/sim_mark.h"
#include "drivers/families/families.h"
#include "drivers/ipc/socket_folder.h"
#include "drivers/simulator/fault_check.h"
#include "drivers/transport/adapter_name.h"
#include "drivers/transport/tapped_transport.h"
#include "drivers/transport/transport_factory.h"

namespace servolane::app {

namespace sim = drivers::simulator;
using runtime::BusParts;

namespace {

Result<void> applyFault(sim::SimulatedBus& bus, const std::string& text, Time now) {
    if (text.empty()) {
        bus.clearFaults();
        return {};
    }
    const auto fault = sim::parseFaultSpec(text);
    if (!fault) return tl::make_unexpected(fault.error());
    if (auto checked = sim::checkFaultIds(*fault, {&bus.spec(), 1}); !checked) return checked;
    bus.inject(*fault, now);
    return {};
}

/// Only a model can be wrong behind a description that was read well.
Error placed(const Error& error, const std::string& path, const std::string& model) {
    constexpr std::string_view option = "model=";
    const std::string_view spec = std::string_view(path).substr(path.find(':') + 1);
    const auto at = spec.find(std::string(option) + model);
    return at == std::string_view::npos ? error
                                        : sim::wrongAt(spec, at + option.size(), error.detail).value();
}

Result<BusParts> simulatedParts(const bus::LineSettings& settings, const registers::ModelCatalog& models,
                                Clock& clock, const Waker& stop) {
    const auto line = parseSimPath(settings.path);
    if (!line) return tl::make_unexpected(line.error());
    sim::BusSettings simulation;
    simulation.seed = line->seed;
    simulation.paced = line->paced;
    simulation.faults = line->faults;
    auto made =
        sim::makeSimulatedBus(drivers::simulatedFamilies(), line->bus, models, simulation, clock.now());
    if (!made) return tl::make_unexpected(placed(made.error(), settings.path, line->bus.model));
    const std::shared_ptr<sim::SimulatedBus> bus = *made;
    BusParts parts;
    parts.transport = std::make_unique<drivers::PipeTransport>(bus, clock, stop);
    parts.simulated = true;
    parts.fault = [bus](const std::string& text, Time now) { return applyFault(*bus, text, now); };
    return parts;
}

/// A line of servolane-sim: its data is no machine's, and its faults are not ours to inject.
void markSimulated(BusParts& parts, const std::string& path) {
    parts.simulated = true;
    parts.fault = [path](const std::string&, Time) -> Result<void> {
        return failure(ErrorCode::unsupported,
                       path + " is simulated by servolane-sim, which takes its faults from its own --fault");
    };
}

/// The adapter behind a port, told by the link that the system makes of its maker, model and serial number.
/// Remembered while the port is there, since it goes with it.
class AdapterPlace {
public:
    explicit AdapterPlace(std::string path)
        : path_(std::move(path))
        , name_(drivers::adapterName(path_)) {}

    [[nodiscard]] std::string find() {
        if (name_.empty()) {
            name_ = drivers::adapterName(path_); // it was not there at first
            return {};
        }
        const std::string now = drivers::adapterPort(name_);
        if (!now.empty()) path_ = now;
        return now;
    }

private:
    std::string path_;
    std::string name_;
};

} // namespace

runtime::BusFactory busFactory(std::shared_ptr<const registers::ModelCatalog> models) {
    return [models](const bus::LinkSettings& link, Clock& clock, const Waker& stop) -> Result<BusParts> {
        const drivers::Family* family = drivers::familyNamed(link.family);
        if (!family)
            return failure(ErrorCode::notFound,
                           "protocol '" + link.family + "' is not known; known: " + drivers::familyNames());
        BusParts parts;
        if (isSimPath(link.line.path)) {
            auto simulated = simulatedParts(link.line, *models, clock, stop);
            if (!simulated) return simulated;
            parts = std::move(*simulated);
        } else {
            parts.transport = drivers::makeTransport(link.line, clock, stop);
            parts.findAgain = [place = std::make_shared<AdapterPlace>(link.line.path)] {
                return place->find();
            };
            if (isMarkedSimulated(drivers::ipc::usualSocketFolder(), link.line.path))
                markSimulated(parts, link.line.path);
        }
        parts.tap = std::make_shared<bus::WireTap>();
        parts.transport =
            std::make_unique<drivers::TappedTransport>(std::move(parts.transport), parts.tap, clock);
        parts.servos = family->make(*parts.transport, clock, *models);
        return parts;
    };
}

runtime::SearchFactory searchFactory(std::shared_ptr<const registers::ModelCatalog> models) {
    return [models](const bus::PortSearchOrder& order, Clock& clock,
                    const Waker& stop) -> Result<runtime::SearchParts> {
        runtime::SearchParts parts;
        if (isSimPath(order.line.path)) {
            auto simulated = simulatedParts(order.line, *models, clock, stop);
            if (!simulated) return tl::make_unexpected(simulated.error());
            parts.transport = std::move(simulated->transport);
        } else {
            parts.transport = drivers::makeTransport(order.line, clock, stop);
        }
        for (const std::string& name : order.families)
            if (const drivers::Family* family = drivers::familyNamed(name))
                parts.families.push_back(family->make(*parts.transport, clock, *models));
        return parts;
    };
}

} // namespace servolane::app
