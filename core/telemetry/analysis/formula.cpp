// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/analysis/formula.h"

#include "core/telemetry/analysis/formula_split.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <muParser.h>
#include <numbers>
#include <optional>

namespace servolane::telemetry {

namespace {

constexpr const char* nameCharacters = "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.#";

constexpr std::array<std::string_view, 18> plain{"abs",   "min",  "max",  "sqrt", "exp",  "ln",
                                                 "log10", "sign", "rint", "sum",  "avg",  "sin",
                                                 "cos",   "tan",  "asin", "acos", "atan", "atan2"};

FormulaFault faultOf(mu::EErrorCodes code) {
    switch (code) {
    case mu::ecUNEXPECTED_EOF:
    case mu::ecUNEXPECTED_OPERATOR:
    case mu::ecUNEXPECTED_ARG_SEP:
    case mu::ecUNEXPECTED_CONDITIONAL:
        return FormulaFault::operandExpected;
    case mu::ecUNEXPECTED_VAL:
    case mu::ecUNEXPECTED_VAR:
    case mu::ecUNEXPECTED_FUN:
    case mu::ecUNEXPECTED_ARG:
        return FormulaFault::operatorExpected;
    case mu::ecMISSING_PARENS:
        return FormulaFault::bracketMissing;
    case mu::ecTOO_FEW_PARAMS:
        return FormulaFault::tooFewArguments;
    case mu::ecTOO_MANY_PARAMS:
        return FormulaFault::tooManyArguments;
    default:
        return FormulaFault::unexpectedSign;
    }
}

/// The name, number or sign at that place.
std::string wordAt(std::string_view text, std::size_t at) {
    if (at >= text.size()) return {};
    std::size_t end = at;
    while (end < text.size() && isNamePart(text[end]))
        ++end;
    return std::string(text.substr(at, std::max<std::size_t>(end - at, 1)));
}

} // namespace

/// What is calculated with; at fixed addresses.
struct Formula::Machine {
    struct Node {
        mu::Parser argument;
        std::unique_ptr<SampleFunction> function;
    };
    std::vector<double> inputs;
    std::vector<double> nodeValues;
    std::vector<Node> nodes;
    mu::Parser rest;
    bool isFresh = true;
};

namespace {

/// Checks every name of one expression and hands its parser the variables.
class Binder {
public:
    Binder(std::string_view whole, const ChannelNames& names, std::vector<double>& inputs,
           std::vector<double>& nodeValues, std::vector<NamedChannel>& channels)
        : whole_(whole)
        , names_(names)
        , inputs_(inputs)
        , nodeValues_(nodeValues)
        , channels_(channels) {}

    /// `offset`: where the expression stands in the whole text.
    tl::expected<mu::Parser, FormulaError> bind(const std::string& expression, std::size_t offset) {
        mu::Parser parser;
        parser.DefineNameChars(nameCharacters);
        parser.ClearConst();
        parser.DefineConst("pi", std::numbers::pi);
        for (std::size_t at = 0; at < expression.size();) {
            if (!isNameStart(expression[at]) && expression[at] != nodeMark) {
                at += skipNumber(expression, at);
                continue;
            }
            std::size_t end = at + 1;
            while (end < expression.size() && isNamePart(expression[end]))
                ++end;
            if (auto error = define(parser, expression, at, end)) {
                error->position += offset;
                return tl::make_unexpected(std::move(*error));
            }
            at = end;
        }
        try {
            parser.SetExpr(expression);
            parser.Eval();
            if (parser.GetNumResults() != 1) return tl::make_unexpected(severalValues(expression, offset));
        } catch (const mu::ParserError& error) {
            return tl::make_unexpected(errorOf(error, expression, offset));
        }
        return parser;
    }

private:
    static std::size_t skipNumber(const std::string& expression, std::size_t at) {
        std::size_t end = at;
        while (end < expression.size() && isNamePart(expression[end]) && !isNameStart(expression[end]))
            ++end;
        const bool exponent = end > at && end + 1 < expression.size() &&
                              (expression[end] == 'e' || expression[end] == 'E') &&
                              !isNameStart(expression[end + 1]);
        return exponent ? end + 1 - at : std::max<std::size_t>(end - at, 1);
    }

    std::optional<FormulaError> define(mu::Parser& parser, const std::string& expression, std::size_t at,
                                       std::size_t end) {
        const std::string word = expression.substr(at, end - at);
        if (word[0] == nodeMark) {
            parser.DefineVar(word, &nodeValues_[std::stoul(word.substr(1))]);
            return std::nullopt;
        }
        const std::size_t next = expression.find_first_not_of(" \t", end);
        if (next != std::string::npos && expression[next] == '(') {
            if (std::find(plain.begin(), plain.end(), word) != plain.end()) return std::nullopt;
            return FormulaError{FormulaFault::unknownFunction, at, word.size(), word};
        }
        if (word == "pi") return std::nullopt;
        const auto channel = names_.find(word);
        if (!channel) return FormulaError{FormulaFault::unknownName, at, word.size(), word};
        auto place = std::find_if(channels_.begin(), channels_.end(), [&](const NamedChannel& one) {
            return one.axis == channel->axis && one.channel == channel->channel;
        });
        if (place == channels_.end()) {
            if (channels_.size() == mostInputs)
                return FormulaError{FormulaFault::tooManyChannels, at, word.size(), word};
            place = channels_.insert(place, *channel);
        }
        parser.DefineVar(word, &inputs_[static_cast<std::size_t>(place - channels_.begin())]);
        return std::nullopt;
    }

