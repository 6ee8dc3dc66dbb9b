// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/port_opener.h"

#include "core/bus/read/bus_board.h"
#include "core/journal/read/command_log.h"
#include "core/motion/read/axis_board.h"

#include <algorithm>

namespace servolane::app {

namespace {
constexpr int openerIntervalMs = 20;
}

PortOpener::PortOpener(Workstation& workstation, std::vector<bus::LinkSettings> links)
    : workstation_(workstation)
    , links_(std::move(links)) {
    timer_.setInterval(openerIntervalMs);
    QObject::connect(&timer_, &QTimer::timeout, [this] { look(); });
    open(0);
}

void PortOpener::open(std::size_t link) {
    at_ = link;
    step_ = Step::connecting;
    asked_ = workstation_.runtime().send(bus::ConnectBus{this->link()}, api::Asker::window);
    // With one alone, and with the first once more, there is nothing to follow.
    if (isLast() || links_.size() == 1)
        timer_.stop();
    else
        timer_.start();
}

void PortOpener::look() {
    const auto log = workstation_.runtime().readModels().commands.read();
    const auto* entry = log->find(asked_);
    if (!entry || entry->state == journal::CommandState::pending ||
        entry->state == journal::CommandState::sent)
        return;
    // What cannot be opened with these settings cannot be with others; the journal tells why.
    if (entry->state != journal::CommandState::confirmed) return timer_.stop();
    if (step_ == Step::closing) return open(at_ + 1);
    lookAtConnected();
}

void PortOpener::lookAtConnected() {
    const auto models = workstation_.runtime().readModels();
    const auto buses = models.buses.read();
    const auto bus = std::find_if(buses->buses.begin(), buses->buses.end(), [&](const bus::BusView& view) {
        return view.link.line.path == link().line.path;
    });
    const bool taken = bus == buses->buses.end() || bus->link.family != link().family;
    if (taken) return timer_.stop();
    if (bus->scan.running) return;
    const auto axes = models.axes.read();
    const bool answered = std::any_of(axes->axes.begin(), axes->axes.end(),
                                      [&](const auto& view) { return view.axis->bus == bus->id; });
    if (answered) return timer_.stop();
    step_ = Step::closing;
    asked_ = workstation_.runtime().send(bus::DisconnectBus{bus->id}, api::Asker::window);
}

} // namespace servolane::app
