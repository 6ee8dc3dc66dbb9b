// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/mcap_writer.h"

#include "drivers/export/cell_text.h"
#include "drivers/export/grid_rows.h"
#include "drivers/export/mcap_file.h"
#include "drivers/export/value_blocks.h"
#include "drivers/json/event_json.h"
#include "drivers/json/utf8_text.h"

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

namespace servolane::drivers {

namespace {

constexpr const char* factTopic = "/facts";

const char* boolWord(bool value) {
    return value ? "true" : "false";
}

/// One axis: its channel and the members of its messages.
class AxisTopic {
public:
    /// `taken`: topics, to keep them apart.
    AxisTopic(McapFile& file, const ColumnGroup& group, std::size_t firstColumn, std::set<std::string>& taken)
        : firstColumn_(firstColumn)
        , bus_(group.axis.bus) {
        nlohmann::ordered_json properties;
        McapPairs metadata{{"bus", group.axis.busName},
                           {"model", group.axis.model},
                           {"simulated", boolWord(group.axis.simulated)}};
        for (std::size_t i = 0; i < group.columns.size(); ++i) {
            const std::string& unit = group.columns[i].unit;
            properties[group.names[i]] = {{"type", "number"},
                                          {"description", unit.empty() ? "no unit" : "in " + unit}};
            metadata["unit." + group.names[i]] = unit;
            keys_.push_back(jsonText(group.names[i]) + ":");
        }
        properties["gap"] = {{"type", "boolean"}, {"description", "samples are missing before this one"}};
        const nlohmann::ordered_json schema{
            {"title", group.name}, {"type", "object"}, {"properties", properties}};
        std::string topic = "/" + group.name;
        while (!taken.insert(topic).second)
            topic += "#" + std::to_string(group.axis.id.value);
        channel_ =
            file.addChannel(topic, "servolane.axis." + group.name,
                            schema.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), metadata);
    }

    [[nodiscard]] std::size_t firstColumn() const { return firstColumn_; }
    [[nodiscard]] std::size_t columns() const { return keys_.size(); }
    [[nodiscard]] BusId bus() const { return bus_; }

    void begin() { json_ = "{"; }
    void add(std::size_t column, double value) {
        std::array<char, longestCell> cell;
        json_.append(keys_[column]);
        json_.append(cell.data(), std::to_chars(cell.data(), cell.data() + cell.size(), value).ptr);
        json_ += ',';
    }
    /// No message where there is no value at all. True if there was one.
    Result<bool> send(McapFile& file, std::uint64_t utcNs, bool gap) {
        gap_ = gap_ || gap;
        if (json_.size() == 1) return false;
        json_ += gap_ ? "\"gap\":true}" : "\"gap\":false}";
        gap_ = false;
        if (auto done = file.message(channel_, utcNs, json_); !done) return tl::make_unexpected(done.error());
        return true;
    }

private:
    std::size_t firstColumn_;
    BusId bus_;
    std::uint16_t channel_ = 0;
    std::vector<std::string> keys_;
    std::string json_;
    bool gap_ = false;
};

/// Facts are pulled one ahead, so that they can be merged with the samples.
class FactFeed {
public:
    FactFeed(session::SessionReader& reader, const ExportPlan& plan, McapFile& file, Written& written)
        : reader_(reader)
        , plan_(plan)
        , written_(written)
        , file_(file)
        , channel_(file.addChannel(
              factTopic, "servolane.fact",
              R"({"title":"fact","type":"object","properties":{"kind":{"type":"string"},"cause":{"type":"integer"},"fact":{"type":"object"}}})",
              {})) {}

    /// Writes those before `time`.
    Result<void> upTo(Time time) {
        if (!cursor_) {
            auto cursor = reader_.intactFacts(plan_.from, plan_.to, damaged_);
            if (!cursor) return tl::make_unexpected(cursor.error());
            cursor_ = std::move(*cursor);
            if (auto pulled = pull(); !pulled) return pulled;
        }
        while (hasAhead_ && ahead_.time < time) {
            if (auto done = write(ahead_); !done) return done;
            if (auto pulled = pull(); !pulled) return pulled;
        }
        return {};
    }
    /// The rest, and what was damaged.
    Result<void> end() {
        auto done = upTo(Time::max());
        noteDamaged(damaged_, written_);
        return done;
    }

private:
    Result<void> pull() {
        const auto more = cursor_->next(ahead_);
        if (!more) return tl::make_unexpected(more.error());
        hasAhead_ = *more;
        return {};
    }
    Result<void> write(const api::Event& fact) {
        std::string json = R"({"kind":")" + std::string{api::kindOf(fact.body)} + "\"";
        if (fact.cause.value != 0) json += R"(,"cause":)" + std::to_string(fact.cause.value);
        json += R"(,"fact":)" + factToJson(fact.body) + "}";
        // What was so before the recording began is told at its beginning, so that a viewer does not open
        // with hours of nothing.
        const Time logged = std::max(fact.time, reader_.summary().start);
        return file_.message(channel_, utcOf(logged), json, utcOf(fact.time));
    }
    [[nodiscard]] std::uint64_t utcOf(Time time) const {
        return static_cast<std::uint64_t>(reader_.utcAt(time).time_since_epoch().count());
    }

