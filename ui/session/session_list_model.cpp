// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/session_list_model.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/widgets/row_delegate.h"

#include <algorithm>
#include <iterator>

namespace servolane::ui {

using session::ListedSession;

namespace {

bool isNewer(const ListedSession* a, const ListedSession* b) {
    if (a->summary.startedUtc != b->summary.startedUtc) return a->summary.startedUtc > b->summary.startedUtc;
    return a->path < b->path;
}

QString figuresOf(const session::SessionSummary& s) {
    const QString axes =
        s.axes.size() == 1 ? QStringLiteral("1 axis") : QStringLiteral("%1 axes").arg(s.axes.size());
    return QStringLiteral("%1 · %2 · %3 lost")
        .arg(axes, bytesText(s.counters.bytes), countText(s.counters.lost));
}

} // namespace

void SessionListModel::tell(ListedSession listed) {
    seen_.insert(listed.path);
    const auto known = all_.find(listed.path);
    const int row = known == all_.end() ? -1 : rowOf(listed.path);
    const bool staysInPlace =
        row >= 0 && known->second.summary.startedUtc == listed.summary.startedUtc && filter_.takes(listed);
    if (staysInPlace) {
        known->second = std::move(listed);
        Q_EMIT dataChanged(index(row), index(row));
        return;
    }
    if (row >= 0) remove(listed.path);
    auto& stored = all_[listed.path];
    stored = std::move(listed);
    if (filter_.takes(stored)) insert(stored);
}

void SessionListModel::insert(const ListedSession& listed) {
    const auto place = std::lower_bound(shown_.begin(), shown_.end(), &listed, isNewer);
    const int row = static_cast<int>(place - shown_.begin());
    beginInsertRows({}, row, row);
    shown_.insert(place, &listed);
    endInsertRows();
}

void SessionListModel::remove(const std::string& path) {
    const int row = rowOf(path);
    if (row < 0) return;
    beginRemoveRows({}, row, row);
    shown_.erase(shown_.begin() + row);
    endRemoveRows();
}

void SessionListModel::finish() {
    for (auto each = all_.begin(); each != all_.end();) {
        if (seen_.contains(each->first)) {
            ++each;
            continue;
        }
        remove(each->first);
        each = all_.erase(each);
    }
}

void SessionListModel::clear() {
    beginResetModel();
    shown_.clear();
    all_.clear();
    seen_.clear();
    endResetModel();
}

void SessionListModel::setFilter(SessionFilter filter) {
    beginResetModel();
    filter_ = std::move(filter);
    shown_.clear();
    for (const auto& [path, listed] : all_)
        if (filter_.takes(listed)) shown_.push_back(&listed);
    std::sort(shown_.begin(), shown_.end(), isNewer);
    endResetModel();
}

const ListedSession* SessionListModel::find(const std::string& path) const {
    const auto found = all_.find(path);
    return found == all_.end() ? nullptr : &found->second;
}

int SessionListModel::rowOf(const std::string& path) const {
    const ListedSession* listed = find(path);
    if (!listed) return -1;
    const auto place = std::lower_bound(shown_.begin(), shown_.end(), listed, isNewer);
    return place == shown_.end() || *place != listed ? -1 : static_cast<int>(place - shown_.begin());
}

std::size_t SessionListModel::broken() const {
    return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [](const auto& each) {
        return each.second.problem.code != ErrorCode::none;
    }));
}

int SessionListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

QVariant SessionListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const ListedSession& listed = at(index.row());
    const session::SessionSummary& s = listed.summary;
    const bool isBroken = listed.problem.code != ErrorCode::none;
    switch (role) {
    case pathRole:
        return QString::fromStdString(listed.path);
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
    case RowDelegate::titleRole:
        return recordingTitle(s);
    case RowDelegate::badgeRole:
        return s.simulated;
    case RowDelegate::detailRole:
        if (isBroken) return textOf(listed.problem);
        return QStringLiteral("%1 · %2").arg(recordingDate(s.startedUtc), clockText(s.end - s.start));
    case RowDelegate::moreRole:
        if (isBroken) return QString();
        return s.walDamage.empty() ? figuresOf(s) : QStringLiteral("not whole · ") + figuresOf(s);
    case Qt::ToolTipRole:
        if (isBroken) return textOf(listed.problem);
        return QString::fromStdString(s.walDamage.empty() ? listed.path : s.walDamage);
    default:
        return {};
    }
}

} // namespace servolane::ui
