// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/style_sheet.h"

#include "ui/theme/icons.h"

#include <utility>

namespace servolane::ui {

namespace {

// @names are replaced by colours and sizes of the tokens. Widgets choose a look by the dynamic properties
// "role" (what a button or label is for) and "surface" (what a frame stands on). The focus ring takes the
// place of border and padding, so that nothing moves when it appears.
constexpr const char* frames = R"(
QMainWindow, QMainWindow::separator { background: @window; }
QMainWindow::separator { width: 4px; height: 4px; }
QMainWindow::separator:hover { background: @accent; }
QWidget[surface="panel"], QDockWidget > QWidget { background: @surface; }
QWidget[surface="header"] { background: @surface; border-bottom: 1px solid @border; }
QWidget[surface="raised"] { background: @raised; border-radius: @radiuspx; }
QWidget[surface="title"] { background: @surface; border-bottom: 1px solid @border; }
QWidget[surface="card"] { background: @surface; border: 1px solid @border; border-radius: @radiuspx; }
QFrame[surface="rule"] { background: @border; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QStatusBar { background: @surface; border-top: 1px solid @border; }
QStatusBar::item { border: none; }
QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: 4px 8px; }
QSplitter::handle { background: @window; }
QLabel { background: transparent; }
QLabel[role="muted"], QLabel[role="unit"] { color: @muted; }
QLabel[role="small"] { color: @muted; font-size: 9pt; }
QLabel[role="smallWarn"] { color: @warn; font-size: 9pt; }
QLabel[role="heading"] { font-size: 12pt; font-weight: 600; }
QLabel[role="title"] { color: @muted; font-size: 9pt; font-weight: 600; letter-spacing: 0.5px; }
QLabel[role="brand"] { font-size: 12pt; font-weight: 700; }
QLabel[role="fault"] { color: @fault; }
QLabel[role="warn"] { color: @warn; }
QLabel[role="ok"] { color: @ok; }
QLabel[role="badge"] { color: @warn; border: 1px solid @warn; border-radius: @inputpx; padding: 1px 6px;
    font-size: 9pt; font-weight: 600; }
QProgressBar { background: @raised; border: 1px solid @border; border-radius: @inputpx; height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
)";

constexpr const char* controls = R"(
QPushButton, QToolButton { background: @raised; color: @text; border: 1px solid @border;
    border-radius: @radiuspx; padding: 3px 11px; min-height: 20px; outline: none; }
QPushButton:hover, QToolButton:hover { border-color: @muted; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {
    background: @selected; border-color: @accent; }
QPushButton:focus, QToolButton:focus { border: 2px solid @accent; padding: 2px 10px; }
QPushButton:disabled, QToolButton:disabled { color: @faint; border-color: @soft; background: @surface; }
QPushButton:checked:disabled, QToolButton:checked:disabled { color: @muted; background: @selected;
    border: 1px solid @muted; }
QPushButton[role="primary"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[role="primary"]:hover { background: @accentHover; }
QPushButton[role="primary"]:focus { border: 2px solid @text; }
QPushButton[role="primary"]:disabled { background: @raised; color: @faint; border-color: @soft; }
QPushButton[role="quiet"], QToolButton[role="quiet"] { background: transparent; border: 1px solid transparent; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background: @raised; }
QPushButton[role="quiet"]:checked, QToolButton[role="quiet"]:checked { background: @selected;
    border-color: @accent; }
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus { border: 2px solid @accent; }
QToolButton[role="quiet"] { padding: 3px; }
QToolButton[role="quiet"]:focus { padding: 2px; }
QPushButton[role="stop"] { background: @stop; color: @onStop; border: 2px solid @stop; font-size: 12pt;
    font-weight: 700; padding: 4px 16px; min-height: 30px; min-width: 166px; }
QPushButton[role="stop"]:hover { border-color: @onStop; }
QPushButton[role="stop"]:pressed { background: @stopPressed; }
QPushButton[role="stop"]:focus { border: 2px solid @text; }
QPushButton[role="workspace"] { background: transparent; border: none; border-top: 3px solid transparent;
    border-bottom: 3px solid transparent; border-radius: 0; padding: 4px 14px; min-height: 36px; color: @muted; font-weight: 600; }
QPushButton[role="workspace"]:hover { color: @text; }
QPushButton[role="workspace"]:checked { color: @text; border-bottom: 3px solid @accent; }
QPushButton[role="workspace"]:focus { color: @accent; border: 2px solid @accent; padding: 2px 12px; }
QPushButton[role="segmentOn"], QPushButton[role="segment"] { border-radius: 0; min-width: 44px; margin: 0; }
QPushButton[tall="true"] { min-height: 34px; }
QLineEdit, QComboBox { background: @raised; border: 1px solid @border;
    border-radius: @inputpx; padding: 3px 7px; min-height: 20px; selection-background-color: @accent;
    selection-color: @onAccent; }
QLineEdit:focus, QComboBox:focus { border: 2px solid @accent; padding: 2px 6px; }
QLineEdit:disabled, QComboBox:disabled { color: @faint; border-color: @soft; background: @surface; }
QLineEdit[invalid="true"] { border: 2px solid @fault; padding: 2px 6px; }
QComboBox { combobox-popup: 0; color: @text; }
QComboBoxPrivateContainer { background: @surface; border: 1px solid @border; }
QComboBox QAbstractItemView { background: @surface; color: @text; border: none; padding: 0;
    selection-background-color: @selected; selection-color: @text; outline: none; }
QCheckBox { spacing: 8px; min-height: 20px; outline: none; }
QCheckBox:focus { color: @accent; }
QCheckBox::indicator, QTreeView::indicator, QTableView::indicator, QListView::indicator { width: 14px; height: 14px; border: 1px solid @muted;
    border-radius: @inputpx; background: @raised; }
QCheckBox::indicator:hover, QTreeView::indicator:hover, QTableView::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked, QTreeView::indicator:checked, QTableView::indicator:checked,
QListView::indicator:checked { background: @accent; border-color: @accent;
    image: url(@icons/check-@mode.svg); }
QCheckBox::indicator:disabled, QTableView::indicator:disabled { border-color: @soft; background: @surface; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(@icons/chevron-down-@mode.svg); width: 14px; height: 14px; }
QCheckBox:disabled { color: @faint; }
QFileDialog QToolButton { padding: 2px; }
QFileDialog QToolButton:focus { padding: 1px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolButton[popupMode="2"] { padding-right: 26px; }
QToolButton[popupMode="2"]:focus { padding-right: 25px; }
QToolButton::menu-indicator { image: url(@icons/chevron-down-@mode.svg); width: 14px; height: 14px; right: 7px;
    subcontrol-origin: padding; subcontrol-position: right center; }
)";

constexpr const char* lists = R"(
QMenuBar { background: transparent; color: @text; }
QMenuBar::item { background: transparent; padding: 5px 6px; border-radius: @inputpx; }
QMenuBar::item:selected { background: @raised; }
QMenuBar QToolButton { background: @raised; border: 1px solid @border; padding: 2px; }
QMenu { background: @surface; color: @text; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: @inputpx; }
QMenu::item:selected { background: @selected; }
QMenu::item:disabled { color: @faint; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }
QTableView, QTreeView, QListView { background: @surface; alternate-background-color: @surface; color: @text;
    border: 2px solid @surface; gridline-color: @soft; outline: none; selection-background-color: @selected;
    selection-color: @text; }
QTableView:focus, QTreeView:focus, QListView:focus { border: 2px solid @accent; }
QTreeView::item, QListView::item { min-height: 28px; border: none; }
QTableView::item { padding: 0 5px; border: none; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected { background: @selected;
    color: @text; }
QTreeView::item:hover, QListView::item:hover { background: @raised; }
QHeaderView { background: @surface; border: none; }
QHeaderView::section { background: @surface; color: @muted; border: none; border-bottom: 1px solid @border;
    padding: 4px 8px; font-size: 9pt; font-weight: 600; }
QTableCornerButton::section { background: @surface; border: none; }
QTabBar { background: @window; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @muted; padding: 6px 14px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; background: @surface; }
QTabBar::tab:focus { color: @text; border: 2px solid @accent; padding: 4px 12px 6px 12px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
)";

} // namespace

QString styleSheetOf(const Tokens& t, const QString& icons) {
    QString sheet = QString::fromLatin1(frames) + QLatin1String(controls) + QLatin1String(lists);
    // Longer names first: "@stopPressed" must not be taken for "@stop".
    const std::pair<const char*, QString> values[] = {
        {"@icons", icons},
        {"@mode", t.dark ? QStringLiteral("dark") : QStringLiteral("light")},
        {"@stopPressed", blend(t.stop, t.window, 0.8).name()},
        {"@accentHover", blend(t.accent, t.text, 0.85).name()},
        {"@onAccent", t.onAccent.name()},
        {"@onStop", t.onStop.name()},
        {"@selected", blend(t.accent, t.surface, t.dark ? 0.22 : 0.12).name()},
        {"@surface", t.surface.name()},
        {"@window", t.window.name()},
        {"@raised", t.raised.name()},
        {"@border", t.border.name()},
        {"@accent", t.accent.name()},
        {"@muted", t.muted.name()},
        {"@faint", blend(t.muted, t.surface, 0.7).name()},
        {"@fault", t.fault.name()},
        {"@stop", t.stop.name()},
        {"@soft", blend(t.border, t.surface, 0.5).name()},
        {"@text", t.text.name()},
        {"@warn", t.warn.name()},
        {"@ok", t.ok.name()},
        {"@radius", QString::number(panelRadius)},
        {"@input", QString::number(inputRadius)},
    };
    for (const auto& [name, value] : values)
        sheet.replace(QLatin1String(name), value);
    return sheet;
}

std::vector<StyleIcon> styleIconsOf(const Tokens& t) {
    const QString suffix = t.dark ? QStringLiteral("-dark.svg") : QStringLiteral("-light.svg");
    return {{QStringLiteral("chevron-down") + suffix, tintedSvg(QStringLiteral("chevron-down"), t.muted)},
            {QStringLiteral("check") + suffix, tintedSvg(QStringLiteral("check"), t.onAccent)}};
}

} // namespace servolane::ui