    session::SessionReader& reader_;
    const ExportPlan& plan_;
    Written& written_;
    McapFile& file_;
    std::uint16_t channel_;
    std::vector<std::string> damaged_;
    std::unique_ptr<session::FactCursor> cursor_; ///< goes before what it notes damage in
    api::Event ahead_;
    bool hasAhead_ = false;
};

/// What both ways of reading rows need.
struct Sink {
    session::SessionReader& reader;
    McapFile& file;
    std::vector<AxisTopic> topics;
    FactFeed facts;
    ExportProgress progress;
    Written& written;

    Result<void> reached(Time time) {
        if (!progress.reached(time)) return failure(ErrorCode::interrupted, "the export was cancelled");
        return facts.upTo(time);
    }
    [[nodiscard]] std::uint64_t utcOf(Time time) const {
        return static_cast<std::uint64_t>(reader.utcAt(time).time_since_epoch().count());
    }
    Result<void> send(AxisTopic& topic, Time time, bool gap) {
        const auto sent = topic.send(file, utcOf(time), gap);
        if (!sent) return tl::make_unexpected(sent.error());
        written.rows += *sent ? 1 : 0;
        return {};
    }
};

Result<void> writeCycles(Sink& sink, const ExportPlan& plan) {
    std::vector<ColumnSamples> columns;
    for (const auto& column : plan.columns)
        columns.emplace_back(column);
    auto buses = openBuses(sink.reader, plan, plan.from, plan.to, sink.written);
    if (!buses) return tl::make_unexpected(buses.error());
    const auto enter = [&](const BusRows& bus) {
        if (bus.atEnd() || !bus.beginsSlice()) return;
        for (auto& column : columns)
            if (column.column().bus == bus.bus()) column.enter(bus.slice());
    };
    for (const auto& bus : *buses)
        enter(bus);
    while (BusRows* bus = earliestOf(*buses)) {
        if (auto goes = sink.reached(bus->time()); !goes) return goes;
        for (AxisTopic& topic : sink.topics) {
            if (topic.bus() != bus->bus()) continue;
            topic.begin();
            for (std::size_t i = 0; i < topic.columns(); ++i)
                if (auto& column = columns[topic.firstColumn() + i];
                    const auto* raw = column.at(bus->row(), bus->time()))
                    topic.add(i, column.scale().valueOf(*raw));
            if (auto sent = sink.send(topic, bus->time(), bus->isAfterGap()); !sent) return sent;
        }
        if (auto advanced = bus->advance(); !advanced) return advanced;
        enter(*bus);
    }
    return {};
}

Result<void> writeGrid(Sink& sink, const ExportPlan& plan) {
    const auto rows = GridRows::open(sink.reader, plan, sink.written);
    if (!rows) return tl::make_unexpected(rows.error());
    for (;;) {
        const auto next = (*rows)->next();
        if (!next) return tl::make_unexpected(next.error());
        if (!*next) return {};
        const Time time = (*rows)->time();
        if (auto goes = sink.reached(time); !goes) return goes;
        for (AxisTopic& topic : sink.topics) {
            topic.begin();
            for (std::size_t i = 0; i < topic.columns(); ++i)
                if (const auto& value = (*rows)->values()[topic.firstColumn() + i]) topic.add(i, *value);
            if (auto sent = sink.send(topic, time, (*rows)->isAfterGap()); !sent) return sent;
        }
    }
}

} // namespace

Result<Written> writeMcap(session::SessionReader& reader, const ExportPlan& plan, PartFile& part,
                          session::JobProgress& progress) {
    const auto& summary = reader.summary();
    const bool resampled = plan.resampling != session::Resampling::none;
    McapFile file{part};
    if (auto done = file.begin(summary.software); !done) return tl::make_unexpected(done.error());
    const auto told = file.addMetadata(
        "servolane",
        {{"name", summary.name},
         {"software", summary.software},
         {"simulated", boolWord(summary.simulated)},
         {"resampling", toString(plan.resampling)},
         {"rows_per_second", resampled ? std::to_string(plan.rowsPerSecond.value_or(0.0)) : "0"}});
    if (!told) return tl::make_unexpected(told.error());
    Written written;
    Sink sink{reader, file, {}, {reader, plan, file, written}, {summary, plan, progress}, written};
    std::size_t column = 0;
    std::set<std::string> taken{factTopic};
    for (const ColumnGroup& group : groupsOf(summary, plan)) {
        sink.topics.emplace_back(file, group, column, taken);
        column += group.columns.size();
    }
    if (auto done = resampled ? writeGrid(sink, plan) : writeCycles(sink, plan); !done)
        return tl::make_unexpected(done.error());
    if (auto done = sink.facts.end(); !done) return tl::make_unexpected(done.error());
    if (auto done = file.end(); !done) return tl::make_unexpected(done.error());
    return written;
}

} // namespace servolane::drivers
