// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>
#include <optional>
#include <string>

class QLabel;
class QLineEdit;

namespace servolane::ui {

/// A line to type a number into, and beside it the value as understood with its unit. See numberFrom for what
/// is understood.
class NumberField : public QWidget {
    Q_OBJECT
public:
    /// `unit` as in core: "deg", "deg/s". `name` becomes the object name of the line edit.
    NumberField(std::string unit, const QString& name, QWidget* parent);

    [[nodiscard]] std::optional<double> value() const;
    [[nodiscard]] QString understood() const;
    void setUnit(std::string unit);
    void setDecimals(int decimals);
    /// Shows what the servo holds, unless a person is typing or has typed something not sent yet.
    void showCurrent(double value);
    void clearCurrent();
    /// What was typed was sent or given up: the field follows the servo again. Escape gives up.
    void settle();
    [[nodiscard]] bool isEdited() const { return edited_; }
    void focusEntry();
    [[nodiscard]] QLineEdit* line() const { return line_; }
    void setUnderstoodWidth(int pixels);
    /// The unit stands inside the entry, and what was understood is shown by someone else: see StagedRow.
    void setUnitInside();
    /// It shows a setting of a servo: while nothing is being typed, undo is that of settings.
    void setIsSetting() { isSetting_ = true; }
    /// What zero means where it is no amount: "unlimited", "no limit". Stands in place of the unit.
    void setZeroWord(const QString& word);

Q_SIGNALS:
    void submitted(); ///< Return, with a number understood
    void edited();
    void abandoned(); ///< Escape, after something was typed

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void reconsider();
    void placeUnit();
    [[nodiscard]] bool isZeroWord() const;

    std::string unit_;
    int decimals_ = 1;
    bool edited_ = false;
    bool isSetting_ = false;
    bool replaces_ = false; ///< what stands there was sent: the next thing typed takes its place
    QString shown_;
    QString zeroWord_;
    QLineEdit* line_;
    QLabel* understood_;
    QLabel* inside_ = nullptr;
};

} // namespace servolane::ui
