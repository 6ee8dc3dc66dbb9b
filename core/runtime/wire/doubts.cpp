// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/doubts.h"

#include <algorithm>

namespace servolane::runtime {

namespace {

constexpr Duration rereadInterval = std::chrono::milliseconds{200};

template <class Take>
struct Spans {
    Take take;

    void operator()(const bus::WriteStep& step) const {
        take(step.servo, {step.address, static_cast<std::uint16_t>(step.bytes.size())});
    }
    void operator()(const bus::ReadStep& step) const { take(step.servo, step.span); }
    void operator()(const bus::CopyStep& step) const { take(step.servo, step.to); }
    void operator()(const bus::WatchdogStep& step) const { take(step.servo, step.span); }
    void operator()(const bus::GroupWriteStep& step) const {
        for (const auto& item : step.items)
            take(item.id, step.span);
    }
    // Those that change how a servo is reached look themselves; what a restart does is learned when it is
    // over, and what a raw packet does, nobody knows.
    void operator()(const bus::RebootStep&) const {}
    void operator()(const bus::RawStep&) const {}
    void operator()(const bus::ChangeIdStep&) const {}
    void operator()(const bus::ChangeBaudStep&) const {}
};

} // namespace

void Doubts::add(const std::vector<bus::Step>& steps, std::size_t begun) {
    const auto reads = [](const bus::Step& step) { return std::holds_alternative<bus::ReadStep>(step); };
    const auto end = steps.begin() + static_cast<std::ptrdiff_t>(begun);
    if (std::all_of(steps.begin(), end, reads)) return;
    const Spans note{[this](ServoId servo, bus::RegisterSpan span) { add(servo, span); }};
    std::for_each(steps.begin(), end, [&](const bus::Step& step) { std::visit(note, step); });
    std::for_each(end, steps.end(), [&](const bus::Step& step) {
        if (reads(step)) std::visit(note, step);
    });
}

void Doubts::add(ServoId servo, bus::RegisterSpan span) {
    const bool known = std::any_of(open_.begin(), open_.end(), [&](const Doubt& doubt) {
        return doubt.servo == servo && doubt.span == span;
    });
    if (!known) open_.push_back({servo, span, {}});
}

Result<std::optional<bus::ReadBack>> Doubts::settle(bus::ServoBus& servos,
                                                    const std::vector<PolledAxis>& axes, Time now) {
    const auto answers = [&](const Doubt& doubt) {
        return std::any_of(axes.begin(), axes.end(), [&](const PolledAxis& polled) {
            return polled.axis->servo == doubt.servo && !polled.silent;
        });
    };
    const auto next = std::find_if(open_.begin(), open_.end(),
                                   [&](const Doubt& doubt) { return doubt.due <= now && answers(doubt); });
    if (next == open_.end()) return std::nullopt;
    next->due = now + rereadInterval;
    Bytes bytes(next->span.size);
    const auto reply = servos.read(next->servo, next->span.address, bytes);
    if (reply) {
        bus::ReadBack told{next->servo, next->span.address, std::move(bytes)};
        open_.erase(next);
        return told;
    }
    const auto code = reply.error().code;
    if (code == ErrorCode::linkLost || code == ErrorCode::interrupted)
        return tl::make_unexpected(reply.error());
    // It says that it will never tell.
    if (code == ErrorCode::refused || code == ErrorCode::unsupported) open_.erase(next);
    return std::nullopt;
}

} // namespace servolane::runtime
