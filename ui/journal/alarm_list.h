// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/journal/trouble.h"

class QLabel;
class QListWidget;
class QListWidgetItem;
class QStackedLayout;

namespace servolane::ui {

class AlarmButtons;

/// The alarms beside the tiles of a line: two lines each, large controls. A click chooses the axis.
class AlarmList : public Panel {
    Q_OBJECT
public:
    AlarmList(const PanelContext& context, TroubleBook& book, QWidget* parent);
    void tick(const Frame& frame) override;

private:
    void showItem(QListWidgetItem& item, const Trouble& trouble, Time now) const;
    /// By its key: the list moves on while somebody reaches for the button. Empty: none.
    [[nodiscard]] QString chosen() const;

    const PanelContext& context_;
    TroubleBook& book_;
    QLabel* live_; ///< says so while tiles of a recording stand beside it
    QStackedLayout* stack_;
    QListWidget* list_;
    AlarmButtons* buttons_;
};

} // namespace servolane::ui
