// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/export_preview.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

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

/// The fields of one line; what a quoted cell holds of line ends was joined before.
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
        else if (letter != '\r')
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
        else if (std::getline(file, line))
            into.columns = cellsOf(line);
        while (into.rows.size() < rows && std::getline(file, line))
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

/// A line through a piece and one of twice its length from the middle: what a format writes once counts once.
Result<void> judgeSize(Trial& trial, double rate, const PreviewWish& wish, session::ExportPreview& into) {
    const double span = trial.span();
    const double piece = std::min(span, cyclesInPiece / rate);
    if (2.0 * piece >= span) {
        const auto whole = trial.write(wish.write, trial.from(), span, "whole");
        if (!whole) return tl::make_unexpected(whole.error());
        into.estimatedRows = whole->rows;
        into.estimatedBytes = whole->bytes;
        return {};
    }
    const Time middle = trial.from() + fromSeconds((span - 2.0 * piece) / 2.0);
    const auto one = trial.write(wish.write, middle, piece, "one");
    if (!one) return tl::make_unexpected(one.error());
    const auto two = trial.write(wish.write, middle, 2.0 * piece, "two");
    if (!two) return tl::make_unexpected(two.error());
    const auto along = [&](std::uint64_t first, std::uint64_t second) {
        const double slope = (static_cast<double>(second) - static_cast<double>(first)) / piece;
        return static_cast<std::uint64_t>(
            std::max(0.0, std::round(static_cast<double>(first) + slope * (span - piece))));
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
    if (auto judged = judgeSize(trial, rate, wish, preview); !judged)
        return tl::make_unexpected(judged.error());
    progress.done = 1.0;
    return preview;
}

} // namespace servolane::drivers
