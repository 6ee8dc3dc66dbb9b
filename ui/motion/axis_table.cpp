// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/axis_table.h"

#include "ui/binding/selection.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_mark.h"

#include <QtCore/QSignalBlocker>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QStyledItemDelegate>
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace servolane::ui {

using telemetry::Channel;

namespace {

constexpr Duration heldAfterTableKey = std::chrono::seconds{5};
/// Measured values change all the time: rows that change places with each of them could not be read.
constexpr Duration sortedAgainAfter = std::chrono::seconds{1};
constexpr int axisRowHeight = 32;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// In 960 pixels, what a small window leaves beside the alarms.
constexpr std::array<int, AxisRows::columns> columnWidths{130, 172, 92, 100, 88, 72, 84, 108, 100};

/// Channels are called as everywhere else.
QString titleOf(int column, const QString& effort) {
    switch (column) {
    case AxisRows::axis:
        return QStringLiteral("Axis");
    case AxisRows::state:
        return QStringLiteral("State");
    case AxisRows::position:
        return shortTextOf(Channel::position);
    case AxisRows::velocity:
        return shortTextOf(Channel::velocity);
    case AxisRows::effort:
        return effort;
    case AxisRows::temperature:
        return shortTextOf(Channel::temperature);
    case AxisRows::voltage:
        return shortTextOf(Channel::voltage);
    case AxisRows::age:
        return QStringLiteral("Last answer");
    default:
        return QStringLiteral("Bus");
    }
}

/// Where some axes measure a current and others estimate a load, the units in the cells tell which.
QString effortTitle(const motion::AxisBoard& board) {
    bool current = false;
    bool load = false;
    for (const motion::AxisView& view : board.axes)
        (effortChannelOf(*view.axis) == Channel::load ? load : current) = true;
    if (!load) return shortTextOf(Channel::current);
    if (!current) return shortTextOf(Channel::load);
    return QStringLiteral("Curr / load");
}

/// Worst first, when the larger comes first.
double severityOf(const motion::AxisView& view, bool isGrave) {
    return static_cast<double>(view.state) + (isGrave ? 100.0 : 0.0);
}

/// The style sheet paints cells without what a model says of their ground, and words of a selected row all in
/// one colour.
class FilledRows final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const QVariant ground = index.data(Qt::BackgroundRole);
        const bool isToned = option.state & QStyle::State_Selected && index.column() == AxisRows::state;
        if (!ground.isValid() && isToned) return paintToned(painter, option, index);
        if (!ground.isValid()) return QStyledItemDelegate::paint(painter, option, index);
        QStyleOptionViewItem filled = option;
        filled.state &= ~(QStyle::State_Selected | QStyle::State_MouseOver); // its own colours are stronger
        painter->fillRect(option.rect, ground.value<QColor>());
        QStyledItemDelegate::paint(painter, filled, index);
    }

private:
    /// Ground and margins as everywhere in the row, then the word in its own colour.
    void paintToned(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QString text = item.text;
        item.text.clear();
        const QStyle* style = option.widget->style();
        style->drawControl(QStyle::CE_ItemViewItem, &item, painter, option.widget);
        item.text = text;
        const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &item, option.widget) + 1;
        const QRect line = style->subElementRect(QStyle::SE_ItemViewItemText, &item, option.widget)
                               .adjusted(margin, -1, -margin, -1);
        painter->save();
        painter->setFont(item.font);
        painter->setPen(index.data(AxisRows::selectedToneRole).value<QColor>());
        painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft,
                          item.fontMetrics.elidedText(text, Qt::ElideRight, line.width()));
        painter->restore();
    }
};

/// Milliseconds where all is well: "5 ms", then "0.4 s", "12 s".
QString answerAge(Duration age) {
    constexpr Duration wholeMilliseconds = std::chrono::milliseconds{100};
    if (age >= wholeMilliseconds) return ageText(age);
    return QStringLiteral("%1 ms").arg(std::max(0.0, milliseconds(age)), 0, 'f', 0);
}

} // namespace

QColor toneOnSelection(const QColor& tone, const Tokens& tokens) {
    return blend(tone, tokens.text, 0.75);
}

bool AxisRows::Row::looksLike(const Row& other) const {
    return look == other.look && grave == other.grave && stale == other.stale && cells == other.cells;
}

AxisRows::AxisRows(const Theme& theme, QObject* parent)
    : QAbstractTableModel(parent)
    , theme_(theme) {}

