// SPDX-License-Identifier: GPL-3.0-or-later
// Saved layouts of the scope: what they hold, and how they come back.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "tests/support/sample_model.h"
#include "tests/ui/telemetry/scope_stage.h"
#include "ui/scope/scope_view.h"
#include "ui/session/work_queue.h"
#include "ui/telemetry/layout_shelf.h"
#include "ui/telemetry/scope_export.h"
#include "ui/telemetry/scope_pins.h"

#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>

namespace servolane::tests {

class ScopeLayoutsTest : public ScopeStage {
    Q_OBJECT
private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void aLayoutReadsBackAsItWasWritten() {
        ScopeLayout layout;
        layout.name = QStringLiteral("Übergang ½ / A:B");
        layout.channels = {Channel::velocity, Channel::hardwareError};
        layout.look = {
            {{QStringLiteral("velocity"), QStringLiteral("setpoint")}, {{QStringLiteral("velocity"), 2}}},
            true,
            {{QStringLiteral("Velocity|°/s|0"), {-0.125, 1.0 / 3.0}}},
            std::chrono::milliseconds{250}};
        const telemetry::TriggerCondition conditions[] = {
            EdgeCondition{telemetry::Slope::either, 1.0 / 7.0, 0.25},
            telemetry::LevelCondition{telemetry::Side::below, -3.0},
            WindowCondition{telemetry::Passage::enters, -1.5, 2.5},
            FactCondition{telemetry::FactKind::command, AxisId{1}, "MoveAxis"},
            FactCondition{telemetry::FactKind::hardwareError, AxisId{}, {}}};
        for (const auto& condition : conditions) {
            layout.trigger =
                scope::TriggerSetup{{condition, TriggerMode::single, 0.75, std::chrono::milliseconds{40}},
                                    AxisId{1},
                                    Channel::current};
            const auto back = layoutFrom(textOf(layout));
            QVERIFY2(back.has_value(), qPrintable(back ? QString() : back.error()));
            QVERIFY(*back == layout);
        }
    }
    void aBrokenLayoutIsNamedAndLeftAlone() {
        const LayoutShelf shelf(folder());
        QVERIFY(shelf.save({QStringLiteral("Good"), {Channel::position}, {}, {}}, false));
        const QByteArray broken = "{\n \"kind\": \"servolane scope layout\",\n \"vers";
        QFile file(shelf.pathOf(QStringLiteral("Bad")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(broken) > 0);
        file.close();
        QCOMPARE(shelf.names(), QStringList({QStringLiteral("Bad"), QStringLiteral("Good")}));
        openMenu();
        layoutAction("Bad")->trigger();
        settleFiles();
        const QString told = find<QLabel>("layoutText")->text();
        QVERIFY2(told.contains(QStringLiteral("Bad.json")) && told.contains(QStringLiteral("line 3")),
                 qPrintable(told));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), broken);
        for (const char* text : {"[]", R"({"kind":"servolane scope layout","version":9})",
                                 R"({"kind":"servolane scope layout","version":1,"channels":["speed"]})",
                                 R"({"kind":"servolane scope layout","version":1,"span_s":-1})",
                                 R"({"kind":"servolane scope layout","version":1,"ranges":{"a":[2,1]}})"})
            QVERIFY2(!layoutFrom(text), text);
    }
    void aLayoutIsSavedLoadedRenamedAndDeleted() {
        panel().showChannels({Channel::velocity});
        action("scopeOverlay")->trigger();
        saveAs("Mine");
        QCOMPARE(shelf().names(), QStringList(QStringLiteral("Mine")));
        panel().showChannels({Channel::position, Channel::current});
        action("scopeOverlay")->trigger();
        saveAs("Mine"); // there is one already
        QVERIFY(find<QLabel>("layoutText")->text().contains(QStringLiteral("already")));
        openMenu();
        layoutAction("Mine")->trigger();
        settleFiles();
        QVERIFY(panel().shownChannels() == std::vector{Channel::velocity});
        QVERIFY(view().look().overlaid);
        openMenu();
        layoutAction("Rename “Mine”…")->trigger();
        type("layoutName", "Yours");
        settleFiles();
        QCOMPARE(shelf().names(), QStringList(QStringLiteral("Yours")));
        openMenu();
        layoutAction("Delete “Yours”…")->trigger();
        find<QPushButton>("layoutAccept")->click();
        settleFiles();
        QVERIFY(shelf().names().isEmpty());
    }
    /// Over 41 Cyrillic letters were refused: percent by percent their file's name was too long.
    void aNameOfEightyLettersIsKeptInEveryScript() {
        const QStringList names{QString(80, QChar(u'\u0416')), QString(80, QChar(u'\u6F22')),
                                QString(80, QChar(u'%')), QStringLiteral("Gr\u00F6\u00DFe / a:b")};
        for (const QString& name : names) {
            ScopeLayout layout;
            layout.name = name;
            const auto saved = shelf().save(layout, false);
            QVERIFY2(saved.has_value(), saved ? "" : qPrintable(saved.error()));
            QVERIFY(shelf().names().contains(name) && shelf().load(name));
        }
        // Those that were kept before are found as they are.
        const QString former = QStringLiteral("Gr\u00F6\u00DFe");
        QVERIFY(QFile::rename(shelf().pathOf(names[3]),
                              folder() + QStringLiteral("/scope-layouts/Gr%C3%B6%C3%9Fe.json")));
        QVERIFY(shelf().names().contains(former) && shelf().load(former));
        QVERIFY(shelf().remove(former) && shelf().names().size() == 3);
    }
    void layoutsAreWrittenBeforeTheWindowIsGone() {
        panel().showChannels({Channel::velocity});
        window_->keepLayout();
        window_.reset();
        const auto last = shelf().loadLast();
        QVERIFY(last && *last);
        QVERIFY((*last)->channels == std::vector{Channel::velocity});
    }
    void allWorkOfAQueueIsDoneBeforeItGoes() {
        std::vector<int> done;
        {
            WorkQueue<int> queue;
            for (int i = 0; i < 20; ++i)
                queue.add([&done, i] {
                    done.push_back(i);
                    return i;
                });
            std::optional<int> first; // taken once: the macro looks again at what came true
            QTRY_VERIFY_WITH_TIMEOUT((first = first ? first : queue.take()).has_value(), workerPatienceMs);
            QCOMPARE(*first, 0);
            QVERIFY(queue.isBusy());
        }
        QCOMPARE(done.size(), std::size_t{20});
        QVERIFY(std::is_sorted(done.begin(), done.end()));
    }
    /// Its trace came back with the layout, but the trigger looked at the axis that happened to be shown.
    void aLayoutKeepsTheAxisThatItsTriggerLooksAt() {
        panel().showChannels({Channel::position});
        listChannelsOf(1);
        find<QCheckBox>("channel_velocity")->click();
        refresh();
        action("scopeTrigger")->trigger();
        auto* source = find<QComboBox>("triggerSource");
        source->setCurrentText(QStringLiteral("Lift velocity"));
        Q_EMIT source->activated(source->currentIndex());
        type("triggerLevel", "7");
        refresh();
        QCOMPARE(view().trigger()->axis, AxisId{2});
        saveAs("Watch Lift");
        const auto layout = shelf().load(QStringLiteral("Watch Lift"));
        QVERIFY(layout && layout->triggerOf);
        QCOMPARE(layout->triggerOf->axis, QStringLiteral("Lift"));
        QVERIFY(layoutFrom(textOf(*layout)) == *layout);
        action("scopeTrigger")->trigger();
        openMenu();
        layoutAction("Watch Lift")->trigger();
        settleFiles();
        refresh();
        QVERIFY(view().trigger());
        QCOMPARE(view().trigger()->axis, AxisId{2});
        // Left like that, it comes back like that, although axes are known only later.
        window_->keepLayout();
        open();
        refresh();
        QVERIFY(view().trigger());
        QCOMPARE(view().trigger()->axis, AxisId{2});
        QVERIFY(view().trigger()->channel == Channel::velocity);
    }
    /// Which axis the lane was limited to was forgotten, and ids of another run mean other axes.
    void aLayoutKeepsWhatTheLaneOfEventsShows() {
        auto* axes = view().findChild<QMenu*>(QStringLiteral("laneAxisMenu"));
        QCOMPARE(axes->actions().at(1)->text(), QStringLiteral("Lift"));
        axes->actions().at(1)->trigger();
        view().findChild<QMenu*>(QStringLiteral("laneMenu"))->actions().front()->trigger();
        const scope::LaneFilter filter = view().look().lane;
        QCOMPARE(filter.axis, AxisId{2});
        QCOMPARE(filter.hidden.size(), std::size_t{1});
        saveAs("Lift alone");
        const auto layout = shelf().load(QStringLiteral("Lift alone"));
        QVERIFY(layout && layout->laneOf && layout->laneOf->axis == QStringLiteral("Lift"));
        QVERIFY(layout->look.lane.hidden == filter.hidden);
        QVERIFY(layoutFrom(textOf(*layout)) == *layout);
        view().setLaneFilter({});
        openMenu();
        layoutAction("Lift alone")->trigger();
        settleFiles();
        QVERIFY(view().look().lane == filter);
        // Left like that, it comes back like that, although axes are known only later.
        window_->keepLayout();
        open();
        QVERIFY(view().look().lane == filter);
    }
    void aLayoutIsFoundByTheCommandPalette() {
        panel().showChannels({Channel::velocity});
        saveAs("Tuning");
        panel().showChannels({Channel::position});
        find<QAction>("actionPalette")->trigger();
        auto* search = find<QLineEdit>("paletteSearch");
        search->setText(QStringLiteral("layout tuning"));
        const auto* list = find<QListWidget>("paletteList");
        QStringList found;
        for (int row = 0; row < list->count(); ++row)
            found << list->item(row)->text();
        QVERIFY2(found.contains(QStringLiteral("Layouts: Tuning")), qPrintable(found.join(QLatin1Char('|'))));
        QTest::keyClick(search, Qt::Key_Return);
        settleFiles();
        QVERIFY(panel().shownChannels() == std::vector{Channel::velocity});
    }
    void pinnedChannelsComeBackWithTheirAxis() {
        panel().showChannels({Channel::position});
        listChannelsOf(1);
        find<QCheckBox>("channel_velocity")->click();
        saveAs("Both");
        window_->keepLayout();
        open();
        QVERIFY(labels().contains(QStringLiteral("Lift velocity")));
        const auto layout = shelf().load(QStringLiteral("Both"));
        QVERIFY(layout.has_value());
        QCOMPARE(layout->pinned.size(), std::size_t{1});
        QVERIFY(layoutFrom(textOf(*layout)) == *layout);
        QVERIFY(!layoutFrom(R"({"kind":"servolane scope layout","version":1,"pinned":[{"servo":999}]})"));
        // Its axis is not there: it waits.
        stage_->axes.axes.pop_back();
        stage_->publish();
        refresh();
        QVERIFY(labels() == QStringList(QStringLiteral("position")));
    }
    /// Bug: of two axes of one name and id on two ports a pin was of both, and the lane was of the first.
    void ofNamesakesOnTwoPortsThePinnedOneComesBack() {
        const auto named = [](std::uint16_t id) {
            auto axis = std::make_shared<motion::Axis>(*sampleAxis(id, id, 1));
            axis->name = "Pan";
            return std::shared_ptr<const motion::Axis>(axis);
        };
        const ScopePins::Axes axes{named(1), named(2)};
        const std::vector<AxisIdentity> identities{{AxisId{1}, "Pan", "ttyUSB0", 1},
                                                   {AxisId{2}, "Pan", "ttyUSB1", 1}};
        ScopePins pins;
        pins.setAxes(axes, identities);
        pins.set(AxisId{2}, Channel::velocity, true);
        QVERIFY(!pins.isPinned(AxisId{1}, Channel::velocity));
        const auto isOf = [](const ScopePins& of, std::uint16_t axis) {
            const auto choices = of.choices();
            return choices.size() == 1 && choices.front().axis == AxisId{axis};
        };
        QVERIFY(isOf(pins, 2));
        ScopeLayout layout;
        layout.pinned = pins.all();
        layout.laneOf = pins.servoOf(*axes[1]);
        const auto back = layoutFrom(textOf(layout));
        QVERIFY(back && *back == layout);
        QVERIFY(pins.find(*back->laneOf) == axes[1].get());
        // It goes: it is waited for, and not taken for the other one.
        pins.setAxes({axes[0]}, {identities[0]});
        QVERIFY(pins.choices().empty() && !pins.find(*layout.laneOf));
        pins.setAxes(axes, identities);
        QVERIFY(isOf(pins, 2));
        // In the next run the adapter has another name, and there is but one.
        ScopePins later;
        later.restore(back->pinned);
        later.setAxes({axes[0]}, {{AxisId{1}, "Pan", "ttyACM3", 1}});
        QVERIFY(isOf(later, 1));
        // A layout of an older program names no port.
        later.restore({{1, QStringLiteral("Pan"), Channel::velocity}});
        later.setAxes(axes, identities);
        QVERIFY(isOf(later, 1));
    }
    /// Bug: an adapter came back under another name, and what was pinned of its axis was gone for that run.
    void aPinFollowsItsAxisToAPortOfAnotherName() {
        const ScopePins::Axes axes{stage_->axis(0).axis, stage_->axis(1).axis};
        const std::string pan = axes[0]->name;
        const std::string lift = axes[1]->name;
        ScopePins pins;
        pins.setAxes(axes, {{axes[0]->id, pan, "ttyUSB0", 1}, {axes[1]->id, lift, "ttyUSB1", 2}});
        pins.set(axes[1]->id, Channel::velocity, true);
        pins.setAxes(axes, {{axes[0]->id, pan, "ttyUSB0", 1}, {axes[1]->id, lift, "ttyUSB7", 2}});
        QCOMPARE(pins.choices().size(), std::size_t{1});
        QVERIFY(pins.isPinned(axes[1]->id, Channel::velocity));
        QCOMPARE(pins.all().front().bus, QStringLiteral("ttyUSB7"));
    }
    /// Bug: after a disconnect the pin of the only bus was not found where its adapter came back under
    /// another name: it had been there, and was waited for under the former one.
    void aPinOfTheOnlyBusIsFoundAfterADisconnectOnAPortOfAnotherName() {
        panel().showChannels({Channel::position});
        listChannelsOf(1);
        find<QCheckBox>("channel_velocity")->click();
        QVERIFY(labels().contains(QStringLiteral("Lift velocity")));
        const auto before = std::exchange(stage_->axes.axes, {});
        auto buses = std::exchange(stage_->buses.buses, {});
        stage_->publish();
        refresh();
        for (auto& bus : buses) {
            bus.id = BusId{static_cast<std::uint16_t>(bus.id.value + 10)};
            bus.name += "again";
        }
        stage_->buses.buses = std::move(buses);
        for (motion::AxisView view : before) {
            auto axis = std::make_shared<motion::Axis>(*view.axis);
            axis->bus = BusId{static_cast<std::uint16_t>(axis->bus.value + 10)};
            axis->id = AxisId{static_cast<std::uint16_t>(axis->id.value + 10)};
            view.axis = axis;
            stage_->axes.axes.push_back(view);
        }
        stage_->publish();
        window_->selectAxis(AxisId{11});
        refresh();
        QVERIFY2(labels().contains(QStringLiteral("Lift velocity")),
                 qPrintable(labels().join(QLatin1Char('|'))));
    }
    /// Both gone, one of them back: it is not taken for the other one, whose pin waits.
    void aPinOfANamesakeWaitsForItWhenBothAreGone() {
        const auto named = [](std::uint16_t id) {
            auto axis = std::make_shared<motion::Axis>(*sampleAxis(id, id, 1));
            axis->name = "Pan";
            return std::shared_ptr<const motion::Axis>(axis);
        };
        ScopePins pins;
        pins.setAxes({named(1), named(2)},
                     {{AxisId{1}, "Pan", "ttyUSB0", 1}, {AxisId{2}, "Pan", "ttyUSB1", 1}});
        pins.set(AxisId{2}, Channel::velocity, true);
        pins.setAxes({named(3)}, {{AxisId{3}, "Pan", "ttyUSB0", 1}});
        QVERIFY(pins.choices().empty());
        pins.setAxes({named(3), named(4)},
                     {{AxisId{3}, "Pan", "ttyUSB0", 1}, {AxisId{4}, "Pan", "ttyUSB1", 1}});
        QVERIFY(pins.isPinned(AxisId{4}, Channel::velocity) && !pins.isPinned(AxisId{3}, Channel::velocity));
    }
    /// Bug: of two simulated buses the second one was told from the first by its turn: when the first was
    /// disconnected, what was pinned of it was shown of the other, and when it was back they had changed
    /// places.
    void busesOfOneNameKeepTheirPins() {
        const auto named = [](std::uint16_t id) {
            auto axis = std::make_shared<motion::Axis>(*sampleAxis(id, id, 1));
            axis->name = "Pan";
            return std::shared_ptr<const motion::Axis>(axis);
        };
        const auto identity = [](std::uint16_t id) {
            return AxisIdentity{AxisId{id}, "Pan", "simulated", 1, BusId{id}};
        };
        ScopePins pins;
        pins.setAxes({named(1), named(2)}, {identity(1), identity(2)});
        pins.set(AxisId{1}, Channel::velocity, true);
        pins.set(AxisId{2}, Channel::current, true);
        QCOMPARE(pins.servoOf(*named(2)).bus, QStringLiteral("simulated~2"));
        const auto shown = [&] {
            QStringList all;
            for (const auto& choice : pins.choices())
                all << QStringLiteral("%1:%2").arg(choice.axis.value).arg(static_cast<int>(choice.channel));
            return all.join(QLatin1Char(' '));
        };
        const QString velocity = QString::number(static_cast<int>(Channel::velocity));
        const QString current = QString::number(static_cast<int>(Channel::current));
        pins.setAxes({named(2)}, {identity(2)});
        QCOMPARE(pins.servoOf(*named(2)).bus, QStringLiteral("simulated~2"));
        QCOMPARE(shown(), QStringLiteral("2:") + current);
        // The next one takes the first place, and what waits there.
        pins.setAxes({named(2), named(3)}, {identity(2), identity(3)});
        QCOMPARE(shown(), QStringLiteral("3:%1 2:%2").arg(velocity, current));
        pins.setAxes({named(2), named(3), named(4)}, {identity(2), identity(3), identity(4)});
        QCOMPARE(pins.servoOf(*named(4)).bus, QStringLiteral("simulated~3"));
    }
    /// Bug: both had the same columns in a table of what the scope shows.
    void theColumnsOfNamesakesAreToldApart() {
        auto twin = std::make_shared<motion::Axis>(*stage_->axis(1).axis);
        twin->name = stage_->axis(0).axis->name;
        stage_->axis(1).axis = twin;
        refresh();
        panel().showChannels({Channel::position});
        listChannelsOf(1);
        find<QCheckBox>("channel_position")->click();
        refresh();
        const QString path = folder() + QStringLiteral("/twins.csv");
        find<ScopeExport>("scopeExport")->saveTable(path);
        settleExport();
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readLine().trimmed(),
                 QByteArray("time_s,utc,Pan (id 1).position[deg],Pan (id 2).position[deg],gap,simulated"));
    }
    void theScopeComesBackAsItWasLeft() {
        panel().showChannels({Channel::velocity, Channel::position});
        view().setSpan(std::chrono::seconds{2});
        view().fixPane(0, -7.0, 7.0);
        action("scopeTrigger")->trigger();
        type("triggerLevel", "3");
        window_->keepLayout();
        open();
        QCOMPARE(view().span(), Duration(std::chrono::seconds{2}));
        QCOMPARE(panel().shownChannels().size(), std::size_t{2});
        QCOMPARE(view().paneRange(0), std::pair(-7.0, 7.0));
        QCOMPARE(std::get<EdgeCondition>(view().trigger()->settings.condition).level, 3.0);
    }
    void aBrokenLastLayoutIsKeptAside() {
        QFile file(folder() + QStringLiteral("/scope-last.json"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("{") > 0);
        file.close();
        open();
        QVERIFY(find<QLabel>("layoutText")->text().contains(QStringLiteral("scope-last.json")));
        window_->keepLayout();
        settleFiles();
        QVERIFY(QFile::exists(file.fileName() + QStringLiteral(".broken")));
        QVERIFY(LayoutShelf(folder()).loadLast());
    }
};

} // namespace servolane::tests

using namespace servolane::tests;
SERVOLANE_TEST(ScopeLayoutsTest)
#include "scope_layouts_test.moc"
