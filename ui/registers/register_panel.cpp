// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/register_panel.h"

#include "core/telemetry/read/timing.h"
#include "core/telemetry/read/trace_set.h"
#include "ui/binding/replay_lock.h"
#include "ui/binding/selection.h"
#include "ui/binding/state_text.h"
#include "ui/binding/timing_text.h"
#include "ui/registers/register_editor.h"
#include "ui/registers/register_table.h"
#include "ui/registers/register_text.h"
#include "ui/registers/strip_row.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/text.h"

#include <QtGui/QAction>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableWidget>
#include <algorithm>

namespace servolane::ui {

namespace {

constexpr int sideWidth = 320;

QString favouritesFile(const BackupWays& ways) {
    return ways.configFolder.empty()
               ? QString()
               : QString::fromStdString(ways.configFolder) + QStringLiteral("/registers.ini");
}

} // namespace

RegisterPanel::RegisterPanel(const PanelContext& context, BackupWays ways, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , desk_(new BackupDesk(context, std::move(ways), this))
    , stack_(new QStackedLayout(this))
    , table_(new RegisterTable(context.theme, favouritesFile(desk_->ways()), this)) {
    setObjectName(QStringLiteral("registerPanel"));
    stack_->addWidget(new EmptyState(context.theme, QStringLiteral("table-2"),
                                     QStringLiteral("No axis selected"),
                                     QStringLiteral("Select an axis to see its control table."), this));
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeFilterRow());
    column->addWidget(makeRule(body));
    // The editor beside the table: beneath it, it left two rows of the table in a low dock.
    auto* both = new QHBoxLayout;
    both->setSpacing(0);
    both->addWidget(table_->widget(), 1);
    both->addWidget(makeSide());
    column->addLayout(both, 1);
    stack_->addWidget(body);
    connect(table_, &RegisterTable::chosenChanged, this, &RegisterPanel::choose);
    connect(desk_, &BackupDesk::told, this, [this](bool good, const QString& sentence) {
        note_->say(good ? Tone::ok : Tone::warn, sentence);
    });
    connect(desk_, &BackupDesk::loadedChanged, this, [this] { plan_.reset(); });
    connect(&context.theme, &Theme::changed, this, [this] {
        if (axis_) table_->showModel(axis_->model);
    });
    choose();
}

QWidget* RegisterPanel::makeFilterRow() {
    auto* strip = new QWidget(this);
    auto* row = makeStripRow(strip);
    search_ = new QLineEdit(strip);
    search_->setObjectName(QStringLiteral("registerSearch"));
    search_->setPlaceholderText(QStringLiteral("Name, meaning or address"));
    search_->setMinimumWidth(200);
    search_->setMaximumWidth(240);
    groups_ = new QComboBox(strip);
    groups_->setObjectName(QStringLiteral("registerGroups"));
    groups_->addItems({QStringLiteral("All registers"), QStringLiteral("Favourites"),
                       QStringLiteral("Pending"), QStringLiteral("Differs from file"),
                       QStringLiteral("Watched")});
    for (const RegisterGroup group : registerGroups())
        groups_->addItem(titleOf(group));
    auto* read = makeButton(QStringLiteral("Read"), QStringLiteral("readRegister"), strip);
    auto* readAll = makeButton(QStringLiteral("Read all"), QStringLiteral("readAllRegisters"), strip);
    file_ = makeLabel({}, "small", strip);
    stageFile_ = makeButton(QStringLiteral("Stage file"), QStringLiteral("stageFile"), strip);
    forgetFile_ = makeButton(QStringLiteral("Close file"), QStringLiteral("forgetFile"), strip);
    auto* load = makeButton(QStringLiteral("Load backup…"), QStringLiteral("loadBackup"), strip);
    auto* save = makeButton(QStringLiteral("Save backup…"), QStringLiteral("saveBackup"), strip);
    for (QWidget* widget : std::initializer_list<QWidget*>{search_, groups_, read, readAll})
        row->addWidget(widget);
    row->addWidget(file_, 1);
    for (QWidget* widget : std::initializer_list<QWidget*>{stageFile_, forgetFile_, load, save})
        row->addWidget(widget);
    for (QWidget* control : std::initializer_list<QWidget*>{read, readAll, save, stageFile_})
        markAsCommand(control);
    connect(search_, &QLineEdit::textChanged, this, &RegisterPanel::filter);
    connect(groups_, &QComboBox::currentIndexChanged, this, &RegisterPanel::filter);
    connect(read, &QPushButton::clicked, this, [this] {
        if (const auto* of = table_->chosen())
            note_->follow(context_.send(registers::ReadRegister{axis_->id, of->name}));
    });
    connect(readAll, &QPushButton::clicked, this, [this] {
        if (axis_) note_->follow(context_.send(registers::ReadAllRegisters{axis_->id}));
    });
    connect(stageFile_, &QPushButton::clicked, this, &RegisterPanel::stageFile);
    connect(forgetFile_, &QPushButton::clicked, desk_, &BackupDesk::forget);
    connect(load, &QPushButton::clicked, desk_, &BackupDesk::chooseLoad);
    connect(save, &QPushButton::clicked, this, [this] {
        if (axis_) desk_->chooseSave(*axis_);
    });
    return strip;
}

/// The register that is chosen, with what it means and its new value; beneath it, always in the same place,
/// what is done with all that is pending.
QWidget* RegisterPanel::makeSide() {
    auto* side = new QWidget(this);
    side->setFixedWidth(sideWidth);
    auto* area = new QScrollArea(side);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(makeEditor());
    torque_ = makeButton(QStringLiteral("Torque off"), QStringLiteral("registerTorqueOff"), side);
    apply_ = makeButton(QStringLiteral("Apply"), QStringLiteral("applyRegisters"), side);
    discard_ = makeButton(QStringLiteral("Discard"), QStringLiteral("discardRegisters"), side);
    apply_->setMinimumWidth(apply_->fontMetrics().horizontalAdvance(QStringLiteral("Apply 000")) +
                            space::wide);
    QSizePolicy kept = torque_->sizePolicy();
    kept.setRetainSizeWhenHidden(true);
    torque_->setSizePolicy(kept);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(space::medium, 0, space::medium, space::tiny);
    buttons->setSpacing(space::tiny);
    buttons->addWidget(torque_);
    buttons->addStretch(1);
    buttons->addWidget(apply_);
    buttons->addWidget(discard_);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    column->addWidget(area, 1);
    column->addWidget(makeStaging());
    column->addLayout(buttons);
    markAsCommand(torque_, "SetTorque");
    markAsCommand(apply_, "WriteRegisters");
    connect(torque_, &QPushButton::clicked, this, &RegisterPanel::switchTorqueOff);
    connect(apply_, &QPushButton::clicked, this, &RegisterPanel::apply);
    connect(discard_, &QPushButton::clicked, this, &RegisterPanel::discard);
    return side;
}

QWidget* RegisterPanel::makeEditor() {
    auto* page = new QWidget(this);
    name_ = makeLabel({}, "plain", page);
    name_->setObjectName(QStringLiteral("registerTitle"));
    name_->setWordWrap(true);
    editor_ = new RegisterEditor(page);
    stage_ = makeButton(QStringLiteral("Stage"), QStringLiteral("stageRegister"), page);
    meaning_ = makeLabel({}, "small", page);
    meaning_->setObjectName(QStringLiteral("registerMeaning"));
    meaning_->setWordWrap(true);
    watch_ = makeButton(QStringLiteral("Watch"), QStringLiteral("watchRegister"), page);
    watch_->setToolTip(QStringLiteral("Read it as a channel: the scope shows it, recordings keep it (W)"));
    auto* head = new QHBoxLayout;
    head->addWidget(name_, 1);
    head->addWidget(watch_);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::tiny);
    row->addWidget(editor_, 1);
    row->addWidget(stage_);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(space::medium, space::tiny, space::medium, 0);
    column->setSpacing(space::tiny);
    column->addLayout(head);
    column->addLayout(row);
    column->addWidget(meaning_);
    column->addStretch(1);
    markAsCommand(stage_, "WriteRegister");
    markAsCommand(watch_, "WatchRegister");
    connect(watch_, &QPushButton::clicked, this, &RegisterPanel::watch);
    offerWatchInTable();
    connect(editor_, &RegisterEditor::decided, this, &RegisterPanel::stage);
    connect(stage_, &QPushButton::clicked, this, &RegisterPanel::stage);
    return page;
}

