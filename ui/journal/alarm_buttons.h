// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/journal/trouble.h"

#include <QtWidgets/QWidget>

class QMenu;
class QPushButton;

namespace servolane::ui {

/// What is done with alarms: acknowledge, shelve for a while, bring back. Only what can be done with the
/// chosen one is enabled. GUI thread.
class AlarmButtons : public QWidget {
    Q_OBJECT
public:
    /// `line`: tall, two by two, and named for the Line workspace; else one row for the bench.
    AlarmButtons(TroubleBook& book, bool line, QWidget* parent);
    /// The alarm of that key from now on; empty: none. Told in every frame, since alarms change by
    /// themselves.
    void choose(const QString& key);

private:
    void openShelf();

    TroubleBook& book_;
    QPushButton* one_;
    QPushButton* all_;
    QPushButton* shelve_;
    QPushButton* back_;
    QMenu* shelf_;
    QString key_;
};

} // namespace servolane::ui
