// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/journal/trouble.h"

#include <functional>
#include <map>

class QStackedLayout;
class QTableWidget;

namespace servolane::ui {

class AlarmButtons;

/// What is wrong or was, with Acknowledge and Shelve.
class AlarmPanel : public Panel {
    Q_OBJECT
public:
    AlarmPanel(const PanelContext& context, TroubleBook& book, std::function<UtcTime()> utcNow,
               QWidget* parent);
    void tick(const Frame& frame) override;

private:
    /// Empty: none is selected.
    [[nodiscard]] QString chosen() const;
    /// It stays chosen while others come and go above it.
    void choose(const QString& key);
    void showRow(int row, const Trouble& trouble, Time now);
    [[nodiscard]] QString beginOf(const Trouble& trouble, Time now);

    const PanelContext& context_;
    TroubleBook& book_;
    QStackedLayout* stack_;
    QTableWidget* table_;
    AlarmButtons* buttons_;
    std::function<UtcTime()> utcNow_;
    std::map<QString, std::pair<Time, UtcTime>> began_; ///< by key: one reading of both clocks each
};

} // namespace servolane::ui
