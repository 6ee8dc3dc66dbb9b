// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString> // before core: moc 6.4 stumbles over <concepts> where it comes first

#include "ui/binding/frame.h"
#include "ui/binding/state_text.h"

#include <QtCore/QAbstractTableModel>
#include <QtGui/QColor>
#include <QtWidgets/QTableView>
#include <array>
#include <optional>
#include <vector>

namespace servolane::ui {

class Selection;
class Theme;
struct Tokens;

/// A colour of state on the ground of a selected row, where of itself it falls short of 4.5 : 1.
[[nodiscard]] QColor toneOnSelection(const QColor& tone, const Tokens& tokens);

/// The axes as rows, in the order of one column. GUI thread.
class AxisRows : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { axis, state, position, velocity, effort, temperature, voltage, age, bus, columns };
    static constexpr int selectedToneRole = Qt::UserRole + 1; ///< QColor of its state in a selected row

    AxisRows(const Theme& theme, QObject* parent);
    /// `hold`: rows keep their places, and who comes stands at the end. Only cells that look different are
    /// told.
    void show(const Frame& frame, bool hold);
    /// The rows are not in the order that was asked for.
    [[nodiscard]] bool isOrderHeld() const { return isHeld_; }
    [[nodiscard]] AxisId axisAt(int row) const;
    [[nodiscard]] BusId busAt(int row) const;
    /// −1 if there is none.
    [[nodiscard]] int rowOf(AxisId axis) const;

    void sort(int column, Qt::SortOrder order) override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        AxisId axis{};
        BusId bus{};
        StateLook look;
        bool grave = false;
        bool stale = false;
        std::array<QString, columns> cells;
        std::array<double, columns> keys{}; ///< what is sorted by; NaN: not known, comes last either way
        [[nodiscard]] bool looksLike(const Row& other) const;
    };
    [[nodiscard]] static Row rowOf(const motion::AxisView& view, const Frame& frame);
    [[nodiscard]] bool isBefore(const Row& a, const Row& b) const;
    void keepPlaces(std::vector<Row>& rows) const;
    void replace(std::vector<Row> rows);
    void tellChanged(const std::vector<Row>& before);

    const Theme& theme_;
    std::vector<Row> rows_;
    QString effortTitle_; ///< of the column: what the axes tell of how hard they work
    int column_ = state;
    Qt::SortOrder order_ = Qt::DescendingOrder;
    std::optional<Time> sortedAt_;
    bool isHeld_ = false;
};

/// All axes as a table, the worst first or by any column. No row moves under the pointer, nor for a while
/// after a key was pressed in it.
class AxisTable : public QTableView {
    Q_OBJECT
public:
    AxisTable(const Theme& theme, Selection& selection, QWidget* parent);

    void show(const Frame& frame);
    [[nodiscard]] const AxisRows& rows() const { return *rows_; }

Q_SIGNALS:
    void axisActivated(servolane::AxisId axis);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void markSelected();

    Selection& selection_;
    AxisRows* rows_;
    Time now_{};
    std::optional<Time> keyAt_; ///< when a key was pressed in it last
};

} // namespace servolane::ui
