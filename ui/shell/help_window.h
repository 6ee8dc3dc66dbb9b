// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QDialog>

class QComboBox;
class QMenuBar;
class QTabWidget;
class QTableWidget;
class QTextBrowser;
class QUrl;

namespace servolane::ui {

/// What helps: every action with its keys, the guide as far as its pages are on this machine, and what the
/// program is made of. Holds nothing up: it is a window beside the other one. GUI thread.
class HelpWindow : public QDialog {
    Q_OBJECT
public:
    enum Page { keys, guide, about };

    HelpWindow(const QMenuBar& menus, QWidget* window);
    void open(Page page);

private:
    QWidget* makeKeys();
    QWidget* makeGuide();
    QWidget* makeAbout();
    void listKeys();
    void showGuide(int place);
    void follow(const QUrl& link);

    const QMenuBar& menus_;
    QTabWidget* pages_;
    QTableWidget* keys_ = nullptr;
    QComboBox* chapters_ = nullptr;
    QTextBrowser* text_ = nullptr;
};

} // namespace servolane::ui
