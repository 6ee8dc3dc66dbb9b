// SPDX-License-Identifier: GPL-3.0-or-later
// Names and units as people and damaged files have them, in every format.
#include "drivers/export/exporter.h"
#include "drivers/json/utf8_text.h"
#include "drivers/sqlite/session_store.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/test_registry.h"

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QtEndian>
#include <QtTest/QTest>
#include <zstd.h>

using namespace servolane;
using namespace servolane::tests;

namespace {

/// Contents of all records with that opcode, those inside of chunks too.
QList<QByteArray> recordsOf(const QByteArray& bytes, char opcode, qsizetype at = 8) {
    constexpr char chunk = 6;
    QList<QByteArray> found;
    while (at + 9 <= bytes.size() && bytes[at] != '\x89') {
        const auto length = qsizetype(qFromLittleEndian<quint64>(bytes.constData() + at + 1));
        const QByteArray content = bytes.mid(at + 9, length);
        if (bytes[at] == opcode) found << content;
        if (bytes[at] == chunk) {
            const auto size = qFromLittleEndian<quint64>(content.constData() + 16);
            const qsizetype packed = 32 + qsizetype(qFromLittleEndian<quint32>(content.constData() + 28)) + 8;
            QByteArray plain(qsizetype(size), '\0');
            ZSTD_decompress(plain.data(), size, content.constData() + packed,
                            std::size_t(content.size() - packed));
            found << recordsOf(plain, opcode, 0);
        }
        at += 9 + length;
    }
    return found;
}

/// The members that messages of an MCAP file have; empty: one is no JSON.
QStringList membersIn(const std::string& path) {
    constexpr char message = 5;
    constexpr qsizetype head = 22;
    QFile file{QString::fromStdString(path)};
    if (!file.open(QIODevice::ReadOnly)) return {};
    QStringList members;
    for (const QByteArray& record : recordsOf(file.readAll(), message)) {
        const QJsonDocument json = QJsonDocument::fromJson(record.mid(head));
        if (!json.isObject()) return {};
        members << json.object().keys();
    }
    members.removeDuplicates();
    return members;
}

/// What a Python program prints, which gets the file as its argument.
QByteArray toldByPython(const char* program, const std::string& file) {
    const QString own = QStandardPaths::findExecutable("python3", {"/usr/bin"});
    QProcess reader;
    reader.start(own.isEmpty() ? "python3" : own,
                 {"-c", QString::fromLatin1(program), QString::fromStdString(file)});
    reader.waitForFinished(100'000);
    return (reader.readAllStandardOutput() + reader.readAllStandardError()).trimmed();
}

} // namespace

class StrangeNamesTest : public QObject {
    Q_OBJECT
    drivers::sqlite::SqliteSessionStore store_;
    drivers::Exporter exporter_{store_};
    SessionFolder folder_;
    int count_ = 0;

    std::string path() { return folder_.path(std::to_string(count_) + ".servolane"); }

    /// A recording of axes with these names on bus 1; the unit of the first one changes in the midst.
    void record(const std::vector<std::string>& names, const std::string& laterUnit = "deg") {
        ++count_;
        auto writer = store_.create(path(), fixtureStart());
        QVERIFY(writer);
        std::uint64_t sequence = 0;
        const auto tell = [&](const motion::Axis& axis, std::uint64_t cycle) {
            return (*writer)
                ->append({Sequence{++sequence},
                          fixtureCycle(1, cycle, {}).time,
                          {},
                          motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)}})
                .has_value();
        };
        for (std::uint16_t id = 1; id <= names.size(); ++id)
            QVERIFY(tell(*fixtureAxis(id, 1, names[id - 1U]), 0));
        QVERIFY(writeCycles(**writer, 0, 100));
        auto changed = *fixtureAxis(1, 1, names.front());
        changed.scale.unit = laterUnit;
        QVERIFY(tell(changed, 100) && writeCycles(**writer, 100, 200) && (*writer)->close());
    }
    Result<session::ExportReport> exported(const std::string& format) {
        session::JobProgress progress;
        return exporter_.run({path(), format, folder_.path("a.out"), {}, {}, {}}, progress);
    }

