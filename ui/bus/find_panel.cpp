// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/find_panel.h"

#include "ui/binding/value_text.h"
#include "ui/bus/servo_change_strip.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/figure_table.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QBoxLayout>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>
#include <algorithm>

namespace servolane::ui {

namespace {

enum PortColumn { portName, portPath, portUsb, portState };
enum FoundColumn { foundId, foundModel, foundFamily, foundRate, foundPort };

/// A port that is plugged in is seen within this time.
constexpr Duration lookInterval = std::chrono::seconds{1};

QString textOf(const std::string& text) {
    return QString::fromStdString(text);
}

QString shortPath(const std::string& path) {
    return textOf(path.starts_with("/dev/") ? path.substr(5) : path);
}

} // namespace

FindPanel::FindPanel(const PanelContext& context, FindSetup setup, std::vector<FamilyChoice> families,
                     QWidget* parent)
    : Panel(parent)
    , context_(context)
    , setup_(std::move(setup))
    , families_(std::move(families)) {
    setObjectName(QStringLiteral("findPanel"));
    for (const FamilyChoice& family : families_)
        asked_.insert(family.name);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(makeRule(this));
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(makePorts());
    split->addWidget(makeFound());
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    split->setSizes({520, 760});
    column->addWidget(split, 1);
    connect(search_, &QPushButton::clicked, this, &FindPanel::search);
    connect(progress_, &JobStrip::cancelled, this, [this] { setup_.discovery->cancel(); });
    connect(ports_, &QTableWidget::itemChanged, this, &FindPanel::changed);
    connect(ports_, &QTableWidget::currentCellChanged, this, &FindPanel::showHint);
    connect(other_, &QLineEdit::returnPressed, this, &FindPanel::addOther);
    connect(connect_, &QPushButton::clicked, this, &FindPanel::connectFound);
    showFamilies();
}

QWidget* FindPanel::makeHead() {
    auto* head = new QWidget(this);
    search_ = makeButton(QStringLiteral("Find servos"), QStringLiteral("findSearch"), head);
    search_->setProperty("role", QStringLiteral("primary"));
    context_.theme.keepIcon(search_, QStringLiteral("radar"));
    protocols_ = new QToolButton(head);
    protocols_->setObjectName(QStringLiteral("findProtocols"));
    protocols_->setPopupMode(QToolButton::InstantPopup);
    protocols_->setToolTip(QStringLiteral("Which protocols are asked, one after the other on each port"));
    offerFamilies(new QMenu(protocols_));
    everything_ = new QCheckBox(QStringLiteral("Go on where servos answered"), head);
    everything_->setObjectName(QStringLiteral("findEverything"));
    everything_->setToolTip(QStringLiteral("Ask the other protocols too on a port where servos have "
                                           "answered: for lines with servos of two makers"));
    progress_ = new JobStrip(QStringLiteral("find"), head);
    outcome_ = makeLabel({}, "muted", head);
    outcome_->setObjectName(QStringLiteral("findOutcome"));
    outcome_->setWordWrap(true);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    row->setSpacing(space::small);
    row->addWidget(search_);
    row->addWidget(protocols_);
    row->addWidget(everything_);
    row->addSpacing(space::small);
    row->addWidget(outcome_, 1);
    row->addWidget(progress_, 1);
    connect_ = makeButton(QStringLiteral("Connect"), QStringLiteral("findConnect"), head);
    context_.theme.keepIcon(connect_, QStringLiteral("cable"));
    row->addWidget(connect_);
    return head;
}

QWidget* FindPanel::makePorts() {
    auto* page = new QWidget(this);
    ports_ = makeTable(
        QStringLiteral("findPorts"),
        {QStringLiteral("Adapter"), QStringLiteral("Port"), QStringLiteral("USB"), QStringLiteral("Search")},
        portState + 1, page);
    ports_->setAccessibleName(QStringLiteral("Ports"));
    ports_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    ports_->setColumnWidth(portName, 180);
    ports_->setColumnWidth(portPath, 76);
    ports_->setColumnWidth(portUsb, 96);
    ports_->setToolTip(QStringLiteral("Space ticks a port; F2 gives it a name of your own"));
    ports_->setTabKeyNavigation(false);
    other_ = new QLineEdit(page);
    other_->setObjectName(QStringLiteral("findOther"));
    other_->setPlaceholderText(QStringLiteral("Another port: /dev/…"));
    other_->setAccessibleName(QStringLiteral("Path of another port"));
    other_->setMinimumWidth(190);
    other_->setMaximumWidth(280);
    hint_ = makeLabel({}, "muted", page);
    hint_->setObjectName(QStringLiteral("findHint"));
    hint_->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::small, space::tiny, space::small, space::tiny);
    row->setSpacing(space::small);
    row->addWidget(other_);
    row->addWidget(hint_, 1);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(ports_, 1);
    column->addLayout(row);
    return page;
}

