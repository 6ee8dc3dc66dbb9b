// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>
#include <vector>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace servolane::ui {

class Theme;

/// What stands where nothing is yet, and what to do about it.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const Theme& theme, const QString& icon, const QString& title, const QString& text,
               QWidget* parent);
    /// All of them are as wide as the widest.
    QPushButton* addButton(const QString& text, const QString& icon, const QString& name, bool primary);
    void setTitle(const QString& title);
    void setText(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    const Theme& theme_;
    QString icon_;
    QLabel* picture_;
    QLabel* title_;
    QLabel* text_;
    QVBoxLayout* column_;
    std::vector<QPushButton*> buttons_;
};

} // namespace servolane::ui
