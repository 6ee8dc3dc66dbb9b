// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/read/trace_table.h"

#include "core/telemetry/read/trace_writer.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <charconv>
#include <cstring>

using namespace servolane;
using namespace servolane::telemetry;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1000s};
constexpr UtcTime utcStart{std::chrono::sys_days{std::chrono::year{2026} / 11 / 26} + 10h};

auto datedFrom(Time from) {
    return [from](Time at) { return utcStart + (at - from); };
}

struct Table {
    std::string text;
    Result<std::uint64_t> rows = 0;
};

Table tableOf(const TableRequest& request) {
    Table table;
    table.rows = writeTable(
        request,
        [&](std::string_view part) -> Result<void> {
            table.text += part;
            return {};
        },
        [](double) { return true; });
    return table;
}

} // namespace

class TraceTableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tracesOfDifferentTimesShareRowsWhereTheyMeet() {
        TraceWriter fast;
        TraceWriter slow;
        for (int i = 0; i < 4; ++i)
            fast.append(start + i * 1ms, 1.5F * static_cast<float>(i));
        slow.append(start + 1ms, 24.0F);
        slow.append(start + 2500us, 25.0F);
        const Table table = tableOf({start,
                                     start + 1s,
                                     datedFrom(start),
                                     {{"position", "deg", fast.snapshot()}, {"=temp", "", slow.snapshot()}}});
        QCOMPARE(QByteArray::fromStdString(table.text),
                 QByteArray("time_s,utc,position[deg],'=temp\r\n"
                            "0.000000000,2026-11-26T10:00:00.000000Z,0,\r\n"
                            "0.001000000,2026-11-26T10:00:00.001000Z,1.5,24\r\n"
                            "0.002000000,2026-11-26T10:00:00.002000Z,3,\r\n"
                            "0.002500000,2026-11-26T10:00:00.002500Z,,25\r\n"
                            "0.003000000,2026-11-26T10:00:00.003000Z,4.5,\r\n"));
        QCOMPARE(*table.rows, std::uint64_t{5});
    }

    void aGapIsARowWithAnEmptyCell() {
        TraceWriter trace;
        trace.append(start, 1.0F);
        trace.markGap();
        trace.append(start + 5s, 2.0F);
        const Table table = tableOf({start, start + 10s, datedFrom(start), {{"a", "V", trace.snapshot()}}});
        QCOMPARE(QByteArray::fromStdString(table.text),
                 QByteArray("time_s,utc,a[V]\r\n"
                            "0.000000000,2026-11-26T10:00:00.000000Z,1\r\n"
                            "0.000000000,2026-11-26T10:00:00.000000Z,\r\n"
                            "5.000000000,2026-11-26T10:00:05.000000Z,2\r\n"));
    }

    void numbersReadBackExactlyOverManyChunks() {
        TraceWriter trace;
        std::vector<float> values;
        std::uint32_t bits = 12345;
        for (int i = 0; i < 20000; ++i) {
            bits = bits * 1664525U + 1013904223U;
            const std::uint32_t finite = bits & 0xBF7FFFFFU; // no infinities, no NaN
            float value = 0.0F;
            std::memcpy(&value, &finite, sizeof value);
            values.push_back(value);
            trace.append(start + i * 1ms, value);
        }
        const Table table = tableOf({start, start + 20s, datedFrom(start), {{"a", "", trace.snapshot()}}});
        QCOMPARE(*table.rows, std::uint64_t{20000});
        const auto lines = QByteArray::fromStdString(table.text).split('\n');
        for (std::size_t i = 0; i < values.size(); ++i) {
            const QByteArray cell = lines[static_cast<int>(i) + 1].trimmed().split(',').at(2);
            float back = 0.0F;
            std::from_chars(cell.data(), cell.data() + cell.size(), back);
            QCOMPARE(std::memcmp(&back, &values[i], sizeof back), 0);
        }
    }

    void onlyTheSpanIsWritten() {
        TraceWriter trace;
        for (int i = 0; i < 100; ++i)
            trace.append(start + i * 1s, static_cast<float>(i));
        const Table table =
            tableOf({start + 10s, start + 13s, datedFrom(start + 10s), {{"a", "", trace.snapshot()}}});
        QCOMPARE(*table.rows, std::uint64_t{3});
        QVERIFY(table.text.find("\r\n0.000000000,2026-11-26T10:00:00.000000Z,10\r\n") != std::string::npos);
        QCOMPARE(*tableOf({start, start, datedFrom(start), {{"a", "", trace.snapshot()}}}).rows,
                 std::uint64_t{0});
    }

    void itEndsWhenGivenUpOrWhenTheSinkFails() {
        TraceWriter trace;
        for (int i = 0; i < 100000; ++i)
            trace.append(start + i * 1ms, 1.0F);
        const TableRequest request{start, start + 100s, datedFrom(start), {{"a", "", trace.snapshot()}}};
        double last = -1.0;
        const auto given = writeTable(
            request, [](std::string_view) -> Result<void> { return {}; },
            [&](double done) {
                if (done <= last) return false;
                last = done;
                return done < 0.5;
            });
        QVERIFY(!given);
        QVERIFY(given.error().code == ErrorCode::interrupted);
        QVERIFY(last >= 0.5 && last < 0.6);
        int parts = 0;
        const auto full = writeTable(
            request,
            [&](std::string_view) -> Result<void> {
                if (++parts > 3) return failure(ErrorCode::diskFull, "no space");
                return {};
            },
            [](double) { return true; });
        QVERIFY(full.error().code == ErrorCode::diskFull);
        QCOMPARE(parts, 4);
    }
};

SERVOLANE_TEST(TraceTableTest)
#include "trace_table_test.moc"
