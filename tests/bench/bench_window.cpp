// SPDX-License-Identifier: GPL-3.0-or-later
// What the window costs with 250 axes on 8 buses at 100 Hz, some of which always change their state: the time
// that the GUI thread works in a frame, the share of a core that window and read models take, and how old a
// sample is when it is on the screen. Limit: a bare window that does the least that could be called the same,
// a line across the window in every frame, and 250 rows of three words in every sixth.
#include "drivers/export/exporter.h"
#include "drivers/sqlite/session_library.h"
#include "drivers/sqlite/session_store.h"
#include "tests/bench/bench_line.h"
#include "tests/bench/fed_models.h"
#include "tests/support/recording_command_bus.h"
#include "ui/motion/tile_grid.h"
#include "ui/scope/scope_view.h"
#include "ui/shell/main_window.h"

#include <QtCore/QTimer>
#include <QtGui/QPaintEvent>
#include <QtGui/QPainter>
#include <QtGui/QPolygonF>
#include <QtWidgets/QApplication>
#include <algorithm>
#include <functional>
#include <optional>

using namespace servolane;
using bench::Better;

namespace {

using Newest = std::function<Time()>; ///< of the first bus: its newest cycle that has been published

/// What brings new samples to the screen.
struct Shows {
    const QWidget* widget = nullptr; ///< null: nothing does
    Newest newest;
    /// Where a look at new values paints only what differs: when it looked last. Empty: it paints each time.
    std::function<Time()> lookedAt;
    double frames = 1.0; ///< of the display, from one look to the next
};

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0.0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

struct Outcome {
    std::vector<double> frames; ///< ms of work of the GUI thread, from one tick to the next
    std::vector<double> ages;   ///< ms from the publication of a cycle to the end of the frame that shows it
    double guiShare = 0.0;      ///< of a core
    double modelShare = 0.0;
};

/// Looks on while windows live: where a frame begins and where it is on the screen.
class Watched final : public QApplication {
public:
    using QApplication::QApplication;

    Outcome watch(QWidget& window, Shows shows, bench::FedModels& models, double seconds) {
        window_ = &window;
        shows_ = std::move(shows);
        clock_ = &models.clock;
        outcome_ = {};
        frameBegan_.reset();
        looked_.reset();
        shown_ = shows_.newest();
        const double gui = bench::threadSeconds(pthread_self());
        const double projector = models.projectorSeconds();
        const bench::Stopwatch watch;
        QTimer::singleShot(static_cast<int>(seconds * 1e3), this, [this] { exit(); });
        exec();
        outcome_.guiShare = (bench::threadSeconds(pthread_self()) - gui) / watch.seconds();
        outcome_.modelShare = (models.projectorSeconds() - projector) / watch.seconds();
        window_ = nullptr;
        return std::move(outcome_);
    }

    bool notify(QObject* receiver, QEvent* event) override {
        const bool ticks = window_ && receiver == window_ && event->type() == QEvent::Timer;
        if (ticks) beginFrame();
        const Time lookedBefore = shows_.lookedAt ? shows_.lookedAt() : Time{};
        const bool done = QApplication::notify(receiver, event);
        if (!window_) return done;
        if (event->type() == QEvent::Paint && shows_.widget && isShowing(receiver)) painted_ = true;
        if (event->type() == QEvent::UpdateRequest && painted_) endFrame(clock_->now());
        if (ticks && shows_.lookedAt && shows_.lookedAt() != lookedBefore) looked_ = clock_->now();
        return done;
    }

private:
    [[nodiscard]] bool isShowing(const QObject* receiver) const {
        for (; receiver; receiver = receiver->parent())
            if (receiver == shows_.widget) return true;
        return false;
    }
    void beginFrame() {
        // It looked, and nothing it shows was different: the screen tells the truth without being painted.
        if (looked_) endFrame(*looked_);
        const double now = bench::threadSeconds(pthread_self()) * 1e3;
        if (frameBegan_) outcome_.frames.push_back(now - *frameBegan_);
        frameBegan_ = now;
        // The window reads a snapshot that is at least as new.
        read_ = shows_.newest();
    }
    void endFrame(Time now) {
        painted_ = false;
        looked_.reset();
        // Every cycle between has come to the screen with this frame.
        for (Time cycle = read_; cycle > shown_; cycle -= bench::fedPeriod)
            outcome_.ages.push_back(milliseconds(now - cycle));
        shown_ = std::max(shown_, read_);
    }

