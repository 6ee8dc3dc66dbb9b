// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/backup/backup_reader.h"

#include "core/registers/contradiction.h"
#include "drivers/backup/backup_file.h"
#include "drivers/families/families.h"

#include <cstdio>
#include <ctime>
#include <limits>
#include <set>

namespace servolane::drivers::backup {

using catalog::ObjectReader;
using catalog::Place;
using catalog::Problems;
using nlohmann::json;
using registers::BackedUpRegister;
using registers::ServoBackup;

namespace {

constexpr std::int64_t widest = std::numeric_limits<std::int64_t>::max();

std::string requiredText(ObjectReader& object, const char* key) {
    object.require(key, "a text");
    return object.text(key).value_or("");
}

std::int64_t requiredNumber(ObjectReader& object, const char* key, ObjectReader::Range range) {
    object.require(key, "an integer");
    return object.integer(key, range).value_or(range.least);
}

const json& requiredList(ObjectReader& object, const char* key) {
    static const json empty = json::array();
    object.require(key, "a list");
    const json* list = object.member(key);
    if (!list) return empty;
    if (list->is_array()) return *list;
    object.note(object.placeOf(key), "a list", *list);
    return empty;
}

UtcTime timeOf(ObjectReader& object) {
    const std::string text = requiredText(object, "utc");
    std::tm parts{};
    int ms = 0;
    int end = 0;
    const int read =
        std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &parts.tm_year, &parts.tm_mon,
                    &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &ms, &end);
    if (read == 7 && end == static_cast<int>(text.size()) && parts.tm_year >= 1970) {
        parts.tm_year -= 1900;
        parts.tm_mon -= 1;
        return UtcTime{std::chrono::seconds{::timegm(&parts)} + std::chrono::milliseconds{ms}};
    }
    if (const json* found = object.member("utc"); found && found->is_string())
        object.note(object.placeOf("utc"), "a time as 2026-11-23T09:15:02.123Z", *found);
    return {};
}

registers::Access accessOf(ObjectReader& object) {
    const std::string word = requiredText(object, "access");
    if (word == "rw") return registers::Access::readWrite;
    if (const json* found = object.member("access"); word != "r" && found && found->is_string())
        object.note(object.placeOf("access"), "r or rw", *found);
    return registers::Access::readOnly;
}

/// A role of a later version means nothing here; its register is known by its name.
registers::Role roleOf(ObjectReader& object) {
    return registers::roleFrom(object.text("role").value_or("")).value_or(registers::Role::none);
}

std::uint8_t sizeOf(ObjectReader& object) {
    const auto size = requiredNumber(object, "size", {1, 4});
    if (size == 3) object.note(object.placeOf("size"), "1, 2 or 4", *object.member("size"));
    return static_cast<std::uint8_t>(size);
}

/// What servos of a family can have; of one that this program does not know everything that the file can say.
struct Reach {
    explicit Reach(const std::string& word) {
        for (const Family& family : families()) {
            if (family.name() != word) continue;
            ids = {family.traits.firstId, family.traits.lastId};
            lastModelNumber = family.lastModelNumber;
            lastAddress = family.lastAddress;
        }
    }
    ObjectReader::Range ids{0, 255};
    std::int64_t lastModelNumber = 0xFFFF'FFFF;
    std::int64_t lastAddress = 0xFFFF;
};

BackedUpRegister registerFrom(const json& value, const Reach& reach, const Place& place, Problems& problems) {
    ObjectReader object(value, place, problems);
    BackedUpRegister of;
    of.name = requiredText(object, "name");
    of.role = roleOf(object);
    of.size = sizeOf(object);
    // With its last byte.
    of.address =
        static_cast<std::uint16_t>(requiredNumber(object, "address", {0, reach.lastAddress + 1 - of.size}));
    of.access = accessOf(object);
    // What the bytes can hold, signed or not.
    const std::int64_t span = std::int64_t{1} << (of.size * 8);
    of.raw = requiredNumber(object, "raw", {-span / 2, span - 1});
    object.require("value", "a number");
    of.value = object.number("value").value_or(0.0);
    of.unit = object.text("unit").value_or("");
    of.word = object.text("word").value_or("");
    if (const json* bits = object.member("bits")) {
        ObjectReader fields(*bits, object.placeOf("bits"), problems);
        for (const auto& [name, held] : catalog::objectOrEmpty(*bits).items())
            of.bits[name] = fields.integer(name.c_str(), {0, widest}).value_or(0);
    }
    object.rejectOthers();
    return of;
}

void noteTwin(ObjectReader& object, std::set<std::string>& seen, const std::string& name,
              const Place& place) {
    if (!seen.insert(name).second)
        object.note(place.at("name"), "a name that no other register of this servo has", name);
}

ServoBackup servoFrom(const json& value, const Place& place, Problems& problems) {
    ObjectReader object(value, place, problems);
    ServoBackup servo;
    servo.family = requiredText(object, "family");
    const Reach reach(servo.family);
    servo.model = requiredText(object, "model");
    servo.modelNumber =
        static_cast<std::uint32_t>(requiredNumber(object, "model_number", {0, reach.lastModelNumber}));
    servo.firmware = static_cast<std::uint32_t>(requiredNumber(object, "firmware", {0, 0xFFFF'FFFF}));
    servo.servo = {static_cast<std::uint8_t>(requiredNumber(object, "id", reach.ids))};
    servo.axis = object.text("axis").value_or("");
    servo.at = timeOf(object);
    std::set<std::string> seen;
    std::size_t index = 0;
    for (const json& entry : requiredList(object, "registers")) {
        const Place at = object.placeOf("registers").at(std::to_string(index++));
        servo.registers.push_back(registerFrom(entry, reach, at, problems));
        noteTwin(object, seen, servo.registers.back().name, at);
    }
    object.rejectOthers();
    return servo;
}

/// A number as the file would say it.
std::string numberText(double number) {
    return json(number).dump();
}

void noteContradiction(const registers::Contradiction& one, const BackedUpRegister& of, const Place& place,
                       Problems& problems) {
    using Member = registers::Contradiction::Member;
    const std::string raw = "raw " + std::to_string(of.raw);
    const auto whole = [](double number) { return std::to_string(static_cast<std::int64_t>(number)); };
    switch (one.member) {
    case Member::value:
        problems.push_back({place.at("value"), 0, 0,
                            numberText(one.expected) + (of.unit.empty() ? "" : ' ' + of.unit) +
                                ", for which " + raw + " stands",
                            numberText(one.stated)});
        return;
    case Member::word:
        problems.push_back({place.at("word"), 0, 0, "the word for " + raw,
                            '"' + one.name + "\", which stands for raw " + whole(one.stated)});
        return;
    case Member::bits:
        problems.push_back(
            {place.at("bits").at(one.name), 0, 0, whole(one.expected) + ", as in " + raw, whole(one.stated)});
    }
}

void noteContradictions(const ServoBackup& servo, const registers::ModelCatalog& models, const Place& place,
                        Problems& problems) {
    const auto model = models.find(servo.model);
    if (!model || model->family != servo.family) return;
    for (const registers::Contradiction& one : registers::contradictionsOf(servo, *model))
        noteContradiction(one, servo.registers[one.entry],
                          place.at("registers").at(std::to_string(one.entry)), problems);
}

} // namespace

registers::Backup backupFrom(const json& document, const std::string& file,
                             const registers::ModelCatalog& models, Problems& problems) {
    registers::Backup backup;
    ObjectReader object(document, {file, ""}, problems);
    object.require("kind", "\"servolane-backup\"");
    const auto found = object.text("kind");
    if (found && *found != kind) object.note(object.placeOf("kind"), "\"servolane-backup\"", *found);
    object.require("schema", "1");
    // A later schema says things that this program would have to guess.
    if (!found || *found != kind || !object.integer("schema", {schema, schema})) return backup;
    std::set<std::uint8_t> ids;
    std::size_t index = 0;
    for (const json& servo : requiredList(object, "servos")) {
        const Place place = object.placeOf("servos").at(std::to_string(index++));
        backup.servos.push_back(servoFrom(servo, place, problems));
        if (problems.empty()) noteContradictions(backup.servos.back(), models, place, problems);
        const std::uint8_t id = backup.servos.back().servo.value;
        if (!ids.insert(id).second)
            object.note(place.at("id"), "an id that no other servo of the file has", id);
    }
    object.rejectOthers();
    return backup;
}

} // namespace servolane::drivers::backup
