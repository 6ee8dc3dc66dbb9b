// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/journal_table.h"

#include "ui/binding/details_text.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/setting_text.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_mark.h"

#include <algorithm>
#include <array>

namespace servolane::ui {

using journal::CommandEntry;
using journal::CommandState;

namespace {

constexpr std::pair<const char*, CommandGroup> groups[] = {
    {"ConnectBus", CommandGroup::links},
    {"DisconnectBus", CommandGroup::links},
    {"ScanBus", CommandGroup::links},
    {"CancelScan", CommandGroup::links},
    {"SetPollRate", CommandGroup::links},
    {"SetPollPlan", CommandGroup::links},
    {"SendRawPacket", CommandGroup::links},
    {"InjectFault", CommandGroup::links},
    {"ClearFaults", CommandGroup::links},
    {"ReadRegister", CommandGroup::reading},
    {"ReadAllRegisters", CommandGroup::reading},
    {"StartRecording", CommandGroup::recording},
    {"StopRecording", CommandGroup::recording},
    {"AddNote", CommandGroup::recording},
    {"WriteRegister", CommandGroup::settings},
    {"SetOperatingMode", CommandGroup::settings},
    {"SetProfile", CommandGroup::settings},
    {"SetTravelLimits", CommandGroup::settings},
    {"SetStopReaction", CommandGroup::settings},
    {"RenameAxis", CommandGroup::settings},
    {"SetBaseline", CommandGroup::settings},
    {"WriteRegisters", CommandGroup::settings},
    {"SetServoId", CommandGroup::settings},
    {"SetServoBaud", CommandGroup::settings},
    {"SetAxisScale", CommandGroup::settings},
    {"SetAxisLimits", CommandGroup::settings},
    {"SetZeroHere", CommandGroup::settings},
    {"ReferenceAxis", CommandGroup::settings},
    {"AdoptModel", CommandGroup::settings},
    {"ConfirmServo", CommandGroup::settings},
    {"WatchRegister", CommandGroup::settings},
    {"LoadMachine", CommandGroup::settings},
};

OutcomeGroup outcomeOf(CommandState state) {
    switch (state) {
    case CommandState::pending:
    case CommandState::sent:
        return OutcomeGroup::open;
    case CommandState::confirmed:
    case CommandState::sentOnly:
        return OutcomeGroup::confirmed;
    case CommandState::rejected:
        return OutcomeGroup::rejected;
    case CommandState::failed:
    case CommandState::timedOut:
        return OutcomeGroup::failed;
    case CommandState::superseded:
        break;
    }
    return OutcomeGroup::superseded;
}

bool isBad(CommandState state) {
    return state == CommandState::rejected || journal::hasFailed(state);
}

bool isFigure(int column) {
    return column == JournalTable::readBack || column == JournalTable::latency ||
           column == JournalTable::retries;
}

QString detailsOf(const CommandEntry& entry, const motion::AxisBoard& axes, const bus::BusBoard& buses) {
    const motion::AxisView* axis = axes.find(entry.description.axis);
    const QString asked = detailsText(entry.description.details, axis ? axis->axis->scale.unit : "deg");
    if (!isBad(entry.state)) return asked;
    const QString why = outcomeText(entry, axes, buses);
    return asked.isEmpty() ? why : asked + QStringLiteral(" · ") + why;
}

} // namespace

CommandGroup groupOf(const std::string& kind) {
    for (const auto& [name, group] : groups)
        if (kind == name) return group;
    return CommandGroup::motion;
}

JournalTable::JournalTable(const Theme& theme, std::function<UtcTime()> utcNow, QObject* parent)
    : QAbstractTableModel(parent)
    , theme_(theme)
    , utcNow_(std::move(utcNow)) {}

void JournalTable::fold(const Frame& frame) {
    if (frame.commands == folded_) return;
    folded_ = frame.commands;
    for (const CommandEntry& entry : folded_->entries) {
        const auto known = byCommand_.find(entry.id.value);
        if (known == byCommand_.end())
            addLive(entry, frame);
        else
            update(*known->second, entry, frame);
    }
}

void JournalTable::addLive(const CommandEntry& entry, const Frame& frame) {
    JournalRow row;
    row.command.at = dating_ ? dating_(entry.at) : utcNow_() - (frame.now - entry.at);
    row.command.entry = entry;
    if (const auto* view = frame.axes->find(entry.description.axis)) {
        row.command.axis = view->axis;
        row.where = axisTitle(*view->axis);
    } else if (entry.description.bus != BusId{})
        row.where = busPhrase(entry.description.bus, *frame.buses);
    if (row.command.axis) noteAxis(row.where);
    row.details = detailsOf(entry, *frame.axes, *frame.buses);
    live_.push_back(std::move(row));
    byCommand_[entry.id.value] = &live_.back();
    if (held_)
        waiting_.push_back(&live_.back());
    else
        showNew(live_.back());
}

void JournalTable::showNew(const JournalRow& row) {
    if (!passes(row)) return;
    beginInsertRows({}, 0, 0);
    shown_.push_front(&row);
    endInsertRows();
}

void JournalTable::update(JournalRow& row, const CommandEntry& entry, const Frame& frame) {
    CommandEntry& known = row.command.entry;
    if (known.state == entry.state && known.readBack == entry.readBack && known.retries == entry.retries)
        return;
    known = entry;
    row.details = detailsOf(entry, *frame.axes, *frame.buses);
    const auto place = std::find(shown_.begin(), shown_.end(), &row);
    if (place == shown_.end()) return;
    const int at = static_cast<int>(place - shown_.begin());
    Q_EMIT dataChanged(index(at, 0), index(at, columns - 1));
}

void JournalTable::addOlder(std::vector<journal::ArchivedCommand> page) {
    std::vector<const JournalRow*> passing;
    for (journal::ArchivedCommand& command : page) {
        JournalRow row;
        row.command = std::move(command);
        // Numbers of buses and axes are of that run; of its axes only the one of the command is known.
        motion::AxisBoard axes;
        if (row.command.axis) {
            row.where = axisTitle(*row.command.axis);
            noteAxis(row.where);
            motion::AxisView view;
            view.axis = row.command.axis;
            axes.axes.push_back(std::move(view));
        }
        row.details = detailsOf(row.command.entry, axes, {});
        older_.push_back(std::move(row));
        if (passes(older_.back())) passing.push_back(&older_.back());
    }
    if (passing.empty()) return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(passing.size()) - 1);
    shown_.insert(shown_.end(), passing.begin(), passing.end());
    endInsertRows();
}