AxisRows::Row AxisRows::rowOf(const motion::AxisView& view, const Frame& frame) {
    Row row;
    row.axis = view.axis->id;
    row.bus = view.axis->bus;
    row.look = lookOf(view, frame.axes->stop);
    row.grave = stopPartOf(view, frame.axes->stop) == StopPart::doubtful;
    row.stale = isStale(view, frame.now);
    row.cells[axis] = axisTitle(*view.axis);
    row.keys[axis] = view.axis->id.value;
    row.cells[state] = QString(shapeOf(row.look.tone)) + QLatin1Char(' ') + row.look.word;
    if (view.hardwareError != 0)
        row.cells[state] +=
            QStringLiteral(" · ") +
            hardwareErrorWords(view.hardwareError, view.axis->model.get()).join(QStringLiteral(", "));
    row.keys[state] = severityOf(view, row.grave);
    const std::pair<Column, Channel> measured[] = {{position, Channel::position},
                                                   {velocity, Channel::velocity},
                                                   {effort, effortChannelOf(*view.axis)},
                                                   {temperature, Channel::temperature},
                                                   {voltage, Channel::voltage}};
    for (const auto& [column, channel] : measured) {
        const motion::LatestValue& latest = view[channel];
        row.keys[column] = latest.isKnown() ? latest.value : unknown;
        row.cells[column] = latest.isKnown() ? valueText(latest.value, motion::unitOf(channel, *view.axis))
                                             : QStringLiteral("—");
    }
    const bool hasAnswered = view.lastAnswer != Time{};
    row.keys[age] = hasAnswered ? seconds(frame.now - view.lastAnswer) : unknown;
    row.cells[age] = hasAnswered ? answerAge(frame.now - view.lastAnswer) : QStringLiteral("—");
    const auto* link = frame.buses->find(row.bus);
    row.cells[bus] = link ? QString::fromStdString(link->name) : QString();
    row.keys[bus] = row.bus.value;
    return row;
}

bool AxisRows::isBefore(const Row& a, const Row& b) const {
    const double left = a.keys[static_cast<std::size_t>(column_)];
    const double right = b.keys[static_cast<std::size_t>(column_)];
    if (std::isnan(left) || std::isnan(right)) return !std::isnan(left) && std::isnan(right);
    return order_ == Qt::AscendingOrder ? left < right : left > right;
}

void AxisRows::keepPlaces(std::vector<Row>& rows) const {
    std::unordered_map<std::uint16_t, std::size_t> places;
    for (std::size_t at = 0; at < rows_.size(); ++at)
        places.emplace(rows_[at].axis.value, at);
    const auto placeOf = [&](const Row& row) {
        const auto known = places.find(row.axis.value);
        return known == places.end() ? rows_.size() : known->second;
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const Row& a, const Row& b) { return placeOf(a) < placeOf(b); });
}

void AxisRows::show(const Frame& frame, bool hold) {
    if (const QString title = effortTitle(*frame.axes); title != effortTitle_) {
        effortTitle_ = title;
        Q_EMIT headerDataChanged(Qt::Horizontal, effort, effort);
    }
    std::vector<Row> rows;
    rows.reserve(frame.axes->axes.size());
    for (const motion::AxisView& view : frame.axes->axes)
        rows.push_back(rowOf(view, frame));
    const auto before = [this](const Row& a, const Row& b) { return isBefore(a, b); };
    // By state they change places as soon as one is worse; by what is measured, only now and then.
    const bool isDue = column_ == state || !sortedAt_ || frame.now - *sortedAt_ >= sortedAgainAfter ||
                       frame.now < *sortedAt_;
    if (!hold && isDue) {
        std::stable_sort(rows.begin(), rows.end(), before);
        sortedAt_ = frame.now;
        isHeld_ = false;
    } else {
        keepPlaces(rows);
        isHeld_ = hold && !std::is_sorted(rows.begin(), rows.end(), before);
    }
    replace(std::move(rows));
}

