// SPDX-License-Identifier: GPL-3.0-or-later
// The stable word of a failure, and the exit code of the program that belongs to it. A word has one exit
// code: no other pairs than those here can be made, and a test walks over all of them.
#pragma once

#include "core/api/rejection.h"
#include "core/kernel/result.h"

#include <string_view>
#include <vector>

namespace servolane::cli {

enum class Exit : int { done = 0, failed = 1, usage = 2, rejected = 3, notConfirmed = 4, interrupted = 130 };

class FailureCode {
public:
    constexpr FailureCode() = default;
    [[nodiscard]] constexpr std::string_view word() const { return word_; }
    [[nodiscard]] constexpr Exit exit() const { return exit_; }
    friend bool operator==(const FailureCode&, const FailureCode&) = default;

private:
    friend struct Codes;
    constexpr FailureCode(std::string_view word, Exit exit)
        : word_(word)
        , exit_(exit) {}

    std::string_view word_ = "unexpected"; ///< lives as long as the program
    Exit exit_ = Exit::failed;
};

/// Those of the command line itself, and those that tell an error or a rejection.
struct Codes {
    static constexpr FailureCode help{"help", Exit::done};
    static constexpr FailureCode version{"version", Exit::done};

    static constexpr FailureCode corrupt{"corrupt", Exit::failed};
    static constexpr FailureCode busy{"busy", Exit::failed};
    static constexpr FailureCode jogEnded{"jog-ended", Exit::failed};
    static constexpr FailureCode linkLost{"link-lost", Exit::failed};
    static constexpr FailureCode noPort{"no-port", Exit::failed};
    static constexpr FailureCode noServo{"no-servo", Exit::failed};
    static constexpr FailureCode notHeld{"not-held", Exit::failed};
    static constexpr FailureCode ownerGone{"owner-gone", Exit::failed};
    static constexpr FailureCode samplesLost{"samples-lost", Exit::failed};
    static constexpr FailureCode unexpected{"unexpected", Exit::failed};
    static constexpr FailureCode wireElsewhere{"wire-elsewhere", Exit::failed};

    static constexpr FailureCode usage{"usage", Exit::usage};

    static constexpr FailureCode idFixed{"id-fixed", Exit::rejected};
    static constexpr FailureCode idInUse{"id-in-use", Exit::rejected};
    static constexpr FailureCode noRestart{"no-restart", Exit::rejected};
    static constexpr FailureCode otherKind{"other-kind", Exit::rejected};
    static constexpr FailureCode rateFixed{"rate-fixed", Exit::rejected};
    static constexpr FailureCode recounted{"position-recounted", Exit::rejected};
    static constexpr FailureCode recipeDoesNotFit{"recipe-does-not-fit", Exit::rejected};
    static constexpr FailureCode roleNotAllowed{"role-not-allowed", Exit::rejected};

    static constexpr FailureCode notArrived{"not-arrived", Exit::notConfirmed};
    static constexpr FailureCode notAtRest{"not-at-rest", Exit::notConfirmed};
    static constexpr FailureCode notConfirmed{"not-confirmed", Exit::notConfirmed};
    static constexpr FailureCode superseded{"superseded", Exit::notConfirmed};

    static constexpr FailureCode interrupted{"interrupted", Exit::interrupted};

    [[nodiscard]] static FailureCode of(ErrorCode code);
    /// A link that is down is no matter of policy, whoever notices it first: that one is `linkLost`.
    [[nodiscard]] static FailureCode of(api::RejectionCode code);
    /// Every one that there is; some stand in it twice.
    [[nodiscard]] static std::vector<FailureCode> all();
};

} // namespace servolane::cli
