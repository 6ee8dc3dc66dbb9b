// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/house_style.h"

namespace servolane::ui {

HouseStyle::HouseStyle()
    : QProxyStyle(QStringLiteral("Fusion")) {
    setObjectName(QStringLiteral("servolane"));
}

QIcon HouseStyle::standardIcon(StandardPixmap which, const QStyleOption* option,
                               const QWidget* widget) const {
    switch (which) {
    case SP_TitleBarNormalButton:
    case SP_TitleBarCloseButton:
    case SP_DockWidgetCloseButton:
    case SP_ToolBarHorizontalExtensionButton:
        return {};
    default:
        return QProxyStyle::standardIcon(which, option, widget);
    }
}

} // namespace servolane::ui
