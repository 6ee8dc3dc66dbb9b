// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/search.h"

#include "app/cli/attach.h"
#include "app/cli/failures.h"
#include "app/cli/text.h"
#include "app/workstation/sim_line.h"
#include "drivers/families/families.h"
#include "drivers/ipc/socket_folder.h"

#include <algorithm>

namespace servolane::cli {

using app::ListedPort;
using bus::SearchState;

namespace {

constexpr Duration searchGlance = std::chrono::milliseconds{50};

const char* wordOf(SearchState state) {
    switch (state) {
    case SearchState::done:
        return "done";
    case SearchState::cancelled:
        return "cancelled";
    case SearchState::failed:
        return "failed";
    case SearchState::waiting:
    case SearchState::searching:
        break;
    }
    return "searching";
}

app::SearchChoice choiceOf(const Arguments& arguments) {
    app::SearchChoice choice;
    if (std::ranges::find(arguments.protocols, "all") == arguments.protocols.end())
        choice.families = arguments.protocols;
    choice.rates = arguments.bauds;
    // One family alone is asked for every id: there is no other to go on with.
    if (arguments.all || choice.families.size() == 1) choice.depth = bus::SearchDepth::everything;
    choice.frame = frameOf(arguments);
    return choice;
}

/// "modbus above 32, lx above 32": ids that were not asked for; empty: every one was.
std::string idsLeftOut(const bus::PortSearchOrder& order) {
    std::string text;
    if (order.depth == bus::SearchDepth::everything) return text;
    for (const std::string& name : order.families)
        if (const drivers::Family* family = drivers::familyNamed(name);
            family && family->traits.usualLastId != 0)
            text +=
                (text.empty() ? "" : ", ") + name + " above " + std::to_string(family->traits.usualLastId);
    return text;
}

/// Those that were named, else those that a search begins with.
std::vector<ListedPort> portsOf(const Arguments& arguments, const app::PortBook& book) {
    if (arguments.ports.empty()) {
        std::vector<ListedPort> ports = book.list();
        std::erase_if(ports, [](const ListedPort& port) { return !port.ticked; });
        return ports;
    }
    std::vector<ListedPort> ports;
    for (const std::string& path : arguments.ports)
        ports.push_back(book.describe(path));
    return ports;
}

Json servosOf(const bus::PortSearchView& port, const registers::ModelCatalog& models) {
    Json servos = Json::array();
    for (const bus::FoundServo& found : port.found) {
        const auto model = models.find(found.family, found.servo.modelNumber);
        servos.push_back({{"port", port.path},
                          {"protocol", found.family},
                          {"baud", found.baud},
                          {"frame", toString(found.frame)},
                          {"id", found.servo.id.value},
                          {"model", model ? Json(model->name) : Json(nullptr)},
                          {"model_number", found.servo.modelNumber},
                          {"firmware", found.servo.firmware}});
    }
    return servos;
}

/// One run of a search and what is told of it.
class Search {
public:
    Search(app::Workstation& workstation, Notices& notices, const Waker& interrupt)
        : workstation_(workstation)
        , notices_(notices)
        , interrupt_(interrupt) {}

    [[nodiscard]] Outcome run(const std::vector<ListedPort>& ports, const app::SearchChoice& choice);

private:
    [[nodiscard]] std::shared_ptr<const bus::DiscoveryBoard> search(std::vector<bus::PortSearchOrder> orders);
    void tellProgress(const bus::DiscoveryBoard& board);
    void addPort(const ListedPort& port, const bus::PortSearchOrder& order, const bus::PortSearchView* view);