QWidget* FindPanel::makeFound() {
    auto* page = new QWidget(this);
    found_ = makeTable(QStringLiteral("findFound"),
                       {QStringLiteral("Servo"), QStringLiteral("Model"), QStringLiteral("Protocol"),
                        QStringLiteral("Rate"), QStringLiteral("Port")},
                       foundPort + 1, page);
    found_->setAccessibleName(QStringLiteral("Servos found"));
    found_->setColumnWidth(foundId, 56);
    found_->setColumnWidth(foundModel, 128);
    found_->setColumnWidth(foundFamily, 208);
    found_->setColumnWidth(foundRate, 96);
    found_->setTabKeyNavigation(false);
    found_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    change_ = new ServoChangeStrip(context_, page);
    connect(found_, &QTableWidget::itemSelectionChanged, this, &FindPanel::offerChange);
    connect(change_, &ServoChangeStrip::finished, this, &FindPanel::noteChange);
    note_ = new CommandNote(context_.theme, QStringLiteral("findNote"), page);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, space::tiny);
    column->setSpacing(0);
    column->addWidget(found_, 1);
    column->addWidget(note_); // none while there is nothing to say
    column->addWidget(change_);
    return page;
}

void FindPanel::offerFamilies(QMenu* menu) {
    menu->setObjectName(QStringLiteral("findFamilies"));
    for (const FamilyChoice& family : families_) {
        QAction* action = menu->addAction(family.title);
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, this, [this, name = family.name](bool asked) {
            if (asked)
                asked_.insert(name);
            else
                asked_.erase(name);
            showFamilies();
        });
    }
    protocols_->setMenu(menu);
}

void FindPanel::showFamilies() {
    QString text = QStringLiteral("%1 of %2 protocols").arg(asked_.size()).arg(families_.size());
    if (asked_.size() == families_.size()) text = QStringLiteral("All protocols");
    if (asked_.size() == 1)
        for (const FamilyChoice& family : families_)
            if (asked_.contains(family.name)) text = family.title;
    showText(protocols_, text);
}

void FindPanel::search() {
    if (board()->running || ordering_.isRunning()) return;
    const FindWish wanted = wish();
    if (wanted.paths.empty()) return note_->say(Tone::warn, QStringLiteral("Tick a port that can be opened"));
    if (wanted.families.empty()) return note_->say(Tone::warn, QStringLiteral("Choose a protocol"));
    note_->dismiss();
    ordering_.start([orders = setup_.orders, wanted](session::JobProgress&) { return orders(wanted); },
                    frame_.now);
}

FindWish FindPanel::wish() const {
    FindWish wanted;
    for (const PortChoice& port : choices_)
        if (ticked_.contains(port.path) && port.searchable && port.openable && !isOpenHere(port.path))
            wanted.paths.push_back(port.path);
    for (const FamilyChoice& family : families_)
        if (asked_.contains(family.name)) wanted.families.push_back(family.name);
    if (everything_->isChecked()) wanted.depth = bus::SearchDepth::everything;
    return wanted;
}

