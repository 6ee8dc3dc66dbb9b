// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/wire/request_runner.h"

#include "core/kernel/hex.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace servolane::runtime {

namespace {

/// For what is safe to repeat: reads, and writes of absolute values.
constexpr std::uint32_t attempts = 3;

bool isWorthRepeating(ErrorCode code) {
    return code == ErrorCode::timeout || code == ErrorCode::corrupt;
}

bool isSafeToRepeat(const bus::Step& step) {
    return !std::holds_alternative<bus::RawStep>(step) && !std::holds_alternative<bus::RebootStep>(step);
}

std::int64_t nearestOf(ByteView bytes, const bus::CopyStep::Nearest& range) {
    const std::int64_t read = signedLittleEndian(bytes);
    const std::int64_t nearest = std::clamp(read, range.lowest, range.highest);
    return std::abs(nearest - read) <= range.slack ? nearest : read;
}

} // namespace

void RequestRunner::begin(Letter letter) {
    letter_ = std::move(letter);
    for (const AxisId axis : letter_->request.moves)
        rests_.forgive(axis); // this one ends it or goes on with it
    next_ = 0;
    confirmed_ = true;
    const Time now = context_.clock.now();
    report_ = {};
    report_.command = letter_->request.command;
    report_.part = letter_->request.part;
    report_.bus = context_.bus;
    report_.queued = now - letter_->posted;
    // The servo waits for its bytes, nobody waits for this.
    context_.core.postQuietly(bus::RequestSent{report_.command, report_.part, context_.bus, now});
}

template <class Transaction>
Result<bus::Reply> RequestRunner::repeat(Transaction transaction) {
    for (std::uint32_t attempt = 1;; ++attempt) {
        if (std::exchange(begun_, true) && stopCame())
            return failure(ErrorCode::interrupted, "a stop came before it");
        auto reply = transaction();
        if (reply) {
            confirmed_ = confirmed_ && reply->confirmed;
            return reply;
        }
        if (attempt == attempts || !isWorthRepeating(reply.error().code)) return reply;
        ++report_.retries;
    }
}

Result<void> RequestRunner::runStep() {
    const auto& steps = std::get<bus::StepsWork>(letter_->request.work).steps;
    stopBefore_ = context_.stops.generation();
    begun_ = false;
    if (next_ < steps.size()) {
        const auto& step = steps[next_];
        const auto done = std::visit([this](const auto& s) { return run(s); }, step);
        if (!done && done.error().code == ErrorCode::interrupted && stopCame() && isSafeToRepeat(step))
            return {};
        ++next_;
        if (!done) {
            const Error error = done.error();
            if (isWorthRepeating(error.code) || error.code == ErrorCode::linkLost ||
                error.code == ErrorCode::interrupted)
                doubts_.add(steps, next_);
            // The servo may have heard it; when the line is back nobody else would end it.
            if (error.code == ErrorCode::linkLost || error.code == ErrorCode::inputOutput) oweRest();
            finish(bus::RequestOutcome::failed, error);
            if (error.code == ErrorCode::linkLost) return tl::make_unexpected(error);
            return {};
        }
    }
    if (next_ >= steps.size())
        finish(confirmed_ ? bus::RequestOutcome::confirmed : bus::RequestOutcome::sentOnly, {});
    return {};
}

RequestRunner::Done RequestRunner::compareReadBack(ServoId servo, std::uint16_t address,
                                                   const Bytes& written) {
    Bytes actual(written.size());
    const auto reply = repeat([&] { return servos_.read(servo, address, actual); });
    if (!reply && reply.error().code == ErrorCode::unsupported) {
        confirmed_ = false; // it answers no reads: it was sent, that is all that can be known
        return {};
    }
    if (!reply) return tl::make_unexpected(reply.error());
    report_.readBacks.push_back({servo, address, actual});
    if (actual == written) return {};
    return failure(ErrorCode::readBackDiffers, "servo " + std::to_string(servo.value) + " address " +
                                                   std::to_string(address) + ": wrote " + hexText(written) +
                                                   " and read " + hexText(actual));
}

