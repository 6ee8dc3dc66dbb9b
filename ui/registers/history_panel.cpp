// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/history_panel.h"

#include "ui/binding/replay_lock.h"
#include "ui/binding/selection.h"
#include "ui/binding/setting_text.h"
#include "ui/registers/undo_stack.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/figure_table.h"
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

using registers::SettingDifference;
using registers::SettingsRecord;
using registers::SettingsVersion;
using registers::SettingValues;

namespace {

enum VersionColumn { number, when, who, what };
enum Column { setting, valueA, valueB, applies };

/// "WriteRegister" of the window; "found on the servo".
QString sourceText(const SettingsVersion& version) {
    return version.command == CommandId{} ? QStringLiteral("found in servo") : askerText(version.asker);
}

} // namespace

HistoryPanel::HistoryPanel(const PanelContext& context, UndoStack& undo, std::function<UtcTime()> utcNow,
                           QWidget* parent)
    : Panel(parent)
    , context_(context)
    , undo_(undo)
    , utcNow_(std::move(utcNow))
    , stack_(new QStackedLayout(this)) {
    setObjectName(QStringLiteral("historyPanel"));
    stack_->addWidget(
        new EmptyState(context.theme, QStringLiteral("history"), QStringLiteral("No history yet"),
                       QStringLiteral("Select an axis. Each change of its gains, limits and other "
                                      "settings is kept here with its time and its author; compare "
                                      "any two states and go back to one."),
                       this));
    auto* body = new QSplitter(Qt::Horizontal, this);
    body->setChildrenCollapsible(false);
    body->addWidget(makeVersions());
    body->addWidget(makeComparison());
    body->setStretchFactor(0, 1);
    body->setStretchFactor(1, 1);
    body->setSizes({560, 640});
    stack_->addWidget(body);
    connect(&context.theme, &Theme::changed, this, [this] {
        if (record_) showComparison();
    });
}

QWidget* HistoryPanel::makeVersions() {
    versions_ = makeTable(
        QStringLiteral("versionTable"),
        {QStringLiteral("No."), QStringLiteral("When"), QStringLiteral("By"), QStringLiteral("What changed")},
        99, this);
    const int widths[] = {48, 120, 120};
    for (int at = number; at < what; ++at)
        versions_->setColumnWidth(at, widths[at]);
    connect(versions_, &QTableWidget::currentCellChanged, this, [this](int row) {
        const QTableWidgetItem* item = row < 0 ? nullptr : versions_->item(row, number);
        if (item) chooseState(b_, item->data(Qt::UserRole).toInt());
    });
    return versions_;
}

QWidget* HistoryPanel::makeComparison() {
    auto* side = new QWidget(this);
    a_ = new QComboBox(side);
    b_ = new QComboBox(side);
    a_->setObjectName(QStringLiteral("compareA"));
    b_->setObjectName(QStringLiteral("compareB"));
    a_->setAccessibleName(QStringLiteral("Compare this state"));
    b_->setAccessibleName(QStringLiteral("with this state"));
    for (QComboBox* box : {a_, b_}) {
        box->setMinimumWidth(190);
        connect(box, &QComboBox::currentIndexChanged, this, [this] {
            comparedBaseline_ = false;
            if (record_) showComparison();
        });
    }
    apply_ = makeButton(QStringLiteral("Apply"), QStringLiteral("applyVersion"), side);
    auto* baseline = makeButton(QStringLiteral("Set baseline"), QStringLiteral("setBaseline"), side);
    baseline->setToolTip(QStringLiteral("What is known now becomes what F9 returns to"));
    summary_ = makeLabel({}, "small", side);
    summary_->setObjectName(QStringLiteral("compareSummary"));
    summary_->setWordWrap(true);
    note_ = new CommandNote(context_.theme, QStringLiteral("historyNote"), side);
    table_ = makeTable(
        QStringLiteral("compareTable"),
        {QStringLiteral("Setting"), QStringLiteral("A"), QStringLiteral("B"), QStringLiteral("Applying B")},
        99, side);
    for (const int column : {valueA, valueB})
        table_->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    const int widths[] = {200, 110, 110};
    for (int at = setting; at < applies; ++at)
        table_->setColumnWidth(at, widths[at]);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    row->setSpacing(space::small);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{makeLabel(QStringLiteral("A"), "muted", side), a_,
                                         makeLabel(QStringLiteral("B"), "muted", side), b_, apply_, baseline})
        row->addWidget(widget);
    row->addStretch(1);
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    foot->setSpacing(0);
    foot->addWidget(summary_);
    foot->addWidget(note_);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(makeRule(side));
    column->addWidget(table_, 1);
    column->addWidget(makeRule(side));
    column->addLayout(foot);
    markAsCommand(apply_, "WriteRegisters");
    markAsCommand(baseline);
    connect(apply_, &QPushButton::clicked, this, &HistoryPanel::apply);
    connect(baseline, &QPushButton::clicked, this, &HistoryPanel::setBaseline);
    return side;
}

