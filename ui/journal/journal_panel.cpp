// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/journal_panel.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/setting_text.h"
#include "ui/journal/journal_details.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/text.h"

#include <QtGui/QClipboard>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableView>
#include <array>
#include <utility>

namespace servolane::ui {

namespace {

constexpr std::size_t pageRows = 200;
/// Fewer rows than fill a tall window ask for more.
constexpr int comfortableRows = 60;
/// A filter that matches hardly anything must not read the whole journal by itself.
constexpr std::size_t mostReadUnasked = 20'000;

const char* const emptyText =
    "Every command appears here with what became of it: who asked, how long it took, "
    "and why it was refused. Connect a bus, or move an axis.";

QComboBox* makeChoice(const QString& name, const QString& tip, const QStringList& words, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(tip);
    box->setToolTip(tip);
    box->addItems(words);
    return box;
}

} // namespace

JournalPanel::JournalPanel(const PanelContext& context, OpenArchive openArchive,
                           std::function<UtcTime()> utcNow, QWidget* parent)
    : Panel(parent)
    , context_(context)
    , openArchive_(std::move(openArchive))
    , table_(new JournalTable(context.theme, std::move(utcNow), this))
    , split_(new QSplitter(Qt::Horizontal, this))
    , view_(new QTableView(split_))
    , stack_(new QStackedLayout)
    , empty_(new EmptyState(context.theme, QStringLiteral("list"), QStringLiteral("No commands yet"),
                            QString::fromLatin1(emptyText), this))
    , details_(new JournalDetails(context, openArchive_, split_)) {
    setObjectName(QStringLiteral("journalPanel"));
    stack_->addWidget(empty_);
    stack_->addWidget(makeTable());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeFilters());
    column->addWidget(makeRule(this));
    column->addLayout(stack_, 1);
    connect(details_, &JournalDetails::momentAsked, this, &JournalPanel::momentChosen);
    connect(details_, &JournalDetails::copyAsked, this, &JournalPanel::copyRows);
    connect(details_, &JournalDetails::opened, this, [this](bool open) {
        hasDetails_ = open;
        fitColumns();
    });
}

JournalPanel::~JournalPanel() = default;

QWidget* JournalPanel::makeTable() {
    view_->setObjectName(QStringLiteral("journalTable"));
    view_->setModel(table_);
    view_->setShowGrid(false);
    view_->setWordWrap(false);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setTabKeyNavigation(false);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(benchControlHeight);
    view_->horizontalHeader()->setHighlightSections(false);
    const int widths[] = {110, 112, 140, 100, 290, 96, 90, 72, 96};
    for (int column = 0; column < JournalTable::columns; ++column)
        view_->setColumnWidth(column, widths[column]);
    view_->horizontalHeader()->setSectionResizeMode(JournalTable::details, QHeaderView::Stretch);
    const int asker = view_->fontMetrics().horizontalAdvance(askerText({api::AskerKind::commandLine, 88}));
    view_->setColumnWidth(JournalTable::asker, std::max(widths[JournalTable::asker], asker + space::large));
    view_->installEventFilter(this);
    view_->viewport()->installEventFilter(this);
    split_->setChildrenCollapsible(false);
    split_->setStretchFactor(split_->indexOf(view_), 3);
    split_->setStretchFactor(split_->indexOf(details_), 2);
    connect(view_, &QTableView::clicked, this, &JournalPanel::chooseRow);
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        if (details_->isOpen()) chooseRow();
    });
    return split_;
}

