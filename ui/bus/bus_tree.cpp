// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/bus_tree.h"

#include "ui/binding/selection.h"
#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_mark.h"

#include <QtCore/QSignalBlocker>
#include <QtGui/QPainter>

namespace servolane::ui {

namespace {

constexpr int busRow = 48;
constexpr int axisRow = 32;

/// Changing data repaints; only what differs is set.
void put(QTreeWidgetItem* item, int role, const QVariant& value) {
    if (item->data(0, role) != value) item->setData(0, role, value);
}

QString rateText(const bus::BusView& bus) {
    const bus::LinkMeasured& m = bus.measured;
    const double answers = static_cast<double>(m.answers + m.errors);
    const double errors = answers > 0 ? 100.0 * static_cast<double>(m.errors) / answers : 0.0;
    return QStringLiteral("%1 · %2 Hz · %3 % err")
        .arg(baudText(bus.link.line.baud))
        .arg(m.cyclesPerSecond, 0, 'f', 0)
        .arg(errors, 0, 'f', 2);
}

} // namespace

BusTreeDelegate::BusTreeDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , theme_(theme) {}

QSize BusTreeDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    return {120, index.data(isBus).toBool() ? busRow : axisRow};
}

void BusTreeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    painter->save();
    const Tokens& t = theme_.tokens();
    if (option.state & QStyle::State_Selected) {
        painter->fillRect(option.rect, blend(t.accent, t.surface, t.dark ? 0.22 : 0.12));
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), t.accent);
    } else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, t.raised);
    const QRect box = option.rect.adjusted(space::medium, 0, -space::medium, 0);
    if (index.data(isBus).toBool())
        paintBus(*painter, box, index);
    else
        paintAxis(*painter, box, index);
    painter->restore();
}

void BusTreeDelegate::paintBus(QPainter& painter, const QRect& box, const QModelIndex& index) const {
    const Tokens& t = theme_.tokens();
    const QRect top(box.left(), box.top() + 6, box.width(), 18);
    int right = top.right();
    if (index.data(badge).toBool()) {
        const QString text = QStringLiteral("SIMULATED");
        QFont font = strongFontOf(TextSize::small);
        font.setPointSizeF(7.5);
        painter.setFont(font);
        const int width = painter.fontMetrics().horizontalAdvance(text) + 10;
        const QRect frame(right - width, top.top() + 1, width, 16);
        painter.setPen(t.warn);
        painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        painter.drawText(frame, Qt::AlignCenter, text);
        right = frame.left() - space::small;
    }
    const auto shape = static_cast<Tone>(index.data(Role::tone).toInt());
    drawShape(painter, QRectF(top.left(), top.center().y() - 4.5, 10, 10), shape, colorOf(shape, t));
    painter.setFont(strongFontOf(TextSize::body));
    painter.setPen(t.text);
    const QRect name(top.left() + 18, top.top(), right - top.left() - 18, top.height());
    painter.drawText(
        name, Qt::AlignVCenter,
        painter.fontMetrics().elidedText(index.data(title).toString(), Qt::ElideMiddle, name.width()));
    painter.setFont(fontOf(TextSize::small));
    painter.setPen(shape == Tone::fault ? t.fault : t.muted);
    const QRect below(top.left() + 18, top.bottom() + 1, box.width() - 18, 18);
    painter.drawText(
        below, Qt::AlignVCenter,
        painter.fontMetrics().elidedText(index.data(detail).toString(), Qt::ElideRight, below.width()));
}

void BusTreeDelegate::paintAxis(QPainter& painter, const QRect& box, const QModelIndex& index) const {
    const Tokens& t = theme_.tokens();
    const auto shape = static_cast<Tone>(index.data(Role::tone).toInt());
    const QRect inner = box.adjusted(18, 0, 0, 0);
    drawShape(painter, QRectF(inner.left(), inner.center().y() - 4.5, 10, 10), shape, colorOf(shape, t));
    painter.setFont(fontOf(TextSize::small));
    painter.setPen(colorOf(shape, t));
    const QString state = index.data(word).toString();
    painter.drawText(inner, Qt::AlignVCenter | Qt::AlignRight, state);
    const int taken = painter.fontMetrics().horizontalAdvance(state) + space::small;
    painter.setFont(fontOf(TextSize::body));
    painter.setPen(t.text);
    const QRect name = inner.adjusted(18, 0, -taken, 0);
    painter.drawText(
        name, Qt::AlignVCenter,
        painter.fontMetrics().elidedText(index.data(title).toString(), Qt::ElideRight, name.width()));
}