void AxisRows::replace(std::vector<Row> rows) {
    const auto isSame = [](const Row& a, const Row& b) { return a.axis == b.axis; };
    if (rows.size() != rows_.size()) {
        beginResetModel();
        rows_ = std::move(rows);
        endResetModel();
        return;
    }
    if (std::equal(rows.begin(), rows.end(), rows_.begin(), isSame)) {
        std::swap(rows, rows_);
        return tellChanged(rows);
    }
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList from = persistentIndexList();
    std::vector<AxisId> of;
    for (const QModelIndex& index : from)
        of.push_back(axisAt(index.row()));
    rows_ = std::move(rows);
    QModelIndexList to;
    for (qsizetype at = 0; at < from.size(); ++at)
        to.push_back(index(rowOf(of[static_cast<std::size_t>(at)]), from[at].column()));
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void AxisRows::tellChanged(const std::vector<Row>& before) {
    for (std::size_t at = 0; at < rows_.size(); ++at)
        if (!rows_[at].looksLike(before[at])) {
            const int row = static_cast<int>(at);
            Q_EMIT dataChanged(index(row, 0), index(row, columns - 1));
        }
}

void AxisRows::sort(int column, Qt::SortOrder order) {
    if (column < 0 || column >= columns) return;
    column_ = column;
    order_ = order;
    auto rows = rows_;
    // Of equal ones the lower number comes first.
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.axis < b.axis; });
    std::stable_sort(rows.begin(), rows.end(), [this](const Row& a, const Row& b) { return isBefore(a, b); });
    sortedAt_.reset();
    isHeld_ = false;
    replace(std::move(rows));
}

AxisId AxisRows::axisAt(int row) const {
    return row >= 0 && row < rowCount() ? rows_[static_cast<std::size_t>(row)].axis : AxisId{};
}

BusId AxisRows::busAt(int row) const {
    return row >= 0 && row < rowCount() ? rows_[static_cast<std::size_t>(row)].bus : BusId{};
}

int AxisRows::rowOf(AxisId wanted) const {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.axis == wanted; });
    return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int AxisRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int AxisRows::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant AxisRows::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    const Tokens& t = theme_.tokens();
    const bool isFigure = column >= position && column <= age;
    switch (role) {
    case Qt::DisplayRole:
        return row.cells[static_cast<std::size_t>(column)];
    case Qt::TextAlignmentRole:
        return static_cast<int>((isFigure ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::BackgroundRole:
        return row.grave ? QVariant(colorOf(row.look.tone, t)) : QVariant();
    case Qt::ToolTipRole: // the causes of a fault may be many
        return column == state ? QVariant(row.cells[state]) : QVariant();
    case selectedToneRole:
        return toneOnSelection(colorOf(row.look.tone, t), t);
    case Qt::ForegroundRole:
        if (row.grave) return t.surface;
        if (column == state) return colorOf(row.look.tone, t);
        return isFigure && row.stale ? QVariant(t.muted) : QVariant();
    default:
        return {};
    }
}

QVariant AxisRows::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section >= columns) return {};
    if (role == Qt::DisplayRole) return titleOf(section, effortTitle_);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((section >= position && section <= age ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    return {};
}

AxisTable::AxisTable(const Theme& theme, Selection& selection, QWidget* parent)
    : QTableView(parent)
    , selection_(selection)
    , rows_(new AxisRows(theme, this)) {
    setObjectName(QStringLiteral("axisTable"));
    setAccessibleName(QStringLiteral("All axes as a table"));
    setModel(rows_);
    setItemDelegate(new FilledRows(this));
    setShowGrid(false);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(axisRowHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setToolTip(QStringLiteral("Press to sort by this column, again for the other way"));
    for (int column = 0; column < AxisRows::columns; ++column)
        setColumnWidth(column, columnWidths[static_cast<std::size_t>(column)]);
    horizontalHeader()->setSortIndicator(AxisRows::state, Qt::DescendingOrder);
    setSortingEnabled(true);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (index.isValid())
                    selection_.selectAxis(rows_->axisAt(index.row()), rows_->busAt(index.row()));
            });
    connect(this, &QTableView::activated, this,
            [this](const QModelIndex& index) { Q_EMIT axisActivated(rows_->axisAt(index.row())); });
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void AxisTable::show(const Frame& frame) {
    now_ = frame.now;
    const bool afterKey = hasFocus() && keyAt_ && now_ - *keyAt_ < heldAfterTableKey;
    rows_->show(frame, viewport()->underMouse() || afterKey);
    markSelected();
}

/// Whoever chose another axis elsewhere finds it marked here.
void AxisTable::markSelected() {
    const int row = rows_->rowOf(selection_.axis());
    if (row == currentIndex().row()) return;
    const QSignalBlocker quiet(selectionModel());
    if (row < 0)
        clearSelection();
    else
        selectRow(row);
    viewport()->update();
}

void AxisTable::keyPressEvent(QKeyEvent* event) {
    keyAt_ = now_;
    QTableView::keyPressEvent(event);
}

} // namespace servolane::ui
