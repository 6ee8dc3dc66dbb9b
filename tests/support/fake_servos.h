// SPDX-License-Identifier: GPL-3.0-or-later
// A ServoBus without bytes: each servo is a control table in memory, each transaction takes a fixed time of
// the clock that it is given. For tests of core/runtime, which must not depend on a driver; pipeline tests
// use the real ones.
#pragma once

#include "core/bus/servo_bus.h"
#include "core/kernel/clock.h"
#include "core/runtime/wire/bus_parts.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace servolane::tests {

/// What the test can reach while the bus thread works with it.
struct FakeServos {
    struct Servo {
        std::uint32_t model = 1020;
        std::uint32_t firmware = 48;
        Bytes table = Bytes(256);
        bool silent = false;
        int pingsLost = 0; ///< so many are not answered
        std::optional<std::uint16_t> refused;
        bool alert = false;
        bool mute = false; ///< status return level 0: hears all, answers pings only
    };

    mutable std::mutex mutex;
    std::map<std::uint8_t, Servo> servos;
    bool plugged = true;
    int opens = 0;
    std::uint32_t baud = 0;       ///< the line's
    std::uint32_t servoBaud = 0;  ///< that the servos are set to; 0: they hear any
    bool deafToAll = false;       ///< broadcasts get lost
    std::set<std::uint8_t> noisy; ///< a ping of these ids is followed by bytes that are part of no answer
    Duration timeout{};           ///< what a wait for an answer costs besides the transaction
    bool refusesReads = false;    ///< the driver knows that no read will be answered
    std::vector<ServoId> doubled; ///< ids that answer a broadcast ping twice
    [[nodiscard]] bool isHeard() const { return servoBaud == 0 || servoBaud == baud; }
    std::vector<std::string> log; ///< "write 1 @116 = 00 02 00 00", "broadcast @64 = 00", …

    void add(std::uint8_t id, std::int32_t position = 2048) {
        const std::lock_guard lock(mutex);
        Servo servo;
        servo.table[11] = 3;  // position mode
        servo.table[9] = 250; // return delay
        servo.table[68] = 2;  // answers all
        putLittleEndian(MutableByteView(servo.table).subspan(48, 4), 4095);
        putLittleEndian(MutableByteView(servo.table).subspan(44, 4), 200);
        putLittleEndian(MutableByteView(servo.table).subspan(132, 4), position);
        putLittleEndian(MutableByteView(servo.table).subspan(116, 4), position);
        servos[id] = std::move(servo);
    }
    [[nodiscard]] std::int64_t value(std::uint8_t id, std::size_t address, std::size_t size) const {
        const std::lock_guard lock(mutex);
        return signedLittleEndian(ByteView(servos.at(id).table).subspan(address, size));
    }
    void set(std::uint8_t id, std::size_t address, std::size_t size, std::int64_t raw) {
        const std::lock_guard lock(mutex);
        putLittleEndian(MutableByteView(servos.at(id).table).subspan(address, size), raw);
    }
    void setSilent(std::uint8_t id, bool silent) {
        const std::lock_guard lock(mutex);
        servos.at(id).silent = silent;
    }
    void setAlert(std::uint8_t id, bool alert) {
        const std::lock_guard lock(mutex);
        servos.at(id).alert = alert;
    }
    /// It answers that it does not take what is written there.
    void refuse(std::uint8_t id, std::uint16_t address) {
        const std::lock_guard lock(mutex);
        servos.at(id).refused = address;
    }
    void setMute(std::uint8_t id, bool mute) {
        const std::lock_guard lock(mutex);
        servos.at(id).mute = mute;
    }
    void setPlugged(bool isPlugged) {
        const std::lock_guard lock(mutex);
        plugged = isPlugged;
    }
    [[nodiscard]] std::vector<std::string> writes() const {
        const std::lock_guard lock(mutex);
        return log;
    }
    void forget() {
        const std::lock_guard lock(mutex);
        log.clear();
    }
};

