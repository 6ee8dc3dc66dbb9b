// SPDX-License-Identifier: GPL-3.0-or-later
// The history of settings as workstation.db tells it: the newest snapshot and the facts since then. A worker
// thread's; it opens connections of its own.
#pragma once

#include "core/kernel/result.h"
#include "core/registers/read/settings_fold.h"

#include <memory>
#include <string>

namespace servolane::drivers::sqlite {

struct SettingsPast {
    registers::SettingsState state;
    std::int64_t snapshotId = 0; ///< the fact up to which a snapshot spared the reading; 0: there was none
    std::size_t folded = 0;      ///< facts that were read
};

/// Facts up to `upTo` (a row's id), of all runs. A snapshot that does not fit the facts, or is damaged, is
/// not used. Where many facts had to be read a new snapshot is left; that it could not be is no error.
/// Errors: those of the reader.
[[nodiscard]] Result<SettingsPast> readSettingsPast(const std::string& path, std::int64_t upTo,
                                                    std::shared_ptr<const registers::ModelCatalog> catalog);

/// The state as text and back; pure functions. Errors: corrupt.
[[nodiscard]] std::string settingsToJson(const registers::SettingsState& state);
[[nodiscard]] Result<registers::SettingsState> settingsFromJson(std::string_view text);

} // namespace servolane::drivers::sqlite
