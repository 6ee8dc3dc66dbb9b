// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registers/control_table.h"

#include <QtWidgets/QWidget>
#include <optional>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QStackedLayout;

namespace servolane::ui {

class NumberField;

/// A register's value as it is best entered: a number with its unit, one of its named values, or its bit
/// fields. GUI thread.
class RegisterEditor : public QWidget {
    Q_OBJECT
public:
    explicit RegisterEditor(QWidget* parent);

    /// Null: nothing can be entered. It outlives the editor or the next call.
    void edit(const registers::Register* of);
    /// What the servo holds or what is pending, unless a person has entered something.
    void showCurrent(std::int64_t raw);
    void settle();
    /// What is entered, raw; absent if it is no number.
    [[nodiscard]] std::optional<std::int64_t> raw() const;
    void focusEntry();

Q_SIGNALS:
    /// A person has decided: Return, a chosen name, a switched bit.
    void decided();

private:
    void buildBits();

    const registers::Register* of_ = nullptr;
    std::int64_t shown_ = 0;
    bool touched_ = false;
    QStackedLayout* stack_;
    NumberField* number_;
    QComboBox* names_;
    QWidget* bits_;
    QGridLayout* bitGrid_;
    std::vector<QCheckBox*> boxes_;
};

} // namespace servolane::ui
