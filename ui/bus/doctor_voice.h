// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

namespace servolane::bus {
struct Finding;
}

namespace servolane::ui {

/// How the bus doctor speaks, the same as on the command line, and what it can set outside of the buses.
struct DoctorVoice {
    std::function<std::string(const bus::Finding&)> title;
    std::function<std::string(const bus::Finding&)> sentence;
    std::function<std::string(const bus::Finding&)> remedy; ///< of a button; empty: there is none
    /// Says what came of it; called on a worker thread.
    std::function<std::string(const std::string& path, int milliseconds)> setAdapterLatency;
};

} // namespace servolane::ui
