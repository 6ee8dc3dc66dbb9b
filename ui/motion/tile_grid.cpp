// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/tile_grid.h"

#include "ui/binding/selection.h"
#include "ui/binding/value_text.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/bar_meter.h"
#include "ui/widgets/state_mark.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace servolane::ui {

using telemetry::Channel;

namespace {

constexpr double narrowest = 0.75; ///< share of their width to which letters are squeezed
constexpr double largest = 2.0;    ///< a tile grows to twice its size at most
constexpr Duration heldAfterKey = std::chrono::seconds{5};
constexpr double defaultTemperatureLimit = 70.0; ///< °C; where neither axis nor servo sets one

struct SizeClass {
    TileSize size;
    QSize least;
    int gap;
};
// The smallest: 250 of them beside the strip of the alarms at 1280 × 800. In one line name and state would be
// twice as wide, and a third of them out of sight.
constexpr SizeClass classes[] = {{TileSize::large, {248, 184}, space::small},
                                 {TileSize::medium, {148, 116}, space::small},
                                 {TileSize::compact, {116, 62}, space::small},
                                 {TileSize::small, {82, 32}, space::tiny}};

void fillEffort(Tile& tile, const motion::AxisView& axis) {
    const Channel channel = effortChannelOf(*axis.axis);
    const bool measures = channel == Channel::current;
    tile.effortName = shortTextOf(channel);
    const motion::LatestValue& latest = axis[channel];
    if (!latest.isKnown()) return;
    const double full = measures ? axis.axis->model->nominal.stallCurrent : 100.0;
    tile.effort = full > 0.0 ? std::fabs(latest.value) / full : -1.0;
    tile.effortText = valueText(std::fabs(latest.value), motion::unitOf(channel, *axis.axis));
}

QString detailOf(const motion::AxisView& axis, Time now) {
    if (axis.hardwareError != 0)
        return hardwareErrorWords(axis.hardwareError, axis.axis->model.get()).join(QStringLiteral(", "));
    if (axis.silent && axis.lastAnswer != Time{})
        return QStringLiteral("last answer %1 ago").arg(ageText(now - axis.lastAnswer));
    if (axis.activity == motion::Activity::move && axis.target)
        return QStringLiteral("to %1").arg(valueText(axis.target->value, axis.axis->scale.unit));
    if (axis.axis->positionIsCommanded()) return QStringLiteral("commanded");
    return {};
}

void fillFigure(Tile& tile, const motion::AxisView& axis, Time now) {
    const motion::LatestValue& position = axis[Channel::position];
    tile.detail = detailOf(axis, now);
    tile.number = position.isKnown() ? numberText(position.value, 1) : QStringLiteral("—");
    tile.unit = position.isKnown() ? unitText(axis.axis->scale.unit) : QString();
    if (tile.stale && axis.lastAnswer != Time{}) tile.age = ageText(now - axis.lastAnswer);
}

void fillBars(Tile& tile, const motion::AxisView& axis) {
    if (axis[Channel::temperature].isKnown()) tile.temperature = axis[Channel::temperature].value;
    if (axis.axis->limits.temperature.value > 0)
        tile.temperatureLimit = axis.axis->limits.temperature.value;
    else
        tile.temperatureLimit = defaultTemperatureLimit;
    fillEffort(tile, axis);
}

bool isDoubtful(const motion::AxisView& axis, const motion::StopView& stop) {
    return stopPartOf(axis, stop) == StopPart::doubtful;
}

/// Worst of all is a stop of which nobody can say that it was one.
int badnessOf(const motion::AxisView& axis, const motion::StopView& stop) {
    const bool doubtful = isDoubtful(axis, stop);
    return static_cast<int>(doubtful ? motion::AxisState::fault : axis.state) + (doubtful ? 1 : 0);
}

Tile tileOf(const motion::AxisView& axis, const motion::StopView& stop, Time now, TileSize size) {
    Tile tile;
    tile.axis = axis.axis->id;
    tile.bus = axis.axis->bus;
    tile.badness = badnessOf(axis, stop);
    tile.look = lookOf(axis, stop);
    tile.name = axisTitle(*axis.axis);
    tile.simulated = axis.axis->simulated;
    tile.grave = isDoubtful(axis, stop);
    tile.alarming = tile.grave || axis.state >= motion::AxisState::silent;
    tile.stale = isStale(axis, now);
    if (size != TileSize::small) fillFigure(tile, axis, now);
    if (size == TileSize::large || size == TileSize::medium) fillBars(tile, axis);
    return tile;
}

/// Letters are as narrow as the room asks for.
void drawSqueezed(QPainter& painter, const QRect& line, const QString& text) {
    const int width = painter.fontMetrics().horizontalAdvance(text);
    const double share = width > line.width() ? static_cast<double>(line.width()) / width : 1.0;
    painter.save();
    painter.translate(line.topLeft());
    painter.scale(share, 1.0);
    painter.drawText(QRectF(0, 0, width + 2, line.height()), Qt::AlignLeft | Qt::AlignVCenter, text);
    painter.restore();
}

} // namespace

