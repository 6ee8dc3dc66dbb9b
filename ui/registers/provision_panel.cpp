// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/provision_panel.h"

#include "core/bus/read/bus_board.h"
#include "ui/binding/replay_lock.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/registers/plan_rows.h"
#include "ui/registers/strip_row.h"
#include "ui/registers/write_batch.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableWidget>
#include <algorithm>

namespace servolane::ui {

namespace {

constexpr Duration scanInterval = std::chrono::seconds{2};

} // namespace

ProvisionPanel::ProvisionPanel(const PanelContext& context, ProvisionWays ways, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , ways_(std::move(ways))
    , stack_(new QStackedLayout(this)) {
    setObjectName(QStringLiteral("provisionPanel"));
    auto* empty =
        new EmptyState(context.theme, QStringLiteral("table-2"), QStringLiteral("No recipe"),
                       QStringLiteral("A recipe says how the servos of a line are to be set up: ids, "
                                      "limits, gains. What it would write is shown first."),
                       this);
    auto* open = empty->addButton(QStringLiteral("Open recipe…"), QStringLiteral("folder-open"),
                                  QStringLiteral("provisionOpen"), true);
    connect(open, &QPushButton::clicked, this, [this] { chooseFile(false); });
    stack_->addWidget(empty);
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeChoice());
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    servos_ = new QListWidget(body);
    servos_->setObjectName(QStringLiteral("provisionServos"));
    servos_->setFixedWidth(300);
    servos_->setFrameShape(QFrame::NoFrame);
    table_ = PlanRows::makeTable(QStringLiteral("provisionTable"), body);
    middle->addWidget(servos_);
    middle->addWidget(table_, 1);
    column->addLayout(middle, 1);
    column->addWidget(makeRule(body));
    column->addWidget(makeEnd());
    stack_->addWidget(body);
}

QWidget* ProvisionPanel::makeChoice() {
    auto* strip = new QWidget(this);
    auto* row = makeStripRow(strip);
    auto* open = makeButton(QStringLiteral("Open recipe…"), QStringLiteral("provisionOpenOther"), strip);
    file_ = makeLabel({}, "plain", strip);
    buses_ = new QComboBox(strip);
    buses_->setObjectName(QStringLiteral("provisionBus"));
    buses_->setMinimumWidth(180);
    source_ = new QComboBox(strip);
    source_->setObjectName(QStringLiteral("provisionSource"));
    source_->addItems({QStringLiteral("Servos of the bus"), QStringLiteral("Next servo connected")});
    preview_ = makeButton(QStringLiteral("Preview"), QStringLiteral("provisionPreview"), strip);
    preview_->setMinimumWidth(110);
    row->addWidget(open);
    row->addWidget(file_, 1);
    row->addWidget(makeLabel(QStringLiteral("On"), "small", strip));
    row->addWidget(buses_);
    row->addWidget(source_);
    row->addWidget(preview_);
    markAsCommand(preview_);
    connect(open, &QPushButton::clicked, this, [this] { chooseFile(false); });
    connect(buses_, &QComboBox::currentIndexChanged, this, &ProvisionPanel::startOver);
    connect(source_, &QComboBox::currentIndexChanged, this, &ProvisionPanel::startOver);
    connect(preview_, &QPushButton::clicked, this, &ProvisionPanel::preview);
    return strip;
}

QWidget* ProvisionPanel::makeEnd() {
    auto* strip = new QWidget(this);
    auto* row = makeStripRow(strip);
    job_ = new JobStrip(QStringLiteral("provisionJob"), strip);
    state_ = makeLabel({}, "small", strip);
    state_->setObjectName(QStringLiteral("provisionState"));
    state_->setWordWrap(true);
    torque_ = new QCheckBox(QStringLiteral("Torque off where needed"), strip);
    torque_->setObjectName(QStringLiteral("provisionTorqueOff"));
    torque_->setToolTip(QStringLiteral("EEPROM is locked while torque is on: a vertical load would drop"));
    apply_ = makeButton(QStringLiteral("Apply"), QStringLiteral("provisionApply"), strip);
    save_ = makeButton(QStringLiteral("Save report…"), QStringLiteral("provisionSave"), strip);
    row->addWidget(job_, 1);
    row->addWidget(state_, 1);
    row->addWidget(torque_);
    row->addWidget(apply_);
    row->addWidget(save_);
    markAsCommand(apply_, "WriteRegisters");
    connect(job_, &JobStrip::cancelled, this, [this] { run_.cancel(); });
    connect(apply_, &QPushButton::clicked, this, &ProvisionPanel::apply);
    connect(save_, &QPushButton::clicked, this, [this] { chooseFile(true); });
    return strip;
}

void ProvisionPanel::chooseFile(bool save) {
    auto* dialog =
        new QFileDialog(this, save ? QStringLiteral("Save report") : QStringLiteral("Open recipe"), {},
                        save ? QStringLiteral("Reports (*.json)") : QStringLiteral("Recipes (*.json)"));
    dialog->setObjectName(QStringLiteral("provisionDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    // The desktop's own dialog would be modal, and stop would wait behind it.
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setModal(false);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->setAcceptMode(save ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(save ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, save](const QString& path) { save ? saveReport(path) : load(path); });
    dialog->show();
}

void ProvisionPanel::load(const QString& path) {
    if (!ways_.readRecipe) return;
    path_ = path;
    said_.clear();
    stack_->setCurrentIndex(1);
    reading_.start(
        [read = ways_.readRecipe, file = path.toStdString()](session::JobProgress&) { return read(file); },
        {});
}

void ProvisionPanel::saveReport(const QString& path) {
    if (!ways_.writeReport) return;
    writing_.start([write = ways_.writeReport, file = path.toStdString(),
                    report = report_](session::JobProgress&) { return write(file, report); },
                   {});
    said_ = QStringLiteral("Saving the report to %1…").arg(QFileInfo(path).fileName());
    reportPath_ = path;
}

void ProvisionPanel::takeFiles() {
    if (const auto written = writing_.take())
        said_ = *written
                    ? QStringLiteral("Report saved to %1").arg(QFileInfo(reportPath_).fileName())
                    : QStringLiteral("Report not saved: ") + QString::fromStdString(written->error().detail);
    auto read = reading_.take();
    if (!read) return;
    startOver();
    servos_->clear();
    if (!*read) {
        recipe_.reset();
        said_ = QStringLiteral("Not opened: ") + QString::fromStdString(read->error().detail);
        return;
    }
    recipe_ = std::move(**read);
    for (std::size_t i = 0; i < recipe_->servos.size(); ++i) {
        auto* item = new QListWidgetItem(servos_);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    }
}

/// What was planned or done belongs to other servos or another file.
void ProvisionPanel::startOver() {
    if (run_.phase() == ProvisionRun::Phase::writing) return;
    run_.forget();
    report_ = {};
    setUp_.clear();
    waiting_ = false;
    said_.clear();
    table_->setRowCount(0);
}

BusId ProvisionPanel::bus() const {
    return {static_cast<std::uint16_t>(buses_->currentData().toUInt())};
}

ProvisionPanel::Source ProvisionPanel::source() const {
    return static_cast<Source>(source_->currentIndex());
}

ProvisionRun::TorqueOff ProvisionPanel::mayRelease() const {
    return torque_->isChecked() ? ProvisionRun::TorqueOff::yes : ProvisionRun::TorqueOff::no;
}

const motion::AxisView* ProvisionPanel::answering(const Frame& frame, ServoId id) const {
    for (const motion::AxisView& view : frame.axes->axes)
        if (view.axis->bus == bus() && view.axis->servo == id && !view.silent) return &view;
    return nullptr;
}

std::size_t ProvisionPanel::nextEntry() const {
    std::size_t at = 0;
    while (recipe_ && at < recipe_->servos.size() &&
           (setUp_.contains(at) || servos_->item(static_cast<int>(at))->checkState() != Qt::Checked))
        ++at;
    return at;
}

void ProvisionPanel::tick(const Frame& frame) {
    newest_ = frame;
    takeFiles();
    if (frame.figuresDue) showBuses(frame);
    if (run_.tick(context_, frame)) {
        if (run_.phase() == ProvisionRun::Phase::ended) takeEnd();
        showPlan();
    }
    if (waiting_) wait(frame);
    if (frame.figuresDue) showServos(frame);
    showState(frame);
}

void ProvisionPanel::showBuses(const Frame& frame) {
    const QSignalBlocker quiet(buses_);
    bool isSame = buses_->count() == static_cast<int>(frame.buses->buses.size());
    for (int i = 0; isSame && i < buses_->count(); ++i) {
        const bus::BusView& view = frame.buses->buses[static_cast<std::size_t>(i)];
        isSame = buses_->itemData(i).toUInt() == view.id.value &&
                 buses_->itemText(i) == QString::fromStdString(view.name);
    }
    if (isSame) return;
    const QVariant chosen = buses_->currentData();
    buses_->clear();
    for (const bus::BusView& view : frame.buses->buses)
        buses_->addItem(QString::fromStdString(view.name), uint{view.id.value});
    if (const int at = buses_->findData(chosen); at >= 0) buses_->setCurrentIndex(at);
}

void ProvisionPanel::showServos(const Frame& frame) {
    if (!recipe_) return;
    const bool isBusy = run_.phase() == ProvisionRun::Phase::writing;
    for (std::size_t i = 0; i < recipe_->servos.size(); ++i) {
        const registers::RecipeServo& wanted = recipe_->servos[i];
        const motion::AxisView* view = answering(frame, wanted.id);
        QString text =
            QStringLiteral("%1 → %2").arg(wanted.id.value).arg(wanted.newId.value_or(wanted.id).value);
        if (!wanted.name.empty()) text += QStringLiteral("  ") + QString::fromStdString(wanted.name);
        if (setUp_.contains(i))
            text += QStringLiteral(" · set up");
        else if (source() == Source::next)
            text += i == nextEntry() ? QStringLiteral(" · next") : QString();
        else if (!view)
            text += QStringLiteral(" · does not answer");
        else
            text += QStringLiteral(" · ") + QString::fromStdString(view->axis->model->name);
        QListWidgetItem* item = servos_->item(static_cast<int>(i));
        if (item->text() != text) item->setText(text);
        const Qt::ItemFlags flags =
            isBusy ? Qt::ItemFlags(Qt::NoItemFlags) : Qt::ItemIsEnabled | Qt::ItemIsUserCheckable;
        if (item->flags() != flags) item->setFlags(flags);
    }
}

void ProvisionPanel::showPlan() {
    PlanRows rows(table_);
    for (const ProvisionRun::Station& station : run_.stations())
        rows.add(station, run_.phase() == ProvisionRun::Phase::ended && run_.problem().isEmpty());
    table_->setRowCount(rows.count());
}

QString ProvisionPanel::stateText(const Frame& frame) const {
    using Phase = ProvisionRun::Phase;
    if (!said_.isEmpty()) return said_;
    if (run_.phase() == Phase::ended && !run_.problem().isEmpty()) return run_.problem();
    if (run_.phase() == Phase::planned) {
        const QString obstacle = run_.obstacle(mayRelease());
        if (!obstacle.isEmpty()) return obstacle;
        std::size_t writes = run_.idChanges().size();
        for (const auto& station : run_.stations())
            writes += station.plan.writes.size();
        return QStringLiteral(
                   "%1 settings of %2 servos will be written and read back; nothing is written yet")
            .arg(writes)
            .arg(run_.stations().size());
    }
    if (waiting_ && nextEntry() < recipe_->servos.size()) {
        const auto& wanted = recipe_->servos[nextEntry()];
        return QStringLiteral(
                   "Connect the next servo, alone of those that are not set up: it becomes id %1%2")
            .arg(wanted.newId.value_or(wanted.id).value)
            .arg(wanted.name.empty() ? QString()
                                     : QStringLiteral(", ") + QString::fromStdString(wanted.name));
    }
    if (run_.phase() == Phase::ended)
        return QStringLiteral("%1 servos are set up and read back").arg(report_.servos.size());
    if (!run_.problem().isEmpty()) return run_.problem();
    if (frame.buses->buses.empty()) return QStringLiteral("No bus is connected");
    return source() == Source::next ? QStringLiteral("Start, then connect one servo after the other")
                                    : QStringLiteral("Tick the servos, then look at what would be written");
}

void ProvisionPanel::showState(const Frame& frame) {
    using Phase = ProvisionRun::Phase;
    stack_->setCurrentIndex(recipe_ || reading_.isRunning() || !said_.isEmpty() ? 1 : 0);
    if (!recipe_) {
        showText(file_, QFileInfo(path_).fileName());
    } else {
        showText(
            file_,
            QStringLiteral("%1: %2 servos").arg(QFileInfo(path_).fileName()).arg(recipe_->servos.size()));
    }
    const Phase phase = run_.phase();
    const bool isBusy = phase == Phase::reading || phase == Phase::writing;
    job_->setVisible(isBusy);
    state_->setVisible(!isBusy);
    if (isBusy)
        job_->showProgress(run_.step(), run_.done(),
                           JobStrip::estimate(frame.now - run_.began(), run_.done()));
    else
        showText(state_, stateText(frame));
    const bool mayStart = recipe_ && !isBusy && bus() != BusId{};
    preview_->setEnabled(mayStart && nextEntry() < recipe_->servos.size());
    showText(preview_, source() == Source::bus ? QStringLiteral("Preview")
                       : waiting_              ? QStringLiteral("Wait no more")
                                               : QStringLiteral("Start"));
    for (QWidget* choice : std::initializer_list<QWidget*>{buses_, source_})
        choice->setEnabled(!isBusy && !waiting_);
    apply_->setEnabled(phase == Phase::planned && run_.obstacle(mayRelease()).isEmpty());
    save_->setEnabled(!isBusy && !report_.servos.empty());
}

void ProvisionPanel::preview() {
    if (!recipe_ || !newest_) return;
    said_.clear();
    if (source() == Source::next) {
        waiting_ = !waiting_;
        run_.forget();
        table_->setRowCount(0);
        known_.clear();
        for (const motion::AxisView& view : newest_->axes->axes)
            if (!view.silent) known_.insert(view.axis->id);
        return;
    }
    std::vector<ProvisionRun::Wish> wishes;
    for (std::size_t i = 0; i < recipe_->servos.size(); ++i) {
        if (setUp_.contains(i) || servos_->item(static_cast<int>(i))->checkState() != Qt::Checked) continue;
        const registers::RecipeServo& wanted = recipe_->servos[i];
        const motion::AxisView* view = answering(*newest_, wanted.id);
        if (!view) {
            said_ =
                QStringLiteral("No servo answers under id %1: untick it, or connect it").arg(wanted.id.value);
            return;
        }
        wishes.push_back({wanted, view->axis});
    }
    table_->setRowCount(0);
    run_.look(context_, *recipe_, std::move(wishes), *newest_, ways_.refusal);
}

void ProvisionPanel::wait(const Frame& frame) {
    using Phase = ProvisionRun::Phase;
    if (nextEntry() >= recipe_->servos.size()) {
        waiting_ = false;
        return;
    }
    if (run_.phase() != Phase::idle && run_.phase() != Phase::ended) return;
    // One that went away and answers again may be another.
    for (const motion::AxisView& view : frame.axes->axes)
        if (view.silent) known_.erase(view.axis->id);
    meetNext(frame);
    if (run_.phase() == Phase::idle || run_.phase() == Phase::ended) searchNext(frame);
}

void ProvisionPanel::meetNext(const Frame& frame) {
    for (const motion::AxisView& view : frame.axes->axes) {
        const bool isNew = view.axis->bus == bus() && !view.silent && !known_.contains(view.axis->id);
        if (!isNew) continue;
        registers::RecipeServo wanted = recipe_->servos[nextEntry()];
        wanted.newId = wanted.newId.value_or(wanted.id);
        wanted.id = view.axis->servo;
        said_.clear();
        run_.look(context_, *recipe_, {{std::move(wanted), view.axis}}, frame, ways_.refusal);
        return;
    }
}

/// A servo that was not there when the bus was opened is found by a scan alone.
void ProvisionPanel::searchNext(const Frame& frame) {
    if (scan_ != CommandId{}) {
        const auto* entry = findCommand(*frame.commands, scan_);
        if (!entry || !isEnd(entry->state)) return;
        scan_ = {};
        scanDue_ = frame.now + scanInterval;
    }
    if (frame.now < scanDue_) return;
    scan_ = context_.send(bus::ScanBus{bus(), {}});
}

void ProvisionPanel::apply() {
    if (!newest_) return;
    said_.clear();
    run_.apply(context_, mayRelease(), *newest_);
    if (run_.phase() == ProvisionRun::Phase::ended) takeEnd();
    showPlan();
}

void ProvisionPanel::takeEnd() {
    registers::ProvisionReport part = run_.report();
    const bool isDone = run_.problem().isEmpty();
    for (const ProvisionRun::Station& station : run_.stations())
        known_.insert(station.axis->id);
    if (isDone && source() == Source::next) setUp_.insert(nextEntry());
    if (isDone && source() == Source::bus)
        for (std::size_t i = 0; i < recipe_->servos.size(); ++i)
            if (servos_->item(static_cast<int>(i))->checkState() == Qt::Checked) setUp_.insert(i);
    std::move(part.servos.begin(), part.servos.end(), std::back_inserter(report_.servos));
    std::move(part.done.begin(), part.done.end(), std::back_inserter(report_.done));
}

} // namespace servolane::ui
