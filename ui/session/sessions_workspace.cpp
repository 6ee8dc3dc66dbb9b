// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/sessions_workspace.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/session/session_view.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/text.h"

#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeWidget>
#include <QtWidgets/QVBoxLayout>
#include <utility>

namespace servolane::ui {

namespace {

enum Page { emptyPage, choosePage, openedPage };
constexpr int pathRole = RowDelegate::headingRole + 1;

QString dateText(UtcTime utc) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(utc.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd hh:mm"));
}

QTreeWidgetItem* itemOf(const session::SessionSummary& s) {
    auto* item = new QTreeWidgetItem;
    const QFileInfo file(QString::fromStdString(s.path));
    const QString name = s.name.empty() ? file.completeBaseName() : QString::fromStdString(s.name);
    item->setData(0, RowDelegate::headingRole, true);
    item->setData(0, RowDelegate::titleRole, name);
    item->setData(0, RowDelegate::badgeRole, s.simulated);
    item->setData(0, RowDelegate::detailRole,
                  QStringLiteral("%1 · %2 · %3 axes · %4")
                      .arg(dateText(s.startedUtc), clockText(s.end - s.start))
                      .arg(s.axes.size())
                      .arg(bytesText(s.counters.bytes)));
    item->setData(0, RowDelegate::moreRole,
                  QStringLiteral("%1 samples · %2 lost")
                      .arg(countText(s.counters.samples), countText(s.counters.lost)));
    item->setData(0, pathRole, QString::fromStdString(s.path));
    item->setData(0, Qt::AccessibleTextRole, name);
    item->setToolTip(0, file.absoluteFilePath());
    return item;
}

} // namespace

SessionsWorkspace::SessionsWorkspace(const PanelContext& context, session::SessionStore& store,
                                     session::SessionExporter& exporter, OpenReplay openReplay,
                                     std::string folder, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , store_(store)
    , folder_(std::move(folder))
    , stack_(new QStackedWidget(this))
    , view_(new SessionView(context, exporter, stack_))
    , openReplay_(std::move(openReplay)) {
    setObjectName(QStringLiteral("sessionsWorkspace"));
    setProperty("surface", QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    stack_->addWidget(makeEmptyState());
    stack_->addWidget(
        new EmptyState(context.theme, QStringLiteral("file-chart-line"), QStringLiteral("Choose a recording"),
                       QStringLiteral("Select one in the list to see its traces, its events and to "
                                      "export it."),
                       stack_));
    stack_->addWidget(view_);
    connect(view_, &SessionView::replayAsked, this, &SessionsWorkspace::replayAsked);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(makeList());
    split->addWidget(stack_);
    split->setStretchFactor(1, 1);
    split->setSizes({340, 940});
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(split);
}

SessionsWorkspace::~SessionsWorkspace() = default;

QWidget* SessionsWorkspace::makeList() {
    auto* side = new QWidget(this);
    side->setMinimumWidth(300);
    list_ = new QTreeWidget(side);
    list_->setObjectName(QStringLiteral("sessionList"));
    list_->setRootIsDecorated(false);
    list_->setAccessibleName(QStringLiteral("Recordings"));
    list_->setHeaderHidden(true);
    list_->setIndentation(0);
    list_->setMouseTracking(true);
    list_->setItemDelegate(new RowDelegate(context_.theme, list_));
    problems_ = makeLabel({}, "warn", side);
    failure_ = makeLabel({}, "fault", side);
    failure_->setObjectName(QStringLiteral("sessionFailure"));
    for (QLabel* label : {problems_, failure_}) {
        label->setWordWrap(true);
        label->hide();
    }
    strip_ = new JobStrip(QStringLiteral("openJob"), side);
    auto* again = makeIconButton(context_.theme, QStringLiteral("refresh-cw"), QStringLiteral("Look again"),
                                 QStringLiteral("sessionsRefresh"), side);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(space::medium, space::small, space::small, space::small);
    head->addWidget(makeLabel(QStringLiteral("RECORDINGS"), "title", side));
    head->addStretch(1);
    head->addWidget(again);
    auto* notes = new QVBoxLayout;
    notes->setContentsMargins(space::medium, 0, space::medium, space::small);
    notes->setSpacing(space::tiny);
    for (QWidget* widget : std::initializer_list<QWidget*>{strip_, failure_, problems_})
        notes->addWidget(widget);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addWidget(list_, 1);
    column->addLayout(notes);
    connect(again, &QToolButton::clicked, this, &SessionsWorkspace::refresh);
    connect(list_, &QTreeWidget::currentItemChanged, this, &SessionsWorkspace::openCurrent);
    connect(list_, &QTreeWidget::itemClicked, this, &SessionsWorkspace::openCurrent);
    connect(strip_, &JobStrip::cancelled, this, [this] {
        opening_.reset();
        wanted_.clear();
    });
    return side;
}

QWidget* SessionsWorkspace::makeEmptyState() {
    auto* state =
        new EmptyState(context_.theme, QStringLiteral("folder-open"), QStringLiteral("No session yet"),
                       QStringLiteral("Connect a bus and press R to record. The recording appears here, "
                                      "ready to look at and to export."),
                       this);
    state->setObjectName(QStringLiteral("noSession"));
    auto* record = state->addButton(QStringLiteral("Start recording"), QStringLiteral("circle"),
                                    QStringLiteral("emptyRecord"), true);
    connect(record, &QPushButton::clicked, this, &SessionsWorkspace::recordToggled);
    return state;
}

void SessionsWorkspace::showEvent(QShowEvent*) {
    refresh();
}

void SessionsWorkspace::refresh() {
    listing_.start(
        [this](session::JobProgress&) {
            Listing listing;
            listing.sessions = store_.list(folder_, listing.problems);
            return listing;
        },
        now_);
}

void SessionsWorkspace::open(const std::string& path) {
    failure_->hide();
    wanted_ = path;
    if (!openReplay_) return;
    opening_ = openReplay_(path);
    openingSince_ = now_;
}

void SessionsWorkspace::focusList() {
    list_->setFocus(Qt::OtherFocusReason);
}

void SessionsWorkspace::offerLayouts(const std::string& folder) {
    view_->offerLayouts(QString::fromStdString(folder));
}

void SessionsWorkspace::offerMath(MathBook& book) {
    view_->offerMath(book);
}

bool SessionsWorkspace::exportOpened() {
    if (stack_->currentIndex() != openedPage) return false;
    view_->startExport();
    return true;
}

std::shared_ptr<api::Replay> SessionsWorkspace::opened() const {
    return stack_->currentIndex() == openedPage ? view_->replay() : nullptr;
}

void SessionsWorkspace::openCurrent() {
    const QTreeWidgetItem* item = list_->currentItem();
    if (!item) return;
    const std::string path = item->data(0, pathRole).toString().toStdString();
    if (path != wanted_) open(path);
}

void SessionsWorkspace::tick(const Frame& frame) {
    now_ = frame.now;
    if (frame.recording->lastFinished != lastFinished_) {
        lastFinished_ = frame.recording->lastFinished;
        refresh();
    }
    if (const auto listing = listing_.take()) showListing(*listing);
    tickOpening(frame);
    if (stack_->currentIndex() == openedPage) view_->tick(frame);
}

void SessionsWorkspace::tickOpening(const Frame& frame) {
    const auto state = opening_ ? opening_->state() : nullptr;
    const Duration passed = frame.now - openingSince_;
    const bool slow =
        state && state->phase == api::ReplayState::Phase::opening && passed > std::chrono::milliseconds{200};
    strip_->setVisible(slow);
    if (slow)
        strip_->showProgress(QStringLiteral("Opening"), state->read, JobStrip::estimate(passed, state->read));
    if (!state || state->phase == api::ReplayState::Phase::opening) return;
    const auto replay = std::exchange(opening_, nullptr);
    if (!state->isReady()) {
        wanted_.clear();
        showText(failure_, textOf(state->error));
        failure_->show();
        return;
    }
    const api::ReadModels models = replay->models();
    view_->show({*state->summary, models.traces.read(), models.events.read(), replay});
    stack_->setCurrentIndex(openedPage);
}

void SessionsWorkspace::showListing(const Listing& listing) {
    const QSignalBlocker quiet(list_);
    list_->clear();
    QTreeWidgetItem* chosen = nullptr;
    for (const session::SessionSummary& summary : listing.sessions) {
        QTreeWidgetItem* item = itemOf(summary);
        list_->addTopLevelItem(item);
        if (summary.path == wanted_) chosen = item;
    }
    list_->setCurrentItem(chosen); // a list with the focus would choose its first item by itself
    problems_->setVisible(!listing.problems.empty());
    if (!listing.problems.empty())
        showText(problems_, QStringLiteral("%1 broken files left out; the first: %2")
                                .arg(listing.problems.size())
                                .arg(textOf(listing.problems.front())));
    if (stack_->currentIndex() != openedPage)
        stack_->setCurrentIndex(listing.sessions.empty() ? emptyPage : choosePage);
}

} // namespace servolane::ui
