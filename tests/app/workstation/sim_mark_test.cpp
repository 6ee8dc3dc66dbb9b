// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/sim_mark.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <fstream>

namespace servolane::app {

namespace fs = std::filesystem;

class SimMarkTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        made_ = std::make_unique<QTemporaryDir>();
        folder_ = fs::path(made_->path().toStdString()) / "servolane";
    }

    void aPortIsMarkedForAsLongAsItsSimulatorLives() {
        const std::string port = touched("pty");
        QVERIFY(!isMarkedSimulated(folder_, port)); // no folder yet
        {
            const auto mark = SimMark::leave(folder_, {touched("other"), port});
            QVERIFY(mark);
            QVERIFY(isMarkedSimulated(folder_, port));
            QVERIFY(!isMarkedSimulated(folder_, touched("third")));
            QVERIFY(!isMarkedSimulated(folder_, port + "-not-there"));
            fs::create_symlink(port, port + "-link");
            QVERIFY(isMarkedSimulated(folder_, port + "-link"));
        }
        QVERIFY(!isMarkedSimulated(folder_, port));
        QVERIFY(fs::is_empty(folder_));
    }

    void theMarkOfADeadSimulatorCountsForNothingAndIsRemoved() {
        const std::string port = touched("pty");
        QVERIFY(SimMark::leave(folder_, {}));          // makes the folder
        const fs::path dead = folder_ / "1.simulated"; // a process that lives, but holds nothing
        std::ofstream(dead) << port << '\n';
        QVERIFY(!isMarkedSimulated(folder_, port));
        const auto mark = SimMark::leave(folder_, {touched("other")});
        QVERIFY(mark);
        QVERIFY(!fs::exists(dead));
    }

private:
    std::string touched(const char* name) const {
        const fs::path path = fs::path(made_->path().toStdString()) / name;
        std::ofstream(path).flush();
        return fs::canonical(path).string();
    }

    std::unique_ptr<QTemporaryDir> made_;
    fs::path folder_;
};

SERVOLANE_TEST(SimMarkTest)

} // namespace servolane::app
#include "sim_mark_test.moc"
