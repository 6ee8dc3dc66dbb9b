// SPDX-License-Identifier: GPL-3.0-or-later
// Time of a frame of the scope at 1600 × 900, against the same columns drawn by a bare clipped polyline and
// by Qt Charts' own line series. Live: 1 kHz, ten seconds on the screen, 16 ms from frame to frame.
// Jump: anywhere, with any span.
#include "core/journal/read/command_log.h"
#include "core/telemetry/read/trace_writer.h"
#include "tests/bench/bench_line.h"
#include "ui/scope/scope_view.h"

#include <QApplication>
#include <QChart>
#include <QChartView>
#include <QLineSeries>
#include <QPaintEvent>
#include <QPainter>
#include <QPolygonF>
#include <QValueAxis>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <random>

using namespace servolane;
using namespace servolane::telemetry;
using servolane::ui::scope::ScopeView;
using servolane::ui::scope::TraceChoice;

namespace {

constexpr Duration period = std::chrono::milliseconds{1};
constexpr Duration frame = std::chrono::milliseconds{16};
constexpr std::size_t maximumTraces = 16;
constexpr std::size_t plotWidth = 1600 - 60 - 168;

/// Processor time of this thread, which is all that a frame takes: nothing in it waits. So others at work on
/// the machine do not show.
double milliseconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0.0 : values[values.size() / 2];
}

/// Sixteen traces of one bus that share their times.
class SignalSource {
public:
    explicit SignalSource(bool noisy)
        : noisy_(noisy)
        , writers_(maximumTraces) {}

    void appendUntil(std::size_t samples) {
        for (; rows_ < samples; ++rows_) {
            if (rows_ % chunkRows == 0) beginChunk();
            times_->at[rows_ % chunkRows] = now().time_since_epoch().count();
            for (std::size_t i = 0; i < writers_.size(); ++i)
                writers_[i].appendShared(value(i));
        }
    }
    [[nodiscard]] Time now() const { return start_ + period * static_cast<std::int64_t>(rows_); }
    [[nodiscard]] Time start() const { return start_; }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    std::shared_ptr<const TraceSet> publish() {
        auto set = std::make_shared<TraceSet>();
        for (std::size_t i = 0; i < writers_.size(); ++i)
            set->traces.push_back(
                {AxisId{static_cast<std::uint16_t>(i + 1)}, Channel::position, writers_[i].snapshot(period)});
        return set;
    }

private:
    void beginChunk() {
        times_ = std::make_shared_for_overwrite<TimeChunk>();
        for (TraceWriter& writer : writers_)
            writer.share(times_);
    }
    float value(std::size_t trace) {
        const double phase = static_cast<double>(rows_) * 1e-3 * (0.5 + 0.1 * static_cast<double>(trace));
        const double smooth = 80.0 * std::sin(phase) + static_cast<double>(trace);
        return static_cast<float>(noisy_ ? smooth + 40.0 * noise_(random_) : smooth);
    }

    bool noisy_;
    std::vector<TraceWriter> writers_;
    std::shared_ptr<TimeChunk> times_;
    std::size_t rows_ = 0;
    Time start_{std::chrono::seconds{1000}};
    std::mt19937 random_{7};
    std::uniform_real_distribution<double> noise_{-1.0, 1.0};
};

/// Two points a column, as everyone draws an envelope with lines.
QList<QPointF> pointsOf(const Columns& columns) {
    QList<QPointF> points;
    points.reserve(static_cast<qsizetype>(2 * columns.columns.size()));
    for (std::size_t x = 0; x < columns.columns.size(); ++x) {
        const Extent& column = columns.columns[x];
        if (column.isEmpty()) continue;
        points.append({static_cast<double>(x), column.min});
        points.append({static_cast<double>(x), column.max});
    }
    return points;
}

class BarePolylines final : public QWidget {
public:
    std::vector<QPolygonF> lines;

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.fillRect(rect(), Qt::white);
        painter.setClipRect(rect().adjusted(60, 8, -168, -28));
        painter.translate(60, height() / 2.0);
        painter.scale(1.0, -3.0);
        for (const QPolygonF& line : lines) {
            painter.setPen(QPen(QColor(0x0067A5), 0));
            painter.drawPolyline(line);
        }
    }
};

class LineSeries {
public:
    explicit LineSeries(std::size_t count) {
        auto* x = new QValueAxis;
        auto* y = new QValueAxis;
        x->setRange(0, plotWidth);
        y->setRange(-140, 140);
        view.chart()->addAxis(x, Qt::AlignBottom);
        view.chart()->addAxis(y, Qt::AlignLeft);
        view.chart()->legend()->hide();
        for (std::size_t i = 0; i < count; ++i) {
            auto* line = new QLineSeries;
            line->setPen(QPen(QColor(0x0067A5), 1));
            view.chart()->addSeries(line);
            line->attachAxis(x);
            line->attachAxis(y);
            series.push_back(line);
        }
        view.resize(1600, 900);
        view.show();
    }
    QChartView view;
    std::vector<QLineSeries*> series;
};