void JournalTable::noteAxis(const QString& axis) {
    if (!axes_.contains(axis)) axes_ << axis;
}

void JournalTable::setFilter(const JournalFilter& filter) {
    if (filter == filter_) return;
    beginResetModel();
    filter_ = filter;
    shown_.clear();
    for (const JournalRow& row : older_)
        if (passes(row)) shown_.push_back(&row);
    for (const JournalRow& row : live_)
        if (passes(row)) shown_.push_front(&row);
    waiting_.clear();
    endResetModel();
}

int JournalTable::placeOf(CommandId command) const {
    const auto known = byCommand_.find(command.value);
    if (known == byCommand_.end()) return -1;
    const auto row = std::find(shown_.begin(), shown_.end(), known->second);
    return row == shown_.end() ? -1 : static_cast<int>(row - shown_.begin());
}

void JournalTable::setHeld(bool held) {
    held_ = held;
    if (held) return;
    for (const JournalRow* row : std::exchange(waiting_, {}))
        showNew(*row);
}

bool JournalTable::passes(const JournalRow& row) const {
    const CommandEntry& entry = row.command.entry;
    if (!filter_.axis.isEmpty() && row.where != filter_.axis) return false;
    if (filter_.kind != CommandGroup::all && groupOf(entry.description.kind) != filter_.kind) return false;
    if (filter_.outcome != OutcomeGroup::all && outcomeOf(entry.state) != filter_.outcome) return false;
    if (filter_.text.isEmpty()) return true;
    for (int column = 0; column < columns; ++column)
        if (textOfCell(row, column).contains(filter_.text, Qt::CaseInsensitive)) return true;
    return false;
}

int JournalTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int JournalTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant JournalTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const JournalRow& of = row(index.row());
    const CommandState is = of.command.entry.state;
    switch (role) {
    case Qt::DisplayRole:
        return textOfCell(of, index.column());
    case Qt::ToolTipRole:
        return index.column() == details ? QVariant(of.details) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant((isFigure(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole:
        if (index.column() == state) return colorOf(lookOf(is).tone, theme_.tokens());
        if (index.column() == details && isBad(is)) return theme_.tokens().fault;
        if (index.column() == what || index.column() == details) return theme_.tokens().text;
        return theme_.tokens().muted;
    default:
        return {};
    }
}

QVariant JournalTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((isFigure(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    static const std::array<const char*, columns> titles{
        "Time", "State", "Command", "Axis or bus", "Details", "Read back", "Took", "Retries", "Asked by"};
    return QString::fromLatin1(titles[static_cast<std::size_t>(section)]);
}

QString JournalTable::textOfCell(const JournalRow& row, int column) const {
    const CommandEntry& entry = row.command.entry;
    const StateLook look = lookOf(entry.state);
    switch (column) {
    case when:
        return momentText(row.command.at, utcNow_());
    case state:
        return QString(shapeOf(look.tone)) + QLatin1Char(' ') + look.word;
    case what:
        return commandTitle(entry.description.kind);
    case where:
        return row.where;
    case details:
        return row.details;
    case readBack:
        return entry.readBack ? QString::number(*entry.readBack) : QString();
    case latency:
        return entry.latency == Duration{} ? QString() : latencyText(entry.latency);
    case retries:
        return entry.retries == 0 ? QString() : QString::number(entry.retries);
    case asker:
        return askerText(entry.asker);
    default:
        return {};
    }
}

QString JournalTable::copyOf(const QModelIndexList& rows) const {
    QStringList lines;
    QStringList head;
    for (int column = 0; column < columns; ++column)
        head << headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    lines << head.join(QLatin1Char('\t'));
    for (const QModelIndex& index : rows) {
        QStringList cells;
        for (int column = 0; column < columns; ++column)
            cells << textOfCell(row(index.row()), column);
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace servolane::ui
