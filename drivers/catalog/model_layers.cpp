// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/model_layers.h"

#include "drivers/catalog/object_reader.h"

#include <algorithm>
#include <filesystem>

namespace servolane::drivers::catalog {

namespace {

using nlohmann::json;

/// Members that say how a file is built; they are not handed on to files that extend it.
bool isOwn(const std::string& key) {
    static const std::set<std::string> own{"format",    "extends",  "abstract", "comment",
                                           "registers", "override", "remove"};
    return own.contains(key);
}

std::string nameOf(const json& entry) {
    const auto name = entry.is_object() ? entry.find("name") : entry.end();
    return entry.is_object() && name != entry.end() && name->is_string() ? name->get<std::string>()
                                                                         : std::string();
}

/// "indirect_address_*" stands for all names that begin so.
bool matches(const std::string& name, const std::string& pattern) {
    if (!pattern.ends_with('*')) return name == pattern;
    return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

void replaceNumber(json& entry, const char* key, std::int64_t number) {
    const auto found = entry.find(key);
    if (found == entry.end() || !found->is_string()) return;
    auto text = found->get<std::string>();
    const auto at = text.find("{n}");
    if (at != std::string::npos) *found = text.replace(at, 3, std::to_string(number));
}

void addTo(json& entry, const char* key, std::int64_t step) {
    const auto found = entry.find(key);
    if (found != entry.end() && found->is_number_integer()) *found = found->get<std::int64_t>() + step;
}

} // namespace

bool ModelLayers::isAbstract(const std::string& file) const {
    const auto located = locate(file, folders_.size() - 1);
    return located && located->content->value("abstract", json(false)) == json(true);
}

std::optional<LayeredModel> ModelLayers::resolve(const std::string& file) {
    const auto located = locate(file, folders_.size() - 1);
    return located ? resolve(*located, {}) : std::nullopt;
}

std::optional<ModelLayers::Located> ModelLayers::locate(const std::string& file,
                                                        std::size_t lastFolder) const {
    for (std::size_t folder = lastFolder + 1; folder-- > 0;) {
        const auto& [path, files] = folders_[folder];
        const auto found = files.find(file);
        if (found == files.end()) continue;
        return Located{&found->second, (std::filesystem::path(path) / file).string(), folder, file};
    }
    return std::nullopt;
}

std::optional<LayeredModel> ModelLayers::resolve(const Located& file, std::set<std::string> below) {
    if (const auto known = resolved_.find(file.path); known != resolved_.end()) return known->second;
    below.insert(file.path);
    auto model = resolveBase(file, std::move(below));
    if (!model) return std::nullopt;
    const Place root{file.path, ""};
    for (const auto& [key, value] : file.content->items()) {
        if (isOwn(key)) continue;
        json whole = value;
        // Of what a drive needs, a file says what is different.
        const auto before = model->members.find(key);
        if (key == "drive" && before != model->members.end() && value.is_object()) {
            whole = before->second.value;
            whole.merge_patch(value);
        }
        model->members[key] = {std::move(whole), root.at(key)};
    }
    const auto member = [&](const char* key) { return file.content->value(key, json()); };
    removeRegisters(*model, member("remove"), root.at("remove"));
    overrideRegisters(*model, member("override"), root.at("override"));
    addRegisters(*model, member("registers"), root.at("registers"));
    return resolved_.emplace(file.path, std::move(*model)).first->second;
}

std::optional<LayeredModel> ModelLayers::resolveBase(const Located& file, std::set<std::string> below) {
    const Place place{file.path, "/extends"};
    const json wanted = file.content->value("extends", json());
    if (wanted.is_null()) return LayeredModel{};
    if (!wanted.is_string()) {
        problems_.push_back({place, 0, 0, "the name of a file", shown(wanted)});
        return std::nullopt;
    }
    const auto name = wanted.get<std::string>();
    // A file may extend its namesake in a folder before its own.
    const bool namesake = name == file.name;
    const auto base =
        namesake && file.folder == 0 ? std::nullopt : locate(name, file.folder - (namesake ? 1 : 0));
    if (!base) {
        problems_.push_back({place, 0, 0, "a good file in this folder or one before it", shown(wanted)});
        return std::nullopt;
    }
    if (below.contains(base->path)) {
        problems_.push_back({place, 0, 0, "a file that does not extend this one", shown(wanted)});
        return std::nullopt;
    }
    auto model = resolve(*base, std::move(below));
    if (model) {
        model->members.erase("name");
        model->members.erase("number");
    }
    return model;
}

void ModelLayers::removeRegisters(LayeredModel& model, const json& names, const Place& place) {
    if (names.is_null()) return;
    if (!names.is_array()) problems_.push_back({place, 0, 0, "a list of register names", shown(names)});
    for (std::size_t index = 0; names.is_array() && index < names.size(); ++index) {
        const auto pattern = names[index].is_string() ? names[index].get<std::string>() : std::string();
        const auto removed = std::erase_if(model.registers, [&](const PlacedRegister& entry) {
            return matches(nameOf(*entry.value), pattern);
        });
        if (removed > 0) continue;
        problems_.push_back(
            {place.at(std::to_string(index)), 0, 0, "a register of the file extended", shown(names[index])});
    }
}

void ModelLayers::overrideRegisters(LayeredModel& model, const json& patches, const Place& place) {
    if (patches.is_null()) return;
    if (!patches.is_object())
        problems_.push_back({place, 0, 0, "an object of register names", shown(patches)});
    for (const auto& [name, patch] : objectOrEmpty(patches).items()) {
        const auto found = std::ranges::find_if(
            model.registers, [&](const PlacedRegister& entry) { return nameOf(*entry.value) == name; });
        if (found == model.registers.end() || !patch.is_object()) {
            problems_.push_back(
                {place.at(name), 0, 0, "a register of the file extended and an object", shown(patch)});
            continue;
        }
        json patched = *found->value;
        // Names of values and bits are replaced as a whole: half of an old list would be nonsense.
        for (const char* whole : {"values", "fields"})
            if (patch.contains(whole)) patched.erase(whole);
        patched.merge_patch(patch);
        found->value = std::make_shared<const json>(std::move(patched));
        found->place = place.at(name);
    }
}

void ModelLayers::addRegisters(LayeredModel& model, const json& entries, const Place& place) {
    if (entries.is_null()) return;
    if (!entries.is_array()) problems_.push_back({place, 0, 0, "a list of registers", shown(entries)});
    for (std::size_t index = 0; entries.is_array() && index < entries.size(); ++index)
        unroll(model, entries[index], place.at(std::to_string(index)));
}

void ModelLayers::unroll(LayeredModel& model, const json& entry, const Place& place) {
    if (!entry.is_object() || !entry.contains("array")) {
        model.registers.push_back({std::make_shared<const json>(entry), place});
        return;
    }
    constexpr std::int64_t longestArray = 1000;
    ObjectReader array(entry["array"], place.at("array"), problems_);
    array.require("count", "how many");
    const auto count = array.integer("count", {1, longestArray}).value_or(0);
    const auto first = array.integer("first", {0, INT16_MAX}).value_or(1);
    const auto defaultStep = array.integer("default_step", {INT16_MIN, INT16_MAX}).value_or(0);
    array.rejectOthers();
    if (nameOf(entry).find("{n}") == std::string::npos) {
        problems_.push_back({place.at("name"), 0, 0, "a name with {n} in it", shown(nameOf(entry))});
    }
    const auto size = entry.value("size", json(1));
    const std::int64_t stride = size.is_number_integer() ? size.get<std::int64_t>() : 1;
    for (std::int64_t index = 0; index < count; ++index) {
        json one = entry;
        one.erase("array");
        for (const char* key : {"name", "title", "meaning"})
            replaceNumber(one, key, first + index);
        addTo(one, "address", index * stride);
        addTo(one, "default", index * defaultStep);
        model.registers.push_back({std::make_shared<const json>(std::move(one)), place});
    }
}

} // namespace servolane::drivers::catalog
