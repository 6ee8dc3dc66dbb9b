// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/analysis/uniform_grid.h"

#include <algorithm>
#include <cmath>

namespace servolane::telemetry {

UniformGrid resampleUniform(std::span<const std::int64_t> ns, std::span<const float> values) {
    UniformGrid grid;
    const std::size_t count = ns.size();
    grid.values.assign(values.begin(), values.end());
    if (count < 2) return grid;
    const auto length = static_cast<double>(ns.back() - ns.front());
    const double step = length / static_cast<double>(count - 1);
    grid.rate = 1e9 / step;
    std::size_t moved = 0;
    std::size_t after = 1; // the first sample at or after the grid point
    for (std::size_t i = 0; i < count; ++i) {
        const double place = step * static_cast<double>(i);
        const double distance = std::abs(static_cast<double>(ns[i] - ns.front()) - place) / step;
        grid.farthest = std::max(grid.farthest, distance);
        moved += distance > movedShare ? 1 : 0;
        while (after + 1 < count && static_cast<double>(ns[after] - ns.front()) < place)
            ++after;
        const auto t0 = static_cast<double>(ns[after - 1] - ns.front());
        const auto t1 = static_cast<double>(ns[after] - ns.front());
        const double share = std::clamp((place - t0) / (t1 - t0), 0.0, 1.0);
        grid.values[i] = values[after - 1] + share * (static_cast<double>(values[after]) - values[after - 1]);
    }
    grid.moved = static_cast<double>(moved) / static_cast<double>(count);
    return grid;
}

} // namespace servolane::telemetry
