// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/finding_text.h"

#include "drivers/transport/adapter_latency.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace servolane::app {

using bus::Check;
using bus::Finding;
using bus::Grade;
using bus::Unjudged;

namespace {

std::string number(double value, int decimals) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    // The decimal mark is that of every other number here, whatever the locale.
    std::string result = text.data();
    std::replace(result.begin(), result.end(), ',', '.');
    return result;
}

/// Micro- or milliseconds, three digits.
std::string microseconds(double value) {
    return value < 1000.0 ? number(value, 0) + " µs" : number(value * 1e-3, value < 1e4 ? 2 : 1) + " ms";
}

std::string rate(double bitsPerSecond) {
    if (bitsPerSecond < 1e6) return number(bitsPerSecond * 1e-3, bitsPerSecond < 1e5 ? 1 : 0) + " kbit/s";
    // 1, 2.5, 2.25 Mbit/s: as they are, no zero at the end.
    int decimals = 0;
    while (decimals < 2 && std::fabs(std::remainder(bitsPerSecond, std::pow(10.0, 6 - decimals))) > 500.0)
        ++decimals;
    return number(bitsPerSecond * 1e-6, decimals) + " Mbit/s";
}

/// "servo 3", "servos 1, 2 and 5"
std::string names(const std::vector<ServoId>& servos) {
    std::string text = servos.size() == 1 ? "servo " : "servos ";
    for (std::size_t at = 0; at < servos.size(); ++at) {
        if (at > 0) text += at + 1 == servos.size() ? " and " : ", ";
        text += std::to_string(servos[at].value);
    }
    return text;
}

std::string capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

/// "s" or nothing, for a verb that follows the names.
const char* verbEnd(const std::vector<ServoId>& servos) {
    return servos.size() == 1 ? "s" : "";
}

std::string gain(const Finding& finding) {
    if (finding.possible <= 0.0 || finding.now <= 0.0) return {};
    return "the wire would allow " + number(finding.possible, 0) + " cycles/s instead of " +
           number(finding.now, 0);
}

std::string afterThat(const Finding& finding) {
    const std::string text = gain(finding);
    return text.empty() ? std::string() : " " + capital(text) + ".";
}

std::string reason(const Finding& finding) {
    switch (finding.why) {
    case Unjudged::simulated:
        return "A simulated link has no adapter.";
    case Unjudged::unpacedLine:
        return "The line has no rate of its own, so there is nothing to fill.";
    case Unjudged::noTimer:
        return "The adapter has no latency timer that can be read.";
    case Unjudged::noRegister:
        return "These servos do not tell it.";
    case Unjudged::nothingYet:
        return "Too little was measured so far; it is judged once more answers have come.";
    case Unjudged::notUnderLoad:
        return "The supply was not seen under load yet: move an axis, and look again.";
    case Unjudged::busLost:
        return "It cannot be judged while the link is lost.";
    case Unjudged::noServos:
        return "There are no servos to judge it by.";
    case Unjudged::no:
        break;
    }
    return {};
}

std::string linkText(const Finding& f) {
    if (f.grade == Grade::good) return f.subject + " is open.";
    return "The link is lost: " + f.subject + ". It is tried again twice a second.";
}

std::string adapterText(const Finding& f) {
    const std::string now = "The adapter hands bytes over after " + number(f.measured, 0) + " ms";
    if (f.grade == Grade::good) return now + ", the shortest it can.";
    return now + "; it can do so after " + number(f.wanted, 0) + " ms." + afterThat(f);
}

std::string returnDelayText(const Finding& f) {
    if (f.grade == Grade::good) return "No servo waits before it answers.";
    return capital(names(f.servos)) + " wait" + verbEnd(f.servos) + " up to " + microseconds(f.measured) +
           " before an answer; without that pause " +
           (gain(f).empty() ? std::string("answers come sooner") : gain(f)) + ".";
}

std::string lineRateText(const Finding& f) {
    std::string text = "At " + rate(f.measured) + " " + std::to_string(f.count) +
                       " % of the wire is used; it allows " + number(f.now, 0) + " cycles/s";
    if (!f.subject.empty()) text += ", less than the " + f.subject + " Hz of the poll rate";
    text += ".";
    if (f.wanted > 0.0)
        text += " At " + rate(f.wanted) + ", the highest that every servo can do, it would allow " +
                number(f.possible, 0) + ".";
    return text;
}

std::string lateText(const Finding& f) {
    if (f.late == 0) return {};
    return std::to_string(f.late) +
           " came too late, as they do where this computer is busy or the adapter is slow; ";
}

std::string errorText(const Finding& f) {
    if (f.count == 0) return "Every answer came, and came whole.";
    return std::to_string(f.count) + (f.count == 1 ? " answer" : " answers") + " did not come whole, " +
           number(f.measured, f.measured < 0.1 ? 3 : 1) + " % of all: " + lateText(f) +
           (f.grade == Grade::hint || 2 * f.late > f.count
                ? "now and then that is normal."
                : "look at plugs, cable length, ground and supply.");
}

