// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a model file that only drives have: how they are spoken with, and where their registers lie on
// the wire.
#pragma once

#include "core/registers/control_table.h"
#include "drivers/catalog/catalog_problem.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

namespace servolane::drivers::catalog {

class ObjectReader;

/// How the addresses of a file are meant: as they are sent (from 0), from 1, or as manuals number the four
/// tables (coils from 1, discrete inputs from 10001, input registers from 30001, holding from 40001).
enum class Numbering : std::uint8_t { wire, fromOne, manual };

struct DriveFacts {
    registers::DriveProfile profile;
    bool lowWordFirst = false;
    Numbering numbering = Numbering::wire;
};

[[nodiscard]] DriveFacts readDrive(const nlohmann::json& value, const Place& place, Problems& problems);

/// The members `space`, `word_order` and `derived` of a register; `address` as it stands in the file.
void readDrivePlace(ObjectReader& reader, const DriveFacts& facts, std::optional<std::int64_t> address,
                    registers::Register& item);

/// Gives every register an address in a space of bytes: those that stand in a row on the wire stand in a row,
/// with what is derived of them behind them; others are apart. `places[i]` is where `items[i]` stands in its
/// file.
void layOut(std::vector<registers::Register>& items, const std::vector<Place>& places, Problems& problems);

/// What the profile names must be there and fit.
void checkDrive(const registers::ServoModel& model, const Place& file, Problems& problems);

} // namespace servolane::drivers::catalog