QColor alarmingGround(Tone tone, const Tokens& tokens) {
    const double share = tone == Tone::fault ? (tokens.dark ? 0.18 : 0.14) : (tokens.dark ? 0.12 : 0.07);
    return blend(colorOf(tone, tokens), tokens.surface, share);
}

TileGrid::TileGrid(const Theme& theme, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , theme_(theme)
    , selection_(selection) {
    setObjectName(QStringLiteral("tileGrid"));
    setAccessibleName(QStringLiteral("All axes"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    connect(&selection, &Selection::changed, this, qOverload<>(&QWidget::update));
}

void TileGrid::show(const Frame& frame) {
    now_ = frame.now;
    const std::size_t count = frame.axes->axes.size();
    const bool recount = count != tiles_.size();
    if (recount) arrange(count); // how large they are decides what stands in them
    std::vector<Tile> tiles;
    tiles.reserve(count);
    for (const motion::AxisView& axis : frame.axes->axes)
        tiles.push_back(tileOf(axis, frame.axes->stop, frame.now, size_));
    reorder(tiles, frame.now);
    std::swap(tiles, tiles_);
    if (recount)
        update();
    else
        updateChanged(tiles);
}

void TileGrid::updateChanged(const std::vector<Tile>& before) {
    for (std::size_t at = 0; at < tiles_.size(); ++at)
        if (!(tiles_[at] == before[at])) update(rectOf(at));
}

bool TileGrid::mustHold(Time now) const {
    return underMouse() || (hasFocus() && keyAt_ && now - *keyAt_ < heldAfterKey);
}

void TileGrid::reorder(std::vector<Tile>& tiles, Time now) {
    const auto worse = [](const Tile& a, const Tile& b) { return a.badness > b.badness; };
    isHeld_ = false;
    if (!mustHold(now)) return std::stable_sort(tiles.begin(), tiles.end(), worse);
    std::unordered_map<std::uint16_t, std::size_t> places;
    for (std::size_t at = 0; at < tiles_.size(); ++at)
        places.emplace(tiles_[at].axis.value, at);
    const auto placeOf = [&](const Tile& tile) {
        const auto known = places.find(tile.axis.value);
        return known == places.end() ? tiles_.size() : known->second;
    };
    std::stable_sort(tiles.begin(), tiles.end(),
                     [&](const Tile& a, const Tile& b) { return placeOf(a) < placeOf(b); });
    isHeld_ = !std::is_sorted(tiles.begin(), tiles.end(), worse);
}

void TileGrid::setViewport(QSize size) {
    if (size == viewport_) return;
    viewport_ = size;
    arrange(tiles_.size());
}

bool TileGrid::fit(int count, QSize least) {
    double best = 0.0;
    for (int columns = std::max(1, (viewport_.width() - gap_) / (least.width() + gap_)); columns > 0;
         --columns) {
        const int rows = (count + columns - 1) / columns;
        const double wide = static_cast<double>((viewport_.width() - gap_) / columns - gap_) / least.width();
        const double high = static_cast<double>((viewport_.height() - gap_) / rows - gap_) / least.height();
        const double scale = std::min(std::min(wide, high), largest);
        if (scale <= best) continue;
        best = scale;
        columns_ = columns;
        rows_ = rows;
    }
    scale_ = std::max(best, 1.0);
    return best >= 1.0;
}

void TileGrid::arrange(std::size_t tiles) {
    const int count = std::max(1, static_cast<int>(tiles));
    bool fits = false;
    QSize least;
    for (const SizeClass& candidate : classes) {
        size_ = candidate.size;
        least = candidate.least;
        gap_ = candidate.gap;
        fits = fit(count, least);
        if (fits) break;
    }
    if (!fits) { // the smallest ones, and the rest is scrolled to
        columns_ = std::max(1, (viewport_.width() - gap_) / (least.width() + gap_));
        rows_ = (count + columns_ - 1) / columns_;
        scale_ = 1.0;
    }
    fits_ = fits;
    const int width = (viewport_.width() - gap_) / columns_ - gap_;
    const auto scaled = [&](int length) { return static_cast<int>(length * scale_); };
    // A lone tile as wide as the window would look lost: it grows by half at most.
    cell_ = QSize(std::clamp(width, scaled(least.width()), scaled(least.width()) * 3 / 2),
                  scaled(least.height()));
    updateGeometry();
    setMinimumHeight(sizeHint().height());
    update();
}

QSize TileGrid::sizeHint() const {
    const int rows = rows_;
    return {columns_ * (cell_.width() + gap_) + gap_, rows * (cell_.height() + gap_) + gap_};
}

QRect TileGrid::rectOf(std::size_t tile) const {
    if (tile >= tiles_.size()) return {};
    const int at = static_cast<int>(tile);
    return {gap_ + at % columns_ * (cell_.width() + gap_), gap_ + at / columns_ * (cell_.height() + gap_),
            cell_.width(), cell_.height()};
}

std::optional<std::size_t> TileGrid::tileAt(QPoint point) const {
    for (std::size_t at = 0; at < tiles_.size(); ++at)
        if (rectOf(at).contains(point)) return at;
    return std::nullopt;
}

void TileGrid::mousePressEvent(QMouseEvent* event) {
    if (const auto at = tileAt(event->pos())) selection_.selectAxis(tiles_[*at].axis, tiles_[*at].bus);
}

void TileGrid::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const auto at = tileAt(event->pos())) Q_EMIT activated(tiles_[*at].axis);
}

void TileGrid::keyPressEvent(QKeyEvent* event) {
    keyAt_ = now_;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveSelection(-1);
    case Qt::Key_Right:
        return moveSelection(1);
    case Qt::Key_Up:
        return moveSelection(-columns_);
    case Qt::Key_Down:
        return moveSelection(columns_);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT activated(selection_.axis());
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void TileGrid::moveSelection(int step) {
    if (tiles_.empty()) return;
    int at = 0;
    for (std::size_t tile = 0; tile < tiles_.size(); ++tile)
        if (tiles_[tile].axis == selection_.axis()) at = static_cast<int>(tile) + step;
    at = std::clamp(at, 0, static_cast<int>(tiles_.size()) - 1);
    selection_.selectAxis(tiles_[static_cast<std::size_t>(at)].axis,
                          tiles_[static_cast<std::size_t>(at)].bus);
}

void TileGrid::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    for (std::size_t at = 0; at < tiles_.size(); ++at)
        if (const QRect box = rectOf(at); box.intersects(event->rect())) {
            painter.save();
            painter.translate(box.topLeft());
            painter.scale(scale_, scale_);
            paintTile(
                painter, tiles_[at],
                QRect(0, 0, static_cast<int>(box.width() / scale_), static_cast<int>(box.height() / scale_)));
            painter.restore();
        }
}

/// The worse, the more of the tile has the colour: what nobody knows to have stopped is seen first.
void TileGrid::paintFrame(QPainter& painter, const Tile& tile, const QRect& box) const {
    const Tokens& t = theme_.tokens();
    const bool selected = tile.axis == selection_.axis();
    const QColor tone = colorOf(tile.look.tone, t);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(selected        ? t.accent
                        : tile.alarming ? tone
                                        : t.border,
                        tile.alarming || selected ? 2.0 : 1.0));
    painter.setBrush(tile.grave ? tone : tile.alarming ? alarmingGround(tile.look.tone, t) : t.surface);
    painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), panelRadius, panelRadius);
    painter.restore();
}

