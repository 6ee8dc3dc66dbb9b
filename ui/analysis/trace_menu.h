// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QToolButton>

#include "ui/scope/trace_choice.h"

#include <vector>

class QVBoxLayout;

namespace servolane::ui {

/// A button that opens a list of check boxes, one for each trace; it stays open while boxes are ticked.
/// Channels of an axis stay ticked when another axis is offered.
class TraceMenu : public QToolButton {
    Q_OBJECT
public:
    explicit TraceMenu(QWidget* parent);
    void offer(const std::vector<scope::TraceChoice>& choices);
    [[nodiscard]] std::vector<scope::TraceChoice> chosen() const;
    /// Stable words: "position", "math2".
    [[nodiscard]] QStringList words() const { return words_; }
    void choose(const QStringList& words);

Q_SIGNALS:
    void changed();

private:
    void fill();

    std::vector<scope::TraceChoice> offered_;
    QStringList words_; ///< ticked
    QWidget* list_;
    QVBoxLayout* column_;
};

/// "position" of whichever axis, "math2": what a choice is called in the settings file.
[[nodiscard]] QString wordOf(const scope::TraceChoice& choice);

} // namespace servolane::ui
