// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/widgets/command_note.h"

#include <QtCore/QPointer>

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace servolane::ui {

/// One part of the axis panel: a row of controls and the note of what became of the last command.
class AxisSection : public QWidget {
    Q_OBJECT
public:
    /// `name` is the object name; its note is called name + "Note".
    AxisSection(const PanelContext& context, const QString& name, QWidget* parent);

    /// Another axis is shown: notes and typed values of the former one go.
    void showAxis(AxisId axis);
    void tick(const Frame& frame, const motion::AxisView& axis);
    [[nodiscard]] AxisId shownAxis() const { return axis_; }
    /// Stands beneath the sections of a group: what is staged in this one, and what became of it. Null where
    /// a section has its note beneath itself.
    [[nodiscard]] QWidget* foot() const { return foot_; }
    /// Of the names before the controls, in pixels.
    static constexpr int labelColumn = 72;

protected:
    virtual void update(const Frame& frame, const motion::AxisView& axis) = 0;
    virtual void clear() {}
    virtual void settled(bool /*good*/) {}
    /// The kinds of commands that the section sends: where the window's role allows none of them, it is
    /// disabled and says why. Their notes have `lines` kept free beneath; none if they stand in the foot.
    void needs(std::initializer_list<const char*> kinds, int lines = 1);
    /// The commands go to the servo: while it does not answer there is nothing to be set.
    void needsAnswers() { needsAnswers_ = true; }
    /// As of the newest frame.
    [[nodiscard]] bool allows(const char* kind) const;
    /// A control whose command is refused while the stop is latched: it is offered where it is `possible` and
    /// no stop stands in its way, and says so otherwise. `tip` is what it says of itself.
    void offerMotion(QWidget* control, bool possible, const QString& tip = {}) const;
    void send(api::CommandBody body);
    /// A row "label | widget" at the end of the section; the label may be empty: then there is none.
    QLabel* addRow(const QString& label, QWidget* widget);

    const PanelContext& context_;
    AxisId axis_{};
    CommandNote* note_;
    QWidget* foot_ = nullptr; ///< enabled as the section is

private:
    void showAccess(const Frame& frame, const motion::AxisView& axis);

    QGridLayout* grid_;
    QLabel* lock_;
    std::vector<const char*> kinds_;
    bool needsAnswers_ = false;
    bool isStopped_ = false; ///< as of the newest frame
    std::shared_ptr<const access::AccessBoard> access_;
};

} // namespace servolane::ui
