// SPDX-License-Identifier: GPL-3.0-or-later
// A feedback cycle must not allocate: the bus thread would then wait for whoever holds the heap.
#include "drivers/transport/tapped_transport.h"
#include "tests/drivers/dynamixel/groups.h"
#include "tests/support/test_registry.h"

#include <array>
#include <cstdlib>
#include <new>

namespace {
thread_local std::size_t allocations = 0;
} // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size > 0 ? size : 1);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

using namespace servolane;
using namespace servolane::drivers::dynamixel;
using namespace servolane::tests;
using namespace std::chrono_literals;

namespace {

/// Gives the same answer to every request, 300 µs later, out of a buffer of its own.
class SameAnswerTransport final : public bus::Transport {
public:
    SameAnswerTransport(TestClock& clock, const Bytes& answer)
        : clock_(clock)
        , size_(answer.size()) {
        std::copy(answer.begin(), answer.end(), answer_.begin());
    }
    Result<void> open(const bus::LineSettings&) override { return {}; }
    void close() override {}
    bool isOpen() const override { return true; }
    Result<void> setBaud(std::uint32_t) override { return {}; }
    Result<void> write(ByteView) override {
        clock_.advance(300us);
        at_ = 0;
        return {};
    }
    Result<std::size_t> read(MutableByteView into, Time deadline) override {
        const std::size_t part = std::min({into.size(), size_ - at_, std::size_t{7}});
        std::copy_n(answer_.begin() + static_cast<std::ptrdiff_t>(at_), part, into.begin());
        at_ += part;
        if (part == 0) clock_.advanceTo(deadline);
        return part;
    }
    Result<void> discardInput() override { return {}; }
    bus::LineTiming timing() const override { return {}; }

private:
    TestClock& clock_;
    std::array<std::uint8_t, 256> answer_{};
    std::size_t size_;
    std::size_t at_ = 0;
};

std::size_t allocationsInCycles(const Bytes& answer, bool fast) {
    TestClock clock;
    SameAnswerTransport transport(clock, answer);
    DynamixelBus bus(transport, clock);
    auto group = positionsOf({3, 7, 4});
    for (const auto& slot : group.entries)
        bus.allowFastGroupRead(slot.id, fast);
    if (!bus.prepareGroup(group)) return SIZE_MAX;
    const std::size_t before = allocations;
    for (int cycle = 0; cycle < 100; ++cycle) {
        if (!bus.readGroup(group)) return SIZE_MAX;
    }
    return allocations - before;
}

} // namespace

class AllocationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theCounterCounts() {
        const std::size_t before = allocations;
        const auto one = std::make_unique<int>(1);
        QCOMPARE(allocations - before, std::size_t{1});
    }

    void plainCyclesDoNotAllocate() {
        const Bytes all = joined({status(3, 1, 4), status(7, 2, 4), status(4, 3, 4)});
        QCOMPARE(allocationsInCycles(all, false), std::size_t{0});
    }

    void mergedCyclesDoNotAllocate() {
        Bytes reply;
        beginMergedReply(reply, 3 * mergedBlockSize(4));
        for (const std::uint8_t id : std::array<std::uint8_t, 3>{3, 7, 4})
            appendMergedBlock(reply, ServoId{id}, {}, littleEndianBytes(id, 4));
        QCOMPARE(allocationsInCycles(reply, true), std::size_t{0});
    }

    void cyclesWithASilentServoDoNotAllocate() {
        QCOMPARE(allocationsInCycles(joined({status(3, 1, 4), status(4, 3, 4)}), false), std::size_t{0});
    }

    void aWireTapAllocatesNothingClosedOrOpen() {
        const Bytes all = joined({status(3, 1, 4), status(7, 2, 4), status(4, 3, 4)});
        for (const bool open : {false, true}) {
            TestClock clock;
            const auto tap = std::make_shared<bus::WireTap>();
            drivers::TappedTransport transport(std::make_unique<SameAnswerTransport>(clock, all), tap, clock);
            if (open) tap->open();
            DynamixelBus bus(transport, clock);
            auto group = positionsOf({3, 7, 4});
            QVERIFY(bus.prepareGroup(group).has_value());
            const std::size_t before = allocations;
            for (int cycle = 0; cycle < 100; ++cycle)
                QVERIFY(bus.readGroup(group).has_value());
            QCOMPARE(allocations - before, std::size_t{0});
            bus::WireHeard heard;
            tap->drain(heard);
            QCOMPARE(!heard.chunks.empty(), open);
        }
    }

    void groupWritesDoNotAllocateOnceWarm() {
        TestClock clock;
        SameAnswerTransport transport(clock, {});
        DynamixelBus bus(transport, clock);
        const std::vector<bus::GroupWriteItem> goals{{ServoId{1}, littleEndianBytes(150, 4)},
                                                     {ServoId{2}, littleEndianBytes(170, 4)}};
        QVERIFY(bus.writeGroup({116, 4}, goals).has_value());
        const std::size_t before = allocations;
        for (int cycle = 0; cycle < 100; ++cycle)
            QVERIFY(bus.writeGroup({116, 4}, goals).has_value());
        QCOMPARE(allocations - before, std::size_t{0});
    }
};

SERVOLANE_TEST(AllocationTest)
#include "allocation_test.moc"
