// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/servo_change.h"

#include "core/bus/read/bus_board.h"
#include "ui/binding/refusal_text.h"
#include "ui/bus/find_text.h"
#include "ui/registers/write_batch.h"

#include <algorithm>
#include <set>

namespace servolane::ui {

namespace {

/// Of what an opened bus tells of a servo that a search found a moment before.
constexpr Duration axisPatience = std::chrono::seconds{4};

QString placeText(const bus::FoundServo& servo) {
    return QStringLiteral("id %1, %2").arg(servo.servo.id.value).arg(rateText(servo.baud, servo.frame));
}

} // namespace

QString ServoChange::obstacle(const Wish& wish) {
    if (wish.servos.empty()) return QStringLiteral("Select servos that were found");
    const bus::FoundServo& first = wish.servos.front();
    for (const bus::FoundServo& servo : wish.servos) {
        if (!servo.knownModel)
            return QStringLiteral("No model file tells where servo %1 keeps its id and rate")
                .arg(servo.servo.id.value);
        if (servo.family != first.family || servo.baud != first.baud || servo.frame != first.frame)
            return QStringLiteral("Select servos of one protocol at one rate");
    }
    if (wish.id && wish.servos.size() > 1)
        return QStringLiteral("An id belongs to one servo: select one alone, or leave the id as it is");
    const bool changesId = wish.id && *wish.id != first.servo.id;
    const bool changesRate = wish.baud && *wish.baud != first.baud;
    if (!changesId && !changesRate) return QStringLiteral("Choose another id or rate");
    return {};
}

bus::FoundServo ServoChange::wished(const bus::FoundServo& servo) const {
    bus::FoundServo after = servo;
    if (wish_.id) after.servo.id = *wish_.id;
    if (wish_.baud) after.baud = *wish_.baud;
    return after;
}

void ServoChange::start(const PanelContext& context, Wish wish, const Frame& frame) {
    *this = {};
    wish_ = std::move(wish);
    began_ = frame.now;
    steps_.push_back({Kind::connect, 0});
    for (std::size_t i = 0; i < wish_.servos.size(); ++i) {
        const bus::FoundServo& servo = wish_.servos[i];
        steps_.push_back({Kind::find, i});
        if (wish_.id && *wish_.id != servo.servo.id) steps_.push_back({Kind::id, i});
        if (wish_.baud && *wish_.baud != servo.baud) steps_.push_back({Kind::baud, i});
    }
    steps_.push_back({Kind::look, 0});
    steps_.push_back({Kind::disconnect, 0});
    all_ = steps_.size();
    begin(context, frame);
}

const bus::BusView* ServoChange::busIn(const Frame& frame) const {
    for (const bus::BusView& view : frame.buses->buses)
        if (view.link.line.path == wish_.path) return &view;
    return nullptr;
}

void ServoChange::begin(const PanelContext& context, const Frame& frame) {
    const Step& step = steps_.front();
    const bus::FoundServo& servo = wish_.servos[step.servo];
    since_ = frame.now;
    command_ = {};
    switch (step.kind) {
    case Kind::connect: {
        bus::LinkSettings link;
        link.family = servo.family;
        link.line.path = wish_.path;
        link.line.baud = servo.baud;
        link.line.setFrame(servo.frame);
        command_ = context.send(bus::ConnectBus{link});
        break;
    }
    case Kind::find:
        outcomes_.push_back({servo, {}, false});
        break;
    case Kind::id:
        command_ = context.send(registers::SetServoId{axis_, *wish_.id});
        break;
    case Kind::baud:
        command_ = context.send(registers::SetServoBaud{axis_, *wish_.baud});
        break;
    case Kind::look: {
        std::set<std::uint32_t> rates{servo.baud, wish_.baud.value_or(servo.baud)};
        command_ = context.send(bus::ScanBus{bus_, {rates.begin(), rates.end()}});
        break;
    }
    case Kind::disconnect:
        command_ = context.send(bus::DisconnectBus{bus_});
        break;
    }
}

QString ServoChange::step() const {
    if (steps_.empty()) return {};
    const int id = wish_.servos[steps_.front().servo].servo.id.value;
    switch (steps_.front().kind) {
    case Kind::connect:
        return QStringLiteral("Opening the port");
    case Kind::find:
        return QStringLiteral("Reading servo %1").arg(id);
    case Kind::id:
        return QStringLiteral("Id %1 → %2").arg(id).arg(wish_.id->value);
    case Kind::baud:
        return QStringLiteral("Servo %1: %2 → %3")
            .arg(id)
            .arg(rateText(wish_.servos[steps_.front().servo].baud, {}), rateText(*wish_.baud, {}));
    case Kind::look:
        return QStringLiteral("Asking who answers at which rate");
    case Kind::disconnect:
        break;
    }
    return QStringLiteral("Closing the port");
}

double ServoChange::done() const {
    return all_ == 0 ? 0.0 : static_cast<double>(all_ - steps_.size()) / static_cast<double>(all_);
}

bool ServoChange::findAxis(const Frame& frame) {
    const ServoId id = wish_.servos[steps_.front().servo].servo.id;
    for (const motion::AxisView& view : frame.axes->axes) {
        if (view.axis->bus != bus_ || view.axis->servo != id || view.silent) continue;
        // Whether EEPROM is locked is known once torque was read.
        const bool isRead = view.torque || !view.axis->model->find(registers::Role::torqueEnable);
        if (isRead) axis_ = view.axis->id;
        return isRead;
    }
    return false;
}

/// What is left is to ask where everybody is, and to close the port.
void ServoChange::giveUp(const QString& problem) {
    if (problem_.isEmpty()) problem_ = problem;
    const bool looks = bus_ != BusId{};
    steps_.clear();
    if (looks) steps_ = {{Kind::look, 0}, {Kind::disconnect, 0}};
}

void ServoChange::conclude(const journal::CommandEntry& entry, const Frame& frame) {
    const Kind kind = steps_.front().kind;
    const bool good =
        entry.state == journal::CommandState::confirmed || entry.state == journal::CommandState::sentOnly;
    const QString said =
        good ? QString() : step() + QStringLiteral(": ") + outcomeText(entry, *frame.axes, *frame.buses);
    if (kind == Kind::connect) {
        const bus::BusView* view = good ? busIn(frame) : nullptr;
        if (view) bus_ = view->id;
        if (!view) return giveUp(said);
    }
    if (kind == Kind::look && good) takeFound(frame);
    if (kind == Kind::look && !good && problem_.isEmpty()) problem_ = said;
    if (kind == Kind::id && good) outcomes_.back().hasNewId = true;
    if (kind == Kind::id && entry.state != journal::CommandState::rejected && !good)
        outcomes_.back().hasNewId.reset();
    const bool ends = !good && (kind == Kind::id || kind == Kind::baud);
    if (ends) return giveUp(said);
    steps_.pop_front();
}

/// A servo lost half-way may answer under its old or its new id, at its old or its new rate. Whoever has the
/// new id may be another that had it before.
void ServoChange::takeFound(const Frame& frame) {
    const bus::BusView* view = frame.buses->find(bus_);
    if (!view) return;
    for (Outcome& outcome : outcomes_) {
        const bus::FoundServo after = wished(outcome.before);
        const auto look = [&](ServoId id) {
            for (const bus::ServoFound& found : view->scan.found) {
                if (found.servo.id != id || found.servo.modelNumber != outcome.before.servo.modelNumber)
                    continue;
                bus::FoundServo place = outcome.before;
                place.servo = found.servo;
                place.baud = found.baud;
                if (!outcome.after || place == after) outcome.after = place;
            }
        };
        if (outcome.hasNewId != true) look(outcome.before.servo.id);
        if (!outcome.after && outcome.hasNewId != false) look(after.servo.id);
    }
}

bool ServoChange::tick(const PanelContext& context, const Frame& frame) {
    if (steps_.empty()) return false;
    if (steps_.front().kind == Kind::find) {
        if (findAxis(frame)) {
            steps_.pop_front();
        } else if (frame.now - since_ > axisPatience) {
            outcomes_.pop_back();
            giveUp(QStringLiteral("Servo %1 does not answer any more")
                       .arg(wish_.servos[steps_.front().servo].servo.id.value));
        } else {
            return false;
        }
        next(context, frame);
        return steps_.empty();
    }
    const auto* entry = findCommand(*frame.commands, command_);
    if (!entry || !isEnd(entry->state)) return false;
    // The snapshot of buses may be a moment older than the command's end.
    if (steps_.front().kind == Kind::connect && entry->state == journal::CommandState::confirmed &&
        !busIn(frame))
        return false;
    conclude(*entry, frame);
    next(context, frame);
    return steps_.empty();
}

void ServoChange::next(const PanelContext& context, const Frame& frame) {
    if (steps_.empty()) return;
    if (cancelled_ && steps_.front().kind == Kind::find)
        giveUp(QStringLiteral("Cancelled: the other servos are as they were"));
    if (!steps_.empty()) begin(context, frame);
}

bool ServoChange::isDone() const {
    return problem_.isEmpty() && outcomes_.size() == wish_.servos.size() &&
           std::all_of(outcomes_.begin(), outcomes_.end(), [this](const Outcome& outcome) {
               return outcome.after && outcome.after->servo.id == wished(outcome.before).servo.id &&
                      outcome.after->baud == wished(outcome.before).baud;
           });
}

QString ServoChange::sentence() const {
    if (isDone())
        return wish_.servos.size() == 1
                   ? QStringLiteral("Servo %1 answers at %2 now")
                         .arg(wish_.servos.front().servo.id.value)
                         .arg(placeText(*outcomes_.front().after))
                   : QStringLiteral("%1 servos answer at %2 now")
                         .arg(outcomes_.size())
                         .arg(rateText(outcomes_.front().after->baud, outcomes_.front().after->frame));
    QString text = problem_;
    for (const Outcome& outcome : outcomes_) {
        if (outcome.after == wished(outcome.before)) continue;
        if (!text.isEmpty()) text += QStringLiteral(". ");
        text += outcome.after
                    ? QStringLiteral("Servo %1 answers at %2")
                          .arg(outcome.before.servo.id.value)
                          .arg(placeText(*outcome.after))
                    : QStringLiteral("Servo %1 answers neither at %2 nor at %3: check cable and supply, then "
                                     "search at all rates")
                          .arg(outcome.before.servo.id.value)
                          .arg(placeText(outcome.before), placeText(wished(outcome.before)));
    }
    return text;
}

} // namespace servolane::ui
