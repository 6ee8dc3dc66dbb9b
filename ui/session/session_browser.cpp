// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/session_browser.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/session/flight_keep.h"
#include "ui/session/session_list_model.h"
#include "ui/session/session_row.h"
#include "ui/theme/theme.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>
#include <utility>

namespace servolane::ui {

namespace {

/// Rows of a list are made within a frame; more would be seen.
constexpr std::size_t mostPerFrame = 200;

QString joined(const std::vector<std::string>& tags) {
    QStringList list;
    for (const std::string& tag : tags)
        list << QString::fromStdString(tag);
    return list.join(QStringLiteral(", "));
}

std::vector<std::string> tagsFrom(const QString& typed) {
    std::vector<std::string> tags;
    for (const QString& part : typed.split(QLatin1Char(','), Qt::SkipEmptyParts))
        if (const QString tag = part.trimmed(); !tag.isEmpty()) tags.push_back(tag.toStdString());
    return tags;
}

} // namespace

SessionBrowser::SessionBrowser(const PanelContext& context, session::SessionLibrary& library,
                               SessionPlaces places, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , library_(library)
    , places_(std::move(places))
    , model_(new SessionListModel(this))
    , view_(new QListView(this))
    , keep_(new FlightKeep(library, places_, this)) {
    setObjectName(QStringLiteral("sessionBrowser"));
    setMinimumWidth(320);
    view_->setObjectName(QStringLiteral("sessionList"));
    view_->setAccessibleName(QStringLiteral("Recordings"));
    view_->setModel(model_);
    view_->setCurrentIndex({}); // else a list with the focus chooses its first row by itself
    view_->setItemDelegate(new SessionRow(context.theme, view_));
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setUniformItemSizes(true);
    view_->setMouseTracking(true);
    view_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    said_ = makeLabel({}, "small", this);
    said_->setObjectName(QStringLiteral("sessionFailure"));
    said_->setWordWrap(true);
    said_->hide();
    strip_ = new JobStrip(QStringLiteral("browserJob"), this);
    // What comes and goes stands above the buttons, at the cost of the list: they stay where they are.
    foot_ = new QVBoxLayout;
    foot_->setContentsMargins(space::medium, space::tiny, space::medium, space::small);
    foot_->setSpacing(space::tiny);
    for (QWidget* widget : {static_cast<QWidget*>(strip_), makeUndo(), static_cast<QWidget*>(said_),
                            makeEditRow(), static_cast<QWidget*>(keep_), makeActions()})
        foot_->addWidget(widget);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(view_, 1);
    column->addLayout(foot_);
    connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this, &SessionBrowser::choose);
    connect(view_, &QListView::clicked, this, &SessionBrowser::choose);
    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &SessionBrowser::selectionChanged);
    connect(strip_, &JobStrip::cancelled, this, [this] {
        listing_.cancel();
        brokenOff_ = true;
    });
    connect(keep_, &FlightKeep::kept, this, &SessionBrowser::tellKept);
    connect(keep_, &FlightKeep::failed, this, [this](const QString& why) { say("fault", why); });
    showFlight(false);
}

SessionBrowser::~SessionBrowser() = default;

void SessionBrowser::addNotice(QWidget* notice) {
    foot_->insertWidget(0, notice);
}

