// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/dynamixel/packet_form.h"

#include "drivers/dynamixel/packet_parser.h"
#include "drivers/dynamixel/status.h"
#include "drivers/line/packet_readings.h"

#include <array>

namespace servolane::drivers::dynamixel {

namespace {

constexpr std::uint8_t codeOf(Instruction instruction) {
    return static_cast<std::uint8_t>(instruction);
}

constexpr std::array instructions{
    bus::InstructionForm{codeOf(Instruction::ping), "Ping", ""},
    bus::InstructionForm{codeOf(Instruction::read), "Read", "address (2), length (2)"},
    bus::InstructionForm{codeOf(Instruction::write), "Write", "address (2), data"},
    bus::InstructionForm{codeOf(Instruction::registerWrite), "Reg write", "address (2), data"},
    bus::InstructionForm{codeOf(Instruction::action), "Action", ""},
    bus::InstructionForm{codeOf(Instruction::factoryReset), "Factory reset",
                         "FF all, 01 all but id, 02 all but id and baud"},
    bus::InstructionForm{codeOf(Instruction::reboot), "Reboot", ""},
    bus::InstructionForm{codeOf(Instruction::clear), "Clear", "01 44 58 4C 22 turns, 02 45 52 43 4C errors"},
    bus::InstructionForm{codeOf(Instruction::controlTableBackup), "Backup",
                         "01 43 54 52 4C store, 02 43 54 52 4C restore"},
    bus::InstructionForm{codeOf(Instruction::syncRead), "Sync read", "address (2), length (2), ids"},
    bus::InstructionForm{codeOf(Instruction::syncWrite), "Sync write",
                         "address (2), length (2), id and data again and again"},
    bus::InstructionForm{codeOf(Instruction::fastSyncRead), "Fast sync read", "address (2), length (2), ids"},
    bus::InstructionForm{codeOf(Instruction::bulkRead), "Bulk read",
                         "id, address (2), length (2) again and again"},
    bus::InstructionForm{codeOf(Instruction::bulkWrite), "Bulk write",
                         "id, address (2), length (2), data again and again"},
    bus::InstructionForm{codeOf(Instruction::fastBulkRead), "Fast bulk read",
                         "id, address (2), length (2) again and again"},
};

Bytes encodeDraft(const bus::PacketDraft& draft) {
    Bytes frame;
    appendFrame(frame, ServoId{draft.id}, static_cast<Instruction>(draft.instruction), draft.parameters);
    return frame;
}

bus::PacketReading readingOf(const Frame& frame) {
    bus::PacketReading reading;
    reading.whole = true;
    reading.id = frame.id.value;
    reading.bytes = frame.wireSize;
    reading.isAnswer = frame.is(Instruction::status);
    reading.instruction = reading.isAnswer ? std::uint8_t{0} : frame.instruction;
    reading.parameters.assign(frame.body.begin(), frame.body.end());
    if (const auto status = statusFrom(frame)) {
        reading.error = static_cast<std::uint8_t>(status->error.number);
        if (reading.error != 0) reading.errorWord = toString(status->error.number);
        reading.alert = status->error.alert;
        reading.parameters.assign(status->parameters.begin(), status->parameters.end());
    }
    return reading;
}

std::vector<bus::PacketReading> readPackets(ByteView bytes) {
    return readFrames<PacketParser>(bytes, readingOf);
}

constexpr bus::PacketForm formOfPackets{"dynamixel2",      instructions, lastServoId,
                                        broadcastId.value, encodeDraft,  readPackets};

} // namespace

const bus::PacketForm& packetForm() {
    return formOfPackets;
}

} // namespace servolane::drivers::dynamixel