QWidget* JournalPanel::makeFilters() {
    auto* bar = new QWidget(this);
    text_ = new QLineEdit(bar);
    text_->setObjectName(QStringLiteral("journalText"));
    text_->setPlaceholderText(QStringLiteral("Find in the journal"));
    text_->setClearButtonEnabled(true);
    text_->setMaximumWidth(220);
    axis_ = makeChoice(QStringLiteral("journalAxis"), QStringLiteral("Which axis"),
                       {QStringLiteral("All axes")}, bar);
    kind_ = makeChoice(QStringLiteral("journalKind"), QStringLiteral("Which kind of command"),
                       {QStringLiteral("All commands"), QStringLiteral("Motion"), QStringLiteral("Settings"),
                        QStringLiteral("Reading"), QStringLiteral("Buses"), QStringLiteral("Recording")},
                       bar);
    outcome_ =
        makeChoice(QStringLiteral("journalOutcome"), QStringLiteral("Which outcome"),
                   {QStringLiteral("All outcomes"), QStringLiteral("Under way"), QStringLiteral("Confirmed"),
                    QStringLiteral("Rejected"), QStringLiteral("Failed"), QStringLiteral("Superseded")},
                   bar);
    clear_ = makeButton(QStringLiteral("Clear filter"), QStringLiteral("journalClear"), bar);
    news_ = makeButton({}, QStringLiteral("journalNews"), bar);
    news_->setToolTip(QStringLiteral("They wait while the pointer or the selection is on the list (Home)"));
    news_->hide();
    clear_->hide();
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(space::medium, space::tiny, space::medium, space::tiny);
    row->setSpacing(space::small);
    for (QWidget* widget : std::initializer_list<QWidget*>{text_, axis_, kind_, outcome_, clear_})
        row->addWidget(widget);
    row->addStretch(1);
    row->addWidget(news_);
    connect(text_, &QLineEdit::textChanged, this, &JournalPanel::readFilters);
    for (QComboBox* box : {axis_, kind_, outcome_})
        connect(box, &QComboBox::currentIndexChanged, this, &JournalPanel::readFilters);
    connect(clear_, &QPushButton::clicked, this, &JournalPanel::clearFilters);
    connect(news_, &QPushButton::clicked, this, [this] {
        view_->clearSelection();
        view_->scrollToTop();
        table_->setHeld(false);
    });
    return bar;
}

void JournalPanel::readFilters() {
    const JournalFilter filter{axis_->currentIndex() > 0 ? axis_->currentText() : QString(),
                               static_cast<CommandGroup>(kind_->currentIndex()),
                               static_cast<OutcomeGroup>(outcome_->currentIndex()), text_->text().trimmed()};
    clear_->setVisible(filter != JournalFilter{});
    table_->setFilter(filter);
    showState();
}

void JournalPanel::clearFilters() {
    text_->clear();
    for (QComboBox* box : {axis_, kind_, outcome_})
        box->setCurrentIndex(0);
}

void JournalPanel::dateBy(std::function<UtcTime(Time)> dating) {
    table_->dateBy(std::move(dating));
}

void JournalPanel::focusFilter() {
    text_->setFocus(Qt::ShortcutFocusReason);
}

void JournalPanel::offerAxes() {
    for (int at = axis_->count() - 1; at < table_->axes().size(); ++at)
        axis_->addItem(table_->axes()[at]);
}

bool JournalPanel::mustHold() const {
    return view_->viewport()->underMouse() || view_->verticalScrollBar()->value() > 0 ||
           view_->selectionModel()->hasSelection();
}

void JournalPanel::tick(const Frame& frame) {
    isReplay_ = frame.isReplay;
    details_->tick(frame);
    if (!frame.figuresDue) return;
    table_->setHeld(mustHold());
    table_->fold(frame);
    if (wanted_ != CommandId{}) showWanted();
    readOlder(frame.now);
    offerAxes();
    news_->setVisible(table_->waiting() > 0);
    showText(news_, QStringLiteral("%1 new").arg(table_->waiting()));
    showState();
}

void JournalPanel::readOlder(Time now) {
    if (auto page = page_.take()) {
        if (!*page) {
            problem_ = textOf(page->error());
            atTheBeginning_ = true;
        } else {
            atTheBeginning_ = (*page)->size() < pageRows;
            if (!(*page)->empty()) oldest_ = (*page)->back().place;
            table_->addOlder(std::move(**page));
        }
    }
    if (!openArchive_ || atTheBeginning_ || page_.isRunning()) return;
    const QScrollBar& bar = *view_->verticalScrollBar();
    const bool nearTheEnd = bar.maximum() > 0 && bar.value() > bar.maximum() - comfortableRows;
    const bool tooFew = table_->rowCount() < comfortableRows && table_->known() < mostReadUnasked;
    if (!nearTheEnd && !tooFew) return;
    page_.start(
        [open = openArchive_, before = oldest_](session::JobProgress&) -> Page {
            auto archive = open();
            if (!archive) return tl::make_unexpected(archive.error());
            return (*archive)->before(before, pageRows);
        },
        now);
}

