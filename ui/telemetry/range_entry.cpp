// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/range_entry.h"

#include "ui/binding/number_entry.h"
#include "ui/scope/scope_view.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidgetAction>

namespace servolane::ui {

void addRangeEntry(QMenu& menu, scope::ScopeView& view, int pane) {
    auto* box = new QWidget(&menu);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(space::wide, space::tiny, space::medium, space::tiny);
    row->setSpacing(space::small);
    const auto [low, high] = view.paneRange(pane);
    auto* from = new NumberField({}, QStringLiteral("paneLow"), box);
    auto* to = new NumberField({}, QStringLiteral("paneHigh"), box);
    for (auto [field, value] : {std::pair{from, low}, std::pair{to, high}}) {
        field->setUnitInside();
        field->setDecimals(high - low < 2.0 ? 3 : 1);
        field->setFixedWidth(84);
        field->showCurrent(value);
    }
    row->addWidget(makeLabel(QStringLiteral("Show"), "muted", box));
    row->addWidget(from);
    row->addWidget(makeLabel(QStringLiteral("to"), "muted", box));
    row->addWidget(to);
    row->addWidget(makeLabel(view.paneUnit(pane), "unit", box));
    auto* note = makeLabel({}, "warn", box);
    row->addWidget(note);
    const auto submit = [&menu, &view, pane, from, to, note] {
        const auto lower = from->value();
        const auto upper = to->value();
        if (!lower || !upper || !(*lower < *upper))
            return showText(note, QStringLiteral("The first must be less than the second"));
        view.fixPane(pane, *lower, *upper);
        menu.close();
    };
    QObject::connect(from, &NumberField::submitted, box, submit);
    QObject::connect(to, &NumberField::submitted, box, submit);
    auto* action = new QWidgetAction(&menu);
    action->setDefaultWidget(box);
    QAction* const first = menu.actions().value(0);
    menu.insertAction(menu.actions().value(1, first), action);
}

} // namespace servolane::ui
