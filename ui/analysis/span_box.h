// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/time.h"

#include <QtWidgets/QComboBox>
#include <optional>
#include <utility>

namespace servolane::ui {

struct AnalysisSource;

/// Chooses the stretch of time to look at: what the scope shows, between its cursors, or the last seconds.
class SpanBox : public QComboBox {
    Q_OBJECT
public:
    SpanBox(bool withCursors, QWidget* parent);
    /// Nothing: the cursors are meant, and are not both set. `to` is never reached.
    [[nodiscard]] std::optional<std::pair<Time, Time>> range(const AnalysisSource& source, Time now) const;
    /// Stable word for the settings file: "visible", "cursors", "5".
    [[nodiscard]] QString word() const;
    void choose(const QString& word);
};

} // namespace servolane::ui
