// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/export_preview.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace servolane::drivers {

namespace {

/// Enough that a block of a compressed format is full.
constexpr double cyclesInPiece = 6000.0;

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::error_code none;
        path_ = (std::filesystem::temp_directory_path(none) / "servolane-preview-XXXXXX").string();
        if (!::mkdtemp(path_.data())) path_.clear();
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] bool isThere() const { return !path_.empty(); }
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

struct Piece {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
};

/// A line of the file, or several where a quoted cell holds their ends.
bool readRow(std::istream& file, std::string& row) {
    row.clear();
    bool quoted = false;
    for (std::string line; std::getline(file, line);) {
        quoted = quoted != (std::count(line.begin(), line.end(), '"') % 2 == 1);
        row += line;
        if (!quoted) {
            if (row.ends_with('\r')) row.pop_back();
            return true;
        }
        row += '\n';
    }
    return !row.empty();
}

/// The fields of a row.
std::vector<std::string> cellsOf(const std::string& line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char letter = line[at];
        if (letter == '"' && quoted && at + 1 < line.size() && line[at + 1] == '"')
            cells.back() += line[++at];
        else if (letter == '"')
            quoted = !quoted;
        else if (letter == ',' && !quoted)
            cells.emplace_back();
        else
            cells.back() += letter;
    }
    return cells;
}

class Trial {
public:
    Trial(session::SessionReader& reader, const ExportPlan& plan, session::JobProgress& progress)
        : reader_(reader)
        , plan_(plan)
        , progress_(progress)
        , from_(std::max(plan.from, reader.summary().start))
        , to_(std::min(plan.to, reader.summary().end)) {}

    [[nodiscard]] bool hasFolder() const { return folder_.isThere(); }
    [[nodiscard]] Time from() const { return from_; }
    [[nodiscard]] double span() const { return std::max(0.0, seconds(to_ - from_)); }

    [[nodiscard]] Result<Piece> write(FormatWriter writer, Time from, double span, const std::string& name) {
        ExportPlan part = plan_;
        part.from = from;
        part.to = span >= this->span() ? plan_.to : std::min(to_, from + fromSeconds(span));
        if (span >= this->span()) part.from = plan_.from;
        auto file = PartFile::create(folder_.file(name));
        if (!file) return tl::make_unexpected(file.error());
        session::JobProgress own; // of a piece says nothing about the whole
        own.cancel = progress_.cancel.load();
        const auto written = writer(reader_, part, *file, own);
        if (!written) return tl::make_unexpected(written.error());
        if (auto finished = file->finish(); !finished) return tl::make_unexpected(finished.error());
        if (progress_.cancel) return failure(ErrorCode::interrupted, "the preview was cancelled");
        return Piece{written->rows, file->bytes()};
    }

    /// Header and rows of what write() wrote under that name.
    void read(const std::string& name, bool lines, std::size_t rows, session::ExportPreview& into) const {
        std::ifstream file(folder_.file(name));
        std::string line;
        if (lines)
            into.columns = {"event"};
        else if (readRow(file, line))
            into.columns = cellsOf(line);
        while (into.rows.size() < rows && (lines ? bool(std::getline(file, line)) : readRow(file, line)))
            into.rows.push_back(lines ? std::vector<std::string>{line} : cellsOf(line));
    }

private:
    TemporaryFolder folder_;
    session::SessionReader& reader_;
    const ExportPlan& plan_;
    session::JobProgress& progress_;
    Time from_;
    Time to_;
};

/// Of the densest rows that the plan can ask for. Lines hold facts, of which there are few among many cycles:
/// a piece as long as that of samples would often hold none.
double rowsPerSecond(const session::SessionSummary& summary, const ExportPlan& plan, bool lines) {
    const double span = seconds(summary.end - summary.start);
    const auto recorded = lines ? summary.counters.facts : summary.counters.cycles;
    const double usual = span > 0.0 ? static_cast<double>(recorded) / span : 1.0;
    return std::max(1e-6, lines ? usual : plan.rowsPerSecond.value_or(usual));
}

Result<void> showFirstRows(Trial& trial, double rate, const PreviewWish& wish, session::ExportPreview& into) {
    double span = (static_cast<double>(wish.rows) + 1.0) / rate;
    for (;; span *= 8.0) {
        const auto piece = trial.write(wish.text, trial.from(), span, "rows");
        if (!piece) return tl::make_unexpected(piece.error());
        if (piece->rows < wish.rows && span < trial.span()) continue; // a gap
        trial.read("rows", wish.lines, wish.rows, into);
        return {};
    }
}

