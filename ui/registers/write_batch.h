// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include <optional>
#include <vector>

namespace servolane::ui {

/// Several commands that belong together, followed to their ends by what the command log says. GUI thread.
class WriteBatch {
public:
    struct Outcome {
        std::size_t asked = 0;
        std::size_t done = 0; ///< confirmed, or sent to a family that confirms nothing
        QString firstProblem; ///< a sentence; empty if all are done
    };

    void start(const PanelContext& context, const std::vector<api::CommandBody>& commands);
    [[nodiscard]] bool isRunning() const { return !open_.empty(); }
    [[nodiscard]] const std::vector<CommandId>& ids() const { return ids_; }
    /// The outcome, once, after the last command came to its end.
    [[nodiscard]] std::optional<Outcome> tick(const Frame& frame);

private:
    std::vector<CommandId> ids_;
    std::vector<CommandId> open_;
    Outcome outcome_;
};

/// Whether the command is at its end in this frame.
[[nodiscard]] bool isEnd(journal::CommandState state);

} // namespace servolane::ui
