// SPDX-License-Identifier: GPL-3.0-or-later
// Drives that serve Modbus RTU at the far end of a simulated line: what their profile says is what they have.
// Sources of what is answered when: Modbus Application Protocol V1.1b3, 7 (order of the checks); CiA 402-2.
#pragma once

#include "drivers/modbus/answer_finder.h"
#include "drivers/modbus/cia402.h"
#include "drivers/modbus/drive_map.h"
#include "drivers/simulator/protocol_side.h"
#include "drivers/simulator/servo_rack.h"

#include <vector>

namespace servolane::drivers::modbus {

class ModbusSide final : public simulator::ProtocolSide {
public:
    /// `rack` outlives it. All its servos hear at `baud` alone.
    ModbusSide(simulator::ServoRack& rack, std::uint32_t baud);

    void hear(ByteView bytes, Time end, const simulator::WireRules& rules,
              std::vector<simulator::Answer>& answers) override;
    void fallSilent() override { parser_.clear(); }
    /// 3.5 characters, and no less than 1.75 ms (Modbus over Serial Line V1.02, 2.5.1.1).
    [[nodiscard]] Duration frameGap(Duration byteTime) const override {
        return std::max<Duration>(byteTime * 7 / 2, std::chrono::microseconds{1750});
    }

private:
    /// What a virtual servo does not know of itself: the two words, and a target that is no goal yet.
    struct Drive {
        simulator::VirtualServo* servo = nullptr;
        cia402::State state = cia402::State::switchOnDisabled;
        std::uint16_t control = 0;
        bool acknowledged = false;
        Bytes target; ///< written, and waits for the edge of "new set-point"; empty: none
    };
    void carryOut(const Frame& frame, Time at, const simulator::WireRules& rules,
                  std::vector<simulator::Answer>& answers);
    /// The answer's function and data; nothing is appended for a refusal, whose code is returned.
    [[nodiscard]] std::uint8_t perform(Drive& drive, const Frame& frame, Bytes& data);
    [[nodiscard]] std::uint8_t readWords(Drive& drive, const Frame& frame, Bytes& data);
    [[nodiscard]] std::uint8_t readBits(Drive& drive, const Frame& frame, Bytes& data);
    [[nodiscard]] std::uint8_t writeWords(Drive& drive, std::uint16_t address, ByteView bytes);
    [[nodiscard]] std::uint8_t writeCoil(Drive& drive, const Frame& frame);
    [[nodiscard]] std::uint8_t writeOne(Drive& drive, const registers::Register& target, ByteView bytes);
    void keepState(Drive& drive);
    void take(Drive& drive, std::uint16_t controlword);
    void setPower(Drive& drive, bool on);
    [[nodiscard]] std::uint16_t statusword(const Drive& drive) const;
    [[nodiscard]] Bytes contentOf(Drive& drive, const registers::Register& item);
    [[nodiscard]] static const registers::Register* find(const registers::ServoModel& model,
                                                         registers::RegisterSpace space, std::uint16_t wire);

    simulator::ServoRack& rack_;
    std::uint32_t baud_;
    RequestFinder parser_;
    std::vector<Drive> drives_;
};

} // namespace servolane::drivers::modbus
