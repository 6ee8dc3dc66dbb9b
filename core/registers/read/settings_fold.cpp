// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/read/settings_fold.h"

#include <algorithm>

namespace servolane::registers {

namespace {

double maskOf(const motion::OwnLimits& own) {
    const std::pair<OwnLimit, bool> all[] = {{OwnLimit::travel, own.travel.has_value()},
                                             {OwnLimit::velocity, own.velocity.has_value()},
                                             {OwnLimit::acceleration, own.acceleration.has_value()},
                                             {OwnLimit::current, own.current.has_value()},
                                             {OwnLimit::temperature, own.temperature.has_value()},
                                             {OwnLimit::followingError, own.followingError.has_value()},
                                             {OwnLimit::step, own.step.has_value()}};
    double mask = 0.0;
    for (const auto& [limit, set] : all)
        mask += set ? static_cast<double>(limit) : 0.0;
    return mask;
}

constexpr Duration foundTogether = std::chrono::seconds{2};

/// Commands that look: what they bring to light was there before them.
bool onlyLooks(std::string_view kind) {
    return kind.starts_with("Read") || kind == "ConnectBus" || kind == "ScanBus";
}

} // namespace

const std::vector<std::string_view>& SettingsFold::kinds() {
    static const std::vector<std::string_view> all{"BusConnected",    "BusDisconnected", "AxisConfigured",
                                                   "CommandAccepted", "RegisterRead",    "RegisterWritten",
                                                   "BaselineSet",     "ServoIdChanged"};
    return all;
}

void SettingsFold::apply(std::int64_t run, const api::Event& event, UtcTime at) {
    run_ = run;
    at_ = at;
    cause_ = event.cause;
    std::visit(
        [this](const auto& fact) {
            if constexpr (requires { on(fact); }) on(fact);
        },
        event.body);
    while (state_.runs.size() > SettingsState::mostRuns)
        state_.runs.erase(state_.runs.begin());
}

std::map<AxisId, std::shared_ptr<const SettingsRecord>> SettingsFold::axesOf(std::int64_t run) {
    std::map<AxisId, std::shared_ptr<const SettingsRecord>> axes;
    const auto found = state_.runs.find(run);
    if (found == state_.runs.end()) return axes;
    for (const auto& [axis, entry] : found->second.axes) {
        axes[axis] = state_.records.at(entry.owner);
        shared_.insert(entry.owner);
    }
    return axes;
}

void SettingsFold::on(const bus::BusConnected& fact) {
    state_.runs[run_].buses[fact.bus] = fact.link.alias.empty() ? fact.link.line.path : fact.link.alias;
}

void SettingsFold::on(const bus::BusDisconnected& fact) {
    SettingsRun& run = state_.runs[run_];
    const auto bus = run.buses.find(fact.bus);
    if (bus == run.buses.end()) return;
    std::erase_if(run.axes, [&](const auto& axis) { return axis.second.owner.bus == bus->second; });
    run.buses.erase(bus);
}

void SettingsFold::on(const motion::AxisConfigured& fact) {
    const motion::Axis& axis = *fact.axis;
    SettingsRun& run = state_.runs[run_];
    const SettingsOwner owner{run.buses[axis.bus], axis.model->family, axis.servo, axis.model->name};
    SettingsRun::Entry& entry = run.axes[axis.id];
    if (entry.owner != owner) {
        entry = {owner, {}};
        SettingsRecord& record = change(owner);
        if (record.baseline.kind == BaselineKind::onEntry) record.baseline = {BaselineKind::onEntry, at_, {}};
    }
    if (state_.records.at(owner)->axisName != axis.name) change(owner).axisName = axis.name;
    noteHost(entry, axis);
}

void SettingsFold::noteHost(SettingsRun::Entry& entry, const motion::Axis& axis) {
    const motion::AxisLimits& limits = axis.limits;
    const double unit = unitOf(entry, axis.scale.unit);
    const double owned = maskOf(axis.own);
    const std::tuple<std::string_view, double, OwnLimit> limitValues[] = {
        {host::travelLow, limits.travel.low.value, OwnLimit::travel},
        {host::travelHigh, limits.travel.high.value, OwnLimit::travel},
        {host::velocityLimit, limits.velocity.value, OwnLimit::velocity},
        {host::accelerationLimit, limits.acceleration.value, OwnLimit::acceleration},
        {host::temperatureLimit, limits.temperature.value, OwnLimit::temperature},
        {host::followingErrorLimit, limits.followingError.value, OwnLimit::followingError},
        {host::currentLimit, limits.current.value, OwnLimit::current},
        {host::stepLimit, limits.step.value, OwnLimit::step},
    };
    for (const auto& [name, value, limit] : limitValues)
        note(entry, name, value, {}, (static_cast<int>(owned) & static_cast<int>(limit)) == 0);
    const std::pair<std::string_view, double> values[] = {
        {host::ownLimits, owned},
        {host::gear, axis.scale.gear},
        {host::offset, axis.scale.offset},
        {host::reversed, axis.scale.reversed ? 1.0 : 0.0},
        {host::unitsPerTurn, axis.scale.unitsPerTurn},
        {host::unit, unit},
        {host::stopReaction, static_cast<double>(axis.stopReaction)},
    };
    for (const auto& [name, value] : values)
        note(entry, name, value, {});
}

double SettingsFold::unitOf(const SettingsRun::Entry& entry, const std::string& unit) {
    const auto& known = state_.records.at(entry.owner)->units;
    const auto place = std::find(known.begin(), known.end(), unit);
    const auto index = static_cast<double>(place - known.begin());
    if (place == known.end()) change(entry.owner).units.push_back(unit);
    return index;
}

void SettingsFold::on(const api::CommandAccepted& fact) {
    auto& causes = state_.runs[run_].causes;
    causes[fact.command] = {fact.asker, fact.description.kind};
    if (causes.size() > SettingsRun::mostCauses) causes.erase(causes.begin());
}

void SettingsFold::on(const RegisterRead& fact) {
    SettingsRun::Entry* entry = entryOf(fact.axis);
    if (entry && isSettingOf(entry->owner, fact.name))
        note(*entry, fact.name, static_cast<double>(fact.raw), {});
}

void SettingsFold::on(const RegisterWritten& fact) {
    SettingsRun::Entry* entry = entryOf(fact.axis);
    if (!entry || !isSettingOf(entry->owner, fact.name)) return;
    const auto before = fact.before ? std::optional(static_cast<double>(*fact.before)) : std::nullopt;
    note(*entry, fact.name, static_cast<double>(fact.after), before);
    const auto& versions = state_.records.at(entry->owner)->versions;
    if (!versions.empty() && versions.back().command == cause_ && cause_ != CommandId{})
        written_.insert_or_assign(entry->owner, std::pair{at_, std::uint64_t{versions.back().number}});
}

void SettingsFold::on(const BaselineSet& fact) {
    const SettingsRun::Entry* entry = entryOf(fact.axis);
    if (!entry) return;
    SettingsRecord& record = change(entry->owner);
    record.baseline = {BaselineKind::chosen, at_, record.now};
}

/// The past of a servo goes with it to its new id; that of another servo which was there before ends.
void SettingsFold::on(const ServoIdChanged& fact) {
    SettingsRun::Entry* entry = entryOf(fact.axis);
    if (!entry || entry->owner.servo == fact.after) return;
    SettingsOwner owner = entry->owner;
    owner.servo = fact.after;
    auto moved = std::make_shared<SettingsRecord>(*state_.records.at(entry->owner));
    moved->owner = owner;
    state_.records.insert_or_assign(owner, std::move(moved));
    // Other runs may still speak of the old place: it begins anew.
    auto left = std::make_shared<SettingsRecord>();
    left->owner = entry->owner;
    state_.records.insert_or_assign(entry->owner, std::move(left));
    shared_.erase(owner);
    shared_.erase(entry->owner);
    written_.erase(owner);
    written_.erase(entry->owner);
    entry->owner = owner;
}

bool SettingsFold::isSettingOf(const SettingsOwner& owner, const std::string& name) const {
    const auto model = catalog_ ? catalog_->find(owner.model) : nullptr;
    const Register* of = model ? model->find(name) : nullptr;
    return !of || isSetting(*model, *of);
}

SettingsRun::Entry* SettingsFold::entryOf(AxisId axis) {
    auto& axes = state_.runs[run_].axes;
    const auto found = axes.find(axis);
    return found == axes.end() ? nullptr : &found->second;
}

SettingsRecord& SettingsFold::change(const SettingsOwner& owner) {
    auto& place = state_.records[owner];
    const bool shared = shared_.erase(owner) > 0;
    if (!place) {
        place = std::make_shared<SettingsRecord>();
        place->owner = owner;
    } else if (shared)
        place = std::make_shared<SettingsRecord>(*place);
    return *place;
}

const SettingsRun::Cause* SettingsFold::writingCause() const {
    if (cause_ == CommandId{}) return nullptr;
    const auto& causes = state_.runs.at(run_).causes;
    const auto found = causes.find(cause_);
    return found == causes.end() || onlyLooks(found->second.kind) ? nullptr : &found->second;
}

/// A limit that is not the axis' own is the servo's: it `follows` from what was written there just before,
/// and was found by nobody.
SettingsVersion& SettingsFold::versionFor(SettingsRecord& record, bool follows) {
    const SettingsRun::Cause* cause = writingCause();
    const CommandId command = cause ? cause_ : CommandId{};
    auto& versions = record.versions;
    if (!versions.empty()) {
        SettingsVersion& last = versions.back();
        const Duration since = at_ - last.at;
        const auto written = written_.find(record.owner); // a long command writes one after the other
        if (follows && !cause && written != written_.end() && written->second.second == last.number) {
            const Duration quiet = at_ - written->second.first;
            if (quiet >= Duration{} && quiet < foundTogether) return last;
        }
        const bool together = command != CommandId{} || (since >= Duration{} && since < foundTogether);
        if (last.command == command && together) return last;
    }
    if (versions.size() >= SettingsRecord::mostVersions) {
        for (const SettingChange& old : versions.front().changes)
            record.base[old.name] = old.after;
        versions.erase(versions.begin());
    }
    SettingsVersion next;
    next.number = versions.empty() ? 1 : versions.back().number + 1;
    next.at = at_;
    next.command = command;
    if (cause) {
        next.asker = cause->asker;
        next.kind = cause->kind;
    }
    versions.push_back(std::move(next));
    return versions.back();
}

void SettingsFold::note(SettingsRun::Entry& entry, std::string_view name, double value,
                        std::optional<double> before, bool follows) {
    const bool first = entry.seen.emplace(name).second;
    const SettingValues& known = state_.records.at(entry.owner)->now;
    const auto last = known.find(name);
    const std::optional<double> was = last == known.end() ? before : std::optional(last->second);
    const bool same = last != known.end() && last->second == value;
    if (!first && same) return;
    SettingsRecord& record = change(entry.owner);
    if (first && record.baseline.kind == BaselineKind::onEntry) {
        // What a command wrote before anyone had read it was not there on entry; what it replaced was.
        const std::optional<double> onEntry = writingCause() ? was : value;
        if (onEntry) record.baseline.values.emplace(name, *onEntry);
    }
    if (same) return;
    auto& changes = versionFor(record, follows).changes;
    const auto again =
        std::find_if(changes.begin(), changes.end(), [&](const auto& c) { return c.name == name; });
    if (again == changes.end())
        changes.push_back({std::string(name), was, value});
    else
        again->after = value;
    record.now.insert_or_assign(std::string(name), value);
}

} // namespace servolane::registers
