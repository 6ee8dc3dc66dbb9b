// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/attach.h"
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/file_commands.h"
#include "app/cli/text.h"
#include "app/workstation/finding_text.h"
#include "app/workstation/workstation.h"
#include "drivers/transport/adapter_latency.h"

namespace servolane::cli {

using bus::Finding;

namespace {

constexpr double usualSeconds = 3.0;

Json knownOrNull(double value) {
    return value > 0.0 ? Json(value) : Json(nullptr);
}

Json objectOf(const Finding& finding) {
    Json servos = Json::array();
    for (const ServoId servo : finding.servos)
        servos.push_back(servo.value);
    const bool hasFigures = !finding.unit.empty();
    return {{"check", bus::toString(finding.check)},
            {"grade", bus::toString(finding.grade)},
            {"servos", servos},
            {"measured", hasFigures ? Json(finding.measured) : Json(nullptr)},
            {"wanted", hasFigures ? Json(finding.wanted) : Json(nullptr)},
            {"unit", hasFigures ? Json(finding.unit) : Json(nullptr)},
            {"cycles_per_second", knownOrNull(finding.now)},
            {"possible_cycles_per_second", knownOrNull(finding.possible)},
            {"sentence", app::sentenceOf(finding)},
            {"remedy",
             finding.remedy == bus::Remedy::none ? Json(nullptr) : Json(bus::toString(finding.remedy))}};
}

Json servoObject(const bus::ServoFacts& servo) {
    const bus::ServoMeasured& m = servo.measured;
    const auto& supply = servo.supply;
    return {{"id", servo.axis->servo.value},
            {"model", servo.axis->model->name},
            {"firmware", servo.axis->firmware},
            {"asked", m.asked},
            {"silent", m.silent},
            {"corrupt", m.corrupt},
            {"turnaround_us", knownOrNull(m.turnaround * 1e6)},
            {"turnaround_jitter_us", m.timed > 1 ? Json(m.turnaroundJitter * 1e6) : Json(nullptr)},
            {"turnaround_longest_us", knownOrNull(m.turnaroundLongest * 1e6)},
            {"return_delay_us", m.returnDelay ? Json(*m.returnDelay * 1e6) : Json(nullptr)},
            {"return_level", m.returnLevel ? Json(*m.returnLevel) : Json(nullptr)},
            {"voltage_at_rest", knownOrNull(supply.atRest)},
            {"voltage_under_load", supply.judgeable ? Json(supply.lowestUnderLoad) : Json(nullptr)}};
}

/// "well", "bad": in words of one length for a column.
std::string wordOf(bus::Grade grade) {
    switch (grade) {
    case bus::Grade::good:
        return "well";
    case bus::Grade::unjudged:
        return "not judged";
    case bus::Grade::hint:
        return "could be better";
    case bus::Grade::warning:
        return "look at this";
    case bus::Grade::fault:
        break;
    }
    return "BAD";
}

Report reportOf(const bus::BusFacts& facts, const std::string& port) {
    const auto findings = bus::examine(facts);
    Json list = Json::array();
    Json servos = Json::array();
    Table table({"verdict", "check", "what was found"});
    auto worst = bus::Grade::good;
    for (const Finding& finding : findings) {
        list.push_back(objectOf(finding));
        table.add(
            {wordOf(finding.grade), std::string(app::titleOf(finding.check)), app::sentenceOf(finding)});
        // What cannot be judged makes a bus no worse.
        if (finding.grade != bus::Grade::unjudged) worst = std::max(worst, finding.grade);
    }
    for (const bus::ServoFacts& servo : facts.servos)
        servos.push_back(servoObject(servo));
    Report report;
    report.object = {{"port", port}, {"grade", bus::toString(worst)}, {"findings", list}, {"servos", servos}};
    report.text = table.text();
    return report;
}

} // namespace

Outcome runDoctor(Context& context) {
    return withPort(context, {}, [&](const Attached& attached) -> Outcome {
        const double span = context.arguments.seconds > 0.0 ? context.arguments.seconds : usualSeconds;
        bus::LinkMeasured before;
        // A bus that others have had open for hours is judged by what it does now.
        if (const auto board = context.client.buses(); !attached.opened)
            if (const bus::BusView* view = board->find(attached.bus)) before = view->measured;
        const auto tell = [&] { context.notices.progress("Measuring " + attached.port); };
        const auto wait = context.client.pause(fromSeconds(span), tell);
        context.notices.clearProgress();
        if (wait == app::WaitEnd::interrupted) return fail(interrupted());
        const auto buses = context.client.buses();
        const auto axes = context.client.axes();
        const bus::BusView* view = buses->find(attached.bus);
        if (!view) return fail(lostLink(context, attached));
        return reportOf(bus::busFactsFrom(bus::since(*view, before), axes->axes), attached.port);
    });
}

Outcome runPortDoctor(app::Workstation& workstation) {
    Json ports = Json::array();
    std::string text;
    for (const auto& port : workstation.ports()) {
        const double latency = milliseconds(drivers::adapterLatency(port.path));
        std::string sentence = port.openable ? "can be opened" : port.advice;
        if (latency > 1.0)
            sentence += "; its adapter holds bytes back for " + fixed(latency, 0) +
                        " ms: Servolane asks for 1 ms when it opens it";
        ports.push_back({{"path", port.path},
                         {"openable", port.openable},
                         {"latency_ms", knownOrNull(latency)},
                         {"sentence", sentence}});
        text += port.path + ": " + sentence + '\n';
    }
    if (ports.empty()) text = "No serial port. Plug an adapter in, or use --port sim:dynamixel2:6@1000000.\n";
    return Report{{{"ports", ports}}, text};
}

} // namespace servolane::cli
