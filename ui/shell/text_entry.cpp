// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/text_entry.h"

#include "ui/widgets/letters_for_lists.h"

#include <QtWidgets/QAbstractSpinBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QTextEdit>

namespace servolane::ui {

bool isTextEntry(const QWidget* widget) {
    if (const auto* line = qobject_cast<const QLineEdit*>(widget)) return !line->isReadOnly();
    return qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QPlainTextEdit*>(widget) ||
           qobject_cast<const QTextEdit*>(widget) || isChosenFrom(widget);
}

} // namespace servolane::ui