void TileGrid::paintTile(QPainter& painter, const Tile& tile, const QRect& box) const {
    const Tokens& t = theme_.tokens();
    paintFrame(painter, tile, box);
    if (size_ == TileSize::small || size_ == TileSize::compact) return paintTight(painter, tile, box);
    const QColor tone = tile.grave ? t.surface : colorOf(tile.look.tone, t);
    constexpr int pad = space::medium;
    const QRect inner = box.adjusted(pad, pad - 2, -pad, -pad + 2);
    painter.setFont(strongFontOf(size_ == TileSize::large ? TextSize::heading : TextSize::body));
    painter.setPen(tile.grave ? t.surface : t.text);
    const QFontMetrics names(painter.font());
    const QRect head(inner.left(), inner.top(), inner.width(), names.height());
    const int aged = size_ == TileSize::medium ? paintAge(painter, tile, head, Qt::AlignRight) : 0;
    painter.drawText(head, Qt::AlignLeft, names.elidedText(tile.name, Qt::ElideRight, inner.width() - aged));
    const int top = inner.top() + names.height() + space::tiny;
    painter.setFont(strongFontOf(TextSize::body));
    const QFontMetrics words(painter.font());
    constexpr int shape = 12;
    drawShape(painter, QRectF(inner.left() + 1, top + (words.height() - shape) / 2.0, shape, shape),
              tile.look.tone, tone);
    painter.setPen(tone);
    const QRect line(inner.left() + shape + 4, top, inner.right() - inner.left() - shape - 3, words.height());
    painter.drawText(line, Qt::AlignLeft, saidIn(tile, words, line.width()));
    paintBody(painter, tile, inner.adjusted(0, top + words.height() - inner.top(), 0, 0));
}

