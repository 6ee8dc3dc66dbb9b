// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/rebuild_session.h"

#include "drivers/json/event_json.h"
#include "drivers/sqlite/page_rows.h"
#include "drivers/sqlite/session_schema.h"
#include "drivers/sqlite/slice_codec.h"

#include <algorithm>
#include <bit>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

namespace servolane::drivers::sqlite {

namespace {

using Kind = Statement::Kind;

/// A letter for each column: n null (it is the row's number), i integer, r real or integer, t text, b blob, a
/// anything; capitals: or null. `least`: columns of the oldest schema.
struct TableForm {
    std::string_view name;
    std::string_view columns;
    std::size_t least;
    bool hasRowid;
};
constexpr std::array tableForms{
    TableForm{"slices", "niiiiiiiiib", 11, true}, TableForm{"chunks", "niiiiiiitib", 11, true},
    TableForm{"tails", "niiiiiib", 8, true},      TableForm{"facts", "niitiiti", 8, true},
    TableForm{"time_pairs", "ni", 2, true},       TableForm{"buses", "ntTTIi", 6, true},
    TableForm{"axes", "ntiITTIIiT", 10, true},    TableForm{"notes", "nitII", 3, true},
    TableForm{"channels", "iittrr", 6, false},    TableForm{"earlier_scales", "iiitrrT", 6, false},
    TableForm{"models", "ttit", 4, false},        TableForm{"session", "ta", 2, false}};

bool fitsColumn(char letter, Kind kind) {
    switch (letter) {
    case 'n':
        return kind == Kind::null;
    case 'i':
        return kind == Kind::integer;
    case 'I':
        return kind == Kind::integer || kind == Kind::null;
    case 'r': // whole numbers are stored as such
        return kind == Kind::real || kind == Kind::integer;
    case 't':
        return kind == Kind::text;
    case 'T':
        return kind == Kind::text || kind == Kind::null;
    case 'b':
        return kind == Kind::blob;
    default:
        return true;
    }
}

bool fits(const TableForm& form, const PageRow& row) {
    const auto& values = row.values;
    if (values.size() < form.least || values.size() > form.columns.size()) return false;
    if (row.rowid.has_value() != form.hasRowid) return false;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!fitsColumn(form.columns[i], values[i].kind) &&
            !(row.isCutShort && form.columns[i] == 'i' && values[i].kind == Kind::null))
            return false;
    return true;
}

std::string_view textOf(const PageValue& value) {
    return {reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()};
}

/// Tables of a word and a value are told apart by the words.
std::string_view tableOfWord(std::string_view word, Kind value) {
    constexpr std::array<std::string_view, 8> settings{
        "name", "software", "flight_segment", "opened", "closed", "start", "end", "repairs"};
    constexpr std::array<std::string_view, 5> counters{"samples", "cycles", "lost", "gaps", "facts"};
    const auto isOneOf = [&](const auto& words) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    if (isOneOf(settings) || value != Kind::integer) return "session";
    if (isOneOf(counters)) return "counters";
    return isOneOf(summedTables) ? "table_sums" : "tags";
}

/// Columns that the checksum of a row covers, in its order: numbers, then bytes.
struct ProofForm {
    std::string_view table;
    std::array<std::size_t, 3> numbers;
    std::array<std::size_t, 2> bytes; ///< 0: none
    std::size_t checksum;
};
constexpr std::array proofForms{
    ProofForm{"slices", {1, 2, 3}, {0, 10}, 9}, ProofForm{"chunks", {1, 2, 3}, {0, 10}, 9},
    ProofForm{"tails", {1, 2, 3}, {0, 7}, 6}, ProofForm{"facts", {1, 2, 5}, {3, 6}, 7}};

const ProofForm* proofOf(const TableForm& form) {
    const auto found = std::find_if(proofForms.begin(), proofForms.end(),
                                    [&](const ProofForm& each) { return each.table == form.name; });
    return found == proofForms.end() ? nullptr : &*found;
}

std::uint32_t checksumOf(const ProofForm& proof, std::span<const PageValue> values) {
    Checksum sum;
    for (const std::size_t number : proof.numbers)
        sum.add({values[number].integer});
    for (const std::size_t bytes : proof.bytes)
        if (bytes != 0) sum.add(values[bytes].bytes);
    return sum.value();
}

bool proves(const TableForm& form, const PageRow& row) {
    const ProofForm* proof = proofOf(form);
    return proof && !row.isCutShort && checksumOf(*proof, row.values) == row.values[proof->checksum].integer;
}

bool hasOwnChecksum(const TableForm& form) {
    return proofOf(form) != nullptr;
}

/// A row in which one bit was flipped, put right by its checksum.
class MendedRow {
public:
    /// False: it was more than one bit.
    [[nodiscard]] bool mend(const ProofForm& proof, const PageRow& row) {
        values_.assign(row.values.begin(), row.values.end());
        const auto stored = static_cast<std::uint32_t>(values_[proof.checksum].integer);
        const std::uint32_t difference = checksumOf(proof, values_) ^ stored;
        std::size_t size = 8 * proof.numbers.size();
        for (const std::size_t bytes : proof.bytes)
            size += bytes == 0 ? 0 : values_[bytes].bytes.size();
        const auto bit = flippedBit(difference, size);
        if (std::popcount(difference) == 1)
            values_[proof.checksum].integer = stored ^ difference; // it was in the checksum itself
        else if (!bit || !flip(proof, *bit))
            return false;
        row_ = row;
        row_.values = values_;
        return checksumOf(proof, values_) == values_[proof.checksum].integer;
    }
    [[nodiscard]] const PageRow& row() const { return row_; }

private:
    [[nodiscard]] bool flip(const ProofForm& proof, std::size_t bit) {
        std::size_t at = bit / 8;
        if (at < 8 * proof.numbers.size()) {
            auto& number = values_[proof.numbers[at / 8]].integer;
            number = static_cast<std::int64_t>(static_cast<std::uint64_t>(number) ^ 1ULL << bit % 64);
            return true;
        }
        at -= 8 * proof.numbers.size();
        for (const std::size_t column : proof.bytes) {
            if (column == 0) continue;
            const ByteView bytes = values_[column].bytes;
            if (at < bytes.size()) {
                bytes_.assign(bytes.begin(), bytes.end());
                bytes_[at] = static_cast<std::uint8_t>(bytes_[at] ^ 1U << bit % 8);
                values_[column].bytes = bytes_;
                return true;
            }
            at -= bytes.size();
        }
        return false;
    }