void RegisterPanel::offerWatchInTable() {
    watchAction_ = new QAction(QStringLiteral("Watch in the scope"), this);
    watchAction_->setObjectName(QStringLiteral("watchRegisterAction"));
    watchAction_->setShortcut(Qt::Key_W);
    watchAction_->setShortcutContext(Qt::WidgetShortcut);
    table_->widget()->addAction(watchAction_);
    table_->widget()->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(watchAction_, &QAction::triggered, watch_, &QPushButton::click);
}

/// What is pending, and what became of it, take turns in one line that is always there: nothing moves while
/// it is aimed at.
QWidget* RegisterPanel::makeStaging() {
    auto* strip = new QWidget(this);
    auto* cell = new QGridLayout(strip);
    cell->setContentsMargins(space::medium, 0, space::medium, 0);
    staged_ = makeLabel({}, "small", strip);
    staged_->setObjectName(QStringLiteral("registersStaged"));
    note_ = new CommandNote(context_.theme, QStringLiteral("registerNote"), strip);
    note_->reserve(2);
    staged_->setWordWrap(true);
    cell->addWidget(staged_, 0, 0);
    cell->addWidget(note_, 0, 0);
    return strip;
}

RegisterPanel::Pending& RegisterPanel::pending() {
    return pending_[axis_->id];
}

