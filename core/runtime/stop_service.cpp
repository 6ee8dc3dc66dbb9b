// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/stop_service.h"

#include <algorithm>

namespace servolane::runtime {

namespace {

using motion::StopReaction;
using registers::Register;
using registers::Role;

constexpr int rounds = 5;
constexpr Duration holdTime = std::chrono::seconds{3};

std::optional<std::int64_t> readRaw(bus::ServoBus& servos, ServoId servo, const Register& source) {
    Bytes bytes(source.size);
    if (!servos.read(servo, source.address, bytes)) return std::nullopt;
    return source.rawFrom(bytes);
}

bool writeAndVerify(bus::ServoBus& servos, ServoId servo, const Register& target, std::int64_t raw) {
    const Bytes bytes = target.bytesFrom(raw);
    if (!servos.write(servo, target.address, bytes)) return false;
    return readRaw(servos, servo, target) == raw;
}

} // namespace

std::vector<motion::StoppedAxis> StopService::serve(std::vector<PolledAxis>& axes) {
    const Time asked = context_.stops.at();
    std::vector<motion::StoppedAxis> result;
    for (const PolledAxis& polled : axes)
        result.push_back({polled.axis->id});
    deferred_.clear();
    breakOff_.clear();
    broadcastTorqueOff(axes);
    for (int round = 0; round < rounds; ++round) {
        bool all = true;
        for (std::size_t i = 0; i < axes.size(); ++i) {
            if (result[i].confirmed) continue;
            // A silent axis is tried once: it must not keep the others waiting for its time-outs.
            if (axes[i].silent && round > 0) continue;
            // Another press of stop must not break off the work of this one.
            breakOff_.clear();
            result[i].confirmed = stopOne(axes[i], round);
            result[i].after = context_.clock.now() - asked;
            all = all && result[i].confirmed;
        }
        if (all) break;
    }
    return result;
}

void StopService::broadcastTorqueOff(const std::vector<PolledAxis>& axes) {
    broadcastSent_ = false;
    if (!servos_.traits().broadcastWrite || axes.empty()) return;
    const Register* first = axes.front().find(Role::torqueEnable);
    const bool same = first && std::all_of(axes.begin(), axes.end(), [&](const PolledAxis& polled) {
                          const Register* own = polled.find(Role::torqueEnable);
                          return own && own->span() == first->span() &&
                                 polled.axis->stopReaction == StopReaction::torqueOff;
                      });
    if (same) broadcastSent_ = servos_.broadcastWrite(first->address, first->bytesFrom(0)).has_value();
}

bool StopService::stopOne(const PolledAxis& polled, int round) {
    if (polled.axis->stopReaction == StopReaction::torqueOff) return switchOff(polled, round);
    if (!hold(polled)) return false;
    if (polled.axis->stopReaction == StopReaction::holdThenOff)
        deferred_.push_back({polled.axis->id, context_.clock.now() + holdTime});
    return true;
}

bool StopService::switchOff(const PolledAxis& polled, int round) {
    const Register* torque = polled.find(Role::torqueEnable);
    if (!torque) return false;
    // After a broadcast the first round only looks; a servo that missed it gets its own frame in the next.
    if (broadcastSent_ && round == 0) return readRaw(servos_, polled.axis->servo, *torque) == 0;
    return writeAndVerify(servos_, polled.axis->servo, *torque, 0);
}

bool StopService::hold(const PolledAxis& polled) {
    const ServoId servo = polled.axis->servo;
    const Register* mode = polled.find(Role::operatingMode);
    using registers::OperatingMode;
    std::optional<OperatingMode> known;
    if (mode) {
        if (const auto code = readRaw(servos_, servo, *mode)) known = polled.axis->model->modeFrom(*code);
    }
    if (known == OperatingMode::velocity) {
        const Register* goal = polled.find(Role::goalVelocity);
        return goal && writeAndVerify(servos_, servo, *goal, 0);
    }
    const Register* present = polled.find(Role::presentPosition);
    const Register* goal = polled.find(Role::goalPosition);
    // Current and PWM modes cannot hold a position: torque off is the only stop they have.
    const bool holds = known != OperatingMode::current && known != OperatingMode::pwm && present && goal;
    if (!holds) {
        const Register* torque = polled.find(Role::torqueEnable);
        return torque && writeAndVerify(servos_, servo, *torque, 0);
    }
    const auto position = readRaw(servos_, servo, *present);
    return position && writeAndVerify(servos_, servo, *goal, *position);
}

void StopService::serveDeferred(std::vector<PolledAxis>& axes, Time now) {
    std::erase_if(deferred_, [&](const Deferred& entry) {
        if (entry.due > now) return false;
        const auto found =
            std::find_if(axes.begin(), axes.end(), [&](const auto& p) { return p.axis->id == entry.axis; });
        if (found == axes.end()) return true;
        const Register* torque = found->find(Role::torqueEnable);
        if (!torque || !writeAndVerify(servos_, found->axis->servo, *torque, 0)) return false;
        context_.fact(motion::TorqueDisabled{entry.axis});
        return true;
    });
}

} // namespace servolane::runtime
