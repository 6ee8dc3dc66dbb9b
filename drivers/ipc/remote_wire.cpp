// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ipc/remote_wire.h"

#include "drivers/ipc/message_fields.h"
#include "drivers/json/json_value.h"

#include <pthread.h>

namespace servolane::drivers::ipc {

namespace {

constexpr Duration wirePatience = std::chrono::seconds{2};
/// As often as the owner tells of packets.
constexpr Duration fetchInterval = std::chrono::milliseconds{40};
constexpr std::size_t keptBytes = 64ULL * 1024 * 1024;

} // namespace

Result<std::unique_ptr<RemoteWire>> RemoteWire::open(const std::filesystem::path& socket, Clock& clock) {
    auto client = Client::connect(socket);
    if (!client) return tl::make_unexpected(client.error());
    return std::unique_ptr<RemoteWire>(new RemoteWire(std::move(*client), clock));
}

RemoteWire::RemoteWire(Client client, Clock& clock)
    : clock_(clock)
    , client_(std::move(client)) {}

RemoteWire::~RemoteWire() {
    end();
}

void RemoteWire::end() {
    ending_.store(true, std::memory_order_release);
    watching_.store(false, std::memory_order_release);
    wake_.wake();
    if (!thread_.joinable()) return;
    client_.abandon();
    thread_.join();
}

bool RemoteWire::watch(BusId bus, bus::WireWatcher by) {
    if (thread_.joinable()) return bus == bus_ && watching_.load(std::memory_order_acquire);
    bus_ = bus;
    by_ = by;
    const auto first = ask(true, std::nullopt);
    if (!first) return false;
    next_ = first->next;
    unheardBefore_ = first->unheardBytes;
    watching_.store(true, std::memory_order_release);
    working_.watched = {{bus_, by_}};
    cell_.publish(std::make_shared<const bus::WireLog>(working_));
    thread_ = std::thread([this] { run(); });
    return true;
}

void RemoteWire::unwatch(BusId bus, bus::WireWatcher by) {
    if (bus != bus_ || by != by_) return;
    watching_.store(false, std::memory_order_release);
    wake_.wake();
}

void RemoteWire::leave(bus::WireWatcher by) {
    unwatch(bus_, by);
}

void RemoteWire::run() {
    ::pthread_setname_np(::pthread_self(), "remote wire");
    while (!ending_.load(std::memory_order_acquire) && fetch()) {
        if (hasMore_) continue;
        clock_.waitUntil(clock_.now() + fetchInterval, wake_);
        wake_.clear();
    }
    working_.watched.clear();
    cell_.publish(std::make_shared<const bus::WireLog>(working_));
}

bool RemoteWire::fetch() {
    const bool on = watching_.load(std::memory_order_acquire);
    const auto news = ask(on, next_);
    if (!news) return false;
    take(*news);
    return news->isWatching || news->hasMore;
}

Result<WireNews> RemoteWire::ask(bool on, std::optional<std::uint64_t> since) {
    json request{{"ask", "wire"}, {"bus", bus_.value}, {"on", on}};
    if (since) request["since"] = *since;
    const auto answer = client_.ask(std::move(request), wirePatience);
    if (!answer) return tl::make_unexpected(answer.error());
    static const ModelLookup none;
    WireNews news;
    try {
        JsonReader{none}(*answer, news);
    } catch (const std::exception& problem) {
        return failure(ErrorCode::corrupt, std::string("wire: ") + problem.what());
    }
    return news;
}

void RemoteWire::take(const WireNews& news) {
    next_ = news.next;
    hasMore_ = news.hasMore;
    if (clearing_.exchange(false, std::memory_order_acq_rel)) {
        working_.blocks.clear();
        working_.letGo = 0;
        weight_ = 0;
        unheardBefore_ = news.unheardBytes;
    }
    working_.letGo += news.letGo;
    // A person may have cleared the owner's list, and its count with it.
    unheardBefore_ = std::min(unheardBefore_, news.unheardBytes);
    working_.unheardBytes = news.unheardBytes - unheardBefore_;
    if (!news.packets.empty()) {
        auto block = std::make_shared<bus::WireBlock>(working_.end);
        for (const PacketNews& packet : news.packets) {
            bus::WireWords words;
            words.id = packet.id;
            words.instruction = *instructions_.insert(packet.instruction).first;
            words.text = packet.text;
            words.trouble = packet.trouble;
            block->add(packet.at, bus_, packet.direction, packet.bytes, words);
        }
        working_.end = block->end();
        weight_ += block->weight();
        working_.blocks.push_back(std::move(block));
        trim();
    }
    cell_.publish(std::make_shared<const bus::WireLog>(working_));
}

void RemoteWire::trim() {
    while (weight_ > keptBytes && working_.blocks.size() > 1) {
        weight_ -= working_.blocks.front()->weight();
        working_.letGo += working_.blocks.front()->size();
        working_.blocks.erase(working_.blocks.begin());
    }
}

} // namespace servolane::drivers::ipc
