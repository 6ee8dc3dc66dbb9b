// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/analysis/formula_split.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace servolane::telemetry {

namespace {

constexpr std::string_view allowedSigns = " \t+-*/^()<>=!&|?:,.";

FormulaError errorAt(FormulaFault fault, std::size_t position, std::size_t length, std::string word = {}) {
    return {fault, position, length, std::move(word)};
}

bool isNumberPart(char sign) {
    return (std::isdigit(static_cast<unsigned char>(sign)) != 0) || sign == '.';
}

/// What no operator of ours is made of; "=" alone, which muparser would carry out.
std::optional<FormulaError> refuseSigns(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char sign = text[at];
        if (!isNamePart(sign) && allowedSigns.find(sign) == std::string_view::npos) {
            std::size_t length = 1; // the whole of a character of several bytes
            while (at + length < text.size() &&
                   (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80)
                ++length;
            return errorAt(FormulaFault::unexpectedSign, at, length, std::string(text.substr(at, length)));
        }
        if (sign != '=') continue;
        const char before = at > 0 ? text[at - 1] : ' ';
        const bool doubled = at + 1 < text.size() && text[at + 1] == '=';
        if (doubled)
            ++at;
        else if (std::string_view("<>!").find(before) == std::string_view::npos)
            return errorAt(FormulaFault::assignment, at, 1, "=");
    }
    return std::nullopt;
}

std::optional<FormulaError> refuseBrackets(std::string_view text) {
    std::vector<std::size_t> open;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '(') open.push_back(at);
        if (text[at] != ')') continue;
        if (open.empty()) return errorAt(FormulaFault::bracketUnexpected, at, 1, ")");
        open.pop_back();
    }
    if (!open.empty()) return errorAt(FormulaFault::bracketMissing, open.back(), 1, "(");
    return std::nullopt;
}

/// The places of the commas between arguments, and of the closing bracket last. `at` is after the opening.
std::vector<std::size_t> argumentEnds(std::string_view text, std::size_t at) {
    std::vector<std::size_t> ends;
    for (int depth = 0; at < text.size(); ++at) {
        if (text[at] == '(') ++depth;
        if (depth == 0 && (text[at] == ',' || text[at] == ')')) ends.push_back(at);
        if (text[at] == ')' && depth-- == 0) break;
    }
    return ends;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

class Splitter {
public:
    tl::expected<SplitFormula, FormulaError> split(std::string_view text) {
        auto rest = cut(text, 0);
        if (!rest) return tl::make_unexpected(rest.error());
        return SplitFormula{std::move(nodes_), std::move(*rest)};
    }

private:
    using Cut = tl::expected<std::string, FormulaError>;

    /// `offset`: where the part begins in the whole.
    Cut cut(std::string_view part, std::size_t offset) {
        std::string rest(part);
        for (std::size_t at = 0; at < part.size();) {
            if (isNumberPart(part[at])) {
                at = endOfNumber(part, at);
                continue;
            }
            if (!isNameStart(part[at])) {
                ++at;
                continue;
            }
            std::size_t end = at;
            while (end < part.size() && isNamePart(part[end]))
                ++end;
            const std::size_t bracket = part.find_first_not_of(" \t", end);
            const auto* function = findSampleFunction(part.substr(at, end - at));
            if (!function || bracket == std::string_view::npos || part[bracket] != '(') {
                at = end;
                continue;
            }
            const auto ends = argumentEnds(part, bracket + 1);
            auto node = nodeOf(*function, part, bracket + 1, ends, offset, at);
            if (!node) return tl::make_unexpected(node.error());
            std::string name = nodeMark + std::to_string(nodes_.size());
            nodes_.push_back(std::move(*node));
            name.resize(ends.back() + 1 - at, ' ');
            rest.replace(at, name.size(), name);
            at = ends.back() + 1;
        }
        return rest;
    }

    static std::size_t endOfNumber(std::string_view part, std::size_t at) {
        while (at < part.size() && isNumberPart(part[at]))
            ++at;
        const bool exponent = at + 1 < part.size() && (part[at] == 'e' || part[at] == 'E');
        if (!exponent) return at;
        const std::size_t digits = at + (part[at + 1] == '-' || part[at + 1] == '+' ? 2 : 1);
        return digits < part.size() && isNumberPart(part[digits]) ? endOfNumber(part, digits) : at;
    }

    tl::expected<FormulaNode, FormulaError> nodeOf(const FunctionTraits& function, std::string_view part,
                                                   std::size_t begin, const std::vector<std::size_t>& ends,
                                                   std::size_t offset, std::size_t nameAt) {
        const std::string name(function.name);
        const std::size_t wanted = function.parameter == FunctionParameter::none ? 1 : 2;
        const bool blank = trimmed(part.substr(begin, ends.front() - begin)).empty();
        if (ends.size() < wanted || blank)
            return tl::make_unexpected(
                errorAt(FormulaFault::tooFewArguments, offset + nameAt, function.name.size(), name));
        if (ends.size() > wanted)
            return tl::make_unexpected(errorAt(FormulaFault::tooManyArguments, offset + ends[wanted - 1],
                                               ends.back() - ends[wanted - 1], name));
        FormulaNode node{&function, {}, offset + begin, 0.0};
        if (wanted == 2) {
            const auto parameter = parameterOf(function, part, ends, offset);
            if (!parameter) return tl::make_unexpected(parameter.error());
            node.parameter = *parameter;
        }
        auto argument = cut(part.substr(begin, ends.front() - begin), offset + begin);
        if (!argument) return tl::make_unexpected(argument.error());
        node.argument = std::move(*argument);
        return node;
    }

    static tl::expected<double, FormulaError> parameterOf(const FunctionTraits& function,
                                                          std::string_view part,
                                                          const std::vector<std::size_t>& ends,
                                                          std::size_t offset) {
        const std::string_view word = trimmed(part.substr(ends[0] + 1, ends[1] - ends[0] - 1));
        const std::size_t at = word.empty() ? ends[1] : static_cast<std::size_t>(word.data() - part.data());
        double value = 0.0;
        const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
        const bool whole = read.ec == std::errc() && read.ptr == word.data() + word.size();
        if (!whole || !(value > 0.0) || value > 1e9)
            return tl::make_unexpected(errorAt(FormulaFault::constantExpected, offset + at, word.size(),
                                               std::string(function.name)));
        if (function.parameter == FunctionParameter::seconds && value > longestWindowSeconds)
            return tl::make_unexpected(
                errorAt(FormulaFault::windowTooLong, offset + at, word.size(), std::string(function.name)));
        return value;
    }

    std::vector<FormulaNode> nodes_;
};

} // namespace

bool isNameStart(char sign) {
    return (std::isalpha(static_cast<unsigned char>(sign)) != 0) || sign == '_';
}

bool isNamePart(char sign) {
    return isNameStart(sign) || isNumberPart(sign);
}

tl::expected<SplitFormula, FormulaError> splitFormula(std::string_view text) {
    if (trimmed(text).empty()) return tl::make_unexpected(errorAt(FormulaFault::empty, 0, 0));
    if (text.size() > longestFormula)
        return tl::make_unexpected(
            errorAt(FormulaFault::tooLong, longestFormula, text.size() - longestFormula));
    if (auto error = refuseSigns(text)) return tl::make_unexpected(std::move(*error));
    if (auto error = refuseBrackets(text)) return tl::make_unexpected(std::move(*error));
    return Splitter().split(text);
}

} // namespace servolane::telemetry
