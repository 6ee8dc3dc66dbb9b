// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/settings_past.h"

#include "drivers/sqlite/checksum.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/journal_reader.h"

namespace servolane::drivers::sqlite {

namespace {

using registers::SettingsFold;
using registers::SettingsState;

/// Reading so many facts takes about a tenth of a second.
constexpr std::size_t worthASnapshot = 10'000;
constexpr std::string_view snapshotName = "settings";

/// Which row a snapshot belongs to: its id, and the end of the chain of checksums up to it.
struct Place {
    std::int64_t id = 0;
    std::int64_t chain = 0;
};

std::int64_t checksumOf(std::string_view text, Place place) {
    return Checksum{}.add({place.id, place.chain}).add(text).value();
}

bool belongs(Connection& connection, Place place) {
    auto row = connection.prepare("SELECT crc FROM facts WHERE id=?1");
    if (!row) return false;
    const auto found = row->bind(1, place.id).step();
    return found && *found && row->integer(0) == place.chain;
}

/// Nothing, whatever is wrong with it: the facts tell the same.
std::optional<std::pair<std::int64_t, SettingsState>> loadSnapshot(Connection& connection,
                                                                   std::int64_t upTo) {
    auto select = connection.prepare("SELECT id, chain, json, crc FROM snapshots WHERE name=?1 AND id<=?2");
    if (!select) return std::nullopt;
    const auto found = select->bind(1, snapshotName).bind(2, upTo).step();
    if (!found || !*found) return std::nullopt;
    const Place place{select->integer(0), select->integer(1)};
    const std::string_view text = select->text(2);
    if (checksumOf(text, place) != select->integer(3) || !belongs(connection, place)) return std::nullopt;
    auto state = settingsFromJson(text);
    if (!state) return std::nullopt;
    return std::pair{place.id, std::move(*state)};
}

Result<void> saveSnapshot(const std::string& path, std::int64_t id, const SettingsState& state) {
    auto connection = Connection::open(path, OpenMode::readWrite);
    if (!connection) return tl::make_unexpected(connection.error());
    auto row = connection->prepare("SELECT crc FROM facts WHERE id=?1");
    if (!row) return tl::make_unexpected(row.error());
    const auto found = row->bind(1, id).step();
    if (!found || !*found) return failure(ErrorCode::notFound, "fact " + std::to_string(id));
    const Place place{id, row->integer(0)};
    row->reset();
    const std::string text = settingsToJson(state);
    auto insert = connection->prepare("INSERT OR REPLACE INTO snapshots VALUES(?1,?2,?3,?4,?5)");
    if (!insert) return tl::make_unexpected(insert.error());
    insert->bind(1, snapshotName).bind(2, place.id).bind(3, place.chain);
    return insert->bind(4, std::string_view{text}).bind(5, checksumOf(text, place)).run();
}

} // namespace

Result<SettingsPast> readSettingsPast(const std::string& path, std::int64_t upTo,
                                      std::shared_ptr<const registers::ModelCatalog> catalog) {
    auto reader = JournalReader::open(path);
    if (!reader) return tl::make_unexpected(reader.error());
    auto connection = Connection::open(path, OpenMode::readOnly);
    if (!connection) return tl::make_unexpected(connection.error());
    SettingsPast past;
    SettingsState start;
    if (auto snapshot = loadSnapshot(*connection, upTo)) {
        past.snapshotId = snapshot->first;
        start = std::move(snapshot->second);
    }
    SettingsFold fold(catalog, std::move(start));
    const auto read = reader->readKinds({past.snapshotId, upTo, SettingsFold::kinds()}, *catalog,
                                        [&](const JournalEntry& entry) {
                                            ++past.folded;
                                            fold.apply(entry.run, entry.event, entry.utc);
                                            return true;
                                        });
    if (!read) return tl::make_unexpected(read.error());
    past.state = fold.release();
    const auto passed = static_cast<std::size_t>(upTo - past.snapshotId);
    if (std::max(past.folded, passed / 10) >= worthASnapshot)
        static_cast<void>(saveSnapshot(path, upTo, past.state));
    return past;
}

} // namespace servolane::drivers::sqlite