    std::vector<PageValue> values_;
    Bytes bytes_;
    PageRow row_;
};

/// A chunk that proves nothing still tells how much of which axis is lost, if that can be true.
bool isPlausibleChunk(const PageRow& row) {
    const auto within = [](std::int64_t value, std::int64_t most) { return value >= 1 && value <= most; };
    return within(row.values[1].integer, UINT16_MAX) && row.values[2].integer >= 1 &&
           within(row.values[3].integer, mostCyclesInSlice);
}

class Rebuild {
public:
    Rebuild(Connection& connection, std::string name)
        : connection_(connection)
        , name_(std::move(name)) {}

    [[nodiscard]] Result<Rebuilt> run(PageRows& pages, session::JobProgress& progress) {
        const std::string begin = "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;PRAGMA application_id=" +
                                  std::to_string(sessionApplication) + ";BEGIN;";
        if (auto made = connection_.execute(begin + sessionTables()); !made)
            return tl::make_unexpected(made.error());
        Result<void> stored;
        const auto read = pages.each(
            [&](const PageRow& row) {
                if (stored) stored = take(row);
            },
            [&] { return progress.cancel || !stored; });
        if (!stored) return tl::make_unexpected(stored.error());
        if (!read) return tl::make_unexpected(read.error());
        if (rows_ == 0) return failure(ErrorCode::corrupt, "no row of a recording is left in it");
        checkTables();
        if (auto ordered = orderFacts(); !ordered) return tl::make_unexpected(ordered.error());
        if (auto filled = fill(); !filled) return tl::make_unexpected(filled.error());
        inserts_.clear();
        if (auto done = connection_.execute("COMMIT"); !done) return tl::make_unexpected(done.error());
        return std::move(rebuilt_);
    }

private:
    [[nodiscard]] Result<void> take(const PageRow& row) {
        const auto form = std::find_if(tableForms.begin(), tableForms.end(),
                                       [&](const TableForm& each) { return fits(each, row); });
        if (form == tableForms.end()) return {};
        if (form->name == "session") return takeWord(row);
        const bool isProven = proves(*form, row);
        const ProofForm* proof = proofOf(*form);
        if (proof && !isProven && !row.isStray && !row.isCutShort && mended_.mend(*proof, row)) {
            rebuilt_.problems.push_back(std::string{form->name} + ", row " + std::to_string(*row.rowid) +
                                        ": a flipped bit was put right");
            return take(mended_.row());
        }
        if (row.isStray && !isProven) return {};
        if (form->name == "slices" || form->name == "tails") {
            if (!isProven) return {}; // the hole tells, and the counters
        } else if (form->name == "chunks" && !isProven && !isPlausibleChunk(row))
            return {};
        if (row.isCutShort && !hasOwnChecksum(*form)) return {};
        if (isProven && form->name == "facts") know(row);
        if (isProven) ++rebuilt_.proven;
        if (row.values.size() < form->columns.size()) narrow_.insert(form->name);
        if (!isProven || form->name != "facts") return insert(*form, row, isProven);
        PageRow fact = row;
        return placeFact(fact) ? insert(*form, fact, isProven) : Result<void>{};
    }

