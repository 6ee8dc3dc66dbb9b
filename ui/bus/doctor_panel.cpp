// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/doctor_panel.h"

#include "core/registers/return_level.h"
#include "ui/binding/replay_lock.h"
#include "ui/binding/selection.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/state_mark.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableWidget>
#include <algorithm>

namespace servolane::ui {

using bus::Finding;
using bus::Grade;

namespace {

enum CheckColumn { verdict, check, sentence, remedy };
enum ServoColumn { servo, asked, silent, corrupt, turnaround, jitter, longest, delay, rest, load };

const char* const emptyText = "The doctor looks at a bus that is connected: how fast its servos answer, what "
                              "spoils answers, what could be set better.";

StateLook lookOf(Grade grade) {
    switch (grade) {
    case Grade::good:
        return {Tone::ok, QStringLiteral("All well")};
    case Grade::unjudged:
        return {Tone::off, QStringLiteral("Not judged")};
    case Grade::hint:
        return {Tone::info, QStringLiteral("Could be better")};
    case Grade::warning:
        return {Tone::warn, QStringLiteral("Look at this")};
    case Grade::fault:
        break;
    }
    return {Tone::fault, QStringLiteral("Bad")};
}

/// What cannot be judged is no reason to look.
int rankOf(const Finding& finding) {
    return finding.grade == Grade::unjudged ? -1 : static_cast<int>(finding.grade);
}

QString spanText(double seconds) {
    return seconds > 0.0 ? latencyText(fromSeconds(seconds)) : QStringLiteral("—");
}

QString voltText(double volts, bool known) {
    return known ? valueText(volts, "V", 1) : QStringLiteral("—");
}

QString words(const std::string& text) {
    return QString::fromStdString(text);
}

} // namespace

DoctorPanel::DoctorPanel(const PanelContext& context, DoctorVoice voice, PortSource ports, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , voice_(std::move(voice))
    , ports_(std::move(ports))
    , stack_(new QStackedLayout(this))
    , empty_(new EmptyState(context.theme, QStringLiteral("activity"), QStringLiteral("No bus to look at"),
                            QString::fromLatin1(emptyText), this))
    , verdict_(new StateMark(context.theme, this))
    , title_(makeLabel({}, "heading", this))
    , chooser_(new QComboBox(this))
    , told_(makeLabel({}, "muted", this))
    , again_(makeButton(QStringLiteral("Look again"), QStringLiteral("doctorAgain"), this))
    , checks_(makeTable(
          QStringLiteral("doctorChecks"),
          {QStringLiteral("Verdict"), QStringLiteral("Check"), QStringLiteral("What was found"), QString()},
          remedy + 1, this))
    , servos_(makeTable(QStringLiteral("doctorServos"),
                        {QStringLiteral("Servo"), QStringLiteral("Asked"), QStringLiteral("Silent"),
                         QStringLiteral("Damaged"), QStringLiteral("Turnaround"), QStringLiteral("Jitter"),
                         QStringLiteral("Longest"), QStringLiteral("Delay"), QStringLiteral("At rest"),
                         QStringLiteral("Under load")},
                        asked, this)) {
    setObjectName(QStringLiteral("doctorPanel"));
    told_->setObjectName(QStringLiteral("doctorTold"));
    told_->setWordWrap(true);
    again_->setToolTip(QStringLiteral("Count errors and answers from now on"));
    auto* page = new QWidget(this);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    row->setSpacing(space::small);
    row->addWidget(title_);
    row->addWidget(chooser_);
    row->addWidget(verdict_);
    row->addWidget(told_, 1);
    row->addWidget(again_);
    auto* split = new QSplitter(Qt::Horizontal, page);
    split->addWidget(checks_);
    split->addWidget(servos_);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    split->setSizes({620, 660});
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(makeRule(page));
    column->addWidget(split, 1);
    stack_->addWidget(empty_);
    stack_->addWidget(page);
    checks_->setWordWrap(true);
    ruleRows(checks_);
    checks_->setSelectionMode(QAbstractItemView::NoSelection);
    checks_->setFocusPolicy(Qt::NoFocus);
    checks_->horizontalHeader()->setStretchLastSection(false);
    checks_->setColumnWidth(verdict, 140);
    checks_->setColumnWidth(check, 116);
    checks_->setColumnWidth(remedy, 120);
    checks_->horizontalHeader()->setSectionResizeMode(sentence, QHeaderView::Stretch);
    checks_->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    checks_->verticalHeader()->setMinimumSectionSize(benchControlHeight + space::tiny);
    const int widths[] = {88, 52, 48, 60, 72, 68, 68, 56, 52, 72};
    for (int at = 0; at < servos_->columnCount(); ++at)
        servos_->setColumnWidth(at, widths[at]);
    chooser_->setObjectName(QStringLiteral("doctorBus"));
    chooser_->setAccessibleName(QStringLiteral("Bus to look at"));
    chooser_->hide();
    connect(chooser_, &QComboBox::activated, this, [this](int at) {
        context_.selection.selectBus(BusId{static_cast<std::uint16_t>(chooser_->itemData(at).toUInt())});
    });
    connect(again_, &QPushButton::clicked, this, &DoctorPanel::lookAgain);
}

const bus::BusView* DoctorPanel::chosenBus(const Frame& frame) const {
    if (const auto* chosen = frame.buses->find(context_.selection.bus())) return chosen;
    return frame.buses->buses.empty() ? nullptr : &frame.buses->buses.front();
}

void DoctorPanel::showEvent(QShowEvent* event) {
    Panel::showEvent(event);
    lookAtPorts();
}

/// Only where nothing is connected: a person with a bus has found the port.
void DoctorPanel::lookAtPorts() {
    if (!ports_ || bus_ != BusId{}) return;
    QString text = QString::fromLatin1(emptyText);
    for (const PortChoice& port : ports_())
        if (!port.openable) text += QStringLiteral("\n%1 cannot be opened. %2").arg(port.title, port.advice);
    empty_->setText(text);
}

void DoctorPanel::lookAgain() {
    restarts_ = true;
    lookAtPorts();
}

void DoctorPanel::tick(const Frame& frame) {
    followMending(frame);
    if (!frame.figuresDue) return;
    frame_ = frame;
    const bus::BusView* view = chosenBus(frame);
    stack_->setCurrentIndex(view ? 1 : 0);
    if (!view) {
        bus_ = {};
        return;
    }
    if (view->id != bus_) {
        bus_ = view->id;
        before_ = {};
        restarts_ = false;
    }
    if (std::exchange(restarts_, false)) before_ = view->measured;
    const bus::BusFacts facts = bus::busFactsFrom(bus::since(*view, before_), frame.axes->axes);
    showFindings(bus::examine(facts));
    showServos(facts);
    showVerdict(*view);
    offerBuses(frame);
}

void DoctorPanel::offerBuses(const Frame& frame) {
    const auto& buses = frame.buses->buses;
    chooser_->setVisible(buses.size() > 1);
    title_->setVisible(buses.size() <= 1);
    bool isSame = chooser_->count() == static_cast<int>(buses.size());
    for (int at = 0; isSame && at < chooser_->count(); ++at) {
        const bus::BusView& bus = buses[static_cast<std::size_t>(at)];
        isSame = chooser_->itemData(at).toUInt() == bus.id.value && chooser_->itemText(at) == words(bus.name);
    }
    if (!isSame) {
        chooser_->clear();
        for (const bus::BusView& bus : buses)
            chooser_->addItem(words(bus.name), bus.id.value);
    }
    const int current = chooser_->findData(bus_.value);
    if (chooser_->currentIndex() != current) chooser_->setCurrentIndex(current);
}

void DoctorPanel::showVerdict(const bus::BusView& bus) {
    const auto worst =
        std::max_element(findings_.begin(), findings_.end(), [](const Finding& one, const Finding& other) {
            return rankOf(one) < rankOf(other);
        });
    verdict_->show(lookOf(worst->grade == Grade::unjudged ? Grade::good : worst->grade));
    showText(title_, words(bus.name));
}

/// The worst first: what is to be done stood below the edge, beneath rows in which all was well. Under the
/// pointer each check stays where it is: a button would go away from beneath a click.
std::vector<Finding> DoctorPanel::inOrder(std::vector<Finding> findings) const {
    const auto isWorse = [](const Finding& one, const Finding& other) { return rankOf(one) > rankOf(other); };
    std::stable_sort(findings.begin(), findings.end(), isWorse);
    if (!checks_->underMouse()) return findings;
    const auto placeOf = [this](const Finding& finding) {
        return std::find_if(findings_.begin(), findings_.end(), [&](const Finding& shown) {
            return shown.check == finding.check && shown.subject == finding.subject;
        });
    };
    std::stable_sort(findings.begin(), findings.end(),
                     [&](const Finding& one, const Finding& other) { return placeOf(one) < placeOf(other); });
    return findings;
}

void DoctorPanel::showFindings(std::vector<Finding> findings) {
    findings = inOrder(std::move(findings));
    if (findings == findings_) return;
    const auto before = std::exchange(findings_, findings);
    checks_->setRowCount(static_cast<int>(findings_.size()));
    for (std::size_t at = 0; at < findings_.size(); ++at)
        if (at >= before.size() || before[at] != findings_[at])
            showFinding(static_cast<int>(at), findings_[at]);
    // Where nothing can be mended, sentences have the room of the buttons.
    bool any = false;
    for (int row = 0; row < checks_->rowCount(); ++row)
        any = any || checks_->cellWidget(row, remedy);
    checks_->setColumnHidden(remedy, !any);
}

void DoctorPanel::showFinding(int row, const Finding& finding) {
    const StateLook look = lookOf(finding.grade);
    showCell(checks_, row, verdict, QString(shapeOf(look.tone)) + QLatin1Char(' ') + look.word);
    checks_->item(row, verdict)->setForeground(colorOf(look.tone, context_.theme.tokens()));
    showCell(checks_, row, check, words(voice_.title(finding)));
    const QString text = words(voice_.sentence(finding));
    showCell(checks_, row, sentence, text);
    checks_->item(row, sentence)->setToolTip(text);
    const auto color =
        finding.grade <= Grade::unjudged ? context_.theme.tokens().muted : context_.theme.tokens().text;
    checks_->item(row, sentence)->setForeground(color);
    showRemedy(row, finding);
}

void DoctorPanel::showRemedy(int row, const Finding& finding) {
    const QString text = words(voice_.remedy(finding));
    auto* button = qobject_cast<QPushButton*>(checks_->cellWidget(row, remedy));
    if (text.isEmpty()) return checks_->removeCellWidget(row, remedy);
    if (!button) {
        button = makeButton(text, QStringLiteral("doctorMend_") + words(std::string(toString(finding.check))),
                            checks_);
        checks_->setCellWidget(row, remedy, button);
        markAsCommand(button);
        connect(button, &QPushButton::clicked, this,
                [this, row] { mend(findings_[static_cast<std::size_t>(row)]); });
    }
    showText(button, text);
}

void DoctorPanel::showServos(const bus::BusFacts& facts) {
    servos_->setRowCount(static_cast<int>(facts.servos.size()));
    for (std::size_t at = 0; at < facts.servos.size(); ++at) {
        const bus::ServoFacts& of = facts.servos[at];
        const bus::ServoMeasured& m = of.measured;
        const int row = static_cast<int>(at);
        showCell(servos_, row, servo, axisTitle(*of.axis));
        showCell(servos_, row, asked, countText(m.asked));
        showCell(servos_, row, silent, countText(m.silent));
        showCell(servos_, row, corrupt, countText(m.corrupt));
        showCell(servos_, row, turnaround, spanText(m.turnaround));
        showCell(servos_, row, jitter, spanText(m.turnaroundJitter));
        showCell(servos_, row, longest, spanText(m.turnaroundLongest));
        showCell(servos_, row, delay,
                 m.returnDelay ? (*m.returnDelay > 0 ? spanText(*m.returnDelay) : QStringLiteral("0 µs"))
                               : QStringLiteral("—"));
        showCell(servos_, row, rest, voltText(of.supply.atRest, of.supply.atRest > 0));
        showCell(servos_, row, load, voltText(of.supply.lowestUnderLoad, of.supply.judgeable));
    }
}

/// Ordinary commands: EEPROM is refused while torque is on, with the reason, as from anywhere else.
void DoctorPanel::mend(const Finding& finding) {
    if (finding.remedy == bus::Remedy::setAdapterLatency) {
        job_.start([set = voice_.setAdapterLatency, path = finding.subject, wanted = finding.wanted](
                       session::JobProgress&) { return words(set(path, static_cast<int>(wanted))); },
                   frame_.now);
        return;
    }
    const auto role = finding.remedy == bus::Remedy::writeReturnDelay ? registers::Role::returnDelay
                                                                      : registers::Role::statusReturnLevel;
    const auto raw = [&](const registers::Register& source) {
        return role == registers::Role::statusReturnLevel
                   ? registers::rawFromReturnLevel(source, static_cast<std::uint8_t>(finding.wanted))
                   : source.rawFromValue(finding.wanted);
    };
    std::vector<api::CommandBody> commands;
    for (const AxisId axis : finding.axes) {
        const motion::AxisView* view = frame_.axes->find(axis);
        const registers::Register* source = view ? view->axis->model->find(role) : nullptr;
        if (source) commands.emplace_back(registers::WriteRegister{axis, source->name, raw(*source)});
    }
    if (commands.empty()) return;
    showText(told_, QStringLiteral("Writing to %1 servos …").arg(commands.size()));
    batch_.start(context_, commands);
}

void DoctorPanel::followMending(const Frame& frame) {
    if (auto outcome = job_.take()) showText(told_, *outcome);
    const auto ended = batch_.tick(frame);
    if (!ended) return;
    const QString done = QStringLiteral("%1 of %2 written").arg(ended->done).arg(ended->asked);
    showText(told_, ended->firstProblem.isEmpty() ? done + QStringLiteral("; looked at again.")
                                                  : done + QStringLiteral(". ") + ended->firstProblem);
    lookAgain();
}

} // namespace servolane::ui
