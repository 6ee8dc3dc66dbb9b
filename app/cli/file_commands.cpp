// SPDX-License-Identifier: GPL-3.0-or-later
// ports, info, verify, repair, keep
#include "app/cli/file_commands.h"

#include "app/cli/failures.h"
#include "app/cli/recording.h"
#include "app/cli/text.h"
#include "drivers/ipc/owners.h"
#include "drivers/sqlite/copy_session.h"
#include "drivers/sqlite/journal_reader.h"
#include "drivers/sqlite/verify_session.h"

#include <set>

namespace servolane::cli {

namespace {

const char* searchHabit(drivers::catalog::SearchHabit habit) {
    using drivers::catalog::SearchHabit;
    return habit == SearchHabit::beforehand ? "beforehand"
           : habit == SearchHabit::never    ? "never"
                                            : "if-asked";
}

Json numberOrNull(const std::optional<std::uint16_t>& number) {
    return number ? Json(*number) : Json(nullptr);
}

Json channelsOf(const session::SessionAxis& axis) {
    Json channels = Json::array();
    for (const auto channel : telemetry::allChannels)
        if (axis.channels[indexOf(channel)].exists())
            for (const std::string& name : axis.namesOf(channel))
                channels.push_back(name);
    return channels;
}

/// Of channelsOf(), in the same order. Of a channel whose unit changed meanwhile, the one at the end.
Json unitsOf(const session::SessionAxis& axis) {
    Json units = Json::array();
    for (const auto channel : telemetry::allChannels) {
        if (!axis.channels[indexOf(channel)].exists()) continue;
        for (const std::string& name : axis.namesOf(channel)) {
            std::string unit = axis.units[indexOf(channel)];
            if (name != axis.nameOf(channel))
                for (const auto& earlier : axis.earlier)
                    if (earlier.channel == channel && earlier.name == name) unit = earlier.unit;
            units.push_back(unit);
        }
    }
    return units;
}

/// Configurations during the recording that changed what raw values mean.
std::size_t scaleChangesOf(const session::SessionAxis& axis) {
    std::set<Time> moments;
    for (const auto& earlier : axis.earlier)
        moments.insert(earlier.until);
    return moments.size();
}

Json axesOf(const session::SessionSummary& summary) {
    Json axes = Json::array();
    for (const auto& axis : summary.axes)
        axes.push_back({{"name", axis.name},
                        {"bus", axis.busName},
                        {"id", axis.servo.value},
                        {"model", axis.model},
                        {"protocol", axis.family},
                        {"firmware", axis.firmware},
                        {"simulated", axis.simulated},
                        {"scale_changes", scaleChangesOf(axis)},
                        {"channels", channelsOf(axis)},
                        {"units", unitsOf(axis)}});
    return axes;
}

Json notesOf(const session::SessionSummary& summary) {
    Json notes = Json::array();
    for (const auto& note : summary.notes)
        notes.push_back({{"from", seconds(note.from - summary.start)},
                         {"to", seconds(note.until - summary.start)},
                         {"text", note.text},
                         {"added_later", note.addedLater}});
    return notes;
}

/// Every channel that any axis has, with its unit; once for each unit that some axis has it in.
Json allChannelsOf(const session::SessionSummary& summary) {
    Json channels = Json::array();
    for (const auto channel : telemetry::allChannels)
        for (const auto& axis : summary.axes) {
            if (!axis.channels[indexOf(channel)].exists()) continue;
            // A place may hold one register of this axis and another of the next, and a gear its own unit.
            const Json one = {{"name", axis.nameOf(channel)}, {"unit", axis.units[indexOf(channel)]}};
            if (std::find(channels.begin(), channels.end(), one) == channels.end()) channels.push_back(one);
        }
    return channels;
}

std::string closingText(const session::SessionSummary& summary) {
    if (summary.closedCleanly) return "yes";
    return summary.walMissing ? "no, and its -wal is missing: copy both from where it was recorded"
                              : "no: its program was killed, or it is being recorded";
}

std::string infoText(const session::SessionSummary& summary, const Json& object) {
    std::string text = facts({{"session", summary.name},
                              {"started", object["started_utc"]},
                              {"seconds", fixed(object["seconds"], 3)},
                              {"samples", grouped(summary.counters.samples)},
                              {"lost", grouped(summary.counters.lost)},
                              {"gaps", grouped(summary.counters.gaps)},
                              {"events", grouped(summary.counters.facts)},
                              {"simulated", summary.simulated ? "yes" : "no"},
                              {"closed cleanly", closingText(summary)},
                              {"schema", std::to_string(summary.schema)}});
    if (!summary.walDamage.empty())
        text += "damaged: " + summary.walDamage +
                "; what is said here is without it; servolane-cli repair copies what is still in it\n";
    for (const std::string& problem : summary.changedTables)
        text += "not as it was written: " + problem + "; what is said above may be wrong\n";
    for (const std::string& repair : summary.repairs)
        text += "before this copy was made: " + repair + '\n';
    Table table({"axis", "bus", "id", "model", "channels"});
    for (const auto& axis : object["axes"])
        table.add({axis["name"], axis["bus"], std::to_string(axis["id"].get<int>()), axis["model"],
                   std::to_string(axis["channels"].size())});
    return text + table.text();
}

Outcome verifyFile(const std::string& path) {
    std::vector<std::string> remarks;
    const auto problems = drivers::sqlite::verifySession(path, &remarks);
    if (!problems) {
        Failure failure = fileFailure(problems.error(), path);
        if (problems.error().code == ErrorCode::corrupt || problems.error().code == ErrorCode::invalid)
            failure.hint = "servolane-cli repair copies what is still in it";
        return fail(failure);
    }
    return Report{{{"problems", *problems}, {"remarks", remarks}}, {}};
}

Outcome verifyJournal(const std::string& path) {
    auto reader = drivers::sqlite::JournalReader::open(path);
    if (!reader) return fail(fileFailure(reader.error(), path));
    return Report{{{"problems", reader->verify()}, {"remarks", Json::array()}}, {}};
}

} // namespace

Outcome runPorts(const Arguments& arguments, app::Workstation& workstation) {
    const app::PortBook& book = workstation.portBook();
    if (!arguments.port.empty()) {
        const auto listed = book.list();
        const bool isThere = std::any_of(listed.begin(), listed.end(), [&](const app::ListedPort& each) {
            return drivers::ipc::isSamePort(each.port.path, arguments.port);
        });
        if (!isThere)
            return fail({Codes::noPort,
                         "There is no port " + arguments.port + " to be named",
                         "servolane-cli ports lists those that can be",
                         {}});
        if (const auto named = book.rename(arguments.port, arguments.name); !named)
            return fail(fileFailure(named.error(), workstation.places().config.string()));
    }
    Json ports = Json::array();
    Table table({"port", "name", "usb", "serial", "search", "state"});
    std::string advice;
    for (const std::string& problem : workstation.problems())
        advice += problem + '\n';
    for (const app::ListedPort& listed : book.list()) {
        const drivers::PortDescription& port = listed.port;
        const char* const habit = searchHabit(listed.habit);
        ports.push_back({{"path", port.path},
                         {"description", port.description},
                         {"vid", numberOrNull(port.vid)},
                         {"pid", numberOrNull(port.pid)},
                         {"serial", port.serial},
                         {"alias", port.alias},
                         {"openable", port.openable},
                         {"advice", port.advice},
                         {"name", listed.name},
                         {"own_name", listed.habits.alias},
                         {"place", port.place},
                         {"search", habit},
                         {"ticked", listed.ticked},
                         {"protocols", listed.families},
                         {"note", listed.note.empty() ? Json(nullptr) : Json(listed.note)}});
        table.add({port.path, listed.name, listed.usb, port.serial, listed.ticked ? "ticked" : habit,
                   port.openable ? "ready" : "not usable"});
        for (const std::string& sentence : {port.advice, listed.note})
            if (!sentence.empty()) advice += port.path + ": " + sentence + '\n';
    }
    const std::string none = "No serial port. Plug an adapter in, or use --port sim:dynamixel2:6@1000000.\n";
    return Report{{{"ports", ports}}, ports.empty() ? advice + none : table.text() + advice};
}

Outcome runInfo(const Arguments& arguments, app::Workstation& workstation) {
    auto reader = workstation.sessions().open(arguments.file);
    if (!reader) return fail(fileFailure(reader.error(), arguments.file));
    const session::SessionSummary& summary = (*reader)->summary();
    Report report;
    report.object = {{"session", summary.name},
                     {"started_utc", utcText(summary.startedUtc)},
                     {"seconds", seconds(summary.end - summary.start)},
                     {"axes", axesOf(summary)},
                     {"channels", allChannelsOf(summary)},
                     {"samples", summary.counters.samples},
                     {"lost", summary.counters.lost},
                     {"gaps", summary.counters.gaps},
                     {"events", summary.counters.facts},
                     {"tags", summary.tags},
                     {"notes", notesOf(summary)},
                     {"schema", summary.schema},
                     {"software", summary.software},
                     {"simulated", summary.simulated},
                     {"closed_cleanly", summary.closedCleanly},
                     {"wal_missing", summary.walMissing},
                     {"damage", summary.walDamage.empty() ? Json(nullptr) : Json(summary.walDamage)},
                     {"changed_tables", summary.changedTables},
                     {"repairs", summary.repairs},
                     {"bytes", bytesOf(arguments.file)}};
    report.text = infoText(summary, report.object);
    return report;
}

Outcome runVerify(const Arguments& arguments, app::Workstation& workstation) {
    const std::string path = arguments.file.empty() ? workstation.journalPath() : arguments.file;
    Outcome outcome = arguments.file.empty() ? verifyJournal(path) : verifyFile(path);
    if (!outcome) return outcome;
    const Json problems = outcome->object["problems"];
    const Json& remarks = outcome->object["remarks"];
    const Json object = {{"ok", problems.empty()}, {"problems", problems}, {"remarks", remarks}};
    if (problems.empty()) {
        std::string text = path + " is whole\n";
        for (const Json& remark : remarks)
            text += "note: " + remark.get<std::string>() + '\n';
        return Report{object, text};
    }
    const std::string more =
        problems.size() > 1 ? " and " + std::to_string(problems.size() - 1) + " more" : std::string();
    return fail({Codes::corrupt, path + ": " + problems.front().get<std::string>() + more,
                 "servolane-cli repair copies what is intact; look after the disk", object});
}

Outcome runCopy(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                const Waker& interrupt) {
    const std::string out = absolutePath(arguments.out);
    const drivers::sqlite::CopyChoice choice{arguments.from, arguments.to, arguments.name};
    Result<drivers::sqlite::Salvage> result;
    watchJob(
        "Copying",
        [&](session::JobProgress& progress) {
            result = arguments.command == "repair"
                         ? drivers::sqlite::repairSession(arguments.file, out, progress)
                         : drivers::sqlite::copySession(arguments.file, out, choice, progress);
        },
        notices, workstation.clock(), [&] { return interrupt.isWoken(); });
    if (!result && result.error().code == ErrorCode::invalid &&
        result.error().detail.starts_with("the range"))
        return fail({Codes::usage,
                     arguments.file + ": " + result.error().detail,
                     "give --from and --to inside of it",
                     {}});
    if (!result && result.error().code == ErrorCode::interrupted) return fail(interrupted());
    if (!result) {
        const bool isAboutOut = result.error().detail.find(out) != std::string::npos;
        return fail(fileFailure(result.error(), isAboutOut ? out : arguments.file));
    }
    const Json object = {{"path", out},
                         {"samples", result->kept.samples},
                         {"events", result->kept.facts},
                         {"lost_samples", result->lostSamples},
                         {"lost_events", result->lostFacts},
                         {"duplicate_events", result->duplicateFacts},
                         {"losses", result->losses}};
    std::string text = grouped(result->kept.samples) + " samples and " + grouped(result->kept.facts) +
                       " events are intact: " + out + '\n';
    if (result->losses.empty()) return Report{object, text + "nothing was lost\n"};
    text +=
        "lost: " + grouped(result->lostSamples) + " samples and " + grouped(result->lostFacts) + " events\n";
    for (const std::string& loss : result->losses)
        text += "  " + loss + '\n';
    return Report{object, text};
}

} // namespace servolane::cli
