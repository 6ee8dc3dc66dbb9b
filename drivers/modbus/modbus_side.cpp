// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/modbus/modbus_side.h"

#include "drivers/simulator/collision.h"

#include <algorithm>
#include <array>

namespace servolane::drivers::modbus {

using registers::Register;
using registers::RegisterSpace;
using registers::Role;
using simulator::Refusal;
using simulator::VirtualServo;

namespace {

constexpr std::uint8_t done = 0;
/// A drive answers no sooner than after the silence that ends a frame.
constexpr Duration answerDelay = std::chrono::microseconds{1800};

constexpr std::uint8_t codeOf(Exception exception) {
    return static_cast<std::uint8_t>(exception);
}

std::uint8_t exceptionOf(Refusal refusal) {
    switch (refusal) {
    case Refusal::none:
        return done;
    case Refusal::access:
        return codeOf(Exception::illegalAddress);
    case Refusal::dataRange:
    case Refusal::dataLength:
    case Refusal::dataLimit:
        return codeOf(Exception::illegalValue);
    case Refusal::resultFail:
    case Refusal::instruction:
        break;
    }
    return codeOf(Exception::deviceFailure);
}

/// Error codes of CiA 402 (object 603F) for what a virtual servo suffers from.
std::uint16_t errorCode(std::int64_t bits) {
    namespace known = simulator::hardware_error;
    constexpr std::array<std::pair<unsigned, std::uint16_t>, 5> codes{{{known::overload, 0x2310},
                                                                       {known::overheating, 0x4310},
                                                                       {known::inputVoltage, 0x3220},
                                                                       {known::encoder, 0x7305},
                                                                       {known::shock, 0x2310}}};
    for (const auto& [bit, code] : codes)
        if ((static_cast<unsigned>(bits) & bit) != 0) return code;
    return 0;
}

bool isFunction(const Frame& frame, Function function) {
    return frame.function == static_cast<std::uint8_t>(function);
}

} // namespace

ModbusSide::ModbusSide(simulator::ServoRack& rack, std::uint32_t baud)
    : rack_(rack)
    , baud_(baud) {
    for (const auto& servo : rack_.servos())
        drives_.push_back({servo.get()});
}

void ModbusSide::hear(ByteView bytes, Time end, const simulator::WireRules& rules,
                      std::vector<simulator::Answer>& answers) {
    while (!bytes.empty()) {
        bytes = bytes.subspan(parser_.feed(bytes));
        while (const auto frame = parser_.next()) {
            const auto behind = static_cast<std::int64_t>(parser_.pending().size() + bytes.size());
            const Time at = end - behind * rules.byteTime;
            const std::size_t before = answers.size();
            carryOut(*frame, at, rules, answers);
            for (std::size_t i = before; i < answers.size(); ++i)
                answers[i].asked = at;
        }
    }
}

void ModbusSide::carryOut(const Frame& frame, Time at, const simulator::WireRules& rules,
                          std::vector<simulator::Answer>& answers) {
    rack_.applyFaults(at);
    if (rules.hostBaud != 0 && !simulator::isSameRate(baud_, rules.hostBaud)) return;
    const std::size_t before = answers.size();
    for (Drive& drive : drives_) {
        VirtualServo& servo = *drive.servo;
        const bool all = frame.id == broadcastUnit;
        if (!rack_.hears(servo, at) || (!all && rack_.believedId(servo, at) != frame.id)) continue;
        servo.advanceTo(at);
        servo.heardInstruction();
        keepState(drive);
        Bytes data;
        const std::uint8_t exception = perform(drive, frame, data);
        if (all) continue;
        simulator::Answer answer;
        const ServoId as = rack_.answerId(servo, at);
        if (exception != done)
            appendFrame(answer.bytes, as, frame.function | exceptionBit, Bytes{exception});
        else
            appendFrame(answer.bytes, as, frame.function, data);
        answer.notBefore = at + (rules.keepReturnDelay ? answerDelay : Duration::zero());
        answers.push_back(std::move(answer));
    }
    simulator::collide(answers, before);
}

std::uint8_t ModbusSide::perform(Drive& drive, const Frame& frame, Bytes& data) {
    switch (static_cast<Function>(frame.function)) {
    case Function::readHolding:
    case Function::readInput:
        return readWords(drive, frame, data);
    case Function::readCoils:
    case Function::readDiscreteInputs:
        return readBits(drive, frame, data);
    case Function::writeCoil:
        data.assign(frame.data.begin(), frame.data.end());
        return writeCoil(drive, frame);
    case Function::writeRegister:
        if (!drive.servo->model().drive->singleWrites) break;
        data.assign(frame.data.begin(), frame.data.end());
        return writeWords(drive, wordAt(frame.data, 0), frame.data.subspan(2));
    case Function::writeRegisters: {
        const std::uint16_t count = wordAt(frame.data, 2);
        const ByteView bytes = frame.data.subspan(5);
        if (count == 0 || count > mostRegistersWritten || bytes.size() != std::size_t{2} * count)
            return codeOf(Exception::illegalValue);
        data.assign(frame.data.begin(), frame.data.begin() + 4);
        return writeWords(drive, wordAt(frame.data, 0), bytes);
    }
    default:
        break;
    }
    return codeOf(Exception::illegalFunction);
}

const Register* ModbusSide::find(const registers::ServoModel& model, RegisterSpace space,
                                 std::uint16_t wire) {
    const bool bits = space == RegisterSpace::coil || space == RegisterSpace::discrete;
    for (const Register& item : model.registers) {
        if (item.place->space != space) continue;
        const unsigned cells = bits ? 1U : item.size / 2U;
        if (wire >= item.place->wire && wire < item.place->wire + cells) return &item;
    }
    return nullptr;
}

Bytes ModbusSide::contentOf(Drive& drive, const Register& item) {
    const auto& binding = drive.servo->model().drive->cia402;
    if (drive.servo->model().drive->hasCia402 && item.name == binding.status)
        return item.bytesFrom(statusword(drive));
    if (drive.servo->model().drive->hasCia402 && item.name == binding.control)
        return item.bytesFrom(drive.control);
    if (item.name == "error_code") return item.bytesFrom(errorCode(drive.servo->value(Role::hardwareError)));
    if (item.role == Role::goalPosition && !drive.target.empty()) return drive.target;
    Bytes bytes;
    if (drive.servo->read(item.span(), bytes) != Refusal::none) bytes.assign(item.size, 0);
    return bytes;
}

std::uint8_t ModbusSide::readWords(Drive& drive, const Frame& frame, Bytes& data) {
    const std::uint16_t first = wordAt(frame.data, 0);
    const std::uint16_t count = wordAt(frame.data, 2);
    if (count == 0 || count > drive.servo->model().drive->readAtOnce) return codeOf(Exception::illegalValue);
    const auto space = isFunction(frame, Function::readInput) ? RegisterSpace::input : RegisterSpace::holding;
    data.push_back(static_cast<std::uint8_t>(2 * count));
    const unsigned end = unsigned{first} + count;
    for (unsigned wire = first; wire < end;) {
        const Register* item = find(drive.servo->model(), space, static_cast<std::uint16_t>(wire));
        if (item == nullptr) return codeOf(Exception::illegalAddress);
        // Both halves of a number are of one moment.
        const Bytes bytes = contentOf(drive, *item);
        for (unsigned at = 2U * (wire - item->place->wire); at < bytes.size() && wire < end;
             at += 2, ++wire) {
            data.push_back(bytes[at]);
            data.push_back(bytes[at + 1]);
        }
    }
    return done;
}

std::uint8_t ModbusSide::readBits(Drive& drive, const Frame& frame, Bytes& data) {
    const std::uint16_t first = wordAt(frame.data, 0);
    const std::uint16_t count = wordAt(frame.data, 2);
    if (count == 0 || count > mostBitsRead) return codeOf(Exception::illegalValue);
    const auto space = isFunction(frame, Function::readCoils) ? RegisterSpace::coil : RegisterSpace::discrete;
    data.assign(1U + (count + 7U) / 8U, 0);
    data[0] = static_cast<std::uint8_t>(data.size() - 1);
    for (unsigned bit = 0; bit < count; ++bit) {
        const Register* item = find(drive.servo->model(), space, static_cast<std::uint16_t>(first + bit));
        if (item == nullptr) return codeOf(Exception::illegalAddress);
        if (contentOf(drive, *item)[0] != 0)
            data[1 + bit / 8] = static_cast<std::uint8_t>(data[1 + bit / 8] | 1U << (bit % 8));
    }
    return done;
}

std::uint8_t ModbusSide::writeCoil(Drive& drive, const Frame& frame) {
    constexpr std::uint16_t coilOn = 0xFF00;
    const std::uint16_t value = wordAt(frame.data, 2);
    if (value != 0 && value != coilOn) return codeOf(Exception::illegalValue);
    const Register* item = find(drive.servo->model(), RegisterSpace::coil, wordAt(frame.data, 0));
    if (item == nullptr) return codeOf(Exception::illegalAddress);
    return writeOne(drive, *item, Bytes{value != 0 ? std::uint8_t{1} : std::uint8_t{0}});
}

/// All of them are looked at before the first is written.
std::uint8_t ModbusSide::writeWords(Drive& drive, std::uint16_t address, ByteView bytes) {
    std::vector<const Register*> targets;
    for (unsigned wire = address; wire < address + bytes.size() / 2;) {
        const Register* item =
            find(drive.servo->model(), RegisterSpace::holding, static_cast<std::uint16_t>(wire));
        if (item == nullptr || item->access == registers::Access::readOnly)
            return codeOf(Exception::illegalAddress);
        const bool whole = item->place->wire == wire && wire + item->size / 2U <= address + bytes.size() / 2;
        if (!whole) return codeOf(Exception::illegalValue);
        targets.push_back(item);
        wire += item->size / 2U;
    }
    for (const Register* target : targets) {
        const ByteView own = bytes.subspan(2U * (target->place->wire - address), target->size);
        if (const std::uint8_t refused = writeOne(drive, *target, own); refused != done) return refused;
    }
    return done;
}

std::uint8_t ModbusSide::writeOne(Drive& drive, const Register& target, ByteView bytes) {
    const auto& profile = *drive.servo->model().drive;
    if (profile.hasCia402 && target.name == profile.cia402.control) {
        take(drive, static_cast<std::uint16_t>(target.rawFrom(bytes)));
        return done;
    }
    const bool waits = profile.hasCia402 && profile.cia402.setPointByEdge;
    if (waits && target.role == Role::goalPosition) {
        const std::int64_t raw = target.rawFrom(bytes);
        if (raw < target.minimum.value_or(raw) || raw > target.maximum.value_or(raw))
            return codeOf(Exception::illegalValue);
        drive.target.assign(bytes.begin(), bytes.end());
        return done;
    }
    return exceptionOf(drive.servo->write(target.address, bytes));
}

void ModbusSide::setPower(Drive& drive, bool on) {
    const Register* torque = drive.servo->model().find(Role::torqueEnable);
    if (torque == nullptr || (drive.servo->value(Role::torqueEnable) != 0) == on) return;
    static_cast<void>(drive.servo->write(torque->address, torque->bytesFrom(on ? 1 : 0)));
}

/// A fault takes the power away, whoever asks.
void ModbusSide::keepState(Drive& drive) {
    // What the statusword says of the motion is of this moment.
    Bytes fresh;
    if (const Register* position = drive.servo->model().find(Role::presentPosition))
        static_cast<void>(drive.servo->read(position->span(), fresh));
    if (!drive.servo->model().drive->hasCia402) {
        if (drive.servo->hasAlert()) setPower(drive, false);
        return;
    }
    if (drive.servo->hasAlert()) drive.state = cia402::State::fault;
    setPower(drive, cia402::hasPower(drive.state));
}

void ModbusSide::take(Drive& drive, std::uint16_t controlword) {
    const auto before = std::exchange(drive.control, controlword);
    const bool wasFault = drive.state == cia402::State::fault;
    drive.state = cia402::follow(drive.state, before, controlword);
    if (wasFault && drive.state != cia402::State::fault) drive.servo->preset(Role::hardwareError, 0);
    keepState(drive);
    const bool high = (controlword & cia402::control::newSetPoint) != 0;
    const bool edge = high && (before & cia402::control::newSetPoint) == 0;
    if (edge && drive.state == cia402::State::operationEnabled) {
        const Register* goal = drive.servo->model().find(Role::goalPosition);
        const Bytes target = std::exchange(drive.target, {});
        if (goal != nullptr && !target.empty()) static_cast<void>(drive.servo->write(goal->address, target));
        drive.acknowledged = true;
    }
    if (!high) drive.acknowledged = false;
}

std::uint16_t ModbusSide::statusword(const Drive& drive) const {
    constexpr std::uint16_t remote = 1U << 9;
    unsigned word = cia402::statusBits(drive.state) | remote;
    if (drive.servo->value(Role::moving) == 0) word |= cia402::status::targetReached;
    if (drive.acknowledged) word |= cia402::status::setPointAcknowledged;
    return static_cast<std::uint16_t>(word);
}

} // namespace servolane::drivers::modbus
