// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/sessions_workspace.h"

#include "core/telemetry/read/session_outline.h"
#include "ui/binding/refusal_text.h"
#include "ui/session/session_list_model.h"
#include "ui/session/session_view.h"
#include "ui/session/several_export.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>
#include <utility>

namespace servolane::ui {

namespace {

enum Page { emptyPage, choicePage, openedPage };

} // namespace

SessionsWorkspace::SessionsWorkspace(const PanelContext& context, session::SessionLibrary& library,
                                     session::SessionExporter& exporter, OpenReplay openReplay,
                                     SessionPlaces places, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , stack_(new QStackedWidget(this))
    , view_(new SessionView(context, exporter, library, places.recordings, stack_))
    , openReplay_(std::move(openReplay)) {
    setObjectName(QStringLiteral("sessionsWorkspace"));
    setProperty("surface", QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    stack_->addWidget(makeEmptyState());
    stack_->addWidget(new EmptyState(
        context.theme, QStringLiteral("file-chart-line"), QStringLiteral("Choose a recording"),
        QStringLiteral("Select one in the list to see its traces and events, to replay it, to write "
                       "notes about it and to export it."),
        stack_));
    stack_->addWidget(view_);
    connect(view_, &SessionView::replayAsked, this, &SessionsWorkspace::replayAsked);
    connect(view_, &SessionView::summaryChanged, this, [this] { browser_->refresh(); });
    connect(view_, &SessionView::kept, this, [this] { browser_->refresh(); });
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(makeSide(library, exporter, std::move(places)));
    split->addWidget(stack_);
    split->setStretchFactor(1, 1);
    split->setSizes({340, 940});
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(split);
}

SessionsWorkspace::~SessionsWorkspace() = default;

QWidget* SessionsWorkspace::makeSide(session::SessionLibrary& library, session::SessionExporter& exporter,
                                     SessionPlaces places) {
    auto* side = new QWidget(this);
    browser_ = new SessionBrowser(context_, library, std::move(places), side);
    failure_ = makeLabel({}, "fault", side);
    failure_->setObjectName(QStringLiteral("openFailure"));
    failure_->setWordWrap(true);
    failure_->hide();
    strip_ = new JobStrip(QStringLiteral("openJob"), side);
    several_ = new SeveralExport(context_, exporter, side);
    for (QWidget* widget : std::initializer_list<QWidget*>{several_, failure_, strip_})
        browser_->addNotice(widget);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(browser_, 1);
    connect(browser_, &SessionBrowser::chosen, this, [this](const std::string& path) {
        if (path != wanted_) open(path);
    });
    connect(browser_, &SessionBrowser::selectionChanged, this, &SessionsWorkspace::offerSeveral);
    connect(browser_, &SessionBrowser::leaving, this, &SessionsWorkspace::letGo);
    connect(browser_, &SessionBrowser::changed, this, [this](const std::string& path) {
        if (const auto* listed = browser_->list().find(path)) view_->adopt(listed->summary);
    });
    connect(strip_, &JobStrip::cancelled, this, [this] {
        showNone();
        browser_->mark({});
    });
    connect(browser_, &SessionBrowser::listChanged, this, [this] {
        failure_->hide();
        showNone();
    });
    return side;
}

void SessionsWorkspace::offerSeveral() {
    std::vector<SeveralExport::Recording> recordings;
    for (const std::string& path : browser_->selected())
        if (const auto* listed = browser_->list().find(path))
            recordings.push_back({path, listed->summary.counters.bytes});
    several_->offer(std::move(recordings));
}

QWidget* SessionsWorkspace::makeEmptyState() {
    none_ = new EmptyState(context_.theme, QStringLiteral("folder-open"), QStringLiteral("No session yet"),
                           {}, this);
    none_->setObjectName(QStringLiteral("noSession"));
    record_ = none_->addButton(QStringLiteral("Start recording"), QStringLiteral("circle"),
                               QStringLiteral("emptyRecord"), true);
    connect_ = none_->addButton(QStringLiteral("Connect adapter…"), QStringLiteral("cable"),
                                QStringLiteral("sessionsConnect"), true);
    simulate_ = none_->addButton(QStringLiteral("Start simulated bus"), QStringLiteral("flask-conical"),
                                 QStringLiteral("sessionsSimulate"), false);
    connect(record_, &QPushButton::clicked, this, &SessionsWorkspace::recordToggled);
    connect(connect_, &QPushButton::clicked, this, &SessionsWorkspace::connectAsked);
    connect(simulate_, &QPushButton::clicked, this, &SessionsWorkspace::simulateAsked);
    return none_;
}

/// There is nothing to record without a bus.
void SessionsWorkspace::offerWhatIsNext(const Frame& frame) {
    const bool has = !frame.buses->buses.empty();
    record_->setVisible(has);
    connect_->setVisible(!has);
    simulate_->setVisible(!has);
    none_->setText(has ? QStringLiteral("Press R to record. The recording appears here, ready to look at and "
                                        "to export.")
                       : QStringLiteral("Connect a USB adapter or start the simulated bus, then press R to "
                                        "record. The recording appears here."));
}

void SessionsWorkspace::showEvent(QShowEvent*) {
    refresh();
}

void SessionsWorkspace::refresh() {
    browser_->refresh();
}

/// A file that is about to move is closed first.
void SessionsWorkspace::letGo(const std::string& path) {
    if (path == wanted_) showNone();
}

void SessionsWorkspace::showNone() {
    opening_.reset();
    wanted_.clear();
    view_->close();
    stack_->setCurrentIndex(choicePage);
}

void SessionsWorkspace::open(const std::string& path) {
    failure_->hide();
    wanted_ = path;
    browser_->mark(path);
    if (!openReplay_) return;
    opening_ = openReplay_(path);
    openingSince_ = now_;
}

void SessionsWorkspace::focusList() {
    browser_->focusList();
}

void SessionsWorkspace::offerLayouts(const std::string& folder) {
    view_->offerLayouts(QString::fromStdString(folder));
}

void SessionsWorkspace::offerMath(MathBook& book) {
    view_->offerMath(book);
}

bool SessionsWorkspace::exportOpened() {
    if (!opened()) return false;
    view_->startExport();
    return true;
}

std::shared_ptr<scope::AxisColours> SessionsWorkspace::axisColours() const {
    return view_->axisColours();
}

std::shared_ptr<api::Replay> SessionsWorkspace::opened() const {
    // While another one is being opened, the one before is still seen; it is not the chosen one any more.
    return stack_->currentIndex() == openedPage && !opening_ ? view_->replay() : nullptr;
}

void SessionsWorkspace::tick(const Frame& frame) {
    now_ = frame.now;
    if (frame.recording->lastFinished != lastFinished_) {
        lastFinished_ = frame.recording->lastFinished;
        refresh();
    }
    browser_->tick(frame);
    several_->tick(frame);
    if (frame.figuresDue) offerWhatIsNext(frame);
    choosePage();
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
        showNone();
        showText(failure_, textOf(state->error));
        failure_->show();
        return;
    }
    const api::ReadModels models = replay->models();
    const auto recorded = replay->recorded();
    view_->show({*state->summary, recorded->named, models.events.read(), replay}, *frame.axes);
    stack_->setCurrentIndex(openedPage);
}

void SessionsWorkspace::choosePage() {
    if (stack_->currentIndex() == openedPage) return;
    stack_->setCurrentIndex(browser_->isEmpty() && !browser_->showsFlight() ? emptyPage : choicePage);
}

} // namespace servolane::ui
