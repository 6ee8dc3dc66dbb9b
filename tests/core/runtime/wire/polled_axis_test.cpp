// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/polled_axis.h"
#include "tests/support/sample_model.h"
#include "tests/support/test_registry.h"

#include <QtTest/QTest>

namespace servolane::tests {

class PolledAxisTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Bug: such a register came out as a gap as soon as it held 2^31 or more.
    void aWatchedRegisterOf32BitsWithoutASignArrivesWhole_data() {
        QTest::addColumn<qint64>("raw");
        for (const qint64 raw : {0LL, 1LL, (1LL << 31) - 1, 1LL << 31, (1LL << 32) - 1})
            QTest::newRow(qPrintable(QString::number(raw))) << raw;
    }
    void aWatchedRegisterOf32BitsWithoutASignArrivesWhole() {
        QFETCH(qint64, raw);
        motion::Axis axis = *sampleAxis(1, 1, 1);
        auto model = std::make_shared<registers::ServoModel>(*axis.model);
        registers::Register counter;
        counter.name = "counter";
        counter.address = 600;
        counter.size = 4;
        counter.scale = 0.5;
        counter.offset = -3.0;
        model->registers.push_back(counter);
        axis.model = model;
        axis.watches[2] = {"counter", true};
        axis.channels = motion::channelScalesOf(axis);
        runtime::PolledAxis polled(std::make_shared<const motion::Axis>(axis));
        polled.follow({}, {});
        const auto span = std::find_if(polled.slow.begin(), polled.slow.end(),
                                       [](const auto& one) { return one.isWatch(); });
        QVERIFY(span != polled.slow.end());
        telemetry::AxisSample sample;
        span->decode(counter.bytesFrom(raw), sample);
        const auto channel = telemetry::watchChannel(2);
        QVERIFY(sample.has(channel));
        QCOMPARE(axis.channels[indexOf(channel)].valueOf(sample.raw[indexOf(channel)]),
                 static_cast<double>(raw) * 0.5 - 3.0);
    }
};

SERVOLANE_TEST(PolledAxisTest)

} // namespace servolane::tests

#include "polled_axis_test.moc"
