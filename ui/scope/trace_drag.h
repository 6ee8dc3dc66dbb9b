// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/scope/trace_choice.h"

#include <memory>
#include <optional>

class QMimeData;
class QWidget;

namespace servolane::ui::scope {

/// A trace on its way from a list into a pane, within this program alone. The caller owns it.
[[nodiscard]] std::unique_ptr<QMimeData> mimeOf(const TraceChoice& choice);
/// Nothing if it is something else.
[[nodiscard]] std::optional<TraceChoice> choiceFrom(const QMimeData& data);
/// Drags it from `source` until it is dropped somewhere or given up; returns then. GUI thread, while a button
/// of the mouse is pressed.
void dragTrace(QWidget& source, const TraceChoice& choice);

} // namespace servolane::ui::scope
