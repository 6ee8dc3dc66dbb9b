// SPDX-License-Identifier: GPL-3.0-or-later
// From what the lanes answer to what a person and a script are told.
#pragma once

#include "app/cli/context.h"

#include <string>

namespace servolane::cli {

[[nodiscard]] Failure interrupted();
[[nodiscard]] Failure failureOf(const Error& error);
/// `axes` gives names; codes are those of api::toString.
[[nodiscard]] Failure failureOf(const api::Rejection& rejection, const motion::AxisBoard& axes);
/// Of a command that did not come to a good end. `what`: "Torque of servo 3".
[[nodiscard]] Failure failureOf(const app::Fate& fate, const std::string& what, const Context& context);

/// Errors of opening a port: names it, and the way out.
[[nodiscard]] Failure portFailure(const Error& error, const std::string& port);
/// A port behind which something else is known to be.
[[nodiscard]] Failure otherKind(const app::ListedPort& port);
[[nodiscard]] Failure fileFailure(const Error& error, const std::string& path);

} // namespace servolane::cli
