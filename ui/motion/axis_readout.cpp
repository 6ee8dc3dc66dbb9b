// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/axis_readout.h"

#include "core/telemetry/read/trace_set.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"
#include "ui/widgets/value_label.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>

namespace servolane::ui {

using telemetry::Channel;

namespace {
constexpr int wrapLoss = 24; ///< pixels of a line that its last word leaves free

/// The smoothed period is long in learning that a channel comes rarely: the last interval knows it at once.
Duration measuredPeriod(const telemetry::Trace& trace) {
    const auto last = trace.last();
    const auto before = last ? trace.lastBefore(last->time) : std::nullopt;
    const bool isKnown = before && !before->acrossGap;
    return std::max(trace.period(), isKnown ? last->time - before->time : Duration{});
}
} // namespace

AxisReadout::AxisReadout(const PanelContext& context, QWidget* parent)
    : AxisSection(context, QStringLiteral("axisReadout"), parent)
    , title_(makeLabel({}, "heading", this))
    , identity_(makeLabel({}, "small", this))
    , cause_(makeLabel({}, "fault", this))
    , state_(new StateMark(context.theme, this)) {
    title_->setObjectName(QStringLiteral("axisTitle"));
    state_->setObjectName(QStringLiteral("axisState"));
    cause_->setObjectName(QStringLiteral("axisCause"));
    cause_->setWordWrap(true);
    QSizePolicy kept = cause_->sizePolicy();
    kept.setRetainSizeWhenHidden(true); // causes come and go by themselves; what is beneath is being aimed at
    cause_->setSizePolicy(kept);
    cause_->setMinimumHeight(cause_->fontMetrics().lineSpacing());
    auto* column = static_cast<QVBoxLayout*>(layout());
    auto* first = new QHBoxLayout;
    first->addWidget(title_);
    first->addStretch(1);
    first->addWidget(state_);
    column->addLayout(first);
    column->addWidget(identity_);
    position_ = {Channel::position, nullptr, new ValueLabel(context.theme, TextSize::bigValue, this)};
    position_.value->setObjectName(QStringLiteral("axisPosition"));
    beside_ = new QHBoxLayout;
    beside_->setSpacing(space::small);
    beside_->addWidget(cause_, 1);
    beside_->addWidget(position_.value);
    column->addLayout(beside_);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(space::large);
    grid->setVerticalSpacing(0);
    const Channel channels[] = {Channel::velocity, Channel::current, Channel::temperature, Channel::voltage};
    for (std::size_t at = 0; at < figures_.size(); ++at) {
        auto* cell = new QHBoxLayout;
        cell->setSpacing(space::tiny);
        figures_[at] = {channels[at], makeLabel({}, "muted", this),
                        new ValueLabel(context.theme, TextSize::body, this)};
        figures_[at].value->setObjectName(QStringLiteral("axisFigure%1").arg(at));
        cell->addWidget(figures_[at].name);
        cell->addWidget(figures_[at].value, 1);
        grid->addLayout(cell, static_cast<int>(at) / 2, static_cast<int>(at) % 2);
        grid->setColumnStretch(static_cast<int>(at) % 2, 1);
    }
    column->addLayout(grid);
}

void AxisReadout::update(const Frame& frame, const motion::AxisView& axis) {
    // Under another axis' name its figures stand at once.
    const bool isDue = std::exchange(shown_, axis.axis->id) != axis.axis->id || frame.figuresDue;
    showIdentity(frame, axis, isDue);
    if (!isDue) return;
    const bus::BusView* bus = frame.buses->find(axis.axis->bus);
    const bus::LinkSettings link = bus ? bus->link : bus::LinkSettings{};
    // A model measures current or estimates load, rarely both.
    figures_[1].channel =
        axis.axis->channels[indexOf(Channel::current)].exists() ? Channel::current : Channel::load;
    showFigure(position_, axis, link, frame);
    for (const Figure& figure : figures_) {
        static constexpr std::pair<Channel, const char*> names[] = {{Channel::velocity, "Velocity"},
                                                                    {Channel::current, "Current"},
                                                                    {Channel::load, "Load"},
                                                                    {Channel::temperature, "Temp"},
                                                                    {Channel::voltage, "Voltage"}};
        for (const auto& [channel, name] : names)
            if (channel == figure.channel) showText(figure.name, QString::fromLatin1(name));
        showFigure(figure, axis, link, frame);
    }
}

void AxisReadout::showIdentity(const Frame& frame, const motion::AxisView& axis, bool isDue) {
    showText(title_, axisTitle(*axis.axis));
    state_->show(lookOf(axis, frame.axes->stop));
    QString identity = QString::fromStdString(axis.axis->model->name);
    if (axis.axis->firmware != 0) {
        const auto* of = axis.axis->model->find(registers::Role::firmwareVersion);
        identity += QStringLiteral(" · firmware ") +
                    (of ? firmwareText(*of, axis.axis->firmware) : QString::number(axis.axis->firmware));
    }
    if (axis.axis->simulated) identity += QStringLiteral(" · simulated");
    if (axis.axis->positionIsCommanded())
        identity += QStringLiteral(" · position is commanded, not measured");
    if (frame.buses->buses.size() > 1)
        identity += QStringLiteral(" · id %1 on %2")
                        .arg(axis.axis->servo.value)
                        .arg(busPhrase(axis.axis->bus, *frame.buses));
    showText(identity_, identity);
    identity_->setWordWrap(axis.axis->positionIsCommanded());
    identity_->setToolTip(QStringLiteral("On %1").arg(busPhrase(axis.axis->bus, *frame.buses)));
    QString cause;
    if (axis.hardwareError != 0)
        cause = hardwareErrorWords(axis.hardwareError, axis.axis->model.get()).join(QStringLiteral(", "));
    else if (axis.other)
        cause = otherServoText(axis);
    else if (axis.silent && axis.lastAnswer != Time{}) {
        // With the ages of the figures, or two clocks would tell of one answer.
        if (isDue || silentFor_.isEmpty())
            silentFor_ = QStringLiteral("Last answer %1 ago").arg(ageText(frame.now - axis.lastAnswer));
        cause = silentFor_;
    } else if (!axis.keptModel.empty())
        cause = QStringLiteral("A %1 is kept here: this model is looked at, not driven, until it is adopted")
                    .arg(QString::fromStdString(axis.keptModel));
    else if (!axis.referenced && axis.mode && motion::countsTurns(*axis.mode))
        cause = QStringLiteral("May be off by whole turns of the servo: confirm the position or set zero");
    else if (axis.lastEnd && axis.lastEnd->reason != motion::EndReason::asked &&
             axis.lastEnd->reason != motion::EndReason::superseded)
        cause = QStringLiteral("Last motion ") + textOf(axis.lastEnd->reason);
    if (!axis.silent) silentFor_.clear();
    setRole(cause_, axis.hardwareError != 0 ? "fault" : "small");
    showText(cause_, cause);
    placeCause();
    cause_->setVisible(!cause.isEmpty());
}

/// Two lines of it stand beside the figure, which is as high, so that it takes no room. What is longer does
/// not come and go by itself, and has a place of its own beneath.
void AxisReadout::placeCause() {
    const int room =
        cause_->parentWidget()->width() - 2 * space::medium - position_.value->sizeHint().width();
    const bool isLong = cause_->fontMetrics().horizontalAdvance(cause_->text()) > 2 * (room - wrapLoss);
    if (isLong == isCauseLong_ || room <= 0) return;
    isCauseLong_ = isLong;
    auto* column = static_cast<QVBoxLayout*>(layout());
    layout()->removeWidget(cause_);
    beside_->removeWidget(cause_);
    if (isLong)
        column->insertWidget(column->indexOf(beside_) + 1, cause_);
    else
        beside_->insertWidget(0, cause_, 1);
}

void AxisReadout::showFigure(const Figure& figure, const motion::AxisView& axis,
                             const bus::LinkSettings& link, const Frame& frame) {
    const motion::LatestValue& latest = axis[figure.channel];
    if (!latest.isKnown()) return figure.value->showUnknown();
    const std::string unit = motion::unitOf(figure.channel, axis.axis->scale);
    const int decimals = figure.channel == Channel::position ? 2 : decimalsOf(unit);
    const QString number = numberText(latest.value, decimals);
    const telemetry::TraceView* trace = frame.traces->find(axis.axis->id, figure.channel);
    const Duration measured = trace ? measuredPeriod(*trace->trace) : Duration{};
    if (isStale(axis, figure.channel, link, frame.now, measured))
        figure.value->showStale(number, unitText(unit), ageText(frame.now - latest.at));
    else
        figure.value->showValue(number, unitText(unit));
}

} // namespace servolane::ui
