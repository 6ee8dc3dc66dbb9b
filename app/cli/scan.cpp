// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/attach.h"
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/text.h"

#include <algorithm>

namespace servolane::cli {

namespace {

Json servoObject(const Context& context, const Attached& attached, const std::string& protocol,
                 const bus::ServoFound& found) {
    const auto model = context.models.find(protocol, found.servo.modelNumber);
    return {{"port", attached.port},
            {"protocol", protocol},
            {"baud", found.baud},
            {"id", found.servo.id.value},
            {"model", model ? Json(model->name) : Json(nullptr)},
            {"model_number", found.servo.modelNumber},
            {"firmware", found.servo.firmware}};
}

constexpr Duration scanPatience = std::chrono::minutes{3};

/// A port that is in use is searched at its own rate, unless another one is asked for: its servos are spoken
/// with at that rate all the while.
tl::expected<void, Failure> searchAgain(Context& context, const Attached& attached) {
    bus::ScanBus scan{attached.bus, {}};
    if (context.arguments.baud) scan.bauds.push_back(*context.arguments.baud);
    const auto watch = [&] {
        const auto board = context.client.buses();
        if (const bus::BusView* view = board->find(attached.bus); view && view->scan.running)
            context.notices.progress("Looking for servos on " + attached.port + ": " +
                                     fixed(view->scan.done * 100.0, 0) + " %");
    };
    const auto fate = context.client.perform(scan, scanPatience, watch);
    context.notices.clearProgress();
    if (fate.isDone()) return {};
    if (fate.wait == app::WaitEnd::interrupted)
        static_cast<void>(context.client.send(bus::CancelScan{attached.bus}));
    return tl::make_unexpected(failureOf(fate, "The scan of " + attached.port, context));
}

/// The figures of a link are published four times a second.
constexpr Duration figuresPatience = std::chrono::seconds{1};

/// What a scan cannot see is told by what it hears: two servos with one id talk at the same time. Bytes of no
/// answer that came since the link was opened.
std::uint64_t foreignBytes(Context& context, BusId bus) {
    const Time since = context.client.clock().now();
    std::uint64_t bytes = 0;
    static_cast<void>(context.client.waitUntil(
        [&] {
            const auto board = context.client.buses();
            const bus::BusView* view = board->find(bus);
            if (view) bytes = view->measured.counters.foreignBytes;
            return !view || view->measuredAt > since;
        },
        figuresPatience));
    return bytes;
}

std::string suspicionOf(std::uint64_t foreign) {
    if (foreign == 0) return {};
    return std::to_string(foreign) +
           " bytes came that are part of no answer: two servos may have one id, or the wiring is bad";
}

std::string tableOf(const Json& servos) {
    Table table({"id", "model", "number", "firmware", "protocol", "bit/s"});
    for (const auto& servo : servos)
        table.add({std::to_string(servo["id"].get<int>()),
                   servo["model"].is_null() ? "unknown" : servo["model"].get<std::string>(),
                   std::to_string(servo["model_number"].get<int>()),
                   std::to_string(servo["firmware"].get<int>()), servo["protocol"], grouped(servo["baud"])});
    return table.text();
}

} // namespace

Outcome runScan(Context& context) {
    const Time began = context.client.clock().now();
    Wish wish;
    wish.allRates = true;
    return withPort(context, wish, [&](const Attached& attached) -> Outcome {
        if (!attached.opened)
            if (auto searched = searchAgain(context, attached); !searched) return fail(searched.error());
        const auto board = context.client.buses();
        const bus::BusView* view = board->find(attached.bus);
        Report report;
        Json servos = Json::array();
        if (view) {
            auto found = view->scan.found;
            std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
                return std::pair(a.servo.id, a.baud) < std::pair(b.servo.id, b.baud);
            });
            for (const auto& servo : found)
                servos.push_back(servoObject(context, attached, view->link.family, servo));
        }
        const double took = seconds(context.client.clock().now() - began);
        const std::uint64_t foreign = foreignBytes(context, attached.bus);
        const std::string suspicion = suspicionOf(foreign);
        report.object = {{"servos", servos},
                         {"seconds", took},
                         {"foreign_bytes", foreign},
                         {"suspicion", suspicion.empty() ? Json(nullptr) : Json(suspicion)}};
        if (!servos.empty()) report.text = tableOf(servos);
        report.text +=
            std::to_string(servos.size()) + " servos on " + attached.port + " in " + fixed(took, 2) + " s\n";
        if (!suspicion.empty()) report.text += "Suspicious: " + suspicion + '\n';
        return report;
    });
}

} // namespace servolane::cli
