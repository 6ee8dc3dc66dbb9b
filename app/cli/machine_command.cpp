// SPDX-License-Identifier: GPL-3.0-or-later
// machine
#include "app/cli/failures.h"
#include "app/cli/file_commands.h"
#include "app/cli/text.h"
#include "drivers/machine/machine_file.h"

namespace servolane::cli {

namespace machine = drivers::machine;

namespace {

Result<motion::Machine> ownMachine(const app::Workstation& workstation) {
    auto read = machine::readMachine(workstation.machinePath());
    if (!read && read.error().code == ErrorCode::notFound) return motion::Machine{};
    return read;
}

std::string travelText(const motion::AxisSettings& settings) {
    const auto& travel = settings.limits.travel;
    if (!travel) return "the servo's";
    return shortest(travel->low.value) + " … " + shortest(travel->high.value) + " " +
           unitText(settings.scale.unit);
}

std::string tableOf(const motion::Machine& machine) {
    if (machine.axes.empty()) return "No axis is named, scaled or limited.\n";
    Table table({"axis", "bus", "id", "model", "gear", "offset", "direction", "travel", "on stop"});
    for (const auto& [identity, settings] : machine.axes)
        table.add({settings.name, identity.bus, std::to_string(identity.servo.value), identity.model,
                   shortest(settings.scale.gear), shortest(settings.scale.offset),
                   settings.scale.reversed ? "reversed" : "forward", travelText(settings),
                   std::string(toString(settings.stopReaction))});
    return table.text();
}

Outcome show(const motion::Machine& machine, const std::string& path) {
    Json object = Json::parse(machine::machineText(machine));
    object["path"] = path;
    return Report{object, tableOf(machine)};
}

Report report(const std::string& path, const motion::Machine& machine, const std::string& done,
              const std::string& note) {
    const std::size_t count = machine.axes.size();
    return {{{"path", path}, {"axes", count}},
            done + " " + path + ", axes: " + std::to_string(count) + note + "\n"};
}

Outcome store(const motion::Machine& machine, const std::string& path, const std::string& done,
              const std::string& note = {}) {
    const auto folder = std::filesystem::path(path).parent_path();
    if (const auto made = folder.empty() ? Result<void>{} : app::makeFolder(folder); !made)
        return fail(fileFailure(made.error(), path));
    if (const auto written = machine::writeMachine(path, machine); !written)
        return fail(fileFailure(written.error(), path));
    return report(path, machine, done, note);
}

} // namespace

Outcome runMachine(const Arguments& arguments, app::Workstation& workstation) {
    const std::string own = workstation.machinePath().string();
    if (arguments.action != "show" && arguments.file.empty())
        return fail({Codes::usage,
                     "machine " + arguments.action + " needs a FILE",
                     "servolane-cli machine " + arguments.action + " FILE",
                     {}});
    const bool imports = arguments.action == "import";
    // A running program takes the file over as its own: who may not load it there, may not put it there.
    if (imports && arguments.role.value_or(access::Role::engineer) != access::Role::engineer)
        return fail({Codes::roleNotAllowed,
                     "Importing a machine file is the engineer's",
                     "give --role engineer, or leave --role out",
                     {}});
    const auto read = imports ? machine::readMachine(arguments.file) : ownMachine(workstation);
    if (!read) return fail(fileFailure(read.error(), imports ? arguments.file : own));
    if (arguments.action == "show") return show(*read, own);
    return imports
               ? store(*read, own, "Imported into", " (a running window takes it over while no axis moves)")
               : store(*read, arguments.file, "Exported to");
}

} // namespace servolane::cli