BusTree::BusTree(const PanelContext& context, QWidget* parent)
    : QTreeWidget(parent)
    , context_(context) {
    setObjectName(QStringLiteral("busTree"));
    setAccessibleName(QStringLiteral("Buses and axes"));
    setHeaderHidden(true);
    setRootIsDecorated(false);
    setIndentation(0);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setItemDelegate(new BusTreeDelegate(context.theme, this));
    connect(this, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        if (!item) return;
        const auto number = static_cast<std::uint16_t>(item->data(0, BusTreeDelegate::id).toUInt());
        if (item->data(0, BusTreeDelegate::isBus).toBool())
            return context_.selection.selectBus(BusId{number});
        const auto bus = item->parent()->data(0, BusTreeDelegate::id).toUInt();
        context_.selection.selectAxis(AxisId{number}, BusId{static_cast<std::uint16_t>(bus)});
    });
    connect(&context.selection, &Selection::changed, this, &BusTree::followSelection);
    connect(&context.theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void BusTree::tick(const Frame& frame) {
    if (!frame.figuresDue) return;
    std::vector<std::uint32_t> structure = structureOf(frame);
    if (structure != structure_) {
        structure_ = std::move(structure);
        rebuild(frame);
    }
    refresh(frame);
}

std::vector<std::uint32_t> BusTree::structureOf(const Frame& frame) const {
    std::vector<std::uint32_t> structure;
    for (const bus::BusView& bus : frame.buses->buses)
        structure.push_back(bus.id.value);
    for (const motion::AxisView& axis : frame.axes->axes)
        structure.push_back(axis.axis->id.value | static_cast<std::uint32_t>(axis.axis->bus.value) << 16);
    return structure;
}

void BusTree::rebuild(const Frame& frame) {
    const QSignalBlocker quiet(this);
    clear();
    for (const bus::BusView& bus : frame.buses->buses) {
        auto* item = new QTreeWidgetItem(this);
        item->setData(0, BusTreeDelegate::isBus, true);
        item->setData(0, BusTreeDelegate::id, bus.id.value);
        for (const motion::AxisView& axis : frame.axes->axes) {
            if (axis.axis->bus != bus.id) continue;
            auto* child = new QTreeWidgetItem(item);
            child->setData(0, BusTreeDelegate::isBus, false);
            child->setData(0, BusTreeDelegate::id, axis.axis->id.value);
        }
        item->setExpanded(true);
    }
    followSelection();
}

void BusTree::refresh(const Frame& frame) {
    for (int at = 0; at < topLevelItemCount(); ++at) {
        QTreeWidgetItem* item = topLevelItem(at);
        const auto number = static_cast<std::uint16_t>(item->data(0, BusTreeDelegate::id).toUInt());
        if (const bus::BusView* bus = frame.buses->find(BusId{number})) showBus(item, *bus);
        for (int child = 0; child < item->childCount(); ++child) {
            const auto axisNumber =
                static_cast<std::uint16_t>(item->child(child)->data(0, BusTreeDelegate::id).toUInt());
            if (const auto* axis = frame.axes->find(AxisId{axisNumber})) showAxis(item->child(child), *axis);
        }
    }
}

void BusTree::followSelection() {
    const QSignalBlocker quiet(this);
    for (QTreeWidgetItemIterator at(this); *at; ++at) {
        if ((*at)->data(0, BusTreeDelegate::isBus).toBool()) continue;
        if ((*at)->data(0, BusTreeDelegate::id).toUInt() == context_.selection.axis().value)
            setCurrentItem(*at);
    }
}

void BusTree::showBus(QTreeWidgetItem* item, const bus::BusView& bus) {
    const StateLook look = lookOf(bus.state);
    const bool lost = bus.state == bus::LinkState::lost;
    const QString detail =
        lost ? QStringLiteral("Lost: %1").arg(QString::fromStdString(bus.error.detail)) : rateText(bus);
    put(item, BusTreeDelegate::title, QString::fromStdString(bus.name));
    put(item, BusTreeDelegate::detail, detail);
    put(item, BusTreeDelegate::word, look.word);
    put(item, BusTreeDelegate::tone, static_cast<int>(look.tone));
    put(item, BusTreeDelegate::badge, bus.simulated);
    put(item, Qt::AccessibleTextRole,
        item->data(0, BusTreeDelegate::title).toString() + QStringLiteral(", ") + detail);
}

void BusTree::showAxis(QTreeWidgetItem* item, const motion::AxisView& axis) {
    const StateLook look = lookOf(axis);
    const QString title = axisTitle(*axis.axis);
    put(item, BusTreeDelegate::title, title);
    put(item, BusTreeDelegate::word, look.word);
    put(item, BusTreeDelegate::tone, static_cast<int>(look.tone));
    put(item, Qt::AccessibleTextRole, title + QStringLiteral(", ") + look.word);
}

} // namespace servolane::ui
