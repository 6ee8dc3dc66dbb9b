// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/failure_code.h"

#include "core/api/rejection_words.h"

namespace servolane::cli {

FailureCode Codes::of(ErrorCode code) {
    const Exit exit = code == ErrorCode::timeout       ? Exit::notConfirmed
                      : code == ErrorCode::interrupted ? Exit::interrupted
                                                       : Exit::failed;
    return {toString(code), exit};
}

FailureCode Codes::of(api::RejectionCode code) {
    if (code == api::RejectionCode::busDown) return linkLost;
    return {api::toString(code), Exit::rejected};
}

std::vector<FailureCode> Codes::all() {
    std::vector<FailureCode> all{corrupt,       busy,      jogEnded,     linkLost,         noPort,
                                 noServo,       notHeld,   ownerGone,    samplesLost,      unexpected,
                                 wireElsewhere, usage,     idFixed,      idInUse,          noRestart,
                                 otherKind,     recounted, rateFixed,    recipeDoesNotFit, roleNotAllowed,
                                 notArrived,    notAtRest, notConfirmed, superseded,       interrupted};
    constexpr auto lastError = static_cast<int>(ErrorCode::readBackDiffers);
    for (int code = static_cast<int>(ErrorCode::none) + 1; code <= lastError; ++code)
        all.push_back(of(static_cast<ErrorCode>(code)));
    for (std::size_t code = 0; code < api::rejectionWords().size(); ++code)
        all.push_back(of(static_cast<api::RejectionCode>(code)));
    return all;
}

} // namespace servolane::cli
