// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command.h"
#include "core/api/rejection.h"
#include "core/registers/provisioning.h"
#include "core/registers/recipe.h"
#include "ui/binding/panel.h"

#include <QtCore/QString>
#include <deque>
#include <functional>
#include <vector>

namespace servolane::ui {

/// What the write model would say of these commands, one after the other, with torque off where that is
/// needed; absent: all would be let through. GUI thread, at once.
using PlannedRefusal = std::function<std::optional<api::Rejection>(
    const Frame& frame, BusId bus, const std::vector<api::CommandBody>& planned)>;

/// Servos set up as a recipe says, one command after the other, each followed to its end by what the command
/// log says: everything is read and planned before anything is written; names, settings and their check, then
/// the ids in an order in which no two servos share one. It ends at the first that fails. GUI thread.
class ProvisionRun {
public:
    enum class Phase : std::uint8_t {
        idle,
        reading,
        planned, ///< to be looked at; apply() writes
        writing,
        ended
    };
    struct Station {
        registers::RecipeServo wanted;
        std::shared_ptr<const motion::Axis> axis; ///< as it was when it was read
        registers::RestorePlan plan;
        bool torqueOn = false;
        std::optional<bool> confirmed; ///< as ProvisionedServo::confirmed
        QString problem;               ///< why it cannot be, or was not, set up as the recipe says
    };
    struct Wish {
        registers::RecipeServo wanted;
        std::shared_ptr<const motion::Axis> axis;
    };
    enum class TorqueOff : std::uint8_t { no, yes };

    /// Reads every register of them, then plans, and asks `refusal` (if there is one) of all that is planned.
    void look(const PanelContext& context, const registers::Recipe& recipe, std::vector<Wish> wishes,
              const Frame& frame, const PlannedRefusal& refusal);
    /// Why nothing may be written; empty: it may.
    [[nodiscard]] QString obstacle(TorqueOff mayRelease) const;
    void apply(const PanelContext& context, TorqueOff mayRelease, const Frame& frame);
    /// Nothing more is sent; what is under way comes to its end.
    void cancel();
    void forget();
    /// True when the phase has changed.
    bool tick(const PanelContext& context, const Frame& frame);

    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] const std::vector<Station>& stations() const { return stations_; }
    [[nodiscard]] const std::vector<registers::IdChange>& idChanges() const { return order_; }
    [[nodiscard]] double done() const;
    [[nodiscard]] Time began() const { return began_; }
    /// What it is at: "Writing servo 3".
    [[nodiscard]] QString step() const;
    /// Why it ended before its end; empty: all was done and read back.
    [[nodiscard]] const QString& problem() const { return problem_; }
    [[nodiscard]] registers::ProvisionReport report() const;

private:
    enum class Kind : std::uint8_t { read, name, torque, write, check, id, checkId };
    struct Step {
        Kind kind = Kind::read;
        std::size_t station = 0;
        AxisId axis;
        registers::IdChange change{};
    };

    void plan(const Frame& frame);
    [[nodiscard]] QString orderIds(const Frame& frame);
    [[nodiscard]] QString refusedBeforehand(const Frame& frame) const;
    [[nodiscard]] api::CommandBody writesOf(const Station& station) const;
    void send(const PanelContext& context, const Step& step);
    /// What the end of a step means; a sentence if it went wrong.
    [[nodiscard]] QString conclude(const Step& step, const journal::CommandEntry& entry, const Frame& frame);
    [[nodiscard]] bool isReady(const Step& step, const Frame& frame) const;
    void end(const QString& problem);

    registers::Recipe recipe_;
    PlannedRefusal refusal_;
    std::vector<Station> stations_;
    std::vector<registers::IdChange> order_;
    std::vector<registers::ProvisionedId> changed_;
    std::deque<Step> steps_; ///< the first is under way
    std::size_t all_ = 0;
    CommandId command_{}; ///< of the first step; 0: it waits to be sent
    Time waitsSince_{};
    Phase phase_ = Phase::idle;
    bool cancelled_ = false;
    Time began_{};
    QString problem_;
};

} // namespace servolane::ui
