// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/client.h"

#include "drivers/ipc/local_socket.h"
#include "drivers/ipc/messages.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace servolane::drivers::ipc {

using nlohmann::json;

namespace {

Time now() {
    return SystemClock().now();
}

tl::unexpected<Error> lost() {
    return failure(ErrorCode::linkLost, "the connection has ended");
}

std::string text(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<json> answerIn(const json& line) {
    if (const auto answer = line.find("answer"); answer != line.end()) return *answer;
    const auto error = line.find("error");
    if (error == line.end() || !error->is_object())
        return failure(ErrorCode::corrupt, "neither an answer nor an error came back");
    const std::string code = text(*error, "code");
    const ErrorCode kind = code == "wrong-version" ? ErrorCode::unsupported
                           : code == "not-allowed" ? ErrorCode::notAllowed
                                                   : ErrorCode::invalid;
    return failure(kind, text(*error, "message"));
}

/// Errors of the connection as a whole carry no id.
bool isFor(const json& line, std::int64_t id) {
    const auto found = line.find("id");
    return found == line.end() || !found->is_number_integer() || *found == id;
}

} // namespace

Result<Client> Client::connect(const std::filesystem::path& socket) {
    auto connection = connectTo(socket);
    if (!connection) return tl::make_unexpected(connection.error());
    if (peerUser(connection->number()) != ::geteuid())
        return failure(ErrorCode::notAllowed, "socket " + socket.string() + " is another user's");
    return Client(std::move(*connection));
}

Result<json> Client::ask(json request, Duration patience) {
    const Time until = now() + patience;
    if (auto posted = post(std::move(request), patience); !posted) return tl::make_unexpected(posted.error());
    return collect(until - now());
}

Result<void> Client::post(json request, Duration patience) {
    const Time until = now() + patience;
    request["v"] = protocolVersion;
    request["id"] = ++lastId_;
    const std::string line = request.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
    for (std::size_t at = 0; at < line.size();) {
        const auto sent = ::send(descriptor_.number(), line.data() + at, line.size() - at, MSG_NOSIGNAL);
        if (sent > 0) at += static_cast<std::size_t>(sent);
        if (sent >= 0 || errno == EINTR) continue;
        if (errno != EAGAIN) return lost();
        if (auto ready = waitFor(POLLOUT, until); !ready) return ready;
    }
    return {};
}

Result<json> Client::collect(Duration patience) {
    const Time until = now() + patience;
    for (;;) {
        const auto line = nextLine(until);
        if (!line) return tl::make_unexpected(line.error());
        const json answer = json::parse(*line, nullptr, false);
        if (!answer.is_object()) return failure(ErrorCode::corrupt, "the answer is not JSON");
        // Those before it are answers that were too late for whoever asked.
        if (isFor(answer, lastId_)) return answerIn(answer);
    }
}

Result<void> Client::waitFor(short what, Time until) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now()).count();
        pollfd entry{descriptor_.number(), what, 0};
        const int ready = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
        if (ready > 0) return {};
        if (ready == 0) return failure(ErrorCode::timeout, "no answer");
        if (errno != EINTR) return lost();
    }
}

Result<std::string> Client::nextLine(Time until) {
    std::size_t searched = 0;
    for (;;) {
        if (const auto end = received_.find('\n', searched); end != std::string::npos) {
            std::string line = received_.substr(0, end);
            received_.erase(0, end + 1);
            return line;
        }
        searched = received_.size();
        if (searched > longestAnswer) return failure(ErrorCode::corrupt, "the answer has no end");
        std::array<char, 65536> bytes;
        const auto got = ::recv(descriptor_.number(), bytes.data(), bytes.size(), 0);
        if (got > 0) received_.append(bytes.data(), static_cast<std::size_t>(got));
        if (got > 0 || (got < 0 && errno == EINTR)) continue;
        if (got == 0 || errno != EAGAIN) return lost();
        if (auto ready = waitFor(POLLIN, until); !ready) return tl::make_unexpected(ready.error());
    }
}

void Client::abandon() {
    ::shutdown(descriptor_.number(), SHUT_RDWR);
}

} // namespace servolane::drivers::ipc
