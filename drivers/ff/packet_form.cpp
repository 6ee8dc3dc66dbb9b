// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/ff/packet_form.h"

#include "drivers/ff/frame.h"
#include "drivers/ff/frame_parser.h"
#include "drivers/line/packet_readings.h"

#include <array>
#include <utility>

namespace servolane::drivers::ff {

namespace {

using bus::InstructionForm;
using bus::PacketReading;
using BitNames = std::array<std::string_view, 8>;

constexpr std::uint8_t codeOf(Instruction instruction) {
    return static_cast<std::uint8_t>(instruction);
}

constexpr InstructionForm pingForm{codeOf(Instruction::ping), "Ping", ""};
constexpr InstructionForm readForm{codeOf(Instruction::read), "Read", "address, length"};
constexpr InstructionForm writeForm{codeOf(Instruction::write), "Write", "address, data"};
constexpr InstructionForm registerWriteForm{codeOf(Instruction::registerWrite), "Reg write", "address, data"};
constexpr InstructionForm actionForm{codeOf(Instruction::action), "Action", ""};
constexpr InstructionForm factoryResetForm{codeOf(Instruction::factoryReset), "Factory reset", ""};
constexpr InstructionForm syncWriteForm{codeOf(Instruction::syncWrite), "Sync write",
                                        "address, length, id and data again and again"};

constexpr std::array dynamixel1Instructions{
    pingForm,
    readForm,
    writeForm,
    registerWriteForm,
    actionForm,
    factoryResetForm,
    syncWriteForm,
    InstructionForm{codeOf(Instruction::bulkRead), "Bulk read", "00, length, id, address again and again"},
};
constexpr std::array feetechInstructions{
    pingForm,
    readForm,
    writeForm,
    registerWriteForm,
    actionForm,
    factoryResetForm,
    InstructionForm{codeOf(Instruction::reboot), "Reboot", ""},
    InstructionForm{codeOf(Instruction::backup), "Backup", ""},
    InstructionForm{codeOf(Instruction::resetState), "Clear turns", ""},
    InstructionForm{codeOf(Instruction::calibrate), "Calibrate", "position (2), or nothing"},
    InstructionForm{codeOf(Instruction::syncRead), "Sync read", "address, length, ids"},
    syncWriteForm,
};

constexpr BitNames dynamixel1Bits{"input voltage", "angle limit", "overheating", "range",
                                  "checksum",      "overload",    "instruction", ""};
constexpr BitNames feetechBits{"voltage", "sensor", "temperature", "current", "", "overload", "", ""};

Bytes encodeDraft(const bus::PacketDraft& draft) {
    Bytes frame;
    appendFrame(frame, ServoId{draft.id}, draft.instruction, draft.parameters);
    return frame;
}

PacketReading readingOf(const Frame& frame) {
    PacketReading reading;
    reading.whole = reading.isAnswer = true;
    reading.id = frame.id.value;
    reading.error = frame.code;
    reading.bytes = frame.wireSize;
    reading.parameters.assign(frame.parameters.begin(), frame.parameters.end());
    return reading;
}

/// The first of two frames of one servo: an instruction, and behind it its answer.
void findEcho(std::vector<PacketReading>& readings, std::span<const InstructionForm> known) {
    std::vector<PacketReading*> frames;
    for (PacketReading& reading : readings)
        if (reading.whole) frames.push_back(&reading);
    if (frames.size() < 2 || (frames[0]->id != frames[1]->id && frames[0]->id != broadcastId.value)) return;
    for (const InstructionForm& form : known) {
        if (form.code != frames[0]->error) continue;
        frames[0]->isAnswer = false;
        frames[0]->instruction = std::exchange(frames[0]->error, std::uint8_t{0});
    }
}

std::vector<PacketReading> readPackets(ByteView bytes, std::span<const InstructionForm> known,
                                       const BitNames& bits) {
    auto readings = readFrames<FrameParser>(bytes, readingOf);
    findEcho(readings, known);
    for (PacketReading& reading : readings)
        for (std::size_t bit = 0; bit < bits.size() && reading.errorWord.empty(); ++bit)
            if ((reading.error >> bit & 1U) != 0) reading.errorWord = bits[bit];
    return readings;
}

std::vector<PacketReading> readDynamixel1(ByteView bytes) {
    return readPackets(bytes, dynamixel1Instructions, dynamixel1Bits);
}
std::vector<PacketReading> readFeetech(ByteView bytes) {
    return readPackets(bytes, feetechInstructions, feetechBits);
}

constexpr bus::PacketForm dynamixel1Form{"dynamixel1", dynamixel1Instructions, lastServoId, broadcastId.value,
                                         encodeDraft,  readDynamixel1};
constexpr bus::PacketForm feetechForm{"feetech",         feetechInstructions, lastServoId,
                                      broadcastId.value, encodeDraft,         readFeetech};

} // namespace

const bus::PacketForm& dynamixel1Packets() {
    return dynamixel1Form;
}

const bus::PacketForm& feetechPackets() {
    return feetechForm;
}

} // namespace servolane::drivers::ff
