// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/discovery.h"
#include "core/bus/search_plan.h"
#include "core/kernel/clock.h"
#include "core/runtime/search/rate_search.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace servolane::runtime {

/// One line and what speaks each of the families on it; only one of them at a time may.
struct SearchParts {
    std::unique_ptr<bus::Transport> transport;
    std::vector<std::unique_ptr<bus::ServoBus>> families; ///< use `transport`; destroyed before it
};

/// Makes the parts without opening the line; families that are not known are left out. `stop` ends waits of
/// the transport. Errors: invalid (path).
using SearchFactory =
    std::function<Result<SearchParts>(const bus::PortSearchOrder& order, Clock& clock, const Waker& stop)>;
/// There is a model file for this number.
using ModelIsKnown = std::function<bool(std::string_view family, std::uint32_t number)>;

/// Searches one port, as a loop of steps of at most 10 ms. The port is opened once, for all families: opening
/// toggles lines that reset some boards. cancel() from any thread; all else from the one that steps.
class PortSearch {
public:
    PortSearch(bus::PortSearchOrder order, SearchFactory factory, ModelIsKnown known, Clock& clock);
    ~PortSearch();
    PortSearch(const PortSearch&) = delete;
    PortSearch& operator=(const PortSearch&) = delete;

    void step(Time now);
    [[nodiscard]] bool isFinished() const;
    [[nodiscard]] const bus::PortSearchView& view() const { return view_; }
    void cancel();

private:
    void open(Time now);
    [[nodiscard]] std::uint8_t lastIdOf(const bus::FamilyTraits& traits) const;
    [[nodiscard]] Result<void> beginStep(Time now);
    [[nodiscard]] Result<void> goOn(Time now);
    void endStep(Time now);
    void takeNew();
    void take(bus::FoundServo found);
    /// The line as this step has it; opened anew only for another frame.
    [[nodiscard]] Result<void> setLine(const bus::SearchStep& step);
    [[nodiscard]] bool hasAnswered() const;
    void tellProgress(Time now);
    void close(bus::SearchState state, Error error = {});

    bus::PortSearchOrder order_;
    SearchFactory factory_;
    ModelIsKnown known_;
    Clock& clock_;
    Waker stop_;
    std::atomic<bool> cancelled_ = false;
    SearchParts parts_;
    std::optional<bus::SearchPlan> plan_;
    bus::ServoBus* speaking_ = nullptr; ///< whose turn it is
    std::optional<RateSearch> search_;  ///< of the present step
    std::size_t told_ = 0;
    std::size_t toldShared_ = 0;
    std::uint64_t foreignBefore_ = 0; ///< bytes that the present family counted before its step
    std::uint64_t foreign_ = 0;       ///< of the steps before
    Time stepBegan_{};
    Time began_{};
    bus::PortSearchView view_;
};

} // namespace servolane::runtime