void HistoryPanel::tick(const Frame& frame) {
    note_->tick(frame);
    if (const auto outcome = batch_.tick(frame)) {
        const bool all = outcome->done == outcome->asked;
        const QString count = QStringLiteral("%1 of %2 confirmed").arg(outcome->done).arg(outcome->asked);
        note_->say(all ? Tone::ok : Tone::fault,
                   all ? count : count + QStringLiteral(": ") + outcome->firstProblem);
    }
    const motion::AxisView* view = frame.axes->find(context_.selection.axis());
    const SettingsRecord* record = frame.settings->find(context_.selection.axis());
    stack_->setCurrentIndex(view && record ? 1 : 0);
    if (!view || !record) {
        axis_ = {};
        record_ = nullptr;
        return;
    }
    const bool sameAxis = axis_.axis && axis_.axis->id == view->axis->id;
    if (sameAxis && record == record_ && axis_.axis == view->axis && torque_ == view->torque) return;
    if (!sameAxis) {
        note_->dismiss();
        comparedBaseline_ = false;
    }
    showAxis(frame, *view, record);
}

void HistoryPanel::showAxis(const Frame& frame, const motion::AxisView& view, const SettingsRecord* record) {
    const bool other = !axis_.axis || axis_.axis->id != view.axis->id;
    axis_ = view;
    torque_ = view.torque;
    history_ = frame.settings;
    record_ = record;
    const int a = other ? nowState : a_->currentData().toInt();
    const int b = other ? baselineState : b_->currentData().toInt();
    const bool asked = comparedBaseline_;
    const QSignalBlocker quietA(a_);
    const QSignalBlocker quietB(b_);
    const QSignalBlocker quietVersions(versions_);
    showVersions(*record);
    showStates(*record);
    chooseState(a_, a);
    chooseState(b_, b);
    comparedBaseline_ = asked;
    showComparison();
}

/// Newest first. A row that is looked at keeps its place in the window: rows above it are added above.
void HistoryPanel::showVersions(const SettingsRecord& record) {
    const int current = versions_->currentRow();
    const QTableWidgetItem* item = current < 0 ? nullptr : versions_->item(current, number);
    const int chosen = item ? item->data(Qt::UserRole).toInt() : 0;
    versions_->setRowCount(static_cast<int>(record.versions.size()));
    int row = 0;
    for (auto version = record.versions.rbegin(); version != record.versions.rend(); ++version, ++row) {
        const int of = static_cast<int>(version->number);
        showCell(versions_, row, number, QString::number(of));
        versions_->item(row, number)->setData(Qt::UserRole, of);
        showCell(versions_, row, when, momentText(version->at, utcNow_()));
        showCell(versions_, row, who, sourceText(*version));
        showCell(versions_, row, what, versionText(*version));
        versions_->item(row, what)->setToolTip(versionText(*version));
        if (of == chosen) versions_->setCurrentCell(row, number);
    }
}

QString HistoryPanel::versionText(const SettingsVersion& version) const {
    QStringList parts;
    for (const registers::SettingChange& change : version.changes) {
        const QString title = settingTitle(change.name, *axis_.axis);
        const QString after = settingValueText(change.name, change.after, *axis_.axis, record_->units);
        parts << (change.before
                      ? QStringLiteral("%1 %2 → %3")
                            .arg(title,
                                 settingValueText(change.name, change.before, *axis_.axis, record_->units),
                                 after)
                      : QStringLiteral("%1 %2").arg(title, after));
        if (parts.size() == 6 && version.changes.size() > 7) {
            parts << QStringLiteral("and %1 more").arg(version.changes.size() - 6);
            break;
        }
    }
    return parts.join(QStringLiteral(", "));
}

void HistoryPanel::showStates(const SettingsRecord& record) {
    for (QComboBox* box : {a_, b_}) {
        box->clear();
        for (const int state : {int{nowState}, int{baselineState}})
            box->addItem(stateName(state), state);
        for (auto version = record.versions.rbegin(); version != record.versions.rend(); ++version)
            box->addItem(stateName(static_cast<int>(version->number)), static_cast<int>(version->number));
    }
}

/// Without the milliseconds.
QString HistoryPanel::shortMoment(UtcTime at) const {
    return momentText(at, utcNow_()).section(QLatin1Char('.'), 0, 0);
}

QString HistoryPanel::stateName(int state) const {
    if (state == nowState) return QStringLiteral("Now");
    if (state == baselineState) {
        const bool chosen = record_->baseline.kind == registers::BaselineKind::chosen;
        return (chosen ? QStringLiteral("Baseline set ") : QStringLiteral("Baseline found ")) +
               shortMoment(record_->baseline.at);
    }
    const SettingsVersion* version = record_->find(static_cast<std::uint32_t>(state));
    return QStringLiteral("%1 · %2").arg(state).arg(version ? shortMoment(version->at) : QString());
}

