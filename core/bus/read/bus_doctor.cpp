// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/read/bus_doctor.h"

#include "core/kernel/median.h"

#include "core/registers/return_level.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace servolane::bus {

namespace {

using registers::Role;

/// An adapter that holds bytes back for longer costs cycles: the shortest that an FTDI can be set to.
constexpr double bestLatencyMs = 1.0;
/// A pause of the servo that is too short to be worth a write.
constexpr double shortDelay = 20e-6;
/// So few answers prove nothing.
constexpr std::uint64_t enoughAnswers = 100;
constexpr std::uint64_t enoughTimed = 5;
constexpr double hintErrors = 0.0;
constexpr double warnErrors = 1e-3;
constexpr double faultErrors = 0.05;
/// Collisions of two servos spoil nearly every answer of one id and leave the others alone.
constexpr double collided = 0.02;
constexpr double timesTheOthers = 5.0;
constexpr double nearlyAll = 0.5;
constexpr double fullWire = 0.9;
constexpr double warnSag = 0.08;
constexpr double faultSag = 0.2;
constexpr double warnJitter = 0.25;

Finding about(Check check, Grade grade = Grade::good) {
    Finding finding;
    finding.check = check;
    finding.grade = grade;
    return finding;
}

Finding unjudged(Check check, Unjudged why) {
    Finding finding = about(check, Grade::unjudged);
    finding.why = why;
    return finding;
}

void add(Finding& finding, const ServoFacts& servo) {
    finding.servos.push_back(servo.axis->servo);
    finding.axes.push_back(servo.axis->id);
}

void worsen(Finding& finding, Grade grade) {
    finding.grade = std::max(finding.grade, grade);
}

double cyclesPerSecond(double wireTime) {
    return wireTime > 0.0 ? 1.0 / wireTime : 0.0;
}

bool isPaced(const BusFacts& facts) {
    return facts.bus.measured.wireLimit > 0.0;
}

Finding checkLink(const BusFacts& facts) {
    Finding finding = about(Check::link, facts.bus.state == LinkState::open ? Grade::good : Grade::fault);
    finding.subject = facts.bus.state == LinkState::open ? facts.bus.link.line.path : facts.bus.error.detail;
    finding.count = facts.servos.size();
    return finding;
}

Finding checkAdapter(const BusFacts& facts) {
    if (facts.bus.simulated) return unjudged(Check::adapter, Unjudged::simulated);
    const double latency = milliseconds(facts.bus.measured.adapterLatency);
    if (latency <= 0.0) return unjudged(Check::adapter, Unjudged::noTimer);
    Finding finding = about(Check::adapter);
    finding.measured = latency;
    finding.wanted = bestLatencyMs;
    finding.unit = "ms";
    finding.subject = facts.bus.link.line.path;
    if (latency <= bestLatencyMs) return finding;
    finding.grade = Grade::warning;
    finding.remedy = Remedy::setAdapterLatency;
    if (isPaced(facts)) {
        // An answer that does not fill the adapter's buffer waits for the timer.
        const double wire = 1.0 / facts.bus.measured.wireLimit;
        finding.now = cyclesPerSecond(wire + latency * 1e-3);
        finding.possible = cyclesPerSecond(wire + bestLatencyMs * 1e-3);
    }
    return finding;
}

Finding checkReturnDelay(const BusFacts& facts) {
    Finding finding = about(Check::returnDelay);
    finding.unit = "us";
    bool anyKnown = false;
    for (const ServoFacts& servo : facts.servos) {
        const auto& delay = servo.measured.returnDelay;
        if (!delay) continue;
        anyKnown = true;
        finding.measured = std::max(finding.measured, *delay * 1e6);
        if (*delay > shortDelay) add(finding, servo);
    }
    if (!anyKnown)
        return unjudged(Check::returnDelay, facts.servos.empty() ? Unjudged::noServos : Unjudged::noRegister);
    if (finding.servos.empty()) return finding;
    finding.grade = Grade::hint;
    finding.remedy = Remedy::writeReturnDelay;
    if (isPaced(facts)) {
        finding.now = facts.bus.measured.wireLimit;
        finding.possible = cyclesPerSecond(facts.bus.measured.bareWireTime);
        if (finding.possible > 1.2 * finding.now) finding.grade = Grade::warning;
    }
    return finding;
}

std::vector<std::uint32_t> ratesOf(const registers::ServoModel& model) {
    std::vector<std::uint32_t> rates;
    const registers::Register* source = model.find(Role::baudRate);
    for (const auto& value : source ? source->values : std::vector<registers::NamedValue>{}) {
        std::uint32_t rate = 0;
        const char* end = value.name.data() + value.name.size();
        if (std::from_chars(value.name.data(), end, rate).ptr == end && rate > 0) rates.push_back(rate);
    }
    std::sort(rates.begin(), rates.end());
    return rates;
}

/// The highest rate that every servo can do; 0: not known.
std::uint32_t highestCommonRate(const BusFacts& facts) {
    std::vector<std::uint32_t> common;
    for (std::size_t at = 0; at < facts.servos.size(); ++at) {
        const auto rates = ratesOf(*facts.servos[at].axis->model);
        if (at == 0) {
            common = rates;
            continue;
        }
        std::vector<std::uint32_t> both;
        std::set_intersection(common.begin(), common.end(), rates.begin(), rates.end(),
                              std::back_inserter(both));
        common = std::move(both);
    }
    return common.empty() ? 0 : common.back();
}

Finding checkLineRate(const BusFacts& facts) {
    if (facts.servos.empty()) return unjudged(Check::lineRate, Unjudged::noServos);
    if (!isPaced(facts)) return unjudged(Check::lineRate, Unjudged::unpacedLine);
    const LinkMeasured& measured = facts.bus.measured;
    Finding finding = about(Check::lineRate);
    finding.unit = "bit/s";
    finding.measured = facts.bus.link.line.baud;
    finding.count = static_cast<std::uint64_t>(std::lround(100.0 * measured.wireShare));
    finding.now = measured.wireLimit;
    const std::uint32_t highest = highestCommonRate(facts);
    if (highest > facts.bus.link.line.baud) {
        const double pauses = std::max(0.0, 1.0 / measured.wireLimit - measured.bareWireTime);
        finding.wanted = highest;
        finding.possible =
            cyclesPerSecond(pauses + measured.bareWireTime * facts.bus.link.line.baud / highest);
    }
    const double asked = facts.bus.link.pollRate;
    if (asked > measured.wireLimit) {
        finding.grade = Grade::hint;
        finding.subject = std::to_string(std::lround(asked));
    } else if (asked > 0.0 && measured.wireShare > fullWire)
        finding.grade = Grade::hint;
    return finding;
}

Finding checkErrors(const BusFacts& facts) {
    const LinkMeasured& measured = facts.bus.measured;
    const std::uint64_t all = measured.answers + measured.errors;
    if (all < enoughAnswers) return unjudged(Check::errors, Unjudged::nothingYet);
    const double share = static_cast<double>(measured.errors) / static_cast<double>(all);
    Finding finding = about(Check::errors);
    finding.measured = 100.0 * share;
    finding.unit = "%";
    finding.count = measured.errors;
    finding.late = std::min(measured.counters.lateAnswers, measured.errors);
    if (share > hintErrors) worsen(finding, Grade::hint);
    // What came too late came whole: that says nothing against the wire.
    const double lost = share - static_cast<double>(finding.late) / static_cast<double>(all);
    if (lost > warnErrors || share > faultErrors) worsen(finding, Grade::warning);
    if (lost > faultErrors) worsen(finding, Grade::fault);
    return finding;
}

Finding checkSilence(const BusFacts& facts) {
    if (facts.servos.empty()) return unjudged(Check::silence, Unjudged::noServos);
    Finding finding = about(Check::silence);
    for (const ServoFacts& servo : facts.servos)
        if (servo.silent) add(finding, servo);
    finding.count = facts.servos.size();
    if (!finding.servos.empty()) finding.grade = Grade::fault;
    return finding;
}

double corruptShare(const ServoFacts& servo) {
    return servo.measured.asked == 0
               ? 0.0
               : static_cast<double>(servo.measured.corrupt) / static_cast<double>(servo.measured.asked);
}

/// Share of spoiled answers of all others together.
double corruptShareBut(const BusFacts& facts, const ServoFacts& but) {
    std::uint64_t corrupt = 0;
    std::uint64_t asked = 0;
    for (const ServoFacts& servo : facts.servos) {
        if (servo.axis == but.axis) continue;
        corrupt += servo.measured.corrupt;
        asked += servo.measured.asked;
    }
    return asked == 0 ? 0.0 : static_cast<double>(corrupt) / static_cast<double>(asked);
}

/// A byte of noise among so many answers speaks of nothing.
constexpr double rareNoise = 1e-4;
/// Of an answer that came late, a part may be left over.
constexpr std::uint64_t longestRest = 64;

/// Heard when servos were looked for: one id answered twice, or garbled whenever it was asked alone.
void addHeard(Finding& finding, const BusFacts& facts) {
    for (const DuplicateIdSuspected& heard : facts.bus.scan.doubled) {
        const bool known = std::ranges::count(finding.servos, heard.servo) > 0;
        if (known || heard.baud != facts.bus.link.line.baud) continue;
        finding.servos.push_back(heard.servo);
        for (const ServoFacts& servo : facts.servos)
            if (servo.axis->servo == heard.servo) finding.axes.push_back(servo.axis->id);
    }
}

Finding checkSameId(const BusFacts& facts) {
    Finding finding = about(Check::sameId);
    finding.unit = "%";
    addHeard(finding, facts);
    if (facts.servos.empty() && finding.servos.empty()) return unjudged(Check::sameId, Unjudged::noServos);
    std::uint64_t asked = 0;
    for (const ServoFacts& servo : facts.servos) {
        asked = std::max(asked, servo.measured.asked);
        const double share = corruptShare(servo);
        // Two that answer at once spoil nearly every answer. A bad line does so to all alike: with one servo
        // on it only the share can tell.
        const bool isOnly = facts.servos.size() == 1;
        const bool stands = isOnly
                                ? share >= nearlyAll
                                : share >= collided && share > timesTheOthers * corruptShareBut(facts, servo);
        if (servo.measured.asked < enoughAnswers || !stands) continue;
        if (std::ranges::count(finding.servos, servo.axis->servo) == 0) add(finding, servo);
        finding.measured = std::max(finding.measured, 100.0 * share);
        finding.count += servo.measured.corrupt;
    }
    const LinkCounters& counters = facts.bus.measured.counters;
    const std::uint64_t foreign =
        counters.foreignBytes - std::min(counters.foreignBytes, counters.lateAnswers * longestRest);
    if (!finding.servos.empty()) {
        finding.grade = Grade::warning;
    } else if (static_cast<double>(foreign) > rareNoise * static_cast<double>(facts.bus.measured.answers)) {
        // Nobody's answer: of two that speak at once, or noise.
        finding.grade = Grade::hint;
        finding.count = foreign;
    } else if (asked < enoughAnswers)
        return unjudged(Check::sameId, Unjudged::nothingYet);
    return finding;
}

double medianTurnaround(const BusFacts& facts) {
    std::vector<double> spans;
    for (const ServoFacts& servo : facts.servos)
        if (servo.measured.timed >= enoughTimed) spans.push_back(servo.measured.turnaround);
    return medianOf(std::move(spans)).value_or(0.0);
}

Finding checkTurnaround(const BusFacts& facts) {
    if (facts.servos.empty()) return unjudged(Check::turnaround, Unjudged::noServos);
    const double usual = medianTurnaround(facts);
    if (usual <= 0.0) return unjudged(Check::turnaround, Unjudged::nothingYet);
    Finding finding = about(Check::turnaround);
    finding.unit = "us";
    finding.wanted = usual * 1e6;
    finding.measured = finding.wanted;
    for (const ServoFacts& servo : facts.servos) {
        const ServoMeasured& measured = servo.measured;
        if (measured.timed < enoughTimed) continue;
        const bool late = measured.turnaround > 3.0 * usual;
        const bool uneven = measured.turnaroundJitter > std::max(measured.turnaround, 100e-6);
        if (!late && !uneven) continue;
        add(finding, servo);
        finding.grade = Grade::hint;
        finding.measured = std::max(finding.measured, measured.turnaroundLongest * 1e6);
    }
    return finding;
}

Finding checkJitter(const BusFacts& facts) {
    const LinkMeasured& measured = facts.bus.measured;
    if (measured.cyclesPerSecond <= 0.0) return unjudged(Check::jitter, Unjudged::nothingYet);
    const double asked = facts.bus.link.pollRate;
    const double period = 1.0 / (asked > 0.0 ? asked : measured.cyclesPerSecond);
    Finding finding = about(Check::jitter);
    finding.unit = "us";
    finding.measured = measured.jitterP99 * 1e6;
    finding.wanted = warnJitter * period * 1e6;
    finding.now = measured.cyclesPerSecond;
    if (measured.jitterP99 > warnJitter * period) finding.grade = Grade::hint;
    return finding;
}

Finding checkReturnLevel(const BusFacts& facts) {
    Finding finding = about(Check::returnLevel);
    finding.wanted = static_cast<double>(registers::answersAll);
    bool anyKnown = false;
    for (const ServoFacts& servo : facts.servos) {
        if (!servo.measured.returnLevel) continue;
        anyKnown = true;
        if (*servo.measured.returnLevel < registers::answersAll) add(finding, servo);
    }
    if (!anyKnown)
        return unjudged(Check::returnLevel, facts.servos.empty() ? Unjudged::noServos : Unjudged::noRegister);
    if (finding.servos.empty()) return finding;
    finding.grade = Grade::warning;
    finding.remedy = Remedy::writeReturnLevel;
    return finding;
}

Finding checkSupply(const BusFacts& facts) {
    if (facts.servos.empty()) return unjudged(Check::supply, Unjudged::noServos);
    const ServoFacts* worst = nullptr;
    const auto sag = [](const ServoFacts& servo) {
        return 1.0 - servo.supply.lowestUnderLoad / servo.supply.atRest;
    };
    for (const ServoFacts& servo : facts.servos)
        if (servo.supply.judgeable && servo.supply.atRest > 0.0 && (!worst || sag(servo) > sag(*worst)))
            worst = &servo;
    const bool anyTells = std::ranges::any_of(facts.servos, [](const ServoFacts& servo) {
        return servo.axis->model->find(Role::inputVoltage) != nullptr;
    });
    if (!anyTells) return unjudged(Check::supply, Unjudged::noRegister);
    if (!worst) return unjudged(Check::supply, Unjudged::notUnderLoad);
    Finding finding = about(Check::supply);
    finding.unit = "V";
    finding.measured = worst->supply.lowestUnderLoad;
    finding.wanted = worst->supply.atRest;
    add(finding, *worst);
    if (sag(*worst) > warnSag) worsen(finding, Grade::warning);
    if (sag(*worst) > faultSag) worsen(finding, Grade::fault);
    return finding;
}

Finding checkModels(const BusFacts& facts) {
    Finding finding = about(Check::models);
    finding.count = facts.servos.size();
    for (const ServoFound& found : facts.unknown)
        finding.servos.push_back(found.servo.id);
    if (!finding.servos.empty()) {
        finding.grade = Grade::hint;
        finding.subject = std::to_string(facts.unknown.front().servo.modelNumber);
        return finding;
    }
    if (facts.servos.empty()) return unjudged(Check::models, Unjudged::noServos);
    for (const ServoFacts& servo : facts.servos) {
        const auto& from = servo.axis->model->fastGroupReadFrom;
        if (!from || servo.axis->firmware >= *from) continue;
        add(finding, servo);
        finding.grade = Grade::hint;
        finding.measured = servo.axis->firmware;
        finding.wanted = std::max(finding.wanted, static_cast<double>(*from));
    }
    return finding;
}

Finding checkAlarms(const BusFacts& facts) {
    if (facts.servos.empty()) return unjudged(Check::alarms, Unjudged::noServos);
    const bool anyTells = std::ranges::any_of(facts.servos, [](const ServoFacts& servo) {
        return servo.axis->model->find(Role::hardwareError) != nullptr;
    });
    if (!anyTells) return unjudged(Check::alarms, Unjudged::noRegister);
    Finding finding = about(Check::alarms);
    for (const ServoFacts& servo : facts.servos) {
        if (servo.alarms.empty()) continue;
        add(finding, servo);
        finding.grade = Grade::fault;
        const std::string text = std::to_string(servo.axis->servo.value) + ": " + servo.alarms;
        finding.subject += (finding.subject.empty() ? "" : "; ") + text;
    }
    return finding;
}

template <class Word, std::size_t Size>
std::string_view wordAt(const std::array<std::string_view, Size>& words, Word word) {
    return words[static_cast<std::size_t>(word)];
}

} // namespace

