// SPDX-License-Identifier: GPL-3.0-or-later
// In which order one port is searched, and how long it will take. Pure: no clock, no line.
#pragma once

#include "core/bus/discovery.h"

#include <optional>
#include <vector>

namespace servolane::bus {

/// One family at a time, one rate at a time: first as servos were found here before, then the likely rates of
/// every family, then the others. Where servos answer, the other families are left out, unless everything is
/// asked for: servos of two makers on one pair of wires are rare. Where a family answers, or answered before,
/// whose servos packets of others move (FamilyTraits::movedByOthers), no other is ever sent. One thread.
class SearchPlan {
public:
    /// `traits`: of the families of the order; those that are missing there are left out. `timing`: of the
    /// open line.
    SearchPlan(const PortSearchOrder& order, std::vector<FamilyTraits> traits, LineTiming timing);

    /// The step to take now; nothing: all are taken.
    [[nodiscard]] std::optional<SearchStep> next() const;
    /// The present step is done, and took so long. `answered`: servos that cannot be mistaken were found.
    void finish(Duration took, bool answered);
    /// Of the whole search, when the present step is done to this part (0 … 1).
    [[nodiscard]] double done(double ofStep) const;
    [[nodiscard]] Duration left(double ofStep) const;
    /// Those that are still to be taken, the present one first.
    [[nodiscard]] const std::vector<SearchStep>& steps() const { return steps_; }
    [[nodiscard]] std::size_t taken() const { return taken_; }

private:
    [[nodiscard]] const FamilyTraits* traitsOf(const std::string& family) const;
    [[nodiscard]] Duration expected(const SearchStep& step) const;
    [[nodiscard]] bool pingsAll(const SearchStep& step) const;
    void add(SearchStep step, const PortSearchOrder& order);
    void keepOnly(const std::string& family);

    std::vector<FamilyTraits> traits_;
    LineTiming timing_;
    SearchDepth depth_;
    std::vector<SearchStep> steps_;
    std::size_t taken_ = 0;
    Duration spent_{};
    /// How long steps took for each second that was expected; one figure for those that ping all at once, one
    /// for those that go from id to id.
    struct Pace {
        Duration took{};
        Duration expected{};
        [[nodiscard]] double factor() const;
    };
    Pace paces_[2];
};

/// How long a step takes if nobody answers: what a person is told before there is any figure. Sources: the
/// window of a broadcast ping is (14 + 3 bytes) × 252 ids (ROBOTIS, Protocol 2.0, ping); a single one costs
/// its packet, an answer's time and a pause.
[[nodiscard]] Duration expectedSearchTime(const FamilyTraits& traits, std::uint32_t baud,
                                          Duration adapterLatency);

} // namespace servolane::bus
