// SPDX-License-Identifier: GPL-3.0-or-later
// The one family of icons (Lucide, resources/icons), drawn in a colour of the theme.
#pragma once

#include <QtCore/QByteArray>
#include <QtGui/QColor>
#include <QtGui/QIcon>
#include <QtGui/QPixmap>

namespace servolane::ui {

/// `name` as in resources/icons without ".svg"; a null pixmap if there is no such icon.
[[nodiscard]] QPixmap tintedPixmap(const QString& name, const QColor& color, int size, double scale = 2.0);
/// Asked for a picture that is wider than high, it stands at its left: where a text follows and the style
/// leaves too little room.
[[nodiscard]] QIcon tintedIcon(const QString& name, const QColor& normal, const QColor& disabled);
/// The picture itself; empty if there is no such icon.
[[nodiscard]] QByteArray tintedSvg(const QString& name, const QColor& color);

} // namespace servolane::ui
