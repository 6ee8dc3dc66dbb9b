// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/maestro/maestro_bus.h"

#include "drivers/line/group_collector.h"
#include "drivers/maestro/maestro.h"

#include <algorithm>
#include <utility>

namespace servolane::drivers::maestro {

using bus::GroupRead;
using bus::RegisterSpan;
using bus::Reply;

namespace {

/// The guide states no figure; USB adds a millisecond or two each way.
constexpr Duration answerPatience = std::chrono::milliseconds{15};
/// Pulses change every 20 ms; one that stands still longer than this has arrived, or is held up by a limit of
/// the channel.
constexpr Duration stillAfter = std::chrono::milliseconds{100};
constexpr std::size_t positionSize = 2; ///< of an answer
constexpr std::size_t errorsSize = 2;
constexpr std::size_t requestSize = 4;

std::string nameOfChannel(ServoId id) {
    const Place at = placeOf(id);
    return "channel " + std::to_string(at.channel) +
           (at.device == firstDevice ? std::string() : " of device " + std::to_string(at.device));
}

bool covers(RegisterSpan span, std::uint16_t address) {
    return address >= span.address && address < span.address + span.size;
}

Result<Reply> unsupportedReply(const char* why) {
    return failure(ErrorCode::unsupported, why);
}

/// The written values of a channel: each two bytes but the output.
struct Field {
    std::uint16_t address = 0;
    std::uint16_t size = 2;
};
constexpr std::array fields{Field{place::acceleration}, Field{place::speed}, Field{place::target},
                            Field{place::output, 1}};

/// Calls `each(address, value)` for every written value that the stretch holds, in order.
template <class Each>
void forEachField(std::uint16_t address, ByteView bytes, Each&& each) {
    for (const Field& field : fields) {
        if (field.address < address || field.address + field.size > address + bytes.size()) continue;
        const ByteView own = bytes.subspan(field.address - address, field.size);
        each(field.address, static_cast<std::uint16_t>(littleEndian(own)));
    }
}

} // namespace

MaestroBus::MaestroBus(bus::Transport& transport, Clock& clock)
    : line_(transport, clock)
    , clock_(clock) {}

const bus::FamilyTraits& MaestroBus::traits() const {
    static const bus::FamilyTraits own = maestro::traits();
    return own;
}

Result<ByteView> MaestroBus::ask(ServoId id, std::size_t size) {
    Expectation expectation;
    expectation.replyBytes = expectation.longestFrame = size;
    expectation.patience = answerPatience;
    if (auto sent = line_.send(request_, expectation, id); !sent) {
        doubtDevices(sent.error().code);
        return tl::make_unexpected(sent.error());
    }
    const auto corruptBefore = line_.parsed().corruptFrames;
    const auto answer = line_.nextFrame();
    const bool answered = answer && *answer;
    answered ? line_.markAnswered(id) : line_.markUnanswered(id);
    line_.conclude(answered);
    if (!answer) {
        doubtDevices(answer.error().code);
        return tl::make_unexpected(answer.error());
    }
    if (answered) return (*answer)->bytes;
    line_.countTimeout();
    if (line_.parsed().corruptFrames > corruptBefore)
        return failure(ErrorCode::corrupt, nameOfChannel(id) + ": not the " + std::to_string(size) +
                                               " bytes that were asked for");
    return failure(ErrorCode::timeout, nameOfChannel(id) + " does not answer");
}

/// A device that is fed by its adapter starts anew when that comes back, without speeds and accelerations.
void MaestroBus::doubtDevices(ErrorCode code) {
    if (code != ErrorCode::linkLost && code != ErrorCode::inputOutput) return;
    for (Device& device : devices_)
        device.known = false;
}

void MaestroBus::forgetChannels(ServoId id) {
    const auto first = channels_.begin() + id.value / channelsOfDevice * channelsOfDevice;
    const auto left = channels_.end() - first;
    std::fill(first, first + std::min<std::ptrdiff_t>(left, channelsOfDevice), Channel{});
}

Result<std::uint16_t> MaestroBus::look(ServoId id) {
    const Place at = placeOf(id);
    request_.clear();
    appendCommand(request_, at.device, Command::getPosition, ByteView(&at.channel, 1));
    const auto answer = ask(id, positionSize);
    if (!answer) return tl::make_unexpected(answer.error());
    const auto pulse = static_cast<std::uint16_t>(littleEndian(*answer));
    Channel& channel = channelOf(id);
    channel.on = pulse != 0;
    if (pulse != 0 && pulse != std::exchange(channel.pulse, pulse)) channel.changed = clock_.now();
    if (pulse != 0 && !channel.target) channel.target = pulse;
    return pulse;
}

Result<std::uint16_t> MaestroBus::takeErrors(ServoId id) {
    request_.clear();
    appendCommand(request_, placeOf(id).device, Command::getErrors);
    const auto answer = ask(id, errorsSize);
    if (!answer) return tl::make_unexpected(answer.error());
    const auto errors = static_cast<std::uint16_t>(littleEndian(*answer));
    deviceOf(id).errors = static_cast<std::uint16_t>(deviceOf(id).errors | errors);
    return errors;
}

Result<bus::ServoIdentity> MaestroBus::ping(ServoId id) {
    if (id.value > lastId) return failure(ErrorCode::invalid, "ids go up to " + std::to_string(lastId));
    Device& device = deviceOf(id);
    const Place at = placeOf(id);
    if (at.channel >= device.channels)
        return failure(ErrorCode::timeout, nameOfChannel(id) + " does not exist: the device has " +
                                               std::to_string(device.channels));
    // Errors from before are not those of what is sent from here on.
    if (!std::exchange(device.known, true)) {
        forgetChannels(id); // what it was told before it may have forgotten
        if (const auto errors = takeErrors(id); !errors) {
            device.known = false;
            return tl::make_unexpected(errors.error());
        }
    }
    const auto pulse = look(id);
    if (pulse) return bus::ServoIdentity{id, 0, 0};
    if (pulse.error().code != ErrorCode::timeout) return tl::make_unexpected(pulse.error());
    // A Maestro that does not have the channel notes a protocol error, which is ours to take back.
    const std::uint16_t before = device.errors;
    const auto errors = takeErrors(id);
    device.errors = before;
    if (errors && at.channel >= channelsOfSmallest) device.channels = at.channel;
    if (!errors) device.known = false;
    return tl::make_unexpected(pulse.error());
}

Result<Reply> MaestroBus::read(ServoId id, std::uint16_t address, MutableByteView into) {
    const RegisterSpan span{address, static_cast<std::uint16_t>(into.size())};
    if (into.empty() || address + into.size() > place::end)
        return failure(ErrorCode::invalid, "no value at address " + std::to_string(address));
    Channel& channel = channelOf(id);
    const bool wantsTarget = covers(span, place::target) && !channel.target;
    Reply reply;
    bool asked = false;
    if (wantsTarget || covers(span, place::output) || covers(span, place::moving) ||
        covers(span, place::pulse)) {
        if (const auto pulse = look(id); !pulse) return tl::make_unexpected(pulse.error());
        asked = true;
    }
    if (covers(span, place::errors)) {
        if (const auto errors = takeErrors(id); !errors) return tl::make_unexpected(errors.error());
        asked = true;
    }
    if (covers(span, place::speed) && !channel.speed)
        return failure(ErrorCode::unsupported,
                       "a Maestro does not tell its speed; it is known once it is written");
    if (covers(span, place::acceleration) && !channel.acceleration)
        return failure(ErrorCode::unsupported,
                       "a Maestro does not tell its acceleration; it is known once it is written");
    std::array<std::uint8_t, place::end> all{};
    const auto put = [&](std::uint16_t at, std::uint16_t value) {
        putLittleEndian(MutableByteView(all).subspan(at, 2), value);
    };
    put(place::acceleration, channel.acceleration.value_or(0));
    put(place::speed, channel.speed.value_or(0));
    put(place::target, channel.targetToSend());
    put(place::pulse, channel.on == true ? channel.pulse : channel.targetToSend());
    put(place::errors, deviceOf(id).errors);
    all[place::output] = channel.on == true ? 1 : 0;
    all[place::moving] = isMoving(channel) ? 1 : 0;
    std::copy_n(all.begin() + address, into.size(), into.begin());
    if (asked) reply.turnaround = std::max(Duration{}, line_.firstByteAt() - line_.requestEnd());
    return reply;
}

bool MaestroBus::isMoving(const Channel& channel) const {
    return channel.on == true && channel.target && channel.pulse != *channel.target &&
           clock_.now() - channel.changed < stillAfter;
}

Result<void> MaestroBus::checkWrite(ServoId id, RegisterSpan span, ByteView bytes) const {
    std::size_t known = 0;
    std::optional<std::uint16_t> target;
    forEachField(span.address, bytes, [&](std::uint16_t address, std::uint16_t value) {
        known += address == place::output ? 1 : 2;
        if (address == place::target) target = value;
    });
    if (known == 0 || known != bytes.size())
        return failure(ErrorCode::invalid, "no command writes " + std::to_string(bytes.size()) +
                                               " bytes at address " + std::to_string(span.address));
    if (target && (*target < shortestPulse || *target > longestPulse))
        return failure(ErrorCode::refused, nameOfChannel(id) + ": a pulse of " + std::to_string(*target) +
                                               " quarters of a µs is outside of " +
                                               std::to_string(shortestPulse) + "…" +
                                               std::to_string(longestPulse));
    return {};
}

void MaestroBus::appendWrite(ServoId id, std::uint16_t address, ByteView bytes) {
    const Channel& channel = channelOf(id);
    std::uint16_t target = channel.targetToSend();
    forEachField(address, bytes, [&](std::uint16_t at, std::uint16_t value) {
        switch (at) {
        case place::acceleration:
            return appendChannelCommand(request_, id, Command::setAcceleration, value);
        case place::speed:
            return appendChannelCommand(request_, id, Command::setSpeed, value);
        case place::target:
            target = value;
            // A target would switch the output on.
            if (channel.on == true) appendChannelCommand(request_, id, Command::setTarget, value);
            return;
        default:
            return appendChannelCommand(request_, id, Command::setTarget, value == 0 ? 0 : target);
        }
    });
}

void MaestroBus::keep(ServoId id, std::uint16_t address, ByteView bytes) {
    Channel& channel = channelOf(id);
    forEachField(address, bytes, [&](std::uint16_t at, std::uint16_t value) {
        switch (at) {
        case place::acceleration:
            channel.acceleration = value;
            return;
        case place::speed:
            channel.speed = value;
            return;
        case place::target:
            channel.target = value;
            channel.changed = clock_.now();
            return;
        default:
            if (value != 0 && channel.on != true) channel.pulse = channel.targetToSend(); // from off it jumps
            if (value != 0) channel.target = channel.targetToSend();
            channel.on = value != 0;
        }
    });
}

Result<Reply> MaestroBus::tell(ServoId id) {
    const Bytes command = request_;
    for (const bool again : {false, true}) {
        request_ = command;
        appendCommand(request_, placeOf(id).device, Command::getErrors);
        const auto answer = ask(id, errorsSize);
        if (!answer) return tl::make_unexpected(answer.error());
        const auto errors = static_cast<std::uint16_t>(littleEndian(*answer));
        Device& device = deviceOf(id);
        device.errors = static_cast<std::uint16_t>(device.errors | errors);
        if ((errors & serialErrors) == 0)
            return Reply{true, false, 0, std::max(Duration{}, line_.firstByteAt() - line_.requestEnd())};
        // What it noted may be older than this command; told twice, it does the same.
        if (again)
            return failure(ErrorCode::refused,
                           nameOfChannel(id) + ": the Maestro notes an error: " + errorsText(errors));
    }
    return Reply{};
}

Result<Reply> MaestroBus::write(ServoId id, std::uint16_t address, ByteView bytes) {
    const RegisterSpan span{address, static_cast<std::uint16_t>(bytes.size())};
    if (auto checked = checkWrite(id, span, bytes); !checked) return tl::make_unexpected(checked.error());
    if (!channelOf(id).on && covers(span, place::target))
        if (const auto pulse = look(id); !pulse) return tl::make_unexpected(pulse.error());
    request_.clear();
    appendWrite(id, address, bytes);
    Result<Reply> told = Reply{};
    if (!request_.empty()) told = tell(id);
    if (told) keep(id, address, bytes);
    return told;
}

Result<void> MaestroBus::writeGroup(RegisterSpan span, std::span<const bus::GroupWriteItem> items) {
    for (const auto& item : items) {
        if (auto checked = checkWrite(item.id, span, item.bytes); !checked) return checked;
        if (covers(span, place::target) && !channelOf(item.id).on)
            if (const auto pulse = look(item.id); !pulse) return tl::make_unexpected(pulse.error());
    }
    request_.clear();
    for (const auto& item : items)
        appendWrite(item.id, span.address, item.bytes);
    if (!request_.empty())
        if (auto sent = line_.send(request_); !sent) return sent;
    for (const auto& item : items)
        keep(item.id, span.address, item.bytes);
    return {};
}

Result<Reply> MaestroBus::registerWrite(ServoId, std::uint16_t, ByteView) {
    return unsupportedReply("a Maestro stores nothing for later");
}

Result<void> MaestroBus::action() {
    return failure(ErrorCode::unsupported, "a Maestro stores nothing for later");
}

Result<std::vector<bus::ServoIdentity>> MaestroBus::broadcastPing(Time, bool) {
    return failure(ErrorCode::unsupported, "each Maestro answers for itself alone");
}

Result<void> MaestroBus::broadcastWrite(std::uint16_t, ByteView) {
    return failure(ErrorCode::unsupported, "a Maestro takes no command for all channels");
}

Result<Bytes> MaestroBus::exchange(ByteView request, Duration wait) {
    // What is sent by hand may set anything.
    for (Channel& channel : channels_)
        channel = {};
    return line_.exchange(request, wait);
}

Result<void> MaestroBus::prepareGroup(GroupRead& group) {
    constexpr std::size_t longestSpan = place::end;
    if (auto checked = checkGroup(group, lastId, longestSpan); !checked) return checked;
    layOutGroup(group);
    return {};
}

Result<void> MaestroBus::readGroup(GroupRead& group) {
    return readOneByOne(group, *this, line_);
}

Duration MaestroBus::wireTime(const GroupRead& group, Duration returnDelay) const {
    const auto each = static_cast<Duration::rep>(requestSize + positionSize);
    const Duration byteTime = line_.byteTime();
    if (byteTime == Duration{}) return byteTime;
    return (byteTime * each + returnDelay) * static_cast<Duration::rep>(group.entries.size());
}

Result<Reply> MaestroBus::reboot(ServoId) {
    return unsupportedReply("a Maestro is restarted by its supply alone");
}

Result<Reply> MaestroBus::factoryReset(ServoId, bus::ResetScope) {
    return unsupportedReply("the settings of a Maestro are set over its own USB program");
}

Result<Reply> MaestroBus::clearTurns(ServoId) {
    return unsupportedReply("a PWM servo counts no turns");
}

} // namespace servolane::drivers::maestro
