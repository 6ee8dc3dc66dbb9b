// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/journal/journal_table.h"
#include "ui/session/background_job.h"

#include <array>

class QComboBox;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedLayout;
class QTableView;

namespace servolane::ui {

class JournalDetails;
class EmptyState;

/// All commands and what became of them, of this run and of earlier ones. Older rows are read on a thread of
/// their own when someone scrolls to them or a filter asks for more.
class JournalPanel : public Panel {
    Q_OBJECT
public:
    using OpenArchive = std::function<Result<std::unique_ptr<journal::CommandArchive>>()>;

    /// `openArchive` may be absent: this run's commands are all there is.
    JournalPanel(const PanelContext& context, OpenArchive openArchive, std::function<UtcTime()> utcNow,
                 QWidget* parent);
    ~JournalPanel() override;
    void tick(const Frame& frame) override;
    /// Of a recording: when its moments were. Once, before the first tick.
    void dateBy(std::function<UtcTime(Time)> dating);
    void focusFilter();
    /// Selects a command of this run and opens its details, as soon as it is told; takes a filter away that
    /// hides it.
    void showCommand(CommandId command);

Q_SIGNALS:
    /// Show this moment in the scope; `axis` may be 0.
    void momentChosen(servolane::Time at, servolane::AxisId axis);
    /// The one to be shown is older than all that are held of this run.
    void commandMissing();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using Page = Result<std::vector<journal::ArchivedCommand>>;

    QWidget* makeTable();
    QWidget* makeFilters();
    void readFilters();
    void clearFilters();
    void offerAxes();
    void readOlder(Time now);
    void showState();
    void chooseRow();
    void showWanted();
    void copyRows();
    void fitColumns();
    [[nodiscard]] bool mustHold() const;

    const PanelContext& context_;
    OpenArchive openArchive_;
    JournalTable* table_;
    QSplitter* split_; ///< its children are made in it: one that is moved is styled twice
    QTableView* view_;
    QStackedLayout* stack_;
    EmptyState* empty_;
    QComboBox* axis_;
    QComboBox* kind_;
    QComboBox* outcome_;
    QLineEdit* text_;
    QPushButton* news_;
    QPushButton* clear_;
    JournalDetails* details_;
    BackgroundJob<Page> page_;
    std::int64_t oldest_ = INT64_MAX;                 ///< place of the oldest row read
    std::array<int, JournalTable::columns> widths_{}; ///< as last shown
    bool hasDetails_ = false;                         ///< of a row, beside the table
    bool isReplay_ = false;
    bool atTheBeginning_ = false;
    CommandId wanted_; ///< to be shown once it is told; 0: none
    QString problem_;  ///< why older rows cannot be read
};

} // namespace servolane::ui
