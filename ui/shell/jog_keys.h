// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <functional>
#include <optional>

class QKeyEvent;
class QWidget;

namespace servolane::ui {

class JogControl;

/// J and L held to jog, Shift for fast; outside text entry only, and not in a box that was gone to by key:
/// who types there chooses an entry, and no letter is a shortcut. A release, lost focus and a window that is
/// no longer active end the jog; the releases and presses of auto-repeat are neither. A busy machine delivers
/// the two events of a repeat apart, and then nothing marks them as one: a release counts if no press of the
/// key has followed by the second tick.
class JogKeys : public QObject {
    Q_OBJECT
public:
    using Begin = std::function<void(int direction, bool fast, std::function<bool()> isHeld)>;

    /// `mayJog` says whether keys act now (the bench is shown, an axis is selected).
    JogKeys(QWidget* window, JogControl& jog, std::function<bool()> mayJog, Begin begin);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool press(const QKeyEvent& key);
    bool release(const QKeyEvent& key);
    void letGo();
    /// The focus has come to that widget.
    void followFocus(QWidget* to, Qt::FocusReason reason);
    [[nodiscard]] bool isChoosing() const;
    [[nodiscard]] bool isStillHeld(int key);

    QWidget* window_;
    JogControl& jog_;
    std::function<bool()> mayJog_;
    Begin begin_;
    int held_ = 0;           ///< the key, 0 for none
    bool cameByKey_ = false; ///< the focus to where it is, not by the pointer
    std::optional<int> ticksSinceRelease_;
};

} // namespace servolane::ui
