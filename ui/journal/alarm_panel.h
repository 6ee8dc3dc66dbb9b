// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/journal/trouble.h"

class QStackedLayout;
class QTableWidget;

namespace servolane::ui {

/// What is wrong or was, with Acknowledge.
class AlarmPanel : public Panel {
    Q_OBJECT
public:
    AlarmPanel(const PanelContext& context, TroubleBook& book, QWidget* parent);
    void tick(const Frame& frame) override;

private:
    void acknowledgeSelected();
    void showRow(int row, const Trouble& trouble, Time now);

    const PanelContext& context_;
    TroubleBook& book_;
    QStackedLayout* stack_;
    QTableWidget* table_;
};

} // namespace servolane::ui