void JournalPanel::showState() {
    stack_->setCurrentIndex(table_->rowCount() == 0 ? 0 : 1);
    if (table_->rowCount() > 0) return;
    QString text = isReplay_ ? QStringLiteral("Up to this moment of the recording nothing was commanded.")
                             : QString::fromLatin1(emptyText);
    if (table_->known() > 0)
        text = page_.isRunning()
                   ? QStringLiteral("Looking through older commands …")
                   : QStringLiteral("None of %1 commands passes the filter. Clear it to see them all.")
                         .arg(table_->known());
    if (!problem_.isEmpty()) text += QStringLiteral("\nOlder commands cannot be read: ") + problem_;
    empty_->setText(text);
}

void JournalPanel::chooseRow() {
    const QModelIndex current = view_->currentIndex();
    if (current.isValid()) details_->show(table_->row(current.row()));
}

void JournalPanel::showCommand(CommandId command) {
    wanted_ = command;
    if (table_->knows(command)) showWanted();
}

void JournalPanel::showWanted() {
    const CommandId wanted = std::exchange(wanted_, {});
    if (!table_->knows(wanted)) return Q_EMIT commandMissing();
    table_->setHeld(false); // it may be among those that wait
    if (table_->placeOf(wanted) < 0) clearFilters();
    const int row = table_->placeOf(wanted);
    if (row < 0) return;
    const QModelIndex index = table_->index(row, JournalTable::when);
    view_->selectionModel()->setCurrentIndex(index,
                                             QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    chooseRow();
    view_->scrollTo(index, QAbstractItemView::PositionAtCenter);
    view_->setFocus(Qt::OtherFocusReason);
}

void JournalPanel::copyRows() {
    QModelIndexList rows = view_->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.row() < b.row(); });
    if (!rows.isEmpty()) QApplication::clipboard()->setText(table_->copyOf(rows));
}

/// What the details say need not stand in the row beside them. Where the room is short, what is seldom asked
/// for gives way, so that who asked is never cut off.
void JournalPanel::fitColumns() {
    constexpr int leastDetails = 160;
    constexpr std::array spare{JournalTable::retries, JournalTable::readBack, JournalTable::latency};
    std::array<bool, JournalTable::columns> hidden{};
    hidden[JournalTable::asker] = hasDetails_;
    for (const int column : spare)
        hidden[static_cast<std::size_t>(column)] = hasDetails_;
    int needed = leastDetails;
    for (int column = 0; column < JournalTable::columns; ++column) {
        int& width = widths_[static_cast<std::size_t>(column)];
        if (!view_->isColumnHidden(column)) width = view_->columnWidth(column);
        if (column != JournalTable::details && !hidden[static_cast<std::size_t>(column)]) needed += width;
    }
    for (const int column : spare) {
        bool& isHidden = hidden[static_cast<std::size_t>(column)];
        if (isHidden || needed <= view_->viewport()->width()) continue;
        needed -= widths_[static_cast<std::size_t>(column)];
        isHidden = true;
    }
    // Only what changes: everything else would lay the table out anew with each step of a resize.
    for (int column = 0; column < JournalTable::columns; ++column)
        if (const bool hide = hidden[static_cast<std::size_t>(column)]; view_->isColumnHidden(column) != hide)
            view_->setColumnHidden(column, hide);
}

bool JournalPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == view_->viewport() && event->type() == QEvent::Resize) fitColumns();
    if (watched != view_ || event->type() != QEvent::KeyPress) return Panel::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Copy)) {
        copyRows();
        return true;
    }
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        chooseRow();
        return true;
    case Qt::Key_Escape:
        details_->close();
        view_->clearSelection();
        return true;
    case Qt::Key_Home:
        news_->click();
        return false;
    default:
        return Panel::eventFilter(watched, event);
    }
}

} // namespace servolane::ui
