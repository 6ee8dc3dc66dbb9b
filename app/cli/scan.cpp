// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/attach.h"
#include "app/cli/commands.h"
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
