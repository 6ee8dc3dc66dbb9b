// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/part_file.h"

#include "tests/support/test_registry.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <elf.h>
#include <link.h>
#include <vector>

namespace {

struct Stretch {
    off_t offset = 0;
    off_t bytes = 0;
};
std::vector<Stretch> begun; ///< what the disk was told to begin with

} // namespace

// In place of the C library's: only a hint to the disk, whose effect a test cannot see.
extern "C" int sync_file_range(int, off64_t offset, off64_t bytes, unsigned) {
    begun.push_back({offset, bytes});
    return 0;
}

using namespace servolane;

class PartFileTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// finish() waited for the whole of a large file, at a progress of 100 %.
    void theDiskBeginsWhileRowsAreStillBeingMade() {
        const QTemporaryDir folder;
        auto file = drivers::PartFile::create(folder.filePath("rows").toStdString());
        QVERIFY(file.has_value());
        begun.clear();
        constexpr std::size_t row = 100'000;
        constexpr std::size_t rows = 300; // 30 MB
        for (std::size_t at = 0; at < rows; ++at) {
            auto room = file->room(row);
            QVERIFY(room.has_value());
            file->used(std::fill_n(*room, row, 'x'));
        }
        QVERIFY2(begun.size() >= 3, qPrintable(QString::number(begun.size())));
        off_t next = 0;
        for (const Stretch& stretch : begun) {
            QCOMPARE(stretch.offset, next);
            next += stretch.bytes;
        }
        QVERIFY(next >= 20'000'000);
        QVERIFY(file->finish().has_value());
        QCOMPARE(file->bytes(), std::uint64_t{row * rows});
    }

    /// Bug: the second one emptied the part of the first and wrote into it, and both were told to be good.
    void twoDoNotWriteToOnePath() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("rows").toStdString();
        const auto write = [](drivers::PartFile& file, char letter) {
            auto room = file.room(3);
            if (room) file.used(std::fill_n(*room, 3, letter));
        };
        {
            auto first = drivers::PartFile::create(path);
            QVERIFY(first.has_value());
            write(*first, 'a');
            const auto second = drivers::PartFile::create(path);
            QVERIFY(!second && second.error().code == ErrorCode::busy);
            QVERIFY(second.error().detail.starts_with(path + ":"));
            QVERIFY(first->finish().has_value());
        }
        auto later = drivers::PartFile::create(path);
        QVERIFY(later.has_value());
        const auto content = [&] {
            QFile file{QString::fromStdString(path)};
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray{};
        };
        QCOMPARE(content(), QByteArray{"aaa"});
        write(*later, 'b');
        QVERIFY(later->finish().has_value());
        QCOMPARE(content(), QByteArray{"bbb"});
    }

    /// Linked, it brought twenty-eight libraries into every start.
    void noProgramIsLinkedWithTheLibraryOfHdf5() {
        const char* strings = nullptr;
        for (const ElfW(Dyn)* entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry)
            if (entry->d_tag == DT_STRTAB) strings = reinterpret_cast<const char*>(entry->d_un.d_ptr);
        QVERIFY(strings);
        bool hasAny = false;
        for (const ElfW(Dyn)* entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry) {
            if (entry->d_tag != DT_NEEDED) continue;
            const QByteArray name(strings + entry->d_un.d_val);
            hasAny = true;
            QVERIFY2(!name.startsWith("libhdf5"), name.constData());
        }
        QVERIFY(hasAny);
    }
};

SERVOLANE_TEST(PartFileTest)
#include "part_file_test.moc"
