// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/bus_spec.h"

#include "drivers/simulator/spec_words.h"

#include <algorithm>
#include <cstddef>

namespace servolane::drivers::simulator {

namespace {

constexpr unsigned lastId = 252;
constexpr std::string_view specForm = "PROTOCOL:COUNT[@BAUD][,model=NAME][,first-id=N]";

/// `part` lies in `text`.
tl::unexpected<Error> wrong(std::string_view text, std::string_view part, const std::string& why) {
    return wrongAt(text, static_cast<std::size_t>(part.data() - text.data()), why);
}

const SimulatedFamily::Series* seriesNamed(const SimulatedFamily& family, std::string_view word) {
    const auto found = std::ranges::find(family.series, word, &SimulatedFamily::Series::word);
    return found == family.series.end() ? nullptr : &*found;
}

Result<void> applyHead(BusSpec& spec, std::string_view head, std::string_view text,
                       SimulatedFamilies families) {
    const auto [protocol, amount] = splitAt(head, ':');
    const SimulatedFamily* family = find(families, protocol);
    if (!family)
        return wrong(text, protocol,
                     "unknown protocol '" + std::string(protocol) + "'; known: " + protocolWords(families));
    const auto* series = seriesNamed(*family, protocol);
    spec.model = std::string(series ? series->model : family->model);
    spec.baud = family->baud;
    if (!amount)
        return wrongAt(text, protocol.size(), "no number of servos; expected " + std::string(specForm));
    const auto [count, baud] = splitAt(*amount, '@');
    const auto servos = wholeNumber(count);
    if (!servos || *servos < 1 || *servos > lastId + 1)
        return wrong(text, count, "number of servos '" + std::string(count) + "' is not 1 … 253");
    spec.protocol = std::string(family->protocol);
    spec.count = static_cast<unsigned>(*servos);
    if (!baud) return {};
    const auto rate = wholeNumber(*baud);
    if (!rate || *rate < 1200 || *rate > 4'500'000)
        return wrong(text, *baud, "baud rate '" + std::string(*baud) + "' is not 1200 … 4500000");
    spec.baud = static_cast<std::uint32_t>(*rate);
    return {};
}

Result<void> applyOption(BusSpec& spec, std::string_view option, std::string_view text) {
    const auto [name, value] = splitAt(option, '=');
    if (name == "model" && value && !value->empty()) {
        spec.model = std::string(*value);
        return {};
    }
    if (name == "first-id") {
        const auto id = value ? wholeNumber(*value) : std::nullopt;
        if (!id || *id > lastId) return wrong(text, value.value_or(option), "first-id is not 0 … 252");
        spec.firstId = static_cast<std::uint8_t>(*id);
        return {};
    }
    return wrong(text, option,
                 "unknown option '" + std::string(option) + "'; expected " + std::string(specForm));
}

} // namespace

std::string protocolWords(SimulatedFamilies families) {
    std::string words;
    for (const SimulatedFamily& family : families) {
        words += (words.empty() ? "" : ", ") + std::string(family.protocol);
        for (const auto& series : family.series)
            words += ", " + std::string(series.word);
    }
    return words;
}

const SimulatedFamily* find(SimulatedFamilies families, std::string_view protocol) {
    const auto found = std::find_if(families.begin(), families.end(), [&](const SimulatedFamily& one) {
        return one.protocol == protocol || seriesNamed(one, protocol);
    });
    return found == families.end() ? nullptr : &*found;
}

tl::unexpected<Error> wrongAt(std::string_view text, std::size_t at, const std::string& why) {
    return failure(ErrorCode::invalid,
                   "'" + std::string(text) + "', character " + std::to_string(at + 1) + ": " + why);
}

Result<BusSpec> parseBusSpec(std::string_view text, SimulatedFamilies families, const TakeOption& takeOther) {
    BusSpec spec;
    auto [head, options] = splitAt(text, ',');
    if (auto applied = applyHead(spec, head, text, families); !applied)
        return tl::make_unexpected(applied.error());
    while (options) {
        const auto [option, others] = splitAt(*options, ',');
        const auto taken = takeOther ? takeOther(option) : Result<bool>(false);
        if (!taken) return wrong(text, option, taken.error().detail);
        if (!*taken)
            if (auto applied = applyOption(spec, option, text); !applied)
                return tl::make_unexpected(applied.error());
        options = others;
    }
    if (spec.firstId + spec.count - 1 > lastId)
        return wrong(text, head,
                     std::to_string(spec.count) + " servos from id " + std::to_string(spec.firstId) +
                         " on would end beyond id 252");
    return spec;
}

std::string toString(const BusSpec& spec) {
    return spec.protocol + ":" + std::to_string(spec.count) + "@" + std::to_string(spec.baud) +
           ",model=" + spec.model + ",first-id=" + std::to_string(spec.firstId);
}

} // namespace servolane::drivers::simulator
