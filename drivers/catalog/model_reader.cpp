// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/model_reader.h"

#include "drivers/catalog/drive_reader.h"
#include "drivers/catalog/object_reader.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

namespace servolane::drivers::catalog {

namespace {

using registers::Register;
using registers::Role;
using registers::ServoModel;

/// Without these a servo cannot be told from others, found again, switched on or watched.
constexpr std::array mandatoryRoles{Role::modelNumber, Role::servoId, Role::torqueEnable,
                                    Role::presentPosition};
constexpr std::array writableRoles{Role::torqueEnable, Role::goalPosition, Role::goalVelocity,
                                   Role::goalCurrent,  Role::goalPwm,      Role::operatingMode,
                                   Role::busWatchdog};

struct CheckedRegister {
    Register item;
    Place place;
};

void note(Problems& problems, const Place& place, std::string expected, std::string found) {
    problems.push_back({place, 0, 0, std::move(expected), std::move(found)});
}

std::string rangeOf(const Register& item) {
    return item.name + " at " + std::to_string(item.address) + "…" +
           std::to_string(item.address + item.size - 1);
}

/// How near to the model's own file: of two registers that do not go together, the one from a file that is
/// built upon is not to blame.
int nearness(const CheckedRegister& entry, const Place& file) {
    namespace fs = std::filesystem;
    if (entry.place.file == file.file) return 2;
    return fs::path(entry.place.file).parent_path() == fs::path(file.file).parent_path() ? 1 : 0;
}

/// First the one to blame: `later`, unless `earlier` is nearer to the file.
std::pair<const CheckedRegister*, const CheckedRegister*>
blamed(const CheckedRegister& later, const CheckedRegister& earlier, const Place& file) {
    const bool swapped = nearness(earlier, file) > nearness(later, file);
    return swapped ? std::pair(&earlier, &later) : std::pair(&later, &earlier);
}

void checkNeighbours(const std::vector<CheckedRegister>& sorted, const Place& file, Problems& problems) {
    const CheckedRegister* before = nullptr;
    for (const CheckedRegister& entry : sorted) {
        if (entry.item.isView) continue; // views lie over others
        const bool clear = !before || entry.item.address >= before->item.address + before->item.size;
        if (!clear) {
            const auto [wrong, other] = blamed(entry, *before, file);
            note(problems, wrong->place.at("address"), "addresses not taken by " + rangeOf(other->item),
                 rangeOf(wrong->item));
        }
        before = &entry;
    }
}

void checkUnique(const std::vector<CheckedRegister>& all, const Place& file, Problems& problems) {
    std::map<std::string, const CheckedRegister*> names;
    std::map<Role, const CheckedRegister*> roles;
    for (const auto& entry : all) {
        const Register& item = entry.item;
        if (const auto [same, isNew] = names.emplace(item.name, &entry); !isNew) {
            const auto [wrong, other] = blamed(entry, *same->second, file);
            note(problems, wrong->place.at("name"), "a name used once", '"' + item.name + '"');
        }
        if (item.role == Role::none) continue;
        const auto [same, isNew] = roles.emplace(item.role, &entry);
        if (!isNew) {
            const auto [wrong, other] = blamed(entry, *same->second, file);
            note(problems, wrong->place.at("role"), "a role other than that of " + other->item.name,
                 '"' + std::string(toString(item.role)) + '"');
        }
    }
}

/// A drive has its number from its profile and its id from its unit; the protocol asks for neither. Where a
/// file stands for every number, the servos tell none. A servo that tells nothing back has the id of its
/// plug.
bool isToldOtherwise(Role role, bool isDrive, bool isNumbered, bool isMute) {
    if (role == Role::modelNumber) return isDrive || !isNumbered;
    return role == Role::servoId && (isDrive || isMute);
}

void checkRoles(const std::vector<CheckedRegister>& all, bool isDrive, bool isNumbered, const Place& file,
                Problems& problems) {
    const bool isMute = std::ranges::any_of(all, [](const auto& entry) {
        return entry.item.role == Role::presentPosition && entry.item.isCommanded;
    });
    for (const Role role : mandatoryRoles) {
        if (isToldOtherwise(role, isDrive, isNumbered, isMute)) continue;
        if (std::ranges::any_of(all, [&](const auto& entry) { return entry.item.role == role; })) continue;
        note(problems, file.at("registers"), "a register with the role " + std::string(toString(role)),
             "none");
    }
    for (const auto& [item, place] : all) {
        if (item.access == registers::Access::readWrite || std::ranges::count(writableRoles, item.role) == 0)
            continue;
        note(problems, place.at("access"), "rw for the role " + std::string(toString(item.role)), "r");
    }
}

void checkModes(const ServoModel& model, const Place& place, Problems& problems) {
    const Register* mode = model.find(Role::operatingMode);
    if (model.modes.empty()) return;
    if (mode == nullptr) note(problems, place, "a register with the role operating_mode", "none");
    if (mode == nullptr || mode->values.empty()) return;
    for (const auto& code : model.modes) {
        if (std::ranges::count(mode->values, code.raw, &registers::NamedValue::value) > 0) continue;
        note(problems, place.at(std::string(toString(code.mode))), "a value of " + mode->name,
             std::to_string(code.raw));
    }
}

std::vector<registers::ModeCode> readModes(const nlohmann::json& value, const Place& place,
                                           Problems& problems) {
    std::vector<registers::ModeCode> modes;
    if (!value.is_object()) note(problems, place, "an object of modes and codes", shown(value));
    for (const auto& [word, code] : objectOrEmpty(value).items()) {
        const auto mode = registers::operatingModeFrom(word);
        if (mode && code.is_number_integer()) {
            modes.push_back({*mode, code.get<std::int64_t>()});
        } else {
            note(problems, place.at(word), "an operating mode and its code", shown(code));
        }
    }
    std::ranges::sort(modes, {}, &registers::ModeCode::raw);
    return modes;
}

registers::Nominal readNominal(const nlohmann::json& value, const Place& place, Problems& problems) {
    registers::Nominal nominal;
    ObjectReader reader(value, place, problems);
    const auto take = [&](const char* key, double& into) {
        const auto number = reader.number(key);
        if (number && *number < 0) reader.note(reader.placeOf(key), "a number not below 0", *number);
        into = number.value_or(into);
    };
    take("voltage", nominal.voltage);
    take("stall_torque", nominal.stallTorque);
    take("stall_current", nominal.stallCurrent);
    take("no_load_speed", nominal.noLoadSpeed);
    take("gear_ratio", nominal.gearRatio);
    nominal.verified = reader.flag("verified").value_or(false);
    reader.rejectOthers();
    return nominal;
}

std::optional<DriveFacts> readMembers(const LayeredModel& layers, const Place& file, ServoModel& model,
                                      Problems& problems) {
    nlohmann::json members = nlohmann::json::object();
    for (const auto& [key, member] : layers.members)
        members[key] = member.value;
    ObjectReader reader(members, file, problems);
    reader.require("name", "the model's name");
    reader.require("family", "the protocol's name");
    reader.require("number", "the model's number");
    model.name = reader.text("name").value_or("");
    model.family = reader.text("family").value_or("");
    model.source = reader.text("source").value_or("");
    model.faultExit = reader.text("fault_exit").value_or("");
    model.fixedId = reader.text("fixed_id").value_or("");
    model.fixedRate = reader.text("fixed_rate").value_or("");
    model.number = static_cast<std::uint32_t>(reader.integer("number", {0, UINT32_MAX}).value_or(0));
    model.numberMask =
        static_cast<std::uint32_t>(reader.integer("number_mask", {0, UINT32_MAX}).value_or(UINT32_MAX));
    model.countsPerTurn =
        static_cast<std::uint32_t>(reader.integer("counts_per_turn", {1, UINT32_MAX}).value_or(4096));
    if (const auto firmware = reader.integer("fast_group_read_from", {0, UINT32_MAX})) {
        model.fastGroupReadFrom = static_cast<std::uint32_t>(*firmware);
    }
    const auto placeOf = [&](const char* key) { return layers.members.at(key).place; };
    if (const auto* modes = reader.member("modes"))
        model.modes = readModes(*modes, placeOf("modes"), problems);
    if (const auto word = reader.text("other_mode")) {
        model.otherMode = registers::operatingModeFrom(*word);
        if (!model.otherMode) reader.note(reader.placeOf("other_mode"), "an operating mode", *word);
    }
    if (const auto* nominal = reader.member("nominal"))
        model.nominal = readNominal(*nominal, placeOf("nominal"), problems);
    std::optional<DriveFacts> drive;
    if (const auto* value = reader.member("drive")) drive = readDrive(*value, placeOf("drive"), problems);
    if (drive) model.drive = std::make_shared<const registers::DriveProfile>(drive->profile);
    reader.rejectOthers();
    return drive;
}

/// The program's own addresses, for registers that are numbered otherwise on the wire.
void layOutAll(std::vector<CheckedRegister>& all, Problems& problems) {
    std::vector<Register> items;
    std::vector<Place> places;
    for (auto& entry : all) {
        items.push_back(std::move(entry.item));
        places.push_back(entry.place);
    }
    layOut(items, places, problems);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i].item = std::move(items[i]);
}

/// Most registers of a model are those of the file that it extends, and were read with its siblings.
std::optional<Register> readOnce(const PlacedRegister& entry, ReadRegisters& known, Problems& problems) {
    if (const auto found = known.find(entry.value); found != known.end()) return *found->second;
    const std::size_t before = problems.size();
    auto item = readRegister(entry, problems);
    if (item && problems.size() == before)
        known.emplace(entry.value, std::make_shared<const Register>(*item));
    return item;
}

} // namespace

