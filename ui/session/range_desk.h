// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/session/session_library.h"
#include "ui/binding/panel.h"
#include "ui/scope/trace_choice.h"
#include "ui/session/opened_session.h"
#include "ui/session/range_field.h"

#include <array>
#include <vector>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace servolane::ui {

class ExportPanel;
class KeepPanel;
class NotesPanel;
class RangeStatistics;

/// What can be done with a range of an opened recording: export it, write notes about it, measure it, keep
/// it. One page at a time, or none, so that the scope has the room.
class RangeDesk : public QWidget {
    Q_OBJECT
public:
    enum Page { exporting, notes, statistics, keeping, none };

    RangeDesk(const PanelContext& context, session::SessionExporter& exporter,
              session::SessionLibrary& library, std::string recordings, QWidget* parent);

    void show(const session::SessionSummary& summary);
    /// Name, tags or notes as they are now.
    void adopt(const session::SessionSummary& summary);
    void offer(std::optional<TimeRange> chosen, TimeRange visible, std::optional<TimeRange> cursors);
    void setTraces(const std::vector<scope::TraceChoice>& choices,
                   std::shared_ptr<const telemetry::TraceSet> set);
    void tick(const Frame& frame);
    void open(Page page);
    /// Pixels that the page would have if all above it took the least. A low window keeps room for its
    /// traces.
    void setRoom(int height);
    /// Of the open page; 0 where none is.
    [[nodiscard]] int pageHeight() const;
    [[nodiscard]] Page page() const { return page_; }
    /// Opens the export; begins it where it was open already.
    void exportNow();

Q_SIGNALS:
    void stretchAsked(servolane::Time from, servolane::Time until);
    void summaryChanged(const servolane::session::SessionSummary& summary);
    void kept(const std::string& path);

private:
    void passRange();

    session::SessionSummary summary_;
    Page page_ = none;
    int room_ = 0;
    std::array<QPushButton*, 4> buttons_{};
    RangeField* range_;
    QStackedWidget* pages_;
    ExportPanel* export_;
    NotesPanel* notes_;
    RangeStatistics* statistics_;
    KeepPanel* keep_;
};

} // namespace servolane::ui