    [[nodiscard]] Result<void> takeWord(const PageRow& row) {
        if (row.isStray || row.isCutShort) return {};
        const std::string_view word = textOf(row.values[0]);
        const std::string_view table = tableOfWord(word, row.values[1].kind);
        if (table == "table_sums") {
            ++rows_;
            sums_.emplace(word, row.values[1].integer);
            return {};
        }
        return insert({table, "ta", 2, false}, row, false);
    }

    /// No checksum covers the number of a row: two facts that tell the same one are both kept. False: this
    /// one is there already.
    [[nodiscard]] bool placeFact(PageRow& row) {
        const std::int64_t sequence = row.values[1].integer;
        const std::int64_t checksum = row.values[7].integer;
        if (sequence != 0 && factsBySequence_.contains(sequence)) return false;
        const auto there = factRows_.find(*row.rowid);
        if (there != factRows_.end()) {
            if (there->second == std::pair{sequence, checksum}) return false;
            numbersTaken_.emplace(nextFreeRow_, *row.rowid);
            row.rowid = nextFreeRow_++;
        }
        factRows_.emplace(*row.rowid, std::pair{sequence, checksum});
        if (sequence != 0) factsBySequence_.emplace(sequence, *row.rowid);
        return true;
    }

    /// Facts were appended in the order of their sequence, which their checksums cover. Those whose row is
    /// elsewhere go back behind the one before them.
    [[nodiscard]] Result<void> orderFacts() {
        const std::set<std::int64_t> moved = rowsOutOfOrder();
        if (moved.empty()) return {};
        auto move = connection_.prepare("UPDATE facts SET id=?2 WHERE id=?1");
        if (!move) return tl::make_unexpected(move.error());
        std::int64_t before = 0;
        bool isWhole = true;
        for (const auto& [sequence, found] : factsBySequence_) {
            std::int64_t row = found;
            if (moved.contains(found)) {
                const bool isFree = factRows_.emplace(before + 1, std::pair{sequence, std::int64_t{}}).second;
                isWhole = isWhole && isFree;
                if (isFree) row = before + 1;
                const auto taken = numbersTaken_.find(found);
                const std::int64_t told = taken == numbersTaken_.end() ? found : taken->second;
                rebuilt_.problems.push_back("facts, row " + std::to_string(told) +
                                            ": its row number was changed; its sequence " +
                                            std::to_string(sequence) + " tells its place");
                if (isFree && !move->bind(1, found).bind(2, row).run())
                    isWhole = false; // a damaged one is there
            }
            before = row;
        }
        // Where no row was free all are numbered anew.
        return isWhole ? Result<void>{} : connection_.execute(numberFactsBySequence);
    }
    /// The fewest whose absence leaves the others in order.
    [[nodiscard]] std::set<std::int64_t> rowsOutOfOrder() const {
        std::vector<std::pair<std::int64_t, std::int64_t>> facts; // sequence, row, in the order of rows
        for (const auto& [row, told] : factRows_)
            if (told.first != 0) facts.emplace_back(told.first, row);
        std::vector<std::size_t> ends; // of the longest run in order for each length, the lowest end
        std::vector<std::size_t> before(facts.size());
        for (std::size_t i = 0; i < facts.size(); ++i) {
            const auto place =
                std::lower_bound(ends.begin(), ends.end(), i,
                                 [&](std::size_t a, std::size_t b) { return facts[a] < facts[b]; });
            before[i] = place == ends.begin() ? i : *(place - 1);
            if (place == ends.end())
                ends.push_back(i);
            else
                *place = i;
        }
        std::set<std::int64_t> moved;
        for (const auto& [sequence, row] : facts)
            moved.insert(row);
        for (std::size_t left = ends.size(), i = ends.empty() ? 0 : ends.back(); left > 0;
             --left, i = before[i])
            moved.erase(facts[i].second);
        return moved;
    }