void TileGrid::paintTight(QPainter& painter, const Tile& tile, const QRect& box) const {
    const Tokens& t = theme_.tokens();
    const bool isSmall = size_ == TileSize::small;
    const QColor tone = tile.grave ? t.surface : colorOf(tile.look.tone, t);
    const QRect inner =
        box.adjusted(isSmall ? 5 : space::small, isSmall ? 2 : 4, isSmall ? -4 : -space::small, -2);
    painter.setFont(strongFontOf(isSmall ? TextSize::small : TextSize::body));
    painter.setPen(tile.grave ? t.surface : t.text);
    const QFontMetrics names(painter.font());
    const int high = isSmall ? inner.height() / 2 : names.height();
    QRect line(inner.left(), inner.top(), inner.width(), high);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     names.elidedText(tile.name, Qt::ElideRight, inner.width()));
    line.translate(0, high);
    painter.setFont(isSmall ? fontOf(TextSize::small) : strongFontOf(TextSize::small));
    painter.setPen(tone);
    constexpr int shape = 9;
    drawShape(painter, QRectF(line.left(), line.center().y() - shape / 2.0 + 0.5, shape, shape),
              tile.look.tone, tone);
    drawSqueezed(painter, line.adjusted(shape + 4, 0, 0, 0),
                 saidIn(tile, painter.fontMetrics(), line.width() - shape - 4));
    if (isSmall) return;
    const QRect figure(inner.left(), line.bottom() + 1, inner.width(), inner.bottom() - line.bottom());
    paintAge(painter, tile, figure, Qt::AlignLeft);
    painter.setFont(fontOf(TextSize::body));
    painter.setPen(tile.grave ? t.surface : tile.stale ? t.muted : t.text);
    const bool degrees = tile.unit == QStringLiteral("°");
    painter.drawText(figure, Qt::AlignRight | Qt::AlignVCenter,
                     degrees || tile.unit.isEmpty() ? tile.number + tile.unit
                                                    : tile.number + QChar(0x202F) + tile.unit);
}

/// How wide it is, with the space before it; 0 while the values are fresh.
int TileGrid::paintAge(QPainter& painter, const Tile& tile, const QRect& line, Qt::Alignment side) const {
    if (tile.age.isEmpty()) return 0;
    const QString text = QStringLiteral("%1 old").arg(tile.age);
    painter.save();
    painter.setFont(fontOf(TextSize::small));
    painter.setPen(tile.grave ? theme_.tokens().surface : theme_.tokens().muted);
    painter.drawText(line, side | Qt::AlignVCenter, text);
    const int width = painter.fontMetrics().horizontalAdvance(text) + space::small;
    painter.restore();
    return width;
}

QString TileGrid::saidIn(const Tile& tile, const QFontMetrics& metrics, int room) const {
    QString said = tile.look.word;
    if (!tile.detail.isEmpty() && size_ != TileSize::small) said += QStringLiteral(" · ") + tile.detail;
    if (metrics.horizontalAdvance(tile.look.word) > room) {
        if (!tile.look.brief.isEmpty()) said = tile.look.brief;
        // A word of state that is cut off could be another one.
        if (size_ == TileSize::small) room = static_cast<int>(room / narrowest);
    }
    return metrics.elidedText(said, Qt::ElideRight, room);
}

