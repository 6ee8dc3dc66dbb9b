// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/stop_everywhere.h"

#include "app/cli/forwarding.h"
#include "app/cli/stop.h"
#include "app/cli/text.h"
#include "drivers/ipc/socket_folder.h"
#include "drivers/transport/port_lock.h"

#include <algorithm>

namespace servolane::cli {

namespace ipc = drivers::ipc;

namespace {

constexpr Duration answerPatience = std::chrono::seconds{2};

/// A program that was told to stop.
struct Told {
    std::filesystem::path socket;
    ipc::Client client;
};

std::vector<Told> tellAll(const std::function<bool(const std::filesystem::path&)>& concerned) {
    std::vector<Told> told;
    for (const auto& socket : ipc::socketsIn(ipc::usualSocketFolder())) {
        if (!concerned(socket)) continue;
        auto client = ipc::Client::connect(socket);
        if (client && client->post({{"ask", "stop"}}, answerPatience))
            told.push_back({socket, std::move(*client)});
    }
    return told;
}

/// "process 4711", from the name of its socket.
std::string processOf(const std::filesystem::path& socket) {
    const std::string name = socket.stem().string();
    return "process " + name.substr(0, name.find('-'));
}

Failure silent(const Told& told, const Error& error) {
    // Whoever is gone has left its ports.
    return {error.code == ErrorCode::linkLost ? Codes::ownerGone : Codes::notConfirmed,
            "The stop of " + processOf(told.socket) + " cannot be confirmed: " + error.detail,
            "cut the supply of its servos, or end it and stop its ports by --port",
            {}};
}

/// Follows a stop that was sent to its end.
Outcome outcomeOf(Told& told, Duration patience, const Arguments& arguments, app::Workstation& workstation,
                  Notices& notices, const Waker& interrupt) {
    const auto answer = told.client.collect(patience);
    if (!answer) return fail(silent(told, answer.error()));
    const auto lane = ipc::RemoteLane::open(told.socket, workstation.clock());
    if (!lane) return fail(silent(told, lane.error()));
    const CommandId stop{answer->value("command", std::uint64_t{0})};
    (*lane)->follow(stop);
    app::CommandClient client = clientOf(**lane, workstation.clock(), interrupt);
    Context context = forwardedContext(arguments, client, workstation, notices);
    const app::Fate fate = awaitStop(context, stop);
    return stopOutcome(context, fate, context.client.axes()->stop.finished);
}

/// The sum of several stops.
class Tally {
public:
    void add(const Outcome& outcome) {
        const Json& fields = outcome ? outcome->object : outcome.error().fields;
        // A program that did not answer counts nothing.
        if (fields.is_object()) {
            axes_ += fields.value("axes", std::size_t{0});
            confirmed_ += fields.value("confirmed", std::size_t{0});
            milliseconds_ = std::max(milliseconds_, fields.value("milliseconds", 0.0));
        }
        if (!outcome && !failure_) failure_ = outcome.error();
    }
    [[nodiscard]] Outcome outcome() const {
        Report report;
        report.object = {{"axes", axes_}, {"confirmed", confirmed_}, {"milliseconds", milliseconds_}};
        report.text = "Stopped: " + std::to_string(confirmed_) + " of " + std::to_string(axes_) +
                      " axes confirmed, " + fixed(milliseconds_, 2) + " ms\n";
        if (!failure_) return report;
        Failure failure = *failure_;
        failure.fields = report.object;
        return fail(failure);
    }

private:
    std::size_t axes_ = 0;
    std::size_t confirmed_ = 0;
    double milliseconds_ = 0.0;
    std::optional<Failure> failure_;
};

} // namespace

Outcome runStopEverywhere(const Arguments& arguments, app::Workstation& workstation, Notices& notices,
                          const Waker& interrupt, const std::function<Outcome()>& stopUnowned) {
    std::vector<Told> told = tellAll([](const auto&) { return true; });
    if (told.empty()) return stopUnowned();
    const Time until = workstation.clock().now() + answerPatience;
    Tally tally;
    for (Told& each : told) {
        const Duration left = std::max(until - workstation.clock().now(), Duration::zero());
        tally.add(outcomeOf(each, left, arguments, workstation, notices, interrupt));
    }
    if (stoppablePorts(workstation.portBook()).asked.empty()) return tally.outcome();
    notices.note("Told every running program to stop; looking at ports that nobody has opened.");
    const Outcome rest = stopUnowned();
    // Ports without servos are no failure of a stop that has reached some.
    if (rest || rest.error().code != Codes::noServo) tally.add(rest);
    return tally.outcome();
}

std::optional<Outcome> stopHolderOf(const std::string& port, const Arguments& arguments,
                                    app::Workstation& workstation, Notices& notices, const Waker& interrupt) {
    const std::string holder = drivers::lockHolder(port);
    if (holder.empty()) return std::nullopt;
    std::vector<Told> told =
        tellAll([&](const auto& socket) { return holder.ends_with("(" + processOf(socket) + ")"); });
    if (told.empty()) return std::nullopt;
    return outcomeOf(told.front(), answerPatience, arguments, workstation, notices, interrupt);
}

} // namespace servolane::cli
