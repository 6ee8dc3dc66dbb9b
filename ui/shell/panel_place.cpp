// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/panel_place.h"

#include "ui/binding/panel.h"

#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

namespace {
constexpr int smallest = 32;
}

PanelPlace::PanelPlace(Build build, QWidget* parent)
    : QWidget(parent)
    , build_(std::move(build)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    setMinimumSize(smallest, smallest); // a dock of no size at all worries its layout
}

PanelPlace::~PanelPlace() = default;

Panel& PanelPlace::panel() {
    if (built()) return *built();
    panel_ = build_(this);
    layout()->addWidget(panel_);
    panel_->show(); // a layout would do it one turn of the event loop later
    setFocusProxy(panel_);
    build_ = nullptr;
    Q_EMIT appeared(panel_);
    return *panel_;
}

void PanelPlace::lend(Panel* guest) {
    if (guest == guest_) return;
    if (guest_) {
        guest_->hide();
        layout()->removeWidget(guest_);
    }
    guest_ = guest;
    if (panel_) panel_->setVisible(!guest);
    if (!guest) return;
    layout()->addWidget(guest);
    guest->show();
}

} // namespace servolane::ui