std::string_view toString(Check check) {
    static constexpr std::array<std::string_view, 13> words{
        "link",       "adapter-latency", "return-delay", "line-rate", "errors", "silence", "same-id",
        "turnaround", "jitter",          "return-level", "supply",    "models", "alarms"};
    return wordAt(words, check);
}

std::string_view toString(Grade grade) {
    static constexpr std::array<std::string_view, 5> words{"good", "unjudged", "hint", "warning", "fault"};
    return wordAt(words, grade);
}

std::string_view toString(Remedy remedy) {
    static constexpr std::array<std::string_view, 4> words{"none", "write-return-delay", "write-return-level",
                                                           "set-adapter-latency"};
    return wordAt(words, remedy);
}

BusView since(BusView now, const LinkMeasured& before) {
    const auto minus = [](std::uint64_t& count, std::uint64_t earlier) { count -= std::min(count, earlier); };
    LinkMeasured& measured = now.measured;
    minus(measured.answers, before.answers);
    minus(measured.errors, before.errors);
    minus(measured.counters.foreignBytes, before.counters.foreignBytes);
    minus(measured.counters.lateAnswers, before.counters.lateAnswers);
    for (ServoMeasured& servo : measured.servos)
        for (const ServoMeasured& earlier : before.servos) {
            if (earlier.axis != servo.axis) continue;
            minus(servo.asked, earlier.asked);
            minus(servo.silent, earlier.silent);
            minus(servo.corrupt, earlier.corrupt);
        }
    return now;
}

