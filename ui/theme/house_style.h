// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QProxyStyle>

namespace servolane::ui {

/// Fusion, without the icons that Qt makes for every dock and menu bar and that nobody sees here: docks have
/// titles of their own, and the menus always fit. Loading them took a tenth of the time in which the window
/// is built.
class HouseStyle final : public QProxyStyle {
    Q_OBJECT
public:
    HouseStyle();
    [[nodiscard]] QIcon standardIcon(StandardPixmap which, const QStyleOption* option,
                                     const QWidget* widget) const override;
};

} // namespace servolane::ui
