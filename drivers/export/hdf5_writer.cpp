// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/hdf5_writer.h"

#include "drivers/export/hdf5_file.h"
#include "drivers/export/value_blocks.h"
#include "drivers/json/event_json.h"

#include <algorithm>
#include <mutex>
#include <set>

namespace servolane::drivers {

namespace {

constexpr unsigned truncate = 2; ///< H5F_ACC_TRUNC, whose macro calls the library

constexpr std::int64_t formatVersion = 1;
constexpr std::size_t factBlock = 256;

/// In HDF5 a slash divides groups and a point is the group itself. `taken` keeps names apart.
std::string pathOf(const ColumnGroup& group, std::set<std::string>& taken) {
    std::string path;
    std::string part;
    for (const char letter : group.name + "/") {
        if (letter != '/') {
            part += letter;
            continue;
        }
        if (!part.empty() && part != ".") path += (path.empty() ? "" : "/") + part;
        part.clear();
    }
    // Neither inside of another group, whose columns may have the next name, nor around one.
    const auto isInside = [](const std::string& inner, const std::string& outer) {
        return inner == outer || inner.starts_with(outer + "/");
    };
    const auto clashes = [&] {
        return path.empty() || isInside(path, "facts") ||
               std::any_of(taken.begin(), taken.end(), [&](const std::string& other) {
                   return isInside(path, other) || isInside(other, path);
               });
    };
    while (clashes()) { // another axis may be called like what came of this one
        std::replace(path.begin(), path.end(), '/', '_');
        path += "#" + std::to_string(group.axis.id.value);
    }
    taken.insert(path);
    return path;
}

/// Nothing happens after the first failure.
class Attributes {
public:
    explicit Attributes(hid_t owner)
        : owner_(owner) {}
    template <class T>
    Attributes& set(const char* name, const T& value) {
        if (done_) done_ = writeAttribute(owner_, name, value);
        return *this;
    }
    [[nodiscard]] const Result<void>& done() const { return done_; }

private:
    hid_t owner_;
    Result<void> done_;
};

Result<void> closeAll(std::vector<Hdf5Column>& columns) {
    for (Hdf5Column& column : columns)
        if (auto closed = column.close(); !closed) return closed;
    return {};
}

/// The datasets of one axis.
class AxisGroup {
public:
    static Result<AxisGroup> create(hid_t file, const std::string& path, const ColumnGroup& group,
                                    Time start) {
        AxisGroup made;
        made.start_ = start;
        const Hdf5Handle links{hdf5().H5Pcreate(hdf5().linkCreation), hdf5().H5Pclose};
        hdf5().H5Pset_create_intermediate_group(links.id(), 1);
        made.group_ = {hdf5().H5Gcreate2(file, path.c_str(), links.id(), H5P_DEFAULT, H5P_DEFAULT),
                       hdf5().H5Gclose};
        if (!made.group_.isValid()) return hdf5Failure("group " + path);
        const auto& axis = group.axis;
        const Attributes told = Attributes{made.group_.id()}
                                    .set("axis", axis.name)
                                    .set("bus", axis.busName)
                                    .set("servo", std::int64_t{axis.servo.value})
                                    .set("model", axis.model)
                                    .set("family", axis.family)
                                    .set("firmware", std::int64_t{axis.firmware})
                                    .set("simulated", std::int64_t{axis.simulated});
        if (!told.done()) return tl::make_unexpected(told.done().error());
        for (const auto& [name, type, unit] :
             {std::tuple{"time_s", hdf5().nativeDouble, "s"}, std::tuple{"utc_ns", hdf5().nativeInt64, "ns"},
              std::tuple{"gap", hdf5().nativeUint8, ""}})
            if (auto added = made.add(name, type, unit); !added) return tl::make_unexpected(added.error());
        for (std::size_t i = 0; i < group.columns.size(); ++i)
            if (auto added = made.add(group.names[i], hdf5().nativeDouble, group.columns[i].unit); !added)
                return tl::make_unexpected(added.error());
        return made;
    }

    Result<void> append(const ValueBlock& block) {
        times_.clear();
        for (const std::int64_t at : block.timeNs)
            times_.push_back(seconds(Time{Duration{at}} - start_));
        std::vector<const void*> columns{times_.data(), block.utcNs.data(), block.gap.data()};
        for (const auto& values : block.values)
            columns.push_back(values.data());
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (auto done = columns_[i].append(columns[i], block.rows()); !done) return done;
        return {};
    }

    Result<void> close() { return closeAll(columns_); }

private:
    Result<void> add(const std::string& name, hid_t type, const std::string& unit) {
        auto column = Hdf5Column::create(group_.id(), name, type);
        if (!column) return tl::make_unexpected(column.error());
        columns_.push_back(std::move(*column));
        return writeAttribute(columns_.back().id(), "unit", unit);
    }

