// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/projection.h"
#include "core/kernel/snapshot_cell.h"
#include "core/registers/read/settings_fold.h"

#include <future>
#include <vector>

namespace servolane::registers {

/// The history of settings: what earlier runs left, and what happens in this one. Projector thread; history()
/// from any.
class SettingsHistoryProjection final : public api::Projection {
public:
    /// `past` is being read from the journal on another thread; facts wait until it is there. Invalid: there
    /// is none.
    SettingsHistoryProjection(std::shared_ptr<const ModelCatalog> catalog, std::future<SettingsState> past);
    void apply(const api::Event& event) override;
    void publish(Time now) override;
    [[nodiscard]] const SnapshotCell<SettingsHistory>& history() const { return cell_; }

private:
    /// Stands for this run; those of the journal count from 1.
    static constexpr std::int64_t thisRun = INT64_MAX;

    void adoptPast();
    void fold(const api::Event& event);

    std::shared_ptr<const ModelCatalog> catalog_;
    std::future<SettingsState> past_;
    std::vector<api::Event> waiting_;
    SettingsFold fold_;
    Duration utcOffset_{}; ///< UTC minus monotonic time, by the newest pair
    Sequence upTo_;
    bool changed_ = true;
    SnapshotCell<SettingsHistory> cell_;
};

} // namespace servolane::registers
