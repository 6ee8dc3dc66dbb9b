// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icons.h"

#include <QtCore/QFile>
#include <QtGui/QIconEngine>
#include <QtGui/QPainter>
#include <QtGui/QPixmapCache>
#include <QtSvg/QSvgRenderer>
#include <algorithm>
#include <utility>

// A static library's resources are dropped by the linker unless somebody names them; the macro must stand
// outside any namespace.
static void loadResources() {
    Q_INIT_RESOURCE(resources);
}

namespace servolane::ui {

namespace {

QString pathOf(const QString& name) {
    static const bool loaded = (loadResources(), true);
    Q_UNUSED(loaded)
    return QStringLiteral(":/servolane/icons/%1.svg").arg(name);
}

QByteArray svgOf(const QString& name) {
    QFile file(pathOf(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Draws what is asked for when it is asked for: most icons stand in menus that nobody opens.
class TintedEngine final : public QIconEngine {
public:
    TintedEngine(QString name, const QColor& normal, const QColor& disabled)
        : name_(std::move(name))
        , normal_(normal)
        , disabled_(disabled) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const double scale = painter->device()->devicePixelRatio();
        QPixmap picture = pixmap(rect.size() * scale, mode, state);
        picture.setDevicePixelRatio(scale);
        painter->drawPixmap(rect.topLeft(), picture);
    }
    /// At the left of a picture that is wider than high, where a text follows.
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State /*state*/) override {
        const int side = std::min(size.width(), size.height());
        const QPixmap drawn = tintedPixmap(name_, mode == QIcon::Disabled ? disabled_ : normal_, side, 1.0);
        if (drawn.isNull() || drawn.size() == size) return drawn;
        QPixmap wider(size);
        wider.fill(Qt::transparent);
        QPainter(&wider).drawPixmap(QPoint(0, (size.height() - side) / 2), drawn);
        return wider;
    }
    bool isNull() override { return !QFile::exists(pathOf(name_)); }
    QIconEngine* clone() const override { return new TintedEngine(*this); }

private:
    QString name_;
    QColor normal_;
    QColor disabled_;
};

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

QIcon tintedIcon(const QString& name, const QColor& normal, const QColor& disabled) {
    return QIcon(new TintedEngine(name, normal, disabled));
}

} // namespace servolane::ui
