// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icons.h"

#include <QtCore/QFile>
#include <QtGui/QPainter>
#include <QtGui/QPixmapCache>
#include <QtSvg/QSvgRenderer>

// A static library's resources are dropped by the linker unless somebody names them; the macro must stand
// outside any namespace.
static void loadResources() {
    Q_INIT_RESOURCE(resources);
}

namespace servolane::ui {

namespace {

QByteArray svgOf(const QString& name) {
    static const bool loaded = (loadResources(), true);
    Q_UNUSED(loaded)
    QFile file(QStringLiteral(":/servolane/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

QPixmap tintedPixmap(const QString& name, const QColor& color, int size, double scale) {
    const QString key = QStringLiteral("servolane/%1/%2/%3/%4").arg(name, color.name()).arg(size).arg(scale);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    QByteArray svg = svgOf(name);
    if (svg.isEmpty()) return {};
    svg.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(svg);
    const int side = static_cast<int>(size * scale);
    pixmap = QPixmap(side, side);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    painter.end();
    pixmap.setDevicePixelRatio(scale);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QIcon tintedIcon(const QString& name, const QColor& normal, const QColor& disabled) {
    QIcon icon;
    for (const int size : {16, 20, 24}) {
        icon.addPixmap(tintedPixmap(name, normal, size), QIcon::Normal);
        icon.addPixmap(tintedPixmap(name, disabled, size), QIcon::Disabled);
    }
    return icon;
}

} // namespace servolane::ui
