// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/servo_change_strip.h"

#include "ui/binding/replay_lock.h"
#include "ui/bus/find_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QSignalBlocker>
#include <QtGui/QIntValidator>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace servolane::ui {

ServoChangeStrip::ServoChangeStrip(const PanelContext& context, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , id_(new QLineEdit(this))
    , rate_(new QComboBox(this))
    , apply_(makeButton(QStringLiteral("Change"), QStringLiteral("findChange"), this))
    , text_(makeLabel({}, "small", this))
    , job_(new JobStrip(QStringLiteral("findChangeJob"), this))
    , controls_(new QWidget(this)) {
    setObjectName(QStringLiteral("servoChangeStrip"));
    id_->setObjectName(QStringLiteral("findNewId"));
    id_->setAccessibleName(QStringLiteral("New id"));
    id_->setValidator(new QIntValidator(0, 253, id_));
    id_->setMaximumWidth(56);
    rate_->setObjectName(QStringLiteral("findNewRate"));
    rate_->setAccessibleName(QStringLiteral("New rate"));
    rate_->setMinimumWidth(116);
    text_->setObjectName(QStringLiteral("findChangeText"));
    text_->setWordWrap(true);
    auto* row = new QHBoxLayout(controls_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::small);
    row->addWidget(makeLabel(QStringLiteral("Id"), "small", controls_));
    row->addWidget(id_);
    row->addWidget(makeLabel(QStringLiteral("Rate"), "small", controls_));
    row->addWidget(rate_);
    row->addWidget(text_, 1);
    row->addWidget(apply_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::small, space::tiny, space::medium, 0);
    column->setSpacing(0);
    column->addWidget(controls_);
    column->addWidget(job_);
    markAsCommand(apply_, "SetServoBaud");
    connect(id_, &QLineEdit::textChanged, this, &ServoChangeStrip::showWish);
    connect(rate_, &QComboBox::currentIndexChanged, this, &ServoChangeStrip::showWish);
    connect(apply_, &QPushButton::clicked, this, &ServoChangeStrip::apply);
    connect(job_, &JobStrip::cancelled, this, [this] { change_.cancel(); });
    offer({}, {}, {});
}

void ServoChangeStrip::offer(ServoChange::Wish wish, const std::vector<std::uint32_t>& rates,
                             const QString& reason) {
    offered_ = std::move(wish);
    reason_ = reason;
    // What came of the last change stays until somebody selects servos for the next.
    if (!offered_.servos.empty() || !reason.isEmpty()) said_.clear();
    const QSignalBlocker quietId(id_);
    const QSignalBlocker quietRate(rate_);
    rate_->clear();
    for (const std::uint32_t rate : rates)
        rate_->addItem(rateText(rate, {}), rate);
    id_->clear();
    if (!offered_.servos.empty()) {
        const bus::FoundServo& first = offered_.servos.front();
        if (offered_.servos.size() == 1) id_->setText(QString::number(first.servo.id.value));
        if (rate_->findData(first.baud) < 0) rate_->insertItem(0, rateText(first.baud, {}), first.baud);
        rate_->setCurrentIndex(rate_->findData(first.baud));
    }
    showWish();
}

ServoChange::Wish ServoChangeStrip::wanted() const {
    ServoChange::Wish wish = offered_;
    if (wish.servos.empty()) return wish;
    bool isNumber = false;
    const int id = id_->text().toInt(&isNumber);
    if (isNumber && wish.servos.size() == 1) wish.id = ServoId{static_cast<std::uint8_t>(id)};
    if (rate_->currentIndex() >= 0) wish.baud = rate_->currentData().toUInt();
    return wish;
}

QString ServoChangeStrip::plan() const {
    const ServoChange::Wish wish = wanted();
    const bus::FoundServo& first = wish.servos.front();
    const QString rate = *wish.baud == first.baud ? QString()
                                                  : QStringLiteral("%1 → %2").arg(rateText(first.baud, {}),
                                                                                  rateText(*wish.baud, {}));
    const QString id = wish.id && *wish.id != first.servo.id
                           ? QStringLiteral("id %1 → %2").arg(first.servo.id.value).arg(wish.id->value)
                           : QString();
    const QString both = id.isEmpty() || rate.isEmpty() ? id + rate : id + QStringLiteral(", ") + rate;
    const QString then = rate.isEmpty() ? QStringLiteral("then asks who answers")
                                        : QStringLiteral("then asks at both rates who answers");
    return wish.servos.size() == 1
               ? QStringLiteral("Writes %1; %2").arg(both, then)
               : QStringLiteral("Writes %1 to %2 servos; %3").arg(both).arg(wish.servos.size()).arg(then);
}

void ServoChangeStrip::showWish() {
    const bool any = !offered_.servos.empty();
    for (QWidget* control : std::initializer_list<QWidget*>{rate_, apply_})
        control->setEnabled(any);
    id_->setEnabled(offered_.servos.size() == 1);
    QString text = reason_;
    if (text.isEmpty()) text = said_;
    if (any && !isRunning()) {
        const QString obstacle = ServoChange::obstacle(wanted());
        apply_->setEnabled(obstacle.isEmpty());
        text = obstacle.isEmpty() ? plan() : obstacle;
    } else if (text.isEmpty()) {
        text = QStringLiteral("Select servos to give them another id or rate");
    }
    showText(text_, text);
}

void ServoChangeStrip::apply() {
    const ServoChange::Wish wish = wanted();
    if (!ServoChange::obstacle(wish).isEmpty() || isRunning()) return;
    said_.clear();
    change_.start(context_, wish, frame_);
}

void ServoChangeStrip::tick(const Frame& frame) {
    frame_ = frame;
    if (change_.tick(context_, frame)) {
        said_ = change_.sentence();
        offered_ = {};
        Q_EMIT finished();
        showWish();
    }
    controls_->setVisible(!isRunning());
    job_->setVisible(isRunning());
    if (isRunning())
        job_->showProgress(change_.step(), change_.done(),
                           JobStrip::estimate(frame.now - change_.began(), change_.done()));
}

} // namespace servolane::ui