    QWidget* window_ = nullptr;
    Shows shows_;
    Clock* clock_ = nullptr;
    Outcome outcome_;
    std::optional<double> frameBegan_;
    Time read_{};
    Time shown_{};
    std::optional<Time> looked_; ///< and has not been painted since
    bool painted_ = false;
};

/// The limit.
class BareWindow final : public QWidget {
public:
    BareWindow() {
        resize(1280, 800);
        startTimer(16, Qt::PreciseTimer);
    }

protected:
    void timerEvent(QTimerEvent*) override {
        if (frame_++ % 6 == 0)
            update();
        else
            update(0, 0, width(), height() / 2);
    }
    void paintEvent(QPaintEvent* event) override {
        QPainter painter(this);
        painter.fillRect(event->rect(), Qt::white);
        painter.setClipRect(event->rect());
        for (int row = 0; row < bench::fedAxes && event->rect().bottom() > height() / 2; ++row) {
            const QPoint at(row % 10 * 126, row / 10 * 32 + 14);
            painter.drawText(at, QStringLiteral("Axis %1").arg(row));
            painter.drawText(at + QPoint(0, 15), QStringLiteral("Ready"));
            painter.drawText(at + QPoint(60, 15), QString::number(frame_ * 0.1, 'f', 1));
        }
        QPolygonF line;
        for (int x = 0; x < width(); ++x)
            line << QPointF(x, height() / 4.0 + (x * 7 + frame_) % 160);
        painter.drawPolyline(line);
    }

private:
    int frame_ = 0;
};

/// What a sample has to wait for by design: the projector publishes every 8 ms, and the display looks 60
/// times a second, at figures in every sixth frame.
double ageLimit(const Shows& shows) {
    constexpr double published = 8.0;
    constexpr double frame = 1000.0 / 60.0;
    return published + shows.frames * frame;
}

void tell(const std::string& what, const Shows& shows, const Outcome& ours, const Outcome& bare) {
    const std::string load = "250 axes on 8 buses at 100 Hz, " + what;
    const auto show = [&](const std::string& name, double value, const char* unit, double limit) {
        bench::printLine("bench_window", load + ", " + name, value, unit, limit, Better::lower);
    };
    if (!ours.frames.empty()) {
        show("frame p50", percentile(ours.frames, 0.5), "ms", percentile(bare.frames, 0.5));
        show("frame p99", percentile(ours.frames, 0.99), "ms", percentile(bare.frames, 0.99));
    }
    if (!ours.ages.empty()) {
        show("publish to screen p50", percentile(ours.ages, 0.5), "ms", ageLimit(shows));
        show("publish to screen p99", percentile(ours.ages, 0.99), "ms", ageLimit(shows));
    }
    show("window's share", ours.guiShare * 100.0, "% of a core", bare.guiShare * 100.0);
    show("read models' share", ours.modelShare * 100.0, "% of a core", bare.guiShare * 100.0);
}

} // namespace

int main(int argc, char** argv) {
    Watched application(argc, argv);
    const bool quick = bench::isQuick(argc, argv);
    const double seconds = quick ? 0.8 : 10.0;
    const bench::ScratchFolder folder;
    bench::FedModels fed;
    const api::ReadModels models = fed.models();
    const Newest newestTile = [&] {
        const auto board = models.axes.read();
        return board->axes.empty() ? Time{} : board->axes.front().lastAnswer;
    };
    const Newest newestSample = [&] {
        const auto set = models.traces.read();
        const auto* view = set->find(AxisId{1}, telemetry::Channel::position);
        return view ? view->lastTime() : Time{};
    };

    Outcome bare;
    {
        BareWindow window;
        window.show();
        bare = application.watch(window, {&window, newestTile, {}}, fed, seconds);
    }
    drivers::sqlite::SqliteSessionStore sessions;
    drivers::Exporter exporter(sessions);
    tests::RecordingCommandBus commands;
    drivers::sqlite::SqliteSessionLibrary library;
    ui::WindowContext context{.commands = commands,
                              .models = models,
                              .exporter = exporter,
                              .library = library,
                              .ports = [] { return std::vector<ui::PortChoice>{}; },
                              .families = {},
                              .now = [&fed] { return fed.clock.now(); },
                              .sessionsFolder = folder.path("sessions"),
                              .flightFolder = folder.path("flight"),
                              .configFolder = folder.path("config")};
    ui::MainWindow window(std::move(context));
    window.resize(1280, 800);
    window.show();
    window.selectAxis(AxisId{1});
    QCoreApplication::processEvents();

    const Shows scope{window.findChild<ui::scope::ScopeView*>(), newestSample, {}};
    tell("bench: tree, scope, axis and journal", scope, application.watch(window, scope, fed, seconds), bare);
    window.chooseWorkspace(ui::Workspace::line);
    const auto* grid = window.findChild<ui::TileGrid*>();
    const Shows tiles{grid, newestTile, [grid] { return grid->shownAt(); }, 6.0};
    tell("line: tiles and alarms", tiles, application.watch(window, tiles, fed, seconds), bare);
    window.showMinimized();
    const Shows nothing{nullptr, newestTile, {}};
    tell("minimised", nothing, application.watch(window, nothing, fed, seconds), bare);
    bench::printLine("bench_window", "250 axes on 8 buses at 100 Hz, samples that found no room",
                     static_cast<double>(fed.lostSamples()), "samples", 0.0, Better::lower);
    return 0;
}