bool FindPanel::isOpenHere(const std::string& path) const {
    return openHere_.contains(path);
}

void FindPanel::tick(const Frame& frame) {
    frame_ = frame;
    note_->tick(frame);
    lookAtPorts(frame.now);
    if (auto orders = ordering_.take()) {
        if (!setup_.discovery->start(std::move(*orders)))
            note_->say(Tone::warn, QStringLiteral("A search is running already"));
    }
    while (keeping_.take()) {
    }
    openHere_.clear();
    for (const bus::BusView& bus : frame.buses->buses)
        openHere_.insert(bus.link.line.path);
    const auto board = this->board();
    showStates(frame);
    showFound(*board);
    showControls(frame, *board);
    followLinks();
    change_->tick(frame);
    if (wasRunning_ && !board->running && setup_.remember)
        keeping_.add([remember = setup_.remember, board] {
            remember(*board);
            return true;
        });
    if (wasRunning_ && !board->running) offerConnect();
    wasRunning_ = board->running;
}

/// Whoever searched by keyboard goes on with Return.
void FindPanel::offerConnect() {
    const QWidget* const focus = focusWidget();
    if (connect_->isEnabled() && focus && focus->hasFocus()) connect_->setFocus(Qt::OtherFocusReason);
}

void FindPanel::lookAtPorts(Time now) {
    if (auto ports = looking_.take()) showPorts(std::move(*ports));
    if (looking_.isRunning() || (lookedAt_ != Time{} && now - lookedAt_ < lookInterval)) return;
    lookedAt_ = now;
    looking_.start(
        [list = setup_.ports, describe = setup_.describe, others = others_](session::JobProgress&) {
            std::vector<PortChoice> ports = list ? list() : std::vector<PortChoice>();
            for (const std::string& path : others)
                if (std::ranges::find(ports, path, &PortChoice::path) == ports.end())
                    ports.push_back(describe(path));
            return ports;
        },
        now);
}

void FindPanel::showPorts(std::vector<PortChoice> ports) {
    for (const PortChoice& port : ports)
        if (!chosen_.contains(port.path)) {
            if (port.ticked && port.searchable)
                ticked_.insert(port.path);
            else
                ticked_.erase(port.path);
        }
    if (ports == choices_) return;
    const std::string current = currentPort() ? currentPort()->path : std::string();
    choices_ = std::move(ports);
    const QSignalBlocker quiet(ports_);
    ports_->setRowCount(static_cast<int>(choices_.size()));
    int row = 0;
    for (std::size_t at = 0; at < choices_.size(); ++at) {
        showPort(static_cast<int>(at));
        if (choices_[at].path == current) row = static_cast<int>(at);
    }
    if (!choices_.empty()) ports_->setCurrentCell(row, portName);
    const bool anyUsb =
        std::ranges::any_of(choices_, [](const PortChoice& port) { return !port.usb.isEmpty(); });
    ports_->setColumnHidden(portUsb, !anyUsb); // its room is that of the names
    ports_->setColumnWidth(portName, anyUsb ? 180 : 276);
    showHint();
}

void FindPanel::showPort(int row) {
    const PortChoice& port = choices_[static_cast<std::size_t>(row)];
    showCell(ports_, row, portName, port.name);
    showCell(ports_, row, portPath, shortPath(port.path));
    showCell(ports_, row, portUsb, port.usb);
    QTableWidgetItem* name = ports_->item(row, portName);
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable;
    if (port.searchable && port.openable) flags |= Qt::ItemIsUserCheckable;
    name->setFlags(flags);
    name->setCheckState(ticked_.contains(port.path) && port.openable ? Qt::Checked : Qt::Unchecked);
    for (const int column : {int(portPath), int(portUsb)})
        ports_->item(row, column)->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    ports_->item(row, portPath)->setToolTip(textOf(port.path));
}

