// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/write_batch.h"

#include "ui/binding/refusal_text.h"

namespace servolane::ui {

bool isEnd(journal::CommandState state) {
    return state != journal::CommandState::pending && state != journal::CommandState::sent;
}

void WriteBatch::start(const PanelContext& context, const std::vector<api::CommandBody>& commands) {
    ids_.clear();
    for (const api::CommandBody& command : commands)
        ids_.push_back(context.send(command));
    open_ = ids_;
    outcome_ = {commands.size(), 0, {}};
}

std::optional<WriteBatch::Outcome> WriteBatch::tick(const Frame& frame) {
    if (open_.empty()) return std::nullopt;
    std::erase_if(open_, [&](CommandId id) {
        const auto* entry = findCommand(*frame.commands, id);
        if (!entry || !isEnd(entry->state)) return false;
        const bool done = entry->state == journal::CommandState::confirmed ||
                          entry->state == journal::CommandState::sentOnly;
        outcome_.done += done ? 1 : 0;
        if (!done && outcome_.firstProblem.isEmpty())
            outcome_.firstProblem = outcomeText(*entry, *frame.axes, *frame.buses);
        return true;
    });
    return open_.empty() ? std::optional(outcome_) : std::nullopt;
}

} // namespace servolane::ui
