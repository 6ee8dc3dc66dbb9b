// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/transport/pipe_transport.h"

#include <algorithm>
#include <deque>

namespace servolane::tests {

/// A far end that says what it was told to, when it was told to, and keeps what it hears.
class ScriptedPeer final : public drivers::LinePeer {
public:
    void hostBaud(std::uint32_t bitsPerSecond) override { baud = bitsPerSecond; }
    void receive(ByteView bytes, Time at) override {
        heard.insert(heard.end(), bytes.begin(), bytes.end());
        heardAt = at;
    }
    std::optional<Time> nextOutput() override {
        return script.empty() ? std::nullopt : std::optional(script.front().first);
    }
    std::size_t take(MutableByteView into, Time now) override {
        std::size_t count = 0;
        while (!script.empty() && script.front().first <= now && count < into.size()) {
            Bytes& bytes = script.front().second;
            const std::size_t part = std::min(bytes.size(), into.size() - count);
            std::copy_n(bytes.begin(), part, into.begin() + static_cast<std::ptrdiff_t>(count));
            bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
            count += part;
            if (bytes.empty()) script.pop_front();
        }
        return count;
    }
    bool isPlugged(Time now) override { return !unpluggedFrom || now < *unpluggedFrom; }
    Duration byteTime() const override { return std::chrono::microseconds{10}; }

    std::deque<std::pair<Time, Bytes>> script;
    std::optional<Time> unpluggedFrom;
    Bytes heard;
    Time heardAt{};
    std::uint32_t baud = 0;
};

} // namespace servolane::tests