std::string alarmsOf(const registers::ServoModel& model, std::uint8_t bits) {
    if (bits == 0) return {};
    const registers::Register* source = model.find(Role::hardwareError);
    std::string text;
    unsigned unnamed = bits;
    if (source)
        for (const registers::BitField& field : source->fields) {
            const unsigned mask = ((1U << field.bits) - 1U) << field.firstBit;
            if ((bits & mask) == 0) continue;
            unnamed &= ~mask;
            text += (text.empty() ? "" : ", ") + field.name;
        }
    std::ranges::replace(text, '_', ' ');
    if (unnamed != 0) text += (text.empty() ? "" : ", ") + ("error " + std::to_string(unnamed));
    return text;
}

std::vector<Finding> examine(const BusFacts& facts) {
    static constexpr std::array checks{checkLink,   checkAdapter,     checkReturnDelay, checkLineRate,
                                       checkErrors, checkSilence,     checkSameId,      checkTurnaround,
                                       checkJitter, checkReturnLevel, checkSupply,      checkModels,
                                       checkAlarms};
    std::vector<Finding> findings;
    for (const auto check : checks)
        findings.push_back(check(facts));
    if (facts.bus.state == LinkState::open) return findings;
    // Of a line that is gone, old figures say nothing.
    for (std::size_t at = 1; at < findings.size(); ++at)
        findings[at] = unjudged(findings[at].check, Unjudged::busLost);
    return findings;
}

} // namespace servolane::bus
