// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/machine_keeper.h"

#include "drivers/machine/machine_file.h"
#include "tests/support/recording_command_bus.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <fstream>

using namespace servolane;
using namespace servolane::tests;
using namespace std::chrono_literals;
using app::MachineKeeper;

namespace {

motion::Machine machineNamed(const std::string& name, const std::string& bus = "/dev/ttyUSB0") {
    motion::Machine machine;
    machine.axes.push_back({{bus, "dynamixel2", ServoId{1}, "XM430-W350"}, {name, {}, {}, {}}});
    return machine;
}

} // namespace

class MachineKeeperTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<SnapshotCell<motion::MachineBoard>> board_;
    std::unique_ptr<SnapshotCell<journal::CommandLog>> log_;
    std::unique_ptr<RecordingCommandBus> bus_;
    std::unique_ptr<MachineKeeper> keeper_;
    std::uint64_t revision_ = 0;

    [[nodiscard]] std::filesystem::path file() const {
        return folder_->path().toStdString() + "/config/machine.json";
    }
    void put(const motion::Machine& machine) const {
        std::filesystem::create_directories(file().parent_path());
        QVERIFY(drivers::machine::writeMachine(file(), machine));
    }
    void publish(const motion::Machine& machine) {
        board_->publish(
            std::make_shared<const motion::MachineBoard>(motion::MachineBoard{{1}, machine, ++revision_}));
    }
    /// What became of every command so far.
    void answer(journal::CommandState state) {
        auto log = std::make_shared<journal::CommandLog>();
        for (const auto& command : bus_->sent) {
            journal::CommandEntry entry;
            entry.id = command.id;
            entry.state = state;
            log->entries.push_back(entry);
        }
        log_->publish(std::move(log));
    }
    [[nodiscard]] std::string storedName() const {
        const auto read = drivers::machine::readMachine(file());
        return read && !read->axes.empty() ? read->axes[0].settings.name : "";
    }
    /// The clock of the file system may be too coarse to tell two writes of one test apart.
    void age() const {
        std::filesystem::last_write_time(file(), std::filesystem::last_write_time(file()) - 1h);
    }

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        board_ = std::make_unique<SnapshotCell<motion::MachineBoard>>();
        bus_ = std::make_unique<RecordingCommandBus>();
        log_ = std::make_unique<SnapshotCell<journal::CommandLog>>();
        keeper_ = std::make_unique<MachineKeeper>(file(), *bus_, *board_, *log_);
        revision_ = 0;
    }

    void loadsWhatTheFileHolds() {
        put(machineNamed("Pan"));
        QVERIFY(keeper_->load());
        QCOMPARE(bus_->all<motion::LoadMachine>().size(), std::size_t{1});
        QVERIFY(*bus_->all<motion::LoadMachine>()[0].machine == machineNamed("Pan"));
    }

    void doesNotEmptyTheFileBeforeItWasLoaded() {
        put(machineNamed("Pan"));
        QVERIFY(keeper_->load());
        QVERIFY(keeper_->step());
        QCOMPARE(storedName(), std::string("Pan"));
    }

    void writesWhatPeopleChange() {
        QVERIFY(keeper_->load());
        QVERIFY(keeper_->step());
        QVERIFY(!std::filesystem::exists(file()));
        publish(machineNamed("Tilt"));
        QVERIFY(keeper_->step());
        QCOMPARE(storedName(), std::string("Tilt"));
    }

    void namesThatTheSystemGivesAnewAreNotKept() {
        QVERIFY(keeper_->load());
        publish(machineNamed("Tilt", "/dev/pts/3"));
        QVERIFY(keeper_->step());
        QVERIFY(!std::filesystem::exists(file()));
    }

    void aFileThatCannotBeReadIsNotWrittenOver() {
        std::filesystem::create_directories(file().parent_path());
        std::ofstream(file()) << "{";
        QVERIFY(!keeper_->load());
        publish(machineNamed("Tilt"));
        QVERIFY(keeper_->step());
        QCOMPARE(std::filesystem::file_size(file()), std::uintmax_t{1});
        QVERIFY(bus_->sent.empty());
        std::filesystem::remove(file());
        QVERIFY(keeper_->step());
        QCOMPARE(storedName(), std::string("Tilt"));
    }

    void aFileReplacedByAnotherProgramIsTakenOver() {
        put(machineNamed("Pan"));
        age();
        QVERIFY(keeper_->load());
        answer(journal::CommandState::confirmed);
        publish(machineNamed("Pan"));
        QVERIFY(keeper_->step());
        put(machineNamed("Lift"));
        QVERIFY(keeper_->step());
        QCOMPARE(bus_->all<motion::LoadMachine>().size(), std::size_t{2});
        QCOMPARE(bus_->all<motion::LoadMachine>()[1].machine->axes[0].settings.name, std::string("Lift"));
        QVERIFY(keeper_->step());
        QCOMPARE(storedName(), std::string("Lift"));
    }

    /// Tighter limits that were refused while an axis moved were lost with the next change in the window.
    void aFileThatIsRefusedIsOfferedAgainAndNotWrittenOver() {
        put(machineNamed("Lift"));
        QVERIFY(keeper_->load());
        answer(journal::CommandState::rejected);
        publish(machineNamed("Tilt"));
        QVERIFY(keeper_->step());
        QCOMPARE(bus_->all<motion::LoadMachine>().size(), std::size_t{2});
        answer(journal::CommandState::rejected);
        QVERIFY(keeper_->step());
        QCOMPARE(bus_->all<motion::LoadMachine>().size(), std::size_t{2}); // ever more seldom
        QVERIFY(keeper_->step());
        QCOMPARE(bus_->all<motion::LoadMachine>().size(), std::size_t{3});
        QCOMPARE(storedName(), std::string("Lift"));
        answer(journal::CommandState::confirmed);
        publish(machineNamed("Lift"));
        QVERIFY(keeper_->step());
        publish(machineNamed("Crane"));
        QVERIFY(keeper_->step());
        QCOMPARE(storedName(), std::string("Crane"));
    }

    void aDiskThatFailsIsTriedAgain() {
        QVERIFY(keeper_->load());
        const auto blocked = file().parent_path();
        std::ofstream(blocked) << "a file where the folder should be";
        publish(machineNamed("Tilt"));
        QVERIFY(!keeper_->step());
        std::filesystem::remove(blocked);
        QVERIFY(keeper_->step());
        QCOMPARE(storedName(), std::string("Tilt"));
    }
};

SERVOLANE_TEST(MachineKeeperTest)
#include "machine_keeper_test.moc"
