// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/session_view.h"

#include "ui/analysis/math_book.h"
#include "ui/analysis/math_lane.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/scope/axis_ticks.h"
#include "ui/scope/pane.h"
#include "ui/session/channel_tree.h"
#include "ui/session/range_desk.h"
#include "ui/session/range_overview.h"
#include "ui/session/session_filter.h"
#include "ui/session/trigger_finder.h"
#include "ui/telemetry/scope_export.h"
#include "ui/telemetry/scope_layouts.h"
#include "ui/telemetry/scope_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTreeWidget>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>
#include <utility>

namespace servolane::ui {

using telemetry::Channel;

namespace {

/// A list of more would take longer to fill than a frame; nobody reads it.
constexpr std::size_t mostListed = 2000;

constexpr Channel openedWith[] = {Channel::setpoint, Channel::position, Channel::current};

constexpr int narrowSide = 224;
constexpr int wideSide = 320;
constexpr int sideShare = 5; ///< of the view, for channels and events

constexpr int channelRole = Qt::UserRole;
constexpr int axisRole = Qt::UserRole + 1;

/// "1 gap", "2 gaps"
QString counted(std::uint64_t count, const char* one, const char* many) {
    return countText(count) + QLatin1Char(' ') + QLatin1String(count == 1 ? one : many);
}

/// When Record was pressed: what lies before was taken from the flight recorder. Nothing where that is not in
/// it, as in stretches that were kept.
std::optional<Time> pressedAt(const OpenedSession& opened) {
    if (!opened.events || opened.summary.flightSegment) return std::nullopt;
    const std::string file = opened.summary.path.substr(opened.summary.path.rfind('/') + 1);
    const auto& marks = opened.events->marks;
    for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark)
        if (mark->kindName == "CommandAccepted" && mark->details.starts_with("StartRecording ") &&
            mark->details.ends_with(file))
            return mark->at;
    return std::nullopt;
}

QString lengthOf(const OpenedSession& opened) {
    const session::SessionSummary& s = opened.summary;
    const QString length = clockText(s.end - s.start);
    const auto pressed = pressedAt(opened);
    if (!pressed || *pressed - s.start < std::chrono::seconds{1}) return length;
    return QStringLiteral("%1, %2 of it before Record was pressed")
        .arg(length, clockText(*pressed - s.start));
}

QString factsOf(const OpenedSession& opened, const QString& writing) {
    const session::SessionSummary& s = opened.summary;
    QStringList parts{lengthOf(opened),
                      counted(s.axes.size(), "axis", "axes"),
                      counted(s.counters.samples, "sample", "samples"),
                      QStringLiteral("%1 lost").arg(countText(s.counters.lost)),
                      counted(s.counters.gaps, "gap", "gaps"),
                      bytesText(s.counters.bytes)};
    if (!writing.isEmpty())
        parts << writing;
    else if (!s.closedCleanly)
        parts << QStringLiteral("not closed cleanly: up to 0.25 s may be missing at its end");
    if (const std::size_t damaged = opened.replay ? opened.replay->state()->damagedFacts.size() : 0)
        parts << QStringLiteral("%1 left out").arg(counted(damaged, "damaged event", "damaged events"));
    if (!s.repairs.empty())
        parts << QStringLiteral("copy of a damaged recording: %1%2")
                     .arg(QString::fromStdString(s.repairs.front()),
                          s.repairs.size() > 1 ? QStringLiteral(" and %1 more").arg(s.repairs.size() - 1)
                                               : QString());
    if (s.walUnread) parts << QStringLiteral("the newest part lies beside it and cannot be read from here");
    if (!s.walDamage.empty() && !s.walUnread && !s.walMissing)
        parts << QStringLiteral("its -wal file is damaged, and what stood in it from there on is not shown: "
                                "servolane-cli repair copies it");
    if (s.walMissing)
        parts << QStringLiteral("its -wal file is missing: copy both files from where it was recorded");
    return parts.join(QStringLiteral(" · "));
}

telemetry::ChannelNames namesOf(const session::SessionSummary& summary, const telemetry::TraceSet& traces) {
    std::vector<telemetry::NamedAxis> named;
    for (const session::SessionAxis& axis : summary.axes) {
        named.push_back({axis.id, axis.bus, axis.servo, axis.name, axis.units, {}, axis.names});
        for (const Channel channel : telemetry::allChannels)
            named.back().has[indexOf(channel)] = traces.find(axis.id, channel) != nullptr;
    }
    return telemetry::ChannelNames(std::move(named));
}

} // namespace

