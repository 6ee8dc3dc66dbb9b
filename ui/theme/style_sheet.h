// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/tokens.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <vector>

namespace servolane::ui {

/// The application's style sheet, with every colour from `tokens`. `icons` is a folder that holds what
/// styleIcons names, tinted: a style sheet takes its pictures from files.
[[nodiscard]] QString styleSheetOf(const Tokens& tokens, const QString& icons);

struct StyleIcon {
    QString file; ///< in the folder
    QByteArray svg;
};
/// The files the style sheet of these tokens refers to.
[[nodiscard]] std::vector<StyleIcon> styleIconsOf(const Tokens& tokens);

} // namespace servolane::ui
