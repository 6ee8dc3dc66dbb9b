// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/journal/journal_panel.h"

class QLabel;
class QTableWidget;

namespace servolane::ui {

/// One command in full: its words, its way, and every fact that followed from it, as the journal has them.
class JournalDetails : public QWidget {
    Q_OBJECT
public:
    JournalDetails(const PanelContext& context, JournalPanel::OpenArchive openArchive, QWidget* parent);

    void show(const JournalRow& row);
    /// Looks whether the facts have come, and whether the command went on since they were asked for.
    void tick(const Frame& frame);
    [[nodiscard]] bool isOpen() const { return !isHidden(); }
    void close();

Q_SIGNALS:
    void momentAsked(servolane::Time at, servolane::AxisId axis);
    void copyAsked();
    void opened(bool open);

private:
    using Facts = Result<std::vector<journal::ArchivedFact>>;

    void showWords();
    void readFacts(Time now);
    void showFacts(const Facts& facts);

    const PanelContext& context_;
    JournalPanel::OpenArchive openArchive_;
    JournalRow row_;
    QLabel* title_;
    QLabel* words_;
    QTableWidget* facts_;
    QLabel* note_;
    QPushButton* moment_;
    QPushButton* copyRaw_;
    QString raw_; ///< the facts as the journal keeps them
    BackgroundJob<Facts> job_;
    bool wanted_ = false; ///< facts are to be read
};

} // namespace servolane::ui
