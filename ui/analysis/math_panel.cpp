// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/math_panel.h"

#include "ui/analysis/formula_field.h"
#include "ui/analysis/math_lane.h"
#include "ui/analysis/math_presets.h"
#include "ui/analysis/tree_cells.h"
#include "ui/binding/selection.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/tab_order.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QStyle>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeWidget>

namespace servolane::ui {

namespace {

constexpr int formWidth = 460;
constexpr int unitWidth = 88;
enum Column { nameColumn, expressionColumn, unitColumn, noteColumn, columnCount };

std::uint16_t idOf(const QTreeWidgetItem* item) {
    return item ? static_cast<std::uint16_t>(item->data(nameColumn, Qt::UserRole).toUInt()) : 0;
}

QString noteOf(const telemetry::MathFigures* figures, bool compiles) {
    if (!compiles) return QStringLiteral("names what is not there");
    if (!figures) return {};
    QStringList parts;
    if (figures->undefined > 0)
        parts << QStringLiteral("%1 without value").arg(countText(figures->undefined));
    if (figures->kept > Duration{})
        parts << QStringLiteral("only the newest %1").arg(clockText(figures->kept));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

MathPanel::MathPanel(const PanelContext& context, MathBook& book, std::function<const MathLane&()> lane,
                     QWidget* parent)
    : Panel(parent)
    , context_(context)
    , book_(book)
    , lane_(std::move(lane)) {
    setObjectName(QStringLiteral("mathPanel"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(makeList(), 1);
    row->addWidget(makeForm());
    setFocusProxy(name_); // letters would move axes otherwise
    connect(&book_, &MathBook::changed, this, &MathPanel::listChannels);
    listChannels();
    edit(0);
    followLayout(this);
}

QWidget* MathPanel::makeList() {
    auto* side = new QWidget(this);
    auto* lists = new QWidget(side);
    stack_ = new QStackedLayout(lists);
    auto* empty = new EmptyState(
        context_.theme, QStringLiteral("chart-line"), QStringLiteral("No math channels yet"),
        QStringLiteral("Write a formula over channels, such as a1.setpoint - a1.position, or begin with one "
                       "that is often wanted. It runs in the scope like any other trace."),
        lists);
    stack_->addWidget(empty);
    list_ = new QTreeWidget(lists);
    list_->setObjectName(QStringLiteral("mathList"));
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    list_->setHeaderLabels(
        {QStringLiteral("In the scope"), QStringLiteral("Formula"), QStringLiteral("Unit"), QString()});
    alignCells(*list_);
    list_->header()->setSectionResizeMode(expressionColumn, QHeaderView::Stretch);
    list_->header()->setStretchLastSection(false);
    list_->setColumnWidth(nameColumn, 200);
    list_->setColumnWidth(unitColumn, 56);
    list_->setColumnWidth(noteColumn, 160);
    stack_->addWidget(list_);
    auto* add = makeButton(QStringLiteral("New"), QStringLiteral("mathNew"), side);
    context_.theme.keepIcon(add, QStringLiteral("plus"));
    auto* presets = new QToolButton(side);
    presets->setObjectName(QStringLiteral("mathPresets"));
    presets->setText(QStringLiteral("Often wanted"));
    presets->setToolTip(QStringLiteral("Formulas for the chosen axis"));
    presets->setPopupMode(QToolButton::InstantPopup);
    presets->setMinimumHeight(benchControlHeight);
    auto* menu = new QMenu(presets);
    menu->setObjectName(QStringLiteral("mathPresetMenu"));
    presets->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillPresets(menu); });
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(space::small, space::tiny, space::small, space::tiny);
    bar->setSpacing(space::small);
    bar->addWidget(add);
    bar->addWidget(presets);
    bar->addStretch(1);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(makeRule(side));
    column->addWidget(lists, 1);
    connect(add, &QPushButton::clicked, this, [this] {
        draft({});
        name_->setFocus(Qt::OtherFocusReason);
    });
    connect(list_, &QTreeWidget::currentItemChanged, this,
            [this](QTreeWidgetItem* item) { edit(idOf(item)); });
    connect(list_, &QTreeWidget::itemChanged, this, [this](QTreeWidgetItem* item, int changed) {
        if (changed == nameColumn) book_.show(idOf(item), item->checkState(nameColumn) == Qt::Checked);
    });
    return side;
}

QWidget* MathPanel::makeForm() {
    auto* form = new QWidget(this);
    form->setFixedWidth(formWidth);
    title_ = makeLabel({}, "title", form);
    name_ = new QLineEdit(form);
    name_->setObjectName(QStringLiteral("mathName"));
    name_->setAccessibleName(QStringLiteral("Name"));
    name_->setMaxLength(40);
    expression_ = new FormulaField(form);
    expression_->setObjectName(QStringLiteral("mathExpression"));
    expression_->setAccessibleName(QStringLiteral("Formula"));
    expression_->setToolTip(QStringLiteral("Ctrl+Space lists channels and functions"));
    unit_ = new QLineEdit(form);
    unit_->setObjectName(QStringLiteral("mathUnit"));
    unit_->setAccessibleName(QStringLiteral("Unit"));
    unit_->setMaxLength(12);
    unit_->setFixedWidth(unitWidth);
    apart_ = new QCheckBox(QStringLiteral("Pane of its own"), form);
    apart_->setObjectName(QStringLiteral("mathApart"));
    verdict_ = makeLabel({}, "small", form);
    verdict_->setObjectName(QStringLiteral("mathVerdict"));
    verdict_->setWordWrap(true);
    verdict_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    verdict_->setMinimumHeight(2 * verdict_->fontMetrics().lineSpacing());
    apply_ = makeButton(QStringLiteral("Add"), QStringLiteral("mathApply"), form);
    apply_->setProperty("role", QStringLiteral("primary"));
    remove_ = makeButton(QStringLiteral("Remove"), QStringLiteral("mathRemove"), form);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(space::small);
    grid->setVerticalSpacing(space::tiny);
    grid->addWidget(makeLabel(QStringLiteral("Name"), "muted", form), 0, 0);
    grid->addWidget(name_, 0, 1);
    grid->addWidget(makeLabel(QStringLiteral("Unit"), "muted", form), 0, 2);
    grid->addWidget(unit_, 0, 3);
    grid->addWidget(makeLabel(QStringLiteral("Formula"), "muted", form), 1, 0);
    grid->addWidget(expression_, 1, 1, 1, 3);
    grid->addWidget(verdict_, 2, 1, 1, 3);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(space::small);
    buttons->addWidget(apart_);
    buttons->addStretch(1);
    buttons->addWidget(remove_);
    buttons->addWidget(apply_);
    auto* column = new QVBoxLayout(form);
    column->setContentsMargins(space::medium, space::small, space::medium, space::small);
    column->setSpacing(space::tiny);
    column->addWidget(title_);
    column->addLayout(grid);
    column->addLayout(buttons);
    column->addStretch(1);
    for (QLineEdit* field : {name_, static_cast<QLineEdit*>(expression_), unit_}) {
        connect(field, &QLineEdit::textChanged, this, &MathPanel::check);
        connect(field, &QLineEdit::returnPressed, this, &MathPanel::apply);
    }
    connect(apart_, &QCheckBox::toggled, this, &MathPanel::check);
    connect(apply_, &QPushButton::clicked, this, &MathPanel::apply);
    connect(remove_, &QPushButton::clicked, this, &MathPanel::removeEdited);
    return form;
}

void MathPanel::tick(const Frame& frame) {
    axes_ = frame.axes;
    if (!(names_ == lane_().names())) {
        names_ = lane_().names();
        expression_->setWords(formulaWords(names_));
        listChannels();
        check();
    }
    if (frame.figuresDue) listFigures();
}

void MathPanel::fillPresets(QMenu* menu) {
    menu->clear();
    const motion::AxisView* view = axes_ ? axes_->find(context_.selection.axis()) : nullptr;
    const auto presets = view ? mathPresets(*view->axis, names_) : std::vector<MathPreset>{};
    for (const MathPreset& preset : presets)
        if (!preset.missing.isEmpty())
            menu->addAction(preset.missing)->setEnabled(false);
        else
            menu->addAction(preset.title + QStringLiteral("\t") + preset.channel.expression, this,
                            [this, channel = preset.channel] {
                                draft(channel);
                                apply();
                            });
    if (menu->isEmpty()) menu->addAction(QStringLiteral("Connect a bus first"))->setEnabled(false);
}

void MathPanel::listChannels() {
    const QSignalBlocker quiet(list_);
    list_->clear();
    for (const MathChannel& channel : book_.channels()) {
        const QString unit = choiceOf(channel, names_).unit;
        auto* item = new QTreeWidgetItem(list_, {channel.name, channel.expression, unit});
        item->setData(nameColumn, Qt::UserRole, channel.id);
        item->setCheckState(nameColumn, channel.shown ? Qt::Checked : Qt::Unchecked);
        item->setToolTip(expressionColumn, channel.expression);
        const bool compiles =
            telemetry::Formula::compile(channel.expression.toStdString(), names_).has_value();
        item->setData(noteColumn, Qt::UserRole, compiles);
        if (channel.id == edited_) list_->setCurrentItem(item);
    }
    stack_->setCurrentIndex(list_->topLevelItemCount() > 0 ? 1 : 0);
    listFigures();
}

void MathPanel::listFigures() {
    const QSignalBlocker quiet(list_);
    for (int row = 0; row < list_->topLevelItemCount(); ++row) {
        QTreeWidgetItem* item = list_->topLevelItem(row);
        const bool compiles = item->data(noteColumn, Qt::UserRole).toBool();
        const QString note = noteOf(lane_().figuresOf(idOf(item)), compiles);
        if (item->text(noteColumn) != note) item->setText(noteColumn, note);
    }
}

void MathPanel::draft(const MathChannel& channel) {
    const QSignalBlocker quiet(list_);
    list_->setCurrentItem(nullptr);
    edited_ = 0;
    name_->setText(channel.name);
    expression_->setText(channel.expression);
    unit_->setText(channel.unit);
    apart_->setChecked(channel.apart);
    showText(title_, QStringLiteral("NEW MATH CHANNEL"));
    showText(apply_, QStringLiteral("Add"));
    remove_->hide();
    check();
}

void MathPanel::edit(std::uint16_t id) {
    const MathChannel* channel = book_.find(id);
    if (!channel) return draft({});
    const MathChannel shown = *channel;
    edited_ = id;
    name_->setText(shown.name);
    expression_->setText(shown.expression);
    unit_->setText(shown.unit);
    apart_->setChecked(shown.apart);
    showText(title_, QStringLiteral("EDIT MATH CHANNEL"));
    showText(apply_, QStringLiteral("Apply"));
    remove_->show();
    check();
}

MathChannel MathPanel::written() const {
    MathChannel channel;
    if (const MathChannel* before = book_.find(edited_)) channel = *before;
    channel.name = name_->text().trimmed();
    channel.expression = expression_->text().trimmed();
    if (channel.name.isEmpty()) channel.name = channel.expression.left(24);
    channel.unit = unit_->text().trimmed();
    channel.apart = apart_->isChecked();
    return channel;
}

void MathPanel::check() {
    const QString text = expression_->text();
    const auto formula = telemetry::Formula::compile(text.toStdString(), names_);
    const bool isEmpty = !formula && formula.error().fault == telemetry::FormulaFault::empty;
    const bool isWrong = !formula && !isEmpty;
    if (expression_->property("invalid").toBool() != isWrong) {
        expression_->setProperty("invalid", isWrong);
        expression_->style()->unpolish(expression_);
        expression_->style()->polish(expression_);
    }
    const QString derived = unitText(telemetry::derivedUnit(text.toStdString(), names_));
    unit_->setPlaceholderText(formula && !derived.isEmpty() ? derived : QStringLiteral("none"));
    if (!formula) {
        showText(verdict_, textOf(formula.error(), text, names_));
    } else {
        QStringList inputs;
        for (const auto& input : formula->inputs())
            inputs << QString::fromStdString(input.word);
        const QString unit = unit_->text().trimmed().isEmpty() ? derived : unit_->text().trimmed();
        showText(verdict_, QStringLiteral("Reads %1%2")
                               .arg(inputs.join(QStringLiteral(", ")),
                                    unit.isEmpty() ? QString() : QStringLiteral(" · gives %1").arg(unit)));
    }
    setRole(verdict_, isWrong ? "fault" : "small");
    const MathChannel* before = book_.find(edited_);
    apply_->setEnabled(formula.has_value() && (!before || !(*before == written())));
}

void MathPanel::apply() {
    const auto formula = telemetry::Formula::compile(expression_->text().toStdString(), names_);
    if (!formula) return expression_->point(formula.error());
    MathChannel channel = written();
    channel.id = edited_;
    edited_ = book_.put(channel);
    listChannels();
    edit(edited_);
}

void MathPanel::removeEdited() {
    const std::uint16_t id = std::exchange(edited_, 0);
    book_.remove(id);
    draft({});
}

} // namespace servolane::ui
