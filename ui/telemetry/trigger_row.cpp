// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/trigger_row.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <algorithm>
#include <cmath>
#include <iterator>

namespace servolane::ui {

using namespace telemetry;

namespace {

enum Condition : int { rising, falling, either, above, below, enters, leaves, command, hardwareError };
constexpr const char* conditionWords[] = {"Rising edge", "Falling edge", "Either edge",
                                          "Above",       "Below",        "Enters band",
                                          "Leaves band", "Command",      "Hardware error"};
/// What a person would wait for; any other is reached by "any command".
constexpr const char* commands[] = {"MoveAxis", "MoveAxes",         "SetVelocity",   "StartJog",
                                    "Halt",     "SetTorque",        "WriteRegister", "SetProfile",
                                    "Stop",     "SetOperatingMode", "SetGoalCurrent"};
constexpr double largestHoldOffMs = 600'000.0;

int placeOf(const TriggerCondition& of) {
    struct Place {
        int operator()(const EdgeCondition& edge) const { return rising + static_cast<int>(edge.slope); }
        int operator()(const LevelCondition& level) const { return above + static_cast<int>(level.side); }
        int operator()(const WindowCondition& window) const {
            return enters + static_cast<int>(window.passage);
        }
        int operator()(const FactCondition& fact) const { return command + static_cast<int>(fact.kind); }
    };
    return std::visit(Place{}, of);
}

QComboBox* makeCombo(const QString& name, const QString& tip, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setToolTip(tip);
    box->setAccessibleName(tip);
    box->setMinimumHeight(benchControlHeight);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return box;
}

StateLook lookOf(TriggerState state) {
    switch (state) {
    case TriggerState::armed:
        return {Tone::info, textOf(state)};
    case TriggerState::triggered:
        return {Tone::ok, textOf(state)};
    case TriggerState::waiting:
        return {Tone::info, textOf(state)};
    case TriggerState::automatic:
        return {Tone::off, textOf(state)};
    }
    return {};
}

} // namespace

QString textOf(TriggerState state) {
    switch (state) {
    case TriggerState::armed:
        return QStringLiteral("Armed");
    case TriggerState::triggered:
        return QStringLiteral("Triggered");
    case TriggerState::waiting:
        return QStringLiteral("Waiting");
    case TriggerState::automatic:
        return QStringLiteral("Auto");
    }
    return {};
}

TriggerRow::TriggerRow(const Theme& theme, Proposal proposal, QWidget* parent)
    : QWidget(parent)
    , proposal_(std::move(proposal)) {
    setObjectName(QStringLiteral("triggerRow"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::small, 0, space::small, space::tiny);
    column->setSpacing(space::tiny);
    column->addWidget(makeConditionRow());
    modes_ = makeModeRow(theme);
    column->addWidget(modes_);
    showFields();
}

NumberField* TriggerRow::makeNumber(const QString& name, const QString& tip) {
    auto* field = new NumberField({}, name, this);
    field->setUnitInside();
    field->setFixedWidth(92);
    field->line()->setToolTip(tip);
    field->line()->setAccessibleName(tip);
    connect(field, &NumberField::edited, this, [this] { entered_ = true; });
    connect(field->line(), &QLineEdit::editingFinished, this, [this] { Q_EMIT changed(); });
    return field;
}

QWidget* TriggerRow::makeConditionRow() {
    auto* box = new QWidget(this);
    condition_ =
        makeCombo(QStringLiteral("triggerCondition"), QStringLiteral("What sets the picture off"), box);
    for (const char* word : conditionWords)
        condition_->addItem(QString::fromLatin1(word));
    source_ = makeCombo(QStringLiteral("triggerSource"), QStringLiteral("Channel the trigger looks at"), box);
    command_ = makeCombo(QStringLiteral("triggerCommand"), QStringLiteral("Which command"), box);
    command_->addItem(QStringLiteral("Any command"));
    for (const char* kind : commands)
        command_->addItem(commandTitle(kind), QString::fromLatin1(kind));
    whose_ = makeCombo(QStringLiteral("triggerWhose"), QStringLiteral("Of which axis"), box);
    whose_->addItem(QStringLiteral("any axis"));
    atWord_ = makeLabel(QStringLiteral("at"), "muted", box);
    level_ = makeNumber(QStringLiteral("triggerLevel"), QStringLiteral("Level"));
    toWord_ = makeLabel(QStringLiteral("to"), "muted", box);
    high_ = makeNumber(QStringLiteral("triggerHigh"), QStringLiteral("Upper end of the band"));
    hysteresisWord_ = makeLabel(QStringLiteral("hysteresis"), "muted", box);
    hysteresis_ =
        makeNumber(QStringLiteral("triggerHysteresis"),
                   QStringLiteral("So far beyond the level the value must have been before it counts again"));
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{condition_, source_, command_, whose_, atWord_, level_, toWord_,
                                         high_, hysteresisWord_, hysteresis_})
        row->addWidget(widget);
    row->addStretch(1);
    connect(condition_, &QComboBox::currentIndexChanged, this, &TriggerRow::conditionChosen);
    connect(source_, &QComboBox::activated, this, &TriggerRow::sourceChosen);
    connect(whose_, &QComboBox::currentIndexChanged, this, &TriggerRow::ownerChosen);
    connect(command_, &QComboBox::currentIndexChanged, this, [this] { Q_EMIT changed(); });
    return box;
}

QWidget* TriggerRow::makeModeRow(const Theme& theme) {
    auto* box = new QWidget(this);
    mode_ = makeCombo(
        QStringLiteral("triggerMode"),
        QStringLiteral("Auto: runs free while nothing happens. Normal: the last picture stays. Single: the "
                       "first picture stays until it is armed again"),
        box);
    mode_->addItems({QStringLiteral("Auto"), QStringLiteral("Normal"), QStringLiteral("Single")});
    before_ = new QSpinBox(box);
    before_->setObjectName(QStringLiteral("triggerBefore"));
    before_->setRange(0, 100);
    before_->setSingleStep(10);
    before_->setValue(50);
    before_->setSuffix(QStringLiteral(" %"));
    before_->setMinimumHeight(benchControlHeight);
    before_->setToolTip(QStringLiteral("Share of the picture before the trigger"));
    before_->setAccessibleName(before_->toolTip());
    holdOff_ = makeNumber(QStringLiteral("triggerHoldOff"),
                          QStringLiteral("So long after a trigger nothing sets off the next one"));
    holdOff_->setUnit("ms");
    holdOff_->setDecimals(0);
    holdOff_->showCurrent(0.0);
    arm_ = makeButton(QStringLiteral("Arm"), QStringLiteral("triggerArm"), box);
    arm_->setToolTip(QStringLiteral("Forget what was found and wait anew (Shift+T)"));
    state_ = new StateMark(theme, box);
    state_->setObjectName(QStringLiteral("triggerState"));
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    for (QWidget* widget : std::initializer_list<QWidget*>{
             mode_, makeLabel(QStringLiteral("before"), "muted", box), before_,
             makeLabel(QStringLiteral("hold-off"), "muted", box), holdOff_, arm_, state_})
        row->addWidget(widget);
    row->addStretch(1);
    connect(mode_, &QComboBox::currentIndexChanged, this, [this] { Q_EMIT changed(); });
    connect(before_, &QSpinBox::valueChanged, this, [this] { Q_EMIT changed(); });
    connect(arm_, &QPushButton::clicked, this, &TriggerRow::armAgain);
    return box;
}

void TriggerRow::showFields() {
    const int chosen = condition_->currentIndex();
    const bool fact = chosen >= command;
    const bool edge = chosen <= either;
    const bool band = chosen == enters || chosen == leaves;
    source_->setVisible(!fact);
    level_->setVisible(!fact);
    atWord_->setVisible(!fact && !band);
    high_->setVisible(band);
    toWord_->setVisible(band);
    hysteresis_->setVisible(edge);
    hysteresisWord_->setVisible(edge);
    command_->setVisible(chosen == command);
    whose_->setVisible(fact);
}

void TriggerRow::conditionChosen() {
    showFields();
    Q_EMIT changed();
}

void TriggerRow::sourceChosen() {
    entered_ = false;
    if (source()) want(source()->choice);
    if (const Source* chosen = source())
        for (NumberField* field : {level_, high_, hysteresis_}) {
            field->settle();
            field->setUnit(chosen->unit);
        }
    propose();
    Q_EMIT changed();
}

void TriggerRow::propose() {
    const Source* chosen = source();
    if (!chosen || !proposal_ || entered_) return;
    const auto [level, hysteresis] = proposal_(chosen->choice);
    // Two digits of a hysteresis are enough, and the level needs no more of them.
    const double step = hysteresis > 0.0 ? std::pow(10.0, std::floor(std::log10(hysteresis)) - 1.0) : 0.0;
    const auto rounded = [&](double value) { return step > 0.0 ? std::round(value / step) * step : value; };
    showExactly(*level_, rounded(level));
    showExactly(*hysteresis_, rounded(hysteresis));
    showExactly(*high_, rounded(level + 4.0 * hysteresis));
}

void TriggerRow::showExactly(NumberField& field, double value) const {
    constexpr int mostDecimals = 6;
    int decimals = decimalsOf(source() ? source()->unit : std::string{});
    const auto left = [&] {
        const double scaled = std::fabs(value) * std::pow(10.0, decimals);
        return std::fabs(scaled - std::round(scaled));
    };
    while (decimals < mostDecimals && left() > 1e-6)
        ++decimals;
    field.setDecimals(decimals);
    field.showCurrent(value);
}

void TriggerRow::want(const scope::TraceChoice& choice) {
    channel_ = choice.channel;
    axis_ = choice.axis;
}

int TriggerRow::wantedPlace() const {
    const auto place = [&](auto&& fits) {
        return std::distance(sources_.begin(), std::ranges::find_if(sources_, fits));
    };
    const auto none = static_cast<std::ptrdiff_t>(sources_.size());
    const auto exact = place([&](const Source& source) {
        return source.choice.channel == channel_ && source.choice.axis == axis_;
    });
    if (exact != none) return static_cast<int>(exact);
    const auto like = place([&](const Source& source) { return source.choice.channel == channel_; });
    return like == none ? 0 : static_cast<int>(like);
}

const TriggerRow::Source* TriggerRow::source() const {
    const int place = source_->currentIndex();
    return place < 0 || place >= static_cast<int>(sources_.size())
               ? nullptr
               : &sources_[static_cast<std::size_t>(place)];
}

void TriggerRow::setSources(std::vector<Source> sources) {
    if (sources == sources_) return;
    sources_ = std::move(sources);
    {
        const QSignalBlocker quiet(source_);
        source_->clear();
        for (const Source& source : sources_)
            source_->addItem(source.choice.label);
        source_->setCurrentIndex(sources_.empty() ? -1 : wantedPlace());
    }
    if (!source()) return;
    if (source()->choice.channel != channel_) return sourceChosen();
    axis_ = source()->choice.axis;
    for (NumberField* field : {level_, high_, hysteresis_})
        field->setUnit(source()->unit);
    propose();
    Q_EMIT changed();
}

void TriggerRow::setOwners(std::vector<Owner> owners) {
    if (owners == owners_) return;
    // The first is the axis that is shown, whichever that is. Another one that is gone is waited for.
    const bool isFirst = owner_ == AxisId{} || (!owners_.empty() && owners_.front().axis == owner_);
    owners_ = std::move(owners);
    if (isFirst && !owners_.empty()) owner_ = owners_.front().axis;
    {
        const QSignalBlocker quiet(whose_);
        whose_->clear();
        for (const Owner& owner : owners_)
            whose_->addItem(owner.label);
        whose_->addItem(QStringLiteral("any axis"));
    }
    showOwner();
    Q_EMIT changed();
}

void TriggerRow::chooseOwner(AxisId axis) {
    ofAny_ = axis == AxisId{};
    if (!ofAny_) owner_ = axis;
    showOwner();
}

AxisId TriggerRow::shownOwner() const {
    const bool isThere = std::ranges::find(owners_, owner_, &Owner::axis) != owners_.end();
    return isThere || owners_.empty() ? owner_ : owners_.front().axis;
}

void TriggerRow::showOwner() {
    const QSignalBlocker quiet(whose_);
    const auto at = std::ranges::find(owners_, owner_, &Owner::axis);
    const auto place = at == owners_.end() ? 0 : static_cast<int>(at - owners_.begin());
    whose_->setCurrentIndex(ofAny_ ? static_cast<int>(owners_.size()) : owners_.empty() ? -1 : place);
}

void TriggerRow::ownerChosen() {
    const auto place = static_cast<std::size_t>(std::max(0, whose_->currentIndex()));
    chooseOwner(place < owners_.size() ? owners_[place].axis : AxisId{});
    Q_EMIT changed();
}

std::optional<TriggerCondition> TriggerRow::condition() const {
    const int chosen = condition_->currentIndex();
    if (chosen >= command) {
        FactCondition fact;
        fact.kind = static_cast<FactKind>(chosen - command);
        if (!ofAny_ && owners_.empty()) return std::nullopt;
        if (!ofAny_) fact.axis = shownOwner();
        if (chosen == command) fact.command = command_->currentData().toString().toStdString();
        return fact;
    }
    const auto level = level_->value();
    if (!level || !source()) return std::nullopt;
    if (chosen <= either)
        return EdgeCondition{static_cast<Slope>(chosen), *level,
                             std::max(0.0, hysteresis_->value().value_or(0.0))};
    if (chosen <= below) return LevelCondition{static_cast<Side>(chosen - above), *level};
    const auto high = high_->value();
    if (!high) return std::nullopt;
    return WindowCondition{static_cast<Passage>(chosen - enters), std::min(*level, *high),
                           std::max(*level, *high)};
}

std::optional<scope::TriggerSetup> TriggerRow::setup() const {
    const auto what = condition();
    if (!what) return std::nullopt;
    scope::TriggerSetup setup;
    setup.settings = {*what, static_cast<TriggerMode>(mode_->currentIndex()), before_->value() / 100.0,
                      fromSeconds(std::clamp(holdOff_->value().value_or(0.0), 0.0, largestHoldOffMs) / 1e3)};
    if (const Source* from = source()) {
        setup.axis = from->choice.axis;
        setup.channel = from->choice.channel;
    }
    // The row shows no source then, and what it hides is none of the condition.
    if (const auto* fact = std::get_if<FactCondition>(&*what); fact && fact->axis != AxisId{})
        setup.axis = fact->axis;
    return setup;
}

void TriggerRow::show(const scope::TriggerSetup& setup) {
    const QSignalBlocker quiet(this);
    entered_ = true;
    channel_ = setup.channel;
    axis_ = setup.axis;
    if (!sources_.empty()) source_->setCurrentIndex(wantedPlace());
    if (const Source* chosen = source())
        for (NumberField* field : {level_, high_, hysteresis_})
            field->setUnit(chosen->unit);
    condition_->setCurrentIndex(placeOf(setup.settings.condition));
    const auto levels = scope::levelsOf(setup.settings.condition);
    NumberField* const fields[] = {level_, high_};
    for (std::size_t i = 0; i < levels.size(); ++i) {
        fields[i]->settle();
        showExactly(*fields[i], levels[i]);
    }
    if (const auto* edge = std::get_if<EdgeCondition>(&setup.settings.condition)) {
        hysteresis_->settle();
        showExactly(*hysteresis_, edge->hysteresis);
    }
    if (const auto* fact = std::get_if<FactCondition>(&setup.settings.condition)) {
        chooseOwner(fact->axis);
        command_->setCurrentIndex(std::max(0, command_->findData(QString::fromStdString(fact->command))));
    }
    mode_->setCurrentIndex(static_cast<int>(setup.settings.mode));
    before_->setValue(static_cast<int>(setup.settings.before * 100.0 + 0.5));
    holdOff_->settle();
    holdOff_->showCurrent(milliseconds(setup.settings.holdOff));
    showFields();
}

void TriggerRow::showState(std::optional<TriggerState> state) {
    const StateLook look = state ? lookOf(*state) : StateLook{Tone::warn, QStringLiteral("Enter a level")};
    if (look != state_->look()) state_->show(look);
}

} // namespace servolane::ui