    /// Facts that tell what else stands in tables.
    void know(const PageRow& row) {
        const std::string_view kind = textOf(row.values[3]);
        if (kind != "AxisConfigured" && kind != "BusConnected" && kind != "TimePaired") return;
        const auto fact = factFromJson(kind, textOf(row.values[6]));
        if (!fact) return;
        if (std::get_if<motion::AxisConfigured>(&*fact)) configured_.insert(row.values[4].integer);
        if (const auto* bus = std::get_if<bus::BusConnected>(&*fact)) connected_.insert(bus->bus.value);
        if (const auto* pair = std::get_if<session::TimePaired>(&*fact))
            pairs_.emplace(row.values[2].integer, pair->utc.time_since_epoch().count());
    }

    [[nodiscard]] Result<void> insert(const TableForm& form, const PageRow& row, bool isProven) {
        ++rows_;
        const auto key = std::pair{form.name, isProven};
        auto found = inserts_.find(key);
        if (found == inserts_.end()) {
            std::string sql = isProven ? "INSERT OR REPLACE INTO " : "INSERT OR IGNORE INTO ";
            sql.append(form.name).append(" VALUES(?1");
            for (std::size_t i = 2; i <= form.columns.size(); ++i)
                sql += ",?" + std::to_string(i);
            auto statement = connection_.prepare(sql + ')');
            if (!statement) return tl::make_unexpected(statement.error());
            found = inserts_.emplace(key, std::move(*statement)).first;
        }
        Statement& statement = found->second;
        for (std::size_t i = 0; i < form.columns.size(); ++i)
            bind(statement, static_cast<int>(i) + 1, form.columns[i],
                 i < row.values.size() ? row.values[i] : PageValue{});
        // Numbers of tails begin anew when a slice has taken their place.
        if (form.hasRowid && form.name != "tails") statement.bind(1, *row.rowid);
        return statement.run();
    }

    static void bind(Statement& statement, int parameter, char letter, const PageValue& value) {
        switch (value.kind) {
        case Kind::null:
            if (letter == 'i')
                statement.bind(parameter, std::int64_t{0});
            else
                statement.bindNull(parameter);
            break;
        case Kind::integer:
            statement.bind(parameter, value.integer);
            break;
        case Kind::real:
            statement.bind(parameter, value.real);
            break;
        case Kind::text:
            statement.bind(parameter, textOf(value));
            break;
        case Kind::blob:
            statement.bind(parameter, value.bytes);
            break;
        }
    }