void RegisterPanel::tick(const Frame& frame) {
    note_->tick(frame);
    desk_->tick(frame);
    const motion::AxisView* view = frame.axes->find(context_.selection.axis());
    stack_->setCurrentIndex(view ? 1 : 0);
    if (!view || !frame.figuresDue) return;
    const bool other = !axis_ || axis_->id != view->axis->id || axis_->model != view->axis->model;
    axis_ = view->axis;
    torqueOn_ = view->torque;
    if (other) {
        note_->dismiss();
        table_->showModel(axis_->model);
        choose();
    }
    dropWritten(frame);
    planFile(frame);
    showValues(frame);
    showWatching(frame);
    showStaging(frame);
}

/// How often a watched register really arrives, not how often it was asked for.
void RegisterPanel::showWatching(const Frame& frame) {
    std::map<std::string, QString> rates;
    for (const motion::Watch& one : axis_->watches) {
        if (!one.on) continue;
        const auto* trace = frame.traces->find(axis_->id, *motion::watchOf(one.name, *axis_));
        rates[one.name] =
            trace ? rateText(telemetry::timingOf(*trace->trace, frame.now)) : QStringLiteral("waiting");
    }
    table_->showWatched(rates);
    const registers::Register* of = table_->chosen();
    const bool on = of && motion::isWatched(of->name, *axis_);
    watch_->setEnabled(of && (on || motion::canBeWatched(of->name, *axis_->model)));
    watchAction_->setEnabled(watch_->isEnabled());
    showText(watch_, on ? QStringLiteral("Unwatch") : QStringLiteral("Watch"));
    watchAction_->setText(on ? QStringLiteral("Watch no more") : QStringLiteral("Watch in the scope"));
}

void RegisterPanel::watch() {
    const registers::Register* of = axis_ ? table_->chosen() : nullptr;
    if (!of) return;
    note_->follow(
        context_.send(motion::WatchRegister{axis_->id, of->name, !motion::isWatched(of->name, *axis_)}));
}

/// What the servo holds now is no longer pending.
void RegisterPanel::dropWritten(const Frame& frame) {
    std::erase_if(pending(), [&](const auto& one) {
        const auto* known = frame.registers->find(axis_->id, one.first);
        return known && known->raw == one.second;
    });
}

void RegisterPanel::planFile(const Frame& frame) {
    const registers::Backup* file = desk_->loaded();
    plan_.reset();
    if (!file) return;
    const auto* servo = file->find(axis_->servo);
    if (!servo && file->servos.size() == 1) servo = &file->servos.front();
    if (servo)
        plan_ = registers::planRestore(*servo, *axis_->model, axis_->servo, frame.registers->rawOf(axis_->id),
                                       registers::Identity::keep, axis_->firmware);
}

void RegisterPanel::showValues(const Frame& frame) {
    table_->showValues(*frame.registers, axis_->id, {&pending(), plan_ ? &*plan_ : nullptr}, frame.now);
    const auto* of = table_->chosen();
    if (!of) return;
    const auto staged = pending().find(of->name);
    if (staged != pending().end())
        editor_->showCurrent(staged->second);
    else if (const auto* known = frame.registers->find(axis_->id, of->name))
        editor_->showCurrent(known->raw);
}

bool RegisterPanel::needsTorqueOff() const {
    const auto found = pending_.find(axis_->id);
    return torqueOn_ != false && found != pending_.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](const auto& one) {
               const auto* of = axis_->model->find(one.first);
               return of && of->storage == registers::Storage::eeprom;
           });
}