std::string silenceText(const Finding& f) {
    if (f.servos.empty())
        return f.count == 1 ? "The only servo answers."
                            : "All " + std::to_string(f.count) + " servos answer.";
    return capital(names(f.servos)) + (f.servos.size() == 1 ? " does" : " do") +
           " not answer: look at power and plug, or search at other rates.";
}

std::string sameIdText(const Finding& f) {
    if (f.servos.empty() && f.count > 0)
        return std::to_string(f.count) + (f.count == 1 ? " byte came that is" : " bytes came that are") +
               " part of no answer: two servos may have one id, or the wiring is bad.";
    if (f.servos.empty()) return "No id is answered by two servos, as far as can be heard.";
    if (f.measured <= 0.0)
        return "More than one servo seems to answer as " + names(f.servos) +
               ": heard when servos were looked for. Plug in one alone, give it another id, then plug in the "
               "other.";
    return "Answers of " + names(f.servos) + " are spoiled, up to " + number(f.measured, 1) +
           " %, while others are not: there may be a second servo with that id. Plug in one alone, give it "
           "another id, then plug in the other.";
}

std::string turnaroundText(const Finding& f) {
    const std::string usual = microseconds(f.wanted);
    if (f.servos.empty()) return "Answers begin " + usual + " after a request, on every servo about alike.";
    return capital(names(f.servos)) + " answer" + verbEnd(f.servos) + " unevenly, up to " +
           microseconds(f.measured) + " after a request; usual here are " + usual + ".";
}

std::string jitterText(const Finding& f) {
    const std::string text = "Cycles come within " + microseconds(f.measured) + " of their time (p99)";
    if (f.grade == Grade::good) return text + ".";
    return text + ", more than a quarter of their period: a lower poll rate, or less load on this computer, "
                  "makes them even.";
}

std::string returnLevelText(const Finding& f) {
    if (f.servos.empty()) return "Every request is answered, so every write is confirmed.";
    return capital(names(f.servos)) + (f.servos.size() == 1 ? " does" : " do") +
           " not answer writes: what is written there cannot be confirmed.";
}

std::string supplyText(const Finding& f) {
    const std::string text = "The supply of " + names(f.servos) + " falls from " + number(f.wanted, 1) +
                             " V at rest to " + number(f.measured, 1) + " V under load (" +
                             number(100.0 * (1.0 - f.measured / f.wanted), 0) + " %)";
    if (f.grade == Grade::good) return text + "; that is well.";
    return text + ": use thicker or shorter wires, feed the line at both ends, or a stronger supply.";
}

std::string modelText(const Finding& f) {
    if (f.grade == Grade::good) return "All " + std::to_string(f.count) + " models are known.";
    if (!f.subject.empty())
        return capital(names(f.servos)) + (f.servos.size() == 1 ? " is" : " are") +
               " of a model that is not known (number " + f.subject +
               "): add a model file to drive it; see resources/servos/README.md.";
    return capital(names(f.servos)) + (f.servos.size() == 1 ? " has" : " have") + " firmware " +
           number(f.measured, 0) + "; from " + number(f.wanted, 0) +
           " on all answer a group read in one frame, which is faster.";
}

std::string alarmsText(const Finding& f) {
    if (f.grade == Grade::good) return "No servo reports an error.";
    return std::string(f.servos.size() == 1 ? "A servo reports" : "Servos report") + " an error (" +
           f.subject +
           "): mend its cause; what stays afterwards is cleared by a reset of the axis, or by switching its "
           "supply.";
}

} // namespace

std::string_view titleOf(Check check) {
    static constexpr std::array<std::string_view, 13> titles{
        "Link",       "Adapter latency", "Return delay", "Line rate", "Errors", "Silent servos", "Double ids",
        "Turnaround", "Cycle jitter",    "Return level", "Supply",    "Models", "Alarms"};
    return titles[static_cast<std::size_t>(check)];
}

std::string sentenceOf(const Finding& finding) {
    if (finding.grade == Grade::unjudged) return reason(finding);
    using Words = std::string (*)(const Finding&);
    static constexpr std::array<Words, 13> words{
        linkText,       adapterText, returnDelayText, lineRateText, errorText, silenceText, sameIdText,
        turnaroundText, jitterText,  returnLevelText, supplyText,   modelText, alarmsText};
    return words[static_cast<std::size_t>(finding.check)](finding);
}

std::string remedyText(const Finding& finding) {
    switch (finding.remedy) {
    case bus::Remedy::writeReturnDelay:
        return "Set to " + number(finding.wanted, 0) + " µs";
    case bus::Remedy::writeReturnLevel:
        return "Answer all";
    case bus::Remedy::setAdapterLatency:
        return "Set to " + number(finding.wanted, 0) + " ms";
    case bus::Remedy::none:
        break;
    }
    return {};
}

std::string setAdapterLatency(const std::string& path, int milliseconds) {
    const auto set = drivers::setAdapterLatency(path, milliseconds);
    const std::string wanted = std::to_string(milliseconds) + " ms";
    if (set) return "The adapter's latency is " + wanted + " now. Connect again to make use of it.";
    return "The latency stays as it is: " + set.error().detail;
}

} // namespace servolane::app
