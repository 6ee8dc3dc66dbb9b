// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

#include "ui/bus/servo_change.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace servolane::ui {

class JobStrip;

/// Beneath the servos that were found: another id or rate for those that are selected, what that will write,
/// how far it is, and what came of it.
class ServoChangeStrip : public QWidget {
    Q_OBJECT
public:
    ServoChangeStrip(const PanelContext& context, QWidget* parent);

    /// Of `wish` path and servos; `rates`: those of the family. `reason`: why nothing can be changed.
    void offer(ServoChange::Wish wish, const std::vector<std::uint32_t>& rates, const QString& reason);
    void tick(const Frame& frame);
    [[nodiscard]] bool isRunning() const { return change_.isRunning(); }
    [[nodiscard]] const ServoChange& change() const { return change_; }

Q_SIGNALS:
    void finished();

private:
    void apply();
    void showWish();
    [[nodiscard]] ServoChange::Wish wanted() const;
    [[nodiscard]] QString plan() const;

    const PanelContext& context_;
    ServoChange change_;
    ServoChange::Wish offered_;
    QString reason_;
    QString said_;
    QLineEdit* id_;
    QComboBox* rate_;
    QPushButton* apply_;
    QLabel* text_;
    JobStrip* job_;
    QWidget* controls_;
    Frame frame_;
};

} // namespace servolane::ui
