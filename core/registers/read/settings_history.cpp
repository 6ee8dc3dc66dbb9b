// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/read/settings_history.h"

#include <algorithm>

namespace servolane::registers {

namespace {

std::optional<double> valueIn(const SettingValues& values, const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

} // namespace

SettingValues SettingsRecord::after(std::uint32_t number) const {
    SettingValues values = base;
    for (const SettingsVersion& version : versions) {
        if (version.number > number) break;
        for (const SettingChange& change : version.changes)
            values[change.name] = change.after;
    }
    return values;
}

const SettingsVersion* SettingsRecord::find(std::uint32_t number) const {
    const auto found = std::find_if(versions.begin(), versions.end(),
                                    [&](const auto& version) { return version.number == number; });
    return found == versions.end() ? nullptr : &*found;
}

std::vector<SettingDifference> compare(const SettingValues& a, const SettingValues& b) {
    std::vector<SettingDifference> differences;
    for (const auto& [name, value] : a)
        if (valueIn(b, name) != value) differences.push_back({name, value, valueIn(b, name)});
    for (const auto& [name, value] : b)
        if (!a.contains(name)) differences.push_back({name, std::nullopt, value});
    std::sort(differences.begin(), differences.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    return differences;
}

} // namespace servolane::registers
