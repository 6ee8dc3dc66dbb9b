// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "ui/scope/trace_choice.h"
#include "ui/scope/trigger_setup.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace servolane::ui {

class NumberField;
class StateMark;
class Theme;

/// What sets the picture off: two compact rows under the scope's tools.
class TriggerRow : public QWidget {
    Q_OBJECT
public:
    struct Source {
        scope::TraceChoice choice;
        std::string unit; ///< as in core: "deg/s"
        friend bool operator==(const Source&, const Source&) = default;
    };
    /// An axis whose events can be waited for.
    struct Owner {
        AxisId axis;
        QString label;
        friend bool operator==(const Owner&, const Owner&) = default;
    };
    /// A level and a hysteresis that suit what the source does just now.
    using Proposal = std::function<std::pair<double, double>(const scope::TraceChoice&)>;

    TriggerRow(const Theme& theme, Proposal proposal, QWidget* parent);

    /// For a condition that is looked for in a recording: without mode, pre-trigger and hold-off.
    void hideModes() { modes_->hide(); }
    /// The chosen source stays: that of the same axis and channel, else the first of its channel.
    void setSources(std::vector<Source> sources);
    /// Those that commands and hardware errors can be of, beside any. The chosen one stays; where it is not
    /// among them, the first takes its place.
    void setOwners(std::vector<Owner> owners);
    void chooseAnyAxis() { chooseOwner({}); }
    /// As entered; nothing while a number is missing, or there is no source to look at and no axis to wait
    /// for.
    [[nodiscard]] std::optional<scope::TriggerSetup> setup() const;
    void show(const scope::TriggerSetup& setup);
    void showState(std::optional<telemetry::TriggerState> state);
    /// Fills the numbers a person has not entered with what suits the source.
    void propose();

Q_SIGNALS:
    void changed();
    void armAgain();

private:
    [[nodiscard]] QWidget* makeConditionRow();
    [[nodiscard]] QWidget* makeModeRow(const Theme& theme);
    [[nodiscard]] NumberField* makeNumber(const QString& name, const QString& tip);
    void conditionChosen();
    void sourceChosen();
    void showFields();
    [[nodiscard]] std::optional<telemetry::TriggerCondition> condition() const;
    [[nodiscard]] const Source* source() const;
    /// 0: any.
    void chooseOwner(AxisId axis);
    void showOwner();
    /// The wanted one; while it is not there, the first.
    [[nodiscard]] AxisId shownOwner() const;
    void ownerChosen();
    /// Of what is wanted; 0 if nothing has its channel.
    [[nodiscard]] int wantedPlace() const;
    void want(const scope::TraceChoice& choice);
    /// With the decimals that it takes: a level of 0.0137 A is not 0.01 A.
    void showExactly(NumberField& field, double value) const;

    Proposal proposal_;
    std::vector<Source> sources_;
    std::vector<Owner> owners_; ///< as whose_ lists them, which has "any axis" behind them
    bool ofAny_ = false;        ///< events of any axis
    AxisId owner_{};            ///< wanted, if it is among the owners
    telemetry::Channel channel_ = telemetry::Channel::position; ///< wanted, also while no source has it
    AxisId axis_{};                                             ///< wanted, if one of its traces is a source
    bool entered_ = false;                                      ///< a person, or a layout, has set the level
    QComboBox* condition_;
    QComboBox* source_;
    QComboBox* command_;
    QComboBox* whose_;
    QLabel* atWord_;
    QLabel* toWord_;
    NumberField* level_;
    NumberField* high_;
    NumberField* hysteresis_;
    QLabel* hysteresisWord_;
    QWidget* modes_;
    QComboBox* mode_;
    QSpinBox* before_;
    NumberField* holdOff_;
    QPushButton* arm_;
    StateMark* state_;
};

/// "Armed", "Triggered", "Waiting", "Auto".
[[nodiscard]] QString textOf(telemetry::TriggerState state);

} // namespace servolane::ui
