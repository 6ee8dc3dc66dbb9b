// SPDX-License-Identifier: GPL-3.0-or-later
// Folds facts of any number of runs into the history of settings. One thread; no clock, no store.
#pragma once

#include "core/api/event.h"
#include "core/registers/read/settings_history.h"

#include <set>

namespace servolane::registers {

/// What the numbers of one run of the program mean.
struct SettingsRun {
    struct Entry {
        SettingsOwner owner;
        std::set<std::string, std::less<>>
            seen; ///< settings that were read or written since it was connected
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    struct Cause {
        api::Asker asker = api::Asker::program;
        std::string kind;
        friend bool operator==(const Cause&, const Cause&) = default;
    };
    static constexpr std::size_t mostCauses = 256; ///< newest commands; facts follow theirs closely
    std::map<BusId, std::string> buses;
    std::map<AxisId, Entry> axes;
    std::map<CommandId, Cause> causes;
    friend bool operator==(const SettingsRun&, const SettingsRun&) = default;
};

/// All that the fold remembers: what a snapshot keeps.
struct SettingsState {
    static constexpr std::size_t mostRuns = 64;                       ///< newest; older runs write no more
    std::map<SettingsOwner, std::shared_ptr<SettingsRecord>> records; ///< never null
    std::map<std::int64_t, SettingsRun> runs;
};

class SettingsFold {
public:
    /// `catalog` tells which registers are settings; those of models it does not know are all taken for some.
    explicit SettingsFold(std::shared_ptr<const ModelCatalog> catalog, SettingsState state = {})
        : catalog_(std::move(catalog))
        , state_(std::move(state)) {}

    /// The kinds of facts (api::kindOf) that apply() looks at, for queries.
    [[nodiscard]] static const std::vector<std::string_view>& kinds();
    /// `run` tells whose bus, axis and command numbers the event speaks in; runs may interleave.
    void apply(std::int64_t run, const api::Event& event, UtcTime at);

    [[nodiscard]] const SettingsState& state() const { return state_; }
    [[nodiscard]] SettingsState release() { return std::move(state_); }
    /// Every axis that is connected in this run with its record.
    [[nodiscard]] std::map<AxisId, std::shared_ptr<const SettingsRecord>> axesOf(std::int64_t run);

private:
    void on(const bus::BusConnected& fact);
    void on(const bus::BusDisconnected& fact);
    void on(const motion::AxisConfigured& fact);
    void on(const api::CommandAccepted& fact);
    void on(const RegisterRead& fact);
    void on(const RegisterWritten& fact);
    void on(const BaselineSet& fact);
    void on(const ServoIdChanged& fact);

    /// One value of one setting as a fact tells it. `before`: what the fact says was there.
    /// `follows`: a value of the axis that is one of the servo, told in the units of the axis.
    void note(SettingsRun::Entry& entry, std::string_view name, double value, std::optional<double> before,
              bool follows = false);
    /// The place of the unit's name in the record.
    [[nodiscard]] double unitOf(const SettingsRun::Entry& entry, const std::string& unit);
    void noteHost(SettingsRun::Entry& entry, const motion::Axis& axis);
    [[nodiscard]] SettingsVersion& versionFor(SettingsRecord& record, bool follows);
    [[nodiscard]] const SettingsRun::Cause* writingCause() const;
    [[nodiscard]] SettingsRecord& change(const SettingsOwner& owner);
    [[nodiscard]] SettingsRun::Entry* entryOf(AxisId axis);
    [[nodiscard]] bool isSettingOf(const SettingsOwner& owner, const std::string& name) const;

    std::shared_ptr<const ModelCatalog> catalog_; ///< may be null
    SettingsState state_;
    std::set<SettingsOwner> shared_; ///< records that a snapshot may hold: copied before they change
    /// When a command last wrote to each in this program, and which version has it.
    std::map<SettingsOwner, std::pair<UtcTime, std::uint64_t>> written_;
    std::int64_t run_ = 0;
    UtcTime at_{};
    CommandId cause_{};
};

} // namespace servolane::registers