QWidget* SessionBrowser::makeHead() {
    auto* head = new QWidget(this);
    recordings_ = makeButton(QStringLiteral("Recordings"), QStringLiteral("showRecordings"), head);
    flightButton_ = makeButton(QStringLiteral("Flight recorder"), QStringLiteral("showFlight"), head);
    for (QPushButton* button : {recordings_, flightButton_}) {
        button->setProperty("role", QStringLiteral("quiet"));
        button->setCheckable(true);
    }
    flightButton_->setVisible(!places_.flight.empty());
    auto* again = makeIconButton(context_.theme, QStringLiteral("refresh-cw"), QStringLiteral("Look again"),
                                 QStringLiteral("sessionsRefresh"), head);
    search_ = new QLineEdit(head);
    search_->setObjectName(QStringLiteral("sessionSearch"));
    search_->setPlaceholderText(QStringLiteral("Search name, note, tag, axis, date"));
    search_->setToolTip(
        QStringLiteral("All words must be found. note: tag: axis: name: date: look there alone; "
                       "from:2026-11-01 to:2026-11-30 are days"));
    search_->setAccessibleName(QStringLiteral("Search recordings"));
    search_->setClearButtonEnabled(true);
    count_ = makeLabel({}, "small", head);
    count_->setObjectName(QStringLiteral("sessionCount"));
    auto* row = new QHBoxLayout;
    row->setSpacing(space::tiny);
    row->addWidget(recordings_);
    row->addWidget(flightButton_);
    row->addStretch(1);
    row->addWidget(again);
    auto* column = new QVBoxLayout(head);
    column->setContentsMargins(space::medium, space::small, space::small, space::tiny);
    column->setSpacing(space::tiny);
    column->addLayout(row);
    column->addWidget(search_);
    column->addWidget(count_);
    connect(recordings_, &QPushButton::clicked, this, [this] { showFlight(false); });
    connect(flightButton_, &QPushButton::clicked, this, [this] { showFlight(true); });
    connect(again, &QToolButton::clicked, this, &SessionBrowser::refresh);
    connect(search_, &QLineEdit::textChanged, this, &SessionBrowser::search);
    return head;
}

QWidget* SessionBrowser::makeActions() {
    actions_ = new QWidget(this);
    rename_ = makeButton(QStringLiteral("Rename"), QStringLiteral("sessionRename"), actions_);
    tag_ = makeButton(QStringLiteral("Tags"), QStringLiteral("sessionTags"), actions_);
    delete_ = makeButton(QStringLiteral("Delete"), QStringLiteral("sessionDelete"), actions_);
    delete_->setToolTip(QStringLiteral("Into the trash; it can be taken back"));
    auto* row = new QHBoxLayout(actions_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    for (QPushButton* button : {rename_, tag_, delete_})
        row->addWidget(button, 1);
    connect(rename_, &QPushButton::clicked, this, [this] { beginEdit(Edit::name); });
    connect(tag_, &QPushButton::clicked, this, [this] { beginEdit(Edit::tags); });
    connect(delete_, &QPushButton::clicked, this, &SessionBrowser::throwAway);
    return actions_;
}

QWidget* SessionBrowser::makeEditRow() {
    editRow_ = new QWidget(this);
    editTitle_ = makeLabel({}, "small", editRow_);
    edit_ = new QLineEdit(editRow_);
    edit_->setObjectName(QStringLiteral("sessionEdit"));
    auto* save = makeButton(QStringLiteral("Save"), QStringLiteral("sessionEditSave"), editRow_);
    save->setProperty("role", QStringLiteral("primary"));
    auto* leave = makeButton(QStringLiteral("Cancel"), QStringLiteral("sessionEditCancel"), editRow_);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::small);
    row->addWidget(edit_, 1);
    row->addWidget(save);
    row->addWidget(leave);
    auto* column = new QVBoxLayout(editRow_);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    column->addWidget(editTitle_);
    column->addLayout(row);
    connect(save, &QPushButton::clicked, this, &SessionBrowser::commitEdit);
    connect(edit_, &QLineEdit::returnPressed, this, &SessionBrowser::commitEdit);
    connect(leave, &QPushButton::clicked, this, [this] { beginEdit(Edit::none); });
    editRow_->hide();
    return editRow_;
}

