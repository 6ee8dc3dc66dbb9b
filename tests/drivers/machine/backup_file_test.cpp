// SPDX-License-Identifier: GPL-3.0-or-later
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include "tests/support/test_registry.h"

#include "core/motion/axis.h"
#include "drivers/backup/backup_file.h"
#include "drivers/backup/recipe_file.h"
#include "tests/support/sample_model.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <fstream>
#include <sstream>

using namespace servolane;
using namespace servolane::drivers::backup;

namespace {

registers::Backup someBackup() {
    const UtcTime at{std::chrono::seconds{1'763'892'902} + std::chrono::milliseconds{123}};
    return {{registers::backupOf(*tests::sampleAxis(1, 1, 3),
                                 {{"id", 3}, {"drive_mode", 4}, {"homing_offset", -1000}, {"led", 1}}, at),
             registers::backupOf(*tests::sampleAxis(2, 1, 4), {{"position_p_gain", 900}}, at)}};
}

} // namespace

class BackupFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    [[nodiscard]] std::filesystem::path file() const { return folder_.path().toStdString() + "/backup.json"; }
    /// What is said of the file with one piece of its text exchanged.
    [[nodiscard]] std::string saidOf(const std::string& piece, const std::string& instead) const {
        std::string text = backupText(someBackup());
        text.replace(text.find(piece), piece.size(), instead);
        std::ofstream(file()) << text;
        const auto read = readBackup(file(), *tests::sampleCatalog());
        return read ? "" : read.error().detail;
    }

private Q_SLOTS:
    void returnsServosAsTheyWere() {
        QVERIFY(writeBackup(file(), someBackup()));
        const auto back = readBackup(file(), {});
        QVERIFY2(back, back ? "" : back.error().detail.c_str());
        QVERIFY(*back == someBackup());
        std::ifstream stream(file());
        std::stringstream text;
        text << stream.rdbuf();
        QVERIFY(text.str().find("\"utc\": \"2025-11-23T10:15:02.123Z\"") != std::string::npos);
    }

    void aMissingFileIsNotABrokenOne() {
        QVERIFY(readBackup(folder_.path().toStdString() + "/none.json", {}).error().code ==
                ErrorCode::notFound);
    }

    void whatIsWrongIsToldWithItsPlace() {
        const auto says = [&](const std::string& piece, const std::string& instead, const std::string& place,
                              const std::string& expected) {
            const std::string said = saidOf(piece, instead);
            const bool good =
                said.find(place) != std::string::npos && said.find(expected) != std::string::npos;
            QVERIFY2(good, said.c_str());
        };
        says("\"raw\": -1000", "\"raw\": \"far\"", "/servos/0/registers/2/raw", "an integer from");
        says("\"size\": 4", "\"size\": 3", "/servos/0/registers/2/size", "1, 2 or 4");
        says("\"schema\": 1", "\"schema\": 2", "/schema", "an integer from 1 to 1");
        says("servolane-backup", "shopping-list", "/kind", "servolane-backup");
        says("2025-11-23T", "yesterday", "/servos/0/utc", "a time as");
        says("\"access\": \"rw\"", "\"access\": \"often\"", "/servos/0/registers/0/access", "r or rw");
        says("\"id\": 4", "\"id\": 3", "/servos/1/id", "no other servo");
        says("\"name\": \"led\"", "\"name\": \"id\"", "/servos/0/registers/3/name", "no other register");
        says("\"raw\": -1000", "\"raw\": -1000, \"raw\": 7", "/servos/0/registers/2/raw", "\"raw\" twice");
        says("\"firmware\"", "\"softness\"", "/servos/0/softness", "a known key");
    }

    /// Bug: a restore took the value where the scale was the model's own, and the raw number, or the bits,
    /// where it was not, without a word.
    void rawAndValueThatContradictEachOtherAreRefused() {
        QCOMPARE(saidOf("\"led\"", "\"led\""), std::string());
        const std::string value = saidOf("\"raw\": -1000", "\"raw\": -900");
        QVERIFY2(value.find("/servos/0/registers/2/value: expected -79.1") != std::string::npos &&
                     value.find(" deg, for which raw -900 stands, found -87.8") != std::string::npos,
                 value.c_str());
        const std::string bits = saidOf("\"time_based_profile\": 1", "\"time_based_profile\": 0");
        QVERIFY2(
            bits.find("/servos/0/registers/1/bits/time_based_profile: expected 1, as in raw 4, found 0") !=
                std::string::npos,
            bits.c_str());
        // A person may round.
        QCOMPARE(saidOf("-87.890625", "-87.9"), std::string());
        // Of a model that nobody knows nothing is claimed.
        QCOMPARE(saidOf("\"model\": \"XM430-W350\"", "\"model\": \"XX\""), std::string());
    }

    /// Bug: a servo of the family could neither report such a number nor be asked at such an address.
    void numbersAndAddressesBeyondTheFamilyAreRefused() {
        const auto says = [&](const std::string& piece, const std::string& instead, const std::string& all) {
            const std::string said = saidOf(piece, instead);
            QVERIFY2(said.find(all) != std::string::npos, said.c_str());
        };
        says("\"model_number\": 1020", "\"model_number\": 70000",
             "/servos/0/model_number: expected an integer from 0 to 65535, found 70000");
        says("\"address\": 20,", "\"address\": 65533,",
             "/servos/0/registers/2/address: expected an integer from 0 to 65532, found 65533");
        says("\"id\": 3,", "\"id\": 253,", "/servos/0/id: expected an integer from 0 to 252, found 253");
        std::string feetech = backupText(someBackup());
        for (std::size_t at = 0; (at = feetech.find("dynamixel2", at)) != std::string::npos;)
            feetech.replace(at, 10, "feetech");
        feetech.replace(feetech.find("\"address\": 20,"), 14, "\"address\": 254,");
        std::ofstream(file()) << feetech;
        const auto read = readBackup(file(), {});
        QVERIFY(!read);
        QVERIFY2(read.error().detail.find("/address: expected an integer from 0 to 253, found 254") !=
                     std::string::npos,
                 read.error().detail.c_str());
    }

    void aKeyThatStandsTwiceInARecipeIsTold() {
        std::ofstream(file()) << R"({"kind": "servolane-recipe", "schema": 1,
            "all": {"temperature_limit": 70, "temperature_limit": 80}, "servos": [{"id": 1}]})";
        const auto read = readRecipe(file());
        QVERIFY(!read);
        QVERIFY2(read.error().detail.find("/all/temperature_limit: expected a key that stands once") !=
                     std::string::npos,
                 read.error().detail.c_str());
    }

    void aTornFileIsToldByLineAndColumn() {
        const std::string text = backupText(someBackup());
        std::ofstream(file()) << text.substr(0, text.size() / 2);
        const auto read = readBackup(file(), {});
        QVERIFY(!read);
        QVERIFY(read.error().detail.find("backup.json:") != std::string::npos);
    }
};

SERVOLANE_TEST(BackupFileTest)
#include "backup_file_test.moc"