void HistoryPanel::chooseState(QComboBox* box, int state) {
    box->setCurrentIndex(std::max(0, box->findData(state)));
}

SettingValues HistoryPanel::valuesOf(int state) const {
    if (state == nowState) return record_->now;
    if (state == baselineState) return record_->baseline.values;
    return record_->after(static_cast<std::uint32_t>(state));
}

std::vector<SettingDifference> HistoryPanel::differences() const {
    auto found = registers::compare(valuesOf(a_->currentData().toInt()), valuesOf(b_->currentData().toInt()));
    // A baseline knows what was read since; the rest is no difference, only not known.
    if (b_->currentData().toInt() == baselineState)
        std::erase_if(found, [](const SettingDifference& difference) { return !difference.b; });
    return found;
}

void HistoryPanel::showComparison() {
    const auto found = differences();
    // Applied is always what differs from the servo as it is now, whatever A is.
    auto fromNow = registers::compare(record_->now, valuesOf(b_->currentData().toInt()));
    std::erase_if(fromNow, [](const SettingDifference& difference) { return !difference.b; });
    const StagedWrites staged = stageWrites(fromNow, *record_, axis_);
    table_->horizontalHeaderItem(valueA)->setText(QStringLiteral("A: ") +
                                                  a_->currentText().section(QLatin1Char(' '), 0, 0));
    table_->horizontalHeaderItem(valueB)->setText(QStringLiteral("B: ") +
                                                  b_->currentText().section(QLatin1Char(' '), 0, 0));
    table_->setRowCount(static_cast<int>(found.size()));
    for (int row = 0; row < table_->rowCount(); ++row)
        showRow(row, found[static_cast<std::size_t>(row)], staged);
    const bool isNow = b_->currentData().toInt() == nowState;
    apply_->setEnabled(!isNow && !staged.commands.empty());
    showText(apply_, b_->currentData().toInt() == baselineState ? QStringLiteral("Return to baseline")
                                                                : QStringLiteral("Apply B"));
    QString text = found.empty() ? QStringLiteral("A and B are the same") : QString();
    if (!isNow && !fromNow.empty())
        text = QStringLiteral("Applying B to the servo changes %1 settings by %2 commands")
                   .arg(staged.applied.size())
                   .arg(staged.commands.size());
    if (!isNow && !staged.left.empty())
        text += QStringLiteral("; %1 cannot be applied").arg(staged.left.size());
    if (comparedBaseline_ && !staged.commands.empty()) text += QStringLiteral(". Press F9 again to do it");
    showText(summary_, text);
}

void HistoryPanel::showRow(int row, const SettingDifference& difference, const StagedWrites& staged) {
    const motion::Axis& axis = *axis_.axis;
    const Tokens& t = context_.theme.tokens();
    showCell(table_, row, setting, settingTitle(difference.name, axis));
    showCell(table_, row, valueA, settingValueText(difference.name, difference.a, axis, record_->units));
    showCell(table_, row, valueB, settingValueText(difference.name, difference.b, axis, record_->units));
    const auto known = record_->now.find(difference.name);
    const bool isSo = difference.b && known != record_->now.end() && known->second == *difference.b;
    const auto left = std::find_if(staged.left.begin(), staged.left.end(),
                                   [&](const auto& each) { return each.first.name == difference.name; });
    const Obstacle obstacle = !difference.b               ? Obstacle::notKnown
                              : left == staged.left.end() ? Obstacle::none
                                                          : left->second;
    QString text = obstacle == Obstacle::none ? QStringLiteral("is written") : textOf(obstacle);
    if (isSo) text = QStringLiteral("is so already");
    showCell(table_, row, applies, text);
    table_->item(row, applies)->setForeground(obstacle == Obstacle::none ? t.muted : t.warn);
    for (const int column : {valueA, valueB})
        table_->item(row, column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

void HistoryPanel::apply() {
    if (!record_ || batch_.isRunning()) return;
    auto fromNow = registers::compare(record_->now, valuesOf(b_->currentData().toInt()));
    std::erase_if(fromNow, [](const SettingDifference& difference) { return !difference.b; });
    const StagedWrites staged = stageWrites(fromNow, *record_, axis_);
    if (staged.commands.empty()) return;
    comparedBaseline_ = false;
    batch_.start(context_, staged.commands);
    undo_.group(batch_.ids());
    note_->say(Tone::info, QStringLiteral("%1 commands sent").arg(staged.commands.size()));
}

void HistoryPanel::returnToBaseline() {
    if (!record_) return;
    const bool shown = comparedBaseline_ && isVisible();
    if (shown) return apply();
    chooseState(a_, nowState);
    chooseState(b_, baselineState);
    comparedBaseline_ = true;
    showComparison();
    apply_->setFocus(Qt::ShortcutFocusReason);
}

void HistoryPanel::setBaseline() {
    if (axis_.axis) note_->follow(context_.send(registers::SetBaseline{axis_.axis->id}));
}

} // namespace servolane::ui