private Q_SLOTS:
    /// Bug: the JSON library threw through the worker of the export and of its preview, and took the window
    /// with it, and the stop of the servos that it was moving.
    void aNameThatIsNoUtf8EndsNoProgram() {
        record({"P\xE1n"}, "m\xFFm");
        for (const auto& [format, title, ending, samples, facts] : exporter_.formats()) {
            session::JobProgress progress;
            const session::ExportRequest request{path(), format, folder_.path("a.out"), {}, {}, {}};
            const auto preview = exporter_.preview(request, 5, progress);
            QVERIFY2(preview, preview ? "" : (format + ": " + preview.error().detail).c_str());
            const auto report = exported(format);
            QVERIFY2(report, report ? "" : (format + ": " + report.error().detail).c_str());
            QFile file{QString::fromStdString(folder_.path("a.out"))};
            QVERIFY(file.open(QIODevice::ReadOnly));
            if (format.starts_with("csv")) QVERIFY(QString::fromUtf8(file.readAll()).contains(u"P\uFFFDn"));
        }
        const auto reader = store_.open(path());
        QVERIFY(reader);
        QCOMPARE((*reader)->summary().axes.front().name, std::string{"P\xEF\xBF\xBDn"});
    }

    /// Bug: the preview took the end of a line in a name for that of the row.
    void aPreviewShowsANameWithALineEnd() {
        record({"P\nan", "\"Tilt\"\r\n"});
        session::JobProgress progress;
        const auto preview =
            exporter_.preview({path(), "csv", folder_.path("a.out"), {}, {}, {}}, 3, progress);
        QVERIFY2(preview, preview ? "" : preview.error().detail.c_str());
        QCOMPARE(preview->columns[2], std::string{"P\nan.setpoint[deg]"});
        QCOMPARE(preview->columns.back(), std::string{"simulated"});
        QCOMPARE(preview->rows.size(), std::size_t{3});
        for (const auto& row : preview->rows) {
            QCOMPARE(row.size(), preview->columns.size());
            QVERIFY2(row.front().starts_with("0.00"), row.front().c_str());
        }
    }

    void bytesThatAreNoUtf8AreReplaced() {
        QCOMPARE(drivers::utf8Text("plain"), std::string{"plain"});
        QCOMPARE(drivers::utf8Text("gr\xC3\xBC\xC3\x9F"), std::string{"gr\xC3\xBC\xC3\x9F"});
        QCOMPARE(drivers::utf8Text("a\xFF"), std::string{"a\xEF\xBF\xBD"});
        QCOMPARE(drivers::utf8Text(std::string_view{"\0\x80", 2}), (std::string{"\0\xEF\xBF\xBD", 4}));
        QCOMPARE(drivers::jsonText("m\"m"), std::string{"\"m\\\"m\""});
    }

    /// Bug: "velocity_deg/s: component not found".
    void hdf5HasBothColumnsOfAUnitThatChanged() {
        record({"Pan"}, "mm");
        const auto report = exported("hdf5");
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        const QByteArray told =
            toldByPython("import h5py,sys\n"
                         "g=h5py.File(sys.argv[1])['Pan']\n"
                         "print(*sorted(k+':'+g[k].attrs['unit'] for k in g if k.startswith('velocity_d')"
                         " or k.startswith('velocity_m')))",
                         folder_.path("a.out"));
        QCOMPARE(told, QByteArray{"velocity_deg_per_s:deg/s velocity_mm_per_s:mm/s"});
    }

    /// Bug: a member's name was written as it is.
    void mcapIsJsonWithAQuoteInTheUnit() {
        record({"Pan"}, "m\"m/\\");
        const auto report = exported("mcap");
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        const QStringList members = membersIn(folder_.path("a.out"));
        QVERIFY2(members.contains("position_m\"m_per_\\"), qPrintable(members.join(' ')));
        QVERIFY(members.contains("position_deg"));
    }

    /// Bug: what "facts" became was the name of the next axis.
    void noAxisTakesTheNameThatAnotherWasGiven() {
        record({"facts", "facts#1", "facts#1", "facts#1#1"});
        for (const char* format : {"hdf5", "mcap", "mat"}) {
            const auto report = exported(format);
            QVERIFY2(report, report ? "" : report.error().detail.c_str());
        }
        std::set<std::string> names;
        const auto reader = store_.open(path());
        QVERIFY(reader);
        const auto columns = drivers::columnsOf((*reader)->summary());
        for (const auto& column : columns)
            QVERIFY2(names.insert(column.name + column.unit).second, column.name.c_str());
    }

    /// Bug: written as numbers of two bytes, which SciPy reads as text of one.
    void scipyReadsTextBeyondAscii() {
        record({"Pan"}, "\xC2\xB5m \xE4\xB8\x89 \xF0\x9F\x98\x80");
        const auto report = exported("mat");
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        const QByteArray told = toldByPython(
            "import scipy.io,sys\n"
            "m=scipy.io.loadmat(sys.argv[1],simplify_cells=True)\n"
            "print(ascii(max(m['Pan']['units'].values())), 'AxisConfigured' in m['session']['facts'])",
            folder_.path("a.out"));
        QVERIFY2(told.contains("\\xb5m \\u4e09 \\ufffd"), told.constData());
        QVERIFY2(told.contains("True"), told.constData());
    }
};

SERVOLANE_TEST(StrangeNamesTest)
#include "strange_names_test.moc"
