// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/analysis/formula.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace servolane::ui {

/// One sentence: what is wrong, at which character (counted from 1), and what was expected there.
[[nodiscard]] QString textOf(const telemetry::FormulaError& error, const QString& text,
                             const telemetry::ChannelNames& names);

struct FormulaWord {
    QString word;    ///< "a1.position", "lowpass(x, hz)"
    QString meaning; ///< "Pan · position, °"
    int cursor = -1; ///< where the cursor belongs after insertion: behind the bracket; -1: at the end
};
/// All that a formula may be made of.
[[nodiscard]] std::vector<FormulaWord> formulaWords(const telemetry::ChannelNames& names);

} // namespace servolane::ui