void FindPanel::showStates(const Frame& frame) {
    if (!frame.figuresDue) return;
    const auto board = this->board();
    const QSignalBlocker quiet(ports_);
    for (int row = 0; row < ports_->rowCount(); ++row) {
        const PortChoice& port = choices_[static_cast<std::size_t>(row)];
        showCell(ports_, row, portState, searchText(port, board->find(port.path), isOpenHere(port.path)));
        ports_->item(row, portState)->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    }
    showHint();
}

void FindPanel::showFound(const bus::DiscoveryBoard& board) {
    const std::size_t count = board.found();
    if (board.search == shownSearch_ && count == shownFound_ && board.running == wasRunning_) return;
    shownSearch_ = board.search;
    shownFound_ = count;
    found_->setRowCount(static_cast<int>(count));
    int row = 0;
    for (const bus::PortSearchView& port : board.ports) {
        const auto listed = std::ranges::find(choices_, port.path, &PortChoice::path);
        for (const bus::FoundServo& servo : port.found) {
            const auto family = std::ranges::find(families_, servo.family, &FamilyChoice::name);
            const QString model =
                setup_.modelName ? setup_.modelName(servo.family, servo.servo.modelNumber) : QString();
            showCell(found_, row, foundId, QString::number(servo.servo.id.value));
            showCell(found_, row, foundModel,
                     model.isEmpty() ? QStringLiteral("Unknown (%1)").arg(servo.servo.modelNumber) : model);
            showCell(found_, row, foundFamily,
                     family == families_.end() ? textOf(servo.family) : family->title);
            showCell(found_, row, foundRate, rateText(servo.baud, servo.frame));
            showCell(found_, row, foundPort,
                     listed == choices_.end() || listed->name.isEmpty()
                         ? shortPath(port.path)
                         : shortPath(port.path) + QStringLiteral(" · ") + listed->name);
            ++row;
        }
    }
}

const PortChoice* FindPanel::currentPort() const {
    const int row = ports_->currentRow();
    return row < 0 || row >= static_cast<int>(choices_.size()) ? nullptr
                                                               : &choices_[static_cast<std::size_t>(row)];
}

void FindPanel::showHint() {
    const PortChoice* port = currentPort();
    QString hint = choices_.empty()
                       ? QStringLiteral("No serial port: plug in a USB adapter. It appears here by itself.")
                       : QString();
    if (port && !port->openable && !isOpenHere(port->path))
        hint = port->advice;
    else if (port)
        hint = port->note;
    showText(hint_, hint);
}

void FindPanel::showControls(const Frame& frame, const bus::DiscoveryBoard& board) {
    progress_->setVisible(board.running);
    outcome_->setVisible(!board.running);
    search_->setEnabled(!board.running && !ordering_.isRunning() && !change_->isRunning());
    const std::vector<FoundLink> links = linksToOpen();
    connect_->setEnabled(!board.running && !links.empty() && !note_->isPending() && !change_->isRunning());
    showText(connect_, links.size() > 1 ? QStringLiteral("Connect %1 buses").arg(links.size())
                                        : QStringLiteral("Connect"));
    if (!frame.figuresDue) return;
    showText(outcome_, outcomeText(board));
    if (board.running)
        progress_->showProgress(
            QStringLiteral("%1 ports · %2 found").arg(board.ports.size()).arg(board.found()), board.done,
            board.left);
}

void FindPanel::changed(QTableWidgetItem* item) {
    const auto row = static_cast<std::size_t>(item->row());
    if (item->column() != portName || row >= choices_.size()) return;
    PortChoice& port = choices_[row];
    const bool ticked = item->checkState() == Qt::Checked;
    if (port.openable && port.searchable && ticked != ticked_.contains(port.path)) {
        chosen_.insert(port.path);
        if (ticked)
            ticked_.insert(port.path);
        else
            ticked_.erase(port.path);
        keeping_.add([keep = setup_.tick, path = port.path, ticked] {
            keep(path, ticked);
            return true;
        });
    }
    if (item->text() == port.name) return;
    port.name = item->text().trimmed();
    keeping_.add([rename = setup_.rename, path = port.path, name = port.name.toStdString()] {
        rename(path, name);
        return true;
    });
    lookedAt_ = {}; // an empty one is that of the adapter again
}

