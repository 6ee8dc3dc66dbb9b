// SPDX-License-Identifier: GPL-3.0-or-later
// LX servos at the far end of a simulated line. Source of what is answered: the maker's protocol description;
// how long a servo takes it does not say.
#pragma once

#include "drivers/lx/frame_finder.h"
#include "drivers/lx/register_map.h"
#include "drivers/simulator/protocol_side.h"
#include "drivers/simulator/servo_rack.h"

#include <map>
#include <vector>

namespace servolane::drivers::lx {

class LxSide final : public simulator::ProtocolSide {
public:
    /// `rack` outlives it. All its servos hear at `baud` alone.
    LxSide(simulator::ServoRack& rack, std::uint32_t baud)
        : rack_(rack)
        , baud_(baud) {}

    void hear(ByteView bytes, Time end, const simulator::WireRules& rules,
              std::vector<simulator::Answer>& answers) override;
    void fallSilent() override { finder_.clear(); }

private:
    void carryOut(const Frame& frame, Time at, const simulator::WireRules& rules,
                  std::vector<simulator::Answer>& answers);
    void obey(simulator::VirtualServo& servo, const Frame& frame);
    [[nodiscard]] static Bytes contentOf(simulator::VirtualServo& servo, const Block& block);
    static void put(simulator::VirtualServo& servo, const Block& block, ByteView parameters);
    static void protect(simulator::VirtualServo& servo);

    simulator::ServoRack& rack_;
    std::uint32_t baud_;
    LxFinder finder_;
    std::map<const simulator::VirtualServo*, Bytes> waiting_; ///< moves held until "move start"
};

} // namespace servolane::drivers::lx
