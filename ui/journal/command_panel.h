// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"

#include <QtCore/QAbstractTableModel>

class QStackedLayout;
class QTableView;

namespace servolane::ui {

/// The command log as rows, newest first. Holds the snapshot itself; texts are made when a cell is painted.
class CommandTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { at, state, what, target, details, latency, asker, columns };
    explicit CommandTable(const Theme& theme, QObject* parent);
    void show(const Frame& frame);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString textOfCell(const journal::CommandEntry& entry, int column) const;
    [[nodiscard]] QString detailsOf(const journal::CommandEntry& entry) const;

    const Theme& theme_;
    Frame frame_;
    int rows_ = 0;
    std::uint64_t total_ = 0;
};

/// What was asked, and what became of it.
class CommandPanel : public Panel {
    Q_OBJECT
public:
    CommandPanel(const PanelContext& context, QWidget* parent);
    void tick(const Frame& frame) override;

private:
    CommandTable* table_;
    QTableView* view_;
    QStackedLayout* stack_;
};

} // namespace servolane::ui
