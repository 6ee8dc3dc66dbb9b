// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/attach.h"
#include "app/cli/outcome.h"

#include <optional>
#include <string>
#include <vector>

namespace servolane::cli {

/// The stretches in which the link was lost, of a command that goes on when it is back. One thread.
class LinkGaps {
public:
    /// `meanwhile`: what is told behind a loss, "the recording goes on, with a gap until the adapter is
    /// back".
    LinkGaps(const Context& context, const Attached& attached, std::string meanwhile);

    /// Call it while the command runs; tells each loss and each return. True: nobody tries to bring the link
    /// back, since whoever had opened the port has closed it, or is gone.
    [[nodiscard]] bool look();
    [[nodiscard]] bool isLostNow() const { return !gaps_.empty() && !gaps_.back().to; }
    /// `link_gaps[]`, and a line for each.
    void tellIn(Report& report) const;

private:
    struct Gap {
        double from = 0.0; ///< s since the command began
        std::optional<double> to;
    };

    const Context& context_;
    const Attached& attached_;
    std::string meanwhile_;
    Time began_;
    std::vector<Gap> gaps_;
};

} // namespace servolane::cli
