// SPDX-License-Identifier: GPL-3.0-or-later
// The real programs: a window on a simulated bus, and the command line that speaks with it. The window's GUI
// thread is frozen by the debugger's means, which stop one thread and leave the others running.
#include "drivers/ipc/owners.h"
#include "drivers/ipc/socket_folder.h"
#include "tests/support/test_registry.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <chrono>
#include <csignal>
#include <sys/ptrace.h>
#include <sys/wait.h>

namespace servolane {

namespace ipc = drivers::ipc;

namespace {

constexpr int longest = 120'000; // ms; for machines that are busy

struct Ended {
    int code = -1;
    QJsonObject object;
    QByteArray notes;
};

/// Stops the main thread of another process for as long as it lives.
class FrozenMainThread {
public:
    explicit FrozenMainThread(pid_t process)
        : process_(process) {
        if (::ptrace(PTRACE_SEIZE, process, nullptr, nullptr) != 0) return;
        seized_ = true;
        int status = 0;
        frozen_ = ::ptrace(PTRACE_INTERRUPT, process, nullptr, nullptr) == 0 &&
                  ::waitpid(process, &status, __WALL) == process && WIFSTOPPED(status);
    }
    ~FrozenMainThread() {
        if (seized_) ::ptrace(PTRACE_DETACH, process_, nullptr, nullptr);
    }
    FrozenMainThread(const FrozenMainThread&) = delete;
    FrozenMainThread& operator=(const FrozenMainThread&) = delete;
    [[nodiscard]] bool isFrozen() const { return frozen_; }

private:
    pid_t process_;
    bool seized_ = false;
    bool frozen_ = false;
};

class WindowProcessTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QProcess sim_;
    QProcess window_;
    QString port_;

    [[nodiscard]] QString path(const char* name) const { return folder_.filePath(QString::fromLatin1(name)); }
    static QString program(const char* variable) { return QString::fromLocal8Bit(qgetenv(variable)); }
    [[nodiscard]] static bool owns(const QString& port) {
        const auto owners = ipc::findOwners(ipc::usualSocketFolder());
        return std::any_of(owners.begin(), owners.end(),
                           [&](const auto& owner) { return owner.find(port.toStdString()) != nullptr; });
    }
    [[nodiscard]] QStringList places(const char* name) const {
        return {"--store", path(name) + "-store", "--config", path(name) + "-config"};
    }
    Ended cli(const QStringList& words) const {
        QProcess process;
        process.start(program("SERVOLANE_CLI"), words + QStringList{"--json"} + places("cli"));
        Ended ended;
        if (!process.waitForFinished(longest)) return ended;
        ended.code = process.exitCode();
        ended.object = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        ended.notes = process.readAllStandardError();
        return ended;
    }
    [[nodiscard]] Ended onPort(QStringList words) const { return cli(words << "--port" << port_); }
    static QByteArray shown(const Ended& ended) {
        return QByteArray::number(ended.code) + ' ' + QJsonDocument(ended.object).toJson() + ended.notes;
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_RUNTIME_DIR", folder_.path().toLocal8Bit());
        sim_.start(program("SERVOLANE_SIM"), {"--bus", "dynamixel2:3@1000000"});
        while (!sim_.canReadLine())
            QVERIFY(sim_.waitForReadyRead(longest));
        port_ = QString::fromLocal8Bit(sim_.readLine()).section(' ', 0, 0);
        window_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        window_.start(program("SERVOLANE_WINDOW"),
                      QStringList{"--port", port_, "--baud", "1000000"} + places("window"));
        QVERIFY(window_.waitForStarted(longest));
        QTRY_VERIFY_WITH_TIMEOUT(owns(port_), longest);
    }
    void cleanupTestCase() {
        window_.terminate();
        QVERIFY(window_.waitForFinished(longest));
        QCOMPARE(window_.exitCode(), 0);
        QVERIFY(ipc::socketsIn(ipc::usualSocketFolder()).empty());
        sim_.terminate();
        QVERIFY(sim_.waitForFinished(longest));
    }
    void init() { QVERIFY(onPort({"reset"}).code == 0); }

