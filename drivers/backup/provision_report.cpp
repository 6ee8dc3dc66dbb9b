// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/backup/provision_report.h"

#include "drivers/catalog/json_file.h"

#include <nlohmann/json.hpp>

namespace servolane::drivers::backup {

using Json = nlohmann::ordered_json;
using registers::LeftRegister;
using registers::PlannedWrite;
using registers::RestorePlan;

namespace {

Json writeObject(const registers::ServoModel& model, const PlannedWrite& write) {
    const registers::Register& of = *model.find(write.name);
    Json object{{"register", write.name}, {"before", write.before ? Json(*write.before) : Json(nullptr)},
                {"after", write.after},   {"value", write.written},
                {"unit", of.unit},        {"converted", write.converted}};
    if (!write.kept.empty()) object["kept"] = write.kept;
    return object;
}

Json leftObject(const LeftRegister& left) {
    Json object{{"register", left.name},
                {"reason", registers::toString(left.reason)},
                {"raw", left.raw},
                {"value", left.value},
                {"unit", left.unit}};
    if (!left.word.empty()) object["word"] = left.word;
    return object;
}

Json servoObject(const registers::ProvisionedServo& servo) {
    Json object{{"id", servo.id.value},
                {"new_id", servo.newId.value},
                {"model", servo.model->name},
                {"name", servo.name},
                {"confirmed", servo.confirmed ? Json(*servo.confirmed) : Json(nullptr)}};
    putPlan(object, *servo.model, servo.plan);
    return object;
}

} // namespace

void putPlan(Json& object, const registers::ServoModel& model, const RestorePlan& plan) {
    object["writes"] = Json::array();
    for (const PlannedWrite& write : plan.writes)
        object["writes"].push_back(writeObject(model, write));
    object["left"] = Json::array();
    for (const LeftRegister& left : plan.left)
        object["left"].push_back(leftObject(left));
    object["equal"] = plan.equal.size();
}

Json reportObject(const registers::ProvisionReport& report) {
    Json object{{"dry_run", report.dryRun}, {"servos", Json::array()}, {"done", Json::array()}};
    for (const auto& servo : report.servos)
        object["servos"].push_back(servoObject(servo));
    for (const auto& done : report.done)
        object["done"].push_back(
            {{"from", done.change.from.value}, {"to", done.change.to.value}, {"verified", done.verified}});
    return object;
}

Result<void> writeReport(const std::filesystem::path& file, const registers::ProvisionReport& report) {
    return catalog::writeWhole(
        file, reportObject(report).dump(2, ' ', false, Json::error_handler_t::replace) + '\n');
}

} // namespace servolane::drivers::backup