class FakeTransport final : public bus::Transport {
public:
    explicit FakeTransport(std::shared_ptr<FakeServos> world)
        : world_(std::move(world)) {}
    Result<void> open(const bus::LineSettings& settings) override {
        const std::lock_guard lock(world_->mutex);
        ++world_->opens;
        world_->baud = settings.baud;
        if (!world_->plugged) return failure(ErrorCode::notFound, settings.path);
        open_ = true;
        return {};
    }
    void close() override { open_ = false; }
    bool isOpen() const override { return open_; }
    Result<void> setBaud(std::uint32_t baud) override {
        const std::lock_guard lock(world_->mutex);
        world_->baud = baud;
        return {};
    }
    Result<void> write(ByteView) override { return {}; }
    Result<std::size_t> read(MutableByteView, Time) override { return std::size_t{0}; }
    Result<void> discardInput() override { return {}; }
    bus::LineTiming timing() const override { return {}; }

private:
    std::shared_ptr<FakeServos> world_;
    bool open_ = false;
};

class FakeServoBus final : public bus::ServoBus {
public:
    FakeServoBus(std::shared_ptr<FakeServos> world, Clock& clock, const Waker& stop)
        : world_(std::move(world))
        , clock_(clock)
        , stop_(stop) {
        traits_.name = "fake";
        traits_.groupRead = traits_.groupWrite = traits_.broadcastWrite = traits_.broadcastPing = true;
        traits_.confirmsWrites = true;
    }
    FakeServoBus(std::shared_ptr<FakeServos> world, Clock& clock, const Waker& stop, bus::FamilyTraits traits)
        : FakeServoBus(std::move(world), clock, stop) {
        traits_ = std::move(traits);
    }

    const bus::FamilyTraits& traits() const override { return traits_; }
    Result<bus::ServoIdentity> ping(ServoId id) override {
        if (world_->noisy.contains(id.value)) ++counters_.foreignBytes;
        const auto servo = find(id);
        if (!servo) return tl::make_unexpected(servo.error());
        if ((*servo)->pingsLost > 0) {
            --(*servo)->pingsLost;
            return failure(ErrorCode::timeout);
        }
        return bus::ServoIdentity{id, (*servo)->model, (*servo)->firmware};
    }
    Result<std::vector<bus::ServoIdentity>> broadcastPing(Time until, bool resume) override {
        if (clock_.waitUntil(until, stop_)) return failure(ErrorCode::interrupted);
        const std::lock_guard lock(world_->mutex);
        if (!world_->plugged) return failure(ErrorCode::linkLost, "unplugged");
        std::vector<bus::ServoIdentity> all;
        if (resume) return all;
        for (const auto& [id, servo] : world_->servos)
            if (!servo.silent && world_->isHeard()) all.push_back({{id}, servo.model, servo.firmware});
        return all;
    }
    std::vector<ServoId> takeDoubled() override { return world_->doubled; }
    Duration broadcastPingWindow() const override { return std::chrono::milliseconds{20}; }