    FormulaError severalValues(const std::string& expression, std::size_t offset) const {
        int depth = 0;
        for (std::size_t at = 0; at < expression.size(); ++at) {
            depth += expression[at] == '(' ? 1 : expression[at] == ')' ? -1 : 0;
            if (depth == 0 && expression[at] == ',')
                return {FormulaFault::unexpectedSign, offset + at, 1, ","};
        }
        return {FormulaFault::unexpectedSign, offset, whole_.size(), {}};
    }

    FormulaError errorOf(const mu::ParserError& error, const std::string& expression,
                         std::size_t offset) const {
        const std::string token = error.GetToken();
        auto at = std::min(static_cast<std::size_t>(std::max(error.GetPos(), 0)), expression.size());
        const FormulaFault fault = faultOf(error.GetCode());
        // muparser points behind some words and at others.
        if (!token.empty() && expression.compare(at, token.size(), token) != 0) {
            const std::size_t before = expression.rfind(token, at);
            if (before != std::string::npos) at = before;
        }
        if (at == expression.size() || error.GetCode() == mu::ecUNEXPECTED_EOF) {
            const std::size_t end = expression.find_last_not_of(" \t");
            return {fault, offset + (end == std::string::npos ? 0 : end + 1), 0, {}};
        }
        const std::string word = wordAt(whole_, offset + at);
        return {fault, offset + at, word.size(), word};
    }

    std::string_view whole_;
    const ChannelNames& names_;
    std::vector<double>& inputs_;
    std::vector<double>& nodeValues_;
    std::vector<NamedChannel>& channels_;
};

} // namespace

Formula::Formula()
    : machine_(std::make_unique<Machine>()) {}
Formula::~Formula() = default;
Formula::Formula(Formula&&) noexcept = default;
Formula& Formula::operator=(Formula&&) noexcept = default;

tl::expected<Formula, FormulaError> Formula::compile(std::string_view text, const ChannelNames& names) {
    auto split = splitFormula(text);
    if (!split) return tl::make_unexpected(std::move(split.error()));
    Formula formula;
    Machine& machine = *formula.machine_;
    machine.inputs.assign(mostInputs, 1.0);
    machine.nodeValues.assign(split->nodes.size(), 1.0);
    Binder binder(text, names, machine.inputs, machine.nodeValues, formula.inputs_);
    for (const FormulaNode& node : split->nodes) {
        auto argument = binder.bind(node.argument, node.argumentAt);
        if (!argument) return tl::make_unexpected(std::move(argument.error()));
        machine.nodes.push_back({std::move(*argument), node.function->make(node.parameter)});
    }
    auto rest = binder.bind(split->rest, 0);
    if (!rest) return tl::make_unexpected(std::move(rest.error()));
    machine.rest = std::move(*rest);
    if (formula.inputs_.empty())
        return tl::make_unexpected(FormulaError{FormulaFault::noChannel, 0, text.size(), {}});
    return formula;
}

Formula::Step Formula::next(Time time, std::span<const double> values) {
    Machine& machine = *machine_;
    machine.isFresh = false;
    std::copy(values.begin(), values.end(), machine.inputs.begin());
    bool warming = false;
    bool undefined = false;
    for (std::size_t i = 0; i < machine.nodes.size(); ++i) {
        Machine::Node& node = machine.nodes[i];
        const double argument = node.argument.Eval();
        double& result = machine.nodeValues[i];
        result = std::numeric_limits<double>::quiet_NaN();
        if (!std::isfinite(argument)) {
            undefined = undefined || !warming; // of what a warming function says, nothing follows
            node.function->restart();
            continue;
        }
        result = node.function->next(time, argument);
        if (std::isnan(result)) warming = true;
    }
    if (warming) return {Outcome::warmingUp, 0.0F};
    const auto value = static_cast<float>(machine.rest.Eval());
    if (undefined || !std::isfinite(value)) return {Outcome::undefined, 0.0F};
    return {Outcome::value, value};
}

void Formula::restart() {
    if (machine_->isFresh) return;
    machine_->isFresh = true;
    for (Machine::Node& node : machine_->nodes)
        node.function->restart();
}

std::span<const std::string_view> plainFunctions() {
    return plain;
}

} // namespace servolane::telemetry
