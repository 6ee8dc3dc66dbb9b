// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/session/opened_session.h"
#include "ui/session/session_browser.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace servolane::ui {

class EmptyState;
class JobStrip;
class SeveralExport;
class MathBook;
class SessionView;

/// Recordings: list on the left, the opened one on the right. Whatever touches a file runs on a thread of its
/// own.
class SessionsWorkspace : public Panel {
    Q_OBJECT
public:
    SessionsWorkspace(const PanelContext& context, session::SessionLibrary& library,
                      session::SessionExporter& exporter, OpenReplay openReplay, SessionPlaces places,
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
    /// Of the axes of the recording that is open, or was last; never null.
    [[nodiscard]] std::shared_ptr<scope::AxisColours> axisColours() const;

Q_SIGNALS:
    void recordToggled();
    void connectAsked();
    void simulateAsked();
    void replayAsked(servolane::Time at);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeSide(session::SessionLibrary& library, session::SessionExporter& exporter,
                      SessionPlaces places);
    void offerSeveral();
    QWidget* makeEmptyState();
    void offerWhatIsNext(const Frame& frame);
    void choosePage();
    /// Shows none: neither is one marked in the list.
    void showNone();
    void letGo(const std::string& path);
    void tickOpening(const Frame& frame);

    const PanelContext& context_;
    SessionBrowser* browser_;
    EmptyState* none_ = nullptr;
    QPushButton* record_ = nullptr;
    QPushButton* connect_ = nullptr;
    QPushButton* simulate_ = nullptr;
    QLabel* failure_;
    JobStrip* strip_;
    SeveralExport* several_;
    QStackedWidget* stack_;
    SessionView* view_;
    std::string wanted_; ///< path of the recording that is open or being opened
    std::string lastFinished_;
    Time now_{};
    OpenReplay openReplay_;
    std::shared_ptr<api::Replay> opening_; ///< until it is shown, or has failed
    Time openingSince_{};
};

} // namespace servolane::ui
