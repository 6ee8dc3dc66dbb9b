// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/machine/machine_file.h"

#include "drivers/catalog/json_file.h"
#include "drivers/machine/machine_reader.h"

#include <fcntl.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unistd.h>

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
    return {{"bus", identity.bus},
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
}

Error problemsAsError(const catalog::Problems& problems) {
    std::string text;
    for (const auto& problem : problems)
        text += (text.empty() ? "" : "\n") + problem.text();
    return {ErrorCode::invalid, text};
}

/// What a power cut must not leave half is on the disk before it gets its name.
bool reachDisk(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool done = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return done;
}

} // namespace

Result<motion::Machine> readMachine(const fs::path& file) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return failure(ErrorCode::notFound, "there is no file " + file.string());
    catalog::Problems problems;
    const auto document = catalog::readJsonFile(file, problems);
    motion::Machine machine;
    if (document) machine = machineFrom(*document, file.string(), problems);
    if (!problems.empty()) return tl::make_unexpected(problemsAsError(problems));
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
    const fs::path fresh = file.string() + "." + std::to_string(::getpid());
    std::ofstream stream(fresh, std::ios::binary);
    stream << machineText(machine);
    stream.close();
    std::error_code error;
    const bool written = stream && reachDisk(fresh);
    if (written) fs::rename(fresh, file, error);
    if (written && !error) return {};
    std::error_code ignored;
    fs::remove(fresh, ignored);
    return failure(ErrorCode::inputOutput, "cannot write " + file.string());
}

} // namespace servolane::drivers::machine