/// The three ways to draw, given the same stretch of the same traces.
class Comparison {
public:
    Comparison(std::size_t traces, SignalSource& source)
        : source_(source)
        , series_(traces) {
        std::vector<TraceChoice> choices;
        for (std::size_t i = 0; i < traces; ++i)
            choices.push_back({AxisId{static_cast<std::uint16_t>(i + 1)}, Channel::position,
                               QString("Axis %1").arg(i + 1), "°"});
        scope_.setSource([this] { return set_; });
        scope_.setNow([this] { return source_.now(); });
        scope_.setTraces(choices);
        scope_.resize(1600, 900 + 36); // its tool row stands above the chart
        bare_.resize(1600, 900);
        bare_.lines.resize(traces);
        set_ = source_.publish();
        scope_.show();
        bare_.show();
        QCoreApplication::processEvents();
        drawScope();
    }

    void live(std::size_t frames, std::size_t limitFrames) {
        for (std::size_t i = 0; i < frames; ++i) {
            source_.appendUntil(source_.rows() + static_cast<std::size_t>(frame / period));
            set_ = source_.publish();
            scopeTimes.push_back(drawScope());
            if (i < limitFrames) drawLimits();
        }
    }

    void jump(std::size_t jumps, std::size_t limitFrames) {
        std::mt19937 random(3);
        const double length = seconds(source_.now() - source_.start());
        for (std::size_t i = 0; i < jumps; ++i) {
            const double share = std::pow(10.0, -3.0 * static_cast<double>(random() % 1000) / 1000.0);
            const double from = (length - length * share) * static_cast<double>(random() % 1000) / 1000.0;
            const Time begin = source_.start() + fromSeconds(from);
            scope_.setReplayRange(begin, begin + fromSeconds(std::max(length * share, 0.01)));
            scopeTimes.push_back(drawScope());
            if (i < limitFrames) drawLimits();
        }
    }

    std::vector<double> scopeTimes;
    std::vector<double> bareTimes;
    std::vector<double> seriesTimes;

private:
    double drawScope() {
        const double since = milliseconds();
        scope_.tick();
        scope_.repaint();
        return milliseconds() - since;
    }

    void drawLimits() {
        const auto [from, to] = scope_.visibleRange();
        std::vector<QList<QPointF>> points;
        for (std::size_t i = 0; i < series_.series.size(); ++i)
            points.push_back(pointsOf(set_->traces[i].trace->columns(from, to, plotWidth)));
        for (std::size_t i = 0; i < points.size(); ++i)
            bare_.lines[i] = QPolygonF(points[i]);
        double since = milliseconds();
        bare_.repaint();
        bareTimes.push_back(milliseconds() - since);
        since = milliseconds();
        for (std::size_t i = 0; i < points.size(); ++i)
            series_.series[i]->replace(points[i]);
        series_.view.repaint();
        seriesTimes.push_back(milliseconds() - since);
    }

    SignalSource& source_;
    std::shared_ptr<const TraceSet> set_;
    ScopeView scope_;
    BarePolylines bare_;
    LineSeries series_;
};

std::string scientific(std::size_t samples) {
    return "1e" + std::to_string(static_cast<int>(std::lround(std::log10(static_cast<double>(samples)))));
}

void report(const std::string& name, const Comparison& comparison) {
    const double value = median(comparison.scopeTimes);
    bench::printLine("bench_scope", name + ", bare", value, "ms", median(comparison.bareTimes),
                     bench::Better::lower);
    bench::printLine("bench_scope", name + ", QLineSeries", value, "ms", median(comparison.seriesTimes),
                     bench::Better::lower);
}

void run(std::size_t traces, std::size_t samples, bool noisy, SignalSource& source, bool quick) {
    const std::string what = std::to_string(traces) + " traces, " + scientific(samples) + " samples, " +
                             (noisy ? "noisy" : "smooth");
    {
        Comparison live(traces, source);
        live.live(quick ? 20 : 200, quick ? 3 : 20);
        report("live, " + what, live);
    }
    Comparison jump(traces, source);
    jump.jump(quick ? 5 : 30, quick ? 2 : 10);
    report("jump, " + what, jump);
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const bool quick = bench::isQuick(argc, argv);
    for (const bool noisy : {false, true}) {
        SignalSource source(noisy);
        for (const std::size_t samples :
             {std::size_t{10'000}, std::size_t{1'000'000}, std::size_t{10'000'000}}) {
            if (quick && samples > 1'000'000) continue;
            source.appendUntil(samples);
            for (const std::size_t traces : {std::size_t{4}, std::size_t{8}, std::size_t{16}})
                run(traces, samples, noisy, source, quick);
        }
    }
    return 0;
}
