// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/dock.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace servolane::ui {

namespace {
constexpr int barHeight = 36;
}

Dock::Dock(const QString& title, const QString& name, Kind kind, PanelPlace::Build build, QWidget* parent)
    : QDockWidget(title, parent)
    , place_(new PanelPlace(std::move(build), this))
    , bar_(new QWidget(this)) {
    setObjectName(name);
    place_->setProperty("surface", QStringLiteral("panel"));
    place_->setAttribute(Qt::WA_StyledBackground);
    setWidget(place_);
    setTitleBarWidget(bar_);
    connect(this, &QDockWidget::visibilityChanged, this, [this](bool seen) {
        seen_ = seen;
        if (seen) Q_EMIT appeared();
    });
    if (kind == Kind::tabbed) return;
    bar_->setProperty("surface", QStringLiteral("title"));
    bar_->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(bar_);
    row->setContentsMargins(space::medium, space::tiny, space::tiny, space::tiny);
    row->setSpacing(0);
    row->addWidget(makeLabel(title.toUpper(), "title", bar_));
    row->addStretch(1);
    // A dock widget asks its title bar for its size hint alone, and puts the panel under what is above that.
    row->addStrut(barHeight - 2 * space::tiny);
    bar_->setFixedHeight(barHeight);
}

QToolButton* Dock::addTitleButton(const Theme& theme, const QString& icon, const QString& tip,
                                  const QString& name) {
    auto* button = makeIconButton(theme, icon, tip, name, bar_);
    bar_->layout()->addWidget(button);
    return button;
}

} // namespace servolane::ui
