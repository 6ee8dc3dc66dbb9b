// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/motion/staged_row.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <algorithm>
#include <utility>

namespace servolane::ui {

StagedRow::StagedRow(std::vector<NumberField*> fields, const QString& button, QWidget* parent)
    : QWidget(parent)
    , fields_(std::move(fields))
    , understood_(makeLabel({}, "unit", this))
    , apply_(makeButton(QStringLiteral("Apply"), button, this)) {
    understood_->setObjectName(button + QStringLiteral("Understood"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    row->addWidget(understood_, 1);
    row->addWidget(apply_);
    for (NumberField* field : fields_) {
        connect(field, &NumberField::edited, this, &StagedRow::refresh);
        connect(field, &NumberField::submitted, this, &StagedRow::applied);
    }
    connect(apply_, &QPushButton::clicked, this, &StagedRow::applied);
    // The fields beneath stay where they are: a click that was meant for one would land on another.
    QSizePolicy policy = sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    setSizePolicy(policy);
    setMinimumHeight(benchControlHeight); // what was never shown has no style yet, and is lower without
    hide();
}

void StagedRow::refresh() {
    QStringList parts;
    for (const NumberField* field : fields_)
        if (field->isEdited()) parts << field->understood();
    showText(understood_, parts.join(QStringLiteral("  ")));
    setVisible(!parts.isEmpty());
}

} // namespace servolane::ui
