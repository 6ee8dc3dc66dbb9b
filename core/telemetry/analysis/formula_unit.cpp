// SPDX-License-Identifier: GPL-3.0-or-later
// A small recursive descent that follows units only; whatever it does not know has no obvious unit.
#include "core/telemetry/analysis/formula.h"
#include "core/telemetry/analysis/formula_split.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace servolane::telemetry {

namespace {

/// Absent: unknown.
using Unit = std::optional<std::string>;

/// A bare number takes any unit in a sum and changes none in a product.
struct Term {
    Unit unit;
    bool isNumber = false;
};

Term unknown() {
    return {};
}
Term number() {
    return {std::string(), true};
}

Term summed(const Term& a, const Term& b) {
    if (a.isNumber) return b;
    if (b.isNumber || a.unit == b.unit) return a;
    return unknown();
}

Term times(const Term& a, const Term& b) {
    if (a.isNumber) return b;
    if (b.isNumber) return a;
    const bool power = (a.unit == "V" && b.unit == "A") || (a.unit == "A" && b.unit == "V");
    return power ? Term{"W"} : unknown();
}

Term divided(const Term& a, const Term& b) {
    if (b.isNumber) return a;
    if (a.unit && a.unit == b.unit) return Term{std::string()};
    return unknown();
}

bool endsWithPerSecond(const std::string& unit) {
    return unit.size() > 2 && unit.ends_with("/s");
}

Term ofFunction(std::string_view name, const std::vector<Term>& arguments) {
    static constexpr std::array<std::string_view, 6> likeTheirs{"abs", "min", "max", "sum", "avg", "rint"};
    static constexpr std::array<std::string_view, 4> filters{"lowpass", "highpass", "mean", "rms"};
    const Term& first = arguments.front();
    if (std::find(filters.begin(), filters.end(), name) != filters.end()) return first;
    if (name == "ddt") return first.unit && !first.unit->empty() ? Term{*first.unit + "/s"} : unknown();
    if (name == "integral") {
        if (!first.unit || first.unit->empty()) return unknown();
        return Term{endsWithPerSecond(*first.unit) ? first.unit->substr(0, first.unit->size() - 2)
                                                   : *first.unit + "·s"};
    }
    if (std::find(likeTheirs.begin(), likeTheirs.end(), name) == likeTheirs.end()) return unknown();
    Term all = first;
    for (const Term& argument : arguments)
        all = summed(all, argument);
    return all;
}

class UnitReader {
public:
    UnitReader(std::string_view text, const ChannelNames& names)
        : text_(text)
        , names_(names) {}

    Unit read() {
        const Term term = sum();
        return peek() == '\0' ? term.unit : std::nullopt;
    }

private:
    char peek() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
            ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool take(char sign) {
        if (peek() != sign) return false;
        ++at_;
        return true;
    }

    Term sum() {
        Term all = product();
        while (peek() == '+' || peek() == '-') {
            ++at_;
            all = summed(all, product());
        }
        return all;
    }
    Term product() {
        Term all = factor();
        while (true) {
            if (take('*'))
                all = times(all, factor());
            else if (take('/'))
                all = divided(all, factor());
            else
                return all;
        }
    }
    Term factor() {
        if (take('-') || take('+')) return factor();
        Term base = primary();
        if (!take('^')) return base;
        factor();
        return base.isNumber ? base : unknown();
    }
    Term primary() {
        if (take('(')) {
            const Term inner = sum();
            take(')');
            return inner;
        }
        const std::size_t begin = (peek(), at_);
        while (at_ < text_.size() && isNamePart(text_[at_]))
            ++at_;
        const std::string_view word = text_.substr(begin, at_ - begin);
        if (word.empty()) return unknown();
        if (!isNameStart(word[0]) || word == "pi") return number();
        if (peek() == '(') return call(word);
        const auto channel = names_.find(word);
        return channel ? Term{channel->unit} : unknown();
    }
    Term call(std::string_view name) {
        take('(');
        std::vector<Term> arguments;
        do
            arguments.push_back(sum());
        while (take(','));
        take(')');
        return ofFunction(name, arguments);
    }

    std::string_view text_;
    const ChannelNames& names_;
    std::size_t at_ = 0;
};

} // namespace

std::string derivedUnit(std::string_view text, const ChannelNames& names) {
    return UnitReader(text, names).read().value_or(std::string());
}

} // namespace servolane::telemetry
