// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/plot_panel.h"

#include "ui/analysis/plot_view.h"
#include "ui/telemetry/scope_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

PlotPanel::PlotPanel(const PanelContext& context, AnalysisSource source, const QString& icon, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , source_(std::move(source))
    , facts_(makeLabel({}, "small", this))
    , stack_(new QStackedLayout)
    , empty_(new EmptyState(context.theme, icon, QString(), QString(), this)) {}

void PlotPanel::compose(QWidget* bar, QWidget* plot, PlotView& view) {
    stack_->addWidget(empty_);
    stack_->addWidget(plot);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar);
    column->addWidget(makeRule(this));
    column->addLayout(stack_, 1);
    facts_->setContentsMargins(space::medium, 0, space::medium, space::tiny);
    facts_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    facts_->setWordWrap(true);
    if (facts_->parentWidget() == this) column->addWidget(facts_);
    const auto paint = [this, &view] { view.setColours(scopePaletteOf(context_.theme.tokens())); };
    paint();
    connect(&context_.theme, &Theme::changed, &view, paint);
}

void PlotPanel::say(const QString& title, const QString& text) {
    empty_->setTitle(title);
    empty_->setText(text);
    showText(facts_, {});
    stack_->setCurrentIndex(0);
}

void PlotPanel::sayReading() {
    say(QStringLiteral("Reading …"),
        QStringLiteral("The samples of this span are being read from the recording."));
}

void PlotPanel::showPlot() {
    stack_->setCurrentIndex(1);
}

bool PlotPanel::isDue(const Frame& frame, int figures) {
    if (frame.figuresDue) ++sinceAsked_;
    if (sinceAsked_ < figures) return false;
    sinceAsked_ = 0;
    return true;
}

std::uint64_t PlotPanel::readBack() const {
    const auto set = source_.traces();
    return set ? set->readBack() : 0;
}

} // namespace servolane::ui
