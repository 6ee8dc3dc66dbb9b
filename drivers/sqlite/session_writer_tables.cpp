// SPDX-License-Identifier: GPL-3.0-or-later
// The small tables of a session file: what makes it readable alone.
#include "core/motion/axis.h"
#include "drivers/json/event_json.h"
#include "drivers/sqlite/session_schema.h"
#include "drivers/sqlite/session_writer.h"

#include <filesystem>

namespace servolane::drivers::sqlite {

namespace {

std::string nameOf(const bus::LinkSettings& link) {
    if (!link.alias.empty()) return link.alias;
    return std::filesystem::path{link.line.path}.filename().string();
}

} // namespace

Result<void> SqliteSessionWriter::keepForReading(const api::Event& event) {
    // What is told again at the start of a file does not make the recording longer.
    if (const auto* configured = std::get_if<motion::AxisConfigured>(&event.body))
        return storeAxis(*configured->axis, event.time);
    if (const auto* connected = std::get_if<bus::BusConnected>(&event.body)) return storeBus(*connected);
    if (event.sequence.value != 0 && event.time >= from_) coverTime(event.time);
    if (const auto* paired = std::get_if<session::TimePaired>(&event.body))
        return storePair(event.time, paired->utc);
    if (const auto* lost = std::get_if<session::SamplesLost>(&event.body)) counters_.lost += lost->count;
    if (const auto* note = std::get_if<session::NoteAdded>(&event.body)) {
        tablesChanged_ = true;
        auto insert = connection_.prepare("INSERT INTO notes(time, text, until) VALUES(?1,?2,?3)");
        if (!insert) return tl::make_unexpected(insert.error());
        const Time from = event.time - note->ago;
        insert->bind(1, nanosecondsSinceEpoch(from)).bind(2, std::string_view{note->text});
        return insert->bind(3, nanosecondsSinceEpoch(from + note->lasting)).run();
    }
    return {};
}

Result<void> SqliteSessionWriter::storeAxis(const motion::Axis& axis, Time since) {
    tablesChanged_ = true;
    if (auto stored = storeEarlierScales(axis, since); !stored) return stored;
    if (auto stored = storeModel(*axis.model); !stored) return stored;
    auto insert = connection_.prepare("INSERT OR REPLACE INTO axes VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
    if (!insert) return tl::make_unexpected(insert.error());
    const std::string json = factToJson(motion::AxisConfigured{std::make_shared<const motion::Axis>(axis)});
    insert->bind(1, std::int64_t{axis.id.value}).bind(2, std::string_view{axis.name});
    insert->bind(3, std::int64_t{axis.bus.value}).bind(4, std::int64_t{axis.servo.value});
    insert->bind(5, std::string_view{axis.model->name}).bind(6, std::string_view{axis.model->family});
    insert->bind(7, std::int64_t{axis.model->number}).bind(8, std::int64_t{axis.firmware});
    insert->bind(9, std::int64_t{axis.simulated}).bind(10, std::string_view{json});
    if (auto stored = insert->run(); !stored) return stored;
    becomesKnown(axis.id);
    configured_[axis.id] = std::make_shared<const motion::Axis>(axis);

    auto channel = connection_.prepare("INSERT OR REPLACE INTO channels VALUES(?1,?2,?3,?4,?5,?6)");
    if (!channel) return tl::make_unexpected(channel.error());
    auto& told = toldPlaces_[axis.id];
    for (const auto each : telemetry::allChannels) {
        // The places of registers that nobody watches say nothing; one that was watched stays told.
        const std::size_t place = indexOf(each) - telemetry::usualChannelCount;
        if (telemetry::isWatch(each) && !axis.watches[place].on) continue;
        if (telemetry::isWatch(each)) told[place] = true;
        const auto& scale = axis.channels[indexOf(each)];
        const std::string unit = motion::unitOf(each, axis);
        const std::string name = motion::nameOf(each, axis);
        channel->bind(1, std::int64_t{axis.id.value}).bind(2, wide(indexOf(each)));
        channel->bind(3, std::string_view{name}).bind(4, std::string_view{unit});
        channel->bind(5, scale.scale).bind(6, scale.offset);
        if (auto stored = channel->run(); !stored) return stored;
    }
    return {};
}

Result<void> SqliteSessionWriter::storeEarlierScales(const motion::Axis& axis, Time until) {
    const auto before = configured_.find(axis.id);
    if (before == configured_.end() || until <= from_) return {};
    auto insert = connection_.prepare("INSERT OR REPLACE INTO earlier_scales VALUES(?1,?2,?3,?4,?5,?6,?7)");
    if (!insert) return tl::make_unexpected(insert.error());
    for (const auto each : telemetry::allChannels) {
        const auto& scale = before->second->channels[indexOf(each)];
        const std::string unit = motion::unitOf(each, *before->second);
        const std::string name = motion::nameOf(each, *before->second);
        const bool isOther = name != motion::nameOf(each, axis);
        // Before it was watched there was nothing that could have had another scale.
        if (telemetry::isWatch(each) && !toldPlaces_[axis.id][indexOf(each) - telemetry::usualChannelCount])
            continue;
        if (!isOther && scale == axis.channels[indexOf(each)] && unit == motion::unitOf(each, axis)) continue;
        // Samples of two registers never share a chunk: it has one range and one sum for each channel.
        if (BusStage& stage = stageOf(axis.bus); isOther && !stage.isEmpty())
            if (auto stored = samples_.storeSlice(stage); !stored) return stored;
        insert->bind(1, std::int64_t{axis.id.value}).bind(2, wide(indexOf(each)));
        insert->bind(3, nanosecondsSinceEpoch(until)).bind(4, std::string_view{unit});
        insert->bind(5, scale.scale).bind(6, scale.offset);
        if (telemetry::isWatch(each))
            insert->bind(7, std::string_view{name});
        else
            insert->bindNull(7);
        if (auto stored = insert->run(); !stored) return stored;
    }
    return {};
}

Result<void> SqliteSessionWriter::storeModel(const registers::ServoModel& model) {
    auto insert = connection_.prepare("INSERT OR REPLACE INTO models VALUES(?1,?2,?3,?4)");
    if (!insert) return tl::make_unexpected(insert.error());
    const std::string json = modelToJson(model);
    insert->bind(1, std::string_view{model.name}).bind(2, std::string_view{model.family});
    return insert->bind(3, std::int64_t{model.number}).bind(4, std::string_view{json}).run();
}

Result<void> SqliteSessionWriter::storeBus(const bus::BusConnected& connected) {
    tablesChanged_ = true;
    auto insert = connection_.prepare("INSERT OR REPLACE INTO buses VALUES(?1,?2,?3,?4,?5,?6)");
    if (!insert) return tl::make_unexpected(insert.error());
    const std::string name = nameOf(connected.link);
    insert->bind(1, std::int64_t{connected.bus.value}).bind(2, std::string_view{name});
    insert->bind(3, std::string_view{connected.link.family});
    insert->bind(4, std::string_view{connected.link.line.path});
    insert->bind(5, std::int64_t{connected.link.line.baud}).bind(6, std::int64_t{connected.simulated});
    knownBuses_.insert(connected.bus);
    return insert->run();
}

bool SqliteSessionWriter::becomesKnown(AxisId axis) {
    if (axis.value >= knownAxes_.size()) knownAxes_.resize(axis.value + std::size_t{1});
    const bool fresh = !knownAxes_[axis.value];
    knownAxes_[axis.value] = true;
    return fresh;
}

/// Samples of an axis that nobody described are kept under a made-up name and without scales.
Result<void> SqliteSessionWriter::nameUnknown(const telemetry::FeedbackCycle& cycle) {
    const std::string bus = std::to_string(cycle.bus.value);
    if (knownBuses_.insert(cycle.bus).second) {
        tablesChanged_ = true;
        if (auto begun = ensureTransaction(); !begun) return begun;
        const std::string values = bus + ",'bus " + bus + "',NULL,NULL,NULL,0";
        if (auto named = connection_.execute("INSERT INTO buses VALUES(" + values + ")"); !named)
            return named;
    }
    for (const auto& sample : cycle.samples) {
        if (!becomesKnown(sample.axis)) continue;
        tablesChanged_ = true;
        if (auto begun = ensureTransaction(); !begun) return begun;
        const std::string axis = std::to_string(sample.axis.value);
        const std::string values = axis + ",'axis " + axis + "'," + bus + ",NULL,NULL,NULL,NULL,NULL,0,NULL";
        if (auto named = connection_.execute("INSERT INTO axes VALUES(" + values + ")"); !named) return named;
    }
    return {};
}

Result<void> SqliteSessionWriter::storePair(Time time, UtcTime utc) {
    tablesChanged_ = true;
    auto insert = connection_.prepare("INSERT OR REPLACE INTO time_pairs VALUES(?1,?2)");
    if (!insert) return tl::make_unexpected(insert.error());
    return insert->bind(1, nanosecondsSinceEpoch(time)).bind(2, utc.time_since_epoch().count()).run();
}

Result<void> SqliteSessionWriter::storeSums() {
    const std::size_t count = tablesChanged_ ? summedTables.size() : alwaysChanging;
    for (std::size_t index = 0; index < count; ++index) {
        const auto sum = tableChecksum(connection_, summedTables[index]);
        if (!sum) return tl::make_unexpected(sum.error());
        setSum_.bind(1, summedTables[index]).bind(2, std::int64_t{*sum});
        if (auto stored = setSum_.run(); !stored) return stored;
    }
    tablesChanged_ = false;
    return {};
}

Result<void> SqliteSessionWriter::storeCounters() {
    const std::pair<std::string_view, std::uint64_t> values[] = {{"samples", counters_.samples},
                                                                 {"cycles", counters_.cycles},
                                                                 {"lost", counters_.lost},
                                                                 {"gaps", counters_.gaps},
                                                                 {"facts", counters_.facts}};
    for (const auto& [name, value] : values)
        if (auto stored = setCounter_.bind(1, name).bind(2, wide(value)).run(); !stored) return stored;
    for (const auto& [key, time] : {std::pair{"start", first_}, std::pair{"end", last_}}) {
        if (!time) continue;
        setSession_.bind(1, std::string_view{key}).bind(2, nanosecondsSinceEpoch(*time));
        if (auto stored = setSession_.run(); !stored) return stored;
    }
    return {};
}

} // namespace servolane::drivers::sqlite
