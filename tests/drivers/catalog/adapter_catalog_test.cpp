// SPDX-License-Identifier: GPL-3.0-or-later
// The file of known adapters that is shipped, and what is said of one that is wrong.
#include "drivers/catalog/adapter_catalog.h"
#include "tests/support/test_registry.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <fstream>

namespace servolane::drivers::catalog {

class AdapterCatalogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theShippedFileIsRead() {
        const std::vector files{
            std::filesystem::path(qEnvironmentVariable("SERVOLANE_SOURCE_DIR").toStdString()) /
            "resources/adapters/adapters.json"};
        const AdapterLoad load = loadAdapters(files);
        for (const auto& problem : load.problems)
            qWarning("%s", problem.text().c_str());
        QVERIFY(load.problems.empty());
        QVERIFY(load.catalog.find(0x0403, 0x6014)->search == SearchHabit::beforehand);
        // A ping of DYNAMIXEL 1.0 moves a servo on it.
        const Adapter* maestro = load.catalog.find(0x1ffb, 0x008a);
        QVERIFY(maestro->kind == AdapterKind::controller);
        QCOMPARE(maestro->families, std::vector<std::string>{"maestro"});
        QVERIFY(maestro->search != SearchHabit::beforehand);
        // Of this maker nothing else is asked.
        QVERIFY(load.catalog.find(0x1ffb, 0x00b3)->search == SearchHabit::never);
        QVERIFY(load.catalog.find(0x2341, 0x0043)->search == SearchHabit::never);
        QVERIFY(load.catalog.find(0x1234, 0x5678) == nullptr);
    }
    void theUsersFileWins() {
        write(
            "shipped.json",
            entry(
                R"("vid": "0403", "pid": "6014", "name": "U2D2", "kind": "adapter", "search": "beforehand")"));
        write("own.json",
              entry(R"("vid": "0403", "pid": "6014", "name": "Mine", "kind": "board", "search": "never")"));
        const AdapterLoad load = loadBoth();
        QVERIFY(load.problems.empty());
        QCOMPARE(load.catalog.find(0x0403, 0x6014)->name, std::string("Mine"));
    }
    void aFileThatIsNotThereIsNoProblem() {
        const std::vector files{at("nowhere.json")};
        QVERIFY(loadAdapters(files).problems.empty());
    }
    void whatIsWrongIsToldWithItsPlace_data() {
        QTest::addColumn<QString>("members");
        QTest::addColumn<QString>("told");
        const auto rest = R"("name": "A", "kind": "adapter", "search": "never")";
        QTest::newRow("number") << QStringLiteral(R"("vid": "403", %1)").arg(rest)
                                << QStringLiteral(
                                       "/adapters/0/vid: expected four hexadecimal digits, found \"403\"");
        QTest::newRow("no number") << QString::fromLatin1(rest)
                                   << QStringLiteral(
                                          "/adapters/0/vid: expected the maker's number, found nothing");
        QTest::newRow("word") << R"("vid": "0403", "name": "A", "kind": "thing", "search": "never")"
                              << QStringLiteral(
                                     "/adapters/0/kind: expected one of adapter, chip, board, controller, "
                                     "found \"thing\"");
        QTest::newRow("habit")
            << R"("vid": "0403", "name": "A", "kind": "chip")"
            << QStringLiteral("/adapters/0/search: expected beforehand, if-asked, never, found nothing");
        QTest::newRow("slip") << QStringLiteral(R"("vid": "0403", "familys": [], %1)").arg(rest)
                              << QStringLiteral("/adapters/0/familys: expected a known key");
        QTest::newRow("families") << QStringLiteral(R"("vid": "0403", "families": [7], %1)").arg(rest)
                                  << QStringLiteral("/adapters/0/families: expected words, found 7");
    }
    void whatIsWrongIsToldWithItsPlace() {
        QFETCH(const QString, members);
        QFETCH(const QString, told);
        write("own.json", entry(members.toStdString()));
        const std::vector files{at("own.json")};
        const AdapterLoad load = loadAdapters(files);
        QVERIFY(load.catalog.all().empty());
        QVERIFY2(load.problems.size() == 1 &&
                     QString::fromStdString(load.problems.front().text()).contains(told),
                 load.problems.empty() ? "" : load.problems.front().text().c_str());
    }
    void anotherFormatIsRefused() {
        write("own.json", R"({"format": 2, "adapters": []})");
        const std::vector files{at("own.json")};
        QVERIFY(loadAdapters(files).problems.front().text().find("/format") != std::string::npos);
        write("own.json", R"({"format": 1, "adapters": {}})");
        QVERIFY(loadAdapters(files).problems.front().text().find("a list of adapters") != std::string::npos);
        write("own.json", "no JSON");
        QCOMPARE(loadAdapters(files).problems.size(), std::size_t{1});
    }

private:
    [[nodiscard]] std::filesystem::path at(const char* name) const {
        return std::filesystem::path(folder_.path().toStdString()) / name;
    }
    void write(const char* name, const std::string& text) const { std::ofstream(at(name)) << text; }
    static std::string entry(const std::string& members) {
        return R"({"format": 1, "adapters": [{)" + members + "}]}";
    }
    [[nodiscard]] AdapterLoad loadBoth() const {
        const std::vector files{at("shipped.json"), at("own.json")};
        return loadAdapters(files);
    }

    QTemporaryDir folder_;
};

} // namespace servolane::drivers::catalog

using servolane::drivers::catalog::AdapterCatalogTest;
SERVOLANE_TEST(AdapterCatalogTest)
#include "adapter_catalog_test.moc"
