// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/modbus/packet_form.h"

#include "drivers/line/packet_readings.h"
#include "drivers/modbus/frame.h"
#include "drivers/modbus/wire_format.h"

#include <array>

namespace servolane::drivers::modbus {

namespace {

constexpr std::uint8_t codeOf(Function function) {
    return static_cast<std::uint8_t>(function);
}

constexpr std::array functions{
    bus::InstructionForm{codeOf(Function::readCoils), "Read coils", "address (2), bits (2), high byte first"},
    bus::InstructionForm{codeOf(Function::readDiscreteInputs), "Read discrete inputs",
                         "address (2), bits (2), high byte first"},
    bus::InstructionForm{codeOf(Function::readHolding), "Read holding registers",
                         "address (2), registers (2), high byte first"},
    bus::InstructionForm{codeOf(Function::readInput), "Read input registers",
                         "address (2), registers (2), high byte first"},
    bus::InstructionForm{codeOf(Function::writeCoil), "Write coil", "address (2), FF 00 on or 00 00 off"},
    bus::InstructionForm{codeOf(Function::writeRegister), "Write register", "address (2), value (2)"},
    bus::InstructionForm{codeOf(Function::diagnostics), "Diagnostics", "00 00 loop-back, data (2)"},
    bus::InstructionForm{codeOf(Function::writeCoils), "Write coils",
                         "address (2), bits (2), bytes (1), data"},
    bus::InstructionForm{codeOf(Function::writeRegisters), "Write registers",
                         "address (2), registers (2), bytes (1), data"},
    bus::InstructionForm{codeOf(Function::reportServerId), "Report server id", ""},
    bus::InstructionForm{codeOf(Function::maskWrite), "Mask write", "address (2), and (2), or (2)"},
    bus::InstructionForm{
        codeOf(Function::readWrite), "Read and write",
        "read: address (2), registers (2); write: address (2), registers (2), bytes (1), data"},
    bus::InstructionForm{codeOf(Function::encapsulated), "Device identification", "0E 01 00"},
};

Bytes encodeDraft(const bus::PacketDraft& draft) {
    Bytes frame;
    appendFrame(frame, ServoId{draft.id}, draft.instruction, draft.parameters);
    return frame;
}

/// Of a single write nothing tells the answer from the echo: it counts as the answer.
bool isEcho(const Frame& frame) {
    const bool reads =
        frame.function >= codeOf(Function::readCoils) && frame.function <= codeOf(Function::readInput);
    return reads && !frame.data.empty() && frame.data.size() != 1U + frame.data[0];
}

bus::PacketReading readingOf(ByteView bytes, bool isPacket) {
    bus::PacketReading reading;
    reading.bytes = bytes.size();
    if (!isPacket || !crcHolds(bytes)) return reading;
    const Frame frame = frameFrom(bytes);
    reading.whole = true;
    reading.id = frame.id.value;
    reading.instruction = frame.function & 0x7FU;
    reading.isAnswer = !isEcho(frame);
    reading.parameters.assign(frame.data.begin(), frame.data.end());
    if (frame.isException() && !frame.data.empty()) {
        reading.error = frame.data[0];
        reading.errorWord = nameOfException(frame.data[0]);
    }
    return reading;
}

std::vector<bus::PacketReading> readPackets(ByteView bytes) {
    return readParts(wireFormat(), bytes, readingOf);
}

constexpr bus::PacketForm formOfPackets{"modbus",    functions,  lastUnit, broadcastUnit.value,
                                        encodeDraft, readPackets};

} // namespace

const bus::PacketForm& packetForm() {
    return formOfPackets;
}

} // namespace servolane::drivers::modbus
