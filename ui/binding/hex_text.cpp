// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/hex_text.h"

#include <QtCore/QRegularExpression>

namespace servolane::ui {

QString hexText(ByteView bytes) {
    QString text;
    for (const std::uint8_t byte : bytes)
        text += QStringLiteral("%1%2")
                    .arg(text.isEmpty() ? QString() : QStringLiteral(" "))
                    .arg(byte, 2, 16, QLatin1Char('0'));
    return text.toUpper();
}

std::optional<Bytes> bytesFrom(const QString& typed) {
    static const QRegularExpression between(QStringLiteral("[\\s,:]+"));
    Bytes bytes;
    for (QString word : typed.split(between, Qt::SkipEmptyParts)) {
        if (word.startsWith(QLatin1String("0x"), Qt::CaseInsensitive)) word.remove(0, 2);
        if (word.isEmpty() || word.size() % 2 != 0) return std::nullopt;
        for (qsizetype at = 0; at < word.size(); at += 2) {
            bool good = false;
            const auto value = word.mid(at, 2).toUInt(&good, 16);
            if (!good) return std::nullopt;
            bytes.push_back(static_cast<std::uint8_t>(value));
        }
    }
    return bytes;
}

} // namespace servolane::ui