    app::Workstation& workstation_;
    Notices& notices_;
    const Waker& interrupt_;
    Json ports_ = Json::array();
    Json servos_ = Json::array();
    std::vector<int> shared_;
    std::uint64_t foreign_ = 0;
    std::string notes_;
};

void Search::tellProgress(const bus::DiscoveryBoard& board) {
    notices_.progress("Looking for servos on " + std::to_string(board.ports.size()) +
                      (board.ports.size() == 1 ? " port: " : " ports: ") + fixed(board.done * 100.0, 0) +
                      " %, " + std::to_string(board.found()) + " found, about " +
                      fixed(seconds(board.left), 0) + " s left");
}

std::shared_ptr<const bus::DiscoveryBoard> Search::search(std::vector<bus::PortSearchOrder> orders) {
    runtime::Discovery& discovery = workstation_.discovery();
    static_cast<void>(discovery.start(std::move(orders)));
    const Waker never;
    bool cancelled = false;
    for (auto board = discovery.board();; board = discovery.board()) {
        if (!board->running) break;
        tellProgress(*board);
        Clock& clock = workstation_.clock();
        const bool woken = clock.waitUntil(clock.now() + searchGlance, cancelled ? never : interrupt_);
        if (woken && !std::exchange(cancelled, true)) discovery.cancel();
    }
    notices_.clearProgress();
    return discovery.board();
}

void Search::addPort(const ListedPort& port, const bus::PortSearchOrder& order,
                     const bus::PortSearchView* view) {
    const bool failed = view && view->state == SearchState::failed;
    const std::string error = failed ? portFailure(view->error, port.port.path).message : std::string();
    const std::string leftOut = view ? idsLeftOut(order) : std::string();
    ports_.push_back({{"path", port.port.path},
                      {"ids_left_out", leftOut.empty() ? Json(nullptr) : Json(leftOut)},
                      {"name", port.name},
                      {"state", view ? wordOf(view->state) : "not-asked"},
                      {"protocols", order.families},
                      {"servos", view ? view->found.size() : 0},
                      {"seconds", view ? seconds(view->took) : 0.0},
                      {"error", failed ? Json(error) : Json(nullptr)},
                      {"note", port.note.empty() ? Json(nullptr) : Json(port.note)}});
    if (!view) {
        notes_ += port.port.path + ": nothing was sent to it, it is a " + port.name + ". " + port.note + '\n';
        return;
    }
    if (failed) notes_ += error + '\n';
    for (const auto& servo : servosOf(*view, *workstation_.models()))
        servos_.push_back(servo);
    for (const bus::SharedId& shared : view->shared)
        shared_.push_back(shared.servo.value);
    foreign_ += view->foreignBytes;
    if (!leftOut.empty())
        notes_ += port.port.path + ": ids that are seldom used were not asked for (" + leftOut +
                  "); --all or a protocol of its own asks for them\n";
}

Outcome Search::run(const std::vector<ListedPort>& ports, const app::SearchChoice& choice) {
    std::vector<bus::PortSearchOrder> orders;
    std::vector<bus::PortSearchOrder> asked;
    for (const ListedPort& port : ports) {
        orders.push_back(workstation_.portBook().orderFor(port, choice));
        if (!orders.back().families.empty()) asked.push_back(orders.back());
    }
    const auto board = search(asked);
    if (const auto kept = workstation_.portBook().noteFound(*board); !kept)
        notices_.note("What was found is not remembered: " + kept.error().detail);
    for (std::size_t at = 0; at < ports.size(); ++at)
        addPort(ports[at], orders[at], board->find(ports[at].port.path));
    std::ranges::sort(shared_);
    shared_.erase(std::unique(shared_.begin(), shared_.end()), shared_.end());
    Report report;
    report.object = {{"servos", servos_},         {"seconds", seconds(board->took)},
                     {"ports", ports_},           {"all_rates", choice.rates.empty()},
                     {"foreign_bytes", foreign_}, {"duplicate_ids", shared_}};
    if (interrupt_.isWoken()) {
        Failure failure = interrupted();
        failure.fields = report.object;
        return fail(failure);
    }
    if (!servos_.empty()) {
        Table table({"port", "id", "model", "number", "firmware", "protocol", "bit/s"});
        for (const auto& servo : servos_)
            table.add({servo["port"], std::to_string(servo["id"].get<int>()),
                       servo["model"].is_null() ? "unknown" : servo["model"].get<std::string>(),
                       std::to_string(servo["model_number"].get<int>()),
                       std::to_string(servo["firmware"].get<int>()), servo["protocol"],
                       grouped(servo["baud"])});
        report.text = table.text();
    }
    report.text += countOf(servos_.size(), "servo") + " on " + countOf(ports.size(), "port") + " in " +
                   fixed(seconds(board->took), 2) + " s\n" + notes_;
    return report;
}

/// Not one port could be searched: the first says why.
Outcome failedIfAll(Outcome outcome) {
    if (!outcome || outcome->object["ports"].empty()) return outcome;
    const Json& ports = outcome->object["ports"];
    if (!std::ranges::all_of(ports, [](const Json& port) { return port["state"] == "failed"; }))
        return outcome;
    return fail(
        {Codes::noPort, ports.front()["error"], "servolane-cli ports lists what there is", outcome->object});
}

bool namesOne(const Arguments& arguments) {
    return arguments.ports.size() == 1 && arguments.protocols.size() <= 1 && arguments.bauds.size() <= 1 &&
           !arguments.all && std::ranges::find(arguments.protocols, "all") == arguments.protocols.end();
}

} // namespace

Outcome runScanOver(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                    const Waker& interrupt, const std::function<Outcome()>& scanOne) {
    app::PortBook& book = workstation.portBook();
    app::SearchChoice choice = choiceOf(arguments);
    const auto searched = [&](const std::vector<ListedPort>& ports) {
        workstation.loadModels();
        return failedIfAll(Search(workstation, notices, interrupt).run(ports, choice));
    };
    const std::vector<ListedPort> ports = portsOf(arguments, book);
    if (ports.empty())
        return fail({Codes::noPort, "No port is known as the adapter of a servo bus",
                     "servolane-cli ports lists what there is; name one with --port", Json::object()});
    if (!namesOne(arguments)) return searched(ports);
    const ListedPort& port = ports.front();
    if (!arguments.protocol.empty()) return scanOne();
    if (port.families.empty()) return fail(otherKind(port));
    const std::string& first = drivers::families().front().name();
    if (std::ranges::find(port.families, first) == port.families.end()) return searched(ports);
    Outcome outcome = scanOne();
    const bool nobody = outcome && outcome->object["servos"].empty();
    if (!nobody || app::isSimPath(port.port.path) || !port.port.openable || interrupt.isWoken())
        return outcome;
    // None of the likeliest family: the others are asked.
    for (const std::string& family : port.families)
        if (family != first) choice.families.push_back(family);
    if (choice.families.empty()) return outcome;
    Outcome others = searched(ports);
    if (!others) return others;
    others->object["seconds"] =
        others->object["seconds"].get<double>() + outcome->object["seconds"].get<double>();
    for (const auto& [key, value] : outcome->object.items())
        if (!others->object.contains(key)) others->object[key] = value;
    return others;
}

} // namespace servolane::cli
