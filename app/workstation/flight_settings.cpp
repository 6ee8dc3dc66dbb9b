// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/flight_settings.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace servolane::app {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

struct Member {
    const char* name;
    double least;
    double most;
    std::optional<double> FlightChoice::*into;
};

constexpr std::array<Member, 2> members{
    {{"gigabytes", 0.5, 100'000.0, &FlightChoice::gigabytes}, {"days", 0.0, 36'500.0, &FlightChoice::days}}};

Result<double> numberOf(const Member& member, const json& value) {
    if (value.is_number())
        if (const auto number = value.get<double>(); number >= member.least && number <= member.most)
            return number;
    std::ostringstream words;
    words << '"' << member.name << "\" is a number from " << member.least << " to " << member.most << ", not "
          << value.dump();
    return failure(ErrorCode::invalid, words.str());
}

Result<FlightChoice> choiceFrom(const json& object) {
    if (!object.is_object()) return failure(ErrorCode::invalid, "is no JSON object");
    FlightChoice choice;
    for (const auto& [name, value] : object.items()) {
        const auto known = std::find_if(members.begin(), members.end(),
                                        [&](const Member& member) { return name == member.name; });
        if (known == members.end())
            return failure(ErrorCode::invalid, "knows \"gigabytes\" and \"days\", not \"" + name + "\"");
        const auto number = numberOf(*known, value);
        if (!number) return tl::make_unexpected(number.error());
        choice.*known->into = *number;
    }
    return choice;
}

} // namespace

Result<FlightChoice> readFlightChoice(const fs::path& file) {
    std::error_code failed;
    if (!fs::exists(file, failed)) return FlightChoice{};
    std::ifstream stream(file);
    if (!stream) return failure(ErrorCode::inputOutput, file.string() + ": cannot be read");
    auto choice = choiceFrom(json::parse(stream, nullptr, false));
    if (!choice) return failure(choice.error().code, file.string() + ": " + choice.error().detail);
    return choice;
}

FlightLimits flightLimits(const FlightChoice& first, const FlightChoice& second) {
    FlightLimits limits;
    if (const auto gigabytes = first.gigabytes ? first.gigabytes : second.gigabytes)
        limits.bytes = static_cast<std::uint64_t>(*gigabytes * 1e9);
    if (const auto days = first.days ? first.days : second.days) limits.age = fromSeconds(*days * 86'400.0);
    return limits;
}

} // namespace servolane::app
