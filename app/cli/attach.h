// SPDX-License-Identifier: GPL-3.0-or-later
// From the port that a command names to the axes on it.
#pragma once

#include "app/cli/context.h"

#include <functional>
#include <vector>

namespace servolane::cli {

/// A link that a command may use.
struct Attached {
    BusId bus;
    std::string port;
    bool opened = false; ///< by this command, which closes it again
};

/// For an answer that is on its way already to be shown.
constexpr Duration boardPatience = std::chrono::milliseconds{500};

/// How a port is opened where the arguments say nothing.
struct Wish {
    double pollRate = 200.0;    ///< LinkSettings::pollRate
    bool allRates = false;      ///< look at every likely rate and id, and be content with none that answers
    bool nobody = false;        ///< be content with a port on which no known servo answers
    std::vector<ServoId> ids{}; ///< that are looked for in any case, besides those of the arguments
    bool atOnce = false;        ///< do not wait until torque and position of every axis are known
};

/// Parity and stop bits, where one of them was given; the other as usual.
[[nodiscard]] std::optional<bus::LineFrame> frameOf(const Arguments& arguments);
/// Parity and stop bits, where they were given.
void setFrame(const Arguments& arguments, bus::LineSettings& line);
/// That may be asked on this port, likeliest first; none: nothing is sent to it unless the protocol is named.
[[nodiscard]] std::vector<std::string> familiesFor(const Context& context, const std::string& port);
/// How this port would be opened.
[[nodiscard]] bus::LinkSettings linkFor(const Context& context, const std::string& port, const Wish& wish);
[[nodiscard]] tl::expected<Attached, Failure> attach(Context& context, const std::string& port,
                                                     const Wish& wish);
/// Family and rate of the port as they are now.
void rememberPort(Context& context, const Attached& attached);
void detach(Context& context, const Attached& attached);

/// What this command may do from now on; absent: no other role than it has.
[[nodiscard]] tl::expected<void, Failure> takeRole(Context& context, std::optional<access::Role> role);
/// Attaches the port of the arguments, does the work and detaches, whatever came of it.
[[nodiscard]] Outcome withPort(Context& context, const Wish& wish,
                               const std::function<Outcome(const Attached&)>& work);

/// The adapter is gone, at least for the moment.
[[nodiscard]] bool isLost(const Context& context, BusId bus);
[[nodiscard]] Failure lostLink(const Context& context, const Attached& attached);

/// All axes of the link by servo id, or the one with this id. Fails if there is none.
[[nodiscard]] tl::expected<std::vector<AxisId>, Failure> axesOf(Context& context, const Attached& attached,
                                                                std::optional<int> id);
[[nodiscard]] tl::expected<AxisId, Failure> axisOf(Context& context, const Attached& attached, int id);
/// "servo 3"
[[nodiscard]] std::string nameOf(const Context& context, AxisId axis);
[[nodiscard]] int servoOf(const Context& context, AxisId axis);

} // namespace servolane::cli
