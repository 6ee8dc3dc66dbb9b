// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/session/background_job.h"
#include "ui/session/opened_session.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace servolane::ui {

class JobStrip;
class MathBook;
class SessionView;

/// Recordings: list on the left, the opened one on the right. Listing, opening and exporting run on threads
/// of their own.
class SessionsWorkspace : public Panel {
    Q_OBJECT
public:
    SessionsWorkspace(const PanelContext& context, session::SessionStore& store,
                      session::SessionExporter& exporter, OpenReplay openReplay, std::string folder,
                      QWidget* parent);
    ~SessionsWorkspace() override;

    void tick(const Frame& frame) override;
    /// Looks into the folder again.
    void refresh();
    void open(const std::string& path);
    void focusList();
    /// Math channels beside those of an opened recording; once.
    void offerMath(MathBook& book);
    /// Saved layouts of scopes are in this folder; once.
    void offerLayouts(const std::string& folder);
    /// False if no recording is open.
    bool exportOpened();
    /// Null if no recording is open.
    [[nodiscard]] std::shared_ptr<api::Replay> opened() const;

Q_SIGNALS:
    void recordToggled();
    void replayAsked(servolane::Time at);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Listing {
        std::vector<session::SessionSummary> sessions;
        std::vector<Error> problems;
    };
    QWidget* makeList();
    QWidget* makeEmptyState();
    void showListing(const Listing& listing);
    void openCurrent();
    void tickOpening(const Frame& frame);

    const PanelContext& context_;
    session::SessionStore& store_;
    std::string folder_;
    QTreeWidget* list_;
    QLabel* problems_;
    QLabel* failure_;
    JobStrip* strip_;
    QStackedWidget* stack_;
    SessionView* view_;
    std::string wanted_; ///< path of the recording that is open or being opened
    std::string lastFinished_;
    Time now_{};
    BackgroundJob<Listing> listing_;
    OpenReplay openReplay_;
    std::shared_ptr<api::Replay> opening_; ///< until it is shown, or has failed
    Time openingSince_{};
};

} // namespace servolane::ui
