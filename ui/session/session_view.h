// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/axis_names.h"
#include "ui/binding/panel.h"
#include "ui/scope/scope_view.h"
#include "ui/session/former_registers.h"
#include "ui/session/opened_session.h"

#include <memory>

class QHBoxLayout;
class QLabel;
class QListWidget;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace servolane::session {
class SessionLibrary;
struct RecordingBoard;
} // namespace servolane::session

namespace servolane::ui {

class MathBook;
class MathLane;
class RangeDesk;
class RangeOverview;
class ScopeExport;
class ScopeLayouts;
class TriggerFinder;
struct ScopeLayout;

/// Colours of the axes of a recording: those of the live axes of the same names, where they have any yet; and
/// no other is used up by it.
[[nodiscard]] std::shared_ptr<scope::AxisColours> coloursOfRecording(const std::vector<AxisIdentity>& axes,
                                                                     const scope::AxisColours& colours,
                                                                     const motion::AxisBoard& live);

/// One opened recording: its traces, its facts, and what can be done with a range of it.
class SessionView : public Panel {
    Q_OBJECT
public:
    /// `recordings`: the folder that kept stretches go to.
    SessionView(const PanelContext& context, session::SessionExporter& exporter,
                session::SessionLibrary& library, std::string recordings, QWidget* parent);
    ~SessionView() override;

    /// Math channels are offered beside those of the recording; once. The book outlives the view.
    void offerMath(MathBook& book);
    /// Layouts are saved in this folder, with those of the bench; once.
    void offerLayouts(const QString& folder);
    /// `live`: whose colours the axes of those names have in it, too.
    void show(OpenedSession opened, const motion::AxisBoard& live);
    /// Of the axes of the recording; never null.
    [[nodiscard]] const std::shared_ptr<scope::AxisColours>& axisColours() const { return axisColours_; }
    /// Lets go of the file.
    void close();
    /// Name, tags or notes of the opened recording have changed.
    void adopt(const session::SessionSummary& summary);
    [[nodiscard]] const std::string& path() const { return session_.summary.path; }
    /// Recorded and calculated ones; null before a recording was opened.
    [[nodiscard]] std::shared_ptr<const telemetry::TraceSet> traces() const;
    void tick(const Frame& frame) override;
    /// Opens the export of a range; begins it where it was open already.
    void startExport();
    /// Null if none is shown.
    [[nodiscard]] std::shared_ptr<api::Replay> replay() const { return session_.replay; }

Q_SIGNALS:
    /// Show it in the panels of the live buses, from this moment on.
    void replayAsked(servolane::Time at);
    void summaryChanged(const servolane::session::SessionSummary& summary);
    /// A stretch became a recording of its own.
    void kept(const std::string& path);

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void shareRoom();
    QWidget* makeSide();
    void makeTools();
    /// Of a row that is a channel or a formula.
    [[nodiscard]] std::optional<scope::TraceChoice> choiceOf(const QTreeWidgetItem& item) const;
    [[nodiscard]] std::string unitOf(const scope::TraceChoice& choice) const;
    /// Of its position.
    [[nodiscard]] std::string unitOf(AxisId axis) const;
    /// "Pan: Go to 90.0°"; without a name where it is about no axis of the recording.
    [[nodiscard]] QString nameTextOf(const scope::TraceChoice& choice) const;
    [[nodiscard]] QString textOfMark(const journal::LaneMark& mark) const;
    [[nodiscard]] ScopeLayout layout() const;
    void showLayout(const ScopeLayout& layout);
    void check(AxisId axis, telemetry::Channel channel);
    void listChannels();
    void listFormers(QTreeWidgetItem& parent, const session::SessionAxis& axis);
    void listMath();
    [[nodiscard]] bool isChosen(AxisId axis) const;
    void chooseTraces();
    void listFacts();
    void showRange();
    /// An event was chosen, in the list or in the lane.
    void showMoment(Time at);
    void showTitle();
    /// Says so of a recording that is being written while it is looked at.
    void followWriting(const session::RecordingBoard& board);

    const PanelContext& context_;
    OpenedSession session_;
    /// Whoever looks at a file that grows sees it as it was when it was opened.
    enum class Writing { no, now, ended } writing_ = Writing::no;
    MathBook* math_ = nullptr;
    FormerRegisters formers_;
    AxisNames names_;
    std::unique_ptr<MathLane> lane_; ///< one for each opened recording; null: no math channels
    std::vector<scope::TraceChoice> mathChoices_;
    QLabel* title_;
    QLabel* facts_;
    QLabel* badge_;
    std::shared_ptr<scope::AxisColours> axisColours_ = std::make_shared<scope::AxisColours>();
    scope::ScopeView* scope_;
    QHBoxLayout* tools_ = nullptr; ///< beside the title: what is done with the view
    ScopeExport* picture_ = nullptr;
    ScopeLayouts* layouts_ = nullptr;
    TriggerFinder* finder_ = nullptr;
    RangeOverview* overview_;
    QWidget* side_ = nullptr;
    QTreeWidget* channels_;
    QListWidget* marks_;
    QPushButton* play_;
    RangeDesk* desk_;
    std::vector<scope::TraceChoice> choices_; ///< of the scope
};

} // namespace servolane::ui
