// SPDX-License-Identifier: GPL-3.0-or-later
// Transactions, finding drives, reads and writes. What makes a drive move is in drive_control.cpp.
#include "drivers/modbus/modbus_bus.h"

#include "drivers/line/group_collector.h"
#include "drivers/modbus/cia402.h"
#include "drivers/modbus/modbus.h"

#include <algorithm>
#include <utility>

namespace servolane::drivers::modbus {

using bus::GroupRead;
using bus::GroupSlot;
using bus::Reply;
using bus::SlotState;
using registers::RegisterSpace;

namespace {

std::string nameOfUnit(ServoId id) {
    return "unit " + std::to_string(id.value);
}

bool breaksOff(ErrorCode code) {
    return code == ErrorCode::linkLost || code == ErrorCode::interrupted || code == ErrorCode::inputOutput;
}

/// Marks that say a value tell more than those that only have to be there.
std::size_t telling(const registers::ServoModel& model) {
    std::size_t points = model.drive->units.empty() ? 0 : 100;
    for (const auto& mark : model.drive->marks)
        points += mark.values.empty() ? 1 : 2;
    return points;
}

Expectation expectationOf(std::size_t answer, Duration patience) {
    Expectation expectation;
    expectation.replyBytes = expectation.longestFrame = answer;
    expectation.isRead = true; // of a write, too, the answer before may come twice
    expectation.patience = patience;
    return expectation;
}

/// Three are enough: two lengths may be owed.
constexpr std::size_t mostLengths = 3;

/// Single registers, and such as stand in a row, that one request reads; the shortest of each length.
std::vector<WireSpan> readsOfEachLength(const registers::ServoModel& model) {
    std::vector<WireSpan> reads;
    const auto add = [&](std::uint16_t address, std::size_t size) {
        if (reads.size() == mostLengths) return;
        const ReadPlan plan = planRead(model, {address, static_cast<std::uint16_t>(size)});
        if (plan.spans.size() != 1 || plan.spans[0].isBits()) return;
        const bool isNew = std::ranges::none_of(
            reads, [&](const WireSpan& known) { return known.answerSize() == plan.spans[0].answerSize(); });
        if (isNew) reads.push_back(plan.spans[0]);
    };
    for (const auto& each : model.registers)
        if (!each.isUnreadable) add(each.address, each.size);
    for (const auto& each : model.registers)
        for (const auto& next : model.registers)
            if (next.address == each.address + each.size && !each.isUnreadable && !next.isUnreadable)
                add(each.address, each.size + next.size);
    return reads;
}

/// Bits of an answer into a byte each.
void spread(ByteView packed, std::uint16_t count, MutableByteView into) {
    for (std::size_t bit = 0; bit < count; ++bit)
        into[bit] = packed[bit / 8] >> (bit % 8) & 1U;
}

Result<Reply> unsupportedReply(const char* why) {
    return failure(ErrorCode::unsupported, why);
}

} // namespace

ModbusBus::ModbusBus(bus::Transport& transport, Clock& clock, const registers::ModelCatalog& models)
    : transport_(transport)
    , clock_(clock)
    , line_(transport, clock) {
    for (const auto& model : models.all())
        if (model->family == familyName && model->drive) models_.push_back(model);
    std::ranges::stable_sort(models_, std::ranges::greater{},
                             [](const Model& model) { return telling(*model); });
    for (const auto& model : models_)
        longestAnswerTime_ = std::max(longestAnswerTime_, model->drive->answerTime);
    request_.reserve(longestFrame);
}

const bus::FamilyTraits& ModbusBus::traits() const {
    static const bus::FamilyTraits own = modbus::traits();
    return own;
}

Duration ModbusBus::answerTime(ServoId id) const {
    const Model& model = units_[id.value].model;
    return model ? model->drive->answerTime : longestAnswerTime_;
}

Duration ModbusBus::pauseOf(ServoId id) const {
    // 3.5 characters of 11 bits; above 19,200 bit/s a fixed 1.75 ms (Serial Line V1.02, 2.5.1.1). A byte of
    // the line has 10 bits.
    constexpr Duration fixed = std::chrono::microseconds{1750};
    constexpr std::int64_t tenthsOfBytes = 39;
    const Duration byteTime = line_.byteTime();
    if (byteTime == Duration{}) return {};
    const Duration own = units_[id.value].model ? units_[id.value].model->drive->pause : Duration{};
    return std::max(fixed, byteTime * tenthsOfBytes / 10) + own;
}

void ModbusBus::keepPause(ServoId id) {
    const Time until = quietSince_ + pauseOf(id);
    if (until > clock_.now()) clock_.waitUntil(until, never_);
}

Result<Frame> ModbusBus::transact(ServoId id, ByteView request, const Expectation& expectation) {
    keepPause(id);
    if (auto sent = line_.send(request, expectation, id); !sent) return tl::make_unexpected(sent.error());
    auto frame = awaitAnswer(id);
    quietSince_ = clock_.now();
    return frame;
}

Result<Frame> ModbusBus::awaitAnswer(ServoId id) {
    const auto corruptBefore = line_.parsed().corruptFrames;
    auto next = line_.nextFrame();
    if (next && !*next) *next = line_.recoverFrame();
    const bool answered = next && *next;
    answered ? line_.markAnswered(id) : line_.markLate(id);
    // An exception does not tell what was asked: an earlier request may have been refused.
    if (answered && !(*next)->isException()) line_.settle(id, (*next)->wireSize);
    line_.conclude(answered);
    if (!next) return tl::make_unexpected(next.error());
    if (*next && !(*next)->isException()) return **next;
    if (*next) {
        line_.countRefusal();
        const std::uint8_t code = (*next)->data.empty() ? 0 : (*next)->data[0];
        return failure(ErrorCode::refused, nameOfUnit(id) + ": exception " + std::to_string(code) + " (" +
                                               std::string(nameOfException(code)) + ")");
    }
    line_.countTimeout();
    if (line_.parsed().corruptFrames > corruptBefore)
        return failure(ErrorCode::corrupt, nameOfUnit(id) + ": checksum");
    return failure(ErrorCode::timeout, nameOfUnit(id) + " does not answer");
}

Result<void> ModbusBus::outrunLateAnswers(ServoId id, std::size_t late) {
    auto& lengths = units_[id.value].lengths;
    const auto other = std::ranges::find_if(
        lengths, [&](const WireSpan& span) { return !line_.isAmbiguous(id, span.answerSize()); });
    if (other == lengths.end()) return {}; // nothing could be told from it: sending waits a little
    request_.clear();
    appendRequest(request_, id, other->reading(), other->first, other->count);
    Expectation expectation = expectationOf(other->answerSize(), answerTime(id) + line_.latePatience());
    expectation.lateSize = late;
    const auto answer = transact(id, request_, expectation);
    if (answer) return {};
    // What an exception refuses nobody can tell; this drive lacks what its profile has.
    if (answer.error().code != ErrorCode::refused) return tl::make_unexpected(answer.error());
    lengths.erase(other);
    return {};
}

Result<void> ModbusBus::readSpan(ServoId id, const WireSpan& span, MutableByteView into) {
    Duration patience = answerTime(id);
    if (line_.isAmbiguous(id, span.answerSize())) {
        if (auto outrun = outrunLateAnswers(id, span.answerSize()); !outrun) return outrun;
        patience += line_.latePatience(); // it lives, and was late a moment ago
    }
    request_.clear();
    appendRequest(request_, id, span.reading(), span.first, span.count);
    const auto answer = transact(id, request_, expectationOf(span.answerSize(), patience));
    if (!answer) return tl::make_unexpected(answer.error());
    const ByteView data = answer->data.subspan(1);
    if (span.isBits())
        spread(data, span.count, into);
    else
        std::ranges::copy(data, into.begin());
    return {};
}

Result<void> ModbusBus::readPlan(ServoId id, const ReadPlan& plan) {
    if (read_.size() < plan.size) read_.resize(plan.size);
    for (const WireSpan& span : plan.spans)
        if (auto done = readSpan(id, span, MutableByteView(read_).subspan(span.at, span.bytes())); !done)
            return done;
    lookAtStatus(id, plan);
    return {};
}

void ModbusBus::lookAtStatus(ServoId id, const ReadPlan& plan) {
    const registers::ServoModel& model = *units_[id.value].model;
    if (!model.drive->hasCia402) return;
    const Register* status = model.find(std::string_view(model.drive->cia402.status));
    const auto at = status ? plan.find(*status) : std::nullopt;
    if (!at) return;
    const auto state =
        cia402::stateOf(static_cast<std::uint32_t>(status->rawFrom(ByteView(read_).subspan(*at))));
    units_[id.value].alert = state == cia402::State::fault || state == cia402::State::faultReaction;
}

Reply ModbusBus::replyOf(ServoId id) const {
    return {true, units_[id.value].alert, 0, std::max(Duration{}, line_.firstByteAt() - line_.requestEnd())};
}

/// Whether the unit has every mark of this kind. A refusal to read one is an answer, too.
Result<bool> ModbusBus::bears(ServoId id, const registers::ServoModel& model) {
    for (const auto& mark : model.drive->marks) {
        const Register* source = model.find(std::string_view(mark.name));
        if (source == nullptr) return false;
        const ReadPlan plan = planRead(model, source->span());
        Bytes bytes(plan.size);
        for (const WireSpan& span : plan.spans) {
            const auto read = readSpan(id, span, MutableByteView(bytes).subspan(span.at, span.bytes()));
            if (!read && read.error().code == ErrorCode::refused) return false;
            if (!read) return tl::make_unexpected(read.error());
        }
        const auto raw = static_cast<std::uint32_t>(source->rawFrom(bytes));
        const bool any = mark.values.empty();
        if (!any && std::ranges::find(mark.values, raw & mark.mask) == mark.values.end()) return false;
    }
    return true;
}

Result<bus::ServoIdentity> ModbusBus::ping(ServoId id) {
    if (id.value < firstUnit || id.value > lastUnit)
        return failure(ErrorCode::invalid, "units have the ids 1 to 247");
    Unit& unit = units_[id.value];
    // The one it was found as before is tried first.
    std::vector<Model> candidates;
    if (unit.model) candidates.push_back(unit.model);
    for (const Model& model : models_) {
        const auto& units = model->drive->units;
        const bool allowed = units.empty() || std::ranges::count(units, id.value) > 0;
        if (allowed && model != unit.model) candidates.push_back(model);
    }
    for (const Model& model : candidates) {
        const auto same = bears(id, *model);
        if (!same) return tl::make_unexpected(same.error());
        if (!*same) continue;
        unit.model = model;
        unit.lengths = readsOfEachLength(*model);
        return bus::ServoIdentity{id, model->number, 0};
    }
    unit.model = nullptr;
    if (!candidates.empty()) return bus::ServoIdentity{id, 0, 0}; // it has refused, so somebody is there
    return failure(ErrorCode::unsupported, "no drive profile is loaded");
}

Result<ModbusBus::Model> ModbusBus::modelOf(ServoId id) {
    if (const Model& known = units_[id.value].model) return known;
    const auto found = ping(id);
    if (!found) return tl::make_unexpected(found.error());
    if (const Model& known = units_[id.value].model) return known;
    return failure(ErrorCode::unsupported, nameOfUnit(id) + " is of no known kind");
}

Result<Reply> ModbusBus::read(ServoId id, std::uint16_t address, MutableByteView into) {
    const auto model = modelOf(id);
    if (!model) return tl::make_unexpected(model.error());
    const ReadPlan plan = planRead(**model, {address, static_cast<std::uint16_t>(into.size())});
    if (plan.pieces.empty())
        return failure(ErrorCode::invalid,
                       "no register of " + (*model)->name + " at " + std::to_string(address));
    if (auto done = readPlan(id, plan); !done) return tl::make_unexpected(done.error());
    plan.fill(read_, into);
    return replyOf(id);
}

Result<void> ModbusBus::writeWire(ServoId id, const Register& target, ByteView bytes) {
    const registers::ServoModel& model = *units_[id.value].model;
    const std::uint16_t address = target.place->wire;
    request_.clear();
    if (target.place->space == RegisterSpace::coil)
        appendCoilWrite(request_, id, address, bytes[0] != 0);
    else if (bytes.size() == 2 && model.drive->singleWrites)
        appendRequest(request_, id, Function::writeRegister, address, wordAt(bytes, 0));
    else
        appendRegistersWrite(request_, id, address, bytes);
    constexpr std::size_t echoed = bareSize + 4;
    const auto answer = transact(id, request_, expectationOf(echoed, answerTime(id)));
    if (!answer) return tl::make_unexpected(answer.error());
    // The answer repeats address and value, or address and number of registers.
    if (!std::ranges::equal(answer->data, ByteView(request_).subspan(2, 4)))
        return failure(ErrorCode::corrupt, nameOfUnit(id) + ": an answer to another write");
    return {};
}

Result<Reply> ModbusBus::write(ServoId id, std::uint16_t address, ByteView bytes) {
    const auto model = modelOf(id);
    if (!model) return tl::make_unexpected(model.error());
    const auto targets = registersIn(**model, {address, static_cast<std::uint16_t>(bytes.size())});
    if (targets.empty())
        return failure(ErrorCode::invalid,
                       "no whole register of " + (*model)->name + " at " + std::to_string(address));
    for (const Register* target : targets) {
        const ByteView own = bytes.subspan(target->address - address, target->size);
        const bool derived = target->place->space == RegisterSpace::derived;
        if (derived && target->place->action == registers::DriveAction::none)
            return failure(ErrorCode::invalid, target->name + " is not written");
        auto done =
            derived ? act(id, **model, target->place->action, own[0] != 0) : writeWire(id, *target, own);
        if (done && target->name == (*model)->drive->cia402.control)
            units_[id.value].control = static_cast<std::uint32_t>(target->rawFrom(own));
        if (done && target->role == registers::Role::goalPosition) done = startGoal(id, **model);
        if (!done) return tl::make_unexpected(done.error());
    }
    return replyOf(id);
}

Result<std::vector<bus::ServoIdentity>> ModbusBus::broadcastPing(Time, bool) {
    return failure(ErrorCode::unsupported, "Modbus units are asked one by one");
}

Result<Reply> ModbusBus::registerWrite(ServoId, std::uint16_t, ByteView) {
    return unsupportedReply("Modbus has no write for later");
}

Result<void> ModbusBus::action() {
    return failure(ErrorCode::unsupported, "Modbus has no write for later");
}

Result<void> ModbusBus::writeGroup(bus::RegisterSpan, std::span<const bus::GroupWriteItem>) {
    return failure(ErrorCode::unsupported, "Modbus has no group write");
}

Result<void> ModbusBus::broadcastWrite(std::uint16_t, ByteView) {
    return failure(ErrorCode::unsupported, "drives of several profiles have no register in common");
}

Result<Bytes> ModbusBus::exchange(ByteView request, Duration wait) {
    keepPause(broadcastUnit);
    auto heard = line_.exchange(request, wait);
    quietSince_ = clock_.now();
    return heard;
}

Result<void> ModbusBus::prepareGroup(GroupRead& group) {
    constexpr std::size_t longestSpan = 4096;
    if (auto checked = checkGroup(group, lastUnit, longestSpan); !checked) return checked;
    std::vector<GroupPlan> plans;
    std::uint32_t longest = 0;
    for (const auto& slot : group.entries) {
        const auto model = modelOf(slot.id);
        if (!model && breaksOff(model.error().code)) return tl::make_unexpected(model.error());
        // One that does not say what it is stays silent in its slot.
        plans.push_back({slot.id, model ? planRead(**model, slot.span) : ReadPlan{}});
        longest = std::max(longest, plans.back().plan.size);
    }
    layOutGroup(group);
    plans_ = std::move(plans);
    if (read_.size() < longest) read_.resize(longest);
    group.token = ++prepared_;
    return {};
}

Result<void> ModbusBus::readGroup(GroupRead& group) {
    if (group.data.empty()) return failure(ErrorCode::invalid, "a group that was not prepared");
    if (group.token != prepared_)
        if (auto again = prepareGroup(group); !again) return again;
    forgetCycle(group);
    bool any = false;
    for (std::size_t i = 0; i < group.entries.size(); ++i) {
        GroupSlot& slot = group.entries[i];
        const ReadPlan& plan = plans_[i].plan;
        if (plan.pieces.empty()) continue;
        const auto read = readPlan(slot.id, plan);
        if (!read && breaksOff(read.error().code)) return read;
        if (!read) {
            slot.state = read.error().code == ErrorCode::corrupt ? SlotState::corrupt : SlotState::silent;
            if (read.error().code == ErrorCode::refused) slot.state = SlotState::answered;
            if (read.error().code == ErrorCode::refused) slot.error = 1;
            continue;
        }
        if (!std::exchange(any, true)) group.time = line_.firstByteAt();
        slot.state = SlotState::answered;
        slot.alert = units_[slot.id.value].alert;
        plan.fill(read_, MutableByteView(group.data).subspan(slot.dataAt, slot.span.size));
        slot.offset = std::max(Duration{}, line_.frameEnd() - group.time);
    }
    if (!any) group.time = line_.requestEnd();
    return {};
}

Duration ModbusBus::wireTime(const GroupRead& group, Duration returnDelay) const {
    const Duration byteTime = line_.byteTime();
    if (byteTime == Duration{} || group.token != prepared_) return {};
    constexpr std::size_t requestSize = bareSize + 4;
    Duration time{};
    for (const GroupPlan& entry : plans_)
        for (const WireSpan& span : entry.plan.spans)
            time += byteTime * static_cast<Duration::rep>(requestSize + span.answerSize()) + returnDelay +
                    pauseOf(entry.id);
    return time;
}

Result<Reply> ModbusBus::reboot(ServoId) {
    return unsupportedReply("Modbus has no restart; switch the supply off and on");
}

Result<Reply> ModbusBus::factoryReset(ServoId, bus::ResetScope) {
    return unsupportedReply("Modbus has no reset; a drive may have a register for it");
}

Result<Reply> ModbusBus::clearTurns(ServoId) {
    return unsupportedReply("Modbus has no command for it; a drive may have a register");
}

} // namespace servolane::drivers::modbus
