// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/machine/machine_file.h"

#include "drivers/catalog/json_file.h"
#include "drivers/catalog/whole_file.h"
#include "drivers/machine/machine_reader.h"

#include <nlohmann/json.hpp>

namespace servolane::drivers::machine {

namespace fs = std::filesystem;
/// Members stand in the order in which people read them.
using Json = nlohmann::ordered_json;

namespace {

Json limitsJson(const motion::OwnLimits& own) {
    Json limits = Json::object();
    const auto put = [&](const char* key, const auto& limit) {
        if (limit) limits[key] = limit->value;
    };
    if (own.travel) limits["travel"] = {own.travel->low.value, own.travel->high.value};
    put("velocity", own.velocity);
    put("acceleration", own.acceleration);
    put("current", own.current);
    put("temperature", own.temperature);
    put("following_error", own.followingError);
    put("step", own.step);
    return limits;
}

Json axisJson(const motion::MachineAxis& axis) {
    const auto& [identity, settings] = axis;
    Json object{{"bus", identity.bus},
                {"protocol", identity.protocol},
                {"id", identity.servo.value},
                {"model", identity.model},
                {"name", settings.name},
                {"gear", settings.scale.gear},
                {"offset", settings.scale.offset},
                {"reversed", settings.scale.reversed},
                {"units_per_turn", settings.scale.unitsPerTurn},
                {"unit", settings.scale.unit},
                {"limits", limitsJson(settings.limits)},
                {"stop_reaction", toString(settings.stopReaction)}};
    if (!settings.watched.empty()) object["watched"] = settings.watched;
    return object;
}

} // namespace

Result<motion::Machine> readMachine(const fs::path& file) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return failure(ErrorCode::notFound, "there is no file " + file.string());
    catalog::Problems problems;
    const auto document = catalog::readJsonFile(file, problems);
    motion::Machine machine;
    if (document) machine = machineFrom(*document, file.string(), problems);
    if (!problems.empty()) return tl::make_unexpected(catalog::errorOf(problems));
    return machine;
}

std::string machineText(const motion::Machine& machine) {
    Json document{{"schema", schema}, {"axes", Json::array()}};
    for (const auto& axis : machine.axes)
        document["axes"].push_back(axisJson(axis));
    document["rights"] = {{"viewer", machine.rights.viewer}, {"operator", machine.rights.lineOperator}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<void> writeMachine(const fs::path& file, const motion::Machine& machine) {
    return catalog::writeWhole(file, machineText(machine));
}

} // namespace servolane::drivers::machine
