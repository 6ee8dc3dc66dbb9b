// SPDX-License-Identifier: GPL-3.0-or-later
// The server on real sockets in a folder of the test's own. Waits are for answers and end with them.
#include "drivers/ipc/client.h"
#include "drivers/ipc/owners.h"
#include "drivers/ipc/server.h"
#include "drivers/ipc/socket_folder.h"
#include "tests/drivers/ipc/offered_lane.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace servolane::drivers::ipc {

namespace fs = std::filesystem;
using nlohmann::json;
using tests::OfferedLane;

namespace {

constexpr Duration patience = std::chrono::seconds{30};
constexpr const char* hello = "{\"v\":1,\"id\":1,\"ask\":\"hello\"}\n";

/// A client that sends what it likes.
class RawClient {
public:
    explicit RawClient(const fs::path& socket)
        : descriptor_(std::move(*connectTo(socket))) {
        const int flags = ::fcntl(descriptor_.number(), F_GETFL);
        ::fcntl(descriptor_.number(), F_SETFL, flags & ~O_NONBLOCK);
    }
    bool send(const std::string& bytes) {
        return ::send(descriptor_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }
    /// Up to the end of a line, or of the connection.
    std::string line() {
        std::string text;
        for (char c = 0; c != '\n' && ::recv(descriptor_.number(), &c, 1, 0) == 1;)
            text += c;
        return text;
    }
    void endInput() { ::shutdown(descriptor_.number(), SHUT_WR); }
    [[nodiscard]] int descriptor() const { return descriptor_.number(); }

private:
    Descriptor descriptor_;
};

std::string codeIn(const std::string& line) {
    const json answer = json::parse(line, nullptr, false);
    if (answer.is_discarded()) return "nothing";
    return answer.contains("error") ? answer["error"]["code"].get<std::string>() : "answered";
}

/// A socket whose program was killed: its name stays behind.
fs::path deadSocket(const fs::path& folder) {
    const fs::path path = folder / "1-dead.sock";
    static_cast<void>(listenAt(path)); // closed at once, not removed
    return path;
}

class ServerTest : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;

    [[nodiscard]] fs::path folder() const { return fs::path(temporary_.path().toStdString()) / "servolane"; }
    [[nodiscard]] ServerSettings settings() const { return {folder()}; }
    static mode_t modeOf(const fs::path& path) {
        struct stat status {};
        return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
    }

private Q_SLOTS:
    void cleanup() { fs::remove_all(folder()); }

    void folderAndSocketAreTheUsersAlone() {
        OfferedLane lane;
        const auto server = Server::start(settings(), lane.offer());
        QVERIFY(server);
        QCOMPARE(modeOf(folder()), mode_t{0700});
        QCOMPARE(modeOf((*server)->path()), mode_t{0600});
    }

    void anOpenFolderIsClosedToOthers() {
        fs::create_directory(folder());
        fs::permissions(folder(), fs::perms::all);
        OfferedLane lane;
        QVERIFY(Server::start(settings(), lane.offer()));
        QCOMPARE(modeOf(folder()), mode_t{0700});
    }

    void aLinkInPlaceOfTheFolderIsRefused() {
        fs::create_directory_symlink(fs::temp_directory_path(), folder());
        OfferedLane lane;
        const auto server = Server::start(settings(), lane.offer());
        QVERIFY(!server);
        QVERIFY(server.error().code == ErrorCode::notAllowed);
        fs::remove(folder());
    }

    void aPathThatIsTooLongIsAnErrorWithItsLength() {
        const fs::path deep = fs::path(temporary_.path().toStdString()) / std::string(120, 'x');
        OfferedLane lane;
        const auto server = Server::start({deep}, lane.offer());
        QVERIFY(!server);
        QVERIFY(server.error().code == ErrorCode::invalid);
        QVERIFY2(server.error().detail.find("107") != std::string::npos, server.error().detail.c_str());
    }

    void aClosedConnectionLeaves() {
        OfferedLane lane;
        auto server = Server::start(settings(), lane.offer());
        const std::string stop = "{\"v\":1,\"ask\":\"stop\"}\n";
        RawClient stays((*server)->path());
        stays.send(stop);
        QCOMPARE(codeIn(stays.line()), std::string("answered"));
        {
            RawClient goes((*server)->path());
            goes.send(stop);
            QCOMPARE(codeIn(goes.line()), std::string("answered"));
        }
        QTRY_COMPARE(lane.left().size(), std::size_t{1});
        QCOMPARE(lane.left().at(0).connection, 2U);
        server->reset();
        QCOMPARE(lane.left().size(), std::size_t{2});
    }

