// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/register_panel.h"

#include "ui/binding/replay_lock.h"
#include "ui/binding/selection.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableWidget>

namespace servolane::ui {

namespace {

enum Column { address, title, storage, value, unit, raw, age, meaning };

/// Steps finer than the register's own say nothing.
int decimalsFor(const registers::Register& of) {
    if (of.scale == 1.0) return 0;
    return of.scale >= 0.1 ? 1 : of.scale >= 0.01 ? 2 : 3;
}

/// A named value by its name, a scaled one with its digits.
QString valueOf(const registers::Register& of, std::int64_t rawValue) {
    for (const registers::NamedValue& named : of.values)
        if (named.value == rawValue) return QString::fromStdString(named.name);
    return numberText(of.valueFrom(rawValue), decimalsFor(of));
}

} // namespace

RegisterPanel::RegisterPanel(const PanelContext& context, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , stack_(new QStackedLayout(this))
    , table_(makeTable(QStringLiteral("registerTable"),
                       {QStringLiteral("Address"), QStringLiteral("Register"), QStringLiteral("Kept in"),
                        QStringLiteral("Value"), QStringLiteral("Unit"), QStringLiteral("Raw"),
                        QStringLiteral("Age"), QStringLiteral("Meaning")},
                       99, this))
    , search_(new QLineEdit(this)) {
    setObjectName(QStringLiteral("registerPanel"));
    stack_->addWidget(new EmptyState(context.theme, QStringLiteral("table-2"),
                                     QStringLiteral("No axis selected"),
                                     QStringLiteral("Select an axis to see its control table."), this));
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(table_, 1);
    column->addWidget(makeRule(body));
    column->addWidget(makeEditor());
    stack_->addWidget(body);
    for (const int at : {value, raw, age, address})
        table_->horizontalHeaderItem(at)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    const int widths[] = {72, 200, 92, 130, 64, 90, 72};
    for (int at = address; at < meaning; ++at)
        table_->setColumnWidth(at, widths[at]);
    connect(table_, &QTableWidget::currentCellChanged, this, [this](int row) { choose(row); });
    connect(search_, &QLineEdit::textChanged, this, &RegisterPanel::filter);
    connect(&context.theme, &Theme::changed, this, [this] {
        if (axis_) showModel(*axis_);
    });
}

QWidget* RegisterPanel::makeEditor() {
    auto* editor = new QWidget(this);
    name_ = makeLabel(QStringLiteral("Select a register"), "plain", editor);
    meaning_ = makeLabel({}, "small", editor);
    value_ = new NumberField("", QStringLiteral("registerValue"), editor);
    apply_ = makeButton(QStringLiteral("Write"), QStringLiteral("writeRegister"), editor);
    auto* read = makeButton(QStringLiteral("Read"), QStringLiteral("readRegister"), editor);
    auto* readAll = makeButton(QStringLiteral("Read all"), QStringLiteral("readAllRegisters"), editor);
    note_ = new CommandNote(context_.theme, QStringLiteral("registerNote"), editor);
    search_->setObjectName(QStringLiteral("registerSearch"));
    search_->setPlaceholderText(QStringLiteral("Find a register"));
    search_->setMaximumWidth(180);
    name_->setMinimumWidth(150);
    value_->setMaximumWidth(220);
    value_->setUnderstoodWidth(100);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::small);
    for (QWidget* widget : std::initializer_list<QWidget*>{search_, name_, value_, apply_, read, readAll})
        row->addWidget(widget);
    row->addWidget(meaning_, 1);
    auto* column = new QVBoxLayout(editor);
    column->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(note_);
    connect(value_, &NumberField::submitted, this, &RegisterPanel::apply);
    for (QWidget* control : std::initializer_list<QWidget*>{value_, apply_, read, readAll})
        markAsCommand(control);
    connect(apply_, &QPushButton::clicked, this, &RegisterPanel::apply);
    connect(read, &QPushButton::clicked, this, [this] {
        if (const auto* of = chosen())
            note_->follow(context_.send(registers::ReadRegister{axis_->id, of->name}));
    });
    connect(readAll, &QPushButton::clicked, this, [this] {
        if (axis_) note_->follow(context_.send(registers::ReadAllRegisters{axis_->id}));
    });
    connect(note_, &CommandNote::finished, this, [this](bool good) {
        if (good) value_->settle();
    });
    return editor;
}

const registers::Register* RegisterPanel::chosen() const {
    const int row = table_->currentRow();
    if (!axis_ || row < 0 || row >= static_cast<int>(axis_->model->registers.size())) return nullptr;
    return &axis_->model->registers[static_cast<std::size_t>(row)];
}

void RegisterPanel::tick(const Frame& frame) {
    note_->tick(frame);
    const motion::AxisView* view = frame.axes->find(context_.selection.axis());
    stack_->setCurrentIndex(view ? 1 : 0);
    if (!view || !frame.figuresDue) return;
    const bool other = !axis_ || axis_->id != view->axis->id || axis_->model != view->axis->model;
    axis_ = view->axis;
    if (other) showModel(*axis_);
    showValues(frame);
}

void RegisterPanel::showModel(const motion::Axis& axis) {
    value_->settle();
    note_->dismiss();
    table_->setRowCount(static_cast<int>(axis.model->registers.size()));
    for (int row = 0; row < table_->rowCount(); ++row) {
        const registers::Register& of = axis.model->registers[static_cast<std::size_t>(row)];
        showCell(table_, row, address, QString::number(of.address));
        showCell(table_, row, title, QString::fromStdString(of.title.empty() ? of.name : of.title));
        showCell(table_, row, storage,
                 of.storage == registers::Storage::eeprom ? QStringLiteral("EEPROM") : QStringLiteral("RAM"));
        showCell(table_, row, unit, unitText(of.unit));
        showCell(table_, row, meaning, QString::fromStdString(of.meaning));
        for (const int at : {value, raw, age})
            showCell(table_, row, at, {});
        for (const int at : {address, storage, unit, meaning, raw, age})
            table_->item(row, at)->setForeground(context_.theme.tokens().muted);
        for (const int at : {address, value, raw, age})
            table_->item(row, at)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    filter();
    choose(table_->currentRow());
}

void RegisterPanel::showValues(const Frame& frame) {
    for (int row = 0; row < table_->rowCount(); ++row) {
        const registers::Register& of = axis_->model->registers[static_cast<std::size_t>(row)];
        showRow(row, of, frame.registers->find(axis_->id, of.name), frame.now);
    }
    if (const auto* of = chosen())
        if (const auto* known = frame.registers->find(axis_->id, of->name))
            value_->showCurrent(of->valueFrom(known->raw));
}

void RegisterPanel::showRow(int row, const registers::Register& of, const registers::KnownValue* known,
                            Time now) {
    showCell(table_, row, value, known ? valueOf(of, known->raw) : QStringLiteral("—"));
    showCell(table_, row, raw, known ? QString::number(known->raw) : QString());
    showCell(table_, row, age, known ? ageText(now - known->at) : QString());
}

void RegisterPanel::choose(int) {
    value_->settle();
    value_->clearCurrent();
    note_->dismiss();
    const registers::Register* of = chosen();
    const bool writable = of && of->access == registers::Access::readWrite;
    value_->setEnabled(writable);
    apply_->setEnabled(writable);
    showText(name_, of ? QString::fromStdString(of->title.empty() ? of->name : of->title)
                       : QStringLiteral("Select a register"));
    if (!of) return;
    value_->setUnit(of->unit);
    value_->setDecimals(decimalsFor(*of));
    QString range;
    if (of->minimum && of->maximum)
        range =
            QStringLiteral("%1 … %2").arg(valueText(of->valueFrom(*of->minimum), of->unit, decimalsFor(*of)),
                                          valueText(of->valueFrom(*of->maximum), of->unit, decimalsFor(*of)));
    showText(meaning_, writable ? range : QStringLiteral("read only"));
}

void RegisterPanel::apply() {
    const registers::Register* of = chosen();
    if (!of) return;
    const auto typed = value_->value();
    if (!typed) return note_->say(Tone::warn, QStringLiteral("Type a number first"));
    note_->follow(context_.send(registers::WriteRegister{axis_->id, of->name, of->rawFromValue(*typed)}));
}

void RegisterPanel::filter() {
    const QString wanted = search_->text().trimmed();
    for (int row = 0; row < table_->rowCount(); ++row) {
        const QTableWidgetItem* item = table_->item(row, title);
        table_->setRowHidden(row, item && !item->text().contains(wanted, Qt::CaseInsensitive));
    }
}

} // namespace servolane::ui
