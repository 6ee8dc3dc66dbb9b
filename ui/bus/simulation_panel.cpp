// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/simulation_panel.h"

#include "ui/binding/number_entry.h"
#include "ui/binding/replay_lock.h"
#include "ui/binding/state_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/text.h"

#include <QtCore/QRegularExpression>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <algorithm>
#include <array>
#include <cmath>

namespace servolane::ui {

namespace {

enum class Needs { probability, probabilityAndDelay, servo, servoAndId, seconds };

struct Fault {
    const char* word;
    const char* title;
    Needs needs;
    const char* preset;
    const char* meaning;
};

constexpr std::array<Fault, 17> faults{{
    {"drop", "Lost answers", Needs::probability, "5", "A share of all answers is lost."},
    {"corrupt", "Damaged answers", Needs::probability, "5", "One byte of a share of all answers is changed."},
    {"duplicate", "Answers sent twice", Needs::probability, "5", "A share of all answers comes twice."},
    {"noise", "Stray bytes", Needs::probability, "5", "Stray bytes stand before a share of all answers."},
    {"late", "Late answers", Needs::probabilityAndDelay, "5", "A share of all answers comes 20 ms late."},
    {"lose", "Lost requests", Needs::probability, "5", "A share of all that is sent to servos is lost."},
    {"garble", "Damaged requests", Needs::probability, "5",
     "One byte of a share of all requests is changed."},
    {"silent", "Silent servo", Needs::servo, "", "The servo hears nothing and says nothing."},
    {"wrong-id", "Wrong id", Needs::servo, "", "The servo answers with the next id."},
    {"duplicate-id", "Id given twice", Needs::servoAndId, "1", "The servo answers under another servo's id."},
    {"jam", "Jammed axis", Needs::servo, "", "Something holds the servo's arm."},
    {"unplug", "Adapter unplugged", Needs::seconds, "3", "The adapter is gone for a while and comes back."},
    {"undervoltage", "Undervoltage", Needs::seconds, "3", "The supply falls below what the servos accept."},
    {"overload", "Overload", Needs::servo, "", "The servo sees an overload and shuts down."},
    {"overheat", "Overheating", Needs::servo, "", "The servo sees too high a temperature and shuts down."},
    {"encoder", "Encoder failure", Needs::servo, "", "The servo sees its encoder fail."},
    {"shock", "Electrical shock", Needs::servo, "", "The servo sees an electrical shock."},
}};

QString nameOf(Needs needs) {
    switch (needs) {
    case Needs::servo:
        return QStringLiteral("Servo");
    case Needs::servoAndId:
        return QStringLiteral("Servo, id");
    case Needs::seconds:
        return QStringLiteral("Seconds");
    case Needs::probability:
    case Needs::probabilityAndDelay:
        break;
    }
    return QStringLiteral("Percent");
}

constexpr double largestId = 253.0;

/// "Adapter unplugged: unplug@0ms-3000ms": the name says what it is, the code what exactly was asked for.
QString activeText(const QString& code) {
    const QString word = code.left(code.indexOf(QRegularExpression(QStringLiteral("[=@]"))));
    const auto known = std::find_if(faults.begin(), faults.end(),
                                    [&](const Fault& fault) { return word == QLatin1String(fault.word); });
    return known == faults.end() ? code : QStringLiteral("%1: %2").arg(QLatin1String(known->title), code);
}

} // namespace

SimulationPanel::SimulationPanel(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , stack_(new QStackedLayout(this)) {
    setObjectName(QStringLiteral("simulationPanel"));
    stack_->addWidget(
        new EmptyState(context.theme, QStringLiteral("flask-conical"), QStringLiteral("No simulated bus"),
                       QStringLiteral("Faults can be injected into simulated buses only. Start one "
                                      "from the list of buses."),
                       this));
    stack_->addWidget(makeControls());
    offerParameter();
}

QWidget* SimulationPanel::makeControls() {
    auto* body = new QWidget(this);
    bus_ = new QComboBox(body);
    fault_ = new QComboBox(body);
    axis_ = new QComboBox(body);
    parameter_ = new QLineEdit(body);
    parameterName_ = makeLabel({}, "muted", body);
    text_ = makeLabel({}, "muted", body);
    meaning_ = makeLabel({}, "small", body);
    inject_ = makeButton(QStringLiteral("Inject"), QStringLiteral("injectFault"), body);
    auto* clear = makeButton(QStringLiteral("Clear all"), QStringLiteral("clearFaults"), body);
    active_ = new QListWidget(body);
    note_ = new CommandNote(context_.theme, QStringLiteral("faultNote"), body);
    bus_->setObjectName(QStringLiteral("faultBus"));
    fault_->setObjectName(QStringLiteral("faultKind"));
    axis_->setObjectName(QStringLiteral("faultAxis"));
    parameter_->setObjectName(QStringLiteral("faultParameter"));
    parameter_->setAlignment(Qt::AlignRight);
    text_->setObjectName(QStringLiteral("faultText"));
    active_->setObjectName(QStringLiteral("activeFaults"));
    inject_->setProperty("role", QStringLiteral("primary"));
    for (const Fault& fault : faults)
        fault_->addItem(QString::fromLatin1(fault.title));

    auto* grid = new QGridLayout(body);
    grid->setContentsMargins(space::medium, space::medium, space::medium, space::small);
    grid->setHorizontalSpacing(space::medium);
    grid->setVerticalSpacing(space::small);
    grid->addWidget(makeLabel(QStringLiteral("Bus"), "muted", body), 0, 0);
    grid->addWidget(bus_, 0, 1);
    grid->addWidget(makeLabel(QStringLiteral("Fault"), "muted", body), 1, 0);
    grid->addWidget(fault_, 1, 1);
    grid->addWidget(parameterName_, 2, 0);
    auto* what = new QHBoxLayout;
    what->setSpacing(space::small);
    what->addWidget(axis_, 1);
    what->addWidget(parameter_, 1);
    grid->addLayout(what, 2, 1);
    grid->addWidget(inject_, 0, 2);
    grid->addWidget(clear, 1, 2);
    grid->addWidget(text_, 2, 2);
    grid->addWidget(meaning_, 3, 0, 1, 3);
    grid->addWidget(note_, 4, 0, 1, 3);
    grid->addWidget(makeLabel(QStringLiteral("Active faults"), "muted", body), 0, 3);
    grid->addWidget(active_, 1, 3, 5, 1);
    grid->setColumnMinimumWidth(0, 64);
    grid->setColumnMinimumWidth(1, 200);
    grid->setColumnMinimumWidth(2, 120);
    grid->setColumnStretch(3, 1);
    grid->setRowStretch(5, 1);
    connect(fault_, &QComboBox::currentIndexChanged, this, &SimulationPanel::offerParameter);
    markAsCommand(inject_, "InjectFault");
    markAsCommand(clear, "ClearFaults");
    connect(inject_, &QPushButton::clicked, this, [this] {
        if (faultText().isEmpty())
            return note_->say(Tone::warn, QStringLiteral("The number is not understood, or out of range"));
        note_->follow(context_.send(bus::InjectFault{chosenBus(), faultText().toStdString()}));
    });
    connect(clear, &QPushButton::clicked, this,
            [this] { note_->follow(context_.send(bus::ClearFaults{chosenBus()})); });
    return body;
}

void SimulationPanel::offerParameter() {
    const Fault& fault = faults[static_cast<std::size_t>(qMax(0, fault_->currentIndex()))];
    axis_->setVisible(fault.needs == Needs::servo || fault.needs == Needs::servoAndId);
    parameter_->setVisible(fault.needs != Needs::servo);
    parameter_->setText(QString::fromLatin1(fault.preset));
    showText(parameterName_, nameOf(fault.needs));
    showText(meaning_, QString::fromLatin1(fault.meaning));
}

QString SimulationPanel::faultText() const {
    const Fault& fault = faults[static_cast<std::size_t>(qMax(0, fault_->currentIndex()))];
    const QString word = QString::fromLatin1(fault.word);
    const int index = axis_->currentIndex();
    const bool chosen = index >= 0 && index < static_cast<int>(servos_.size());
    const int servo = chosen ? servos_[static_cast<std::size_t>(index)] : 0;
    if (fault.needs == Needs::servo) return chosen ? QStringLiteral("%1=%2").arg(word).arg(servo) : QString();
    const auto number = numberFrom(parameter_->text());
    if (!number || *number < 0.0) return {};
    if (fault.needs == Needs::servoAndId) {
        const bool isId = *number <= largestId && *number == std::floor(*number) && *number != servo;
        return chosen && isId ? QStringLiteral("%1=%2:%3").arg(word).arg(qRound(*number)).arg(servo)
                              : QString();
    }
    if (*number == 0.0) return {};
    if (fault.needs == Needs::seconds)
        return QStringLiteral("%1@0ms-%2ms").arg(word).arg(qRound(*number * 1000.0));
    if (*number > 100.0) return {};
    const QString share = QStringLiteral("%1=%2").arg(word).arg(*number / 100.0);
    return fault.needs == Needs::probabilityAndDelay ? share + QStringLiteral(":20ms") : share;
}

BusId SimulationPanel::chosenBus() const {
    const int index = bus_->currentIndex();
    return index >= 0 && index < static_cast<int>(buses_.size()) ? buses_[static_cast<std::size_t>(index)]
                                                                 : BusId{};
}

void SimulationPanel::tick(const Frame& frame) {
    note_->tick(frame);
    if (!frame.figuresDue) return;
    listBuses(frame);
    stack_->setCurrentIndex(buses_.empty() ? 0 : 1);
    listAxes(frame);
    listActive(frame);
    showText(text_, faultText().isEmpty() ? QString()
                                          : QStringLiteral("On the command line: --fault ") + faultText());
}

void SimulationPanel::listBuses(const Frame& frame) {
    std::vector<BusId> buses;
    for (const bus::BusView& bus : frame.buses->buses)
        if (bus.simulated) buses.push_back(bus.id);
    if (buses == buses_) return;
    buses_ = std::move(buses);
    bus_->clear();
    for (const BusId id : buses_)
        bus_->addItem(QString::fromStdString(frame.buses->find(id)->name));
}

void SimulationPanel::listAxes(const Frame& frame) {
    std::vector<int> servos;
    QStringList titles;
    for (const motion::AxisView& axis : frame.axes->axes) {
        if (axis.axis->bus != chosenBus()) continue;
        servos.push_back(axis.axis->servo.value);
        titles << axisTitle(*axis.axis);
    }
    if (servos == servos_) return;
    servos_ = std::move(servos);
    axis_->clear();
    axis_->addItems(titles);
}

void SimulationPanel::listActive(const Frame& frame) {
    const bus::BusView* bus = frame.buses->find(chosenBus());
    QStringList wanted;
    if (bus)
        for (const std::string& fault : bus->faults)
            wanted << activeText(QString::fromStdString(fault));
    QStringList shown;
    for (int row = 0; row < active_->count(); ++row)
        shown << active_->item(row)->text();
    if (wanted.isEmpty()) wanted << QStringLiteral("None");
    if (shown == wanted) return;
    active_->clear();
    active_->addItems(wanted);
}

} // namespace servolane::ui
