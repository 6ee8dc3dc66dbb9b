// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/scope/scope_view.h"
#include "ui/session/background_job.h"
#include "ui/session/opened_session.h"

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace servolane::ui {

class JobStrip;
class MathBook;
class MathLane;
class RangeOverview;
class ScopeExport;
class ScopeLayouts;
class TriggerFinder;
struct ScopeLayout;

/// One opened recording: its traces, its facts, and the export of a range.
class SessionView : public Panel {
    Q_OBJECT
public:
    SessionView(const PanelContext& context, session::SessionExporter& exporter, QWidget* parent);
    ~SessionView() override;

    /// Math channels are offered beside those of the recording; once. The book outlives the view.
    void offerMath(MathBook& book);
    /// Layouts are saved in this folder, with those of the bench; once.
    void offerLayouts(const QString& folder);
    void show(OpenedSession opened);
    /// Recorded and calculated ones; null before a recording was opened.
    [[nodiscard]] std::shared_ptr<const telemetry::TraceSet> traces() const;
    void tick(const Frame& frame) override;
    /// Of the chosen range, to the path in the entry; nothing while an export runs.
    void startExport();
    /// Null if none is shown.
    [[nodiscard]] std::shared_ptr<api::Replay> replay() const { return session_.replay; }

Q_SIGNALS:
    /// Show it in the panels of the live buses, from this moment on.
    void replayAsked(servolane::Time at);

private:
    QWidget* makeSide();
    QWidget* makeExportRow();
    void makeTools();
    /// Of a row that is a channel or a formula.
    [[nodiscard]] std::optional<scope::TraceChoice> choiceOf(const QTreeWidgetItem& item) const;
    [[nodiscard]] std::string unitOf(const scope::TraceChoice& choice) const;
    [[nodiscard]] ScopeLayout layout() const;
    void showLayout(const ScopeLayout& layout);
    void check(AxisId axis, telemetry::Channel channel);
    void listChannels();
    void listMath();
    [[nodiscard]] bool isChosen(AxisId axis) const;
    void chooseTraces();
    void listFacts();
    void showRange();
    void finishExport(const Result<session::ExportReport>& outcome);

    const PanelContext& context_;
    session::SessionExporter& exporter_;
    OpenedSession session_;
    MathBook* math_ = nullptr;
    std::unique_ptr<MathLane> lane_; ///< one for each opened recording; null: no math channels
    std::vector<scope::TraceChoice> mathChoices_;
    QLabel* title_;
    QLabel* facts_;
    QLabel* badge_;
    scope::ScopeView* scope_;
    ScopeExport* picture_ = nullptr;
    ScopeLayouts* layouts_ = nullptr;
    TriggerFinder* finder_ = nullptr;
    RangeOverview* overview_;
    QTreeWidget* channels_;
    QListWidget* marks_;
    QLineEdit* path_;
    QPushButton* export_;
    QPushButton* play_;
    QLabel* result_;
    JobStrip* strip_;
    BackgroundJob<Result<session::ExportReport>> job_;
    Time lastNow_{};
};

} // namespace servolane::ui
