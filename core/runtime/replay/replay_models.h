// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access/read/access_board_projection.h"
#include "core/bus/read/bus_board_projection.h"
#include "core/journal/read/command_log_projection.h"
#include "core/motion/read/axis_board_projection.h"
#include "core/motion/read/machine_board_projection.h"
#include "core/registers/read/register_board_projection.h"

#include <map>

namespace servolane::runtime {

/// The projections that the live program folds facts with, as one value: a copy of it is a keyframe. The
/// player's thread.
struct ReplayModels {
    bus::BusBoardProjection buses;
    motion::AxisBoardProjection axes;
    journal::CommandLogProjection commands;
    registers::RegisterBoardProjection registers;
    access::AccessBoardProjection access;
    motion::MachineBoardProjection machine;
    std::map<BusId, Time> connected; ///< samples from before belong to an earlier connection

    void apply(const api::Event& fact) {
        if (const auto* opened = std::get_if<bus::BusConnected>(&fact.body))
            connected[opened->bus] = fact.time;
        forEach([&](api::Projection& projection) { projection.apply(fact); });
    }
    void publish(Time at) {
        forEach([&](api::Projection& projection) { projection.publish(at); });
    }

private:
    template <class Visit>
    void forEach(const Visit& visit) {
        for (api::Projection* projection :
             {static_cast<api::Projection*>(&buses), static_cast<api::Projection*>(&axes),
              static_cast<api::Projection*>(&registers), static_cast<api::Projection*>(&access),
              static_cast<api::Projection*>(&machine), static_cast<api::Projection*>(&commands)})
            visit(*projection);
    }
};

} // namespace servolane::runtime
