// SPDX-License-Identifier: GPL-3.0-or-later
// Read model: what each servo's settings were, since when and by whom. Immutable once published.
#pragma once

#include "core/api/command.h"
#include "core/registers/setting.h"

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace servolane::registers {

/// Raw register values and host settings (setting.h) by name.
using SettingValues = std::map<std::string, double, std::less<>>;

struct SettingChange {
    std::string name;
    std::optional<double> before; ///< absent: nothing was known
    double after = 0.0;
    friend bool operator==(const SettingChange&, const SettingChange&) = default;
};

/// Changes that happened together: by one command, or found together when the servo was read.
struct SettingsVersion {
    std::uint32_t number = 0; ///< counts from 1 for each servo
    UtcTime at{};
    CommandId command{}; ///< 0: found so, nobody's command
    api::Asker asker = api::Asker::program;
    std::string kind; ///< of the command: "WriteRegister"
    std::vector<SettingChange> changes;
    friend bool operator==(const SettingsVersion&, const SettingsVersion&) = default;
};

/// Who a servo is beyond this run of the program, in which AxisId and BusId count anew.
struct SettingsOwner {
    std::string bus; ///< alias of the link, else the path of its port
    std::string family;
    ServoId servo;
    std::string model;
    friend auto operator<=>(const SettingsOwner&, const SettingsOwner&) = default;
};

enum class BaselineKind : std::uint8_t { onEntry, chosen };

/// What "return to baseline" returns to: the values first read after the servo was connected, or those known
/// when someone set it. One that was set stays, over restarts too.
struct SettingsBaseline {
    BaselineKind kind = BaselineKind::onEntry;
    UtcTime at{};
    SettingValues values;
    friend bool operator==(const SettingsBaseline&, const SettingsBaseline&) = default;
};

struct SettingsRecord {
    static constexpr std::size_t mostVersions = 500; ///< older ones are folded into `base`
    SettingsOwner owner;
    std::string axisName;
    std::vector<std::string> units;        ///< every unit this axis was shown in; host::unit counts in it
    SettingValues base;                    ///< before the oldest version kept
    std::vector<SettingsVersion> versions; ///< oldest first
    SettingValues now;                     ///< last known, of whichever run
    SettingsBaseline baseline;
    friend bool operator==(const SettingsRecord&, const SettingsRecord&) = default;

    /// The settings after this version; a number before the oldest gives `base`.
    [[nodiscard]] SettingValues after(std::uint32_t number) const;
    /// nullptr if it is not kept.
    [[nodiscard]] const SettingsVersion* find(std::uint32_t number) const;
};

struct SettingsHistory {
    Sequence upTo;
    bool complete = false;                                        ///< earlier runs have been read
    std::map<AxisId, std::shared_ptr<const SettingsRecord>> axes; ///< connected in this run; never null

    /// nullptr if nothing is known of the axis.
    [[nodiscard]] const SettingsRecord* find(AxisId axis) const {
        const auto found = axes.find(axis);
        return found == axes.end() ? nullptr : found->second.get();
    }
};

struct SettingDifference {
    std::string name;
    std::optional<double> a; ///< absent: not known there
    std::optional<double> b;
    friend bool operator==(const SettingDifference&, const SettingDifference&) = default;
};
/// What differs between two states, by name.
[[nodiscard]] std::vector<SettingDifference> compare(const SettingValues& a, const SettingValues& b);

} // namespace servolane::registers
