// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_registry.h"
#include "ui/motion/axis_table.h"
#include "ui/motion/tile_grid.h"
#include "ui/theme/fonts.h"
#include "ui/theme/house_style.h"
#include "ui/theme/icons.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/system_scheme.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_mark.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtGui/QFontMetricsF>
#include <QtGui/QPalette>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>

namespace servolane::tests {

class ThemeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contrastIsThatOfTheFormula() {
        QVERIFY(std::abs(ui::contrastRatio(Qt::black, Qt::white) - 21.0) < 0.01);
        QVERIFY(std::abs(ui::contrastRatio(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
    }
    void textIsReadableOnEverySurface() {
        const auto check = [](const QColor& text, const QColor& surface) {
            QVERIFY2(ui::contrastRatio(text, surface) >= 4.5,
                     qPrintable(text.name() + QStringLiteral(" on ") + surface.name()));
        };
        for (const ui::Tokens* t : {&ui::lightTokens(), &ui::darkTokens()}) {
            for (const QColor& surface : {t->window, t->surface, t->raised})
                for (const QColor& text : {t->text, t->muted, t->accent, t->warn, t->fault})
                    check(text, surface);
            // Words of state stand on panels; on selected rows they take the colour of text.
            for (const QColor& surface : {t->window, t->surface})
                for (const QColor& text : {t->ok, t->info, t->off})
                    check(text, surface);
        }
    }
    /// Bug: "Fault · overload" had 4.3 : 1 on its dark tile.
    void wordsOfStateAreReadableOnTilesAndSelectedRows() {
        for (const ui::Tokens* t : {&ui::lightTokens(), &ui::darkTokens()}) {
            for (const ui::Tone tone :
                 {ui::Tone::ok, ui::Tone::warn, ui::Tone::fault, ui::Tone::info, ui::Tone::off}) {
                const QColor word = ui::colorOf(tone, *t);
                const QColor ground = ui::alarmingGround(tone, *t);
                for (const QColor& text : {word, t->text, t->muted})
                    QVERIFY2(ui::contrastRatio(text, ground) >= 4.5, qPrintable(text.name()));
                const QColor onSelection = ui::toneOnSelection(word, *t);
                const QColor selection = ui::blend(t->accent, t->surface, t->dark ? 0.22 : 0.12);
                QVERIFY2(ui::contrastRatio(onSelection, selection) >= 4.5, qPrintable(onSelection.name()));
                QVERIFY(ui::contrastRatio(t->muted, selection) >= 4.5); // shortcuts in the palette
            }
        }
    }
    void tracesAndShapesStandOut() {
        for (const ui::Tokens* t : {&ui::lightTokens(), &ui::darkTokens()}) {
            for (const QColor& trace : t->traces)
                QVERIFY2(ui::contrastRatio(trace, t->surface) >= 3.0, qPrintable(trace.name()));
            for (const QColor& shape : {t->ok, t->warn, t->fault, t->info, t->off})
                QVERIFY(ui::contrastRatio(shape, t->surface) >= 3.0);
        }
    }
    void filledButtonsAreReadable() {
        for (const ui::Tokens* t : {&ui::lightTokens(), &ui::darkTokens()}) {
            QVERIFY(ui::contrastRatio(t->onStop, t->stop) >= 4.5);
            QVERIFY(ui::contrastRatio(t->onAccent, t->accent) >= 4.5);
        }
    }
    void figuresHaveOneWidth() {
        const QFontMetricsF metrics(ui::fontOf(ui::TextSize::bigValue));
        for (char digit = '1'; digit <= '9'; ++digit)
            QCOMPARE(metrics.horizontalAdvance(QLatin1Char(digit)),
                     metrics.horizontalAdvance(QLatin1Char('0')));
    }
    void theStyleSheetLeavesNoNameUnresolved() {
        QVERIFY(!ui::styleSheetOf(ui::lightTokens(), QStringLiteral("/icons")).contains(QLatin1Char('@')));
        QVERIFY(ui::styleSheetOf(ui::darkTokens(), QStringLiteral("/icons"))
                    .contains(ui::darkTokens().stop.name()));
    }
    void followsTheSystemUntilOneIsChosen() {
        bool dark = false;
        ui::Theme theme([&dark] { return dark; });
        QVERIFY(!theme.tokens().dark);
        QSignalSpy changed(&theme, &ui::Theme::changed);
        dark = true;
        theme.followSystem();
        QVERIFY(theme.tokens().dark);
        QCOMPARE(changed.count(), 1);
        theme.choose(ui::ThemeChoice::light);
        theme.followSystem();
        QVERIFY(!theme.tokens().dark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), theme.tokens().window);
    }
    /// Asking for the scheme started a session bus where there was none.
    void nobodyIsAskedWhereThereIsNoSessionBus() {
        const QByteArray address = qgetenv("DBUS_SESSION_BUS_ADDRESS");
        const QByteArray runtime = qgetenv("XDG_RUNTIME_DIR");
        const QTemporaryDir folder;
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
        qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
        const bool without = ui::hasSessionBus();
        QFile socket(folder.filePath(QStringLiteral("bus")));
        const bool isMade = socket.open(QIODevice::WriteOnly);
        const bool besideSocket = ui::hasSessionBus();
        socket.remove();
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/somewhere");
        const bool withAddress = ui::hasSessionBus();
        qputenv("XDG_RUNTIME_DIR", runtime);
        address.isEmpty() ? qunsetenv("DBUS_SESSION_BUS_ADDRESS")
                          : qputenv("DBUS_SESSION_BUS_ADDRESS", address);
        QVERIFY(!without && isMade && besideSocket && withAddress);
    }
    /// Icons that nobody sees cost a sixth of what a dock takes to be made.
    void theStyleDrawsNoIconsThatAreNotSeen() {
        const ui::HouseStyle style;
        for (const auto which :
             {QStyle::SP_TitleBarNormalButton, QStyle::SP_TitleBarCloseButton,
              QStyle::SP_DockWidgetCloseButton, QStyle::SP_ToolBarHorizontalExtensionButton})
            QVERIFY(style.standardIcon(which, nullptr, nullptr).isNull());
        QVERIFY(!style.standardIcon(QStyle::SP_DirIcon, nullptr, nullptr).isNull());
    }
    void iconsTakeTheColourAsked() {
        const QImage image = ui::tintedPixmap(QStringLiteral("circle"), QColor(10, 200, 30), 16).toImage();
        QVERIFY(!image.isNull());
        bool found = false;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) {
                const QColor pixel = image.pixelColor(x, y);
                if (pixel.alpha() > 250) {
                    found = true;
                    QCOMPARE(pixel.green(), 200);
                }
            }
        QVERIFY(found);
        QVERIFY(ui::tintedPixmap(QStringLiteral("no such icon"), Qt::black, 16).isNull());
    }
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(ThemeTest)
#include "theme_test.moc"