std::shared_ptr<scope::AxisColours> coloursOfRecording(const std::vector<AxisIdentity>& axes,
                                                       const scope::AxisColours& colours,
                                                       const motion::AxisBoard& live) {
    auto own = std::make_shared<scope::AxisColours>();
    // Of several of one name the one with the same id on its bus, then any.
    for (const bool isSameServo : {true, false})
        for (const AxisIdentity& axis : axes)
            for (const motion::AxisView& view : live.axes) {
                if (own->find(axis.id) || view.axis->name != axis.name) continue;
                if (isSameServo && view.axis->servo.value != axis.servo) continue;
                const auto number = colours.find(view.axis->id);
                if (number && !own->isTaken(*number)) own->give(axis.id, *number);
            }
    return own;
}

SessionView::SessionView(const PanelContext& context, session::SessionExporter& exporter,
                         session::SessionLibrary& library, std::string recordings, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , title_(makeLabel({}, "heading", this))
    , facts_(makeLabel({}, "small", this))
    , badge_(makeLabel(QStringLiteral("SIMULATED"), "badge", this))
    , scope_(new scope::ScopeView(this))
    , overview_(new RangeOverview(context.theme, this))
    , desk_(new RangeDesk(context, exporter, library, std::move(recordings), this)) {
    setObjectName(QStringLiteral("sessionView"));
    scope_->setObjectName(QStringLiteral("sessionScope"));
    scope_->setAxisColours(axisColours_);
    title_->setObjectName(QStringLiteral("sessionTitle"));
    facts_->setObjectName(QStringLiteral("sessionFacts"));
    facts_->setWordWrap(true);
    auto* head = new QHBoxLayout;
    head->addWidget(title_);
    head->addWidget(badge_);
    head->addStretch(1);
    play_ = makeButton(QStringLiteral("Replay"), QStringLiteral("replaySession"), this);
    play_->setProperty("role", QStringLiteral("primary"));
    play_->setToolTip(
        QStringLiteral("Show it in the panels of the bench as it was, from the chosen range on (F8)"));
    context.theme.keepIcon(play_, QStringLiteral("play"));
    connect(play_, &QPushButton::clicked, this, [this] { Q_EMIT replayAsked(overview_->range().first); });
    tools_ = new QHBoxLayout;
    head->addLayout(tools_);
    head->addWidget(play_);
    auto* main = new QVBoxLayout;
    main->setSpacing(space::small);
    main->addWidget(scope_, 1);
    main->addWidget(overview_);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(space::medium);
    middle->addLayout(main, 1);
    middle->addWidget(makeSide());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::large, space::medium, space::large, space::medium);
    column->setSpacing(space::small);
    column->addLayout(head);
    column->addWidget(facts_);
    column->addLayout(middle, 1);
    column->addWidget(makeRule(this));
    column->addWidget(desk_);
    scope_->setSource([this] { return traces(); });
    scope_->setEvents([this] { return session_.events; });
    scope_->setEventText([this](const journal::LaneMark& mark) { return textOfMark(mark); });
    scope_->setNameText([this](const scope::TraceChoice& choice) { return nameTextOf(choice); });
    dressActions(*scope_, context.theme);
    makeTools();
    const auto paint = [this] { scope_->setColours(scopePaletteOf(context_.theme.tokens())); };
    paint();
    connect(&context.theme, &Theme::changed, this, paint);
    connect(scope_, &scope::ScopeView::eventActivated, this, [this](CommandId, Time at) { showMoment(at); });
    connect(overview_, &RangeOverview::rangeChanged, this, &SessionView::showRange);
    connect(desk_, &RangeDesk::stretchAsked, this, [this](Time from, Time until) {
        scope_->setCursors(from, until > from ? std::optional{until} : std::nullopt);
        scope_->reveal(from, until);
        if (session_.replay) session_.replay->seek(from);
    });
    connect(desk_, &RangeDesk::summaryChanged, this, [this](const session::SessionSummary& summary) {
        adopt(summary);
        Q_EMIT summaryChanged(summary);
    });
    connect(desk_, &RangeDesk::kept, this, &SessionView::kept);
}

