// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/command_archive.h"

#include "core/journal/read/command_log_projection.h"
#include "drivers/json/event_json.h"
#include "drivers/sqlite/journal_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace servolane::drivers::sqlite {

using journal::ArchivedCommand;
using journal::ArchivedFact;
namespace {

/// A command with more facts than this is told to its end as far as they go.
constexpr std::int64_t mostFactsOfOne = 200;

std::string plain(const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Members as words; what the row says anyway is left out.
std::string flatText(std::string_view text) {
    const nlohmann::json members = nlohmann::json::parse(text, nullptr, false);
    if (!members.is_object()) return {};
    std::string flat;
    for (const auto& [name, value] : members.items()) {
        if (name == "command" || name == "axis" || name == "asker" || value.is_null()) continue;
        if (value.is_object()) {
            const std::string inner = flatText(value.dump());
            if (!inner.empty()) flat += (flat.empty() ? "" : " ") + inner;
        } else if (!plain(value).empty())
            flat += (flat.empty() ? "" : " ") + name + '=' + plain(value);
    }
    return flat;
}

} // namespace

Result<std::unique_ptr<journal::CommandArchive>>
SqliteCommandArchive::open(const std::string& path, std::int64_t exceptRun,
                           std::shared_ptr<const registers::ModelCatalog> catalog) {
    auto connection = Connection::open(path, OpenMode::readOnly);
    if (!connection) return tl::make_unexpected(connection.error());
    if (auto checked = checkJournal(*connection); !checked)
        return failure(checked.error().code, path + ": " + checked.error().detail);
    return std::unique_ptr<journal::CommandArchive>(
        new SqliteCommandArchive(std::move(*connection), exceptRun, std::move(catalog)));
}

Result<std::vector<ArchivedCommand>> SqliteCommandArchive::before(std::int64_t place, std::size_t most) {
    auto select = connection_.prepare(
        "SELECT id, f.run, f.time, r.utc + f.time - r.time, cause, axis FROM facts f JOIN runs r USING (run) "
        "WHERE id < ?1 AND f.run <> ?2 AND +kind IN ('CommandAccepted','CommandRejected') ORDER BY id DESC "
        "LIMIT ?3");
    if (!select) return tl::make_unexpected(select.error());
    select->bind(1, place).bind(2, exceptRun_).bind(3, static_cast<std::int64_t>(most));
    std::vector<ArchivedCommand> commands;
    for (;;) {
        const auto stepped = select->step();
        if (!stepped) return tl::make_unexpected(stepped.error());
        if (!*stepped) break;
        ArchivedCommand command;
        command.place = select->integer(0);
        command.run = select->integer(1);
        command.at = UtcTime{Duration{select->integer(3)}};
        command.entry.at = Time{Duration{select->integer(2)}};
        command.entry.id = CommandId{static_cast<std::uint64_t>(select->integer(4))};
        const AxisId axis{static_cast<std::uint16_t>(select->integer(5))};
        command.axis = axisOf(command.run, axis, command.place);
        if (auto followed = followToItsEnd(command); !followed) return tl::make_unexpected(followed.error());
        commands.push_back(std::move(command));
    }
    return commands;
}

/// Lets the facts of the command tell its way, by the same projection as live.
Result<void> SqliteCommandArchive::followToItsEnd(ArchivedCommand& command) {
    auto select =
        connection_.prepare("SELECT id, time, kind, json FROM facts WHERE cause=?1 AND run=?2 AND cause<>0 "
                            "ORDER BY id LIMIT ?3");
    if (!select) return tl::make_unexpected(select.error());
    select->bind(1, static_cast<std::int64_t>(command.entry.id.value)).bind(2, command.run);
    select->bind(3, mostFactsOfOne);
    journal::CommandLogProjection way;
    for (;;) {
        const auto stepped = select->step();
        if (!stepped) return tl::make_unexpected(stepped.error());
        if (!*stepped) break;
        auto body = factFromJson(select->text(2), select->text(3), *catalog_);
        if (!body)
            return failure(ErrorCode::corrupt,
                           "fact " + std::to_string(select->integer(0)) + ": " + body.error().detail);
        way.apply({{}, Time{Duration{select->integer(1)}}, command.entry.id, std::move(*body)});
    }
    way.publish({});
    const auto log = way.log().read();
    if (const auto* entry = log->find(command.entry.id)) command.entry = *entry;
    return {};
}

std::shared_ptr<const motion::Axis> SqliteCommandArchive::axisOf(std::int64_t run, AxisId axis,
                                                                 std::int64_t place) {
    if (axis == AxisId{}) return nullptr;
    const auto known = axes_.find({run, axis});
    if (known != axes_.end()) return known->second;
    std::shared_ptr<const motion::Axis> found;
    auto select =
        connection_.prepare("SELECT json FROM facts WHERE kind='AxisConfigured' AND axis=?1 AND run=?2 "
                            "AND id<?3 ORDER BY id DESC LIMIT 1");
    if (select) {
        const auto stepped = select->bind(1, std::int64_t{axis.value}).bind(2, run).bind(3, place).step();
        if (stepped && *stepped)
            if (auto body = factFromJson("AxisConfigured", select->text(0), *catalog_))
                found = std::get<motion::AxisConfigured>(*body).axis;
    }
    return axes_[{run, axis}] = found;
}

Result<std::vector<ArchivedFact>> SqliteCommandArchive::factsOf(CommandId command, std::size_t most) {
    auto select =
        connection_.prepare("SELECT r.utc + f.time - r.time, kind, json FROM facts f JOIN runs r USING (run) "
                            "WHERE cause=?1 AND cause<>0 ORDER BY id LIMIT ?2");
    if (!select) return tl::make_unexpected(select.error());
    select->bind(1, static_cast<std::int64_t>(command.value)).bind(2, static_cast<std::int64_t>(most));
    std::vector<ArchivedFact> facts;
    for (;;) {
        const auto stepped = select->step();
        if (!stepped) return tl::make_unexpected(stepped.error());
        if (!*stepped) return facts;
        facts.push_back(
            {UtcTime{Duration{select->integer(0)}}, std::string(select->text(1)), flatText(select->text(2))});
    }
}

} // namespace servolane::drivers::sqlite
