// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/torque_cut.h"

#include "app/workstation/sim_line.h"
#include "drivers/families/families.h"
#include "drivers/transport/terminal_rate.h"
#include "drivers/transport/transport_factory.h"

#include <algorithm>

namespace servolane::cli {

namespace {

/// A frame on the wire and some for the adapter: another rate set too early would garble its end.
constexpr int bytesOfAFrame = 20;
constexpr Duration adapterTime = std::chrono::milliseconds{3};
/// Nobody confirms a frame for all, and on a poor line one may be lost.
constexpr int timesAtOwnRate = 3;

std::vector<std::uint32_t> ratesFor(const Context& context, const bus::LinkSettings& link,
                                    const bus::FamilyTraits& traits) {
    std::vector<std::uint32_t> rates;
    if (link.line.baud != 0) rates.push_back(link.line.baud);
    // Rates mean nothing on a pseudo-terminal, and what was asked for is meant.
    if (context.arguments.baud || drivers::isPseudoTerminal(link.line.path)) return rates;
    for (const std::uint32_t likely : traits.likelyBauds)
        if (likely != link.line.baud) rates.push_back(likely);
    return rates;
}

/// One for each place at which a model of the family has it.
std::vector<registers::Register> torqueRegisters(const registers::ModelCatalog& models,
                                                 const std::string& family) {
    std::vector<registers::Register> found;
    for (const auto& model : models.all()) {
        const auto* torque = model->find(registers::Role::torqueEnable);
        if (model->family != family || torque == nullptr) continue;
        const bool known = std::any_of(found.begin(), found.end(),
                                       [&](const auto& one) { return one.span() == torque->span(); });
        if (!known) found.push_back(*torque);
    }
    return found;
}

void pauseForFrame(Clock& clock, const bus::Transport& transport) {
    const Waker never;
    clock.waitUntil(clock.now() + transport.timing().byteTime * bytesOfAFrame + adapterTime, never);
}

} // namespace

Result<void> cutTorque(Context& context, const bus::LinkSettings& link) {
    const drivers::Family* family = drivers::familyNamed(link.family);
    if (!family || app::isSimPath(link.line.path)) return {};
    Clock& clock = context.client.clock();
    const Waker never;
    const auto transport = drivers::makeTransport(link.line, clock, never);
    const auto servos = family->make(*transport, clock, context.models);
    const auto rates = ratesFor(context, link, servos->traits());
    if (!servos->traits().broadcastWrite || rates.empty()) return {};
    bus::LineSettings line = link.line;
    line.baud = rates.front();
    if (auto opened = transport->open(line); !opened) return opened;
    const auto targets = torqueRegisters(context.models, link.family);
    const auto tellAll = [&] {
        for (const auto& target : targets) {
            static_cast<void>(servos->broadcastWrite(target.address, target.bytesFrom(0)));
            pauseForFrame(clock, *transport);
        }
    };
    for (int time = 0; time < timesAtOwnRate; ++time)
        tellAll();
    for (const std::uint32_t rate : rates)
        if (rate != rates.front() && transport->setBaud(rate)) tellAll();
    transport->close();
    return {};
}

} // namespace servolane::cli
