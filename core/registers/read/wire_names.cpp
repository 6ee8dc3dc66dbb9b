// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/read/wire_names.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace servolane::registers {

namespace {

using bus::WireTouch;

/// Where the register begins in the touch, in bytes; absent: it does not lie in it.
std::optional<std::size_t> placeIn(const WireTouch& touch, const Register& source) {
    if (source.isView) return std::nullopt;
    const bool isDrive = source.place.has_value();
    const auto space = touch.isInput ? RegisterSpace::input : RegisterSpace::holding;
    if (isDrive && source.place->space != space) return std::nullopt;
    const std::uint32_t address = isDrive ? source.place->wire : source.address;
    if (address < touch.address) return std::nullopt;
    // A register of a drive is a word, whatever of it counts.
    const std::size_t at = std::size_t{address - touch.address} * (isDrive ? 2 : 1);
    return at + source.size <= touch.size ? std::optional(at) : std::nullopt;
}

std::string valueText(const Register& source, std::int64_t raw) {
    for (const NamedValue& value : source.values)
        if (value.value == raw) return value.name;
    std::array<char, 32> digits{};
    const int length = std::snprintf(digits.data(), digits.size(), "%.6g", source.valueFrom(raw));
    return std::string(digits.data(), static_cast<std::size_t>(length)) +
           (source.unit.empty() ? "" : " " + source.unit);
}

std::string namesIn(const ServoModel& model, const WireTouch& touch) {
    std::string text;
    // By address, but for those of drives, which have places of their own: a busy wire asks often.
    auto next = model.registers.begin();
    if (!model.drive) next = std::ranges::lower_bound(model.registers, touch.address, {}, &Register::address);
    for (; next != model.registers.end(); ++next) {
        const Register& source = *next;
        if (!model.drive && source.address >= touch.address + touch.size) break;
        const auto at = placeIn(touch, source);
        if (!at) continue;
        text += (text.empty() ? "" : ", ") + source.name;
        if (*at + source.size <= touch.bytes.size())
            text += " " + valueText(source, source.rawFrom(ByteView(touch.bytes).subspan(*at, source.size)));
    }
    return text;
}

} // namespace

std::string namesOf(const ModelOfId& modelOf, std::span<const WireTouch> touches) {
    std::vector<std::pair<int, std::string>> told;
    for (const WireTouch& touch : touches) {
        const ServoModel* model = modelOf(touch.id);
        std::string names = model ? namesIn(*model, touch) : std::string{};
        if (!names.empty()) told.emplace_back(touch.id, std::move(names));
    }
    const bool allSame =
        std::ranges::all_of(told, [&](const auto& each) { return each.second == told.front().second; });
    if (told.empty() || allSame) return told.empty() ? std::string{} : told.front().second;
    std::string text;
    for (const auto& [id, names] : told)
        text += (text.empty() ? "" : "; ") + std::to_string(id) + ": " + names;
    return text;
}

} // namespace servolane::registers
