// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPointer>
#include <QtWidgets/QFrame>
#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace servolane::ui {

class Theme;

/// What the palette offers: a title, the shortcut that would have done it, and the deed.
struct PaletteEntry {
    QString title;
    QString shortcut;
    std::function<void()> run;
};

/// Ctrl+K: type a few letters of any action. An overlay inside the window, not a dialog.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    CommandPalette(const Theme& theme, QWidget* window);
    void open(std::vector<PaletteEntry> entries);
    void close();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter();
    void runCurrent();

    std::vector<PaletteEntry> entries_;
    QPointer<QWidget> before_; ///< had the focus when the palette opened
    QLineEdit* search_;
    QListWidget* list_;
};

} // namespace servolane::ui
