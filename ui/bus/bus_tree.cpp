// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/bus_tree.h"

#include "ui/binding/selection.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/row_delegate.h"

#include <QtCore/QSignalBlocker>

namespace servolane::ui {

namespace {

/// Changing data repaints; only what differs is set.
void put(QTreeWidgetItem* item, int role, const QVariant& value) {
    if (item->data(0, role) != value) item->setData(0, role, value);
}

/// "200 Hz"; "56 of 200 Hz" where the wire does not carry what was asked for.
QString cyclesText(const bus::BusView& bus) {
    constexpr double nearly = 0.95;
    const QString measured = QString::number(bus.measured.cyclesPerSecond, 'f', 0);
    const double asked = bus.link.pollRate;
    if (!(asked > 0.0) || bus.measured.cyclesPerSecond >= asked * nearly)
        return measured + QStringLiteral(" Hz");
    return QStringLiteral("%1 of %2 Hz").arg(measured).arg(asked, 0, 'f', 0);
}

QString ownRateText(const bus::BusView& bus) {
    const bus::LinkMeasured& m = bus.measured;
    // A recording tells the rate, not the errors.
    if (m.answers + m.errors == 0)
        return QStringLiteral("%1 · %2").arg(baudText(bus.link.line.baud), cyclesText(bus));
    const double answers = static_cast<double>(m.answers + m.errors);
    const double errors = 100.0 * static_cast<double>(m.errors) / answers;
    return QStringLiteral("%1 · %2 · %3 % err")
        .arg(baudText(bus.link.line.baud), cyclesText(bus))
        .arg(errors, 0, 'f', 2);
}

} // namespace

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
    setItemDelegate(new RowDelegate(context.theme, this));
    connect(this, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        if (!item) return;
        const auto number = static_cast<std::uint16_t>(item->data(0, RowDelegate::idRole).toUInt());
        if (item->data(0, RowDelegate::headingRole).toBool())
            return context_.selection.selectBus(BusId{number});
        const auto bus = item->parent()->data(0, RowDelegate::idRole).toUInt();
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
    told_.clear();
    for (const bus::BusView& bus : frame.buses->buses) {
        auto* item = new QTreeWidgetItem(this);
        item->setData(0, RowDelegate::headingRole, true);
        item->setData(0, RowDelegate::idRole, bus.id.value);
        for (const motion::AxisView& axis : frame.axes->axes) {
            if (axis.axis->bus != bus.id) continue;
            auto* child = new QTreeWidgetItem(item);
            child->setData(0, RowDelegate::headingRole, false);
            child->setData(0, RowDelegate::idRole, axis.axis->id.value);
        }
        item->setExpanded(true);
    }
    followSelection();
}

void BusTree::refresh(const Frame& frame) {
    for (int at = 0; at < topLevelItemCount(); ++at) {
        QTreeWidgetItem* item = topLevelItem(at);
        const auto number = static_cast<std::uint16_t>(item->data(0, RowDelegate::idRole).toUInt());
        if (const bus::BusView* bus = frame.buses->find(BusId{number})) showBus(item, *bus);
        for (int child = 0; child < item->childCount(); ++child) {
            const auto axisNumber =
                static_cast<std::uint16_t>(item->child(child)->data(0, RowDelegate::idRole).toUInt());
            if (const auto* axis = frame.axes->find(AxisId{axisNumber}))
                showAxis(item->child(child), *axis, frame.axes->stop);
        }
    }
}

void BusTree::followSelection() {
    const QSignalBlocker quiet(this);
    for (QTreeWidgetItemIterator at(this); *at; ++at) {
        if ((*at)->data(0, RowDelegate::headingRole).toBool()) continue;
        if ((*at)->data(0, RowDelegate::idRole).toUInt() == context_.selection.axis().value)
            setCurrentItem(*at);
    }
}

void BusTree::showBus(QTreeWidgetItem* item, const bus::BusView& bus) {
    const StateLook look = lookOf(bus.state);
    const bool lost = bus.state == bus::LinkState::lost;
    const QString detail =
        lost ? QStringLiteral("Lost: %1").arg(QString::fromStdString(bus.error.detail)) : ownRateText(bus);
    put(item, RowDelegate::titleRole, QString::fromStdString(bus.name));
    put(item, RowDelegate::detailRole, detail);
    put(item, Qt::ToolTipRole, lost ? detail : QString());
    put(item, RowDelegate::wordRole, look.word);
    put(item, RowDelegate::toneRole, static_cast<int>(look.tone));
    put(item, RowDelegate::badgeRole, bus.simulated);
    put(item, Qt::AccessibleTextRole,
        item->data(0, RowDelegate::titleRole).toString() + QStringLiteral(", ") + detail);
}

void BusTree::showAxis(QTreeWidgetItem* item, const motion::AxisView& axis, const motion::StopView& stop) {
    StateLook look = lookOf(axis, stop);
    Told& told = told_[axis.axis->id.value];
    if (told == Told{axis.axis, look}) return;
    const QString title = axisTitle(*axis.axis);
    put(item, RowDelegate::titleRole, title);
    put(item, RowDelegate::wordRole, look.word);
    put(item, RowDelegate::toneRole, static_cast<int>(look.tone));
    put(item, Qt::AccessibleTextRole, title + QStringLiteral(", ") + look.word);
    told = {axis.axis, std::move(look)};
}

} // namespace servolane::ui
