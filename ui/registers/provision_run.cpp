// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/provision_run.h"

#include "ui/binding/refusal_text.h"
#include "ui/registers/register_text.h"
#include "ui/registers/write_batch.h"

#include <algorithm>
#include <map>

namespace servolane::ui {

namespace {

/// A servo that has got another id is asked under it as soon as the list of axes says so.
constexpr Duration movePatience = std::chrono::seconds{5};

QString servoName(ServoId id) {
    return QStringLiteral("servo %1").arg(id.value);
}

QString capitalisedName(ServoId id) {
    return QStringLiteral("Servo %1").arg(id.value);
}

bool changesId(const ProvisionRun::Station& station) {
    return station.wanted.newId && *station.wanted.newId != station.axis->servo;
}

/// Empty: its id can be changed, or is to stay.
QString fixedIdText(const ProvisionRun::Station& station) {
    const registers::ServoModel& model = *station.axis->model;
    const registers::Register* id = model.find(registers::Role::servoId);
    if (!changesId(station) || (id && id->access == registers::Access::readWrite)) return {};
    return QStringLiteral("keeps its id: ") + (model.fixedId.empty()
                                                   ? QStringLiteral("its model has no register for it")
                                                   : QString::fromStdString(model.fixedId));
}

} // namespace

void ProvisionRun::look(const PanelContext& context, const registers::Recipe& recipe,
                        std::vector<Wish> wishes, const Frame& frame, const PlannedRefusal& refusal) {
    forget();
    recipe_ = recipe;
    refusal_ = refusal;
    for (Wish& wish : wishes) {
        steps_.push_back({Kind::read, stations_.size(), wish.axis->id});
        stations_.push_back({std::move(wish.wanted), std::move(wish.axis), {}, false, {}, {}});
    }
    all_ = steps_.size();
    phase_ = steps_.empty() ? Phase::idle : Phase::reading;
    began_ = frame.now;
    if (!steps_.empty()) send(context, steps_.front());
}

void ProvisionRun::forget() {
    *this = {};
}

void ProvisionRun::cancel() {
    cancelled_ = true;
}

double ProvisionRun::done() const {
    return all_ == 0 ? 0.0 : static_cast<double>(all_ - steps_.size()) / static_cast<double>(all_);
}

QString ProvisionRun::step() const {
    if (steps_.empty()) return {};
    const Step& at = steps_.front();
    const QString servo = servoName(stations_[at.station].axis->servo);
    switch (at.kind) {
    case Kind::read:
        return QStringLiteral("Reading %1").arg(servo);
    case Kind::name:
        return QStringLiteral("Naming %1").arg(servo);
    case Kind::torque:
        return QStringLiteral("Torque of %1 off").arg(servo);
    case Kind::write:
        return QStringLiteral("Writing %1").arg(servo);
    case Kind::check:
        return QStringLiteral("Reading %1 back").arg(servo);
    case Kind::id:
    case Kind::checkId:
        break;
    }
    return QStringLiteral("Id %1 → %2").arg(at.change.from.value).arg(at.change.to.value);
}

void ProvisionRun::plan(const Frame& frame) {
    for (Station& station : stations_) {
        const motion::Axis& axis = *station.axis;
        station.plan = registers::planRestore(registers::wantedOf(recipe_, station.wanted, *axis.model),
                                              *axis.model, axis.servo, frame.registers->rawOf(axis.id));
        const motion::AxisView* view = frame.axes->find(axis.id);
        station.torqueOn = view && view->torque != false;
        if (!station.wanted.model.empty() && station.wanted.model != axis.model->name)
            station.problem = QStringLiteral("is an %1, and the recipe wants an %2")
                                  .arg(QString::fromStdString(axis.model->name),
                                       QString::fromStdString(station.wanted.model));
        else if (!station.plan.left.empty())
            station.problem = QStringLiteral("does not fit the recipe: %1, %2")
                                  .arg(QString::fromStdString(station.plan.left.front().name),
                                       whyLeft(station.plan.left.front()));
        else if (const QString fixed = fixedIdText(station); !fixed.isEmpty())
            station.problem = fixed;
    }
    problem_ = orderIds(frame);
    phase_ = Phase::planned;
    if (obstacle(TorqueOff::yes).isEmpty()) problem_ = refusedBeforehand(frame);
}

/// A line is not left half set up for what could have been known.
QString ProvisionRun::refusedBeforehand(const Frame& frame) const {
    if (!refusal_ || stations_.empty()) return {};
    std::vector<api::CommandBody> planned;
    std::map<ServoId, AxisId> byId;
    for (const Station& station : stations_) {
        byId[station.axis->servo] = station.axis->id;
        if (!station.plan.writes.empty()) planned.push_back(writesOf(station));
    }
    for (const registers::IdChange& change : order_) {
        const AxisId axis = byId.extract(change.from).mapped();
        planned.push_back(registers::SetServoId{axis, change.to});
        byId[change.to] = axis;
    }
    const auto refused = refusal_(frame, stations_.front().axis->bus, planned);
    if (!refused) return {};
    return QStringLiteral("Nothing is written, since this would be refused: ") +
           textOf(*refused, *frame.axes, *frame.buses);
}

api::CommandBody ProvisionRun::writesOf(const Station& station) const {
    return registers::WriteRegisters{station.axis->id, station.plan.staged(), "recipe"};
}

QString ProvisionRun::orderIds(const Frame& frame) {
    std::vector<registers::IdChange> wanted;
    for (const Station& station : stations_)
        if (changesId(station)) wanted.push_back({station.axis->servo, *station.wanted.newId});
    std::vector<ServoId> present;
    for (const motion::AxisView& view : frame.axes->axes)
        if (!stations_.empty() && view.axis->bus == stations_.front().axis->bus && !view.silent)
            present.push_back(view.axis->servo);
    auto order = registers::orderIdChanges(wanted, present);
    if (!order)
        return QStringLiteral("The ids cannot be changed: ") + QString::fromStdString(order.error().detail);
    order_ = std::move(*order);
    return {};
}

QString ProvisionRun::obstacle(TorqueOff mayRelease) const {
    if (phase_ != Phase::planned) return {};
    if (!problem_.isEmpty()) return problem_;
    for (const Station& station : stations_)
        if (!station.problem.isEmpty())
            return capitalisedName(station.axis->servo) + QLatin1Char(' ') + station.problem;
    if (mayRelease == TorqueOff::yes) return {};
    for (const Station& station : stations_) {
        if (station.torqueOn && (station.plan.needsTorqueOff() || changesId(station)))
            return QStringLiteral("Torque of %1 is on, and EEPROM is locked until it is off")
                .arg(servoName(station.axis->servo));
    }
    return {};
}

void ProvisionRun::apply(const PanelContext& context, TorqueOff mayRelease, const Frame& frame) {
    if (!obstacle(mayRelease).isEmpty() || phase_ != Phase::planned) return;
    std::map<ServoId, std::pair<std::size_t, AxisId>> byId;
    for (std::size_t i = 0; i < stations_.size(); ++i) {
        const Station& station = stations_[i];
        const AxisId axis = station.axis->id;
        byId[station.axis->servo] = {i, axis};
        if (!station.wanted.name.empty() && station.wanted.name != station.axis->name)
            steps_.push_back({Kind::name, i, axis});
        if (station.torqueOn && (station.plan.needsTorqueOff() || changesId(station)))
            steps_.push_back({Kind::torque, i, axis});
        if (station.plan.writes.empty()) {
            stations_[i].confirmed = true;
            continue;
        }
        steps_.push_back({Kind::write, i, axis});
        steps_.push_back({Kind::check, i, axis});
    }
    for (const registers::IdChange& change : order_) {
        const auto at = byId.extract(change.from).mapped();
        steps_.push_back({Kind::id, at.first, at.second, change});
        steps_.push_back({Kind::checkId, at.first, at.second, change});
        byId[change.to] = at;
    }
    all_ = steps_.size();
    began_ = frame.now;
    phase_ = Phase::writing;
    if (steps_.empty()) return end({});
    send(context, steps_.front());
}

void ProvisionRun::send(const PanelContext& context, const Step& step) {
    const Station& station = stations_[step.station];
    switch (step.kind) {
    case Kind::read:
    case Kind::check:
        command_ = context.send(registers::ReadAllRegisters{step.axis});
        break;
    case Kind::name:
        command_ = context.send(motion::RenameAxis{step.axis, station.wanted.name});
        break;
    case Kind::torque:
        command_ = context.send(motion::SetTorque{step.axis, false});
        break;
    case Kind::write:
        command_ = context.send(writesOf(station));
        break;
    case Kind::id:
        command_ = context.send(registers::SetServoId{step.axis, step.change.to});
        break;
    case Kind::checkId:
        command_ = context.send(
            registers::ReadRegister{step.axis, station.axis->model->find(registers::Role::servoId)->name});
        break;
    }
}

QString ProvisionRun::conclude(const Step& step, const journal::CommandEntry& entry, const Frame& frame) {
    Station& station = stations_[step.station];
    const bool sentOnly = entry.state == journal::CommandState::sentOnly;
    if (entry.state != journal::CommandState::confirmed && !sentOnly)
        return ProvisionRun::step() + QStringLiteral(": ") + outcomeText(entry, *frame.axes, *frame.buses);
    const auto values = frame.registers->rawOf(step.axis);
    if (step.kind == Kind::write) station.confirmed = !sentOnly;
    if (step.kind == Kind::check) {
        const auto otherwise = registers::notHeld(station.plan, values);
        if (otherwise.empty()) return {};
        const auto* of = station.axis->model->find(otherwise.front().name);
        return QStringLiteral("%1 reads back otherwise than written: %2")
            .arg(capitalisedName(station.axis->servo),
                 of ? registerTitle(*of) : QString::fromStdString(otherwise.front().name));
    }
    if (step.kind == Kind::id) changed_.push_back({step.change, false});
    if (step.kind != Kind::checkId) return {};
    const auto known = values.find(station.axis->model->find(registers::Role::servoId)->name);
    changed_.back().verified = known != values.end() && known->second == step.change.to.value;
    return changed_.back().verified ? QString()
                                    : QStringLiteral("Id %1 → %2 does not read back")
                                          .arg(step.change.from.value)
                                          .arg(step.change.to.value);
}

bool ProvisionRun::isReady(const Step& step, const Frame& frame) const {
    if (step.kind != Kind::checkId) return true;
    const motion::AxisView* view = frame.axes->find(step.axis);
    const bool moved = view && view->axis->servo == step.change.to && !view->silent;
    return moved || frame.now - waitsSince_ > movePatience;
}

bool ProvisionRun::tick(const PanelContext& context, const Frame& frame) {
    if (steps_.empty()) return false;
    if (command_ == CommandId{}) {
        if (!isReady(steps_.front(), frame)) return false;
        send(context, steps_.front());
        return false;
    }
    const auto* entry = findCommand(*frame.commands, command_);
    if (!entry || !isEnd(entry->state)) return false;
    const QString problem = conclude(steps_.front(), *entry, frame);
    if (!problem.isEmpty()) {
        stations_[steps_.front().station].problem = problem;
        end(problem);
        return true;
    }
    steps_.pop_front();
    command_ = {};
    waitsSince_ = frame.now;
    if (steps_.empty() && phase_ == Phase::reading) {
        plan(frame);
        return true;
    }
    if (steps_.empty() || cancelled_) {
        end(steps_.empty() ? QString() : QStringLiteral("Cancelled: the rest was left as it was"));
        return true;
    }
    if (isReady(steps_.front(), frame)) send(context, steps_.front());
    return false;
}

void ProvisionRun::end(const QString& problem) {
    problem_ = problem;
    steps_.clear();
    command_ = {};
    phase_ = phase_ == Phase::reading && !problem.isEmpty() ? Phase::idle : Phase::ended;
}

registers::ProvisionReport ProvisionRun::report() const {
    registers::ProvisionReport report{phase_ == Phase::planned, {}, changed_};
    for (const Station& station : stations_)
        report.servos.push_back({station.axis->servo, station.wanted.newId.value_or(station.axis->servo),
                                 station.axis->model,
                                 station.wanted.name.empty() ? station.axis->name : station.wanted.name,
                                 station.plan, station.confirmed});
    return report;
}

} // namespace servolane::ui
