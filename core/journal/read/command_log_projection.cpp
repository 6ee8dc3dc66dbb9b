// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/read/command_log_projection.h"

#include <algorithm>

namespace servolane::journal {

std::string_view toString(CommandState state) {
    switch (state) {
    case CommandState::pending:
        return "pending";
    case CommandState::sent:
        return "sent";
    case CommandState::confirmed:
        return "confirmed";
    case CommandState::sentOnly:
        return "sent-only";
    case CommandState::rejected:
        return "rejected";
    case CommandState::failed:
        return "failed";
    case CommandState::timedOut:
        return "timed-out";
    case CommandState::superseded:
        return "superseded";
    }
    return "pending";
}

bool hasFailed(CommandState state) {
    return state == CommandState::failed || state == CommandState::timedOut;
}

const CommandEntry* CommandLog::find(CommandId id) const {
    // Looked for from the end: whoever asks has just sent it.
    const auto found =
        std::find_if(entries.rbegin(), entries.rend(), [&](const auto& entry) { return entry.id == id; });
    return found == entries.rend() ? nullptr : &*found;
}

void CommandLogProjection::apply(const api::Event& event) {
    // Facts alone: waiting until they are stored must not wait for samples, which never are.
    if (api::isFact(event.body)) upTo_ = event.sequence;
    eventTime_ = event.time;
    cause_ = event.cause;
    std::visit(
        [this](const auto& body) {
            if constexpr (requires { on(body); }) {
                on(body);
                changed_ = true;
            }
        },
        event.body);
}

void CommandLogProjection::publish(Time) {
    if (!changed_) return;
    changed_ = false;
    auto log = std::make_shared<CommandLog>();
    log->upTo = upTo_;
    log->entries.assign(entries_.begin(), entries_.end());
    log->total = total_;
    cell_.publish(std::move(log));
}

CommandEntry* CommandLogProjection::find(CommandId id) {
    const auto found =
        std::find_if(entries_.rbegin(), entries_.rend(), [&](const auto& entry) { return entry.id == id; });
    return found == entries_.rend() ? nullptr : &*found;
}

CommandEntry& CommandLogProjection::add(CommandEntry entry) {
    ++total_;
    entries_.push_back(std::move(entry));
    if (entries_.size() > CommandLog::capacity) entries_.pop_front();
    return entries_.back();
}

void CommandLogProjection::on(const api::CommandAccepted& fact) {
    add({fact.command, fact.asker, fact.description, CommandState::pending, eventTime_, {}, 0, {}, {}, {}});
}

void CommandLogProjection::on(const api::CommandRejected& fact) {
    add({fact.command,
         fact.asker,
         fact.description,
         CommandState::rejected,
         eventTime_,
         {},
         0,
         fact.rejection,
         {},
         {}});
}

void CommandLogProjection::on(const api::CommandSent& fact) {
    if (CommandEntry* entry = find(fact.command)) entry->state = CommandState::sent;
}

void CommandLogProjection::on(const api::CommandConfirmed& fact) {
    CommandEntry* entry = find(fact.command);
    if (!entry) return;
    entry->state = fact.confirmed ? CommandState::confirmed : CommandState::sentOnly;
    entry->latency = fact.latency;
    entry->retries = fact.retries;
}

void CommandLogProjection::on(const api::CommandFailed& fact) {
    CommandEntry* entry = find(fact.command);
    if (!entry) return;
    entry->state = fact.error.code == ErrorCode::timeout ? CommandState::timedOut : CommandState::failed;
    entry->error = fact.error;
    entry->retries = fact.retries;
    entry->latency = fact.latency;
}

void CommandLogProjection::on(const api::CommandSuperseded& fact) {
    if (CommandEntry* entry = find(fact.command)) entry->state = CommandState::superseded;
}

/// Of a write that was read back with another value too: the entry tells what the servo holds.
void CommandLogProjection::on(const registers::RegisterRead& fact) {
    if (cause_ == CommandId{}) return;
    CommandEntry* entry = find(cause_);
    if (entry && entry->description.kind == "WriteRegister" &&
        entry->description.details.starts_with(fact.name + ' '))
        entry->readBack = fact.raw;
}

} // namespace servolane::journal
