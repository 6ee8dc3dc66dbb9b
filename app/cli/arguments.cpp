// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"

#include "app/cli/text.h"
#include "app/workstation/port_links.h"
#include "app/workstation/sim_line.h"
#include "drivers/families/families.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>

namespace servolane::cli {

namespace {

constexpr double longest = 30.0 * 86400.0;
constexpr const char* footer =
    "PORT is a serial device, a pseudo-terminal, or sim:PROTOCOL:COUNT[@BAUD][,model=NAME][,first-id=N]\n"
    "[,unpaced][,seed=N][,fault=SPEC] for simulated servos inside this program.\n"
    "Exit codes: 0 done, 1 technical failure, 2 wrong usage, 3 rejected by a policy, 4 not confirmed in "
    "time,\n"
    "130 interrupted.";

/// Absent if the text is none, or no finite one: CLI::Range lets "nan" pass.
std::optional<double> numberFrom(const std::string& text) {
    double value = 0.0;
    if (!CLI::detail::lexical_cast(text, value) || !std::isfinite(value)) return std::nullopt;
    return value;
}

/// "0.001", "100000"
std::string plain(double limit) {
    return fixed(limit, limit == std::floor(limit) ? 0 : 3);
}

CLI::Validator numberBetween(double low, double high) {
    return CLI::Validator(
        [low, high](const std::string& text) {
            const auto value = numberFrom(text);
            const bool good = value && *value >= low && *value <= high;
            return good ? std::string()
                        : "'" + text + "' is not a number from " + plain(low) + " to " + plain(high);
        },
        "");
}

CLI::Validator anyNumber() {
    return CLI::Validator(
        [](const std::string& text) {
            return numberFrom(text) ? std::string() : "'" + text + "' is not a number";
        },
        "");
}

CLI::Validator numberAboveZero() {
    return CLI::Validator(
        [](const std::string& text) {
            return numberFrom(text).value_or(0.0) > 0.0 ? std::string()
                                                        : "'" + text + "' is not a number above 0";
        },
        "");
}

CLI::Validator numberOtherThanZero() {
    return CLI::Validator(
        [](const std::string& text) {
            return numberFrom(text).value_or(0.0) != 0.0 ? std::string()
                                                         : "'" + text + "' is not a number other than 0";
        },
        "");
}

/// The rest of a port is for the system to judge.
std::string simPathCheck(const std::string& path) {
    if (!app::isSimPath(path)) return {};
    const auto line = app::parseSimPath(path);
    return line ? std::string() : line.error().detail;
}

class Grammar {
public:
    explicit Grammar(Arguments& into)
        : into_(into) {
        app_.require_subcommand(1);
        app_.footer(footer);
        app_.set_version_flag("--version", "servolane-cli " SERVOLANE_VERSION);
        app_.add_flag("--json", into_.json, "One JSON object on standard output at the end, nothing else");
        app_.add_flag("--quiet", into_.quiet, "No progress and no notes");
        app_.add_option("--store", into_.store, "Folder of journal and sessions");
        app_.add_option("--config", into_.config, "Folder of settings");
        app_.add_option_function<std::string>(
                "--role",
                [this](const std::string& word) {
                    into_.role = access::roleFrom(word == "observer" ? "viewer" : word);
                },
                "What this command may do: observer, operator or engineer (the default); never more than the "
                "window that owns the port allows")
            ->check(CLI::IsMember({"observer", "operator", "engineer"}));
        addLinkCommands();
        addAxisCommands();
        addTableCommands();
        addMotionCommands();
        addSessionCommands();
    }

