// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/span_box.h"

#include "ui/analysis/analysis_source.h"
#include "ui/theme/tokens.h"

#include <algorithm>

namespace servolane::ui {

namespace {
const QString visible = QStringLiteral("visible");
const QString cursors = QStringLiteral("cursors");
constexpr int lastSeconds[] = {1, 2, 5, 10, 30, 60, 300};
} // namespace

SpanBox::SpanBox(bool withCursors, QWidget* parent)
    : QComboBox(parent) {
    setAccessibleName(QStringLiteral("Time span"));
    setToolTip(QStringLiteral("The stretch of time to look at"));
    setMinimumHeight(benchControlHeight);
    addItem(QStringLiteral("As in the scope"), visible);
    if (withCursors) addItem(QStringLiteral("Cursors A to B"), cursors);
    for (const int seconds : lastSeconds)
        addItem(seconds < 120 ? QStringLiteral("Last %1 s").arg(seconds)
                              : QStringLiteral("Last %1 min").arg(seconds / 60),
                QString::number(seconds));
}

std::optional<std::pair<Time, Time>> SpanBox::range(const AnalysisSource& source, Time now) const {
    const QString chosen = word();
    if (chosen == visible) return source.visibleRange();
    if (chosen == cursors) {
        const auto [a, b] = source.cursors();
        if (!a || !b || *a == *b) return std::nullopt;
        const auto [from, to] = std::minmax(*a, *b);
        return std::pair(from, to + Duration{1});
    }
    return std::pair(now - std::chrono::seconds{chosen.toInt()}, now + Duration{1});
}

QString SpanBox::word() const {
    return currentData().toString();
}

void SpanBox::choose(const QString& word) {
    const int index = findData(word);
    if (index >= 0) setCurrentIndex(index);
}

} // namespace servolane::ui
