// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/targets.h"

#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/packet_parser.h"
#include "drivers/dynamixel/status.h"
#include "drivers/families/families.h"
#include "drivers/ff/frame_parser.h"
#include "tests/drivers/dynamixel/scripted_transport.h"

#include <algorithm>
#include <cstdlib>

namespace servolane::fuzz {

namespace {

using namespace servolane::drivers;

void demand(bool promise) {
    if (!promise) std::abort();
}

/// Hands the bytes over in pieces, as a line does: the first byte chooses their length.
template <class Parser, class OnFrame>
void feedInPieces(Parser& parser, ByteView bytes, OnFrame&& onFrame) {
    if (bytes.empty()) return;
    const std::size_t piece = 1U + bytes.front();
    std::uint64_t framed = 0;
    std::uint64_t fed = 0;
    const auto take = [&] {
        while (const auto frame = parser.next()) {
            framed += frame->wireSize;
            onFrame(*frame);
        }
    };
    for (ByteView rest = bytes.subspan(1); !rest.empty();) {
        const std::size_t taken = parser.feed(rest.first(std::min(piece, rest.size())));
        fed += taken;
        take();
        // Only a frame longer than the buffer could stop it, and such a one is taken for chance.
        demand(taken > 0);
        rest = rest.subspan(taken);
    }
    while (parser.abandonPending())
        take();
    demand(framed + parser.counters().foreignBytes == fed);
}

void parseDynamixel2(ByteView bytes) {
    dynamixel::PacketParser parser;
    feedInPieces(parser, bytes, [](const dynamixel::Frame& frame) {
        static_cast<void>(dynamixel::decodeInstruction(frame));
        if (const auto status = dynamixel::statusFrom(frame))
            static_cast<void>(dynamixel::identityFrom(*status));
        dynamixel::MergedReplyReader reader(frame.merged);
        for (std::uint8_t id = 1; id < 5; ++id)
            static_cast<void>(reader.next(ServoId{id}, 4));
    });
}

void parseFf(ByteView bytes) {
    ff::FrameParser parser;
    feedInPieces(parser, bytes, [](const ff::Frame& frame) {
        Bytes again;
        ff::appendFrame(again, frame.id, frame.code, frame.parameters);
        demand(again.size() == frame.wireSize);
        // What a servo understands, a host would have said with the same bytes.
        if (const auto request = ff::decodeRequest(frame)) demand(ff::encode(frame.id, *request) == again);
    });
}

/// Every answer to every request is made of these bytes.
void askBus(const Family& family, ByteView bytes) {
    TestClock clock;
    Waker waker;
    tests::ScriptedTransport transport(clock, waker);
    transport.answerAlways({{std::chrono::microseconds(300), Bytes(bytes.begin(), bytes.end())}});
    const auto bus = family.make(transport, clock, {});
    static_cast<void>(bus->ping(ServoId{1}));
    Bytes into(4);
    static_cast<void>(bus->read(ServoId{1}, 36, into));
    static_cast<void>(bus->write(ServoId{1}, 30, into));
    for (const bool fast : {false, true}) {
        bus::GroupRead group;
        for (std::uint8_t id = 1; id < 4; ++id) {
            bus->allowFastGroupRead(ServoId{id}, fast);
            group.entries.push_back({ServoId{id}, {36, 6}});
        }
        if (!bus->prepareGroup(group)) continue;
        for (int cycle = 0; cycle < 3; ++cycle)
            static_cast<void>(bus->readGroup(group));
        for (const auto& slot : group.entries)
            demand(slot.dataAt + slot.span.size <= group.data.size());
    }
}

void askBuses(ByteView bytes) {
    constexpr std::size_t longest = 512;
    for (const Family& family : families())
        askBus(family, bytes.first(std::min(longest, bytes.size())));
}

} // namespace

std::array<Target, 3> targets() {
    return {Target{"dynamixel2", parseDynamixel2}, Target{"ff", parseFf}, Target{"buses", askBuses}};
}

} // namespace servolane::fuzz
