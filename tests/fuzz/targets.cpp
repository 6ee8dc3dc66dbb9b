// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/targets.h"

#include "drivers/dynamixel/instruction.h"
#include "drivers/dynamixel/packet_parser.h"
#include "drivers/dynamixel/status.h"
#include "drivers/families/families.h"
#include "drivers/ff/frame_parser.h"
#include "drivers/lx/frame_finder.h"
#include "drivers/lx/wire_format.h"
#include "drivers/maestro/answer_finder.h"
#include "drivers/maestro/command.h"
#include "drivers/maestro/wire_format.h"
#include "drivers/modbus/answer_finder.h"
#include "drivers/modbus/modbus.h"
#include "drivers/modbus/packet_form.h"
#include "drivers/modbus/wire_format.h"
#include "drivers/sqlite/page_rows.h"
#include "tests/drivers/dynamixel/scripted_transport.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

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

/// The finders of both ends, and the monitor's reading: between them they take every byte once.
void parseModbus(ByteView bytes) {
    modbus::RequestFinder requests;
    feedInPieces(requests, bytes, [](const modbus::Frame& frame) {
        Bytes again;
        modbus::appendFrame(again, frame.id, frame.function, frame.data);
        demand(again.size() == frame.wireSize && modbus::crcHolds(again));
    });
    modbus::AnswerFinder answers;
    constexpr std::size_t requestSize = 8;
    Expectation expectation;
    expectation.longestFrame = bytes.empty() ? 9 : modbus::bareSize + 1 + bytes.front() % 64;
    answers.expect(expectation, bytes.first(std::min(requestSize, bytes.size())));
    feedInPieces(answers, bytes,
                 [](const modbus::Frame& frame) { demand(frame.wireSize >= modbus::bareSize); });
    std::size_t told = 0;
    const ByteView few = bytes.first(std::min<std::size_t>(bytes.size(), 600));
    for (const auto& reading : modbus::packetForm().read(few))
        told += reading.bytes;
    demand(told == few.size());
    for (ByteView rest = few; !rest.empty();) {
        const auto part = modbus::wireFormat().first(rest);
        if (part.size == 0) break;
        demand(part.size <= rest.size());
        if (part.isPacket)
            for (const auto way : {bus::WireDirection::out, bus::WireDirection::in})
                static_cast<void>(modbus::wireFormat().describe(rest.first(part.size), way, few));
        rest = rest.subspan(part.size);
    }
}

void parseLx(ByteView bytes) {
    lx::LxFinder finder;
    feedInPieces(finder, bytes, [](const lx::Frame& frame) {
        Bytes again;
        lx::appendFrame(again, frame.id, frame.command, frame.parameters);
        demand(again.size() == frame.wireSize);
        const auto words = lx::wireFormat().describe(again, bus::WireDirection::in, {});
        demand(words.trouble == bus::WireTrouble::none);
    });
    std::size_t told = 0;
    for (const auto& reading : lx::packetForm().read(bytes))
        told += reading.bytes;
    demand(told == bytes.size());
}

/// The first byte says how many bytes the answer has; the rest is the request and what came back.
void parseMaestro(ByteView bytes) {
    if (bytes.empty()) return;
    const std::size_t awaited = 1 + bytes[0] % 2;
    const ByteView heard = bytes.subspan(1);
    maestro::AnswerFinder finder;
    Expectation expectation;
    expectation.replyBytes = awaited;
    finder.expect(expectation, heard.first(std::min<std::size_t>(heard.size(), 8)));
    for (ByteView rest = heard; !rest.empty();) {
        rest = rest.subspan(finder.feed(rest.first(std::min<std::size_t>(rest.size(), 3))));
        while (const auto found = finder.find())
            demand(found->wireSize == awaited && finder.last().bytes.size() == awaited);
        demand(!finder.writable().empty());
    }
    ByteView rest = heard;
    while (!rest.empty()) {
        const auto part = maestro::wireFormat().first(rest);
        if (part.size == 0) break;
        demand(part.size <= rest.size());
        if (part.isPacket)
            for (const auto way : {bus::WireDirection::out, bus::WireDirection::in})
                static_cast<void>(
                    maestro::wireFormat().describe(rest.first(part.size), way, rest.first(part.size)));
        const auto answer = maestro::wireFormat().firstAnswer(rest, heard);
        demand(answer.size <= rest.size());
        rest = rest.subspan(part.size);
    }
    std::size_t told = 0;
    for (const auto& reading : maestro::packetForm().read(bytes))
        told += reading.bytes;
    demand(told == bytes.size());
}