    CLI::App& app() { return app_; }

private:
    CLI::App* command(const std::string& name, const std::string& about) {
        CLI::App* sub = app_.add_subcommand(name, about);
        sub->fallthrough();
        sub->callback([this, name] { into_.command = name; });
        return sub;
    }
    enum class Need : std::uint8_t { optional, required };
    CLI::App* portCommand(const std::string& name, const std::string& about, Need need = Need::required) {
        CLI::App* sub = command(name, about);
        sub->add_option("--port", into_.port, "Device, pseudo-terminal or sim:…")
            ->required(need == Need::required)
            ->check(CLI::Validator(simPathCheck, ""));
        addProtocol(sub);
        sub->add_option("--baud", into_.baud, "Bits per second; default: as last known, then the likely ones")
            ->check(CLI::Range(app::slowestBaud, app::fastestBaud));
        addFrame(sub);
        return sub;
    }
    void addFrame(CLI::App* sub) {
        sub->add_option("--parity", into_.parity,
                        "none, even (the default of Modbus) or odd; default: as last known")
            ->check(CLI::IsMember({"none", "even", "odd"}));
        sub->add_option("--stop-bits", into_.stopBits, "1 or 2; default: as last known")
            ->check(CLI::Range(1, 2));
    }
    void addProtocol(CLI::App* sub) {
        sub->add_option("--protocol", into_.protocol, "One of: " + drivers::familyNames())
            ->transform(CLI::Validator(app::protocolProblem, ""));
    }
    void addId(CLI::App* sub, Need need) {
        sub->add_option("--id", into_.id, "The servo's id")
            ->required(need == Need::required)
            ->check(CLI::Range(0, 253));
    }
    void addSeconds(CLI::App* sub) {
        sub->add_option("--for", into_.seconds, "Seconds")->required()->check(numberBetween(1e-3, longest));
    }
    void addWatches(CLI::App* sub) {
        sub->add_option("--watch", into_.watches,
                        "Registers that are read as channels too: goal_pwm,led; may be given several times")
            ->delimiter(',')
            ->allow_extra_args(false);
    }
    void addRate(CLI::App* sub, const std::string& usual) {
        sub->add_option("--rate", into_.rate,
                        "Cycles per second, 0: as fast as the wire allows; default " + usual)
            ->check(numberBetween(0.0, 100'000.0));
    }

    void addLinkCommands() {
        CLI::App* ports = command("ports", "List serial ports");
        CLI::Option* named = ports->add_option("--port", into_.port, "Give this one a name of your own");
        ports->add_option("--name", into_.name, "The name; empty: none")->needs(named);
        addScan();
        CLI::App* monitor = portCommand("monitor", "Poll all servos and measure the link");
        monitor->add_option("--ids", into_.ids, "Show these only: 1,2")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->check(CLI::Range(0, 253));
        addSeconds(monitor);
        addRate(monitor, "0");
        addWatches(monitor);
        monitor->add_flag("--wire", into_.wire, "Tell every packet, both ways");
        monitor->add_option("--out", into_.out, "With --wire: write packets to this file, .csv or .jsonl");
        CLI::App* doctor =
            portCommand("doctor", "Judge a link and its servos; without a port: the ports", Need::optional);
        doctor->add_option("--for", into_.seconds, "Seconds to measure; default 3")
            ->check(numberBetween(0.5, longest));
        portCommand("stop", "Stop every axis of the port, or of all that is reachable", Need::optional);
    }

    void addScan() {
        CLI::App* scan =
            command("scan", "Find servos; without a port: on every adapter that is known as such");
        scan->add_option("--port", into_.ports,
                         "Device, pseudo-terminal or sim:…; may be given several times")
            ->allow_extra_args(false)
            ->check(CLI::Validator(simPathCheck, ""));
        const auto check = [](std::string& name) {
            if (name == "all") return std::string();
            const drivers::Family* family = drivers::familyNamed(name);
            if (!family) return "'" + name + "' is not one of " + drivers::familyNames() + ", all";
            name = family->name();
            return std::string();
        };
        scan->add_option("--protocol", into_.protocols,
                         "all, or one or several of: " + drivers::familyNames())
            ->delimiter(',')
            ->allow_extra_args(false)
            ->transform(CLI::Validator(check, ""));
        scan->add_option("--baud", into_.bauds, "Only these bits per second")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->check(CLI::Range(app::slowestBaud, app::fastestBaud));
        addFrame(scan);
        scan->add_flag("--all", into_.all, "Go on with the other protocols where servos have answered");
    }

    void addAxisCommands() {
        CLI::App* read = portCommand("read", "Read a register");
        addId(read, Need::required);
        read->add_option("register", into_.registerName, "Name or address")->required();
        CLI::App* write = portCommand("write", "Write a register and read it back");
        addId(write, Need::required);
        write->add_option("register", into_.registerName, "Name or address")->required();
        write->add_option("value", into_.value, "In the register's unit, or the name of a value")->required();
        write->add_flag("--raw", into_.raw, "VALUE is the servo's own number");
        CLI::App* torque = portCommand("torque", "Switch torque");
        torque
            ->add_option_function<std::string>(
                "state", [this](const std::string& word) { into_.torqueOn = word == "on"; }, "on or off")
            ->required()
            ->check(CLI::IsMember({"on", "off"}));
        addId(torque, Need::optional);
        CLI::App* mode = portCommand("mode", "Change the operating mode (torque off)");
        mode->add_option("name", into_.mode, "position, velocity, …")
            ->required()
            ->check(CLI::IsMember(
                {"current", "velocity", "position", "extended-position", "current-based-position", "pwm"}));
        addId(mode, Need::optional);
        portCommand("raw", "Send bytes as they are, checksum and all, and show what comes back")
            ->add_option("bytes", into_.bytes, "Hexadecimal: FF FF FD 00 …")
            ->required();
        addId(portCommand("halt", "Decelerate and hold"), Need::optional);
        addId(portCommand("reset", "Clear a latched stop, and hardware errors by a reboot"), Need::optional);
    }

    void addIds(CLI::App* sub, const std::string& about) {
        sub->add_option("--ids", into_.ids, about)
            ->delimiter(',')
            ->allow_extra_args(false)
            ->check(CLI::Range(0, 253));
    }
    void addCare(CLI::App* sub) {
        sub->add_flag("--dry-run", into_.dryRun, "Show what would be written, and write nothing");
        sub->add_flag("--torque-off", into_.torqueOff, "Switch torque off first, where it is on");
    }
    void addTableCommands() {
        CLI::App* backup = portCommand("backup", "Keep every register of the servos in a file");
        addId(backup, Need::optional);
        backup->add_option("--out", into_.out, "The file to be made")->required();
        CLI::App* restore = portCommand("restore", "Write the settings of a backup, or of another servo");
        addId(restore, Need::optional);
        restore->add_option("file", into_.file, "A backup file");
        restore
            ->add_option("--source", into_.source, "The servo in the file; default: the one with the same id")
            ->check(CLI::Range(0, 253));
        restore->add_option("--clone", into_.clone, "Instead of a file: the servo to copy from")
            ->check(CLI::Range(0, 253));
        restore->add_flag("--identity", into_.identity, "Id and baud rate too");
        restore->add_flag("--reboot", into_.reboot, "Reboot the servo and look whether it has kept them");
        addCare(restore);
        CLI::App* compare =
            portCommand("compare", "What two servos, or backups of them, hold otherwise", Need::optional);
        addIds(compare, "One servo of the port, or two: 1,2");
        compare->add_option("files", into_.files, "Backup files");
        compare
            ->add_option("--source", into_.source,
                         "The servo in the files; default: the one with the same id")
            ->check(CLI::Range(0, 253));
        compare->add_flag("--all", into_.all, "List equal registers too");
        CLI::App* provision = portCommand("provision", "Set up the servos of a line as a recipe says");
        provision->add_option("file", into_.file, "A recipe file")->required();
        addCare(provision);
        CLI::App* setId = portCommand("set-id", "Give servos other ids (torque off)");
        setId->add_option("changes", into_.changes, "FROM:TO, as 1:11 2:12")->required();
        addCare(setId);
        CLI::App* setBaud = portCommand("set-baud", "Give servos another rate (torque off)");
        setBaud->add_option("rate", into_.newBaud, "Bits per second")
            ->required()
            ->check(CLI::Range(app::slowestBaud, app::fastestBaud));
        addIds(setBaud, "These only: 1,2; default: all, and the port with them");
        addCare(setBaud);
    }

    void addMotionCommands() {
        CLI::App* move = portCommand("move", "Go to a position and wait for the arrival");
        addId(move, Need::required);
        move->add_option("--to", into_.target, "Degrees")->required()->check(anyNumber());
        move->add_option("--velocity", into_.velocity, "Degrees per second")->check(numberAboveZero());
        move->add_option("--acceleration", into_.acceleration, "Degrees per second squared")
            ->check(numberAboveZero());
        move->add_flag("--referenced", into_.referenced,
                       "The position is right although turns may have been lost without power");
        CLI::App* jog = portCommand("jog", "Move at a speed for a time");
        addId(jog, Need::required);
        jog->add_option("--velocity", into_.velocity, "Degrees per second; the sign is the direction")
            ->required()
            ->check(numberOtherThanZero());
        addSeconds(jog);
    }

    void addSessionCommands() {
        CLI::App* record = portCommand("record", "Record all axes of a port to a file");
        addSeconds(record);
        addRate(record, "200");
        record->add_option("--out", into_.out, "The file to be made")->required();
        addWatches(record);
        command("info", "What a recording holds")
            ->add_option("file", into_.file, "A .servolane file")
            ->required();
        command("verify", "Check a recording, or the journal")
            ->add_option("file", into_.file, "A .servolane file");
        CLI::App* repair = command("repair", "Copy what is intact of a damaged recording");
        repair->add_option("file", into_.file, "A .servolane file; it is not changed")->required();
        repair->add_option("--out", into_.out, "The file to be made")->required();
        CLI::App* keep = command("keep", "Copy a stretch of a recording, as of the flight recorder");
        keep->add_option("file", into_.file, "A .servolane file; it is not changed")->required();
        keep->add_option("--out", into_.out, "The file to be made")->required();
        keep->add_option("--from", into_.from, "Seconds since the start")->check(anyNumber());
        keep->add_option("--to", into_.to, "Seconds since the start")->check(anyNumber());
        keep->add_option("--name", into_.name, "Of the new recording; default: that of the old one");
        CLI::App* exporting = command("export", "Write a recording in another format");
        exporting->add_option("file", into_.files, ".servolane files")->required();
        exporting->add_option("--format", into_.format, "csv, csv-long, hdf5, mat, mcap, jsonl (facts)")
            ->required();
        exporting
            ->add_option("--out", into_.out, "The file to be made, or the folder where there are several")
            ->required();
        exporting->add_option("--from", into_.from, "Seconds since the start")->check(anyNumber());
        exporting->add_option("--to", into_.to, "Seconds since the start")->check(anyNumber());
        exporting->add_option("--channels", into_.channels, "As 'Axis 1.position,*.current'")
            ->delimiter(',')
            ->allow_extra_args(false);
        exporting->add_option(
            "--resample", into_.resample,
            "none, nearest, linear or mean: rows on an even grid of times, as fast as the first "
            "bus cycled, or @HZ as in linear@100");
        exporting->add_flag(
            "--facts", into_.facts,
            "The events too, in a second file PATH.facts.jsonl; hdf5, mat and mcap hold them");
        CLI::App* machine = command("machine", "The machine file: names, scales, limits and rights");
        machine->add_option("action", into_.action, "show, export or import")
            ->required()
            ->check(CLI::IsMember({"show", "export", "import"}));
        machine->add_option("file", into_.file, "The file to be made, or to be taken over");
        CLI::App* demo = command("demo", "Six simulated servos: move, record, export, stop");
        demo->add_option("--out", into_.out, "Folder for the recording and the table");
        addProtocol(demo);
    }

    Arguments& into_;
    CLI::App app_{"Servolane without a screen: find, watch, move and record servos", "servolane-cli"};
};

bool asksForJson(int argc, const char* const* argv) {
    return std::any_of(argv + std::min(argc, 1), argv + argc,
                       [](const std::string& word) { return word == "--json"; });
}

std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

/// The parser itself says no more than that it misses a command.
std::string sentenceOf(const CLI::App& app, const CLI::Error& error) {
    const auto rest = app.remaining();
    if (!app.get_subcommands().empty() || rest.empty()) return firstLine(error.what());
    return "There is no command '" + rest.front() + "'";
}

} // namespace

namespace {

/// A variable of a script that is not set: what is left out would be meant then, another file or every port.
/// An own name may be taken back with an empty one.
void refuseEmptyWords(const CLI::App& app) {
    for (const CLI::App* command : app.get_subcommands())
        for (const CLI::Option* option : command->get_options())
            for (const std::string& word : option->results())
                if (word.empty() && option->get_name() != "--name")
                    throw CLI::ValidationError(option->get_name(), "is empty");
}

} // namespace

Parsed parse(int argc, const char* const* argv) {
    Arguments arguments;
    Parsed parsed;
    parsed.json = asksForJson(argc, argv);
    Grammar grammar(arguments);
    try {
        grammar.app().parse(argc, argv);
        refuseEmptyWords(grammar.app());
        if (arguments.ports.size() == 1) arguments.port = arguments.ports.front();
        if (arguments.protocols.size() == 1 && arguments.protocols.front() != "all")
            arguments.protocol = arguments.protocols.front();
        if (arguments.bauds.size() == 1) arguments.baud = arguments.bauds.front();
        parsed.arguments = arguments;
    } catch (const CLI::CallForHelp&) {
        const auto chosen = grammar.app().get_subcommands();
        parsed.failure = {Codes::help,
                          chosen.empty() ? grammar.app().help() : chosen.front()->help("servolane-cli"),
                          {},
                          {}};
    } catch (const CLI::CallForVersion& version) {
        parsed.failure = {Codes::version, std::string(version.what()) + "\n", {}, {}};
    } catch (const CLI::Error& error) {
        parsed.failure = {Codes::usage,
                          sentenceOf(grammar.app(), error),
                          "servolane-cli --help, or servolane-cli COMMAND --help",
                          {}};
    }
    return parsed;
}

} // namespace servolane::cli
