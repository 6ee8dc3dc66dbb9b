// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/attach.h"

#include <string>
#include <utility>
#include <vector>

namespace servolane::cli {

/// Registers that are watched for one command and no more behind it. One that was watched already stays so.
class BorrowedWatches {
public:
    explicit BorrowedWatches(Context& context)
        : context_(context) {}
    ~BorrowedWatches();
    BorrowedWatches(const BorrowedWatches&) = delete;
    BorrowedWatches& operator=(const BorrowedWatches&) = delete;

    /// Those of --watch, of every axis whose model has them, or of the servos of --ids. A register that no
    /// model has, or that may not be watched, is a failure.
    [[nodiscard]] tl::expected<void, Failure> take(const Attached& attached);

private:
    [[nodiscard]] tl::expected<void, Failure> take(AxisId axis, const std::string& name);

    Context& context_;
    std::vector<std::pair<AxisId, std::string>> taken_;
};

} // namespace servolane::cli