QString RegisterPanel::fileText() const {
    if (!desk_->loaded()) return {};
    if (!plan_) return QStringLiteral("%1 holds no servo %2").arg(desk_->fileName()).arg(axis_->servo.value);
    return QStringLiteral("%1: %2 differ, %3 cannot carry over")
        .arg(desk_->fileName())
        .arg(plan_->writes.size())
        .arg(plan_->left.size());
}

void RegisterPanel::showStaging(const Frame&) {
    const std::size_t count = pending().size();
    const bool locked = needsTorqueOff();
    showText(file_, fileText());
    stageFile_->setVisible(plan_ && !plan_->writes.empty());
    forgetFile_->setVisible(desk_->loaded() != nullptr);
    torque_->setVisible(locked);
    staged_->setVisible(count > 0 && note_->text().isEmpty());
    apply_->setEnabled(count > 0 && !locked);
    discard_->setEnabled(count > 0);
    showText(apply_, count > 0 ? QStringLiteral("Apply %1").arg(count) : QStringLiteral("Apply"));
    showText(staged_,
             locked ? QStringLiteral("%1 pending, some of them in EEPROM, which is locked while torque is on")
                          .arg(count)
                    : QStringLiteral("%1 pending; they are written together and read back").arg(count));
}

void RegisterPanel::choose() {
    const registers::Register* of = axis_ ? table_->chosen() : nullptr;
    editor_->edit(of);
    const RegisterWay way = of ? wayOf(*of) : RegisterWay::readOnly;
    stage_->setEnabled(of && (way == RegisterWay::staged || way == RegisterWay::alone));
    showText(name_, of ? registerTitle(*of) : QStringLiteral("Select a register"));
    QStringList told;
    if (of) {
        told << (reasonOf(*of).isEmpty() ? registerRange(*of) : reasonOf(*of));
        if (reasonOf(*of).isEmpty() && of->defaultValue)
            told << QStringLiteral("default %1").arg(registerText(*of, *of->defaultValue));
        told << QString::fromStdString(of->meaning);
        told.removeAll(QString());
    }
    showText(meaning_, told.join(QStringLiteral(" · ")));
}

void RegisterPanel::filter() {
    RegisterFilter wanted;
    wanted.text = search_->text().trimmed();
    constexpr int firstGroup = 5;
    const int at = groups_->currentIndex();
    wanted.kind = at >= firstGroup ? RegisterFilter::Kind::group : static_cast<RegisterFilter::Kind>(at);
    if (at >= firstGroup) wanted.group = registerGroups()[static_cast<std::size_t>(at - firstGroup)];
    table_->filter(wanted);
}

void RegisterPanel::stage() {
    const registers::Register* of = table_->chosen();
    if (!of) return;
    const auto raw = editor_->raw();
    if (!raw) return note_->say(Tone::warn, QStringLiteral("Type a number first"));
    if ((of->minimum && *raw < *of->minimum) || (of->maximum && *raw > *of->maximum))
        return note_->say(Tone::warn,
                          QStringLiteral("%1 is outside %2 of %3")
                              .arg(registerText(*of, *raw), registerRange(*of), registerTitle(*of)));
    pending()[of->name] = *raw;
    note_->dismiss();
    editor_->settle();
}

void RegisterPanel::stageFile() {
    if (!plan_) return;
    for (const auto& write : plan_->writes)
        pending()[write.name] = write.after;
}

void RegisterPanel::discard() {
    pending().clear();
    editor_->settle();
    note_->dismiss();
}

void RegisterPanel::switchTorqueOff() {
    note_->follow(context_.send(motion::SetTorque{axis_->id, false}));
}

/// All settings as one command; id and rate say how the servo is reached, so each goes alone and last.
void RegisterPanel::apply() {
    registers::WriteRegisters batch{axis_->id, {}, "register table"};
    std::vector<api::CommandBody> alone;
    for (const auto& [name, raw] : pending()) {
        const registers::Register* of = axis_->model->find(name);
        if (!of) continue;
        if (wayOf(*of) == RegisterWay::staged)
            batch.writes.push_back({name, raw});
        else if (of->role == registers::Role::servoId)
            alone.emplace_back(registers::SetServoId{axis_->id, {static_cast<std::uint8_t>(raw)}});
        else if (const auto baud = registers::baudFromRaw(*of, raw))
            alone.emplace_back(registers::SetServoBaud{axis_->id, *baud});
    }
    if (!batch.writes.empty()) note_->follow(context_.send(batch));
    for (auto& command : alone)
        note_->follow(context_.send(std::move(command)));
}

} // namespace servolane::ui
