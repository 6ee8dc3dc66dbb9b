// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/motion/other_servo.h"

#include "core/motion/axis.h"

namespace servolane::motion {

bool isServoOf(const Axis& axis, const bus::ServoIdentity& found, const registers::ServoModel& model) {
    return model.name == axis.model->name && found.firmware == axis.firmware;
}

api::Rejection otherServoRejection(const Axis& axis, const OtherServo& other) {
    const bool sameModel = other.model->name == axis.model->name;
    api::Rejection made;
    made.code = api::RejectionCode::otherServo;
    made.axis = axis.id;
    made.bus = axis.bus;
    made.requested = sameModel ? other.found.firmware : other.found.modelNumber;
    made.low = sameModel ? axis.firmware : axis.model->number;
    made.high = made.low;
    made.unit = sameModel ? "firmware" : "model";
    made.subject = axis.model->name;
    return made;
}

} // namespace servolane::motion
