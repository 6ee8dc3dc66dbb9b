// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/failures.h"

#include <optional>
#include <string>

namespace servolane::cli {

/// Why a file of another kind must not be put in the place of `path`: a recording or a journal is there,
/// which a slip of the pen must not cost. Absent: it may.
[[nodiscard]] std::optional<Failure> refusalToReplace(const std::string& path);

} // namespace servolane::cli
