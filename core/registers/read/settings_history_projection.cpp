// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registers/read/settings_history_projection.h"

#include <utility>

namespace servolane::registers {

SettingsHistoryProjection::SettingsHistoryProjection(std::shared_ptr<const ModelCatalog> catalog,
                                                     std::future<SettingsState> past)
    : catalog_(catalog)
    , past_(std::move(past))
    , fold_(std::move(catalog)) {}

void SettingsHistoryProjection::apply(const api::Event& event) {
    upTo_ = event.sequence;
    if (!api::isFact(event.body)) return;
    // Published with every fact: who waits for a command's outcome asks how far this has come.
    changed_ = true;
    if (past_.valid())
        waiting_.push_back(event);
    else
        fold(event);
}

void SettingsHistoryProjection::publish(Time) {
    if (past_.valid()) adoptPast();
    if (!std::exchange(changed_, false)) return;
    auto history = std::make_shared<SettingsHistory>();
    history->upTo = upTo_;
    history->complete = !past_.valid();
    history->axes = fold_.axesOf(thisRun);
    cell_.publish(std::move(history));
}

void SettingsHistoryProjection::adoptPast() {
    if (past_.wait_for(std::chrono::seconds{0}) != std::future_status::ready) return;
    fold_ = SettingsFold(catalog_, past_.get());
    for (const api::Event& event : std::exchange(waiting_, {}))
        fold(event);
    changed_ = true;
}

void SettingsHistoryProjection::fold(const api::Event& event) {
    if (const auto* pair = std::get_if<session::TimePaired>(&event.body))
        utcOffset_ = pair->utc.time_since_epoch() - event.time.time_since_epoch();
    const UtcTime at{event.time.time_since_epoch() + utcOffset_};
    fold_.apply(thisRun, event, at);
}

} // namespace servolane::registers