    void checkTables() {
        if (sums_.empty()) {
            rebuilt_.problems.emplace_back(
                "whether names, units and scales are as they were written is not known: their checksums are "
                "gone");
            return;
        }
        for (const std::string_view table : summedTables) {
            const auto stored = sums_.find(std::string{table});
            const auto found = tableChecksum(connection_, table);
            // A table that a later schema made wider has another sum here.
            if (stored != sums_.end() && found && (*found == stored->second || narrow_.contains(table)))
                continue;
            if (stored == sums_.end() && (table == "tags" || table == "earlier_scales")) continue;
            rebuilt_.problems.push_back(
                "table " + std::string{table} +
                (stored == sums_.end() ? ": its checksum is gone" : ": checksum differs") +
                "; what was found of it is copied as it is");
        }
    }

    /// What a reader cannot do without, as far as something else tells it.
    [[nodiscard]] Result<void> fill() {
        for (const auto& [time, utc] : pairs_)
            if (auto done = connection_.execute("INSERT OR IGNORE INTO time_pairs VALUES(" +
                                                std::to_string(time) + "," + std::to_string(utc) + ")");
                !done)
                return done;
        if (auto done = connection_.execute(fillTables); !done) return done;
        auto name = connection_.prepare("INSERT OR IGNORE INTO session VALUES('name',?1)");
        if (!name) return tl::make_unexpected(name.error());
        if (auto done = name->bind(1, std::string_view{name_}).run(); !done) return done;
        if (auto done = tellConfigured(); !done) return done;
        return storeTableSums(connection_, summedTables);
    }

    /// Of axes and links whose own facts are gone the tables tell as much.
    [[nodiscard]] Result<void> tellConfigured() {
        std::vector<std::tuple<std::string, std::int64_t, std::string>> told; // kind, axis, json
        auto axes = connection_.prepare("SELECT axis, json FROM axes WHERE json IS NOT NULL");
        if (!axes) return tl::make_unexpected(axes.error());
        for (auto row = axes->step(); row && *row; row = axes->step()) {
            const auto fact = factFromJson("AxisConfigured", axes->text(1));
            if (fact && !configured_.contains(axes->integer(0)) &&
                api::axisOf(*fact).value == axes->integer(0))
                told.emplace_back("AxisConfigured", axes->integer(0), std::string{axes->text(1)});
        }
        auto buses = connection_.prepare("SELECT bus, name, family, path, baud, simulated FROM buses");
        if (!buses) return tl::make_unexpected(buses.error());
        for (auto row = buses->step(); row && *row; row = buses->step()) {
            if (connected_.contains(buses->integer(0))) continue;
            bus::BusConnected connected;
            connected.bus = BusId{static_cast<std::uint16_t>(buses->integer(0))};
            connected.link.alias = buses->text(1);
            connected.link.family = buses->text(2);
            connected.link.line.path = buses->text(3);
            connected.link.line.baud = static_cast<std::uint32_t>(buses->integer(4));
            connected.simulated = buses->integer(5) != 0;
            told.emplace_back("BusConnected", 0, factToJson(connected));
        }
        const auto start = connection_.integer("SELECT value FROM session WHERE key='start'");
        auto insert = connection_.prepare("INSERT INTO facts VALUES(?1,0,?2,?3,?4,0,?5,?6)");
        if (!insert) return tl::make_unexpected(insert.error());
        // In front of all others, links before axes.
        const auto first = connection_.integer("SELECT ifnull(min(id), 1) FROM facts");
        std::int64_t id = first.value_or(1);
        for (const auto& [kind, axis, json] : told) {
            const std::int64_t time = start.value_or(0);
            insert->bind(1, --id).bind(2, time).bind(3, std::string_view{kind}).bind(4, axis);
            insert->bind(5, std::string_view{json});
            insert->bind(6, std::int64_t{factChecksum(0, time, 0, kind, json)});
            if (auto done = insert->run(); !done) return done;
        }
        return {};
    }

