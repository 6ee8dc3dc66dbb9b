// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtCore/QString>

#include "core/bus/discovery.h"
#include "ui/binding/panel.h"

#include <deque>
#include <optional>
#include <vector>

namespace servolane::bus {
struct BusView;
}

namespace servolane::ui {

/// Other ids and rates for servos that a search has found, on a port that nobody has open: opens it, changes
/// one servo after the other, asks at the old and the new rate who is there, and closes it again. It ends at
/// the first servo that fails; where that one answers now is asked all the same. GUI thread.
class ServoChange {
public:
    struct Wish {
        std::string path;
        std::vector<bus::FoundServo> servos; ///< of one family, at one rate and frame
        std::optional<ServoId> id;           ///< of the only one
        std::optional<std::uint32_t> baud;   ///< bit/s, of all
    };
    struct Outcome {
        bus::FoundServo before;
        std::optional<bus::FoundServo> after; ///< as it answered at the end; absent: it did not
        std::optional<bool> hasNewId = false; ///< absent: its change was lost half-way
    };

    /// Why it cannot be done; empty: it can.
    [[nodiscard]] static QString obstacle(const Wish& wish);
    void start(const PanelContext& context, Wish wish, const Frame& frame);
    /// After the servo that is being changed.
    void cancel() { cancelled_ = true; }
    /// True once, when all is over and the port is closed.
    bool tick(const PanelContext& context, const Frame& frame);
    [[nodiscard]] bool isRunning() const { return !steps_.empty(); }
    [[nodiscard]] QString step() const;
    [[nodiscard]] double done() const;
    [[nodiscard]] Time began() const { return began_; }

    [[nodiscard]] const Wish& wish() const { return wish_; }
    /// After the end. Of every servo whose change began.
    [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }
    /// What came of it, in a sentence; `isDone` says whether all is as wished.
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] bool isDone() const;

private:
    enum class Kind : std::uint8_t { connect, find, id, baud, look, disconnect };
    struct Step {
        Kind kind = Kind::connect;
        std::size_t servo = 0;
    };

    void begin(const PanelContext& context, const Frame& frame);
    [[nodiscard]] bool findAxis(const Frame& frame);
    void conclude(const journal::CommandEntry& entry, const Frame& frame);
    void next(const PanelContext& context, const Frame& frame);
    void giveUp(const QString& problem);
    void takeFound(const Frame& frame);
    [[nodiscard]] const bus::BusView* busIn(const Frame& frame) const;
    [[nodiscard]] bus::FoundServo wished(const bus::FoundServo& servo) const;

    Wish wish_;
    std::deque<Step> steps_; ///< the first is under way
    std::size_t all_ = 0;
    CommandId command_{};
    BusId bus_{};
    AxisId axis_{};
    Time since_{};
    Time began_{};
    bool cancelled_ = false;
    QString problem_;
    std::vector<Outcome> outcomes_;
};

} // namespace servolane::ui