void TileGrid::paintBody(QPainter& painter, const Tile& tile, const QRect& inner) const {
    const Tokens& t = theme_.tokens();
    const bool large = size_ == TileSize::large;
    const int barsHeight = large ? 48 : 24;
    const QRect figure = inner.adjusted(0, 0, 0, -barsHeight);
    // The degree sign belongs to the figure; other units are smaller.
    const bool degrees = tile.unit == QStringLiteral("°");
    const QFont unitFont = fontOf(degrees ? (large ? TextSize::tileValue : TextSize::bigValue)
                                          : (large ? TextSize::heading : TextSize::body));
    const int unitWidth = QFontMetrics(unitFont).horizontalAdvance(tile.unit) + 2;
    painter.setFont(fontOf(large ? TextSize::tileValue : TextSize::bigValue));
    const QFontMetrics metrics(painter.font());
    const int baseline = figure.top() + (figure.height() + metrics.ascent() - metrics.descent()) / 2;
    const int width = metrics.horizontalAdvance(tile.number);
    painter.setPen(tile.grave ? t.surface : tile.stale ? t.muted : t.text);
    painter.drawText(figure.right() - unitWidth - width, baseline, tile.number);
    if (!tile.grave) painter.setPen(t.muted);
    painter.setFont(unitFont);
    painter.drawText(figure.right() - unitWidth + 2, baseline, tile.unit);
    if (large) paintAge(painter, tile, figure, Qt::AlignLeft); // beside the figure there is room
    const QRect bars(inner.left(), inner.bottom() - barsHeight + 1, inner.width(), barsHeight);
    large ? paintBars(painter, tile, bars) : paintHalfBars(painter, tile, bars);
}

/// Side by side, each below its figure, whose unit says which it is.
void TileGrid::paintHalfBars(QPainter& painter, const Tile& tile, const QRect& inner) const {
    const Tokens& t = theme_.tokens();
    painter.setFont(fontOf(TextSize::small));
    const int half = (inner.width() - space::medium) / 2;
    const auto cell = [&](int left, const QString& text, const Fill& fill, bool known) {
        const QRect line(left, inner.top(), half, inner.height() - 6);
        painter.setPen(tile.grave ? t.surface : t.muted);
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft, known ? text : QStringLiteral("—"));
        drawBar(painter, QRectF(left, inner.bottom() - 3, half, 4), known ? fill : Fill{0.0}, tile.stale, t);
    };
    cell(inner.left(), valueText(tile.temperature, "degC"),
         Fill{tile.temperature / tile.temperatureLimit, 0.85, 1.0}, tile.temperature >= 0.0);
    cell(inner.left() + half + space::medium, tile.effortText, Fill{tile.effort, 0.6, 0.9},
         tile.effort >= 0.0);
}

void TileGrid::paintBars(QPainter& painter, const Tile& tile, const QRect& inner) const {
    const Tokens& t = theme_.tokens();
    const QFontMetrics metrics(fontOf(TextSize::small));
    painter.setFont(fontOf(TextSize::small));
    const int label = metrics.horizontalAdvance(textOf(Channel::current) + QLatin1Char(' ')) + 4;
    const int value = metrics.horizontalAdvance(QStringLiteral("00.00 A")) + 4;
    const auto row = [&](int top, const QString& name, const QString& text, const Fill& fill, bool known) {
        const QRect line(inner.left(), top, inner.width(), 22);
        painter.setPen(tile.grave ? t.surface : t.muted);
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft, name);
        painter.setPen(tile.grave ? t.surface : tile.stale ? t.muted : t.text);
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignRight, known ? text : QStringLiteral("—"));
        const QRectF bar(line.left() + label, line.center().y() - 2.5, line.width() - label - value - 4, 6);
        drawBar(painter, bar, known ? fill : Fill{0.0}, tile.stale, t);
    };
    const Fill heat{tile.temperature / tile.temperatureLimit, 0.85, 1.0};
    row(inner.top(), shortTextOf(Channel::temperature), valueText(tile.temperature, "degC"), heat,
        tile.temperature >= 0.0);
    row(inner.top() + 24, tile.effortName, tile.effortText, Fill{tile.effort, 0.6, 0.9}, tile.effort >= 0.0);
}

} // namespace servolane::ui
