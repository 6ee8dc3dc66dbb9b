// SPDX-License-Identifier: GPL-3.0-or-later
// A line set up by a recipe in the window: what is shown first, what is written, read back and reported. The
// whole way, on the simulated bus.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "app/workstation/trial.h"
#include "core/registers/provisioning.h"
#include "drivers/backup/provision_report.h"
#include "drivers/backup/recipe_file.h"
#include "tests/pipeline/bodies.h"
#include "ui/registers/provision_panel.h"
#include "ui/theme/theme.h"

#include "ui/binding/selection.h"
#include <QtCore/QFile>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <filesystem>

namespace servolane::tests {

namespace {

const char* const recipeOfThree = R"({"kind": "servolane-recipe", "schema": 1,
 "all": {"temperature_limit": 70},
 "servos": [
  {"id": 1, "new_id": 2, "name": "Pan", "settings": {"position_p_gain": 7.03125}},
  {"id": 2, "new_id": 1, "model": "XM430-W350", "name": "Lift"},
  {"id": 3, "new_id": 13, "name": "Grip"}]})";

} // namespace

class ProvisionTest : public QObject {
    Q_OBJECT

    std::unique_ptr<Workbench> bench_;
    Bodies bodies_;
    std::unique_ptr<ui::Theme> theme_;
    std::unique_ptr<ui::Selection> selection_;
    std::unique_ptr<ui::PanelContext> context_;
    std::unique_ptr<ui::ProvisionPanel> panel_;
    registers::ProvisionReport saved_;
    int frames_ = 0;