    void registersAreReadAndWritten() {
        const Ended read = onPort({"read", "--id", "2", "position_p_gain"});
        QVERIFY2(read.code == 0, shown(read));
        QVERIFY2(read.notes.contains("is open in servolane (process"), read.notes);
        for (const char* field : {"id", "register", "address", "raw", "value", "unit"})
            QVERIFY2(read.object.contains(QLatin1String(field)), field);
        const Ended written = onPort({"write", "--id", "2", "position_p_gain", "640", "--raw"});
        QVERIFY2(written.code == 0, shown(written));
        QCOMPARE(written.object["raw"].toInt(), 640);
        QCOMPARE(written.object["confirmed"].toBool(), true);
        QVERIFY2(!written.notes.contains("journal"), written.notes);
        QCOMPARE(onPort({"read", "--id", "2", "position_p_gain"}).object["raw"].toInt(), 640);
    }

    void aMoveArrivesAndTorqueIsRestored() {
        const Ended moved = onPort({"move", "--id", "1", "--to", "200", "--velocity", "120"});
        QVERIFY2(moved.code == 0, shown(moved));
        QVERIFY(std::abs(moved.object["actual"].toDouble() - 200.0) < 1.5);
        QCOMPARE(moved.object["arrived"].toBool(), true);
        QCOMPARE(onPort({"read", "--id", "1", "torque_enable"}).object["raw"].toInt(), 0);
    }

    void aJogMovesInItsDirection() {
        const Ended jogged = onPort({"jog", "--id", "3", "--velocity", "-40", "--for", "0.5"});
        QVERIFY2(jogged.code == 0, shown(jogged));
        QVERIFY2(jogged.object["moved"].toDouble() < -8.0, shown(jogged));
    }

    void policiesRefuseWithTheSameCodesAndNumbers() {
        const Ended refused = onPort({"move", "--id", "1", "--to", "400"});
        QCOMPARE(refused.code, 3);
        QCOMPARE(refused.object["error"].toObject()["code"].toString(), QString("outside-travel-limits"));
        QCOMPARE(refused.object["requested"].toDouble(), 400.0);
        QCOMPARE(onPort({"read", "--id", "77", "led"}).code, 1);
    }

    void theOtherCommandsWorkToo() {
        const Ended torque = onPort({"torque", "on", "--id", "2"});
        QVERIFY2(torque.code == 0, shown(torque));
        QVERIFY(onPort({"halt"}).code == 0);
        QVERIFY(onPort({"torque", "off"}).code == 0);
        const Ended mode = onPort({"mode", "velocity", "--id", "2"});
        QVERIFY2(mode.code == 0, shown(mode));
        QVERIFY(onPort({"mode", "position", "--id", "2"}).code == 0);
        const Ended scan = onPort({"scan"});
        QVERIFY2(scan.code == 0, shown(scan));
        QCOMPARE(scan.object["servos"].toArray().size(), 3);
        const Ended monitor = onPort({"monitor", "--for", "0.6"});
        QVERIFY2(monitor.code == 0, shown(monitor));
        QCOMPARE(monitor.object["axes"].toArray().size(), 3);
        QVERIFY2(monitor.object["cycles"].toInt() > 0, shown(monitor));
        const Ended record = onPort({"record", "--for", "0.5", "--out", path("a.servolane")});
        QVERIFY2(record.code == 0, shown(record));
        QVERIFY2(record.object["samples"].toInt() > 0, shown(record));
        QVERIFY2(record.object["cycles_per_second"].toDouble() > 20.0, shown(record));
        QVERIFY(QFile::exists(path("a.servolane")));
    }

    void aStopIsConfirmedAndLatched() {
        const Ended stopped = onPort({"stop"});
        QVERIFY2(stopped.code == 0, shown(stopped));
        QCOMPARE(stopped.object["axes"].toInt(), 3);
        QCOMPARE(stopped.object["confirmed"].toInt(), 3);
        const Ended refused = onPort({"move", "--id", "1", "--to", "200"});
        QCOMPARE(refused.code, 3);
        QCOMPARE(refused.object["error"].toObject()["code"].toString(), QString("stop-latched"));
    }

