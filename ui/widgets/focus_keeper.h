// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QPointer>

class QWidget;

namespace servolane::ui {

/// Nobody is handed a control that they did not choose. Where the focused control is hidden or disabled (a
/// note that was dismissed, a button that waits for its confirmation), Qt gives the focus to the next one in
/// the tab order: a Space then switches torque. This gives it to what was around the control instead, and
/// back to the control when it can be used again and nothing else was chosen meanwhile. Watches the whole
/// application. GUI thread.
class FocusKeeper : public QObject {
    Q_OBJECT
public:
    explicit FocusKeeper(QObject* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void follow(QWidget* old, QWidget* now);
    void waitFor(QWidget* control);
    void stopWaiting();

    QPointer<QWidget> holder_;  ///< has the focus meanwhile
    QPointer<QWidget> control_; ///< had it
};

} // namespace servolane::ui
