// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest/QTest> // before core: moc 6.4 stumbles over <compare> where it comes first

#include "core/telemetry/read/trace_table.h"
#include "core/telemetry/read/trace_writer.h"
#include "tests/support/test_registry.h"

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
        const Table table = tableOf(
            {start,
             start + 1s,
             datedFrom(start),
             {{"position", "deg", fast.snapshot(), AxisId{1}}, {"=temp", "", slow.snapshot(), AxisId{1}}},
             true,
             {}});
        QCOMPARE(QByteArray::fromStdString(table.text),
                 QByteArray("time_s,utc,position[deg],'=temp,gap,simulated\r\n"
                            "0.000000000,2026-11-26T10:00:00.000000Z,0,,0,1\r\n"
                            "0.001000000,2026-11-26T10:00:00.001000Z,1.5,24,0,1\r\n"
                            "0.002000000,2026-11-26T10:00:00.002000Z,3,,0,1\r\n"
                            "0.002500000,2026-11-26T10:00:00.002500Z,,25,0,1\r\n"
                            "0.003000000,2026-11-26T10:00:00.003000Z,4.5,,0,1\r\n"));
        QCOMPARE(*table.rows, std::uint64_t{5});
    }

    /// A gap was a row of its own at the time of the sample before it, unlike in exported recordings.
    void theFirstRowAfterAGapSaysSoAsInExportedRecordings() {
        TraceWriter fast;
        TraceWriter slow; // of the same axis
        TraceWriter other;
        fast.append(start, 1.0F);
        slow.append(start, 24.0F);
        other.append(start, 7.0F);
        fast.append(start + 1s, 2.0F);
        for (TraceWriter* trace : {&fast, &slow})
            trace->markGap();
        fast.append(start + 5s, 3.0F);
        other.append(start + 5s, 8.0F);
        fast.append(start + 6s, 4.0F);
        slow.append(start + 6s, 25.0F); // told already
        other.markGap();
        other.append(start + 7s, 9.0F);
        const std::vector<TableColumn> columns{{"a", "V", fast.snapshot(), AxisId{1}},
                                               {"b", "", slow.snapshot(), AxisId{1}},
                                               {"c", "", other.snapshot(), AxisId{2}}};
        const Table table = tableOf({start, start + 10s, datedFrom(start), columns, false, {}});
        QCOMPARE(QByteArray::fromStdString(table.text),
                 QByteArray("time_s,utc,a[V],b,c,gap,simulated\r\n"
                            "0.000000000,2026-11-26T10:00:00.000000Z,1,24,7,0,0\r\n"
                            "1.000000000,2026-11-26T10:00:01.000000Z,2,,,0,0\r\n"
                            "5.000000000,2026-11-26T10:00:05.000000Z,3,,8,1,0\r\n"
                            "6.000000000,2026-11-26T10:00:06.000000Z,4,25,,0,0\r\n"
                            "7.000000000,2026-11-26T10:00:07.000000Z,,,9,1,0\r\n"));
        QCOMPARE(*table.rows, std::uint64_t{5});
        // Also where the table begins within the gap.
        const Table late = tableOf({start + 3s, start + 6s, datedFrom(start + 3s), columns, false, {}});
        QVERIFY(late.text.find("Z,3,,8,1,0\r\n") != std::string::npos);
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
        const Table table =
            tableOf({start, start + 20s, datedFrom(start), {{"a", "", trace.snapshot(), {}}}, false, {}});
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
        const Table table = tableOf(
            {start + 10s, start + 13s, datedFrom(start + 10s), {{"a", "", trace.snapshot(), {}}}, false, {}});
        QCOMPARE(*table.rows, std::uint64_t{3});
        QVERIFY(table.text.find("\r\n0.000000000,2026-11-26T10:00:00.000000Z,10,0,0\r\n") !=
                std::string::npos);
        QCOMPARE(
            *tableOf({start, start, datedFrom(start), {{"a", "", trace.snapshot(), {}}}, false, {}}).rows,
            std::uint64_t{0});
    }

    void itEndsWhenGivenUpOrWhenTheSinkFails() {
        TraceWriter trace;
        for (int i = 0; i < 100000; ++i)
            trace.append(start + i * 1ms, 1.0F);
        const TableRequest request{
            start, start + 100s, datedFrom(start), {{"a", "", trace.snapshot(), {}}}, false, {}};
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