    void run(Duration span) {
        for (const Time end = bench_->clock.now() + span; bench_->clock.now() < end;) {
            bench_->run(std::chrono::milliseconds{40});
            panel_->tick(ui::readFrame(bench_->workstation->readModels(), bench_->clock.now(), true));
            QApplication::processEvents();
        }
    }
    template <class Condition>
    bool until(Condition done, Duration most = std::chrono::seconds{20}) {
        for (const Time end = bench_->clock.now() + most; bench_->clock.now() < end && !done();)
            run(std::chrono::milliseconds{40});
        return done();
    }
    template <class Widget>
    Widget* find(const char* name) {
        return panel_->findChild<Widget*>(QString::fromLatin1(name));
    }
    void press(const char* name) {
        QVERIFY2(find<QPushButton>(name)->isEnabled(), name);
        find<QPushButton>(name)->click();
    }
    QString state() { return find<QLabel>("provisionState")->text(); }
    std::int64_t value(std::size_t servo, registers::Role role) { return bodies_.value(servo, role); }
    void open(const char* recipe) {
        const QString path = bench_->folder.filePath(QStringLiteral("line.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(recipe);
        file.close();
        panel_->load(path);
        QTRY_VERIFY_WITH_TIMEOUT(
            (run(std::chrono::milliseconds{40}), !find<QLabel>("provisionState")->text().isEmpty() &&
                                                     find<QListWidget>("provisionServos")->count() > 0),
            10'000);
    }
    void preview() {
        press("provisionPreview");
        QVERIFY(until([&] { return find<QTableWidget>("provisionTable")->rowCount() > 1; }));
    }

    /// Servos of another family instead of those of every test.
    void use(const char* servos, std::uint32_t baud = 1'000'000) {
        panel_.reset();
        bench_ = std::make_unique<Workbench>();
        bench_->connect(servos, 50.0, baud);
        context_.reset(new ui::PanelContext{*bench_->workstation, *theme_, *selection_});
        makePanel();
        run(std::chrono::milliseconds{100});
    }
    void makePanel() {
        panel_ = std::make_unique<ui::ProvisionPanel>(
            *context_,
            ui::ProvisionWays{[](const std::string& path) { return drivers::backup::readRecipe(path); },
                              [this](const std::string& path, const registers::ProvisionReport& report) {
                                  saved_ = report;
                                  return drivers::backup::writeReport(path, report);
                              },
                              [](const ui::Frame& frame, BusId bus, const auto& planned) {
                                  return app::Trial({*frame.buses, *frame.axes, *frame.registers}, bus,
                                                    app::Trial::Torque::off)
                                      .of(planned);
                              }},
            nullptr);
        panel_->resize(1000, 300);
        panel_->show();
    }

private Q_SLOTS:
    void init() {
        bench_ = std::make_unique<Workbench>(WorkbenchParts{.buses = bodies_.factory()});
        bench_->connect("dynamixel2:3@1000000");
        theme_ = std::make_unique<ui::Theme>([] { return false; });
        selection_ = std::make_unique<ui::Selection>();
        context_.reset(new ui::PanelContext{*bench_->workstation, *theme_, *selection_});
        makePanel();
        run(std::chrono::milliseconds{100});
    }
    void cleanup() {
        panel_.reset();
        bench_.reset();
    }

    void aLineIsShownWrittenReadBackAndReported() {
        open(recipeOfThree);
        preview();
        QVERIFY2(state().contains(QStringLiteral("nothing is written yet")), qPrintable(state()));
        QCOMPARE(value(0, registers::Role::servoId), std::int64_t{1});
        // Names, settings and ids of each; two servos swap theirs.
        const auto* table = find<QTableWidget>("provisionTable");
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("Name"));
        QCOMPARE(table->item(0, 3)->text(), QStringLiteral("Pan"));
        press("provisionApply");
        QVERIFY(until([&] { return state().contains(QStringLiteral("are set up")); }));
        QCOMPARE(value(0, registers::Role::servoId), std::int64_t{2});
        QCOMPARE(value(1, registers::Role::servoId), std::int64_t{1});
        QCOMPARE(value(2, registers::Role::servoId), std::int64_t{13});
        QCOMPARE(value(0, registers::Role::positionPGain), std::int64_t{900});
        QCOMPARE(value(1, registers::Role::temperatureLimit), std::int64_t{70});
        QCOMPARE(bench_->axis(1).axis->name, std::string("Pan"));
        const QString path = bench_->folder.filePath(QStringLiteral("report.json"));
        panel_->saveReport(path);
        QTRY_VERIFY_WITH_TIMEOUT((run(std::chrono::milliseconds{40}), QFile::exists(path)), 10'000);
        QCOMPARE(saved_.servos.size(), std::size_t{3});
        QVERIFY(!saved_.dryRun && saved_.servos[0].confirmed == true);
        QCOMPARE(saved_.servos[0].newId.value, std::uint8_t{2});
        QCOMPARE(saved_.done.size(), std::size_t{4}); // a ring goes through a free id
        for (const auto& done : saved_.done)
            QVERIFY(done.verified);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("\"dry_run\": false"));
    }

    void nothingIsWrittenWhileTorqueIsOnUnlessAPersonAllowsToReleaseIt() {
        QVERIFY(bench_->perform(motion::SetTorque{{1}, true}).state == journal::CommandState::confirmed);
        open(recipeOfThree);
        preview();
        QVERIFY(!find<QPushButton>("provisionApply")->isEnabled());
        QVERIFY2(state().contains(QStringLiteral("Torque of servo 1")), qPrintable(state()));
        find<QCheckBox>("provisionTorqueOff")->setChecked(true);
        run(std::chrono::milliseconds{80});
        press("provisionApply");
        QVERIFY(until([&] { return state().contains(QStringLiteral("are set up")); }));
        QCOMPARE(value(0, registers::Role::torqueEnable), std::int64_t{0});
    }

    void aRecipeThatDoesNotFitWritesNothingAndSaysWhy() {
        open(R"({"kind": "servolane-recipe", "schema": 1,
 "servos": [{"id": 1, "settings": {"temperature_limit": 3000, "warp_drive": 1}}]})");
        preview();
        QVERIFY(!find<QPushButton>("provisionApply")->isEnabled());
        QVERIFY2(state().contains(QStringLiteral("temperature_limit, outside")), qPrintable(state()));
    }

    /// Came up when half of it was written.
    void whatThePoliciesWillRefuseIsToldBeforeTheFirstByte() {
        use("dynamixel1:2@1000000,model=AX-12A");
        open(R"({"kind": "servolane-recipe", "schema": 1,
 "servos": [{"id": 1, "settings": {"temperature_limit": 60, "led": 1}},
            {"id": 2, "settings": {"cw_angle_limit": 0, "ccw_angle_limit": 0, "led": 1}}]})");
        preview();
        QVERIFY(!find<QPushButton>("provisionApply")->isEnabled());
        QVERIFY2(state().startsWith(QStringLiteral("Nothing is written, since this would be refused")),
                 qPrintable(state()));
    }

