// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/command_json.h"

#include "drivers/ipc/command_fields.h"
#include "drivers/json/json_value.h"

#include <map>

namespace servolane::drivers::ipc {

namespace {

/// Values whose members have sensible defaults and may be left out.
template <class T>
constexpr bool hasDefaults = std::is_same_v<T, bus::LinkSettings> || std::is_same_v<T, bus::LineSettings>;
/// Members that came later: whoever does not know them means their default.
bool mayBeLeftOut(std::string_view name) {
    return name == "borrowed" || name == "attended";
}
template <class T>
constexpr bool isOptional = false;
template <class T>
constexpr bool isOptional<std::optional<T>> = true;

/// The form of a value, checked before it is read. Members are named in what is thrown.
template <class T>
struct Form {
    static void check(const json& from) {
        if constexpr (HasFields<T>) checkObject(from);
    }

private:
    static void checkObject(const json& from) {
        if (!from.is_object()) throw std::invalid_argument("an object is expected");
        refuseUnknown(from);
        const auto one = [&]<class Member>(const char* name, Member T::*) {
            const auto found = from.find(name);
            if (found != from.end())
                JsonReader::named(name, [&] { Form<Member>::check(*found); });
            else if (!isOptional<Member> && !hasDefaults<T> && !mayBeLeftOut(name))
                throw std::invalid_argument("member '" + std::string(name) + "' is missing");
        };
        std::apply([&](const auto&... each) { (one(each.name, each.member), ...); }, fields<T>);
    }
    static void refuseUnknown(const json& from) {
        std::string known;
        std::apply(
            [&](const auto&... each) {
                ((known += (known.empty() ? "" : ", ") + std::string(each.name)), ...);
            },
            fields<T>);
        for (const auto& [name, value] : from.items()) {
            const bool found =
                std::apply([&](const auto&... each) { return ((name == each.name) || ...); }, fields<T>);
            if (!found)
                throw std::invalid_argument("member '" + name +
                                            "' is not known; known: " + (known.empty() ? "none" : known));
        }
    }
};

void checkNumber(const json& from) {
    if (!from.is_number()) throw std::invalid_argument("a number is expected");
}

template <>
struct Form<double> {
    static void check(const json& from) { checkNumber(from); }
};
template <class Tag>
struct Form<Quantity<Tag>> {
    static void check(const json& from) { checkNumber(from); }
};
template <class Unit>
struct Form<Range<Unit>> {
    static void check(const json& from) {
        if (!from.is_array() || from.size() != 2) throw std::invalid_argument("[low, high] is expected");
        Form<Unit>::check(from[0]);
        Form<Unit>::check(from[1]);
    }
};
template <class T>
struct Form<std::optional<T>> {
    static void check(const json& from) {
        if (!from.is_null()) Form<T>::check(from);
    }
};
template <class T>
struct Form<std::vector<T>> {
    static void check(const json& from) {
        if (!from.is_array()) throw std::invalid_argument("an array is expected");
        for (const json& each : from)
            Form<T>::check(each);
    }
};

template <class T>
struct Form<std::shared_ptr<const T>> {
    static void check(const json& from) { Form<T>::check(from); }
};

/// Bytes are text: "FF FF FD 00".
template <>
struct Form<Bytes> {
    static void check(const json& from) {
        if (!from.is_string()) throw std::invalid_argument("bytes as text are expected: \"FF FF FD 00\"");
    }
};

using Decode = api::CommandBody (*)(const json&);
using Decoders = std::map<std::string, Decode, std::less<>>;

template <class T>
api::CommandBody decode(const json& from) {
    static const ModelLookup none;
    Form<T>::check(from);
    T body{};
    JsonReader{none}(from, body);
    return body;
}

template <class T>
void addDecoder(Decoders& decoders) {
    if constexpr (HasFields<T>) decoders.emplace(std::string(api::kindOf(T{})), &decode<T>);
}

const Decoders& decoders() {
    static const Decoders all = []<class... Bodies>(const std::variant<Bodies...>*) {
        Decoders made;
        (addDecoder<Bodies>(made), ...);
        return made;
    }(static_cast<const api::CommandBody*>(nullptr));
    return all;
}

} // namespace

json commandToJson(const api::CommandBody& body) {
    json made = std::visit(
        [](const auto& command) -> json {
            if constexpr (HasFields<std::decay_t<decltype(command)>>)
                return JsonWriter{}(command);
            else
                return json::object();
        },
        body);
    // An earlier version knows them not, and refuses what it does not know.
    for (auto member = made.begin(); member != made.end();)
        member =
            mayBeLeftOut(member.key()) && *member == json(false) ? made.erase(member) : std::next(member);
    made["kind"] = api::kindOf(body);
    return made;
}

Result<api::CommandBody> commandFromJson(const json& from) {
    if (!from.is_object() || !from.contains("kind") || !from["kind"].is_string())
        return failure(ErrorCode::invalid, "a command is an object with a member 'kind'");
    const auto& kind = from["kind"].get_ref<const std::string&>();
    const auto found = decoders().find(kind);
    if (found == decoders().end()) return failure(ErrorCode::invalid, "there is no command '" + kind + "'");
    json members = from;
    members.erase("kind");
    try {
        return found->second(members);
    } catch (const std::exception& problem) {
        return failure(ErrorCode::invalid, kind + ": " + problem.what());
    }
}

} // namespace servolane::drivers::ipc