QWidget* SessionBrowser::makeUndo() {
    undoRow_ = new QWidget(this);
    undoText_ = makeLabel({}, "small", undoRow_);
    undoText_->setObjectName(QStringLiteral("sessionUndoText"));
    undoText_->setWordWrap(true);
    auto* back = makeButton(QStringLiteral("Take back"), QStringLiteral("sessionUndo"), undoRow_);
    auto* row = new QHBoxLayout(undoRow_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    row->addWidget(undoText_, 1);
    row->addWidget(back);
    connect(back, &QPushButton::clicked, this, &SessionBrowser::undo);
    undoRow_->hide();
    return undoRow_;
}

void SessionBrowser::showFlight(bool flight) {
    const bool isOther = flight != flight_;
    flight_ = flight;
    recordings_->setChecked(!flight);
    flightButton_->setChecked(flight);
    keep_->setVisible(flight);
    actions_->setVisible(!flight);
    beginEdit(Edit::none);
    if (!isOther) return;
    listed_ = false;
    model_->clear();
    view_->setCurrentIndex({});
    listing_.cancel();
    feed_.reset(); // of the other folder
    marked_.clear();
    Q_EMIT listChanged();
    refresh();
}

void SessionBrowser::refresh() {
    if (listing_.isRunning()) {
        again_ = true; // waiting for it here would hold the window up
        return;
    }
    again_ = false;
    brokenOff_ = false;
    model_->begin();
    feed_ = std::make_shared<SessionFeed>();
    listing_.start(
        [feed = feed_, folder = flight_ ? places_.flight : places_.recordings,
         &library = library_](session::JobProgress& progress) {
            return library.list(
                folder,
                [&](const session::ListedSession& listed) {
                    feed->put(listed);
                    return true;
                },
                progress);
        },
        now_);
}

void SessionBrowser::tick(const Frame& frame) {
    now_ = frame.now;
    busyPath_ = frame.recording->named ? frame.recording->named->path : std::string();
    tickListing(frame);
    if (const auto change = changing_.take()) {
        if (change->outcome) {
            if (const auto* known = model_->find(change->path)) {
                session::ListedSession listed = *known;
                listed.summary = *change->outcome;
                model_->tell(std::move(listed));
            }
            beginEdit(Edit::none);
            Q_EMIT changed(change->path);
        } else
            say("fault", textOf(change->outcome.error()));
    }
    if (auto move = moving_.take()) {
        if (!move->outcome)
            say("fault", textOf(move->outcome.error()));
        else if (move->back)
            say("ok", QStringLiteral("%1 is back").arg(move->name));
        else
            thrown_.push_back({*move->outcome, move->name});
        refresh();
    }
    keep_->tick(frame);
    undoRow_->setVisible(!thrown_.empty());
    if (!thrown_.empty()) showText(undoText_, QStringLiteral("%1 is in the trash").arg(thrown_.back().name));
    showActions();
}

void SessionBrowser::tickListing(const Frame& frame) {
    if (feed_) {
        auto batch = feed_->take(mostPerFrame);
        for (session::ListedSession& listed : batch)
            model_->tell(std::move(listed));
        if (!batch.empty()) {
            if (const int row = model_->rowOf(marked_); row >= 0 && view_->currentIndex().row() != row)
                mark(marked_);
            showCount();
            return; // the end of the job counts only once all of it is shown
        }
    }
    if (const auto ended = listing_.take()) {
        if (*ended && !again_ && !brokenOff_) model_->finish();
        if (!*ended) say("fault", textOf(ended->error()));
        listed_ = true;
        showCount();
        if (again_) refresh();
    }
    const Duration passed = frame.now - listing_.began();
    const bool slow = listing_.isRunning() && passed > std::chrono::milliseconds{500};
    if (slow)
        strip_->showProgress(QStringLiteral("Reading the folder"), listing_.done(),
                             JobStrip::estimate(passed, listing_.done()));
    else
        strip_->hide();
}

void SessionBrowser::tellKept(const session::KeepReport& report) {
    QString damaged = report.unreadable > 0
                          ? QStringLiteral("; %1 damaged ones are left out").arg(countText(report.unreadable))
                          : QString();
    if (report.damagedFacts > 0)
        damaged +=
            QStringLiteral("; damaged events that are left out: %1").arg(countText(report.damagedFacts));
    if (damaged.isEmpty() && !report.damage.empty())
        damaged = QStringLiteral("; damaged: %1").arg(QString::fromStdString(report.damage));
    showFlight(false);
    Q_EMIT chosen(report.path); // what is marked in the list is what is shown beside it
    say(damaged.isEmpty() ? "ok" : "warn", QStringLiteral("Kept %1 s, %2 samples%3")
                                               .arg(report.seconds, 0, 'f', 1)
                                               .arg(countText(report.counters.samples), damaged));
}

void SessionBrowser::showCount() {
    const auto total = model_->total();
    const auto shown = static_cast<std::size_t>(model_->rowCount());
    QString text = shown == total ? QStringLiteral("%1 in this list").arg(countText(total))
                                  : QStringLiteral("%1 of %2 found").arg(countText(shown), countText(total));
    if (const auto broken = model_->broken(); broken > 0)
        text += QStringLiteral(" · %1 cannot be read").arg(countText(broken));
    showText(count_, text);
    count_->setVisible(total > 0);
}

void SessionBrowser::showActions() {
    const std::string path = current();
    // They are about one recording, and which of several would not be seen.
    const bool isBusy = changing_.isRunning() || moving_.isRunning() || selected().size() > 1;
    const bool isWritten = !path.empty() && path == busyPath_;
    for (QPushButton* button : {rename_, tag_, delete_})
        button->setEnabled(!path.empty() && !isBusy && !(button == delete_ && isWritten));
    delete_->setToolTip(isWritten ? QStringLiteral("It is being recorded: end the recording first")
                                  : QStringLiteral("Into the trash; it can be taken back"));
}

std::string SessionBrowser::current() const {
    const QModelIndex index = view_->currentIndex();
    return index.isValid() ? index.data(SessionListModel::pathRole).toString().toStdString() : std::string();
}

std::vector<std::string> SessionBrowser::selected() const {
    QModelIndexList indexes = view_->selectionModel()->selectedIndexes();
    std::sort(indexes.begin(), indexes.end());
    std::vector<std::string> paths;
    for (const QModelIndex& index : indexes)
        paths.push_back(index.data(SessionListModel::pathRole).toString().toStdString());
    return paths;
}

void SessionBrowser::choose(const QModelIndex& index) {
    if (!index.isValid()) return;
    if (editing_ != Edit::none) beginEdit(Edit::none);
    said_->hide();
    Q_EMIT chosen(index.data(SessionListModel::pathRole).toString().toStdString());
}

void SessionBrowser::mark(const std::string& path) {
    marked_ = path;
    const int row = model_->rowOf(path);
    if (row >= 0 && view_->currentIndex().row() == row)
        return; // else the others would not be selected any more
    const QSignalBlocker quiet(view_->selectionModel());
    view_->setCurrentIndex(row < 0 ? QModelIndex() : model_->index(row));
    view_->viewport()->update();
}

void SessionBrowser::search() {
    model_->setFilter(SessionFilter::from(search_->text()));
    mark(marked_);
    showCount();
}

void SessionBrowser::beginEdit(Edit edit) {
    editing_ = edit;
    editRow_->setVisible(edit != Edit::none);
    const auto* listed = model_->find(current());
    if (edit == Edit::none || !listed) return;
    said_->hide();
    const bool isName = edit == Edit::name;
    showText(editTitle_, isName ? QStringLiteral("Name (the file keeps its own)")
                                : QStringLiteral("Tags, with commas between them"));
    edit_->setText(isName ? recordingName(listed->summary) : joined(listed->summary.tags));
    edit_->selectAll();
    edit_->setFocus(Qt::OtherFocusReason);
}

void SessionBrowser::commitEdit() {
    const std::string path = current();
    if (path.empty() || editing_ == Edit::none || changing_.isRunning()) return;
    session::SessionChange change;
    if (editing_ == Edit::name)
        change.name = edit_->text().trimmed().toStdString();
    else
        change.tags = tagsFrom(edit_->text());
    changing_.start(
        [path, change, &library = library_](session::JobProgress&) {
            return Change{path, library.change(path, change)};
        },
        now_);
}

void SessionBrowser::throwAway() {
    const std::string path = current();
    const auto* listed = model_->find(path);
    if (!listed || moving_.isRunning() || path == busyPath_) return;
    beginEdit(Edit::none);
    said_->hide();
    Q_EMIT leaving(path);
    const QString name = recordingName(listed->summary);
    moving_.start(
        [path, name, &library = library_](session::JobProgress&) {
            return Move{false, name, moveToTrash(library, path)};
        },
        now_);
}

void SessionBrowser::undo() {
    if (thrown_.empty() || moving_.isRunning()) return;
    const auto [last, name] = thrown_.back();
    thrown_.pop_back();
    moving_.start(
        [last = last, name = name](session::JobProgress&) {
            const auto back = takeBack(last);
            return Move{true, name, back ? Result<Trashed>{last} : tl::make_unexpected(back.error())};
        },
        now_);
}

void SessionBrowser::say(const char* role, const QString& text) {
    showText(said_, text);
    setRole(said_, role);
    said_->show();
}

void SessionBrowser::focusList() {
    view_->setFocus(Qt::OtherFocusReason);
}

bool SessionBrowser::isEmpty() const {
    return listed_ && model_->total() == 0;
}

} // namespace servolane::ui
