// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/json/event_json.h"

#include "drivers/json/json_value.h"

#include <unordered_map>

namespace servolane::drivers {

namespace {

using Decode = api::EventBody (*)(const json&, const JsonReader&);
using Decoders = std::unordered_map<std::string_view, Decode>;

template <class T>
api::EventBody decode(const json& from, const JsonReader& reader) {
    T body{};
    reader(from, body);
    return body;
}

template <std::size_t Index>
void addDecoder(Decoders& decoders) {
    using T = std::variant_alternative_t<Index, api::EventBody>;
    const api::EventBody example{std::in_place_index<Index>};
    if constexpr (HasFields<T>)
        decoders.emplace(api::kindOf(example), &decode<T>);
    else
        static_assert(Index < 3, "a fact has no list of fields");
}

Decoders makeDecoders() {
    Decoders decoders;
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        (addDecoder<Index>(decoders), ...);
    }
    (std::make_index_sequence<std::variant_size_v<api::EventBody>>{});
    return decoders;
}

/// Bytes that are not UTF-8 are replaced: a strange port name must not stop a recording.
std::string textOf(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

ModelLookup lookupIn(const registers::ModelCatalog& catalog) {
    return [&catalog](const std::string& name, const std::string& family, std::uint32_t number) {
        auto known = catalog.find(name);
        if (known && known->family == family) return known;
        registers::ServoModel standIn;
        standIn.name = name;
        standIn.family = family;
        standIn.number = number;
        return std::make_shared<const registers::ServoModel>(std::move(standIn));
    };
}

/// JSON that parses but has the wrong shape throws on the way; here it becomes an error.
template <class T, class Read>
Result<T> guarded(std::string_view what, std::string_view text, Read&& read) {
    try {
        const json value = json::parse(text);
        return read(value);
    } catch (const std::exception& problem) {
        return failure(ErrorCode::corrupt, std::string{what} + ": " + problem.what());
    }
}

} // namespace

std::string factToJson(const api::EventBody& body) {
    return std::visit(
        [](const auto& fact) -> std::string {
            if constexpr (HasFields<std::decay_t<decltype(fact)>>)
                return textOf(JsonWriter{}(fact));
            else
                return "{}";
        },
        body);
}

Result<api::EventBody> factFromJson(std::string_view kind, std::string_view text,
                                    const registers::ModelCatalog& catalog) {
    static const Decoders decoders = makeDecoders();
    const auto found = decoders.find(kind);
    if (found == decoders.end())
        return failure(ErrorCode::corrupt, "unknown kind of fact '" + std::string{kind} + "'");
    const ModelLookup models = lookupIn(catalog);
    return guarded<api::EventBody>(
        kind, text, [&](const json& value) { return found->second(value, JsonReader{models}); });
}

std::string modelToJson(const registers::ServoModel& model) {
    return textOf(JsonWriter{}(model));
}

Result<registers::ServoModel> modelFromJson(std::string_view text) {
    const ModelLookup none;
    return guarded<registers::ServoModel>("servo model", text, [&](const json& value) {
        registers::ServoModel model;
        JsonReader{none}(value, model);
        return model;
    });
}

} // namespace servolane::drivers
