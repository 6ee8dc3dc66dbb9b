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

QPixmap withGap(const QPixmap& picture, int gap) {
    if (gap == 0 || picture.isNull()) return picture;
    const double scale = picture.devicePixelRatio();
    QPixmap wider(picture.width() + static_cast<int>(gap * scale), picture.height());
    wider.setDevicePixelRatio(scale);
    wider.fill(Qt::transparent);
    QPainter(&wider).drawPixmap(QPointF(0, 0), picture);
    return wider;
}

} // namespace

QPixmap tintedPixmap(const QString& name, const QColor& color, int size, double scale) {
    const QString key = QStringLiteral("servolane/%1/%2/%3/%4").arg(name, color.name()).arg(size).arg(scale);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    const QByteArray svg = tintedSvg(name, color);
    if (svg.isEmpty()) return {};
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

QByteArray tintedSvg(const QString& name, const QColor& color) {
    return svgOf(name).replace("currentColor", color.name().toLatin1());
}

QIcon tintedIcon(const QString& name, const QColor& normal, const QColor& disabled, int gap) {
    QIcon icon;
    for (const int size : {16, 20, 24}) {
        icon.addPixmap(withGap(tintedPixmap(name, normal, size), gap), QIcon::Normal);
        icon.addPixmap(withGap(tintedPixmap(name, disabled, size), gap), QIcon::Disabled);
    }
    return icon;
}

} // namespace servolane::ui
