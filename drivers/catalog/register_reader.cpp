// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/register_reader.h"

#include "drivers/catalog/drive_reader.h"
#include "drivers/catalog/object_reader.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace servolane::drivers::catalog {

namespace {

using nlohmann::json;
using registers::Register;
using Range = ObjectReader::Range;

constexpr Range anyInteger{INT64_MIN, INT64_MAX};

Range rawRangeOf(const Register& item) {
    const auto [least, most] = item.form().range();
    return {least, most};
}

bool isWord(const std::string& name) {
    return !name.empty() && std::ranges::all_of(name, [](unsigned char letter) {
        return std::islower(letter) != 0 || std::isdigit(letter) != 0 || letter == '_';
    });
}

void readSize(ObjectReader& reader, Register& item) {
    const auto size = reader.integer("size", anyInteger);
    if (!size) return;
    if (*size == 1 || *size == 2 || *size == 4) {
        item.size = static_cast<std::uint8_t>(*size);
    } else {
        reader.note(reader.placeOf("size"), "1, 2 or 4", *size);
    }
}

void readForm(ObjectReader& reader, Register& item) {
    item.isSigned = reader.flag("signed").value_or(false);
    item.bigEndian = reader.flag("big_endian").value_or(false);
    const auto bit = reader.integer("sign_bit", {1, 8 * item.size - 1});
    if (!bit) return;
    if (!item.isSigned) reader.note(reader.placeOf("sign_bit"), "a sign bit in a signed register", *bit);
    item.signBit = static_cast<std::uint8_t>(*bit);
}

constexpr std::array<std::pair<std::string_view, registers::Storage>, 2> storages{
    {{"ram", registers::Storage::ram}, {"eeprom", registers::Storage::eeprom}}};
constexpr std::array<std::pair<std::string_view, registers::Access>, 2> accesses{
    {{"r", registers::Access::readOnly}, {"rw", registers::Access::readWrite}}};

void readRole(ObjectReader& reader, Register& item) {
    const auto word = reader.text("role");
    if (!word) return;
    const auto role = registers::roleFrom(*word);
    if (role) item.role = *role;
    if (!role) reader.note(reader.placeOf("role"), "a role", *word);
}

/// What the program reckons with: a register with such a role means nothing else. Empty: any; the others are
/// shown in the unit that their file names.
std::string_view unitOf(registers::Role role) {
    using registers::Role;
    switch (role) {
    case Role::goalPosition:
    case Role::presentPosition:
    case Role::positionTrajectory:
    case Role::minPositionLimit:
    case Role::maxPositionLimit:
    case Role::homingOffset:
        return "deg";
    case Role::goalVelocity:
    case Role::presentVelocity:
    case Role::velocityTrajectory:
    case Role::velocityLimit:
    case Role::profileVelocity:
        return "deg/s";
    case Role::profileAcceleration:
        return "deg/s^2";
    case Role::goalCurrent:
    case Role::presentCurrent:
    case Role::currentLimit:
        return "A";
    case Role::inputVoltage:
    case Role::minVoltageLimit:
    case Role::maxVoltageLimit:
        return "V";
    case Role::presentTemperature:
    case Role::temperatureLimit:
        return "degC";
    default:
        return {};
    }
}

void readUnit(ObjectReader& reader, Register& item) {
    const auto word = reader.text("unit");
    item.unit = word.value_or("");
    const std::string_view needed = unitOf(item.role);
    if (!needed.empty() && item.unit != needed) {
        reader.note(reader.placeOf("unit"),
                    std::string(needed) + " for the role " + std::string(toString(item.role)),
                    word ? nlohmann::json(*word) : nlohmann::json());
        return;
    }
}

void readScale(ObjectReader& reader, Register& item) {
    readUnit(reader, item);
    item.offset = reader.number("offset").value_or(0.0);
    item.scale = reader.number("scale").value_or(1.0);
    if (item.scale == 0.0) reader.note(reader.placeOf("scale"), "a number other than 0", item.scale);
}

void readLimits(ObjectReader& reader, Register& item) {
    const Range raw = rawRangeOf(item);
    item.minimum = reader.integer("minimum", raw);
    item.maximum = reader.integer("maximum", raw);
    if (item.minimum && item.maximum && *item.minimum > *item.maximum) {
        reader.note(reader.placeOf("maximum"), "at least the minimum " + std::to_string(*item.minimum),
                    *item.maximum);
        return;
    }
    item.defaultValue =
        reader.integer("default", {item.minimum.value_or(raw.least), item.maximum.value_or(raw.most)});
}

void readValues(ObjectReader& reader, Register& item) {
    const auto* values = reader.member("values");
    if (values == nullptr) return;
    const Range raw = rawRangeOf(item);
    const Range allowed{item.minimum.value_or(raw.least), item.maximum.value_or(raw.most)};
    const Place place = reader.placeOf("values");
    if (!values->is_object()) reader.note(place, "an object of names and numbers", *values);
    for (const auto& [name, value] : objectOrEmpty(*values).items()) {
        const auto number =
            value.is_number_integer() ? std::optional(value.get<std::int64_t>()) : std::nullopt;
        if (!number || *number < allowed.least || *number > allowed.most) {
            reader.note(place.at(name), "an integer in the register's range", value);
            continue;
        }
        const auto same = std::ranges::find(item.values, *number, &registers::NamedValue::value);
        if (same != item.values.end())
            reader.note(place.at(name), "a number other than that of " + same->name, value);
        item.values.push_back({*number, name});
    }
    std::ranges::sort(item.values, {}, &registers::NamedValue::value);
}

/// "name": bit, or "name": [first bit, bits].
std::optional<registers::BitField> bitFieldFrom(const std::string& name, const json& value,
                                                int registerBits) {
    const bool pair = value.is_array() && value.size() == 2;
    const json& first = pair ? value[0] : value;
    const json bits = pair ? value[1] : json(1);
    if (!first.is_number_integer() || !bits.is_number_integer()) return std::nullopt;
    const auto start = first.get<std::int64_t>();
    const auto width = bits.get<std::int64_t>();
    if (start < 0 || start >= registerBits || width < 1 || width > registerBits - start) return std::nullopt;
    return registers::BitField{static_cast<std::uint8_t>(start), static_cast<std::uint8_t>(width), name};
}

void readFields(ObjectReader& reader, Register& item) {
    const auto* fields = reader.member("fields");
    if (fields == nullptr) return;
    const Place place = reader.placeOf("fields");
    if (!fields->is_object()) reader.note(place, "an object of names and bits", *fields);
    std::uint64_t taken = 0;
    for (const auto& [name, value] : objectOrEmpty(*fields).items()) {
        const auto field = bitFieldFrom(name, value, 8 * item.size);
        if (!field) {
            reader.note(place.at(name), "a bit or [first bit, bits] within the register", value);
            continue;
        }
        const std::uint64_t mask = ((std::uint64_t{1} << field->bits) - 1) << field->firstBit;
        if ((taken & mask) != 0) reader.note(place.at(name), "bits of its own", value);
        taken |= mask;
        item.fields.push_back(*field);
    }
    std::ranges::sort(item.fields, {}, &registers::BitField::firstBit);
}

void readMotionValues(ObjectReader& reader, Register& item) {
    const auto* ranges = reader.member("motion_values");
    if (ranges == nullptr) return;
    const Place place = reader.placeOf("motion_values");
    if (!ranges->is_array() || ranges->empty())
        return reader.note(place, "an array of [lowest, highest] raw values", *ranges);
    for (std::size_t i = 0; i < ranges->size(); ++i) {
        const auto& range = (*ranges)[i];
        const bool whole = range.is_array() && range.size() == 2 && range[0].is_number_integer() &&
                           range[1].is_number_integer();
        if (!whole || range[0].get<std::int64_t>() > range[1].get<std::int64_t>())
            reader.note(place.at(std::to_string(i)), "[lowest, highest] raw value", range);
        else
            item.motionValues.push_back({range[0].get<std::int64_t>(), range[1].get<std::int64_t>()});
    }
}

} // namespace

