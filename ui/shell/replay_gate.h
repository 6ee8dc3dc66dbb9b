// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command_bus.h"

#include <functional>
#include <utility>

namespace servolane::ui {

/// The command bus of panels that may show a recording: while they do, nothing they send reaches a bus but a
/// stop. Panels switch their controls off besides; this holds for whatever they forget. GUI thread.
class ReplayGate final : public api::CommandBus {
public:
    ReplayGate(api::CommandBus& live, std::function<void()> refused)
        : live_(live)
        , refused_(std::move(refused)) {}

    void setClosed(bool closed) { closed_ = closed; }

    CommandId send(api::CommandBody body, api::Asker asker) override {
        if (!closed_ || std::holds_alternative<motion::Stop>(body)) return live_.send(std::move(body), asker);
        refused_();
        return {};
    }
    CommandId stop(api::Asker asker) override { return live_.stop(asker); }
    void renewLease(AxisId axis, Duration validFor, api::Asker asker) override {
        if (!closed_) live_.renewLease(axis, validFor, asker);
    }
    void heartbeat() override { live_.heartbeat(); }

private:
    api::CommandBus& live_;
    std::function<void()> refused_;
    bool closed_ = false;
};

} // namespace servolane::ui