/// How many samples of the plan's axes lie in a stretch, by what is known without reading them.
class SampleCount {
public:
    static Result<SampleCount> of(session::SessionReader& reader, const ExportPlan& plan) {
        SampleCount count;
        std::map<BusId, double> densest; // samples a second of an axis
        const auto read = reader.readRuns([&](const session::StoredRun& run) {
            const auto column = std::find_if(plan.columns.begin(), plan.columns.end(),
                                             [&](const ExportColumn& each) { return each.axis == run.axis; });
            if (column == plan.columns.end()) return true;
            const auto samples = static_cast<double>(run.samples);
            const double length = seconds(run.last - run.first);
            count.runs_.push_back({run.first, run.last, samples});
            if (samples >= fewest && length > 0.0)
                densest[column->bus] = std::max(densest[column->bus], samples / length);
            return true;
        });
        if (!read) return tl::make_unexpected(read.error());
        for (const auto& [bus, rate] : densest)
            count.densest_ += rate;
        return count;
    }
    /// Cycles a second of all buses where none are missing; 0: not known.
    [[nodiscard]] double densest() const { return densest_; }
    [[nodiscard]] double between(Time from, Time to) const {
        double samples = 0.0;
        for (const Run& run : runs_) {
            const double common = seconds(std::min(to, run.last) - std::max(from, run.first));
            const double length = seconds(run.last - run.first);
            if (common >= 0.0) samples += length > 0.0 ? run.samples * common / length : run.samples;
        }
        return samples;
    }

private:
    struct Run {
        Time first{};
        Time last{};
        double samples = 0.0;
    };
    static constexpr double fewest = 100.0; ///< that tell of a rate
    std::vector<Run> runs_;
    double densest_ = 0.0;
};

/// A line through a piece and one of twice its length: what a format writes once counts once. From where most
/// samples are, and as long as all of them: where some were lost, there is nothing to write.
Result<void> judgeSize(Trial& trial, double rate, const PreviewWish& wish, const SampleCount* count,
                       session::ExportPreview& into) {
    const double span = trial.span();
    const double densest = std::max(rate, count ? count->densest() : 0.0);
    const double piece = std::min(span, cyclesInPiece / densest);
    if (2.0 * piece >= span) {
        const auto whole = trial.write(wish.write, trial.from(), span, "whole");
        if (!whole) return tl::make_unexpected(whole.error());
        into.estimatedRows = whole->rows;
        into.estimatedBytes = whole->bytes;
        return {};
    }
    const auto samplesFrom = [&](Time time, double length) {
        return count ? count->between(time, time + fromSeconds(length)) : 0.0;
    };
    const Time end = trial.from() + fromSeconds(span);
    Time begin = trial.from() + fromSeconds((span - 2.0 * piece) / 2.0);
    for (const Time other : {trial.from(), end - fromSeconds(2.0 * piece)})
        if (samplesFrom(other, 2.0 * piece) > 1.5 * samplesFrom(begin, 2.0 * piece)) begin = other;
    const auto one = trial.write(wish.write, begin, piece, "one");
    if (!one) return tl::make_unexpected(one.error());
    const auto two = trial.write(wish.write, begin, 2.0 * piece, "two");
    if (!two) return tl::make_unexpected(two.error());
    const double inSecond = samplesFrom(begin + fromSeconds(piece), piece);
    const double behindFirst = samplesFrom(trial.from(), span) - samplesFrom(begin, piece);
    const double pieces = inSecond > 0.0 ? behindFirst / inSecond : (span - piece) / piece;
    const auto along = [&](std::uint64_t first, std::uint64_t second) {
        const double each = static_cast<double>(second) - static_cast<double>(first);
        return static_cast<std::uint64_t>(
            std::max(0.0, std::round(static_cast<double>(first) + each * pieces)));
    };
    into.estimatedRows = along(one->rows, two->rows);
    into.estimatedBytes = along(one->bytes, two->bytes);
    return {};
}

} // namespace

Result<session::ExportPreview> previewOf(session::SessionReader& reader, const ExportPlan& plan,
                                         const PreviewWish& wish, session::JobProgress& progress) {
    Trial trial{reader, plan, progress};
    if (!trial.hasFolder()) return failure(ErrorCode::inputOutput, "no temporary folder can be made");
    const double rate = rowsPerSecond(reader.summary(), plan, wish.lines);
    session::ExportPreview preview;
    if (auto shown = showFirstRows(trial, rate, wish, preview); !shown)
        return tl::make_unexpected(shown.error());
    progress.done = 0.5;
    // Facts come as they like, and a grid has its rows where there are no samples too.
    std::optional<SampleCount> samples;
    if (!wish.lines && plan.resampling == session::Resampling::none) {
        auto counted = SampleCount::of(reader, plan);
        if (!counted) return tl::make_unexpected(counted.error());
        samples = std::move(*counted);
    }
    if (auto judged = judgeSize(trial, rate, wish, samples ? &*samples : nullptr, preview); !judged)
        return tl::make_unexpected(judged.error());
    progress.done = 1.0;
    return preview;
}

} // namespace servolane::drivers
