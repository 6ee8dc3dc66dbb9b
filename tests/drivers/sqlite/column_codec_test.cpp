// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/column_codec.h"

#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <random>

using namespace servolane;
using namespace servolane::drivers::sqlite;

namespace {
using Column = std::vector<std::int64_t>;

template <class Number>
Bytes encoded(const std::vector<Number>& column) {
    ColumnEncoder encoder;
    encoder.addColumn(column);
    const ByteView bytes = encoder.bytes();
    return {bytes.begin(), bytes.end()};
}
} // namespace

class ColumnCodecTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesTheDocumentedBytes() {
        QCOMPARE(encoded(Column{-3, -3, -3}), (Bytes{0, 5}));                 // constant: zigzag of the value
        QCOMPARE(encoded(Column{10, 12, 14, 16}), (Bytes{1, 20, 4}));         // even: first, step
        QCOMPARE(encoded(Column{1, 2, 300, 299}), (Bytes{2, 5, 0, 0, 0,       // differences, 5 bytes of them
                                                         2, 2, 0xd4, 4, 1})); // +1, +1, +298 as two bytes, -1
    }

    /// The ends of each type, and steps beyond it.
    void sameNumbersOfAnotherTypeAreTheSameBytes() {
        const auto same = [](const auto& narrow) {
            return encoded(narrow) == encoded(Column(narrow.begin(), narrow.end()));
        };
        QVERIFY(same(std::vector<std::int32_t>{INT32_MIN, INT32_MAX, -1, 0, INT32_MIN}));
        QVERIFY(same(std::vector<std::int32_t>{-7, -7, -7}));
        QVERIFY(same(std::vector<std::uint32_t>{UINT32_MAX, 0, 1, UINT32_MAX}));
        QVERIFY(same(std::vector<std::uint16_t>{0, UINT16_MAX, 3, 2}));
    }

    void returnsAnyNumbers_data() {
        QTest::addColumn<Column>("column");
        QTest::newRow("one") << Column{INT64_MIN};
        QTest::newRow("extremes") << Column{INT64_MAX, INT64_MIN, 0, -1, INT64_MAX, INT64_MAX};
        QTest::newRow("even over the edge") << Column{INT64_MAX - 1, INT64_MAX, INT64_MIN};
        std::mt19937_64 random{1};
        Column noise(1000);
        for (auto& value : noise)
            value = static_cast<std::int64_t>(random() >> random() % 64);
        QTest::newRow("noise") << noise;
    }
    void returnsAnyNumbers() {
        QFETCH(Column, column);
        const Bytes bytes = encoded(column);
        Column back(column.size());
        ColumnDecoder decoder{bytes};
        QVERIFY(decoder.column(back) && decoder.atEnd());
        QCOMPARE(back, column);
        ColumnDecoder skipping{bytes};
        QVERIFY(skipping.skipColumn() && skipping.atEnd());
    }

    void refusesAnyBytesThatAreNoColumn() {
        std::mt19937 random{2};
        Column into(50);
        for (int round = 0; round < 20000; ++round) {
            Bytes bytes(random() % 40);
            for (auto& byte : bytes)
                byte = static_cast<std::uint8_t>(random() % 4 == 0 ? random() % 3 : random());
            ColumnDecoder decoder{bytes};
            static_cast<void>(decoder.column(into)); // an error or numbers, never a crash
        }
        const Bytes whole = encoded(Column{1, 5, 2, 8, 1});
        for (std::size_t size = 0; size < whole.size(); ++size) {
            ColumnDecoder decoder{ByteView{whole}.first(size)};
            QVERIFY(!decoder.column(std::span{into}.first(5)));
        }
    }

    void refusesWhatIsNotCompressed() {
        Decompressor decompressor;
        QVERIFY(!decompressor.unpack(Bytes{1, 2, 3}));
        QVERIFY(!decompressor.unpack(Bytes{}));
        Compressor compressor;
        const Bytes plain(5000, 7);
        const auto packed = compressor.pack(plain);
        QVERIFY(packed && packed->size() < 100);
        const auto back = decompressor.unpack(*packed);
        QVERIFY(back && std::equal(back->begin(), back->end(), plain.begin(), plain.end()));
        QVERIFY(!decompressor.unpack(packed->first(packed->size() - 1)));
    }
};

SERVOLANE_TEST(ColumnCodecTest)
#include "column_codec_test.moc"
