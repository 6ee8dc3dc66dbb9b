// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/scope_panel.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/selection.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

using telemetry::Channel;

namespace {

constexpr Channel shownFirst[] = {Channel::setpoint, Channel::position, Channel::velocity, Channel::current};

constexpr std::pair<const char*, const char*> markWords[] = {
    {"AxisFellSilent", "No answer"}, {"AxisReturned", "Answers again"},
    {"BusRestored", "Bus is back"},  {"HardwareErrorCleared", "Hardware error cleared"},
    {"StopLatched", "Stop"},         {"StopReset", "Stop reset"},
};

/// "MoveAxis target=90" → "Go to target=90"
QString commandText(const QString& details) {
    const qsizetype end = details.indexOf(QLatin1Char(' '));
    const QString kind = end < 0 ? details : details.left(end);
    return commandTitle(kind.toStdString()) + (end < 0 ? QString() : details.mid(end));
}

} // namespace

scope::ScopePalette scopePaletteOf(const Tokens& tokens) {
    scope::ScopePalette palette;
    palette.surface = tokens.surface;
    palette.raised = tokens.raised;
    palette.border = tokens.border;
    palette.text = tokens.text;
    palette.muted = tokens.muted;
    palette.accent = tokens.accent;
    palette.ok = tokens.ok;
    palette.warn = tokens.warn;
    palette.fault = tokens.fault;
    palette.info = tokens.info;
    palette.traces = tokens.traces;
    return palette;
}

QString textOf(const journal::LaneMark& mark) {
    for (const auto& [kind, word] : markWords)
        if (mark.kindName == kind) return QString::fromLatin1(word);
    QString details = QString::fromStdString(mark.details);
    if (mark.kindName == "CommandAccepted" || mark.kindName == "CommandRejected") return commandText(details);
    if (mark.kindName == "HardwareErrorRaised") {
        const int bits = details.section(QLatin1Char('='), 1).toInt();
        return hardwareErrorWords(static_cast<std::uint8_t>(bits), nullptr).join(QStringLiteral(", "));
    }
    if (details.isEmpty()) return QString::fromStdString(mark.kindName);
    details[0] = details[0].toUpper();
    return details;
}

scope::TraceChoice traceChoice(AxisId axis, Channel channel, const QString& axisName, std::string_view unit) {
    return {axis, channel, axisName + QLatin1Char(' ') + textOf(channel).toLower(), unitText(unit)};
}

ScopePanel::ScopePanel(const PanelContext& context,
                       std::function<std::shared_ptr<const telemetry::TraceSet>()> traces,
                       std::function<std::shared_ptr<const journal::EventLane>()> events,
                       std::function<Time()> now, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , view_(new scope::ScopeView(this))
    , row_(new FlowLayout(space::medium, space::tiny))
    , axisName_(makeLabel(QStringLiteral("SCOPE"), "title", this)) {
    setObjectName(QStringLiteral("scopePanel"));
    setProperty("surface", QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    view_->setObjectName(QStringLiteral("scope"));
    view_->setSource(std::move(traces));
    view_->setEvents(std::move(events));
    view_->setNow(std::move(now));
    view_->setEventText([](const journal::LaneMark& mark) { return textOf(mark); });
    row_->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    axisName_->setMinimumHeight(24);
    row_->addWidget(axisName_);
    for (const Channel channel : telemetry::allChannels) {
        auto* box = new QCheckBox(textOf(channel), this);
        box->setObjectName(QStringLiteral("channel_") +
                           QString::fromStdString(std::string(telemetry::toString(channel))));
        box->setChecked(std::find(std::begin(shownFirst), std::end(shownFirst), channel) !=
                        std::end(shownFirst));
        box->hide();
        row_->addWidget(box);
        boxes_[channel] = box;
        connect(box, &QCheckBox::toggled, this, &ScopePanel::chooseTraces);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row_);
    column->addWidget(makeRule(this));
    column->addWidget(view_, 1);
    const auto paint = [this] { view_->setColours(scopePaletteOf(context_.theme.tokens())); };
    paint();
    connect(&context.theme, &Theme::changed, this, paint);
}

void ScopePanel::tick(const Frame& frame) {
    const motion::AxisView* view = frame.axes->find(context_.selection.axis());
    if (view && view->axis != axis_) {
        axis_ = view->axis;
        offerChannels(*axis_);
        chooseTraces();
    }
    view_->tick();
}

void ScopePanel::offerChannels(const motion::Axis& axis) {
    showText(axisName_, axisTitle(axis).toUpper());
    for (const auto& [channel, box] : boxes_)
        box->setVisible(axis.channels[indexOf(channel)].exists());
}

void ScopePanel::chooseTraces() {
    if (!axis_) return;
    std::vector<scope::TraceChoice> traces;
    const QString name = QString::fromStdString(axis_->name);
    for (const auto& [channel, box] : boxes_)
        if (box->isChecked() && axis_->channels[indexOf(channel)].exists())
            traces.push_back(traceChoice(axis_->id, channel, name, motion::unitOf(channel, axis_->scale)));
    view_->setTraces(std::move(traces));
}

std::vector<Channel> ScopePanel::shownChannels() const {
    std::vector<Channel> channels;
    for (const auto& [channel, box] : boxes_)
        if (box->isChecked()) channels.push_back(channel);
    return channels;
}

void ScopePanel::showChannels(const std::vector<Channel>& channels) {
    for (const auto& [channel, box] : boxes_)
        box->setChecked(std::find(channels.begin(), channels.end(), channel) != channels.end());
}

} // namespace servolane::ui
