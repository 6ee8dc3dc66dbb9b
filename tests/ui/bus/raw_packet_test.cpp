// SPDX-License-Identifier: GPL-3.0-or-later
// Raw packets in the window: what is sent for what was typed, when nothing is sent, and what is shown of the
// answer.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/bus/raw_packet_panel.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/state_mark.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

namespace servolane::tests {

class RawPacketTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(2);
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        QApplication::setActiveWindow(window_.get());
        find<QDockWidget>("dockPackets")->show();
        find<QDockWidget>("dockPackets")->raise();
        refresh();
    }
    void cleanup() { window_.reset(); }

    void thePacketIsSeenByteByByteWithItsChecksum() {
        // The maker's own examples: ping of 1; read of 4 bytes at 132.
        QCOMPARE(preview(), QStringLiteral("FF FF FD 00 01 03 00 01 19 4E"));
        choose(0x02);
        type("packetParameters", "84 00 04 00");
        QCOMPARE(preview(), QStringLiteral("FF FF FD 00 01 07 00 02 84 00 04 00 1D 15"));
        QCOMPARE(find<QLabel>("packetHint")->text(), QStringLiteral("address (2), length (2)"));
        type("packetId", "all");
        QCOMPARE(preview().left(14), QStringLiteral("FF FF FD 00 FE"));
    }

    void whatIsNotUnderstoodIsSaidAndNotSent() {
        arm();
        type("packetParameters", "8");
        QVERIFY(preview().contains(QStringLiteral("pairs of hexadecimal digits")));
        QVERIFY(!find<QPushButton>("sendPacket")->isEnabled());
        type("packetParameters", "");
        type("packetId", "253");
        QVERIFY(preview().contains(QStringLiteral("0 to 252")));
        type("packetId", "1");
        type("packetCode", "zz");
        QVERIFY(preview().contains(QStringLiteral("two hexadecimal digits")));
        type("packetCode", "01");
        QVERIFY(find<QPushButton>("sendPacket")->isEnabled());
    }

    void nothingIsSentUnarmed() {
        QVERIFY(!find<QPushButton>("sendPacket")->isEnabled());
        QVERIFY(find<QLabel>("packetReason")->text().startsWith(QStringLiteral("Arm first")));
        QTest::keyClick(find<QLineEdit>("packetParameters"), Qt::Key_Return);
        QVERIFY(stage_->commands.all<bus::SendRawPacket>().empty());
    }

    void armingIsACommandAndCountsDown() {
        QTest::mouseClick(find<QPushButton>("armPackets"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<access::Arm>().at(0).span, Duration{std::chrono::seconds{60}});
        arm();
        QCOMPARE(find<ui::StateMark>("packetArmed")->look().word, QStringLiteral("Armed, 60 s left"));
        stage_->clock.advance(std::chrono::seconds{47});
        refresh();
        QCOMPARE(find<ui::StateMark>("packetArmed")->look().word, QStringLiteral("Armed, 13 s left"));
        stage_->clock.advance(std::chrono::seconds{13});
        refresh();
        QCOMPARE(find<ui::StateMark>("packetArmed")->look().word, QStringLiteral("Not armed"));
        QVERIFY(!find<QPushButton>("sendPacket")->isEnabled());
    }

    void theButtonDisarmsWhileArmed() {
        arm();
        QCOMPARE(find<QPushButton>("armPackets")->text(), QStringLiteral("Disarm"));
        QTest::mouseClick(find<QPushButton>("armPackets"), Qt::LeftButton);
        QCOMPARE(stage_->commands.all<access::Disarm>().size(), std::size_t{1});
    }

    void aPacketIsSentByReturnAndItsAnswerIsShownAndExplained() {
        arm();
        QTest::keyClick(find<QLineEdit>("packetParameters"), Qt::Key_Return);
        const auto sent = stage_->commands.all<bus::SendRawPacket>();
        QCOMPARE(sent.size(), std::size_t{1});
        QCOMPARE(sent[0].bus.value, std::uint16_t{1});
        QVERIFY(sent[0].bytes == (Bytes{0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x03, 0x00, 0x01, 0x19, 0x4E}));
        QCOMPARE(sent[0].wait, Duration{std::chrono::milliseconds{10}});
        // The maker's example: model 1030, firmware 38.
        answer({0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x07, 0x00, 0x55, 0x00, 0x06, 0x04, 0x26, 0x65, 0x5D});
        auto* history = find<QTableWidget>("packetHistory");
        QCOMPARE(history->rowCount(), 1);
        QCOMPARE(history->item(0, 1)->text(), QStringLiteral("FF FF FD 00 01 03 00 01 19 4E"));
        QCOMPARE(history->item(0, 2)->text(), QStringLiteral("FF FF FD 00 01 07 00 55 00 06 04 26 65 5D"));
        QCOMPARE(history->item(0, 3)->text(), QStringLiteral("answer of 1, no error: 06 04 26"));
    }

    void silenceAndGarbageAreNamed() {
        arm();
        QTest::mouseClick(find<QPushButton>("sendPacket"), Qt::LeftButton);
        answer({});
        auto* history = find<QTableWidget>("packetHistory");
        QCOMPARE(history->item(0, 2)->text(), QStringLiteral("nothing"));
        QCOMPARE(history->item(0, 3)->text(), QStringLiteral("no answer"));
        QTest::mouseClick(find<QPushButton>("sendPacket"), Qt::LeftButton);
        answer({0x01, 0x02, 0x03});
        QCOMPARE(history->rowCount(), 2);
        QCOMPARE(history->item(0, 3)->text(), QStringLiteral("3 bytes of no packet"));
    }

    void aRefusedPacketSaysWhy() {
        arm();
        QTest::mouseClick(find<QPushButton>("sendPacket"), Qt::LeftButton);
        auto& entry = stage_->tell(stage_->commands.idOf<bus::SendRawPacket>(),
                                   journal::CommandState::rejected, "SendRawPacket");
        entry.rejection.code = api::RejectionCode::armingExpired;
        refresh();
        QVERIFY(!find<QTableWidget>("packetHistory")->item(0, 3)->text().isEmpty());
        QVERIFY(find<QTableWidget>("packetHistory")->item(0, 3)->text() != QStringLiteral("…"));
    }

    void anEarlierPacketComesBackIntoTheFields() {
        arm();
        choose(0x03);
        type("packetId", "2");
        type("packetParameters", "40 00 01");
        QTest::mouseClick(find<QPushButton>("sendPacket"), Qt::LeftButton);
        refresh();
        choose(0x01);
        type("packetId", "1");
        type("packetParameters", "");
        auto* history = find<QTableWidget>("packetHistory");
        Q_EMIT history->cellActivated(0, 1);
        QCOMPARE(find<QLineEdit>("packetId")->text(), QStringLiteral("2"));
        QCOMPARE(find<QLineEdit>("packetCode")->text(), QStringLiteral("03"));
        QCOMPARE(find<QLineEdit>("packetParameters")->text(), QStringLiteral("40 00 01"));
    }

    void whileStopIsLatchedNothingGoesOut() {
        arm();
        stage_->axes.stop.latched = true;
        refresh();
        QVERIFY(!find<QPushButton>("sendPacket")->isEnabled());
        QCOMPARE(find<QLabel>("packetReason")->text(),
                 QStringLiteral("No raw packet goes out while stop is latched"));
    }

    void anOperatorNeitherArmsNorSends() {
        arm();
        stage_->access.roles[api::Asker::window] = access::Role::lineOperator;
        refresh();
        QVERIFY(!find<QPushButton>("sendPacket")->isEnabled());
        QVERIFY(!find<QPushButton>("armPackets")->isEnabled());
        QVERIFY(find<QLabel>("packetReason")->text().contains(QStringLiteral("engineer")));
    }

private:
    template <class Widget>
    Widget* find(const char* name) {
        auto* widget = window_->findChild<Widget*>(QString::fromLatin1(name));
        if (!widget) qFatal("no widget named %s", name);
        return widget;
    }
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame)
            window_->tick();
    }
    void arm() {
        stage_->access.armedUntil[api::Asker::window] = stage_->clock.now() + std::chrono::seconds{60};
        refresh();
    }
    void type(const char* name, const char* text) {
        auto* line = find<QLineEdit>(name);
        line->setFocus(); // else L jogs
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, QString::fromLatin1(text));
        refresh();
    }
    void choose(int code) {
        auto* box = find<QComboBox>("packetInstruction");
        box->setCurrentIndex(box->findData(code));
        Q_EMIT box->activated(box->currentIndex());
        refresh();
    }
    QString preview() { return find<QLabel>("packetPreview")->text(); }
    void answer(Bytes received) {
        const CommandId id = stage_->commands.idOf<bus::SendRawPacket>();
        stage_->buses.buses.at(0).lastRaw =
            bus::RawPacketExchanged{stage_->buses.buses.at(0).id, id,
                                    stage_->commands.all<bus::SendRawPacket>().back().bytes, received};
        refresh();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
};

SERVOLANE_TEST(RawPacketTest)

} // namespace servolane::tests

#include "raw_packet_test.moc"
