// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/channel.h"
#include "ui/scope/scope_view.h"
#include "ui/telemetry/scope_pins.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <optional>
#include <tl/expected.hpp>
#include <vector>

namespace servolane::ui {

/// A named set-up of the scope: channels, panes, scales, span, trigger. It is of no axis, save what is
/// pinned, and what triggers on that: a trigger of "this axis" has the axis that is shown.
struct ScopeLayout {
    QString name;
    std::vector<telemetry::Channel> channels;
    scope::ScopeLook look;
    std::optional<scope::TriggerSetup>
        trigger;                          ///< axes: 1 this axis (or triggerOf), 0 any; or a math channel
    std::vector<PinnedTrace> pinned = {}; ///< of certain axes, whichever is shown
    /// The axis of a trigger that looks at a pinned trace; nothing: at the axis that is shown.
    std::optional<NamedServo> triggerOf = {};
    /// The axis that the lane of events is limited to; its id in the look means nothing in another run and is
    /// 0.
    std::optional<NamedServo> laneOf = {};
    friend bool operator==(const ScopeLayout&, const ScopeLayout&) = default;
};

/// JSON with stable words; `layoutFrom(textOf(layout))` is the layout. Unknown fields are left out, missing
/// ones have their defaults; what cannot be understood is refused with its place.
[[nodiscard]] QByteArray textOf(const ScopeLayout& layout);
[[nodiscard]] tl::expected<ScopeLayout, QString> layoutFrom(const QByteArray& text);

} // namespace servolane::ui
