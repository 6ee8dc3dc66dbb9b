// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/line_options.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <algorithm>

namespace servolane::ui {

namespace {

QComboBox* addChoice(QFormLayout* form, const QString& label, const QString& name,
                     std::initializer_list<std::pair<const char*, int>> entries, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    for (const auto& [text, value] : entries)
        box->addItem(QString::fromUtf8(text), value);
    form->addRow(makeLabel(label, "muted", parent), box);
    return box;
}

QComboBox* addLevel(QFormLayout* form, const QString& label, const QString& name, QWidget* parent) {
    using bus::LineLevel;
    return addChoice(form, label, name,
                     {{"As it is", static_cast<int>(LineLevel::untouched)},
                      {"Low", static_cast<int>(LineLevel::low)},
                      {"High", static_cast<int>(LineLevel::high)}},
                     parent);
}

QCheckBox* addCheck(QFormLayout* form, const QString& text, const QString& name, const QString& why,
                    QWidget* parent) {
    auto* box = new QCheckBox(text, parent);
    box->setObjectName(name);
    box->setToolTip(why);
    form->addRow(box);
    return box;
}

void choose(QComboBox* box, int value) {
    box->setCurrentIndex(std::max(0, box->findData(value)));
}

} // namespace

LineOptions::LineOptions(QWidget* parent)
    : QWidget(parent) {
    setObjectName(QStringLiteral("lineOptions"));
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(space::small);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    using bus::Parity;
    parity_ = addChoice(form, QStringLiteral("Parity"), QStringLiteral("lineParity"),
                        {{"None", static_cast<int>(Parity::none)},
                         {"Even", static_cast<int>(Parity::even)},
                         {"Odd", static_cast<int>(Parity::odd)}},
                        this);
    stopBits_ = addChoice(form, QStringLiteral("Stop bits"), QStringLiteral("lineStopBits"),
                          {{"1", 1}, {"2", 2}}, this);
    dtr_ = addLevel(form, QStringLiteral("DTR"), QStringLiteral("lineDtr"), this);
    rts_ = addLevel(form, QStringLiteral("RTS"), QStringLiteral("lineRts"), this);
    dtr_->setToolTip(QStringLiteral("Some boards reset or power their servos by this line"));
    rts_->setToolTip(QStringLiteral("Some adapters switch between sending and receiving by this line"));
    lowLatency_ = addCheck(form, QStringLiteral("Low latency"), QStringLiteral("lineLowLatency"),
                           QStringLiteral("Asks the adapter to hand bytes over at once, where it can"), this);
    discardEcho_ = addCheck(form, QStringLiteral("Adapter hears itself"), QStringLiteral("lineDiscardEcho"),
                            QStringLiteral("Reads back what was sent and drops it"), this);
    show({});
}

void LineOptions::show(const bus::LineSettings& line) {
    choose(parity_, static_cast<int>(line.parity));
    choose(stopBits_, line.stopBits);
    choose(dtr_, static_cast<int>(line.dtr));
    choose(rts_, static_cast<int>(line.rts));
    lowLatency_->setChecked(line.lowLatency);
    discardEcho_->setChecked(line.discardEcho);
}

void LineOptions::writeTo(bus::LineSettings& line) const {
    line.parity = static_cast<bus::Parity>(parity_->currentData().toInt());
    line.stopBits = static_cast<std::uint8_t>(stopBits_->currentData().toInt());
    line.dtr = static_cast<bus::LineLevel>(dtr_->currentData().toInt());
    line.rts = static_cast<bus::LineLevel>(rts_->currentData().toInt());
    line.lowLatency = lowLatency_->isChecked();
    line.discardEcho = discardEcho_->isChecked();
}

bool LineOptions::isUnusual() const {
    bus::LineSettings chosen;
    writeTo(chosen);
    return !(chosen == bus::LineSettings{});
}

} // namespace servolane::ui
