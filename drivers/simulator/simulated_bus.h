// SPDX-License-Identifier: GPL-3.0-or-later
// A line with virtual servos at its far end, for PipeTransport or for a pseudo-terminal.
#pragma once

#include "drivers/simulator/bus_spec.h"
#include "drivers/simulator/fault_spec.h"
#include "drivers/simulator/protocol_side.h"
#include "drivers/simulator/servo_rack.h"
#include "drivers/transport/pipe_transport.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace servolane::drivers::simulator {

/// Whether servos that are set to another rate than the host's hear nothing, as on a real line. A client of a
/// pseudo-terminal may set its rate at will, so there rates do not matter unless it is asked for.
enum class RateRule : std::uint8_t { mustMatch, ignored };

struct BusSettings {
    std::uint64_t seed = 1;
    bool paced = true; ///< bytes need their time on the wire, and servos their return delay
    RateRule rates = RateRule::mustMatch;
    MissingServoRule missing = MissingServoRule::othersAnswer;
    /// A pause of the host after which an unfinished frame is dropped. Servos take 1.5 ms; hosts on a busy
    /// machine need more.
    Duration frameGap = std::chrono::milliseconds{20};
    unsigned number = 1; ///< of this bus, for faults that name one
    std::vector<FaultSpec> faults;
};

/// Deterministic: the same seed and the same bytes at the same times give the same answers at the same times.
/// Time moves only when bytes arrive or output is asked for. One thread, save inject() and clearFaults().
class SimulatedBus final : public LinePeer {
public:
    /// `seats` replaces the spec's protocol, model, count and first id.
    SimulatedBus(const SimulatedFamily& family, const BusSpec& spec, const std::vector<ServoSeat>& seats,
                 const BusSettings& settings, Time start);
    ~SimulatedBus() override;

    void hostBaud(std::uint32_t bitsPerSecond) override;
    void receive(ByteView bytes, Time at) override;
    [[nodiscard]] std::optional<Time> nextOutput() override;
    std::size_t take(MutableByteView into, Time now) override;
    [[nodiscard]] bool isPlugged(Time now) override;
    [[nodiscard]] Duration byteTime() const override { return rules_.byteTime; }

    /// Its times count from `at`. Any thread. A fault that names another bus is ignored.
    void inject(const FaultSpec& spec, Time at);
    /// The host has gone, or another one has come: what was on its way is lost, and so is an unfinished
    /// request.
    void hangUp(Time at);
    /// Ends all faults; what they have broken stays so (a latched hardware error needs its reboot). Any
    /// thread.
    void clearFaults();

    [[nodiscard]] const BusSpec& spec() const { return spec_; }
    /// When the last byte of the latest answer leaves the wire; a caller that hands answers on too late
    /// learns from it by how much.
    [[nodiscard]] Time lastAnswerEnd() const { return answerEnd_; }
    /// In the order of the seats. Same thread as the rest.
    [[nodiscard]] const std::vector<std::unique_ptr<VirtualServo>>& servos() const { return rack_.servos(); }

private:
    struct Chunk {
        Bytes bytes;
        Time begins{};
        Time due{};
    };

    /// What has to wait longer than this is lost: both ends keep a few kilobytes, not more.
    [[nodiscard]] Duration longestLag() const;
    void schedule();
    void send(Bytes bytes, Time earliest);
    [[nodiscard]] Time requestStart(Time at) const;

    BusSpec spec_;
    BusSettings settings_;
    ServoRack rack_;
    std::unique_ptr<ProtocolSide> side_;
    WireRules rules_;
    std::vector<Answer> answers_;
    std::deque<Chunk> outgoing_; ///< by due
    std::size_t taken_ = 0;      ///< of the first of them
    Time lastHeard_{};           ///< end of the host's last byte
    Time answerEnd_{};           ///< end of the last answer to the present request
};

/// As many servos of the spec's model as it says. Errors: invalid (no such model, protocol or family; the
/// detail names the models that would do).
[[nodiscard]] Result<std::shared_ptr<SimulatedBus>> makeSimulatedBus(SimulatedFamilies families,
                                                                     const BusSpec& spec,
                                                                     const registers::ModelCatalog& catalog,
                                                                     const BusSettings& settings, Time start);

} // namespace servolane::drivers::simulator
