// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/failures.h"

#include "app/cli/text.h"
#include "app/workstation/sim_line.h"
#include "core/session/recording_place.h"

#include <algorithm>

namespace servolane::cli {

using api::Rejection;
using api::RejectionCode;
using journal::CommandState;

namespace {

/// "12.5 °"; whole numbers stay whole.
std::string amount(double value, const std::string& unit) {
    const std::string shown = unitText(unit);
    std::string number = fixed(value, 3);
    if (number.find('.') != std::string::npos && number.find('e') == std::string::npos) {
        number.erase(number.find_last_not_of('0') + 1);
        if (number.back() == '.') number.pop_back();
    }
    return number + (shown.empty() ? "" : " " + shown);
}

std::string nameOf(AxisId axis, const motion::AxisBoard& axes) {
    const motion::AxisView* view = axes.find(axis);
    return view ? "servo " + std::to_string(view->axis->servo.value) : "axis " + std::to_string(axis.value);
}

/// The register that a rejection speaks of; nullptr where it speaks of none, or the axis is gone.
const registers::Register* registerOf(const Rejection& rejection, const motion::AxisBoard& axes) {
    const motion::AxisView* view = axes.find(rejection.axis);
    return view ? view->axis->model->find(rejection.subject) : nullptr;
}

/// "command-line 2" is "command line 2".
std::string askerPhrase(const std::string& word) {
    const auto asker = api::askerFrom(word);
    return asker ? "the " + api::spoken(*asker) : word;
}

/// As --role has it.
std::string roleWord(const std::string& role) {
    return role == "viewer" ? "observer" : role;
}

struct Words {
    std::string message;
    std::string hint;
};

Words rangeWords(const Rejection& r, const std::string& servo, const std::string& quantity) {
    const std::string limits = amount(r.low, r.unit) + " … " + amount(r.high, r.unit);
    return {amount(r.requested, r.unit) + " is outside the " + quantity + " of " + servo + ": " + limits,
            "stay within " + limits};
}

Words aboveWords(const Rejection& r, const std::string& servo, const std::string& quantity) {
    return {amount(r.requested, r.unit) + " is above the " + quantity + " limit of " + servo + ": " +
                amount(r.high, r.unit),
            "ask for at most " + amount(r.high, r.unit)};
}

Words wordsOfLimits(const Rejection& r, const std::string& servo) {
    switch (r.code) {
    case RejectionCode::outsideTravelLimits:
        return rangeWords(r, servo, "travel limits");
    case RejectionCode::aboveVelocityLimit:
        return aboveWords(r, servo, "velocity");
    case RejectionCode::aboveAccelerationLimit:
        return aboveWords(r, servo, "acceleration");
    case RejectionCode::aboveCurrentLimit:
        return aboveWords(r, servo, "current");
    case RejectionCode::accelerationNotBounded:
        return {"nothing in " + servo + " would keep its acceleration limit of " + amount(r.high, r.unit) +
                    " while it turns",
                "jog it, or take the limit away"};
    case RejectionCode::aboveStepLimit:
        return {amount(r.requested, r.unit) + " without a profile is above the step limit of " + servo +
                    ": " + amount(r.high, r.unit),
                "give a --velocity"};
    case RejectionCode::belowVelocityStep:
        return {amount(r.requested, r.unit) + " is slower than " + servo +
                    " can be told: one step of it is " + amount(r.low, r.unit),
                "ask for at least " + amount(r.low, r.unit)};
    case RejectionCode::aboveTemperatureLimit:
        return {servo + " is at " + amount(r.requested, r.unit) + ", above its limit of " +
                    amount(r.high, r.unit),
                "let it cool down"};
    default:
        return {};
    }
}

Words wordsOfAxes(const Rejection& r, const std::string& servo) {
    switch (r.code) {
    case RejectionCode::axisUnknown:
        return {"there is no " + servo, "servolane-cli scan lists the servos of a port"};
    case RejectionCode::axisSilent:
        return {servo + " does not answer" +
                    (r.requested > 0 ? ", for " + amount(r.requested, r.unit) + " now" : ""),
                "check its cable and supply"};
    case RejectionCode::answersPingsOnly:
        return {servo + " answers pings only, so nothing it is told can be confirmed",
                "let it answer: servolane-cli write --id N status_return_level 2"};
    case RejectionCode::hardwareError:
        return {servo + " has latched a hardware error (bits " + amount(r.requested, "") + ")",
                "mend its cause, then servolane-cli reset --id N"};
    case RejectionCode::torqueOff:
        return {"torque of " + servo + " is off", "servolane-cli torque on"};
    case RejectionCode::torqueOn:
        return {"torque of " + servo + " is on", "servolane-cli torque off first"};
    case RejectionCode::wrongMode:
        return {servo + " is in mode " + r.subject + ", which cannot do this", "servolane-cli mode NAME"};
    case RejectionCode::modeUnsupported:
        return {"the model of " + servo + " has no mode " + r.subject, "choose another mode"};
    case RejectionCode::leaseHeld:
        return {servo + " is being jogged by " + askerPhrase(r.subject) + ", since " +
                    amount(r.requested, r.unit),
                "wait until that ends, or halt it"};
    case RejectionCode::valueStale:
        return {(r.subject.empty() ? std::string("the position") : r.subject) + " of " + servo +
                    " is not known freshly enough" +
                    (r.high > 0 ? ": it is " + amount(r.requested, r.unit) + " old, and may be " +
                                      amount(r.high, r.unit)
                                : ""),
                "check the link with servolane-cli monitor"};
    case RejectionCode::profileInTime:
        return {servo + " counts its profile in time, so a speed means something else to it",
                "clear the time-based bit of its drive_mode, or move without a speed"};
    case RejectionCode::notReferenced:
        return {servo + " counts turns in mode " + r.subject + " and may be off by whole ones",
                "check where it is, then move with --referenced"};
    case RejectionCode::axisMoving:
        return {servo + " is moving", "servolane-cli halt first"};
    case RejectionCode::otherModel:
        return {servo + " is another model than the " + r.subject + " of the machine file",
                "put the other one back, or adopt this one in the window"};
    case RejectionCode::otherServo:
        return {"another servo answers as " + servo + ": " + r.subject + " with " + r.unit + ' ' +
                    amount(r.low, "") + " was expected, " + r.unit + ' ' + amount(r.requested, "") +
                    " answers; only stop and torque off go to it",
                "put the other one back, or confirm this one in the window or by servolane-cli scan"};
    case RejectionCode::modelUnknown:
        return {"no model file tells of the servo that answers as " + servo + " (model " +
                    amount(r.requested, "") + ")",
                "switch its supply off, and add a model file"};
    case RejectionCode::stopUnderWay:
        return {"the stop is still being carried out", "try again when every axis has reported"};
    case RejectionCode::idInUse:
        return {"id " + amount(r.requested, "") + " is that of " + r.subject,
                "choose another id, or change that one first"};
    case RejectionCode::registerUnreadable:
        return {"register " + r.subject + " of " + servo + " cannot be read", "watch another register"};
    case RejectionCode::alreadyChannel:
        return {"register " + r.subject + " of " + servo + " is a channel already",
                "it is monitored and recorded anyway"};
    case RejectionCode::watchesUsedUp:
        return {amount(r.high, "") + " other registers of " + servo + " are being watched, as many as can be",
                "watch fewer, or stop watching one in the window"};
    case RejectionCode::notOneGroup:
        return {servo + " cannot be moved by one group write with the others: other " + r.subject,
                "move them one after the other"};
    default:
        return {};
    }
}

std::string wayToSet(const std::string& registerName) {
    if (registerName == "torque_enable") return "servolane-cli torque on, or off";
    if (registerName == "operating_mode") return "servolane-cli mode NAME";
    if (registerName == "goal_position") return "servolane-cli move";
    if (registerName == "goal_velocity") return "servolane-cli jog";
    if (registerName == "id") return "servolane-cli set-id FROM:TO";
    if (registerName == "baud_rate") return "servolane-cli set-baud RATE";
    return "servolane-cli has no command for it";
}

std::string argumentWords(const std::string& subject) {
    if (subject == "number") return "a number is infinite or no number at all";
    if (subject == "velocity" || subject == "acceleration") return "the " + subject + " must be above 0";
    if (subject == "travel") return "the travel's low end must be below its high end";
    if (subject == "baud") return "the servo's model has no such rate";
    if (subject == "path") return "a path must not be empty";
    if (subject == "name") return "a name must not be empty";
    return "wrong argument: " + (subject.empty() ? "no more is known" : subject);
}

/// As it is typed: in the register's unit, and raw beside it.
Words registerRangeWords(const Rejection& r, const std::string& servo, const registers::Register* target) {
    Words words = rangeWords(r, servo, "raw range of register " + r.subject);
    words.hint += ", with --raw";
    if (!target || (target->scale == 1.0 && target->offset == 0.0)) return {words.message, words.hint};
    const auto scaled = [&](double raw) {
        return amount(raw * target->scale + target->offset, target->unit);
    };
    const auto [low, high] = std::minmax(
        {r.low, r.high}, [&](double a, double b) { return a * target->scale < b * target->scale; });
    const std::string limits = scaled(low) + " … " + scaled(high);
    return {scaled(r.requested) + " is outside the range of register " + r.subject + " of " + servo + ": " +
                limits + " (raw " + amount(r.low, "") + " … " + amount(r.high, "") + ")",
            "stay within " + limits + ", or give the raw number with --raw"};
}

Words wordsOfRegisters(const Rejection& r, const std::string& servo, const registers::Register* target) {
    switch (r.code) {
    case RejectionCode::registerOutOfRange:
        return registerRangeWords(r, servo, target);
    case RejectionCode::registerUnknown:
        if (r.subject == toString(registers::Role::profileVelocity))
            return {servo + " cannot be told how fast to move: its model has no " + r.subject,
                    "move without --velocity, or jog, which keeps a speed"};
        if (r.subject == toString(registers::Role::profileAcceleration))
            return {servo + " cannot be told how fast to speed up: its model has no " + r.subject,
                    "move without --acceleration"};
        return {servo + " has no register " + r.subject, "names are those of its model file"};
    case RejectionCode::registerReadOnly:
        return {"register " + r.subject + " of " + servo + " can only be read",
                "servolane-cli read shows it; what can be written is in the servo's model file"};
    case RejectionCode::eepromWhileTorqueOn:
        return {"register " + r.subject + " of " + servo +
                    " is in EEPROM, which is locked while torque is on",
                "servolane-cli torque off first"};
    case RejectionCode::motionRegister:
        return {"register " + r.subject + " of " + servo + " moves it or changes how it is spoken with",
                wayToSet(r.subject)};
    default:
        return {};
    }
}

Words wordsOfRest(const Rejection& r) {
    switch (r.code) {
    case RejectionCode::stopLatched:
        return {"stop is latched", "servolane-cli reset, once it is safe to go on"};
    case RejectionCode::busDown:
        return {"the link was lost", "check the adapter's plug"};
    case RejectionCode::invalidArgument:
        if (const auto folder = session::folderOfSubject(r.subject))
            return {"whoever may do less than an engineer has another program record into its folder of "
                    "recordings alone: " +
                        *folder,
                    "give an --out in that folder, or act as an engineer"};
        return {argumentWords(r.subject), ""};
    case RejectionCode::notLatched:
        return {"no stop is latched", ""};
    case RejectionCode::busAlreadyOpen:
        return {"port " + r.subject + " is open already", ""};
    case RejectionCode::recordingRunning:
        return {"a recording is running already", "end it first"};
    case RejectionCode::noRecording:
        return {"no recording is running", ""};
    case RejectionCode::scanRunning:
        return {"a scan is running", "wait for its end"};
    case RejectionCode::roleNotAllowed:
        return {"the role " + roleWord(r.subject) + " may not do this",
                "give --role engineer, or leave --role out"};
    case RejectionCode::roleBounded:
        return {"the window lets the command line act as " + roleWord(r.subject) +
                    " at most, which may not do this",
                "in the window, in the menu of the role at the bottom: Command line may"};
    case RejectionCode::notArmed:
        return {"raw packets are not armed", ""};
    case RejectionCode::armingExpired:
        return {"the arming of raw packets ended " + amount(r.requested, r.unit) + " ago", ""};
    default:
        return {"refused: " + std::string(api::toString(r.code)) +
                    (r.subject.empty() ? "" : " (" + r.subject + ")"),
                ""};
    }
}

/// Names of files and ports stay as they are: a first word that is more than letters is one.
std::string capitalised(std::string text) {
    const auto isLetter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto end = std::find_if_not(text.begin(), text.end(), isLetter);
    const bool word = end != text.begin() && (end == text.end() || *end == ' ' || *end == ',');
    if (word) text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

std::string errorHint(ErrorCode code) {
    switch (code) {
    case ErrorCode::timeout:
        return "check cable, supply and id; servolane-cli scan finds what answers";
    case ErrorCode::linkLost:
        return "check the adapter's plug";
    case ErrorCode::corrupt:
        return "check the wiring and the baud rate";
    case ErrorCode::diskFull:
        return "make room, or choose another disk with --store or --out";
    case ErrorCode::notAllowed:
        return "check the permissions";
    case ErrorCode::notFound:
        return "check the name";
    case ErrorCode::inputOutput:
        return "check that the folder exists, may be written, and is no special one";
    default:
        return {};
    }
}

} // namespace

Json errorObject(const Failure& failure) {
    Json object = Json::object();
    object["error"] = {
        {"code", std::string(failure.code.word())}, {"message", failure.message}, {"hint", failure.hint}};
    for (const auto& [name, value] : failure.fields.items())
        object[name] = value;
    return object;
}

Failure interrupted() {
    return {Codes::interrupted, "Interrupted", "start it again to do the rest", {}};
}

Failure failureOf(const Error& error) {
    return {Codes::of(error.code), capitalised(error.detail), errorHint(error.code), {}};
}

Failure failureOf(const Rejection& rejection, const motion::AxisBoard& axes) {
    const std::string servo = nameOf(rejection.axis, axes);
    Words words = wordsOfLimits(rejection, servo);
    if (words.message.empty()) words = wordsOfAxes(rejection, servo);
    if (words.message.empty()) words = wordsOfRegisters(rejection, servo, registerOf(rejection, axes));
    if (words.message.empty()) words = wordsOfRest(rejection);
    // One of many registers: which, where the words do not say it.
    if (!rejection.entry.empty() && rejection.entry != rejection.subject)
        words.message = "register " + rejection.entry + ": " + words.message;
    Failure failure{Codes::of(rejection.code), capitalised(words.message), words.hint, {}};
    if (!rejection.unit.empty() || rejection.low != rejection.high)
        failure.fields = {{"requested", rejection.requested},
                          {"low", rejection.low},
                          {"high", rejection.high},
                          {"unit", rejection.unit}};
    return failure;
}

Failure failureOf(const app::Fate& fate, const std::string& what, const Context& context) {
    if (fate.wait == app::WaitEnd::interrupted) return interrupted();
    if (fate.wait == app::WaitEnd::timedOut)
        return {Codes::notConfirmed,
                what + " was not confirmed in time",
                "check the link with servolane-cli monitor",
                {}};
    switch (fate.entry.state) {
    case CommandState::rejected:
        return failureOf(fate.entry.rejection, *context.client.axes());
    case CommandState::superseded:
        return {Codes::superseded, what + " was replaced by a newer command", {}, {}};
    default: {
        Failure failure = failureOf(fate.entry.error);
        failure.message = what + " failed: " + fate.entry.error.detail;
        return failure;
    }
    }
}

Failure portFailure(const Error& error, const std::string& port) {
    Failure failure = failureOf(error);
    const bool named = error.detail.starts_with(port); // transports name it themselves
    failure.message = "Cannot open port " + (named ? error.detail : port + ": " + error.detail);
    if (error.code == ErrorCode::notFound) failure.hint = "servolane-cli ports lists what is there";
    if (error.code == ErrorCode::notAllowed)
        failure.hint = "sudo usermod -aG dialout \"$USER\", then log in again; servolane-cli ports says more";
    if (error.code == ErrorCode::busy) failure.hint = "end the program that uses it";
    failure.mayBeRepeated = error.code == ErrorCode::busy;
    if (error.code == ErrorCode::invalid) failure.hint = "servolane-cli ports lists what can be opened";
    if (app::isSimPath(port) && error.code == ErrorCode::invalid) {
        failure.code = Codes::usage;
        failure.hint = "servolane-cli --help says what a sim: port may be";
    }
    return failure;
}

Failure otherKind(const app::ListedPort& port) {
    return {Codes::otherKind,
            port.port.path + " is a " + port.name + ": nothing is sent to it. " + port.note,
            "name the protocol with --protocol if it is a servo bus all the same",
            {}};
}

Failure fileFailure(const Error& error, const std::string& path) {
    Failure failure = failureOf(error);
    failure.message =
        error.detail.find(path) == std::string::npos ? path + ": " + error.detail : error.detail;
    if (error.code == ErrorCode::corrupt)
        failure.hint = "the file is damaged; servolane-cli verify says where";
    if (error.code == ErrorCode::notFound) failure.hint = "check the path";
    if (error.code == ErrorCode::invalid && failure.hint.empty())
        failure.hint = "name a file that this command can use; recordings end in .servolane";
    return failure;
}

} // namespace servolane::cli
