// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/adapter_catalog.h"

#include "drivers/catalog/json_file.h"
#include "drivers/catalog/object_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace servolane::drivers::catalog {

namespace {

constexpr std::int64_t adapterFormat = 1;
constexpr std::size_t usbDigits = 4;

constexpr std::array<std::pair<const char*, AdapterKind>, 4> kinds{{{"adapter", AdapterKind::adapter},
                                                                    {"chip", AdapterKind::chip},
                                                                    {"board", AdapterKind::board},
                                                                    {"controller", AdapterKind::controller}}};
constexpr std::array<std::pair<const char*, SearchHabit>, 3> habits{{{"beforehand", SearchHabit::beforehand},
                                                                     {"if-asked", SearchHabit::ifAsked},
                                                                     {"never", SearchHabit::never}}};

template <class Words>
auto chosen(ObjectReader& reader, const char* key, const Words& words) {
    const auto text = reader.text(key);
    for (const auto& [word, value] : words)
        if (text == word) return value;
    std::string expected;
    for (const auto& [word, value] : words)
        expected += (expected.empty() ? "" : ", ") + std::string(word);
    if (text)
        reader.note(reader.placeOf(key), "one of " + expected, *text);
    else
        reader.require(key, expected);
    return words.front().second;
}

std::optional<std::uint16_t> usbNumber(ObjectReader& reader, const char* key) {
    const auto text = reader.text(key);
    if (!text) return std::nullopt;
    std::uint16_t number = 0;
    const char* const end = text->data() + text->size();
    const auto [last, error] = std::from_chars(text->data(), end, number, 16);
    if (text->size() == usbDigits && error == std::errc{} && last == end) return number;
    reader.note(reader.placeOf(key), "four hexadecimal digits", *text);
    return std::nullopt;
}

std::vector<std::string> wordsOf(ObjectReader& reader, const char* key) {
    std::vector<std::string> words;
    const auto* list = reader.member(key);
    if (!list) return words;
    for (const auto& entry : *list) {
        if (entry.is_string())
            words.push_back(entry.get<std::string>());
        else
            reader.note(reader.placeOf(key), "words", entry);
    }
    if (!list->is_array()) reader.note(reader.placeOf(key), "a list of words", *list);
    return words;
}

std::optional<Adapter> readAdapter(const nlohmann::json& entry, const Place& place, Problems& problems) {
    const std::size_t before = problems.size();
    ObjectReader reader(entry, place, problems);
    reader.require("vid", "the maker's number");
    reader.require("name", "a name for people");
    Adapter adapter;
    adapter.vid = usbNumber(reader, "vid").value_or(0);
    adapter.pid = usbNumber(reader, "pid");
    adapter.name = reader.text("name").value_or("");
    adapter.kind = chosen(reader, "kind", kinds);
    adapter.search = chosen(reader, "search", habits);
    adapter.families = wordsOf(reader, "families");
    adapter.note = reader.text("note").value_or("");
    static_cast<void>(reader.text("source"));
    reader.rejectOthers();
    return problems.size() > before ? std::nullopt : std::optional(std::move(adapter));
}

void readFile(const std::filesystem::path& file, std::vector<Adapter>& adapters, Problems& problems) {
    std::error_code missing;
    if (!std::filesystem::exists(file, missing)) return;
    const auto content = readJsonFile(file, problems);
    if (!content) return;
    const Place place{file.string(), ""};
    ObjectReader reader(*content, place, problems);
    if (!reader.integer("format", {adapterFormat, adapterFormat})) {
        reader.require("format", std::to_string(adapterFormat));
        return;
    }
    const auto* list = reader.member("adapters");
    reader.require("adapters", "a list of adapters");
    reader.rejectOthers();
    if (!list) return;
    if (!list->is_array()) return reader.note(place.at("adapters"), "a list of adapters", *list);
    for (std::size_t at = 0; at < list->size(); ++at)
        if (auto adapter = readAdapter((*list)[at], place.at("adapters").at(std::to_string(at)), problems))
            adapters.push_back(std::move(*adapter));
}

} // namespace

const Adapter* AdapterCatalog::find(std::uint16_t vid, std::uint16_t pid) const {
    const Adapter* ofMaker = nullptr;
    for (auto entry = adapters_.rbegin(); entry != adapters_.rend(); ++entry) {
        if (entry->vid != vid) continue;
        if (entry->pid == pid) return &*entry;
        if (!entry->pid && !ofMaker) ofMaker = &*entry;
    }
    return ofMaker;
}

AdapterLoad loadAdapters(std::span<const std::filesystem::path> files) {
    AdapterLoad load;
    std::vector<Adapter> adapters;
    for (const auto& file : files)
        readFile(file, adapters, load.problems);
    load.catalog = AdapterCatalog(std::move(adapters));
    return load;
}

} // namespace servolane::drivers::catalog
