// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/state_text.h"

#include <QtGui/QColor>
#include <QtWidgets/QWidget>

class QPainter;

namespace servolane::ui {

class Theme;
struct Tokens;

[[nodiscard]] QColor colorOf(Tone tone, const Tokens& tokens);
/// Draws the tone's shape into the square; shapes are of like optical weight, unlike the font's.
void drawShape(QPainter& painter, const QRectF& square, Tone tone, const QColor& color);

/// Shape, then word, in the tone's colour.
class StateMark : public QWidget {
    Q_OBJECT
public:
    StateMark(const Theme& theme, QWidget* parent);
    void show(const StateLook& look);
    [[nodiscard]] const StateLook& look() const { return look_; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& theme_;
    StateLook look_;
};

} // namespace servolane::ui
