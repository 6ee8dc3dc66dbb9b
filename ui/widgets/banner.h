// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/state_text.h"

#include <QtWidgets/QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace servolane::ui {

class Theme;

/// One line across the window: shape, sentence, buttons. Never modal.
class Banner : public QWidget {
    Q_OBJECT
public:
    Banner(const Theme& theme, const QString& name, QWidget* parent);
    void show(Tone tone, const QString& title, const QString& text);
    /// `role` "primary" or "quiet"; the banner owns the button.
    QPushButton* addButton(const QString& text, const QString& name, const char* role);
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString text() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& theme_;
    Tone tone_ = Tone::info;
    QHBoxLayout* row_;
    QLabel* title_;
    QLabel* text_;
};

} // namespace servolane::ui
