// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/remote_lane.h"

#include "drivers/ipc/command_json.h"
#include "drivers/ipc/message_fields.h"
#include "drivers/ipc/owners.h"
#include "drivers/json/json_value.h"

#include <algorithm>
#include <pthread.h>

namespace servolane::drivers::ipc {

using journal::CommandEntry;
using journal::CommandState;

namespace {

/// An owner answers within a millisecond even while its window is frozen; this is for a stopped process.
constexpr Duration answerPatience = std::chrono::seconds{2};
constexpr Duration lookInterval = std::chrono::milliseconds{10};
constexpr Duration eagerInterval = std::chrono::milliseconds{3}; ///< while a command is on its way
/// Ids of commands that failed on this side; the owner counts from 1.
constexpr std::uint64_t failedHereFrom = 1ULL << 63;
constexpr std::size_t requestFrame = 64; ///< bytes of version and number, at most

bool isEnd(CommandState state) {
    return state != CommandState::pending && state != CommandState::sent;
}

} // namespace

Result<std::unique_ptr<RemoteLane>> RemoteLane::open(const std::filesystem::path& socket, Clock& clock) {
    auto commands = Client::connect(socket);
    if (!commands) return tl::make_unexpected(commands.error());
    auto looks = Client::connect(socket);
    if (!looks) return tl::make_unexpected(looks.error());
    const auto hello = looks->ask({{"ask", "hello"}}, answerPatience);
    if (!hello) return tl::make_unexpected(hello.error());
    static const ModelLookup none;
    Greeting owner;
    try {
        JsonReader{none}(*hello, owner);
    } catch (const std::exception& problem) {
        return failure(ErrorCode::corrupt, std::string("hello: ") + problem.what());
    }
    return std::unique_ptr<RemoteLane>(
        new RemoteLane(std::move(*commands), std::move(*looks), std::move(owner), clock));
}

RemoteLane::RemoteLane(Client commands, Client looks, Greeting owner, Clock& clock)
    : clock_(clock)
    , owner_(std::move(owner))
    , commands_(std::move(commands))
    , looks_(std::move(looks))
    , registersSince_(clock.now())
    , thread_([this] { run(); }) {}

RemoteLane::~RemoteLane() {
    ending_.store(true, std::memory_order_release);
    wake_.wake();
    looks_.abandon();
    thread_.join();
}

CommandId RemoteLane::send(api::CommandBody body, api::Asker asker) {
    if (std::holds_alternative<motion::Stop>(body)) return stop(asker);
    return order({{"ask", "send"}, {"command", commandToJson(body)}}, body);
}

/// Who asks is known to the owner: whatever comes through this connection is one command line.
CommandId RemoteLane::stop(api::Asker) {
    return order({{"ask", "stop"}}, motion::Stop{});
}

CommandId RemoteLane::order(json request, const api::CommandBody& body) {
    // The other end would close the connection.
    if (const auto size = request.dump().size() + requestFrame; size > longestRequest)
        return failHere(body, {ErrorCode::invalid, "it takes " + std::to_string(size) +
                                                       " bytes, and a request has at most " +
                                                       std::to_string(longestRequest)});
    // A stop is told even to one that seems to be gone.
    if (const auto gone = lost(); gone && !std::holds_alternative<motion::Stop>(body))
        return failHere(body, *gone);
    if (!std::holds_alternative<bus::ConnectBus>(body) && !std::holds_alternative<access::SetRole>(body))
        commanded_.store(true, std::memory_order_release);
    Result<json> answer = failure(ErrorCode::linkLost);
    {
        const std::lock_guard lock(commandMutex_);
        answer = commands_.ask(std::move(request), answerPatience);
    }
    if (!answer && answer.error().code == ErrorCode::invalid) return failHere(body, answer.error());
    if (!answer) lose(answer.error());
    if (const auto gone = lost()) return failHere(body, *gone);
    const auto id = answer->find("command");
    if (id == answer->end() || !id->is_number_unsigned())
        return failHere(body, {ErrorCode::corrupt, "the owner gave the command no number"});
    const CommandId command{id->get<std::uint64_t>()};
    follow(command);
    return command;
}

void RemoteLane::follow(CommandId command) {
    {
        const std::lock_guard lock(mutex_);
        followed_.insert(command);
    }
    wake_.wake();
}

void RemoteLane::renewLease(AxisId axis, Duration validFor, api::Asker) {
    const std::lock_guard lock(commandMutex_);
    const auto answer = commands_.ask(
        {{"ask", "renew"}, {"axis", axis.value}, {"valid_for_ns", validFor.count()}}, answerPatience);
    if (!answer && answer.error().code != ErrorCode::invalid) lose(answer.error());
}

api::ReadModels RemoteLane::readModels() const {
    return {buses_, axes_, logCell_, events_, traces_, registers_, recording_, access_, machine_};
}

std::optional<Error> RemoteLane::lost() const {
    const std::lock_guard lock(mutex_);
    return lost_;
}

void RemoteLane::run() {
    ::pthread_setname_np(::pthread_self(), "remote lane");
    while (!ending_.load(std::memory_order_acquire) && lookOnce()) {
        const bool eager = !seen().commands.empty();
        clock_.waitUntil(clock_.now() + (eager ? eagerInterval : lookInterval), wake_);
        wake_.clear();
    }
}

bool RemoteLane::lookOnce() {
    const auto answer = looks_.ask({{"ask", "look"}, {"seen", JsonWriter{}(seen())}}, answerPatience);
    if (ending_.load(std::memory_order_acquire) || lost()) return false;
    if (!answer) {
        lose(answer.error());
        return false;
    }
    try {
        publish(newsFrom(*answer));
    } catch (const std::exception& problem) {
        lose({ErrorCode::corrupt, problem.what()});
        return false;
    }
    return true;
}

Seen RemoteLane::seen() const {
    const std::lock_guard lock(mutex_);
    return {buses_.read()->upTo, axes_.read()->upTo, registersSince_, {followed_.begin(), followed_.end()}};
}

News RemoteLane::newsFrom(const json& answer) {
    const ModelLookup models = [this](const std::string& name, const std::string&, std::uint32_t) {
        return modelNamed(name);
    };
    News news;
    JsonReader{models}(answer, news);
    return news;
}

/// The owner's own word about it: its model files need not be those of this process.
std::shared_ptr<const registers::ServoModel> RemoteLane::modelNamed(const std::string& name) {
    auto& known = models_[name];
    if (known) return known;
    const auto answer = looks_.ask({{"ask", "model"}, {"name", name}}, answerPatience);
    if (!answer) throw std::runtime_error("model " + name + ": " + answer.error().detail);
    static const ModelLookup none;
    auto model = std::make_shared<registers::ServoModel>();
    JsonReader{none}(*answer, *model);
    known = std::move(model);
    return known;
}

/// The log last: whoever sees a command confirmed finds in the boards what it did.
void RemoteLane::publish(News news) {
    if (news.buses) buses_.publish(std::make_shared<const bus::BusBoard>(std::move(*news.buses)));
    recording_.publish(std::make_shared<const session::RecordingBoard>(std::move(news.recording)));
    if (news.axes) axes_.publish(std::make_shared<const motion::AxisBoard>(std::move(*news.axes)));
    publishRegisters(news.registers);
    storedUpTo_.store(news.storedUpTo.value, std::memory_order_release);
    journalFailing_.store(news.journalFailing, std::memory_order_release);
    publishLog(news.commands, news.commandsUpTo);
    filled_.store(true, std::memory_order_release);
}

void RemoteLane::publishRegisters(const std::vector<RegisterNews>& news) {
    if (news.empty()) return;
    auto board = std::make_shared<registers::RegisterBoard>(*registers_.read());
    for (const RegisterNews& each : news) {
        board->axes[each.axis][each.name] = {each.raw, each.at};
        registersSince_ = std::max(registersSince_, each.at);
    }
    registers_.publish(std::move(board));
}

void RemoteLane::publishLog(const std::vector<CommandEntry>& entries, Sequence upTo) {
    const std::lock_guard lock(mutex_);
    for (const CommandEntry& entry : entries) {
        const auto known = std::find_if(log_.entries.begin(), log_.entries.end(),
                                        [&](const CommandEntry& other) { return other.id == entry.id; });
        if (known == log_.entries.end())
            log_.entries.push_back(entry);
        else
            *known = entry;
        if (isEnd(entry.state)) followed_.erase(entry.id);
    }
    log_.upTo = std::max(log_.upTo, upTo);
    if (log_.entries.size() > journal::CommandLog::capacity) log_.entries.erase(log_.entries.begin());
    logCell_.publish(std::make_shared<const journal::CommandLog>(log_));
}

void RemoteLane::lose(Error error) {
    std::vector<CommandEntry> failed;
    {
        const std::lock_guard lock(mutex_);
        if (lost_) return;
        lost_ = Error{ErrorCode::linkLost, nameOf(owner_) + " has gone: " + error.detail};
        for (const CommandId id : followed_) {
            CommandEntry entry;
            if (const CommandEntry* known = log_.find(id)) entry = *known;
            entry.id = id;
            entry.state = CommandState::failed;
            entry.error = *lost_;
            failed.push_back(std::move(entry));
        }
    }
    failAxes();
    publishLog(failed, {});
}

void RemoteLane::failAxes() {
    auto buses = std::make_shared<bus::BusBoard>(*buses_.read());
    for (bus::BusView& view : buses->buses)
        view.state = bus::LinkState::closed; // nobody brings it back, as would be with a lost one
    buses_.publish(std::move(buses));
    auto axes = std::make_shared<motion::AxisBoard>(*axes_.read());
    for (motion::AxisView& view : axes->axes) {
        view.silent = true;
        view.state = motion::AxisState::silent;
        if (view.activity != motion::Activity::none)
            view.lastEnd = motion::MoveEnded{view.axis->id, motion::EndReason::busLost};
        view.activity = motion::Activity::none;
    }
    axes_.publish(std::move(axes));
}

CommandId RemoteLane::failHere(const api::CommandBody& body, Error error) {
    CommandEntry entry;
    {
        const std::lock_guard lock(mutex_);
        entry.id = {failedHereFrom + ++failedHere_};
    }
    entry.asker = api::Asker::commandLine;
    entry.description = api::describe(body);
    entry.state = CommandState::failed;
    entry.at = clock_.now();
    entry.error = std::move(error);
    publishLog({entry}, {});
    return entry.id;
}

} // namespace servolane::drivers::ipc
