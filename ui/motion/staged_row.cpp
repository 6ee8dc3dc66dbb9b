// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/staged_row.h"

#include "ui/motion/axis_section.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/command_note.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtCore/QTimer>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <algorithm>
#include <utility>

namespace servolane::ui {

namespace {
constexpr int lowest = 32; ///< Apply, or a note of one line

void reveal(QWidget& row) {
    for (QWidget* around = row.parentWidget(); around; around = around->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(around)) area->ensureWidgetVisible(&row, 0, space::tiny);
}
} // namespace

StagedRow::StagedRow(std::vector<NumberField*> fields, const QString& button, CommandNote& note,
                     QWidget* parent)
    : QWidget(parent)
    , fields_(std::move(fields))
    , note_(note)
    , title_(makeLabel({}, "muted", this))
    , understood_(makeLabel({}, "unit", this))
    , apply_(makeButton(QStringLiteral("Apply"), button, this)) {
    understood_->setObjectName(button + QStringLiteral("Understood"));
    title_->setFixedWidth(AxisSection::labelColumn);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::medium, 0, space::medium, 0);
    row->setSpacing(space::small);
    row->addWidget(title_);
    row->addWidget(understood_, 1);
    row->addWidget(&note_, 1);
    row->addWidget(apply_);
    for (NumberField* field : fields_) {
        connect(field, &NumberField::edited, this, [this] {
            if (!note_.isPending()) note_.dismiss(); // seen, and answered
            refresh();
        });
        connect(field, &NumberField::submitted, this, &StagedRow::applied);
    }
    connect(apply_, &QPushButton::clicked, this, &StagedRow::applied);
    setMinimumHeight(lowest);
    hide();
}

void StagedRow::setTitle(const QString& title) {
    showText(title_, title);
}

void StagedRow::refresh() {
    QStringList parts;
    for (const NumberField* field : fields_)
        if (field->isEdited()) parts << field->understood();
    const bool isSaid = !note_.isHidden();
    showText(understood_, parts.join(QStringLiteral("  ")));
    understood_->setVisible(!isSaid);
    apply_->setVisible(!parts.isEmpty());
    const bool wasHidden = isHidden();
    setVisible(isSaid || !parts.isEmpty());
    // In a low window it lies below the edge; once it has its place, it is to be seen.
    if (wasHidden && !isHidden()) QTimer::singleShot(0, this, [this] { reveal(*this); });
}

} // namespace servolane::ui
