// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/state_text.h"

#include <QtWidgets/QWidget>

namespace servolane::ui {

class Theme;
class TroubleBook;

/// What is left of the list of alarms while it has nothing to tell, or may not open since that would move
/// tiles under a pointer: a check mark, or the worst tone with how many there are. GUI thread.
class AlarmStrip : public QWidget {
    Q_OBJECT
public:
    AlarmStrip(const Theme& theme, QWidget* parent);
    void show(const TroubleBook& book);
    [[nodiscard]] int count() const { return count_; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& theme_;
    int count_ = 0;
    Tone tone_ = Tone::off;
};

} // namespace servolane::ui