    Result<bus::Reply> read(ServoId id, std::uint16_t address, MutableByteView into) override {
        const auto servo = find(id);
        if (!servo) return tl::make_unexpected(servo.error());
        const std::lock_guard lock(world_->mutex);
        if (world_->refusesReads) return failure(ErrorCode::unsupported, "answers pings only");
        if ((*servo)->mute) return noAnswer();
        const ByteView from = ByteView((*servo)->table).subspan(address, into.size());
        std::copy(from.begin(), from.end(), into.begin());
        return bus::Reply{};
    }
    Result<bus::Reply> write(ServoId id, std::uint16_t address, ByteView bytes) override {
        const auto servo = find(id);
        if (!servo) return tl::make_unexpected(servo.error());
        const std::lock_guard lock(world_->mutex);
        note("write " + std::to_string(id.value), address, bytes);
        if ((*servo)->refused == address) return failure(ErrorCode::refused, "it does not take that");
        std::copy(bytes.begin(), bytes.end(), (*servo)->table.begin() + address);
        if ((*servo)->mute) return noAnswer();
        return bus::Reply{};
    }
    Result<bus::Reply> registerWrite(ServoId, std::uint16_t, ByteView) override {
        return failure(ErrorCode::unsupported);
    }
    Result<void> action() override { return failure(ErrorCode::unsupported); }
    Result<void> writeGroup(bus::RegisterSpan span, std::span<const bus::GroupWriteItem> items) override {
        spend();
        const std::lock_guard lock(world_->mutex);
        for (const auto& item : items) {
            note("group " + std::to_string(item.id.value), span.address, item.bytes);
            const auto servo = world_->servos.find(item.id.value);
            if (servo != world_->servos.end() && !servo->second.silent && world_->isHeard())
                std::copy(item.bytes.begin(), item.bytes.end(), servo->second.table.begin() + span.address);
        }
        return {};
    }
    Result<void> broadcastWrite(std::uint16_t address, ByteView bytes) override {
        spend();
        const std::lock_guard lock(world_->mutex);
        note("broadcast", address, bytes);
        for (auto& [id, servo] : world_->servos)
            if (!servo.silent && world_->isHeard() && !world_->deafToAll)
                std::copy(bytes.begin(), bytes.end(), servo.table.begin() + address);
        return {};
    }
    Result<void> prepareGroup(bus::GroupRead& group) override {
        std::uint32_t at = 0;
        for (auto& slot : group.entries) {
            slot.dataAt = at;
            at += slot.span.size;
        }
        group.data.assign(at, 0);
        return {};
    }
    Result<void> readGroup(bus::GroupRead& group) override {
        spend();
        const std::lock_guard lock(world_->mutex);
        if (!world_->plugged) return failure(ErrorCode::linkLost, "unplugged");
        group.time = clock_.now();
        for (auto& slot : group.entries) {
            const auto& servo = world_->servos.at(slot.id.value);
            const bool answers = !servo.silent && !servo.mute && world_->isHeard();
            slot.state = answers ? bus::SlotState::answered : bus::SlotState::silent;
            slot.alert = servo.alert;
            if (!answers) continue;
            const ByteView from = ByteView(servo.table).subspan(slot.span.address, slot.span.size);
            std::copy(from.begin(), from.end(), group.data.begin() + slot.dataAt);
        }
        return {};
    }
    Duration wireTime(const bus::GroupRead&, Duration) const override { return transaction; }
    Result<bus::Reply> reboot(ServoId id) override {
        const auto servo = find(id);
        if (!servo) return tl::make_unexpected(servo.error());
        return bus::Reply{};
    }
    Result<bus::Reply> factoryReset(ServoId, bus::ResetScope) override {
        return failure(ErrorCode::unsupported);
    }
    Result<bus::Reply> clearTurns(ServoId) override { return failure(ErrorCode::unsupported); }
    const bus::LinkCounters& counters() const override { return counters_; }

private:
    static constexpr Duration transaction = std::chrono::microseconds{200};

    void spend() {
        static const Waker never;
        clock_.waitUntil(clock_.now() + transaction, never);
    }
    Result<FakeServos::Servo*> find(ServoId id) {
        spend();
        const std::lock_guard lock(world_->mutex);
        if (!world_->plugged) return failure(ErrorCode::linkLost, "unplugged");
        const auto servo = world_->servos.find(id.value);
        if (servo == world_->servos.end() || servo->second.silent || !world_->isHeard()) return noAnswer();
        return &servo->second;
    }
    tl::unexpected<Error> noAnswer() {
        static const Waker never;
        clock_.waitUntil(clock_.now() + world_->timeout, never);
        return failure(ErrorCode::timeout);
    }
    void note(std::string what, std::uint16_t address, ByteView bytes) {
        what += " @" + std::to_string(address) + " =";
        static constexpr char digits[] = "0123456789ABCDEF";
        for (const auto byte : bytes)
            what += std::string(" ") + digits[byte >> 4] + digits[byte & 15];
        world_->log.push_back(std::move(what));
    }

    std::shared_ptr<FakeServos> world_;
    Clock& clock_;
    const Waker& stop_;
    bus::FamilyTraits traits_;
    bus::LinkCounters counters_;
};

[[nodiscard]] inline runtime::BusFactory fakeBusFactory(std::shared_ptr<FakeServos> world) {
    return [world](const bus::LinkSettings&, Clock& clock, const Waker& stop) -> Result<runtime::BusParts> {
        runtime::BusParts parts;
        parts.transport = std::make_unique<FakeTransport>(world);
        parts.servos = std::make_unique<FakeServoBus>(world, clock, stop);
        return parts;
    };
}

} // namespace servolane::tests