    /// Tails that a slice has replaced lie on pages that nobody has used again.
    static constexpr const char* fillTables = R"sql(
DELETE FROM tails WHERE EXISTS (SELECT 1 FROM slices s WHERE s.bus = tails.bus
    AND s.first_tick BETWEEN tails.first_tick - 65536 AND tails.first_tick + tails.cycles - 1
    AND s.first_tick + s.cycles > tails.first_tick);
UPDATE notes SET until = time WHERE until IS NULL;
INSERT OR IGNORE INTO axes(axis, name, bus, simulated)
    SELECT DISTINCT c.axis, 'axis ' || c.axis, s.bus, 0 FROM chunks c JOIN slices s ON s.id = c.slice;
INSERT OR IGNORE INTO session SELECT 'start', t FROM
    (SELECT min(first_time) AS t FROM (SELECT first_time FROM slices UNION ALL SELECT first_time FROM tails))
    WHERE t IS NOT NULL;
INSERT OR IGNORE INTO session SELECT 'end', t FROM
    (SELECT max(last_time) AS t FROM (SELECT last_time FROM slices UNION ALL SELECT last_time FROM tails))
    WHERE t IS NOT NULL;
INSERT OR IGNORE INTO session SELECT 'start', min(time) FROM facts WHERE sequence <> 0 HAVING min(time) IS NOT NULL;
INSERT OR IGNORE INTO session SELECT 'end', max(time) FROM facts WHERE sequence <> 0 HAVING max(time) IS NOT NULL;
INSERT OR IGNORE INTO session VALUES('closed', 1);
)sql";

    Connection& connection_;
    std::string name_;
    Rebuilt rebuilt_;
    MendedRow mended_;
    std::uint64_t rows_ = 0;
    std::map<std::pair<std::string_view, bool>, Statement> inserts_;
    std::map<std::string, std::int64_t> sums_;
    std::set<std::string_view> narrow_; ///< tables with rows of fewer columns than they have now
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>>
        factRows_;                                         ///< proven ones by row: sequence and checksum
    std::map<std::int64_t, std::int64_t> factsBySequence_; ///< their rows
    std::map<std::int64_t, std::int64_t> numbersTaken_;    ///< by another: the row it is in, the one it told
    std::int64_t nextFreeRow_ = std::int64_t{1} << 40;     ///< behind all that anybody wrote
    std::set<std::int64_t> configured_;                    ///< axes
    std::set<std::int64_t> connected_;                     ///< buses
    std::map<std::int64_t, std::int64_t> pairs_;
};

/// The size that more of it speaks for: a damaged header may tell another.
Result<PageRows> openPages(const std::string& path, session::JobProgress& progress) {
    const auto said = PageRows::pageSizeOf(path).value_or(PageRows::usualPageSize);
    auto pages = PageRows::open(path, said);
    if (!pages || said == PageRows::usualPageSize) return pages;
    auto usual = PageRows::open(path, PageRows::usualPageSize);
    if (!usual) return usual;
    const auto provenIn = [&](PageRows& rows) {
        std::uint64_t count = 0;
        static_cast<void>(rows.each(
            [&](const PageRow& row) {
                for (const TableForm& form : tableForms)
                    if (hasOwnChecksum(form) && fits(form, row) && proves(form, row)) ++count;
            },
            [&] { return progress.cancel.load(); }));
        return count;
    };
    return provenIn(*usual) > provenIn(*pages) ? std::move(usual) : std::move(pages);
}

} // namespace

Result<Rebuilt> rebuildSession(const std::string& from, const std::string& to,
                               session::JobProgress& progress) {
    auto pages = openPages(from, progress);
    if (!pages) return tl::make_unexpected(pages.error());
    const auto rebuild = [&]() -> Result<Rebuilt> {
        auto connection = Connection::open(to, OpenMode::create);
        if (!connection) return tl::make_unexpected(connection.error());
        return Rebuild{*connection, std::filesystem::path{from}.stem().string()}.run(*pages, progress);
    };
    auto rebuilt = rebuild();
    if (!rebuilt) {
        std::error_code ignored;
        std::filesystem::remove(to, ignored);
        if (rebuilt.error().code == ErrorCode::corrupt)
            rebuilt.error().detail = from + ": " + rebuilt.error().detail;
    }
    return rebuilt;
}

} // namespace servolane::drivers::sqlite
