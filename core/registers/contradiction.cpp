// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/contradiction.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace servolane::registers {

namespace {

using Member = Contradiction::Member;

/// Of the shortest way to write it: 0.01 of 0.03, 1 of 90; 0 where it is written with an exponent.
double lastDecimal(double value) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    const std::string_view written(text.data(), static_cast<std::size_t>(end - text.data()));
    if (error != std::errc{} || written.find('e') != std::string_view::npos) return 0.0;
    const auto point = written.find('.');
    return point == std::string_view::npos ? 1.0
                                           : std::pow(10.0, -static_cast<double>(written.size() - point - 1));
}

/// What a restore never writes contradicts nothing.
bool isCarried(const BackedUpRegister& of, const Register& known) {
    const Carriage carriage = carriageOf(of.name, known.role, known.access);
    return carriage == Carriage::setting || carriage == Carriage::identity;
}

class Judge {
public:
    Judge(std::size_t entry, const BackedUpRegister& of, const Register& known,
          std::vector<Contradiction>& found)
        : entry_(entry)
        , of_(of)
        , known_(known)
        , found_(found) {}

    void judge() {
        if (of_.unit == known_.unit) judgeValue();
        if (!of_.word.empty()) judgeWord();
        for (const BitField& field : known_.fields)
            judgeField(field);
    }

private:
    void judgeValue() {
        const double expected = known_.valueFrom(of_.raw);
        // Half a step, or what is rounded away behind the decimals that stand there.
        const double tolerance = std::max(std::fabs(known_.scale) * 0.5, 0.5 * lastDecimal(of_.value)) +
                                 std::fabs(expected) * 1e-9;
        if (!(std::fabs(of_.value - expected) <= tolerance)) note(Member::value, {}, of_.value, expected);
    }

    void judgeWord() {
        if (of_.raw != 0 && !known_.zeroMeans.empty() && of_.word == known_.zeroMeans)
            return note(Member::word, of_.word, 0.0, static_cast<double>(of_.raw));
        const auto named = std::ranges::find(known_.values, of_.word, &NamedValue::name);
        if (named != known_.values.end() && named->value != of_.raw)
            note(Member::word, of_.word, static_cast<double>(named->value), static_cast<double>(of_.raw));
    }

    void judgeField(const BitField& field) {
        const auto stated = of_.bits.find(field.name);
        if (stated == of_.bits.end()) return;
        const std::int64_t held = (of_.raw >> field.firstBit) & ((std::int64_t{1} << field.bits) - 1);
        if (stated->second != held)
            note(Member::bits, field.name, static_cast<double>(stated->second), static_cast<double>(held));
    }

    void note(Member member, std::string name, double stated, double expected) {
        found_.push_back({entry_, member, std::move(name), stated, expected});
    }

    std::size_t entry_;
    const BackedUpRegister& of_;
    const Register& known_;
    std::vector<Contradiction>& found_;
};

} // namespace

std::vector<Contradiction> contradictionsOf(const ServoBackup& backup, const ServoModel& model) {
    std::vector<Contradiction> found;
    for (std::size_t entry = 0; entry < backup.registers.size(); ++entry)
        if (const Register* known = model.find(std::string_view(backup.registers[entry].name));
            known && isCarried(backup.registers[entry], *known))
            Judge(entry, backup.registers[entry], *known, found).judge();
    return found;
}

} // namespace servolane::registers
