// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/fault_spec.h"

#include "drivers/simulator/spec_words.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::simulator {

namespace {

enum class Argument : std::uint8_t { none, probability, probabilityAndDelay, id, twoIds };

struct KindForm {
    FaultKind kind;
    std::string_view word;
    Argument argument;
};

constexpr std::array<KindForm, 17> forms{{
    {FaultKind::drop, "drop", Argument::probability},
    {FaultKind::corrupt, "corrupt", Argument::probability},
    {FaultKind::duplicate, "duplicate", Argument::probability},
    {FaultKind::noise, "noise", Argument::probability},
    {FaultKind::late, "late", Argument::probabilityAndDelay},
    {FaultKind::lose, "lose", Argument::probability},
    {FaultKind::garble, "garble", Argument::probability},
    {FaultKind::silent, "silent", Argument::id},
    {FaultKind::jam, "jam", Argument::id},
    {FaultKind::wrongId, "wrong-id", Argument::id},
    {FaultKind::duplicateId, "duplicate-id", Argument::twoIds},
    {FaultKind::unplug, "unplug", Argument::none},
    {FaultKind::undervoltage, "undervoltage", Argument::none},
    {FaultKind::overload, "overload", Argument::id},
    {FaultKind::overheat, "overheat", Argument::id},
    {FaultKind::encoder, "encoder", Argument::id},
    {FaultKind::shock, "shock", Argument::id},
}};

const KindForm& formOf(FaultKind kind) {
    return *std::find_if(forms.begin(), forms.end(), [&](const KindForm& form) { return form.kind == kind; });
}

std::string knownKinds() {
    std::string list;
    for (const auto& form : forms)
        list += (list.empty() ? "" : ", ") + std::string(form.word);
    return list;
}

tl::unexpected<Error> wrong(std::string_view text, const std::string& why) {
    return failure(ErrorCode::invalid, "fault '" + std::string(text) + "': " + why);
}

Result<double> probabilityFrom(std::string_view text) {
    const auto value = plainNumber(text);
    if (!value || *value > 1.0)
        return failure(ErrorCode::invalid, "'" + std::string(text) + "' is no probability 0 … 1");
    return *value;
}

Result<std::uint8_t> idFrom(std::string_view text) {
    const auto value = wholeNumber(text);
    if (!value || *value > 253)
        return failure(ErrorCode::invalid, "'" + std::string(text) + "' is no id 0 … 253");
    return static_cast<std::uint8_t>(*value);
}

Result<void> applyDelay(FaultSpec& spec, std::optional<std::string_view> text) {
    const auto delay = text ? timeSpan(*text) : std::nullopt;
    if (!delay) return failure(ErrorCode::invalid, "expected a delay with its unit, as in late=0.01:20ms");
    spec.delay = *delay;
    return {};
}

Result<void> applyOtherId(FaultSpec& spec, std::optional<std::string_view> text) {
    if (!text) return failure(ErrorCode::invalid, "expected two ids, as in duplicate-id=2:3");
    return idFrom(*text).map([&](std::uint8_t id) { spec.otherId = id; });
}

Result<void> applyArgument(FaultSpec& spec, Argument argument, std::string_view value) {
    const auto [first, second] = splitAt(value, ':');
    const auto setProbability = [&](double probability) { spec.probability = probability; };
    const auto setId = [&](std::uint8_t id) { spec.id = id; };
    switch (argument) {
    case Argument::none:
        return {};
    case Argument::probability:
        return probabilityFrom(value).map(setProbability);
    case Argument::id:
        return idFrom(value).map(setId);
    case Argument::probabilityAndDelay: {
        const auto set = probabilityFrom(first).map(setProbability);
        return set ? applyDelay(spec, second) : set;
    }
    case Argument::twoIds: {
        const auto set = idFrom(first).map(setId);
        return set ? applyOtherId(spec, second) : set;
    }
    }
    return {};
}

Result<void> applyWindow(FaultSpec& spec, std::string_view window) {
    const auto [first, last] = splitAt(window, '-');
    const auto from = timeSpan(first);
    const auto until = last ? timeSpan(*last) : std::nullopt;
    if (!from || (last && !until))
        return failure(ErrorCode::invalid,
                       "'" + std::string(window) + "' is no time; expected as in 3s, 500ms or 2s-5s");
    if (until && *until <= *from) return failure(ErrorCode::invalid, "it ends before it begins");
    spec.from = *from;
    spec.until = until;
    return {};
}

std::string argumentText(const FaultSpec& spec) {
    switch (formOf(spec.kind).argument) {
    case Argument::none:
        return {};
    case Argument::probability:
        return "=" + numberText(spec.probability);
    case Argument::probabilityAndDelay:
        return "=" + numberText(spec.probability) + ":" + timeSpanText(spec.delay);
    case Argument::id:
        return "=" + std::to_string(spec.id);
    case Argument::twoIds:
        return "=" + std::to_string(spec.id) + ":" + std::to_string(spec.otherId);
    }
    return {};
}

/// What comes after the bus, in its parts.
Result<void> applyBody(FaultSpec& spec, std::string_view body) {
    auto [head, window] = splitAt(body, '@');
    const auto [word, value] = splitAt(head, '=');
    const auto form =
        std::find_if(forms.begin(), forms.end(), [&](const KindForm& known) { return known.word == word; });
    if (form == forms.end())
        return failure(ErrorCode::invalid,
                       "unknown kind '" + std::string(word) + "'; known: " + knownKinds());
    spec.kind = form->kind;
    const bool valueIsWindow = form->argument == Argument::none && value && !window;
    if (valueIsWindow)
        window = value;
    else if (value.has_value() != (form->argument != Argument::none))
        return failure(ErrorCode::invalid,
                       value ? "takes no value" : "needs a value, as in " + std::string(word) + "=1");
    if (value && !valueIsWindow)
        if (auto applied = applyArgument(spec, form->argument, *value); !applied) return applied;
    return window ? applyWindow(spec, *window) : Result<void>{};
}

} // namespace

Result<FaultSpec> parseFaultSpec(std::string_view text) {
    FaultSpec spec;
    std::string_view body = text;
    if (const auto [bus, rest] = splitAt(text, '/'); rest) {
        const auto number = wholeNumber(bus);
        if (!number || *number < 1 || *number > 1000)
            return wrong(text, "'" + std::string(bus) + "' is no bus; they count from 1");
        spec.bus = static_cast<unsigned>(*number);
        body = *rest;
    }
    if (auto applied = applyBody(spec, body); !applied) return wrong(text, applied.error().detail);
    return spec;
}

std::vector<std::uint8_t> idsNamedBy(const FaultSpec& spec) {
    switch (formOf(spec.kind).argument) {
    case Argument::id:
        return {spec.id};
    case Argument::twoIds:
        return {spec.id, spec.otherId};
    default:
        return {};
    }
}

std::string toString(const FaultSpec& spec) {
    std::string text = spec.bus ? std::to_string(*spec.bus) + "/" : std::string{};
    text += std::string(formOf(spec.kind).word) + argumentText(spec);
    if (spec.from != Duration::zero() || spec.until) text += "@" + timeSpanText(spec.from);
    if (spec.until) text += "-" + timeSpanText(*spec.until);
    return text;
}

} // namespace servolane::drivers::simulator