void FindPanel::addOther() {
    const std::string path = other_->text().trimmed().toStdString();
    if (path.empty()) return;
    others_.insert(path);
    chosen_.insert(path);
    ticked_.insert(path);
    other_->clear();
    lookedAt_ = {};
}

std::vector<FoundLink> FindPanel::linksToOpen() const {
    std::vector<FoundLink> links = foundLinks(*board());
    std::erase_if(links, [this](const FoundLink& link) { return isOpenHere(link.path); });
    return links;
}

void FindPanel::connectFound() {
    for (const FoundLink& found : linksToOpen()) {
        const auto port = std::ranges::find(choices_, found.path, &PortChoice::path);
        bus::LinkSettings link;
        if (port != choices_.end()) link = port->last.value_or(bus::LinkSettings{});
        link.family = found.family;
        link.line.path = found.path;
        link.line.baud = found.baud;
        link.line.setFrame(found.frame);
        note_->follow(context_.send(bus::ConnectBus{link}));
        ++linking_;
    }
}

/// The last one that was sent is followed by the note; the others are seen in the list of buses.
void FindPanel::followLinks() {
    if (linking_ == 0 || note_->isPending()) return;
    linking_ = 0;
    if (linksToOpen().empty()) Q_EMIT linked();
}

std::shared_ptr<const bus::DiscoveryBoard> FindPanel::board() const {
    auto board = setup_.discovery->board();
    return corrected_ && corrected_->search == board->search && !board->running ? corrected_ : board;
}

/// The servos of the rows that are selected, where they are all of one port that nobody has open.
void FindPanel::offerChange() {
    std::set<int> rows;
    for (const QModelIndex& index : found_->selectionModel()->selectedIndexes())
        rows.insert(index.row());
    std::string path;
    std::vector<bus::FoundServo> servos;
    bool isOnePort = true;
    int row = 0;
    const auto found = board();
    for (const bus::PortSearchView& port : found->ports)
        for (const bus::FoundServo& servo : port.found) {
            if (!rows.contains(row++)) continue;
            isOnePort = isOnePort && (path.empty() || path == port.path);
            path = port.path;
            servos.push_back(servo);
        }
    if (!isOnePort) return change_->offer({}, {}, QStringLiteral("Select servos of one port"));
    if (!path.empty() && isOpenHere(path))
        return change_->offer({}, {}, QStringLiteral("Connected: id and rate are in Registers"));
    std::vector<std::uint32_t> rates;
    const auto family = servos.empty()
                            ? families_.end()
                            : std::ranges::find(families_, servos.front().family, &FamilyChoice::name);
    if (family != families_.end()) rates = family->bauds;
    change_->offer({path, std::move(servos), {}, {}}, rates, {});
}

/// The list tells where they answer now; nobody has to search again for that.
void FindPanel::noteChange() {
    auto corrected = std::make_shared<bus::DiscoveryBoard>(*board());
    for (bus::PortSearchView& port : corrected->ports) {
        if (port.path != change_->change().wish().path) continue;
        for (const ServoChange::Outcome& outcome : change_->change().outcomes()) {
            const auto at = std::ranges::find(port.found, outcome.before);
            if (at == port.found.end()) continue;
            if (outcome.after)
                *at = *outcome.after;
            else
                port.found.erase(at);
        }
    }
    corrected_ = std::move(corrected);
    shownSearch_ = 0;
    showFound(*corrected_);
    found_->clearSelection();
}

} // namespace servolane::ui
