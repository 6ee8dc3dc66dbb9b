// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/simulated_bus.h"

#include <algorithm>
#include <utility>

namespace servolane::drivers::simulator {

namespace {

/// What an adapter holds before it drops bytes, as UART drivers do.
constexpr std::int64_t heldBytes = 4096;
/// Fast lines are forgiven as long: a late servo or a busy machine must not look like a full line.
constexpr Duration leastLag = std::chrono::milliseconds{100};

/// Start bit, eight data bits, one stop bit.
Duration byteTimeAt(std::uint32_t baud) {
    return Duration{10'000'000'000LL / baud};
}

void changeOneBit(Bytes& bytes, Random& dice) {
    if (bytes.empty()) return;
    auto& byte = bytes[dice.next() % bytes.size()];
    byte = static_cast<std::uint8_t>(byte ^ (1U << dice.next() % 8));
}

Bytes strayBytes(Random& dice) {
    Bytes stray(1 + dice.next() % 4);
    for (auto& byte : stray)
        byte = static_cast<std::uint8_t>(dice.next());
    return stray;
}

std::string modelNames(const registers::ModelCatalog& catalog, const std::string& family) {
    std::string names;
    for (const auto& model : catalog.all())
        if (model->family == family) names += (names.empty() ? "" : ", ") + model->name;
    return names.empty() ? "none" : names;
}

} // namespace

SimulatedBus::SimulatedBus(const SimulatedFamily& family, const BusSpec& spec,
                           const std::vector<ServoSeat>& seats, const BusSettings& settings, Time start)
    : spec_(spec)
    , settings_(settings)
    , rack_(seats, family.firmware(), start, settings.seed)
    , side_(family.makeSide(rack_, spec.baud))
    , lastHeard_(start)
    , answerEnd_(start) {
    rules_.byteTime = settings.paced ? byteTimeAt(spec.baud) : Duration::zero();
    rules_.keepReturnDelay = settings.paced;
    rules_.missing = settings.missing;
    for (const auto& fault : settings.faults)
        inject(fault, start);
}

SimulatedBus::~SimulatedBus() = default;

void SimulatedBus::hostBaud(std::uint32_t bitsPerSecond) {
    if (settings_.rates == RateRule::ignored || bitsPerSecond == 0) return;
    rules_.hostBaud = bitsPerSecond;
    if (settings_.paced) rules_.byteTime = byteTimeAt(bitsPerSecond);
}

Time SimulatedBus::requestStart(Time at) const {
    Time start = std::max(at, lastHeard_);
    // Half duplex: what is being answered at this moment ends first.
    for (const auto& chunk : outgoing_)
        if (chunk.begins <= start) start = std::max(start, chunk.due);
    return start;
}

void SimulatedBus::receive(ByteView bytes, Time at) {
    if (bytes.empty() || rack_.faults().isUnplugged(at)) return;
    if (requestStart(at) - at > longestLag()) return;
    if (at - lastHeard_ > std::min(settings_.frameGap, side_->frameGap(rules_.byteTime))) side_->fallSilent();
    lastHeard_ = requestStart(at) + static_cast<std::int64_t>(bytes.size()) * rules_.byteTime;
    const RequestFault fault = rack_.faults().requestFault(at);
    if (fault.lost) return;
    Bytes garbled;
    if (fault.garbled) {
        garbled.assign(bytes.begin(), bytes.end());
        changeOneBit(garbled, rack_.faults().dice());
        bytes = garbled;
    }
    answers_.clear();
    side_->hear(bytes, lastHeard_, rules_, answers_);
    schedule();
}

void SimulatedBus::hangUp(Time at) {
    outgoing_.clear();
    taken_ = 0;
    side_->fallSilent();
    lastHeard_ = answerEnd_ = at;
}

Duration SimulatedBus::longestLag() const {
    return std::max(rules_.byteTime * heldBytes, leastLag);
}

void SimulatedBus::schedule() {
    if (answers_.empty()) return;
    answerEnd_ = answers_.front().notBefore;
    Time request{};
    bool lost = false;
    for (auto& answer : answers_) {
        // Answers to one request are lost together: one servo waits for the other.
        if (std::exchange(request, answer.asked) != answer.asked)
            lost = answerEnd_ - answer.asked > longestLag();
        if (lost) continue;
        const StatusFault fault = rack_.faults().statusFault(answer.notBefore);
        const Time earliest = std::max(answer.notBefore, answerEnd_ + answer.gap) + fault.delay;
        // A lost status needs its time all the same: it was sent.
        if (fault.dropped) {
            answerEnd_ = earliest + static_cast<std::int64_t>(answer.bytes.size()) * rules_.byteTime;
            continue;
        }
        Random& dice = rack_.faults().dice();
        if (fault.corrupted) changeOneBit(answer.bytes, dice);
        if (fault.noisy) send(strayBytes(dice), earliest);
        if (fault.duplicated) send(answer.bytes, earliest);
        send(std::move(answer.bytes), earliest);
    }
}

void SimulatedBus::send(Bytes bytes, Time earliest) {
    const Time begins = std::max(earliest, answerEnd_);
    answerEnd_ = begins + static_cast<std::int64_t>(bytes.size()) * rules_.byteTime;
    auto place = outgoing_.end();
    while (place != outgoing_.begin() && std::prev(place)->due > answerEnd_)
        --place;
    // The first may already be read in part; nothing goes before it then.
    if (place == outgoing_.begin() && taken_ > 0) ++place;
    outgoing_.insert(place, {std::move(bytes), begins, answerEnd_});
}

std::optional<Time> SimulatedBus::nextOutput() {
    if (outgoing_.empty()) return std::nullopt;
    return outgoing_.front().due;
}

std::size_t SimulatedBus::take(MutableByteView into, Time now) {
    if (!isPlugged(now)) {
        outgoing_.clear();
        taken_ = 0;
        return 0;
    }
    std::size_t count = 0;
    while (count < into.size() && !outgoing_.empty() && outgoing_.front().due <= now) {
        const Bytes& bytes = outgoing_.front().bytes;
        const std::size_t part = std::min(into.size() - count, bytes.size() - taken_);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(taken_), part,
                    into.begin() + static_cast<std::ptrdiff_t>(count));
        count += part;
        taken_ += part;
        if (taken_ < bytes.size()) break;
        outgoing_.pop_front();
        taken_ = 0;
    }
    return count;
}

bool SimulatedBus::isPlugged(Time now) {
    return !rack_.faults().isUnplugged(now);
}

void SimulatedBus::inject(const FaultSpec& spec, Time at) {
    if (spec.bus && *spec.bus != settings_.number) return;
    rack_.faults().inject(spec, at);
}

void SimulatedBus::clearFaults() {
    rack_.faults().clear();
}

Result<std::shared_ptr<SimulatedBus>> makeSimulatedBus(SimulatedFamilies families, const BusSpec& spec,
                                                       const registers::ModelCatalog& catalog,
                                                       const BusSettings& settings, Time start) {
    const SimulatedFamily* family = find(families, spec.protocol);
    if (!family) return failure(ErrorCode::invalid, "no simulated servos speak '" + spec.protocol + "'");
    const auto model = catalog.find(spec.model);
    if (!model || model->family != spec.protocol)
        return failure(ErrorCode::invalid, "no model '" + spec.model + "' for " + spec.protocol +
                                               "; known: " + modelNames(catalog, spec.protocol));
    std::vector<ServoSeat> seats;
    for (unsigned i = 0; i < spec.count; ++i)
        seats.push_back({model, ServoId{static_cast<std::uint8_t>(spec.firstId + i)}});
    return std::make_shared<SimulatedBus>(*family, spec, seats, settings, start);
}

} // namespace servolane::drivers::simulator
