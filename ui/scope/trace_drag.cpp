// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/trace_drag.h"

#include <QDataStream>
#include <QDrag>
#include <QIODevice>
#include <QMimeData>
#include <QPainter>
#include <QPixmap>
#include <QWidget>

namespace servolane::ui::scope {

namespace {

const QString format = QStringLiteral("application/x-servolane-trace");

QPixmap labelOf(const QWidget& source, const QString& text) {
    const QFontMetrics metrics(source.font());
    const QSize size(metrics.horizontalAdvance(text) + 16, metrics.height() + 8);
    QPixmap picture(size * source.devicePixelRatioF());
    picture.setDevicePixelRatio(source.devicePixelRatioF());
    picture.fill(source.palette().color(QPalette::Window));
    QPainter painter(&picture);
    painter.setFont(source.font());
    painter.setPen(source.palette().color(QPalette::WindowText));
    painter.drawRect(QRect(QPoint(), size).adjusted(0, 0, -1, -1));
    painter.drawText(QRect(QPoint(), size), Qt::AlignCenter, text);
    return picture;
}

} // namespace

std::unique_ptr<QMimeData> mimeOf(const TraceChoice& choice) {
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << choice.axis.value << static_cast<quint8>(choice.channel) << choice.label << choice.unit;
    auto data = std::make_unique<QMimeData>();
    data->setData(format, bytes);
    return data;
}

std::optional<TraceChoice> choiceFrom(const QMimeData& data) {
    if (!data.hasFormat(format)) return std::nullopt;
    const QByteArray bytes = data.data(format);
    QDataStream stream(bytes);
    TraceChoice choice;
    quint8 channel = 0;
    stream >> choice.axis.value >> channel >> choice.label >> choice.unit;
    if (stream.status() != QDataStream::Ok || channel >= telemetry::channelCount) return std::nullopt;
    choice.channel = static_cast<telemetry::Channel>(channel);
    return choice;
}

void dragTrace(QWidget& source, const TraceChoice& choice) {
    auto* drag = new QDrag(&source); // Qt's, once it has begun
    drag->setMimeData(mimeOf(choice).release());
    drag->setPixmap(labelOf(source, choice.label));
    drag->exec(Qt::CopyAction);
}

} // namespace servolane::ui::scope
