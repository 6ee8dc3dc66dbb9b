// SPDX-License-Identifier: GPL-3.0-or-later
// Small makers of labels and buttons, so that a role is named in one place.
#pragma once

#include <QtCore/QString>

class QAbstractButton;
class QFrame;
class QLabel;
class QPushButton;
class QToolButton;
class QWidget;

namespace servolane::ui {

class Theme;

/// Sets the text only if it differs: a label that is set anew every frame repaints and lays out every frame.
void showText(QLabel* label, const QString& text);
void showText(QAbstractButton* button, const QString& text);
/// Changes the dynamic property "role" and restyles.
void setRole(QWidget* widget, const char* role);

[[nodiscard]] QLabel* makeLabel(const QString& text, const char* role, QWidget* parent);
[[nodiscard]] QPushButton* makeButton(const QString& text, const QString& name, QWidget* parent);
/// `icon` as in resources/icons; the tool tip is also the accessible name.
[[nodiscard]] QToolButton* makeIconButton(const Theme& theme, const QString& icon, const QString& tip,
                                          const QString& name, QWidget* parent);
[[nodiscard]] QFrame* makeRule(QWidget* parent);

} // namespace servolane::ui
