// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

class QWidget;

namespace servolane::ui {

/// Whether letters typed now would go into a text, or find an entry of a list that is chosen from: then they
/// are no shortcuts.
[[nodiscard]] bool isTextEntry(const QWidget* widget);

/// Lines of text keep their letters to themselves; lists that are chosen from do not, in Qt. With this, while
/// such a list has the focus or is open, letters and digits find its entries and run no action.
class LettersForLists : public QObject {
    Q_OBJECT
public:
    /// For all of the application, while `owner` lives.
    explicit LettersForLists(QObject* owner);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace servolane::ui
