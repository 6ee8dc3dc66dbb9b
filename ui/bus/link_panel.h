// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

class QComboBox;
class QTableWidget;

namespace servolane::ui {

class CommandNote;
class PollPlanSection;

/// Figures of every link: how fast it runs, what the wire would allow, jitter, errors, and the choice of the
/// poll rate and of what is polled.
class LinkPanel : public Panel {
    Q_OBJECT
public:
    LinkPanel(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showBus(int row, const bus::BusView& bus);
    [[nodiscard]] BusId chosenBus() const;
    void applyRate();

    const PanelContext& context_;
    QTableWidget* table_;
    QComboBox* rate_;
    CommandNote* note_;
    PollPlanSection* plan_;
    std::vector<BusId> rows_;
};

} // namespace servolane::ui
