// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/trace_memory.h"

#include "core/telemetry/read/trace_set.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtGui/QAction>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <cmath>

namespace servolane::ui {

TraceMemory::TraceMemory(Theme& theme, unsigned least, unsigned most, QWidget* parent)
    : QWidget(parent)
    , least_(least)
    , most_(most)
    , action_(new QAction(QStringLiteral("Memory for samples…"), this))
    , field_(new NumberField("MB", QStringLiteral("traceMemory"), this))
    , use_(makeLabel({}, "muted", this)) {
    setObjectName(QStringLiteral("traceMemoryRow"));
    action_->setObjectName(QStringLiteral("actionTraceMemory"));
    use_->setObjectName(QStringLiteral("traceMemoryUse"));
    use_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    field_->setDecimals(0);
    field_->setUnitInside();
    field_->setFixedWidth(112);
    field_->line()->setAccessibleName(QStringLiteral("Memory for samples, in megabytes"));
    auto* accept = makeButton(QStringLiteral("Set"), QStringLiteral("traceMemorySet"), this);
    auto* close = makeIconButton(theme, QStringLiteral("x"), QStringLiteral("Close"),
                                 QStringLiteral("traceMemoryClose"), this);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::small, 0, space::small, space::tiny);
    row->setSpacing(space::small);
    row->addWidget(makeLabel(QStringLiteral("Keep in memory"), "muted", this));
    row->addWidget(field_);
    row->addWidget(accept);
    row->addWidget(use_, 1);
    row->addWidget(close);
    hide();
    connect(action_, &QAction::triggered, this, [this] {
        show();
        field_->focusEntry();
    });
    connect(field_, &NumberField::submitted, this, &TraceMemory::accept);
    connect(accept, &QPushButton::clicked, this, &TraceMemory::accept);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
}

void TraceMemory::showSetting(unsigned megabytes) {
    set_ = megabytes;
    field_->settle();
    field_->showCurrent(megabytes);
}

void TraceMemory::accept() {
    const auto entered = field_->value();
    if (!entered || *entered < least_ || *entered > most_) {
        setRole(use_, "warn");
        return showText(use_, QStringLiteral("Enter a number from %1 to %2 MB").arg(least_).arg(most_));
    }
    showSetting(static_cast<unsigned>(std::lround(*entered)));
    Q_EMIT chosen(set_);
}

void TraceMemory::tick(const telemetry::TraceSet& traces) {
    if (isHidden() || field_->isEdited()) return;
    const bool tooMuch = traces.bytes > std::size_t{set_} * 1'000'000;
    const bool isAtLeast = tooMuch && traces.isAtLeast;
    setRole(use_, isAtLeast ? "warn" : "muted");
    QString text = QStringLiteral("%1 in use by %2 traces")
                       .arg(bytesText(traces.bytes), countText(traces.traces.size()));
    if (isAtLeast)
        text += QStringLiteral(", the least that so many need");
    else if (tooMuch)
        text.prepend(QStringLiteral("Giving up the oldest · "));
    const QString more = isAtLeast
                             ? QStringLiteral("Their newest samples and the outlines of older ones stay "
                                              "in memory. Older samples")
                             : QStringLiteral("Older samples");
    use_->setToolTip(
        text + QStringLiteral(". ") + more +
        QStringLiteral(" are read back from the recordings of this run when they are looked at."));
    text += QStringLiteral(" · older samples come from the recordings");
    showText(use_, text);
}

} // namespace servolane::ui
