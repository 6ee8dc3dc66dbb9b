// SPDX-License-Identifier: GPL-3.0-or-later
// Exports that are cancelled while they run, at a moment that is the same every time.
#include "drivers/export/exporter.h"
#include "drivers/sqlite/session_store.h"
#include "tests/drivers/sqlite/session_fixture.h"
#include "tests/support/test_registry.h"

#include <QtCore/QDir>
#include <QtTest/QTest>
#include <memory>

using namespace servolane;
using namespace servolane::tests;

namespace {

constexpr std::uint64_t twoSlices = 4700;

/// Cancels with the third slice of samples, or the third fact, that somebody reads.
struct Trigger {
    session::JobProgress* progress = nullptr;
    int samples = 0;
    int facts = 0;
    void countSamples() {
        if (++samples == 3) progress->cancel = true;
    }
    void countFacts() {
        if (++facts == 3) progress->cancel = true;
    }
};

class CountedCycles final : public session::CycleCursor {
public:
    CountedCycles(std::unique_ptr<session::CycleCursor> real, Trigger& trigger)
        : real_(std::move(real))
        , trigger_(trigger) {}
    Result<bool> next(session::CycleSlice& into) override {
        trigger_.countSamples();
        return real_->next(into);
    }

private:
    std::unique_ptr<session::CycleCursor> real_;
    Trigger& trigger_;
};

class CountedReader final : public session::SessionReader {
public:
    CountedReader(std::unique_ptr<session::SessionReader> real, Trigger& trigger)
        : real_(std::move(real))
        , trigger_(trigger) {}
    const session::SessionSummary& summary() const override { return real_->summary(); }
    Result<void> readAxis(AxisId axis, Time from, Time to,
                          const std::function<bool(const session::AxisBlock&)>& take) override {
        return real_->readAxis(axis, from, to, [&](const session::AxisBlock& block) {
            trigger_.countSamples();
            return take(block);
        });
    }
    Result<void> readRuns(const std::function<bool(const session::StoredRun&)>& take) override {
        return real_->readRuns(take);
    }
    Result<void> readFacts(Time from, Time to, const std::function<bool(const api::Event&)>& take) override {
        return real_->readFacts(from, to, take);
    }
    Result<void> readIntactFacts(Time from, Time to, const std::function<bool(const api::Event&)>& take,
                                 std::vector<std::string>& damaged) override {
        const auto counted = [&](const api::Event& fact) {
            trigger_.countFacts();
            return take(fact);
        };
        return real_->readIntactFacts(from, to, counted, damaged);
    }
    Result<std::unique_ptr<session::FactCursor>> intactFacts(Time from, Time to,
                                                             std::vector<std::string>& damaged) override {
        return real_->intactFacts(from, to, damaged);
    }
    Result<std::unique_ptr<session::CycleCursor>> cycles(BusId bus, Time from, Time to,
                                                         std::span<const AxisId> axes) override {
        auto cursor = real_->cycles(bus, from, to, axes);
        if (!cursor) return cursor;
        return std::make_unique<CountedCycles>(std::move(*cursor), trigger_);
    }
    UtcTime utcAt(Time time) const override { return real_->utcAt(time); }

private:
    std::unique_ptr<session::SessionReader> real_;
    Trigger& trigger_;
};

/// The real store, with readers that tell what is read.
class CountedStore final : public session::SessionStore {
public:
    explicit CountedStore(Trigger& trigger)
        : trigger_(trigger) {}
    Result<std::unique_ptr<session::SessionWriter>> create(const std::string& path,
                                                           const session::SessionStart& start) override {
        return real_.create(path, start);
    }
    Result<std::unique_ptr<session::SessionReader>> open(const std::string& path) override {
        auto reader = real_.open(path);
        if (!reader) return reader;
        return std::make_unique<CountedReader>(std::move(*reader), trigger_);
    }
    std::vector<session::SessionSummary> list(const std::string& folder,
                                              std::vector<Error>& problems) override {
        return real_.list(folder, problems);
    }

private:
    drivers::sqlite::SqliteSessionStore real_;
    Trigger& trigger_;
};

} // namespace

class CancelledExportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsLeftOfAnExportThatWasCancelledInItsMidst_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("method");
        for (const char* format : {"csv", "csv-long", "hdf5", "mat", "mcap"})
            for (const auto method : {session::Resampling::none, session::Resampling::linear})
                QTest::addRow("%s %d", format, int(method)) << QString::fromLatin1(format) << int(method);
        QTest::newRow("jsonl") << QStringLiteral("jsonl") << int(session::Resampling::none);
    }
    void nothingIsLeftOfAnExportThatWasCancelledInItsMidst() {
        QFETCH(QString, format);
        QFETCH(int, method);
        Trigger trigger;
        CountedStore store{trigger};
        drivers::Exporter exporter{store};
        const SessionFolder folder;
        auto writer = store.create(folder.path("a.servolane"), fixtureStart());
        QVERIFY(writer && tellConfiguration(**writer) && writeCycles(**writer, 0, twoSlices) &&
                (*writer)->close());
        session::JobProgress progress;
        trigger.progress = &progress;
        session::ExportRequest request{
            folder.path("a.servolane"), format.toStdString(), folder.path("a.out"), {}, {}, {}};
        request.resampling = static_cast<session::Resampling>(method);
        request.rowsPerSecond = 1000.0;
        request.channels = {"axis?.position"};
        const auto report = exporter.run(request, progress);
        QVERIFY(progress.cancel);
        QVERIFY2(!report && report.error().code == ErrorCode::interrupted,
                 report ? "it went on to the end" : report.error().detail.c_str());
        QCOMPARE(QDir{QString::fromStdString(folder.folder())}.entryList(QDir::Files),
                 QStringList{"a.servolane"});
    }
};

SERVOLANE_TEST(CancelledExportTest)
#include "cancelled_export_test.moc"
