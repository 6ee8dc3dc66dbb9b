// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command_bus.h"

#include <string>
#include <utility>
#include <vector>

namespace servolane::tests {

/// Keeps what was sent and does nothing.
class RecordingCommandBus final : public api::CommandBus {
public:
    struct Sent {
        CommandId id;
        api::CommandBody body;
    };

    CommandId send(api::CommandBody body, api::Asker) override {
        sent.push_back({CommandId{++last_}, std::move(body)});
        return sent.back().id;
    }
    CommandId stop(api::Asker asker) override {
        ++stops;
        return send(motion::Stop{}, asker);
    }
    void renewLease(AxisId, Duration, api::Asker) override { ++renewals; }
    void heartbeat() override { ++heartbeats; }

    /// The commands of one type, in order.
    template <class Body>
    [[nodiscard]] std::vector<Body> all() const {
        std::vector<Body> found;
        for (const Sent& one : sent)
            if (const auto* body = std::get_if<Body>(&one.body)) found.push_back(*body);
        return found;
    }
    /// Id of the newest command of one type; 0 if there is none.
    template <class Body>
    [[nodiscard]] CommandId idOf() const {
        for (auto one = sent.rbegin(); one != sent.rend(); ++one)
            if (std::holds_alternative<Body>(one->body)) return one->id;
        return {};
    }

    std::vector<Sent> sent;
    int stops = 0;
    int renewals = 0;
    int heartbeats = 0;

private:
    std::uint64_t last_ = 0;
};

} // namespace servolane::tests