SessionView::~SessionView() = default;

void SessionView::resizeEvent(QResizeEvent*) {
    shareRoom();
    // Events say what to: "Go to 200…" said nothing.
    side_->setFixedWidth(std::clamp(width() / sideShare, narrowSide, wideSide));
}

bool SessionView::event(QEvent* event) {
    const bool done = Panel::event(event);
    if (event->type() == QEvent::LayoutRequest) shareRoom();
    return done;
}

/// A row below the tools, or the readings of a cursor, take what the page of the desk can spare: the traces
/// have no more to give in a low window.
void SessionView::shareRoom() {
    const QLayout& all = *QWidget::layout();
    const int least = std::max(all.minimumHeightForWidth(width()), all.minimumSize().height());
    desk_->setRoom(height() - (least - desk_->pageHeight()));
}

QWidget* SessionView::makeSide() {
    auto* side = side_ = new QWidget(this);
    side->setFixedWidth(narrowSide);
    auto* channels = new ChannelTree([this](const QTreeWidgetItem& item) { return choiceOf(item); }, side);
    channels_ = channels;
    connect(channels, &ChannelTree::moveAsked, this,
            [this](QTreeWidgetItem* item, int step, scope::PaneStep into) {
                const auto choice = choiceOf(*item);
                if (!choice) return;
                item->setCheckState(0, Qt::Checked); // who moves a line wants to see it
                scope_->moveTrace(choice->axis, choice->channel, step, into);
            });
    channels_->setObjectName(QStringLiteral("sessionChannels"));
    channels_->setHeaderHidden(true);
    channels_->setIndentation(space::large);
    marks_ = new QListWidget(side);
    marks_->setObjectName(QStringLiteral("sessionMarks"));
    marks_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    marks_->setTextElideMode(Qt::ElideRight);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    column->addWidget(makeLabel(QStringLiteral("CHANNELS"), "title", side));
    column->addWidget(channels_, 3);
    column->addWidget(makeLabel(QStringLiteral("EVENTS"), "title", side));
    column->addWidget(marks_, 2);
    connect(channels_, &QTreeWidget::itemChanged, this, &SessionView::chooseTraces);
    connect(marks_, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row < 0 || !session_.events) return;
        const auto& marks = session_.events->marks;
        if (row >= static_cast<int>(std::min(marks.size(), mostListed))) return;
        showMoment(marks[static_cast<std::size_t>(row)].at);
    });
    return side;
}

void SessionView::showMoment(Time at) {
    scope_->setCursors(at, std::nullopt);
    scope_->reveal(at, at);
    if (session_.replay) session_.replay->seek(at);
    const auto& marks = session_.events->marks;
    const auto mark = std::find_if(marks.begin(), marks.end(), [&](const auto& one) { return one.at == at; });
    const auto row = static_cast<std::size_t>(mark - marks.begin());
    const bool isListed = mark != marks.end() && row < mostListed;
    // Of several at one moment the one that was chosen in the list stays chosen.
    const int current = marks_->currentRow();
    if (!isListed || (current >= 0 && marks[static_cast<std::size_t>(current)].at == at)) return;
    const QSignalBlocker quiet(marks_);
    marks_->setCurrentRow(static_cast<int>(row));
    marks_->scrollToItem(marks_->currentItem(), QAbstractItemView::PositionAtCenter);
}