    void anotherUserIsTurnedAway() {
        OfferedLane lane;
        auto asSomebodyElse = settings();
        asSomebodyElse.userOf = [](int) { return std::optional<uid_t>(::geteuid() + 1); };
        const auto server = Server::start(asSomebodyElse, lane.offer());
        RawClient client((*server)->path());
        client.send("{\"v\":1,\"ask\":\"stop\"}\n");
        QCOMPARE(codeIn(client.line()), std::string("not-allowed"));
        QCOMPARE(client.line(), std::string());
        QVERIFY(lane.sent().empty());
    }

    void aUserWhomTheKernelDoesNotNameIsTurnedAway() {
        OfferedLane lane;
        auto nameless = settings();
        nameless.userOf = [](int) { return std::optional<uid_t>(); };
        const auto server = Server::start(nameless, lane.offer());
        QCOMPARE(codeIn(RawClient((*server)->path()).line()), std::string("not-allowed"));
    }

    void theSocketOfAKilledProgramIsClearedAwayAndNoLivingOne() {
        OfferedLane lane;
        const auto first = Server::start(settings(), lane.offer());
        const fs::path dead = deadSocket(folder());
        QVERIFY(fs::exists(dead));
        const auto second = Server::start(settings(), lane.offer());
        QVERIFY(!fs::exists(dead));
        QCOMPARE(findOwners(folder(), patience).size(), std::size_t{2});
    }

    void theSocketGoesWithItsServer() {
        OfferedLane lane;
        auto server = Server::start(settings(), lane.offer());
        const fs::path path = (*server)->path();
        server->reset();
        QVERIFY(!fs::exists(path));
        QVERIFY(socketsIn(folder()).empty());
    }

    void theOwnerOfAPortIsFoundAmongSeveralUnderAnyOfItsNames() {
        OfferedLane one;
        OfferedLane other;
        const fs::path device = fs::path(temporary_.path().toStdString()) / "ttyUSB0";
        const fs::path link = fs::path(temporary_.path().toStdString()) / "by-id";
        QVERIFY(QFile(QString::fromStdString(device)).open(QIODevice::WriteOnly));
        fs::create_symlink(device, link);
        one.showPort("sim:dynamixel2:2");
        other.showPort(device);
        const auto first = Server::start(settings(), one.offer());
        const auto second = Server::start(settings(), other.offer());
        static_cast<void>(deadSocket(folder()));
        int found = 0;
        for (const Owner& owner : findOwners(folder(), patience))
            if (owner.find(link.string())) {
                ++found;
                QCOMPARE(owner.socket, (*second)->path());
            }
        QCOMPARE(found, 1);
        fs::remove(link);
    }

    void requestsMayComeInPiecesAndSeveralAtOnce() {
        OfferedLane lane;
        const auto server = Server::start(settings(), lane.offer());
        RawClient client((*server)->path());
        for (const char c : std::string(hello))
            QVERIFY(client.send(std::string(1, c)));
        QCOMPARE(codeIn(client.line()), std::string("answered"));
        std::string many;
        for (int i = 0; i < 200; ++i)
            many += hello;
        QVERIFY(client.send(many));
        client.endInput();
        for (int i = 0; i < 200; ++i)
            QCOMPARE(codeIn(client.line()), std::string("answered"));
        QCOMPARE(client.line(), std::string());
    }

    void aStopFromSomeoneWhoLeavesAtOnceIsCarriedOut() {
        OfferedLane lane;
        const auto server = Server::start(settings(), lane.offer());
        { RawClient((*server)->path()).send("{\"v\":1,\"ask\":\"stop\"}\n"); }
        // An answered later request proves that the server has come to it.
        QTRY_COMPARE(lane.sent().size(), std::size_t{1});
    }

    void garbageIsAnsweredAndTheNextLineUnderstood() {
        OfferedLane lane;
        const auto server = Server::start(settings(), lane.offer());
        RawClient client((*server)->path());
        client.send(std::string("\x01\x02\0\xff{{{\n", 8) + hello);
        QCOMPARE(codeIn(client.line()), std::string("not-json"));
        QCOMPARE(codeIn(client.line()), std::string("answered"));
    }

