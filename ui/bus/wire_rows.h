// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/read/wire_filter.h"
#include "core/bus/read/wire_log.h"
#include "core/kernel/time.h"

#include <QtCore/QAbstractTableModel>
#include <deque>
#include <memory>

namespace servolane::ui {

class Theme;

/// The packets of a log that pass a filter, as rows, oldest first. A large log is looked through a piece at a
/// time, so that no frame waits for it. GUI thread.
class WireRows : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { when, since, direction, id, instruction, text, bytes, columns };

    WireRows(const Theme& theme, QObject* parent);
    /// From now on these packets; one piece of those that were not looked at yet. `utcOffset`: what is added
    /// to the time of a packet to get UTC.
    void show(std::shared_ptr<const bus::WireLog> log, Duration utcOffset);
    void setFilter(const bus::WireFilter& filter);
    /// Every packet of the log was looked at.
    [[nodiscard]] bool isUpToDate() const { return seen_ == log_->end; }
    [[nodiscard]] bus::WirePacket packet(int row) const;
    [[nodiscard]] const bus::WireLog& log() const { return *log_; }
    [[nodiscard]] std::shared_ptr<const bus::WireLog> sharedLog() const { return log_; }
    /// Every instruction that was seen.
    [[nodiscard]] const QStringList& instructions() const { return instructions_; }
    [[nodiscard]] const std::vector<int>& ids() const { return ids_; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void dropGone();
    void lookThrough();
    void noteWords(const bus::WirePacket& packet);
    [[nodiscard]] QString cell(int row, int column) const;

    const Theme& theme_;
    std::shared_ptr<const bus::WireLog> log_ = std::make_shared<const bus::WireLog>();
    Duration utcOffset_{};
    bus::WireSieve sieve_{{}};
    std::deque<std::uint64_t> shown_; ///< numbers of packets
    std::uint64_t seen_ = 0;          ///< packets before this one were looked at
    QStringList instructions_;
    std::vector<int> ids_;
};

} // namespace servolane::ui