void SessionView::show(OpenedSession opened, const motion::AxisBoard& live) {
    session_ = std::move(opened);
    formers_ = {};
    if (session_.replay) {
        formers_ = FormerRegisters(session_.summary, *session_.replay->recorded());
        session_.traces = formers_.traces();
    }
    std::vector<AxisIdentity> axes;
    for (const session::SessionAxis& axis : session_.summary.axes)
        axes.push_back({axis.id, axis.name, axis.busName, axis.servo.value});
    names_ = distinctNames(axes);
    axisColours_ = coloursOfRecording(axes, *context_.axisColours, live);
    scope_->setAxisColours(axisColours_);
    scope_->setLaneAxes(std::vector<std::pair<AxisId, QString>>(names_.begin(), names_.end()));
    writing_ = Writing::no;
    const session::SessionSummary& s = session_.summary;
    showTitle();
    desk_->show(s);
    if (math_) {
        lane_ = std::make_unique<MathLane>(*math_, telemetry::Source::recording);
        lane_->setNames(namesOf(s, *session_.traces));
    }
    std::vector<TriggerRow::Owner> owners;
    for (const auto& [axis, name] : names_)
        owners.push_back({axis, name});
    finder_->setRecording(s.start, s.end, session_.events, std::move(owners));
    listChannels();
    listFacts();
    const telemetry::TraceView* first = nullptr;
    for (const auto& view : session_.traces->traces)
        if (!first || view.channel == Channel::position) {
            first = &view;
            if (view.channel == Channel::position) break;
        }
    overview_->showSession(s.start, s.end, first ? first->trace : nullptr,
                           first ? scope::smallestRangeOf(first->channel) : 0.0);
    overview_->showPressed(pressedAt(session_));
    scope_->setRecording(s.start, s.end);
    scope_->tick();
}

void SessionView::showTitle() {
    showText(title_, recordingTitle(session_.summary));
    showText(
        facts_,
        factsOf(session_,
                writing_ == Writing::no ? QString()
                : writing_ == Writing::now
                    ? QStringLiteral("being written now: shown as it was when it was opened")
                    : QStringLiteral("was being written when it was opened: choose it again for the rest")));
    badge_->setVisible(session_.summary.simulated);
}

void SessionView::followWriting(const session::RecordingBoard& board) {
    if (session_.summary.path.empty()) return;
    const auto writes = [&](const std::optional<session::RecordingView>& one) {
        return one && one->path == session_.summary.path;
    };
    const bool isWritten = writes(board.named) || writes(board.flight);
    const Writing now = isWritten ? Writing::now : writing_ == Writing::no ? Writing::no : Writing::ended;
    if (now == writing_) return;
    writing_ = now;
    showTitle();
}

void SessionView::adopt(const session::SessionSummary& summary) {
    if (summary.path != session_.summary.path) return;
    session_.summary.name = summary.name;
    session_.summary.tags = summary.tags;
    session_.summary.notes = summary.notes;
    showTitle();
    desk_->adopt(session_.summary);
}

void SessionView::close() {
    lane_.reset();
    session_ = {};
    formers_ = {};
    // Times of one recording mean nothing in the next.
    scope_->setCursors(std::nullopt, std::nullopt);
}

void SessionView::listChannels() {
    const QSignalBlocker quiet(channels_);
    channels_->clear();
    bool firstAxis = true;
    for (const session::SessionAxis& axis : session_.summary.axes) {
        auto* parent = new QTreeWidgetItem(channels_, {nameIn(names_, axis.id)});
        parent->setExpanded(firstAxis || session_.summary.axes.size() < 4);
        for (const Channel channel : telemetry::allChannels) {
            if (!session_.traces->find(axis.id, channel)) continue;
            auto* item = new QTreeWidgetItem(parent, {textOfName(channel, axis.nameOf(channel))});
            const bool shown = firstAxis && std::find(std::begin(openedWith), std::end(openedWith),
                                                      channel) != std::end(openedWith);
            item->setCheckState(0, shown ? Qt::Checked : Qt::Unchecked);
            item->setData(0, channelRole, static_cast<int>(channel));
            item->setData(0, axisRole, axis.id.value);
        }
        listFormers(*parent, axis);
        firstAxis = false;
    }
    mathChoices_.clear();
    if (lane_) listMath();
    chooseTraces();
}

