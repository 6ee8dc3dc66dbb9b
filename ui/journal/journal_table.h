// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include "core/journal/read/command_archive.h"

#include <QtCore/QAbstractTableModel>
#include <deque>
#include <unordered_map>

namespace servolane::ui {

enum class CommandGroup : std::uint8_t { all, motion, settings, reading, links, recording };
enum class OutcomeGroup : std::uint8_t { all, open, confirmed, rejected, failed, superseded };

/// Which rows are shown. Empty members let everything pass.
struct JournalFilter {
    QString axis; ///< as it stands in the row: "1 · Pan"
    CommandGroup kind = CommandGroup::all;
    OutcomeGroup outcome = OutcomeGroup::all;
    QString text; ///< in any cell, whatever its case
    friend bool operator==(const JournalFilter&, const JournalFilter&) = default;
};

/// One command of this run or of an earlier one, with its words as they were understood when it came.
struct JournalRow {
    journal::ArchivedCommand command; ///< of this run: `run` is 0
    QString where;                    ///< "1 · Pan", or the bus
    QString details;
    [[nodiscard]] bool isOfThisRun() const { return command.run == 0; }
};

/// Commands as rows, newest first: those of this run from the command log, older ones as pages are added.
/// While it is held, new rows wait, so that nothing moves under the pointer; rows that are shown go on
/// changing. GUI thread.
class JournalTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { when, state, what, where, details, readBack, latency, retries, asker, columns };
    JournalTable(const Theme& theme, std::function<UtcTime()> utcNow, QObject* parent);

    /// Of a recording: when its moments were. Without it they are counted back from now. Once, before fold().
    void dateBy(std::function<UtcTime(Time)> dating) { dating_ = std::move(dating); }
    void fold(const Frame& frame);
    void addOlder(std::vector<journal::ArchivedCommand> page);
    void setFilter(const JournalFilter& filter);
    void setHeld(bool held);
    /// Rows that wait for the end of the hold.
    [[nodiscard]] int waiting() const { return static_cast<int>(waiting_.size()); }
    [[nodiscard]] std::size_t known() const { return live_.size() + older_.size(); }
    [[nodiscard]] const JournalRow& row(int at) const { return *shown_[static_cast<std::size_t>(at)]; }
    /// Of a command of this run; -1: it is not shown, since it waits, the filter hides it or it is not known.
    [[nodiscard]] int placeOf(CommandId command) const;
    [[nodiscard]] bool knows(CommandId command) const { return byCommand_.count(command.value) > 0; }
    /// Every axis that a row speaks of.
    [[nodiscard]] const QStringList& axes() const { return axes_; }
    /// Rows as lines of tab-separated cells, with a head.
    [[nodiscard]] QString copyOf(const QModelIndexList& rows) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void addLive(const journal::CommandEntry& entry, const Frame& frame);
    void update(JournalRow& row, const journal::CommandEntry& entry, const Frame& frame);
    void showNew(const JournalRow& row);
    void noteAxis(const QString& axis);
    [[nodiscard]] bool passes(const JournalRow& row) const;
    [[nodiscard]] QString textOfCell(const JournalRow& row, int column) const;

    const Theme& theme_;
    std::function<UtcTime()> utcNow_;
    std::function<UtcTime(Time)> dating_;
    JournalFilter filter_;
    std::deque<JournalRow> live_;  ///< oldest first
    std::deque<JournalRow> older_; ///< newest first
    std::unordered_map<std::uint64_t, JournalRow*> byCommand_;
    std::deque<const JournalRow*> shown_;
    std::vector<const JournalRow*> waiting_;
    QStringList axes_;
    std::shared_ptr<const journal::CommandLog> folded_;
    bool held_ = false;
};

/// "Go to", "Write register" … in groups.
[[nodiscard]] CommandGroup groupOf(const std::string& kind);

} // namespace servolane::ui
