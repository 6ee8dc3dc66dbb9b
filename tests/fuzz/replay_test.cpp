// SPDX-License-Identifier: GPL-3.0-or-later
// The corpus of the fuzzers, run once each.
#include "tests/fuzz/targets.h"

#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace fs = std::filesystem;
using namespace servolane;

namespace {

class FuzzReplayTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theCorpusBreaksNothing() {
        const fs::path corpus = fs::path(std::getenv("SERVOLANE_SOURCE_DIR")) / "tests/fuzz/corpus";
        for (const fuzz::Target& target : fuzz::targets()) {
            int inputs = 0;
            const fs::path folder = corpus / target.name;
            QVERIFY2(fs::is_directory(folder), folder.c_str());
            for (const auto& entry : fs::directory_iterator(folder)) {
                std::ifstream file(entry.path(), std::ios::binary);
                const Bytes bytes{std::istreambuf_iterator<char>(file), {}};
                target.run(bytes);
                ++inputs;
            }
            QVERIFY2(inputs > 10, target.name);
        }
    }
};

SERVOLANE_TEST(FuzzReplayTest)

} // namespace

#include "replay_test.moc"