    void aLineWithoutEndIsRefusedAndTheConnectionClosed() {
        OfferedLane lane;
        const auto server = Server::start(settings(), lane.offer());
        RawClient client((*server)->path());
        const std::string part(16 * 1024, 'x');
        for (std::size_t sent = 0; sent <= longestRequest; sent += part.size())
            if (!client.send(part)) break;
        QCOMPARE(codeIn(client.line()), std::string("too-long"));
        QCOMPARE(client.line(), std::string());
        QVERIFY(Client::connect((*server)->path())->ask({{"ask", "hello"}}, patience));
    }

    /// It asks without end and takes no answer.
    void aClientThatDoesNotReadHoldsNobodyUp() {
        OfferedLane lane;
        lane.showAxis();
        const auto server = Server::start(settings(), lane.offer());
        RawClient stuck((*server)->path());
        const int flags = ::fcntl(stuck.descriptor(), F_GETFL);
        ::fcntl(stuck.descriptor(), F_SETFL, flags | O_NONBLOCK);
        const std::string look = "{\"v\":1,\"ask\":\"look\"}\n";
        int asked = 0;
        for (auto client = Client::connect((*server)->path()); asked < 2000; ++asked)
            if (!stuck.send(look) && client->ask({{"ask", "stop"}}, patience)) break;
        QVERIFY2(asked < 2000, "its queue never filled");
        QCOMPARE(lane.sent().size(), std::size_t{1});
    }

    void beyondTheMostTheOneSilentLongestGoes() {
        OfferedLane lane;
        auto few = settings();
        few.mostPeers = 3;
        const auto server = Server::start(few, lane.offer());
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(std::make_unique<RawClient>((*server)->path()));
            clients.back()->send(hello);
            QCOMPARE(codeIn(clients.back()->line()), std::string("answered"));
        }
        clients[0]->send(hello);
        QCOMPARE(codeIn(clients[0]->line()), std::string("answered"));
        RawClient stopping((*server)->path());
        stopping.send("{\"v\":1,\"ask\":\"stop\"}\n");
        QCOMPARE(codeIn(stopping.line()), std::string("answered"));
        QCOMPARE(clients[1]->line(), std::string());
        clients[0]->send(hello);
        QCOMPARE(codeIn(clients[0]->line()), std::string("answered"));
    }

    /// Bug: a client could be pushed out by others who only looked, and his move ended with him.
    void whoHasCommandedStaysWhileOthersOnlyLook() {
        OfferedLane lane;
        auto few = settings();
        few.mostPeers = 2;
        const auto server = Server::start(few, lane.offer());
        RawClient mover((*server)->path());
        mover.send("{\"v\":1,\"ask\":\"stop\"}\n");
        QCOMPARE(codeIn(mover.line()), std::string("answered"));
        std::vector<std::unique_ptr<RawClient>> lookers;
        for (int i = 0; i < 3; ++i) {
            lookers.push_back(std::make_unique<RawClient>((*server)->path()));
            lookers.back()->send(hello);
            QCOMPARE(codeIn(lookers.back()->line()), std::string("answered"));
        }
        mover.send(hello);
        QCOMPARE(codeIn(mover.line()), std::string("answered"));
    }

    void aServerOfAnotherVersionIsToldApart() {
        const fs::path path = folder() / "9-other.sock";
        QVERIFY(prepareSocketFolder(folder()));
        const auto listener = listenAt(path);
        QVERIFY(listener);
        auto client = Client::connect(path);
        QVERIFY(client);
        QVERIFY(client->post({{"ask", "hello"}}, patience));
        Descriptor peer(::accept(listener->number(), nullptr, nullptr));
        const std::string answer =
            "{\"v\":2,\"id\":1,\"error\":{\"code\":\"wrong-version\",\"message\":\"speaks 2\"}}\n";
        QCOMPARE(::send(peer.number(), answer.data(), answer.size(), 0), static_cast<ssize_t>(answer.size()));
        const auto told = client->collect(patience);
        QVERIFY(!told);
        QVERIFY(told.error().code == ErrorCode::unsupported);
    }

    void aProgramThatDoesNotAnswerTimesOutAndTheOthersAreFound() {
        OfferedLane lane;
        const auto server = Server::start(settings(), lane.offer());
        const auto mute = listenAt(folder() / "0-mute.sock");
        QVERIFY(mute);
        const auto owners = findOwners(folder(), std::chrono::milliseconds{300});
        QCOMPARE(owners.size(), std::size_t{1});
        QCOMPARE(owners[0].socket, (*server)->path());
    }
};

SERVOLANE_TEST(ServerTest)

} // namespace

} // namespace servolane::drivers::ipc

#include "server_test.moc"
