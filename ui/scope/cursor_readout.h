// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

class QLabel;
class QTableWidget;

namespace servolane::ui::scope {

struct CursorReading;

/// The row below the scope: what the cursors read. Not there while no cursor is set.
class CursorReadout final : public QWidget {
    Q_OBJECT
public:
    explicit CursorReadout(QWidget* parent);
    ~CursorReadout() override;
    void setReading(const CursorReading& reading);
    [[nodiscard]] const CursorReading& reading() const { return *reading_; }

private:
    void build();
    void resizeToRows();
    void showColumns();

    QLabel* times_ = nullptr; ///< as the table, until there is something to read
    QTableWidget* table_ = nullptr;
    QLabel* gaps_ = nullptr; ///< there only while there are some
    std::unique_ptr<CursorReading> reading_;
};

} // namespace servolane::ui::scope
