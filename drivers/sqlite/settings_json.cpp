// SPDX-License-Identifier: GPL-3.0-or-later
// The snapshot of settings: short arrays in a fixed order, since it is read at every start and by this
// program alone; what it says can always be had from the facts again.
#include "drivers/json/json_value.h"
#include "drivers/sqlite/settings_past.h"

namespace servolane::drivers::sqlite {

namespace {

using registers::SettingChange;
using registers::SettingsOwner;
using registers::SettingsRecord;
using registers::SettingsRun;
using registers::SettingsState;
using registers::SettingsVersion;

/// Counts up when the form changes; another one is not read.
constexpr int form = 2;

json jsonOf(const SettingsOwner& owner) {
    return {owner.bus, owner.family, owner.servo.value, owner.model};
}

json jsonOf(const SettingChange& change) {
    return {change.name, change.before ? json(*change.before) : json(), change.after};
}

json jsonOf(const SettingsVersion& version) {
    json changes = json::array();
    for (const SettingChange& change : version.changes)
        changes.push_back(jsonOf(change));
    return {version.number,        version.at.time_since_epoch().count(),
            version.command.value, api::toString(version.asker),
            version.kind,          std::move(changes)};
}

json jsonOf(const SettingsRecord& record) {
    json versions = json::array();
    for (const SettingsVersion& version : record.versions)
        versions.push_back(jsonOf(version));
    return {jsonOf(record.owner),
            record.axisName,
            record.base,
            std::move(versions),
            record.now,
            {record.baseline.kind == registers::BaselineKind::chosen,
             record.baseline.at.time_since_epoch().count(), record.baseline.values},
            record.units};
}

json jsonOf(const SettingsRun& run) {
    json buses = json::array();
    for (const auto& [bus, path] : run.buses)
        buses.push_back({bus.value, path});
    json axes = json::array();
    for (const auto& [axis, entry] : run.axes)
        axes.push_back({axis.value, jsonOf(entry.owner), entry.seen});
    json causes = json::array();
    for (const auto& [command, cause] : run.causes)
        causes.push_back({command.value, api::toString(cause.asker), cause.kind});
    return {std::move(buses), std::move(axes), std::move(causes)};
}

SettingsOwner ownerFrom(const json& from) {
    return {from.at(0).get<std::string>(), from.at(1).get<std::string>(),
            ServoId{from.at(2).get<std::uint8_t>()}, from.at(3).get<std::string>()};
}

api::Asker askerOf(const json& from) {
    const auto asker = api::askerFrom(from.get_ref<const std::string&>());
    if (!asker) throw std::invalid_argument("unknown asker " + from.dump());
    return *asker;
}

UtcTime utcFrom(const json& from) {
    return UtcTime{Duration{from.get<std::int64_t>()}};
}

SettingsVersion versionFrom(const json& from) {
    SettingsVersion version;
    version.number = from.at(0).get<std::uint32_t>();
    version.at = utcFrom(from.at(1));
    version.command = CommandId{from.at(2).get<std::uint64_t>()};
    version.asker = askerOf(from.at(3));
    version.kind = from.at(4).get<std::string>();
    for (const json& each : from.at(5)) {
        SettingChange change{each.at(0).get<std::string>(), {}, each.at(2).get<double>()};
        if (!each.at(1).is_null()) change.before = each.at(1).get<double>();
        version.changes.push_back(std::move(change));
    }
    return version;
}

std::shared_ptr<SettingsRecord> recordFrom(const json& from) {
    auto record = std::make_shared<SettingsRecord>();
    record->owner = ownerFrom(from.at(0));
    record->axisName = from.at(1).get<std::string>();
    record->base = from.at(2).get<registers::SettingValues>();
    for (const json& each : from.at(3))
        record->versions.push_back(versionFrom(each));
    record->now = from.at(4).get<registers::SettingValues>();
    const json& baseline = from.at(5);
    const bool chosen = baseline.at(0).get<bool>();
    record->baseline = {chosen ? registers::BaselineKind::chosen : registers::BaselineKind::onEntry,
                        utcFrom(baseline.at(1)), baseline.at(2).get<registers::SettingValues>()};
    record->units = from.at(6).get<std::vector<std::string>>();
    return record;
}

SettingsRun runFrom(const json& from) {
    SettingsRun run;
    for (const json& bus : from.at(0))
        run.buses[BusId{bus.at(0).get<std::uint16_t>()}] = bus.at(1).get<std::string>();
    for (const json& axis : from.at(1)) {
        SettingsRun::Entry entry{ownerFrom(axis.at(1)), {}};
        for (const json& name : axis.at(2))
            entry.seen.insert(name.get<std::string>());
        run.axes[AxisId{axis.at(0).get<std::uint16_t>()}] = std::move(entry);
    }
    for (const json& cause : from.at(2))
        run.causes[CommandId{cause.at(0).get<std::uint64_t>()}] = {askerOf(cause.at(1)),
                                                                   cause.at(2).get<std::string>()};
    return run;
}

} // namespace

std::string settingsToJson(const SettingsState& state) {
    json records = json::array();
    for (const auto& [owner, record] : state.records)
        records.push_back(jsonOf(*record));
    json runs = json::array();
    for (const auto& [number, run] : state.runs)
        runs.push_back({number, jsonOf(run)});
    return json{{"form", form}, {"records", std::move(records)}, {"runs", std::move(runs)}}.dump(
        -1, ' ', false, json::error_handler_t::replace);
}

Result<SettingsState> settingsFromJson(std::string_view text) {
    try {
        const json whole = json::parse(text);
        if (whole.at("form").get<int>() != form)
            return failure(ErrorCode::corrupt, "another form of snapshot");
        SettingsState state;
        for (const json& each : whole.at("records")) {
            auto record = recordFrom(each);
            state.records[record->owner] = std::move(record);
        }
        for (const json& each : whole.at("runs"))
            state.runs[each.at(0).get<std::int64_t>()] = runFrom(each.at(1));
        for (const auto& [number, run] : state.runs)
            for (const auto& [axis, entry] : run.axes)
                if (!state.records.contains(entry.owner))
                    return failure(ErrorCode::corrupt, "an axis without a record");
        return state;
    } catch (const std::exception& problem) {
        return failure(ErrorCode::corrupt, std::string("snapshot of settings: ") + problem.what());
    }
}

} // namespace servolane::drivers::sqlite
