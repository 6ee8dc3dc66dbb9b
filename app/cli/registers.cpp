// SPDX-License-Identifier: GPL-3.0-or-later
// read, write
#include "app/cli/attach.h"
#include "app/cli/commands.h"
#include "app/cli/confirmation.h"
#include "app/cli/failures.h"
#include "core/registers/read/register_board.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace servolane::cli {

using registers::Register;

namespace {

template <class Number>
std::optional<Number> registerNumber(const std::string& text) {
    Number value{};
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(begin, end, value);
    if (error != std::errc{} || rest != end || begin == end) return std::nullopt;
    return value;
}

bool isDerived(const Register& of) {
    return of.place && of.place->space == registers::RegisterSpace::derived;
}

/// As the maker's manual numbers it; of the four tables of Modbus the holding registers are meant.
bool hasAddress(const Register& of, int address) {
    if (!of.place) return of.address == address;
    return of.place->space == registers::RegisterSpace::holding &&
           of.place->number == static_cast<std::uint32_t>(address);
}

/// Absent if the model has no such register: the policy will say so.
std::optional<Register> registerOf(const Context& context, AxisId axis, const std::string& word) {
    const auto board = context.client.axes();
    const motion::AxisView* view = board->find(axis);
    if (!view) return std::nullopt;
    const auto& model = *view->axis->model;
    if (const Register* named = model.find(word)) return *named;
    const auto address = registerNumber<int>(word);
    for (const Register& candidate : model.registers)
        if (address && hasAddress(candidate, *address)) return candidate;
    return std::nullopt;
}

/// The raw value as it came in after `since`.
std::optional<std::int64_t> rawSince(Context& context, AxisId axis, const std::string& name, Time since) {
    std::optional<std::int64_t> raw;
    static_cast<void>(context.client.waitUntil(
        [&] {
            const auto board = context.client.models().registers.read();
            const registers::KnownValue* known = board->find(axis, name);
            if (known && known->at >= since) raw = known->raw;
            return raw.has_value();
        },
        boardPatience));
    return raw;
}

std::string nameOfValue(const Register& source, std::int64_t raw) {
    const auto named = std::find_if(source.values.begin(), source.values.end(),
                                    [&](const auto& value) { return value.value == raw; });
    return named == source.values.end() ? "" : named->name;
}

Report reportOf(const Context& context, AxisId axis, const Register& source, std::int64_t raw) {
    const double value = source.valueFrom(raw);
    Report report;
    report.object = {
        {"id", servoOf(context, axis)},
        {"register", source.name},
        {"address", isDerived(source) ? nlohmann::json() : nlohmann::json(source.manualAddress())},
        {"raw", raw},
        {"value", value},
        {"unit", source.unit}};
    const std::string name = nameOfValue(source, raw);
    report.text = source.name + " of " + nameOf(context, axis) + ": " + shortest(value) +
                  (source.unit.empty() ? "" : " " + unitText(source.unit)) +
                  (name.empty() ? "" : " (" + name + ")") + ", raw " + std::to_string(raw) +
                  (isDerived(source) ? ", derived from " + source.place->from
                                     : ", address " + std::to_string(source.manualAddress())) +
                  '\n';
    return report;
}

Failure badValue(const Arguments& arguments, const Register& source) {
    std::string names;
    for (const auto& value : source.values)
        names += (names.empty() ? ", or one of: " : ", ") + value.name;
    return {Codes::usage,
            "'" + arguments.value + "' is no value of register " + source.name,
            arguments.raw ? "give a whole number" : "give a number" + names,
            {}};
}

/// The raw number that is meant.
tl::expected<std::int64_t, Failure> rawFrom(const Arguments& arguments, const Register& source) {
    for (const auto& value : source.values)
        if (!arguments.raw && value.name == arguments.value) return value.value;
    if (arguments.raw) {
        const auto raw = registerNumber<std::int64_t>(arguments.value);
        if (!raw) return fail(badValue(arguments, source));
        return *raw;
    }
    constexpr double largest = 9e15; // whole numbers are exact up to here
    const auto value = registerNumber<double>(arguments.value);
    if (!value || !std::isfinite(*value) || std::fabs((*value - source.offset) / source.scale) > largest)
        return fail(badValue(arguments, source));
    return source.rawFromValue(*value);
}

Failure lostAnswer(const std::string& name) {
    return {Codes::notConfirmed,
            "Register " + name + " was not told in time",
            "check the link with servolane-cli monitor",
            {}};
}

Outcome readOn(Context& context, const Attached& attached) {
    const auto axis = axisOf(context, attached, *context.arguments.id);
    if (!axis) return fail(axis.error());
    const auto source = registerOf(context, *axis, context.arguments.registerName);
    const std::string name = source ? source->name : context.arguments.registerName;
    const Time since = context.client.clock().now();
    const auto fate = context.client.perform(registers::ReadRegister{*axis, name});
    if (!fate.isDone()) return fail(failureOf(fate, "Reading " + name, context));
    const auto raw = rawSince(context, *axis, name, since);
    if (!raw) return fail(lostAnswer(name));
    return reportOf(context, *axis, *source, *raw);
}

/// What a policy has to know first (where an indirect register leads) is read, then the write is judged
/// again.
app::Fate write(Context& context, const registers::WriteRegister& command) {
    app::Fate fate = context.client.perform(command);
    const bool wantsReading = fate.wait == app::WaitEnd::reached &&
                              fate.entry.state == journal::CommandState::rejected &&
                              fate.entry.rejection.code == api::RejectionCode::valueStale;
    if (!wantsReading) return fate;
    const auto read =
        context.client.perform(registers::ReadRegister{command.axis, fate.entry.rejection.subject});
    return read.isDone() ? context.client.perform(command) : fate;
}

Outcome writeOn(Context& context, const Attached& attached) {
    const auto axis = axisOf(context, attached, *context.arguments.id);
    if (!axis) return fail(axis.error());
    const auto source = registerOf(context, *axis, context.arguments.registerName);
    const std::string name = source ? source->name : context.arguments.registerName;
    std::int64_t wanted = 0;
    if (source) {
        const auto raw = rawFrom(context.arguments, *source);
        if (!raw) return fail(raw.error());
        wanted = *raw;
    }
    const Time since = context.client.clock().now();
    const auto fate = write(context, registers::WriteRegister{*axis, name, wanted});
    if (!fate.isDone()) return fail(failureOf(fate, "Writing " + name, context));
    const bool confirmed = fate.entry.state == journal::CommandState::confirmed;
    const auto raw = confirmed ? rawSince(context, *axis, name, since) : wanted;
    if (!raw) return fail(lostAnswer(name));
    Report report = reportOf(context, *axis, *source, *raw);
    report.object["confirmed"] = confirmedOf(fate);
    report.object["latency_ms"] = latencyOf(fate);
    report.text.insert(report.text.size() - 1, "; " + confirmationText(fate));
    return report;
}

} // namespace

Outcome runRead(Context& context) {
    return withPort(context, {}, [&](const Attached& attached) { return readOn(context, attached); });
}

Outcome runWrite(Context& context) {
    return withPort(context, {}, [&](const Attached& attached) { return writeOn(context, attached); });
}

} // namespace servolane::cli
