// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/session/background_job.h"
#include "ui/session/session_feed.h"
#include "ui/session/session_places.h"
#include "ui/session/trash.h"

#include <string>
#include <vector>

class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QVBoxLayout;

namespace servolane::ui {

class FlightKeep;
class JobStrip;
class SessionListModel;

/// The list of recordings, and the segments of the flight recorder: looked through, searched, renamed,
/// tagged, thrown away and taken back. Everything that touches a file runs on a thread of its own.
class SessionBrowser : public QWidget {
    Q_OBJECT
public:
    SessionBrowser(const PanelContext& context, session::SessionLibrary& library, SessionPlaces places,
                   QWidget* parent);
    ~SessionBrowser() override;

    void tick(const Frame& frame);
    /// A widget of the owner's that comes and goes, above the buttons.
    void addNotice(QWidget* notice);
    /// Looks into the folder again.
    void refresh();
    void focusList();
    /// Marks it in the list once it is there, without choosing it anew.
    void mark(const std::string& path);
    [[nodiscard]] bool showsFlight() const { return flight_; }
    void showFlight(bool flight);
    /// Listed at least once, and there is nothing at all.
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] const SessionListModel& list() const { return *model_; }
    /// Paths, in the order of the list.
    [[nodiscard]] std::vector<std::string> selected() const;

Q_SIGNALS:
    void chosen(const std::string& path);
    void selectionChanged();
    /// Its file is about to move: whoever has it open lets go.
    void leaving(const std::string& path);
    /// Another list is shown: what was chosen in the one before is not in it.
    void listChanged();
    /// Name, tags or notes are others now.
    void changed(const std::string& path);

private:
    enum class Edit { none, name, tags };
    struct Change {
        std::string path;
        Result<session::SessionSummary> outcome;
    };
    struct Move {
        bool back = false;
        QString name;
        Result<Trashed> outcome;
    };
    QWidget* makeHead();
    QWidget* makeEditRow();
    QWidget* makeActions();
    QWidget* makeUndo();
    void choose(const QModelIndex& index);
    void search();
    void beginEdit(Edit edit);
    void commitEdit();
    void throwAway();
    void undo();
    void say(const char* role, const QString& text);
    void tickListing(const Frame& frame);
    void tellKept(const session::KeepReport& report);
    void showActions();
    void showCount();
    [[nodiscard]] std::string current() const;

    const PanelContext& context_;
    session::SessionLibrary& library_;
    SessionPlaces places_;
    SessionListModel* model_;
    QListView* view_;
    FlightKeep* keep_;
    QPushButton* recordings_;
    QPushButton* flightButton_;
    QLineEdit* search_;
    QLabel* count_;
    QLabel* said_;
    QVBoxLayout* foot_;
    QWidget* actions_;
    QPushButton* rename_;
    QPushButton* tag_;
    QPushButton* delete_;
    QWidget* editRow_;
    QLabel* editTitle_;
    QLineEdit* edit_;
    QWidget* undoRow_;
    QLabel* undoText_;
    JobStrip* strip_;
    bool flight_ = false;
    bool listed_ = false;    ///< to its end, at least once
    bool brokenOff_ = false; ///< by Cancel: what was not told may be there all the same
    bool again_ = false;     ///< a refresh was asked for while one was running
    Edit editing_ = Edit::none;
    std::string marked_;
    std::string busyPath_; ///< being written now
    struct Thrown {
        Trashed file;
        QString name; ///< as the list told it
    };
    std::vector<Thrown> thrown_;
    Time now_{};
    std::shared_ptr<SessionFeed> feed_;
    BackgroundJob<Result<void>> listing_;
    BackgroundJob<Change> changing_;
    BackgroundJob<Move> moving_;
};

} // namespace servolane::ui