    void anIdThatTheFamilyFixesIsToldBeforeTheFirstByte() {
        use("modbus:2@115200", 115'200);
        open(R"({"kind": "servolane-recipe", "schema": 1,
 "servos": [{"id": 1, "new_id": 9, "settings": {"profile_velocity": 300, "profile_acceleration": 300}}]})");
        preview();
        QVERIFY(!find<QPushButton>("provisionApply")->isEnabled());
        QVERIFY2(state().startsWith(QStringLiteral("Servo 1 keeps its id: ")), qPrintable(state()));
    }

    void aServoOfAnotherModelThanTheRecipesIsNotSetUp() {
        open(R"({"kind": "servolane-recipe", "schema": 1,
 "servos": [{"id": 1, "model": "XL430-W250", "settings": {"temperature_limit": 60, "led": 1}}]})");
        preview();
        QVERIFY(!find<QPushButton>("provisionApply")->isEnabled());
        QVERIFY2(state().contains(QStringLiteral("XL430-W250")), qPrintable(state()));
    }

    void oneThatDoesNotAnswerIsNamedAndCanBeLeftOut() {
        open(R"({"kind": "servolane-recipe", "schema": 1, "all": {"temperature_limit": 60, "led": 1},
 "servos": [{"id": 1}, {"id": 9}]})");
        press("provisionPreview");
        run(std::chrono::milliseconds{80});
        QVERIFY2(state().contains(QStringLiteral("id 9")), qPrintable(state()));
        find<QListWidget>("provisionServos")->item(1)->setCheckState(Qt::Unchecked);
        preview();
        press("provisionApply");
        QVERIFY(until([&] { return state().contains(QStringLiteral("1 servos are set up")); }));
    }

    void servosConnectedOneAfterTheOtherGetTheEntriesInTurn() {
        bodies_.bus->inject(*drivers::simulator::parseFaultSpec("silent=3"), bench_->clock.now());
        bench_->run(std::chrono::seconds{1});
        open(R"({"kind": "servolane-recipe", "schema": 1, "all": {"temperature_limit": 60},
 "servos": [{"id": 21, "name": "First"}, {"id": 22, "name": "Second"}]})");
        find<QComboBox>("provisionSource")->setCurrentIndex(1);
        run(std::chrono::milliseconds{80});
        press("provisionPreview");
        run(std::chrono::seconds{1});
        QVERIFY2(state().contains(QStringLiteral("it becomes id 21, First")), qPrintable(state()));
        QCOMPARE(find<QTableWidget>("provisionTable")->rowCount(), 0); // those that are there are not meant
        bodies_.bus->clearFaults();
        QVERIFY(until([&] { return find<QTableWidget>("provisionTable")->rowCount() > 1; }));
        press("provisionApply");
        QVERIFY(until([&] { return state().contains(QStringLiteral("it becomes id 22, Second")); }));
        QCOMPARE(value(2, registers::Role::servoId), std::int64_t{21});
        QCOMPARE(value(2, registers::Role::temperatureLimit), std::int64_t{60});
        QCOMPARE(value(0, registers::Role::servoId), std::int64_t{1});
        QVERIFY(find<QPushButton>("provisionSave")->isEnabled());
    }

    void aBrokenRecipeSaysWhere() {
        const QString path = bench_->folder.filePath(QStringLiteral("broken.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"kind": "servolane-recipe", "schema": 1, "servos": [{"id": "x"}]})");
        file.close();
        panel_->load(path);
        QTRY_VERIFY_WITH_TIMEOUT(
            (run(std::chrono::milliseconds{40}), state().contains(QStringLiteral("/servos/0/id"))), 10'000);
    }
};

SERVOLANE_TEST(ProvisionTest)

} // namespace servolane::tests

#include "provision_test.moc"