/// A drive with two numbers and a power that is made of its statusword.
const registers::ModelCatalog& driveModels() {
    static const registers::ModelCatalog models = [] {
        using registers::Register;
        const auto at = [](std::string name, std::uint16_t place, std::uint16_t wire, std::uint8_t size) {
            Register item;
            item.name = std::move(name);
            item.address = place;
            item.size = size;
            item.bigEndian = true;
            item.access = registers::Access::readWrite;
            item.place = registers::DrivePlace{registers::RegisterSpace::holding, wire, wire};
            return item;
        };
        registers::ServoModel model;
        model.name = "drive";
        model.family = modbus::familyName;
        model.number = 1;
        model.registers = {at("control", 30, 3, 2), at("status", 32, 4, 2), at("goal", 36, 10, 4),
                           at("speed", 40, 12, 2)};
        model.registers[2].role = registers::Role::goalPosition;
        Register power;
        power.name = "power";
        power.address = 34;
        power.place = registers::DrivePlace{registers::RegisterSpace::derived};
        power.place->from = "status";
        power.place->mask = 0x6F;
        power.place->values = {0x27};
        power.place->action = registers::DriveAction::power;
        model.registers.push_back(power);
        registers::DriveProfile profile;
        profile.marks = {{"status"}};
        profile.hasCia402 = true;
        profile.cia402 = {"control", "status"};
        model.drive = std::make_shared<const registers::DriveProfile>(profile);
        return registers::ModelCatalog({std::make_shared<const registers::ServoModel>(model)});
    }();
    return models;
}

/// Every answer to every request is made of these bytes.
void askBus(const Family& family, ByteView bytes) {
    TestClock clock;
    Waker waker;
    tests::ScriptedTransport transport(clock, waker);
    transport.answerAlways({{std::chrono::microseconds(300), Bytes(bytes.begin(), bytes.end())}});
    const auto bus = family.make(transport, clock, driveModels());
    static_cast<void>(bus->ping(ServoId{1}));
    Bytes into(4);
    static_cast<void>(bus->read(ServoId{1}, 36, into));
    static_cast<void>(bus->write(ServoId{1}, 30, into));
    static_cast<void>(bus->write(ServoId{1}, 34, ByteView(into).first(1)));
    static_cast<void>(bus->write(ServoId{1}, 36, into));
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

/// A file and its -wal that are gone with it.
class FileOfBytes {
public:
    FileOfBytes(ByteView file, ByteView log) {
        const auto place = std::filesystem::temp_directory_path() / "servolane-pages-XXXXXX";
        std::string folder = place.string();
        demand(::mkdtemp(folder.data()) != nullptr);
        folder_ = folder;
        write(path(), file);
        if (!log.empty()) write(path() + "-wal", log);
    }
    ~FileOfBytes() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    FileOfBytes(const FileOfBytes&) = delete;
    FileOfBytes& operator=(const FileOfBytes&) = delete;
    [[nodiscard]] std::string path() const { return (folder_ / "file").string(); }

private:
    static void write(const std::string& path, ByteView bytes) {
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    std::filesystem::path folder_;
};

/// The first byte says how large a page is, the second how much of the rest is the file's -wal.
void readPages(ByteView bytes) {
    if (bytes.size() < 2) return;
    const std::uint32_t pageSize = 512U << bytes[0] % 3U;
    const ByteView rest = bytes.subspan(2);
    const ByteView file = rest.first(rest.size() - rest.size() * bytes[1] / 256);
    const FileOfBytes place(file, rest.subspan(file.size()));
    static_cast<void>(sqlite::PageRows::pageSizeOf(place.path()));
    auto pages = sqlite::PageRows::open(place.path(), pageSize);
    demand(pages.has_value());
    std::uint64_t told = 0;
    const auto take = [&](const sqlite::PageRow& row) {
        demand(!row.values.empty() && row.values.size() <= 16);
        for (const sqlite::PageValue& value : row.values)
            for (const std::uint8_t byte : value.bytes)
                told += byte; // each can be read
    };
    demand(pages->each(take, [] { return false; }).has_value());
}

} // namespace

std::array<Target, 7> targets() {
    return {Target{"dynamixel2", parseDynamixel2},
            Target{"ff", parseFf},
            Target{"modbus", parseModbus},
            Target{"lx", parseLx},
            Target{"maestro", parseMaestro},
            Target{"buses", askBuses},
            Target{"pages", readPages}};
}

} // namespace servolane::fuzz