/// Their names differ from that of the register that has the place now.
void SessionView::listFormers(QTreeWidgetItem& parent, const session::SessionAxis& axis) {
    for (const FormerRegister& former : formers_.all()) {
        if (former.axis != axis.id) continue;
        auto* item = new QTreeWidgetItem(&parent, {textOfName(former.channel, former.name)});
        item->setCheckState(0, Qt::Unchecked);
        item->setData(0, channelRole, static_cast<int>(former.channel));
        item->setData(0, axisRole, former.key.value);
        item->setToolTip(0, QStringLiteral("Was watched until %1 took its place")
                                .arg(textOfName(former.channel, axis.nameOf(former.channel))));
    }
}

std::shared_ptr<const telemetry::TraceSet> SessionView::traces() const {
    return lane_ ? lane_->traces(session_.traces) : session_.traces;
}

void SessionView::offerMath(MathBook& book) {
    math_ = &book;
    connect(&book, &MathBook::changed, this, [this] {
        if (!lane_) return;
        listMath();
        chooseTraces();
    });
}

/// What the formulas name must be in the recording.
void SessionView::listMath() {
    const QSignalBlocker quiet(channels_);
    const auto had = std::exchange(mathChoices_, usableChoices(math_->channels(), lane_->names()));
    QTreeWidgetItem* parent = nullptr;
    std::vector<AxisId> chosen;
    for (int at = channels_->topLevelItemCount() - 1; at >= 0; --at)
        if (channels_->topLevelItem(at)->data(0, Qt::UserRole).toString() == QStringLiteral("math"))
            parent = channels_->topLevelItem(at);
    for (const scope::TraceChoice& choice : had)
        if (isChosen(choice.axis)) chosen.push_back(choice.axis);
    delete parent;
    if (mathChoices_.empty()) return;
    parent = new QTreeWidgetItem(channels_, {QStringLiteral("Math")});
    parent->setData(0, Qt::UserRole, QStringLiteral("math"));
    parent->setExpanded(true);
    for (const scope::TraceChoice& choice : mathChoices_) {
        auto* item = new QTreeWidgetItem(parent, {choice.label});
        const bool shown = std::find(chosen.begin(), chosen.end(), choice.axis) != chosen.end();
        item->setCheckState(0, shown ? Qt::Checked : Qt::Unchecked);
        item->setData(0, Qt::UserRole + 1, choice.axis.value);
    }
}

bool SessionView::isChosen(AxisId axis) const {
    for (QTreeWidgetItemIterator at(channels_, QTreeWidgetItemIterator::Checked); *at; ++at)
        if ((*at)->data(0, Qt::UserRole + 1).toUInt() == axis.value) return true;
    return false;
}

std::optional<scope::TraceChoice> SessionView::choiceOf(const QTreeWidgetItem& item) const {
    const auto channel = static_cast<Channel>(item.data(0, channelRole).toInt());
    const AxisId id{static_cast<std::uint16_t>(item.data(0, axisRole).toUInt())};
    const FormerRegister* former = formers_.find(id);
    for (const session::SessionAxis& axis : session_.summary.axes) {
        if (axis.id != (former ? former->axis : id)) continue;
        const std::string& name = former ? former->name : axis.nameOf(channel);
        return traceChoice(id, channel, nameIn(names_, axis.id),
                           former ? former->unit : axis.units[indexOf(channel)],
                           textOfName(channel, name).toLower());
    }
    for (const scope::TraceChoice& choice : mathChoices_)
        if (choice.axis == id) return choice;
    return std::nullopt;
}

