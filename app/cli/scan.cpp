// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/attach.h"
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "app/cli/text.h"
#include "app/workstation/sim_line.h"
#include "drivers/transport/terminal_rate.h"

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

constexpr Duration scanPatience = std::chrono::minutes{15};

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

/// Ids that two servos seem to share, each once.
std::vector<int> doubledIds(const bus::BusView& view) {
    std::vector<int> ids;
    for (const auto& doubled : view.scan.doubled)
        ids.push_back(doubled.servo.value);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

std::string suspicionOf(std::uint64_t foreign, const std::vector<int>& doubled) {
    std::string ids;
    for (const int id : doubled)
        ids += (ids.empty() ? "" : ", ") + std::to_string(id);
    if (!ids.empty())
        return "two servos may have one id (" + ids +
               "): connect one of them alone and give it another id, then scan again";
    if (foreign == 0) return {};
    return std::to_string(foreign) +
           " bytes came that are part of no answer: two servos may have one id, or the wiring is bad";
}

/// What was not looked at, as a sentence; empty after a search of all rates.
std::string limitOf(const Context& context, const Attached& attached, std::uint32_t rate) {
    if (context.arguments.baud) return "only " + grouped(rate) + " bit/s was searched, as asked";
    if (attached.opened && !app::isSimPath(attached.port) && !drivers::isPseudoTerminal(attached.port))
        return {};
    if (attached.opened)
        return "only " + grouped(rate) + " bit/s was searched: this line is no serial port and has one rate";
    return "only " + grouped(rate) + " bit/s was searched, the present rate of " + attached.port +
           ", since another program uses the port; end it to search all rates, or name one with --baud";
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
        const std::vector<int> doubled = view ? doubledIds(*view) : std::vector<int>{};
        const std::string suspicion = suspicionOf(foreign, doubled);
        const std::uint32_t rate = context.arguments.baud.value_or(view ? view->link.line.baud : 0);
        const std::string limit = limitOf(context, attached, rate);
        report.object = {{"servos", servos},
                         {"seconds", took},
                         {"all_rates", limit.empty()},
                         {"searched_baud", limit.empty() ? Json(nullptr) : Json(rate)},
                         {"limit", limit.empty() ? Json(nullptr) : Json(limit)},
                         {"foreign_bytes", foreign},
                         {"duplicate_ids", doubled},
                         {"suspicion", suspicion.empty() ? Json(nullptr) : Json(suspicion)}};
        if (!servos.empty()) report.text = tableOf(servos);
        report.text +=
            countOf(servos.size(), "servo") + " on " + attached.port + " in " + fixed(took, 2) + " s\n";
        if (!limit.empty()) report.text += "Note: " + limit + '\n';
        if (!suspicion.empty()) report.text += "Suspicious: " + suspicion + '\n';
        return report;
    });
}

} // namespace servolane::cli
