// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/session/range_field.h"

#include <functional>

class QComboBox;
class QLabel;
class QLineEdit;

namespace servolane::ui {

class CommandNote;

/// A note while everything runs: about this moment, the last seconds, or what lies between the cursors of the
/// scope. It goes into whatever records, the flight recorder too. Hidden until asked for.
class NoteBar : public Panel {
    Q_OBJECT
public:
    /// `cursors`: between which the note may be; nothing where fewer than two are set.
    NoteBar(const PanelContext& context, std::function<std::optional<TimeRange>()> cursors, QWidget* parent);
    void open();
    void tick(const Frame& frame) override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum Span { moment, tenSeconds, minute, betweenCursors };
    void add();
    void close();
    void showTarget(const session::RecordingBoard& board);

    const PanelContext& context_;
    std::function<std::optional<TimeRange>()> cursors_;
    QLineEdit* text_;
    QLabel* target_; ///< where the note goes
    QComboBox* span_;
    CommandNote* note_;
    Time now_{};
};

} // namespace servolane::ui