std::optional<ServoModel> readModel(const LayeredModel& layers, const Place& place, ReadRegisters& known,
                                    Problems& problems) {
    const std::size_t before = problems.size();
    ServoModel model;
    const auto drive = readMembers(layers, place, model, problems);
    std::vector<CheckedRegister> all;
    for (const auto& entry : layers.registers) {
        // Where a drive's registers lie is not said by them alone.
        auto item = drive ? readRegister(entry, problems, &*drive) : readOnce(entry, known, problems);
        if (item) all.push_back({std::move(*item), entry.place});
    }
    if (drive) layOutAll(all, problems);
    std::ranges::stable_sort(all, {}, [](const CheckedRegister& entry) {
        return std::pair(entry.item.address, entry.item.isView);
    });
    if (!drive) checkNeighbours(all, place, problems); // layOut() has looked at those of a drive
    checkUnique(all, place, problems);
    checkRoles(all, drive.has_value(), model.numberMask != 0, place, problems);
    for (auto& entry : all)
        model.registers.push_back(std::move(entry.item));
    checkModes(model, place.at("modes"), problems);
    if (drive && problems.size() == before) checkDrive(model, place, problems);
    if (problems.size() > before) return std::nullopt;
    return model;
}

} // namespace servolane::drivers::catalog