    Time start_{};
    Hdf5Handle group_;
    std::vector<Hdf5Column> columns_;
    std::vector<double> times_;
};

Result<void> writeSession(hid_t file, const session::SessionReader& reader, const ExportPlan& plan) {
    const auto& summary = reader.summary();
    const std::int64_t started = reader.utcAt(summary.start).time_since_epoch().count();
    return Attributes{file}
        .set("format", std::string{"servolane"})
        .set("format_version", formatVersion)
        .set("name", summary.name)
        .set("software", summary.software)
        .set("started_utc_ns", started)
        .set("simulated", std::int64_t{summary.simulated})
        .set("resampling", toString(plan.resampling))
        .set("rows_per_second",
             plan.resampling == session::Resampling::none ? 0.0 : plan.rowsPerSecond.value_or(0.0))
        .done();
}

/// Three columns that grow together.
class FactTable {
public:
    static Result<FactTable> create(hid_t file) {
        FactTable table;
        table.group_ = {hdf5().H5Gcreate2(file, "facts", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                        hdf5().H5Gclose};
        if (!table.group_.isValid()) return hdf5Failure("group facts");
        for (const auto& [name, type] :
             {std::pair{"time_s", hid_t{hdf5().nativeDouble}}, std::pair{"kind", table.text_.id()},
              std::pair{"fact", table.text_.id()}}) {
            auto column = Hdf5Column::create(table.group_.id(), name, type);
            if (!column) return tl::make_unexpected(column.error());
            table.columns_.push_back(std::move(*column));
        }
        return table;
    }
    Result<void> add(double time, std::string_view kind, std::string fact) {
        times_.push_back(time);
        kinds_.emplace_back(kind);
        facts_.push_back(std::move(fact));
        return times_.size() < factBlock ? Result<void>{} : flush();
    }
    Result<void> end() {
        if (auto flushed = flush(); !flushed) return flushed;
        return closeAll(columns_);
    }
    Result<void> flush() {
        std::vector<const char*> kinds;
        std::vector<const char*> facts;
        for (std::size_t i = 0; i < times_.size(); ++i) {
            kinds.push_back(kinds_[i].c_str());
            facts.push_back(facts_[i].c_str());
        }
        const void* columns[] = {times_.data(), kinds.data(), facts.data()};
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (auto done = columns_[i].append(columns[i], times_.size()); !done) return done;
        times_.clear();
        kinds_.clear();
        facts_.clear();
        return {};
    }

private:
    Hdf5Handle group_;
    Hdf5Handle text_ = hdf5Text();
    std::vector<Hdf5Column> columns_;
    std::vector<double> times_;
    std::vector<std::string> kinds_;
    std::vector<std::string> facts_;
};

Result<void> writeFacts(hid_t file, session::SessionReader& reader, const ExportPlan& plan, Written& written,
                        const session::JobProgress& progress) {
    auto table = FactTable::create(file);
    if (!table) return tl::make_unexpected(table.error());
    Result<void> outcome;
    const auto read = readFacts(reader, plan.from, plan.to, written, [&](const api::Event& fact) {
        if (progress.cancel) outcome = failure(ErrorCode::interrupted, "the export was cancelled");
        if (!outcome) return false;
        outcome = table->add(seconds(fact.time - reader.summary().start), api::kindOf(fact.body),
                             factToJson(fact.body));
        return outcome.has_value();
    });
    if (!outcome) return outcome;
    return read ? table->end() : read;
}

Result<Written> writeFile(session::SessionReader& reader, const ExportPlan& plan, const PartFile& part,
                          session::JobProgress& progress) {
    Hdf5Handle file{hdf5().H5Fcreate(part.partPath().c_str(), truncate, H5P_DEFAULT, H5P_DEFAULT),
                    hdf5().H5Fclose};
    if (!file.isValid()) return hdf5Failure("file");
    if (auto done = writeSession(file.id(), reader, plan); !done) return tl::make_unexpected(done.error());
    Written written;
    std::set<std::string> taken;
    const auto groups = groupsOf(reader.summary(), plan);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        auto group =
            AxisGroup::create(file.id(), pathOf(groups[i], taken), groups[i], reader.summary().start);
        if (!group) return tl::make_unexpected(group.error());
        const auto read = readBlocks(reader, plan, groups[i], {progress, i, groups.size()}, written,
                                     [&](const ValueBlock& block) { return group->append(block); });
        if (!read) return tl::make_unexpected(read.error());
        if (auto closed = group->close(); !closed) return tl::make_unexpected(closed.error());
    }
    if (auto facts = writeFacts(file.id(), reader, plan, written, progress); !facts)
        return tl::make_unexpected(facts.error());
    if (!file.close()) return hdf5Failure("file");
    return written;
}

} // namespace

Result<Written> writeHdf5(session::SessionReader& reader, const ExportPlan& plan, PartFile& part,
                          session::JobProgress& progress) {
    static std::mutex oneAtATime;
    const std::lock_guard lock{oneAtATime};
    if (auto ready = loadHdf5(); !ready) return tl::make_unexpected(ready.error());
    hdf5().H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); // it would print to the terminal
    auto written = writeFile(reader, plan, part, progress);
    if (written || !written.error().detail.starts_with("HDF5 ")) return written;
    // The library does not say which file it is about.
    return failure(written.error().code, part.partPath() + ": " + written.error().detail);
}

} // namespace servolane::drivers
