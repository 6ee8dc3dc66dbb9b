// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/fonts.h"

#include <QtWidgets/QWidget>

namespace servolane::ui {

class Theme;

/// A measured value: right-aligned figures that keep their width, the unit in muted; greyed with its age once
/// it is stale.
class ValueLabel : public QWidget {
    Q_OBJECT
public:
    ValueLabel(const Theme& theme, TextSize size, QWidget* parent);

    void showValue(const QString& number, const QString& unit);
    /// `age`: as text; shown beneath or beside the value.
    void showStale(const QString& number, const QString& unit, const QString& age);
    void showUnknown();

    /// What a person reads, in one line.
    [[nodiscard]] QString text() const;
    [[nodiscard]] bool isStale() const { return !age_.isEmpty(); }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {40, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void set(const QString& number, const QString& unit, const QString& age);

    const Theme& theme_;
    QFont unitFont_;
    QString number_;
    QString unit_;
    QString age_;
};

} // namespace servolane::ui
