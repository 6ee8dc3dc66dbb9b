// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/modbus/drive_map.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace servolane::drivers::modbus {

using registers::Register;
using registers::RegisterSpace;

namespace {

std::uint16_t cellsOf(const Register& item) {
    const bool bit = item.place->space == RegisterSpace::coil || item.place->space == RegisterSpace::discrete;
    return bit ? std::uint16_t{1} : static_cast<std::uint16_t>(item.size / 2);
}

/// What is read on the wire for it.
const Register* originOf(const registers::ServoModel& model, const Register& item) {
    return item.place->space == RegisterSpace::derived ? model.find(std::string_view(item.place->from))
                                                       : &item;
}

/// Reading so many registers that nobody asked for costs less than a request of its own.
constexpr unsigned shortGap = 16;

/// Everything between the two is there: drives may refuse to read registers that they do not have.
bool standInOneBlock(const Register& one, const Register& other) {
    const unsigned wire = other.place->wire - one.place->wire;
    const unsigned size = cellsOf(one) * 2U == one.size ? 2U : 1U;
    return static_cast<unsigned>(other.address - one.address) == size * wire;
}

/// `origins` by table and address.
std::vector<WireSpan> spansOf(const std::vector<const Register*>& origins, std::uint16_t most) {
    std::vector<WireSpan> spans;
    const Register* begin = nullptr;
    for (const Register* origin : origins) {
        const unsigned end = static_cast<unsigned>(origin->place->wire) + cellsOf(*origin);
        if (begin != nullptr && begin->place->space == origin->place->space) {
            WireSpan& last = spans.back();
            const unsigned lastEnd = static_cast<unsigned>(last.first) + last.count;
            const bool touches =
                origin->place->wire <= lastEnd ||
                (standInOneBlock(*begin, *origin) && origin->place->wire <= lastEnd + shortGap);
            if (touches && end - last.first <= most) {
                last.count = static_cast<std::uint16_t>(std::max<unsigned>(last.count, end - last.first));
                continue;
            }
        }
        begin = origin;
        spans.push_back({origin->place->space, origin->place->wire, cellsOf(*origin), 0});
    }
    return spans;
}

bool isSet(const Register& origin, const registers::DrivePlace& place, ByteView bytes) {
    const auto raw = static_cast<std::uint32_t>(origin.rawFrom(bytes));
    return std::ranges::find(place.values, raw & place.mask) != place.values.end();
}

} // namespace

Function WireSpan::reading() const {
    switch (space) {
    case RegisterSpace::input:
        return Function::readInput;
    case RegisterSpace::coil:
        return Function::readCoils;
    case RegisterSpace::discrete:
        return Function::readDiscreteInputs;
    case RegisterSpace::holding:
    case RegisterSpace::derived:
        break;
    }
    return Function::readHolding;
}

std::size_t WireSpan::answerSize() const {
    constexpr std::size_t bitsInByte = 8;
    return bareSize + 1 + (isBits() ? (count + bitsInByte - 1) / bitsInByte : 2U * count);
}

std::vector<const Register*> registersIn(const registers::ServoModel& model, bus::RegisterSpan span) {
    const unsigned end = span.address + span.size;
    std::vector<const Register*> found;
    for (const Register& item : model.registers) {
        if (item.address + item.size <= span.address || item.address >= end) continue;
        if (item.address < span.address || item.address + item.size > end) return {};
        found.push_back(&item);
    }
    return found;
}

ReadPlan planRead(const registers::ServoModel& model, bus::RegisterSpan span) {
    const unsigned end = span.address + span.size;
    std::vector<const Register*> origins;
    ReadPlan plan;
    for (const Register& item : model.registers) {
        if (item.address < span.address || item.address + item.size > end) continue;
        const Register* origin = originOf(model, item);
        if (origin == nullptr) continue;
        origins.push_back(origin);
        plan.pieces.push_back({origin, &item, 0, static_cast<std::uint32_t>(item.address - span.address)});
    }
    std::ranges::sort(origins, {},
                      [](const Register* one) { return std::tuple(one->place->space, one->place->wire); });
    plan.spans = spansOf(origins, model.drive->readAtOnce);
    for (WireSpan& one : plan.spans) {
        one.at = plan.size;
        plan.size += static_cast<std::uint32_t>(one.bytes());
    }
    for (ReadPlan::Piece& piece : plan.pieces)
        for (const WireSpan& one : plan.spans) {
            const registers::DrivePlace& place = *piece.source->place;
            const bool holds = one.space == place.space && place.wire >= one.first &&
                               place.wire + cellsOf(*piece.source) <= one.first + one.count;
            const std::uint32_t cells = static_cast<std::uint32_t>(place.wire - one.first);
            if (holds) piece.from = one.at + (one.isBits() ? cells : 2 * cells);
        }
    return plan;
}

void ReadPlan::fill(ByteView read, MutableByteView into) const {
    std::ranges::fill(into, std::uint8_t{0});
    for (const Piece& piece : pieces) {
        const ByteView bytes = read.subspan(piece.from, piece.source->size);
        const MutableByteView place = into.subspan(piece.to, piece.target->size);
        if (piece.target == piece.source)
            std::ranges::copy(bytes, place.begin());
        else
            place[0] = isSet(*piece.source, *piece.target->place, bytes) ? 1 : 0;
    }
}

std::optional<std::uint32_t> ReadPlan::find(const Register& source) const {
    const auto found = std::ranges::find(pieces, &source, &Piece::source);
    return found == pieces.end() ? std::nullopt : std::optional(found->from);
}

} // namespace servolane::drivers::modbus
