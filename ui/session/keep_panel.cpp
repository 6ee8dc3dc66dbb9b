// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/keep_panel.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"
#include "ui/session/session_filter.h"
#include "ui/session/session_places.h"
#include "ui/theme/theme.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace servolane::ui {

KeepPanel::KeepPanel(const PanelContext&, session::SessionLibrary& library, std::string recordings,
                     QWidget* parent)
    : QWidget(parent)
    , library_(library)
    , recordings_(std::move(recordings)) {
    setObjectName(QStringLiteral("keepPanel"));
    about_ = makeLabel({}, "small", this);
    about_->setWordWrap(true);
    name_ = new QLineEdit(this);
    name_->setObjectName(QStringLiteral("keepRangeName"));
    name_->setAccessibleName(QStringLiteral("Name of the new recording"));
    keep_ = makeButton(QStringLiteral("Keep the range"), QStringLiteral("keepRange"), this);
    keep_->setProperty("role", QStringLiteral("primary"));
    strip_ = new JobStrip(QStringLiteral("keepJob"), this);
    said_ = makeLabel({}, "small", this);
    said_->setObjectName(QStringLiteral("keepResult"));
    said_->setWordWrap(true);
    said_->hide();
    auto* row = new QHBoxLayout;
    row->setSpacing(space::small);
    row->addWidget(makeLabel(QStringLiteral("Name"), "muted", this));
    row->addWidget(name_, 1);
    row->addWidget(keep_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::small);
    column->addWidget(about_);
    column->addLayout(row);
    column->addWidget(strip_);
    column->addWidget(said_);
    column->addStretch(1);
    connect(keep_, &QPushButton::clicked, this, &KeepPanel::keep);
    connect(name_, &QLineEdit::returnPressed, this, &KeepPanel::keep);
    connect(strip_, &JobStrip::cancelled, this, [this] { job_.cancel(); });
}

KeepPanel::~KeepPanel() = default;

void KeepPanel::show(const session::SessionSummary& summary) {
    const bool isOther = summary.path != summary_.path;
    summary_ = summary;
    if (!isOther) return;
    said_->hide();
    name_->setText(summary.flightSegment ? QStringLiteral("Flight %1").arg(recordingDate(summary.startedUtc))
                                         : recordingName(summary) + QStringLiteral(" part"));
    showText(about_,
             summary.flightSegment
                 ? QStringLiteral(
                       "This is a segment of the flight recorder: it goes when newer ones need its room. "
                       "The range becomes a recording of its own and stays.")
                 : QStringLiteral("The range becomes a recording of its own; this one is not changed."));
}

void KeepPanel::setRange(std::optional<TimeRange> range) {
    range_ = range;
}

void KeepPanel::keep() {
    if (job_.isRunning() || !range_) return;
    const auto utcOf = [&](Time time) { return summary_.startedUtc + (time - summary_.start); };
    session::KeepRequest request;
    request.source = summary_.path;
    request.from = utcOf(range_->first);
    request.until = utcOf(range_->second);
    request.name = name_->text().trimmed().toStdString();
    if (request.name.empty()) request.name = recordingName(summary_).toStdString();
    request.outPath = pathForNewRecording(recordings_, request.name);
    said_->hide();
    job_.start([request, &library = library_](
                   session::JobProgress& progress) { return library.keep(request, progress); },
               now_);
}

void KeepPanel::tick(const Frame& frame) {
    now_ = frame.now;
    if (const auto outcome = job_.take()) {
        const bool isWhole = *outcome && (*outcome)->unreadable == 0;
        showText(said_, *outcome ? QStringLiteral("Kept %1 s, %2 samples, %3: %4")
                                       .arg((*outcome)->seconds, 0, 'f', 1)
                                       .arg(countText((*outcome)->counters.samples),
                                            bytesText((*outcome)->counters.bytes),
                                            QString::fromStdString((*outcome)->path))
                                 : textOf(outcome->error()));
        setRole(said_, isWhole ? "ok" : *outcome ? "warn" : "fault");
        said_->show();
        if (*outcome) Q_EMIT kept((*outcome)->path);
    }
    keep_->setEnabled(!job_.isRunning() && range_.has_value());
    strip_->setVisible(job_.isRunning());
    if (job_.isRunning())
        strip_->showProgress(QStringLiteral("Keeping · %1 %").arg(job_.done() * 100.0, 0, 'f', 0),
                             job_.done(), JobStrip::estimate(frame.now - job_.began(), job_.done()));
}

} // namespace servolane::ui