void SessionView::chooseTraces() {
    std::vector<scope::TraceChoice> traces;
    std::vector<TriggerRow::Source> sources;
    for (QTreeWidgetItemIterator at(channels_, QTreeWidgetItemIterator::Checked); *at; ++at)
        if (auto choice = choiceOf(**at)) {
            sources.push_back({*choice, unitOf(*choice)});
            traces.push_back(std::move(*choice));
        }
    finder_->setSources(std::move(sources));
    choices_ = traces;
    scope_->setTraces(std::move(traces));
}

std::string SessionView::unitOf(AxisId axis) const {
    for (const session::SessionAxis& known : session_.summary.axes)
        if (known.id == axis) return known.units[indexOf(Channel::position)];
    return "deg";
}

QString SessionView::textOfMark(const journal::LaneMark& mark) const {
    const QString text = textOf(mark, unitOf(mark.axis));
    const QString name = nameIn(names_, mark.axis);
    return name.isEmpty() ? text : name + QStringLiteral(": ") + text;
}

/// Where it had another unit, it is not the same line.
QString SessionView::nameTextOf(const scope::TraceChoice& choice) const {
    QString text = choice.label;
    for (const session::SessionAxis& axis : session_.summary.axes)
        for (const session::EarlierScale& change : axis.earlier)
            if (axis.id == choice.axis && change.channel == choice.channel && !change.unit.empty() &&
                change.unit != axis.units[indexOf(choice.channel)])
                text += QStringLiteral("\nuntil %1 s in %2, then the line is broken")
                            .arg(scope::number(seconds(change.until - session_.summary.start), 2),
                                 unitText(change.unit));
    return text;
}

void SessionView::listFacts() {
    const QSignalBlocker quiet(marks_);
    marks_->clear();
    const auto& marks = session_.events->marks;
    const std::size_t listed = std::min(marks.size(), mostListed);
    constexpr QChar figureSpace(0x2007); // as wide as a digit: the points stand beneath each other
    const double length = seconds(session_.summary.end - session_.summary.start);
    const auto digits = static_cast<int>(QString::number(length, 'f', 2).size());
    for (std::size_t place = 0; place < listed; ++place) {
        const journal::LaneMark& mark = marks[place];
        const double at = seconds(mark.at - session_.summary.start);
        const QString when =
            scope::isLong(at) ? scope::hoursText(at, 2)
                              : QStringLiteral("%1 s").arg(QString::number(at, 'f', 2), digits, figureSpace);
        marks_->addItem(when + QStringLiteral("  ") + textOfMark(mark));
        marks_->item(marks_->count() - 1)->setToolTip(marks_->item(marks_->count() - 1)->text());
    }
    if (listed < marks.size())
        marks_->addItem(
            QStringLiteral("%1 more stand in the lane of the scope").arg(countText(marks.size() - listed)));
    if (marks_->count() == 0) marks_->addItem(QStringLiteral("No events in this recording"));
}

void SessionView::showRange() {
    const auto [from, to] = overview_->range();
    if (to > from) scope_->setReplayRange(from, to);
}

void SessionView::startExport() {
    desk_->exportNow();
}

void SessionView::tick(const Frame& frame) {
    followWriting(*frame.recording);
    if (lane_) {
        for (const scope::TraceChoice& choice : mathChoices_)
            if (isChosen(choice.axis)) lane_->want(choice.axis);
        lane_->tick(session_.traces);
    }
    scope_->tick();
    finder_->tick(frame.now);
    picture_->tick(frame.now);
    layouts_->tick(frame.now);
    const auto [from, to] = scope_->visibleRange();
    overview_->showVisible(from, to);
    const auto [a, b] = scope_->cursors();
    desk_->offer(overview_->hasRange() ? std::optional{overview_->range()} : std::nullopt, {from, to},
                 a && b ? std::optional{TimeRange{*a, *b}} : std::nullopt);
    desk_->setTraces(choices_, traces());
    desk_->tick(frame);
}

} // namespace servolane::ui
