// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/session/session_library.h"
#include "ui/binding/panel.h"
#include "ui/session/background_job.h"
#include "ui/session/range_field.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace servolane::ui {

/// The notes of a recording: read, written about a range, taken out again. Those from while it was recorded
/// are facts and stay.
class NotesPanel : public QWidget {
    Q_OBJECT
public:
    NotesPanel(const PanelContext& context, session::SessionLibrary& library, QWidget* parent);
    ~NotesPanel() override;

    void show(const session::SessionSummary& summary);
    void setRange(std::optional<TimeRange> range);
    void tick(const Frame& frame);

Q_SIGNALS:
    /// Someone wants to see what a note is about.
    void stretchAsked(servolane::Time from, servolane::Time until);
    void changed(const servolane::session::SessionSummary& summary);

private:
    void list();
    void add();
    void removeChosen();
    void change(session::SessionChange change);
    [[nodiscard]] const session::SessionNote* chosen() const;

    session::SessionLibrary& library_;
    session::SessionSummary summary_;
    std::optional<TimeRange> range_;
    QTableWidget* table_;
    QLabel* empty_;
    QLineEdit* text_;
    QPushButton* add_;
    QPushButton* remove_;
    QLabel* said_;
    Time now_{};
    BackgroundJob<Result<session::SessionSummary>> job_;
};

} // namespace servolane::ui
