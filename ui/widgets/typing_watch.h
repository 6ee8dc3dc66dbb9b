// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <utility>

class QComboBox;
class QLineEdit;
class QWidget;

namespace servolane::ui {

/// Knows whether somebody is about to write into a field that is shown anew while time passes: from the
/// moment it is entered, or a key or the mouse does something in it, until Return, Escape or leaving. So long
/// its text is to be left alone. GUI thread.
class TypingWatch final : public QObject {
public:
    explicit TypingWatch(QLineEdit* field);
    explicit TypingWatch(QComboBox* field);
    [[nodiscard]] bool isTyping() const { return typing_; }
    /// It was left without Return since this was asked last: what stands in it is nobody's wish.
    [[nodiscard]] bool takeGivenUp() { return std::exchange(givenUp_, false); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool typing_ = false;
    bool givenUp_ = false;
};

} // namespace servolane::ui
