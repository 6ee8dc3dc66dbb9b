// SPDX-License-Identifier: GPL-3.0-or-later
// machine
#include "app/cli/attach.h"
#include "app/cli/failures.h"
#include "app/cli/file_commands.h"
#include "app/cli/forwarding.h"
#include "app/cli/out_file.h"
#include "app/cli/text.h"
#include "drivers/ipc/socket_folder.h"
#include "drivers/machine/machine_file.h"

#include <algorithm>

namespace servolane::cli {

namespace ipc = drivers::ipc;
namespace machine = drivers::machine;

namespace {

constexpr Duration keeperPatience = std::chrono::seconds{5};

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
    if (auto refused = refusalToReplace(path)) return fail(std::move(*refused));
    const auto folder = std::filesystem::path(path).parent_path();
    if (const auto made = folder.empty() ? Result<void>{} : app::makeFolder(folder); !made)
        return fail(fileFailure(made.error(), path));
    if (const auto written = machine::writeMachine(path, machine); !written)
        return fail(fileFailure(written.error(), path));
    return report(path, machine, done, note);
}

bool isSameFile(const std::string& one, const std::string& other) {
    std::error_code error;
    return one == other ||
           std::filesystem::weakly_canonical(one, error) == std::filesystem::weakly_canonical(other, error);
}

/// It is taken over whole or not at all.
Failure nothingOf(const motion::Machine& machine, Failure failure) {
    failure.message += "; none of its " + std::to_string(machine.axes.size()) + " axes was imported";
    failure.fields["axes"] = 0;
    return failure;
}

/// A running program listens behind this socket.
bool listens(const std::filesystem::path& socket) {
    return ipc::Client::connect(socket).has_value();
}

/// Asks whoever keeps the machine file `own` to take the machine over. Its name; absent where nobody keeps
/// it.
tl::expected<std::optional<std::string>, Failure>
askKeeper(const Arguments& arguments, const motion::Machine& machine, const std::string& own,
          app::Workstation& workstation, Notices& notices, const Waker& interrupt) {
    const auto owners = ipc::findOwners(ipc::usualSocketFolder());
    const auto keeper = std::find_if(owners.begin(), owners.end(), [&](const ipc::Owner& owner) {
        return owner.greeting.machine && isSameFile(*owner.greeting.machine, own);
    });
    if (keeper == owners.end()) {
        for (const auto& socket : ipc::socketsIn(ipc::usualSocketFolder())) {
            const bool answered = std::any_of(owners.begin(), owners.end(), [&](const ipc::Owner& owner) {
                return owner.socket == socket;
            });
            if (!answered && listens(socket))
                return fail({Codes::busy,
                             "A running program (" + socket.filename().string() +
                                 ") does not answer; if it keeps " + own + ", it has to be asked first",
                             "let it go on, or end it, and import again",
                             {}});
        }
        return std::nullopt;
    }
    const std::string name = ipc::nameOf(keeper->greeting);
    const auto lane = ipc::RemoteLane::open(keeper->socket, workstation.clock());
    if (!lane)
        return fail({Codes::ownerGone,
                     name + ", which keeps " + own + ", was lost: " + lane.error().detail,
                     "import it again",
                     {}});
    app::CommandClient client = clientOf(**lane, workstation.clock(), interrupt);
    Context context = forwardedContext(arguments, client, workstation, notices);
    if (const auto role = takeRole(context, arguments.role); !role) return tl::make_unexpected(role.error());
    const app::Fate fate =
        client.perform(motion::LoadMachine{std::make_shared<const motion::Machine>(machine)}, keeperPatience);
    if (fate.isDone()) return name;
    return fail(
        nothingOf(machine, failureOf(fate, "Importing " + arguments.file + " into " + name, context)));
}

/// Where nobody keeps the file there is no policy to ask; the rule is the same.
std::optional<Failure> refusalOfRole(const Arguments& arguments, const motion::Machine& machine) {
    const access::Role role = arguments.role.value_or(access::Role::engineer);
    if (machine.rights.allows(role, "LoadMachine")) return std::nullopt;
    return nothingOf(machine, {Codes::roleNotAllowed,
                               "Importing a machine file is the engineer's",
                               "give --role engineer, or leave --role out",
                               {}});
}

Outcome importInto(const Arguments& arguments, const motion::Machine& machine, const std::string& own,
                   app::Workstation& workstation, Notices& notices, const Waker& interrupt) {
    const auto keeper = askKeeper(arguments, machine, own, workstation, notices, interrupt);
    if (!keeper) return fail(keeper.error());
    if (!*keeper)
        if (auto refused = refusalOfRole(arguments, machine)) return fail(std::move(*refused));
    return store(machine, own, "Imported into", *keeper ? ", taken over by " + **keeper : "");
}

} // namespace

Outcome runMachine(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                   const Waker& interrupt) {
    const std::string own = workstation.machinePath().string();
    if (arguments.action != "show" && arguments.file.empty())
        return fail({Codes::usage,
                     "machine " + arguments.action + " needs a FILE",
                     "servolane-cli machine " + arguments.action + " FILE",
                     {}});
    const bool imports = arguments.action == "import";
    const auto read = imports ? machine::readMachine(arguments.file) : ownMachine(workstation);
    if (!read) return fail(fileFailure(read.error(), imports ? arguments.file : own));
    if (arguments.action == "show") return show(*read, own);
    return imports ? importInto(arguments, *read, own, workstation, notices, interrupt)
                   : store(*read, arguments.file, "Exported to");
}

} // namespace servolane::cli
