// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/wire_rows.h"

#include "core/bus/read/wire_table.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"

#include <QtCore/QDateTime>
#include <algorithm>
#include <array>

namespace servolane::ui {

using bus::WirePacket;
using bus::WireTrouble;

namespace {

/// Looked through in one go: a few milliseconds.
constexpr std::uint64_t piece = 20'000;
constexpr std::size_t bytesInARow = 24;

QString timeText(Duration sinceEpoch) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(sinceEpoch).count();
    return QDateTime::fromMSecsSinceEpoch(us / 1000).toString(QStringLiteral("HH:mm:ss.")) +
           QStringLiteral("%1").arg(us % 1'000'000, 6, 10, QLatin1Char('0'));
}

QString plain(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

bool isFigure(int column) {
    return column == WireRows::when || column == WireRows::since || column == WireRows::id;
}

} // namespace

WireRows::WireRows(const Theme& theme, QObject* parent)
    : QAbstractTableModel(parent)
    , theme_(theme) {}

void WireRows::show(std::shared_ptr<const bus::WireLog> log, Duration utcOffset) {
    log_ = std::move(log);
    utcOffset_ = utcOffset;
    dropGone();
    lookThrough();
}

void WireRows::dropGone() {
    const std::uint64_t first = log_->first();
    seen_ = std::max(seen_, first);
    const auto kept = std::lower_bound(shown_.begin(), shown_.end(), first);
    if (kept == shown_.begin()) return;
    beginRemoveRows({}, 0, static_cast<int>(kept - shown_.begin()) - 1);
    shown_.erase(shown_.begin(), kept);
    endRemoveRows();
}

void WireRows::lookThrough() {
    const std::uint64_t until = std::min(log_->end, seen_ + piece);
    std::vector<std::uint64_t> passing;
    for (; seen_ < until; ++seen_) {
        const WirePacket packet = log_->at(seen_);
        noteWords(packet);
        if (sieve_.passes(packet)) passing.push_back(seen_);
    }
    if (passing.empty()) return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(passing.size()) - 1);
    shown_.insert(shown_.end(), passing.begin(), passing.end());
    endInsertRows();
}

void WireRows::noteWords(const WirePacket& packet) {
    if (const QString word = plain(packet.instruction); !word.isEmpty() && !instructions_.contains(word))
        instructions_ << word;
    if (std::find(ids_.begin(), ids_.end(), packet.id) == ids_.end()) ids_.push_back(packet.id);
}

void WireRows::setFilter(const bus::WireFilter& filter) {
    beginResetModel();
    sieve_ = bus::WireSieve(filter);
    shown_.clear();
    seen_ = log_->first();
    endResetModel();
    lookThrough();
}

WirePacket WireRows::packet(int row) const {
    return log_->at(shown_[static_cast<std::size_t>(row)]);
}

int WireRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int WireRows::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QString WireRows::cell(int row, int column) const {
    const WirePacket of = packet(row);
    switch (column) {
    case when:
        return timeText(of.at.time_since_epoch() + utcOffset_);
    case since:
        return row == 0 ? QString() : latencyText(of.at - packet(row - 1).at);
    case direction:
        return of.direction == bus::WireDirection::out ? QStringLiteral("→ out") : QStringLiteral("← in");
    case id:
        return QString::fromStdString(bus::idText(of.id));
    case instruction:
        return of.trouble == WireTrouble::noise ? QStringLiteral("no packet") : plain(of.instruction);
    case text:
        return plain(of.text);
    case bytes:
        return QString::fromStdString(bus::hexText(of.bytes, bytesInARow));
    default:
        return {};
    }
}

QVariant WireRows::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    switch (role) {
    case Qt::DisplayRole:
        return cell(index.row(), index.column());
    case Qt::TextAlignmentRole:
        return QVariant((isFigure(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole: {
        const bool bad = packet(index.row()).trouble != WireTrouble::none;
        if (bad && (index.column() == instruction || index.column() == text)) return theme_.tokens().fault;
        const bool primary = index.column() == instruction || index.column() == text || index.column() == id;
        return primary ? theme_.tokens().text : theme_.tokens().muted;
    }
    default:
        return {};
    }
}

QVariant WireRows::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((isFigure(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    static const std::array<const char*, columns> titles{"Time",        "After",   "Way",  "Id",
                                                         "Instruction", "Meaning", "Bytes"};
    return QString::fromLatin1(titles[static_cast<std::size_t>(section)]);
}

} // namespace servolane::ui
