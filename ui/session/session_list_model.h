// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtCore/QAbstractListModel>

#include "ui/session/session_filter.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace servolane::ui {

/// Recordings of one folder, newest first, those that a filter lets through. Fed piece by piece while a
/// folder is read. GUI thread.
class SessionListModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { pathRole = Qt::UserRole + 100 };

    explicit SessionListModel(QObject* parent)
        : QAbstractListModel(parent) {}

    /// What is not told again until finish() is gone.
    void begin() { seen_.clear(); }
    void tell(session::ListedSession listed);
    void finish();
    void clear();
    void setFilter(SessionFilter filter);

    /// Null if the path is not in the list, filtered or not.
    [[nodiscard]] const session::ListedSession* find(const std::string& path) const;
    [[nodiscard]] const session::ListedSession& at(int row) const {
        return *shown_.at(static_cast<std::size_t>(row));
    }
    /// -1 if it is not shown.
    [[nodiscard]] int rowOf(const std::string& path) const;
    [[nodiscard]] std::size_t total() const { return all_.size(); }
    /// Files that cannot be read; they are listed too.
    [[nodiscard]] std::size_t broken() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    void insert(const session::ListedSession& listed);
    void remove(const std::string& path);

    std::map<std::string, session::ListedSession> all_;
    std::vector<const session::ListedSession*> shown_;
    std::set<std::string> seen_; ///< told since begin()
    SessionFilter filter_;
};

} // namespace servolane::ui
