// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/drive_reader.h"

#include "drivers/catalog/object_reader.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

namespace servolane::drivers::catalog {

namespace {

using nlohmann::json;
using registers::DriveAction;
using registers::DriveStep;
using registers::Register;
using registers::RegisterSpace;
using registers::Role;
using registers::ServoModel;

constexpr std::int64_t lastUnit = 247;
constexpr std::int64_t mostRegisters = 125;
constexpr std::int64_t longestWait = 10'000;
/// A stop waits for it too.
constexpr std::int64_t longestPause = 100;
/// Bytes between stretches that are apart on the wire: more than what is read along by the way.
constexpr unsigned hole = 16;

constexpr std::array<std::pair<std::string_view, bool>, 2> wordOrders{
    {{"high_first", false}, {"low_first", true}}};
constexpr std::array<std::pair<std::string_view, Numbering>, 3> numberings{
    {{"wire", Numbering::wire}, {"from_one", Numbering::fromOne}, {"manual", Numbering::manual}}};
constexpr std::array<std::pair<std::string_view, bool>, 2> setPoints{{{"edge", true}, {"written", false}}};
constexpr std::array<std::pair<std::string_view, RegisterSpace>, 4> spaces{
    {{"holding", RegisterSpace::holding},
     {"input", RegisterSpace::input},
     {"coil", RegisterSpace::coil},
     {"discrete", RegisterSpace::discrete}}};
constexpr std::array<std::pair<std::string_view, DriveAction>, 2> actions{
    {{"power", DriveAction::power}, {"fault_reset", DriveAction::faultReset}}};

Duration milliseconds(ObjectReader& reader, const char* key, Duration otherwise,
                      std::int64_t longest = longestWait) {
    const auto value = reader.integer(key, {0, longest});
    return value ? Duration{std::chrono::milliseconds{*value}} : otherwise;
}

std::vector<std::uint32_t> numbersOf(ObjectReader& reader, const char* key, std::int64_t most) {
    std::vector<std::uint32_t> numbers;
    const json* list = reader.member(key);
    if (list == nullptr) return numbers;
    if (!list->is_array()) reader.note(reader.placeOf(key), "a list of numbers", *list);
    for (const json& value : list->is_array() ? *list : json::array()) {
        const auto number = value.is_number_integer() ? value.get<std::int64_t>() : -1;
        if (number < 0 || number > most)
            reader.note(reader.placeOf(key), "numbers from 0 to " + std::to_string(most), value);
        else
            numbers.push_back(static_cast<std::uint32_t>(number));
    }
    return numbers;
}

template <class Take>
void eachObject(ObjectReader& reader, const char* key, Problems& problems, Take take) {
    const json* list = reader.member(key);
    if (list == nullptr) return;
    if (!list->is_array()) reader.note(reader.placeOf(key), "a list of objects", *list);
    for (std::size_t i = 0; list->is_array() && i < list->size(); ++i) {
        ObjectReader one((*list)[i], reader.placeOf(key).at(std::to_string(i)), problems);
        take(one);
        one.rejectOthers();
    }
}

std::vector<DriveStep> stepsOf(ObjectReader& reader, const char* key, Problems& problems) {
    std::vector<DriveStep> steps;
    eachObject(reader, key, problems, [&](ObjectReader& one) {
        DriveStep step;
        step.write = one.text("write").value_or("");
        step.value = one.integer("value", {INT32_MIN, UINT32_MAX}).value_or(0);
        step.until = one.text("until").value_or("");
        step.mask = static_cast<std::uint32_t>(one.integer("mask", {0, UINT32_MAX}).value_or(UINT32_MAX));
        step.equals = static_cast<std::uint32_t>(one.integer("equals", {0, UINT32_MAX}).value_or(0));
        if (step.write.empty() && step.until.empty())
            one.require("write", "a register to write or to wait for");
        steps.push_back(std::move(step));
    });
    return steps;
}

void readMarks(ObjectReader& reader, registers::DriveProfile& profile, Problems& problems) {
    eachObject(reader, "marks", problems, [&](ObjectReader& one) {
        registers::DriveMark mark;
        one.require("register", "a register that tells these drives from others");
        mark.name = one.text("register").value_or("");
        mark.mask = static_cast<std::uint32_t>(one.integer("mask", {0, UINT32_MAX}).value_or(UINT32_MAX));
        mark.values = numbersOf(one, "values", UINT32_MAX);
        profile.marks.push_back(std::move(mark));
    });
    if (profile.marks.empty())
        reader.note(reader.placeOf("marks"), "at least one register that tells these drives from others", {});
}

void readCia402(ObjectReader& reader, registers::DriveProfile& profile, Problems& problems) {
    const json* value = reader.member("cia402");
    if (value == nullptr) return;
    ObjectReader one(*value, reader.placeOf("cia402"), problems);
    profile.hasCia402 = true;
    one.require("controlword", "a register");
    one.require("statusword", "a register");
    profile.cia402.control = one.text("controlword").value_or("");
    profile.cia402.status = one.text("statusword").value_or("");
    profile.cia402.switchOff = static_cast<std::uint16_t>(one.integer("switch_off", {0, 7}).value_or(0));
    profile.cia402.setPointByEdge = one.choice("set_point", true, setPoints);
    profile.cia402.acknowledges = one.flag("acknowledges").value_or(true);
    one.rejectOthers();
}

std::int64_t firstNumber(Numbering numbering, RegisterSpace space) {
    if (numbering == Numbering::wire) return 0;
    if (numbering == Numbering::fromOne) return 1;
    switch (space) {
    case RegisterSpace::discrete:
        return 10'001;
    case RegisterSpace::input:
        return 30'001;
    case RegisterSpace::holding:
        return 40'001;
    case RegisterSpace::coil:
    case RegisterSpace::derived:
        break;
    }
    return 1;
}

void readDerived(ObjectReader& reader, const json& value, Register& item) {
    registers::DrivePlace place;
    place.space = RegisterSpace::derived;
    Problems problems;
    ObjectReader one(value, reader.placeOf("derived"), problems);
    one.require("from", "a register");
    place.from = one.text("from").value_or("");
    place.mask = static_cast<std::uint32_t>(one.integer("mask", {0, UINT32_MAX}).value_or(UINT32_MAX));
    place.values = numbersOf(one, "values", UINT32_MAX);
    place.action = one.choice("action", DriveAction::none, actions);
    one.rejectOthers();
    for (const CatalogProblem& problem : problems)
        reader.note(problem.place, problem.expected, problem.found);
    if (item.size != 1) reader.note(reader.placeOf("size"), "1 for a derived register", item.size);
    item.place = std::move(place);
}

bool isBit(RegisterSpace space) {
    return space == RegisterSpace::coil || space == RegisterSpace::discrete;
}

unsigned cellsOf(const Register& item) {
    return isBit(item.place->space) ? 1U : item.size / 2U;
}

} // namespace

DriveFacts readDrive(const json& value, const Place& place, Problems& problems) {
    DriveFacts facts;
    registers::DriveProfile& profile = facts.profile;
    ObjectReader reader(value, place, problems);
    facts.lowWordFirst = reader.choice("word_order", false, wordOrders);
    facts.numbering = reader.choice("numbers", Numbering::wire, numberings);
    profile.answerTime = milliseconds(reader, "answer_time_ms", profile.answerTime);
    profile.stateTime = milliseconds(reader, "state_time_ms", profile.stateTime);
    profile.pause = milliseconds(reader, "pause_ms", profile.pause, longestPause);
    profile.readAtOnce = static_cast<std::uint16_t>(
        reader.integer("registers_at_once", {2, mostRegisters}).value_or(mostRegisters));
    profile.singleWrites = reader.flag("single_writes").value_or(true);
    for (const std::uint32_t unit : numbersOf(reader, "units", lastUnit)) {
        if (unit == 0) reader.note(reader.placeOf("units"), "ids from 1: 0 is all of them", unit);
        profile.units.push_back(static_cast<std::uint8_t>(unit));
    }
    readMarks(reader, profile, problems);
    readCia402(reader, profile, problems);
    profile.switchOn = stepsOf(reader, "switch_on", problems);
    profile.switchOff = stepsOf(reader, "switch_off", problems);
    profile.afterGoal = stepsOf(reader, "after_goal", problems);
    profile.faultReset = stepsOf(reader, "fault_reset", problems);
    reader.rejectOthers();
    return facts;
}

void readDrivePlace(ObjectReader& reader, const DriveFacts& facts, std::optional<std::int64_t> address,
                    Register& item) {
    const bool lowFirst = reader.choice("word_order", facts.lowWordFirst, wordOrders);
    const RegisterSpace space = reader.choice("space", RegisterSpace::holding, spaces);
    if (const json* derived = reader.member("derived")) return readDerived(reader, *derived, item);
    item.place = registers::DrivePlace{};
    item.place->space = space;
    item.place->number = static_cast<std::uint32_t>(address.value_or(0));
    const std::int64_t first = firstNumber(facts.numbering, space);
    const std::int64_t wire = address.value_or(first) - first;
    if (wire < 0 || wire > UINT16_MAX)
        reader.note(reader.placeOf("address"), "a number from " + std::to_string(first), address.value_or(0));
    item.place->wire = static_cast<std::uint16_t>(wire);
    const bool fits = isBit(space) ? item.size == 1 : item.size == 2 || item.size == 4;
    if (!fits) reader.note(reader.placeOf("size"), isBit(space) ? "1 for a bit" : "2 or 4", item.size);
    const bool writable = space == RegisterSpace::holding || space == RegisterSpace::coil;
    if (!writable && item.access == registers::Access::readWrite)
        reader.note(reader.placeOf("access"), "r in a table that is only read", "rw");
    item.bigEndian = !isBit(space);
    item.lowWordFirst = lowFirst && item.size == 4;
}

void layOut(std::vector<Register>& items, const std::vector<Place>& places, Problems& problems) {
    std::vector<std::size_t> order(items.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, {}, [&](std::size_t i) { return std::tuple(items[i].place->space, items[i].place->wire); });
    unsigned next = 0;
    const auto putDerivedOf = [&](const std::vector<std::size_t>& block) {
        for (Register& item : items) {
            if (item.place->space != RegisterSpace::derived) continue;
            const bool here =
                std::ranges::any_of(block, [&](std::size_t i) { return items[i].name == item.place->from; });
            if (here) item.address = static_cast<std::uint16_t>(next++);
        }
    };
    std::vector<std::size_t> block;
    unsigned end = 0;
    for (const std::size_t i : order) {
        Register& item = items[i];
        if (item.place->space == RegisterSpace::derived) continue;
        const bool same = !block.empty() && items[block.back()].place->space == item.place->space;
        if (same && item.place->wire < end)
            problems.push_back({places[i].at("address"), 0, 0,
                                "addresses not taken by " + items[block.back()].name, item.name});
        if (!block.empty() && !(same && item.place->wire == end)) {
            putDerivedOf(block);
            block.clear();
            next += hole;
        }
        item.address = static_cast<std::uint16_t>(next);
        next += item.size;
        end = item.place->wire + cellsOf(item);
        block.push_back(i);
    }
    putDerivedOf(block);
    if (next > UINT16_MAX && !places.empty())
        problems.push_back({places.front(), 0, 0, "fewer registers", std::to_string(items.size())});
}

void checkDrive(const ServoModel& model, const Place& file, Problems& problems) {
    const registers::DriveProfile& profile = *model.drive;
    const Place drive = file.at("drive");
    const auto needs = [&](const Place& place, const std::string& name) -> const Register* {
        const Register* found = model.find(std::string_view(name));
        const bool onWire = found && found->place && found->place->space != RegisterSpace::derived;
        if (!onWire) problems.push_back({place, 0, 0, "a register with an address", '"' + name + '"'});
        return onWire ? found : nullptr;
    };
    for (const auto& mark : profile.marks)
        needs(drive.at("marks"), mark.name);
    if (profile.hasCia402) {
        needs(drive.at("cia402").at("statusword"), profile.cia402.status);
        const Register* control = needs(drive.at("cia402").at("controlword"), profile.cia402.control);
        if (control && control->access == registers::Access::readOnly)
            problems.push_back(
                {drive.at("cia402").at("controlword"), 0, 0, "a register that is written", "r"});
    }
    for (const auto& [key, steps] :
         {std::pair("switch_on", &profile.switchOn), std::pair("switch_off", &profile.switchOff),
          std::pair("after_goal", &profile.afterGoal), std::pair("fault_reset", &profile.faultReset)})
        for (const DriveStep& step : *steps) {
            if (!step.write.empty()) needs(drive.at(key), step.write);
            if (!step.until.empty()) needs(drive.at(key), step.until);
        }
    for (const Register& item : model.registers) {
        if (item.place->space != RegisterSpace::derived) continue;
        needs(file.at("registers").at(item.name).at("derived"), item.place->from);
        const bool silent = item.place->action == DriveAction::power && !profile.hasCia402 &&
                            (profile.switchOn.empty() || profile.switchOff.empty());
        if (silent)
            problems.push_back(
                {drive, 0, 0, "cia402, or switch_on and switch_off for " + item.name, "neither"});
    }
    // To hold an axis, its position is written back as a goal, byte for byte.
    const Register* goal = model.find(Role::goalPosition);
    const Register* actual = model.find(Role::presentPosition);
    const bool alike = !goal || !actual || (goal->form() == actual->form() && goal->scale == actual->scale);
    if (!alike)
        problems.push_back({file.at("registers"), 0, 0,
                            "size, sign, word order and scale of " + goal->name + " as of " + actual->name,
                            "others"});
}

} // namespace servolane::drivers::catalog