    void aStopIsConfirmedWhileTheWindowIsFrozen() {
        QVERIFY(onPort({"torque", "on"}).code == 0);
        const FrozenMainThread frozen(static_cast<pid_t>(window_.processId()));
        if (!frozen.isFrozen()) QSKIP("the system does not let a process stop a thread of its child");
        const auto began = std::chrono::steady_clock::now();
        const Ended stopped = onPort({"stop"});
        const double whole =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
        QVERIFY2(stopped.code == 0, shown(stopped));
        QCOMPARE(stopped.object["confirmed"].toInt(), 3);
        qInfo("GUI thread frozen: stop latched to last confirmation %.2f ms; the command in all %.0f ms",
              stopped.object["milliseconds"].toDouble(), whole);
        const Ended read = onPort({"read", "--id", "1", "torque_enable"});
        QVERIFY2(read.code == 0, shown(read));
        QCOMPARE(read.object["raw"].toInt(), 0);
    }

    void aLongCommandOfTheCommandLineIsReachedToo() {
        QProcess sim;
        sim.start(program("SERVOLANE_SIM"), {"--bus", "dynamixel2:2@1000000"});
        while (!sim.canReadLine())
            QVERIFY(sim.waitForReadyRead(longest));
        const QString port = QString::fromLocal8Bit(sim.readLine()).section(' ', 0, 0);
        QProcess monitor;
        monitor.start(program("SERVOLANE_CLI"),
                      QStringList{"monitor", "--port", port, "--for", "600", "--json"} + places("monitor"));
        QTRY_VERIFY_WITH_TIMEOUT(owns(port), longest);
        const Ended read = cli({"read", "--port", port, "--id", "2", "led"});
        QVERIFY2(read.code == 0, shown(read));
        QVERIFY2(read.notes.contains("servolane-cli monitor"), read.notes);
        const Ended stopped = cli({"stop", "--port", port});
        QVERIFY2(stopped.code == 0, shown(stopped));
        QCOMPARE(stopped.object["confirmed"].toInt(), 2);
        ::kill(static_cast<pid_t>(monitor.processId()), SIGINT);
        QVERIFY(monitor.waitForFinished(longest));
        QCOMPARE(monitor.exitCode(), 130);
        sim.terminate();
        QVERIFY(sim.waitForFinished(longest));
    }

    void anOwnerThatIsKilledIsSaidToBeGone() {
        QProcess owner;
        QProcess sim;
        sim.start(program("SERVOLANE_SIM"), {"--bus", "dynamixel2:1@1000000"});
        while (!sim.canReadLine())
            QVERIFY(sim.waitForReadyRead(longest));
        const QString other = QString::fromLocal8Bit(sim.readLine()).section(' ', 0, 0);
        owner.start(program("SERVOLANE_CLI"),
                    QStringList{"monitor", "--port", other, "--for", "600"} + places("owner"));
        QTRY_VERIFY_WITH_TIMEOUT(owns(other), longest);
        QProcess asker;
        asker.start(program("SERVOLANE_CLI"), QStringList{"move", "--port", other, "--id", "1", "--to", "300",
                                                          "--velocity", "5", "--json"} +
                                                  places("asker"));
        asker.setReadChannel(QProcess::StandardError);
        QByteArray said;
        while (!said.contains("it is on for this motion")) {
            QVERIFY2(asker.waitForReadyRead(longest), said);
            said += asker.readAllStandardError();
        }
        owner.kill();
        QVERIFY(asker.waitForFinished(longest));
        QCOMPARE(asker.exitCode(), 1);
        const auto object = QJsonDocument::fromJson(asker.readAllStandardOutput()).object();
        QCOMPARE(object["error"].toObject()["code"].toString(), QString("owner-gone"));
        QVERIFY(owner.waitForFinished(longest));
        // Nobody owns the port any more: it is opened directly, and the dead socket is no hindrance.
        const Ended read = cli({"read", "--port", other, "--id", "1", "led"});
        QVERIFY2(read.code == 0, shown(read));
        sim.terminate();
        QVERIFY(sim.waitForFinished(longest));
    }
};

SERVOLANE_TEST(WindowProcessTest)

} // namespace

} // namespace servolane

#include "window_process_test.moc"