std::optional<Register> readRegister(const PlacedRegister& entry, Problems& problems,
                                     const DriveFacts* drive) {
    ObjectReader reader(*entry.value, entry.place, problems);
    Register item;
    reader.require("name", "a name");
    const bool derived = drive != nullptr && entry.value->is_object() && entry.value->contains("derived");
    if (!derived) reader.require("address", "an address");
    reader.require("size", "1, 2 or 4");
    const auto name = reader.text("name");
    const auto address = reader.integer("address", {0, UINT16_MAX});
    if (name && !isWord(*name))
        reader.note(reader.placeOf("name"), "lower case letters, digits and _", *name);
    item.name = name.value_or("");
    item.title = reader.text("title").value_or(item.name);
    item.meaning = reader.text("meaning").value_or("");
    item.zeroMeans = reader.text("zero").value_or("");
    item.address = static_cast<std::uint16_t>(address.value_or(0));
    readSize(reader, item);
    readForm(reader, item);
    item.isView = reader.flag("view").value_or(false);
    item.isUnreadable = reader.flag("unreadable").value_or(false);
    item.isMotion = reader.flag("motion").value_or(false);
    item.isFactory = reader.flag("factory").value_or(false);
    item.isCommanded = reader.flag("commanded").value_or(false);
    item.storage = reader.choice("storage", registers::Storage::ram, storages);
    item.access = reader.choice("access", registers::Access::readOnly, accesses);
    if (drive != nullptr) readDrivePlace(reader, *drive, address, item);
    readRole(reader, item);
    readScale(reader, item);
    readLimits(reader, item);
    readValues(reader, item);
    readFields(reader, item);
    readMotionValues(reader, item);
    reader.rejectOthers();
    return name && (address || derived) ? std::optional(item) : std::nullopt;
}

} // namespace servolane::drivers::catalog
