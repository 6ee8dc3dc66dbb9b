// SPDX-License-Identifier: GPL-3.0-or-later
// Facts and servo models as JSON text and back. Pure functions, any thread.
#pragma once

#include "core/api/event.h"
#include "core/registers/control_table.h"

#include <string>
#include <string_view>

namespace servolane::drivers {

/// The members of the body; its kind (api::kindOf) is kept beside it. Samples have no members here: "{}".
[[nodiscard]] std::string factToJson(const api::EventBody& body);

/// A model that the catalog does not know becomes one with that name and no registers, so that a file can be
/// read anywhere. Errors: corrupt (kind unknown, not JSON, a member of the wrong type).
[[nodiscard]] Result<api::EventBody> factFromJson(std::string_view kind, std::string_view text,
                                                  const registers::ModelCatalog& catalog = {});

[[nodiscard]] std::string modelToJson(const registers::ServoModel& model);
[[nodiscard]] Result<registers::ServoModel> modelFromJson(std::string_view text);

} // namespace servolane::drivers