RequestRunner::Done RequestRunner::run(const bus::WriteStep& step) {
    const bool before = confirmed_;
    const auto reply = repeat([&] { return servos_.write(step.servo, step.address, step.bytes); });
    if (!reply) return tl::make_unexpected(reply.error());
    group_.noteWritten(step.servo, step.address, step.bytes);
    // What is read back says more than a status that does not come.
    if (step.readBack) confirmed_ = before;
    if (step.readBack) return compareReadBack(step.servo, step.address, step.bytes);
    return {};
}

RequestRunner::Done RequestRunner::run(const bus::ReadStep& step) {
    Bytes bytes(step.span.size);
    const auto reply = repeat([&] { return servos_.read(step.servo, step.span.address, bytes); });
    if (!reply) return tl::make_unexpected(reply.error());
    report_.readBacks.push_back({step.servo, step.span.address, std::move(bytes)});
    return {};
}

RequestRunner::Done RequestRunner::run(const bus::CopyStep& step) {
    Bytes bytes(step.from.size);
    if (const auto reply = repeat([&] { return servos_.read(step.servo, step.from.address, bytes); }); !reply)
        return tl::make_unexpected(reply.error());
    if (step.nearest) putLittleEndian(bytes, nearestOf(bytes, *step.nearest));
    bytes.resize(step.to.size);
    const bool before = confirmed_;
    if (const auto reply = repeat([&] { return servos_.write(step.servo, step.to.address, bytes); }); !reply)
        return tl::make_unexpected(reply.error());
    confirmed_ = before;
    return compareReadBack(step.servo, step.to.address, bytes);
}

RequestRunner::Done RequestRunner::run(const bus::GroupWriteStep& step) {
    if (const auto sent = servos_.writeGroup(step.span, step.items); !sent) return sent;
    if (!step.readBack) {
        confirmed_ = false;
        return {};
    }
    for (const auto& item : step.items)
        if (auto same = compareReadBack(item.id, step.span.address, item.bytes); !same) return same;
    return {};
}

Result<bool> RequestRunner::isThere(ServoId servo) {
    for (std::uint32_t attempt = 1;; ++attempt) {
        const auto answer = servos_.ping(servo);
        if (answer) return true;
        // Answers that collide are answers.
        if (answer.error().code == ErrorCode::corrupt) return true;
        if (answer.error().code != ErrorCode::timeout) return tl::make_unexpected(answer.error());
        if (attempt == attempts) return false;
    }
}

RequestRunner::Done RequestRunner::open(const std::optional<bus::SettingsLock>& lock, ServoId servo) {
    return lock ? run(bus::WriteStep{servo, lock->address, lock->open, true}) : Done{};
}

/// What had to last is stored by now; a lock that stays open loses nothing, and its register tells of it.
void RequestRunner::close(const std::optional<bus::SettingsLock>& lock, ServoId servo) {
    if (lock) static_cast<void>(run(bus::WriteStep{servo, lock->address, lock->closed, true}));
}

RequestRunner::Done RequestRunner::run(const bus::ChangeIdStep& step) {
    const auto name = [](ServoId id) { return std::to_string(id.value); };
    const auto taken = isThere(step.to);
    if (!taken) return tl::make_unexpected(taken.error());
    if (*taken)
        return failure(ErrorCode::busy, "id " + name(step.to) + " is taken: a servo answers under it");
    if (auto opened = open(step.lock, step.from); !opened) return opened;
    // Under which id a servo answers to this write is its own affair: who is where is asked afterwards.
    const auto written = servos_.write(step.from, step.address, step.bytes);
    if (!written && !isWorthRepeating(written.error().code)) return tl::make_unexpected(written.error());
    const auto moved = isThere(step.to);
    if (!moved) return tl::make_unexpected(moved.error());
    if (*moved) {
        close(step.lock, step.to);
        return {};
    }
    const auto stayed = isThere(step.from);
    if (!stayed) return tl::make_unexpected(stayed.error());
    if (*stayed) close(step.lock, step.from);
    if (*stayed)
        return failure(ErrorCode::readBackDiffers,
                       "servo " + name(step.from) + " still answers under its old id");
    return failure(ErrorCode::timeout, "servo " + name(step.from) + " answers neither under id " +
                                           name(step.from) + " nor under " + name(step.to));
}

