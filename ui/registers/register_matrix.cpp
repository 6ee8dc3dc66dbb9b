// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/register_matrix.h"

#include "ui/binding/replay_lock.h"
#include "ui/binding/selection.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/registers/register_editor.h"
#include "ui/registers/register_text.h"
#include "ui/registers/strip_row.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableWidget>
#include <algorithm>
#include <set>

namespace servolane::ui {

using registers::Register;

namespace {

enum Column { axisName, id, model, value, pending, raw, hex, age, said };
constexpr int widths[] = {150, 48, 130, 150, 150, 90, 100, 64};

} // namespace

RegisterMatrix::RegisterMatrix(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , stack_(new QStackedLayout(this))
    , table_(makeTable(QStringLiteral("matrixTable"),
                       {QStringLiteral("Axis"), QStringLiteral("Id"), QStringLiteral("Model"),
                        QStringLiteral("Value"), QStringLiteral("Pending"), QStringLiteral("Raw"),
                        QStringLiteral("Hex"), QStringLiteral("Age"), QString()},
                       99, this)) {
    setObjectName(QStringLiteral("registerMatrix"));
    stack_->addWidget(new EmptyState(
        context.theme, QStringLiteral("table-2"), QStringLiteral("No servos yet"),
        QStringLiteral("Connect an adapter to see one register of all servos side by side."), this));
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeChoice());
    column->addWidget(table_, 1);
    column->addWidget(makeRule(body));
    column->addWidget(makeStaging());
    stack_->addWidget(body);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    for (int at = axisName; at < said; ++at)
        table_->setColumnWidth(at, widths[at]);
    for (const int at : {id, value, pending, raw, hex, age})
        table_->horizontalHeaderItem(at)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    connect(table_, &QTableWidget::itemSelectionChanged, this, &RegisterMatrix::showStaging);
}

QWidget* RegisterMatrix::makeChoice() {
    auto* strip = new QWidget(this);
    auto* row = makeStripRow(strip);
    names_ = new QComboBox(strip);
    names_->setObjectName(QStringLiteral("matrixRegister"));
    names_->setMinimumWidth(220);
    editor_ = new RegisterEditor(strip);
    stage_ = makeButton(QStringLiteral("Stage for all"), QStringLiteral("matrixStage"), strip);
    auto* read = makeButton(QStringLiteral("Read all servos"), QStringLiteral("matrixRead"), strip);
    row->addWidget(makeLabel(QStringLiteral("Register"), "small", strip));
    row->addWidget(names_);
    row->addWidget(read);
    row->addSpacing(space::large);
    row->addWidget(editor_);
    row->addWidget(stage_);
    row->addStretch(1);
    markAsCommand(read);
    markAsCommand(stage_, "WriteRegister");
    connect(names_, &QComboBox::currentIndexChanged, this, &RegisterMatrix::chooseRegister);
    connect(read, &QPushButton::clicked, this, &RegisterMatrix::readAll);
    connect(editor_, &RegisterEditor::decided, this, &RegisterMatrix::stage);
    connect(stage_, &QPushButton::clicked, this, &RegisterMatrix::stage);
    return strip;
}

QWidget* RegisterMatrix::makeStaging() {
    auto* strip = new QWidget(this);
    auto* column = new QVBoxLayout(strip);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* line = new QWidget(strip);
    auto* row = makeStripRow(line);
    staged_ = makeLabel({}, "plain", line);
    torque_ = makeButton(QStringLiteral("Torque off"), QStringLiteral("matrixTorqueOff"), line);
    apply_ = makeButton(QStringLiteral("Apply"), QStringLiteral("matrixApply"), line);
    discard_ = makeButton(QStringLiteral("Discard"), QStringLiteral("matrixDiscard"), line);
    row->addWidget(staged_, 1);
    for (QPushButton* button : {torque_, apply_, discard_})
        row->addWidget(button);
    markAsCommand(torque_, "SetTorque");
    markAsCommand(apply_, "WriteRegisters");
    note_ = new CommandNote(context_.theme, QStringLiteral("matrixNote"), strip);
    column->addWidget(line);
    column->addWidget(note_);
    connect(torque_, &QPushButton::clicked, this, &RegisterMatrix::switchTorqueOff);
    connect(apply_, &QPushButton::clicked, this, &RegisterMatrix::apply);
    connect(discard_, &QPushButton::clicked, this, &RegisterMatrix::discard);
    return strip;
}

const Register* RegisterMatrix::of(const motion::Axis& axis) const {
    return axis.model->find(names_->currentData().toString().toStdString());
}

void RegisterMatrix::tick(const Frame& frame) {
    note_->tick(frame);
    if (const auto outcome = batch_.tick(frame))
        note_->say(outcome->done == outcome->asked ? Tone::ok : Tone::warn,
                   outcome->firstProblem.isEmpty()
                       ? QStringLiteral("%1 of %2 done").arg(outcome->done).arg(outcome->asked)
                       : QStringLiteral("%1 of %2 done. %3")
                             .arg(outcome->done)
                             .arg(outcome->asked)
                             .arg(outcome->firstProblem));
    stack_->setCurrentIndex(frame.axes->axes.empty() ? 0 : 1);
    if (!frame.figuresDue) return;
    axes_ = frame.axes->axes;
    showNames(frame);
    showRows(frame);
    showStaging();
}

/// Every register that any of the models has, by its name.
void RegisterMatrix::showNames(const Frame&) {
    const auto like = axes_.empty() ? nullptr : axes_.front().axis->model;
    const bool known = std::all_of(axes_.begin(), axes_.end(), [&](const motion::AxisView& view) {
        return std::all_of(
            view.axis->model->registers.begin(), view.axis->model->registers.end(),
            [&](const Register& one) { return names_->findData(QString::fromStdString(one.name)) >= 0; });
    });
    if (known) return;
    const QString before = names_->currentData().toString();
    {
        const QSignalBlocker quiet(names_);
        for (const motion::AxisView& view : axes_)
            for (const Register& one : view.axis->model->registers)
                if (names_->findData(QString::fromStdString(one.name)) < 0)
                    names_->addItem(registerTitle(one), QString::fromStdString(one.name));
        int at = names_->findData(before);
        // What is most often the same for all.
        if (const auto* gain = like ? like->find(registers::Role::positionPGain) : nullptr; at < 0 && gain)
            at = names_->findData(QString::fromStdString(gain->name));
        names_->setCurrentIndex(std::max(at, 0));
    }
    chooseRegister();
}

void RegisterMatrix::chooseRegister() {
    pending_.clear();
    like_.reset();
    const Register* shown = nullptr;
    for (const motion::AxisView& view : axes_)
        if (!shown && (shown = of(*view.axis))) like_ = view.axis->model;
    editor_->edit(shown);
    stage_->setEnabled(shown && wayOf(*shown) == RegisterWay::staged);
    // An id is nothing that several servos could share, and goals move.
    editor_->setEnabled(stage_->isEnabled());
}

void RegisterMatrix::showRows(const Frame& frame) {
    table_->setRowCount(static_cast<int>(axes_.size()));
    std::erase_if(pending_, [&](const auto& one) {
        const motion::AxisView* view = frame.axes->find(one.first);
        const Register* source = view ? of(*view->axis) : nullptr;
        const auto* known = source ? frame.registers->find(one.first, source->name) : nullptr;
        return !source || (known && known->raw == one.second);
    });
    for (int row = 0; row < table_->rowCount(); ++row)
        showRow(row, axes_[static_cast<std::size_t>(row)], frame);
}

void RegisterMatrix::showRow(int row, const motion::AxisView& view, const Frame& frame) {
    const motion::Axis& axis = *view.axis;
    const Register* source = of(axis);
    const auto* known = source ? frame.registers->find(axis.id, source->name) : nullptr;
    const auto staged = pending_.find(axis.id);
    showCell(table_, row, axisName, QString::fromStdString(axis.name));
    showCell(table_, row, id, QString::number(axis.servo.value));
    showCell(table_, row, model, QString::fromStdString(axis.model->name));
    showCell(table_, row, value, known ? registerText(*source, known->raw) : QStringLiteral("—"));
    showCell(table_, row, pending,
             staged != pending_.end() && source ? registerText(*source, staged->second) : QString());
    showCell(table_, row, raw, known ? QString::number(known->raw) : QString());
    showCell(table_, row, hex, known ? registerHex(*source, known->raw) : QString());
    showCell(table_, row, age, known ? ageText(frame.now - known->at) : QString());
    showCell(table_, row, said,
             !source       ? QStringLiteral("this model has no such register")
             : view.silent ? QStringLiteral("does not answer")
             : known       ? QString()
                           : QStringLiteral("not read yet"));
    const Tokens& tokens = context_.theme.tokens();
    table_->item(row, pending)->setForeground(tokens.accent);
    for (const int at : {id, model, raw, hex, age, said})
        table_->item(row, at)->setForeground(tokens.muted);
    for (const int at : {id, value, pending, raw, hex, age})
        table_->item(row, at)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

std::vector<AxisId> RegisterMatrix::lockedAxes() const {
    std::vector<AxisId> locked;
    for (const motion::AxisView& view : axes_) {
        const Register* source = of(*view.axis);
        if (source && source->storage == registers::Storage::eeprom && view.torque != false &&
            pending_.contains(view.axis->id))
            locked.push_back(view.axis->id);
    }
    return locked;
}

void RegisterMatrix::showStaging() {
    const std::size_t locked = lockedAxes().size();
    const auto selected = table_->selectionModel()->selectedRows().size();
    showText(stage_,
             selected > 0 ? QStringLiteral("Stage for %1").arg(selected) : QStringLiteral("Stage for all"));
    torque_->setVisible(locked > 0);
    apply_->setEnabled(!pending_.empty() && locked == 0 && !batch_.isRunning());
    discard_->setEnabled(!pending_.empty());
    showText(apply_,
             pending_.empty() ? QStringLiteral("Apply") : QStringLiteral("Apply %1").arg(pending_.size()));
    showText(staged_, pending_.empty() ? QStringLiteral("Nothing is pending; select servos, or stage for all")
                      : locked > 0
                          ? QStringLiteral("%1 pending; EEPROM of %2 is locked while torque is on")
                                .arg(pending_.size())
                                .arg(locked)
                          : QStringLiteral("%1 pending; each is written and read back").arg(pending_.size()));
}

void RegisterMatrix::readAll() {
    std::vector<api::CommandBody> reads;
    for (const motion::AxisView& view : axes_)
        if (const Register* source = of(*view.axis); source && !view.silent)
            reads.emplace_back(registers::ReadRegister{view.axis->id, source->name});
    if (!reads.empty()) batch_.start(context_, reads);
}

void RegisterMatrix::stage() {
    const Register* shown = like_ ? like_->find(names_->currentData().toString().toStdString()) : nullptr;
    const auto entered = editor_->raw();
    if (!shown || !entered) return note_->say(Tone::warn, QStringLiteral("Enter a value first"));
    const bool isNumber = shown->values.empty() && shown->fields.empty();
    std::set<int> rows;
    for (const QModelIndex& index : table_->selectionModel()->selectedRows())
        rows.insert(index.row());
    QStringList refused;
    for (int row = 0; row < static_cast<int>(axes_.size()); ++row) {
        if (!rows.empty() && !rows.contains(row)) continue;
        const motion::Axis& axis = *axes_[static_cast<std::size_t>(row)].axis;
        const Register* own = of(axis);
        if (!own || wayOf(*own) != RegisterWay::staged) continue;
        const std::int64_t wanted = isNumber ? own->rawFromValue(shown->valueFrom(*entered)) : *entered;
        const bool fits = wanted >= own->minimum.value_or(wanted) && wanted <= own->maximum.value_or(wanted);
        if (fits)
            pending_[axis.id] = wanted;
        else
            refused
                << QStringLiteral("%1 takes %2").arg(QString::fromStdString(axis.name), registerRange(*own));
    }
    editor_->settle();
    if (refused.isEmpty())
        note_->dismiss();
    else
        note_->say(Tone::warn, QStringLiteral("Not staged: ") + refused.join(QStringLiteral("; ")));
    showStaging();
}

void RegisterMatrix::apply() {
    std::vector<api::CommandBody> writes;
    for (const motion::AxisView& view : axes_) {
        const auto staged = pending_.find(view.axis->id);
        const Register* source = of(*view.axis);
        if (staged != pending_.end() && source)
            writes.emplace_back(registers::WriteRegisters{
                view.axis->id, {{source->name, staged->second}}, "register matrix"});
    }
    if (!writes.empty()) batch_.start(context_, writes);
}

void RegisterMatrix::discard() {
    pending_.clear();
    editor_->settle();
    note_->dismiss();
    showStaging();
}

void RegisterMatrix::switchTorqueOff() {
    std::vector<api::CommandBody> commands;
    for (const AxisId axis : lockedAxes())
        commands.emplace_back(motion::SetTorque{axis, false});
    if (!commands.empty()) batch_.start(context_, commands);
}

} // namespace servolane::ui