RequestRunner::Done RequestRunner::run(const bus::ChangeBaudStep& step) {
    const std::string name = "servo " + std::to_string(step.servo.value);
    // A rate that the adapter cannot do must not strand the servo there.
    const auto goTo = [&](std::uint32_t baud) -> Done {
        if (auto set = transport_.setBaud(baud); !set) return set;
        return transport_.discardInput();
    };
    const auto able = goTo(step.to);
    if (auto home = goTo(step.from); !home) return home;
    if (!able) return able;
    if (auto opened = open(step.lock, step.servo); !opened) return opened;
    const auto written = servos_.write(step.servo, step.address, step.bytes);
    if (!written && !isWorthRepeating(written.error().code)) return tl::make_unexpected(written.error());
    if (auto away = goTo(step.to); !away) return away;
    const auto moved = isThere(step.servo);
    if (moved && *moved) close(step.lock, step.servo);
    if (auto home = goTo(step.from); !home) return home;
    if (!moved) return tl::make_unexpected(moved.error());
    if (*moved) return {};
    const auto stayed = isThere(step.servo);
    if (!stayed) return tl::make_unexpected(stayed.error());
    const std::string from = std::to_string(step.from) + " bit/s";
    if (*stayed) close(step.lock, step.servo);
    if (*stayed) return failure(ErrorCode::readBackDiffers, name + " still answers at " + from);
    return failure(ErrorCode::timeout,
                   name + " answers neither at " + from + " nor at " + std::to_string(step.to) + " bit/s");
}

RequestRunner::Done RequestRunner::run(const bus::RebootStep& step) {
    // Not repeated: a servo that restarts cannot answer the second one.
    const auto reply = servos_.reboot(step.servo);
    // Its answer may be lost, and the servo restart all the same.
    if (reply || isWorthRepeating(reply.error().code)) group_.noteRestart(step.servo);
    if (!reply) return tl::make_unexpected(reply.error());
    confirmed_ = confirmed_ && reply->confirmed;
    return {};
}

RequestRunner::Done RequestRunner::run(const bus::RawStep& step) {
    auto heard = servos_.exchange(step.bytes, step.wait);
    if (!heard) return tl::make_unexpected(heard.error());
    context_.fact(bus::RawPacketExchanged{context_.bus, report_.command, step.bytes, std::move(*heard)});
    confirmed_ = false; // whether it did what it should, nobody can tell
    return {};
}

RequestRunner::Done RequestRunner::run(const bus::WatchdogStep& step) {
    const Duration wanted = watchdogs_.fitted(step);
    const Duration after = wanted <= step.longest ? wanted : Duration{};
    Bytes bytes(step.span.size);
    putLittleEndian(bytes, step.unit > Duration{} ? after / step.unit : 0);
    const bool before = confirmed_;
    const auto reply = repeat([&] { return servos_.write(step.servo, step.span.address, bytes); });
    if (!reply) return tl::make_unexpected(reply.error());
    confirmed_ = before;
    watchdogs_.written(step, after);
    if (auto same = compareReadBack(step.servo, step.span.address, bytes); !same) return same;
    watchdogs_.confirmed(step, after);
    if (after == wanted) return {};
    return failure(ErrorCode::unsupported,
                   "servo " + std::to_string(step.servo.value) + " is asked too seldom for its bus watchdog");
}

void RequestRunner::abandon(bus::RequestOutcome outcome, Error error) {
    if (!letter_) return;
    doubts_.add(std::get<bus::StepsWork>(letter_->request.work).steps, next_);
    if (outcome == bus::RequestOutcome::failed) oweRest();
    finish(outcome, std::move(error));
}

void RequestRunner::oweRest() {
    for (const AxisId axis : letter_->request.moves)
        rests_.owe(axis, motion::EndReason::notConfirmed, RestKeeper::Told::axisHalted);
}

void RequestRunner::finish(bus::RequestOutcome outcome, Error error) {
    report_.outcome = outcome;
    report_.error = std::move(error);
    report_.latency = context_.clock.now() - letter_->posted;
    letter_.reset();
    context_.core.post(std::exchange(report_, {}));
}

} // namespace servolane::runtime
