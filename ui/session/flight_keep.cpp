// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/flight_keep.h"

#include "ui/binding/refusal_text.h"
#include "ui/session/session_filter.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/job_strip.h"
#include "ui/widgets/text.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>
#include <utility>

namespace servolane::ui {

std::string pathForNewRecording(const std::string& folder, const std::string& name) {
    QString plain = QString::fromStdString(name).trimmed();
    for (QChar& letter : plain)
        if (!letter.isLetterOrNumber() && !QStringLiteral(" -_.").contains(letter)) letter = QLatin1Char('_');
    while (plain.startsWith(QLatin1Char('.')))
        plain.remove(0, 1);
    if (plain.isEmpty()) plain = QStringLiteral("recording");
    const QString base = QString::fromStdString(folder) + QLatin1Char('/') + plain.left(80);
    QString path = base + QStringLiteral(".servolane");
    for (int number = 2; QFileInfo::exists(path); ++number)
        path = QStringLiteral("%1 %2.servolane").arg(base).arg(number);
    return path.toStdString();
}

FlightKeep::FlightKeep(session::SessionLibrary& library, SessionPlaces places, QWidget* parent)
    : QWidget(parent)
    , library_(library)
    , places_(std::move(places))
    , span_(new QComboBox(this))
    , name_(new QLineEdit(this))
    , keep_(makeButton(QStringLiteral("Keep"), QStringLiteral("keepLast"), this))
    , strip_(new JobStrip(QStringLiteral("keepLastJob"), this)) {
    setObjectName(QStringLiteral("flightKeep"));
    span_->setObjectName(QStringLiteral("keepSpan"));
    span_->setAccessibleName(QStringLiteral("How much to keep"));
    const std::pair<const char*, int> spans[] = {
        {"last minute", 60}, {"last 5 minutes", 300}, {"last 15 minutes", 900}, {"last hour", 3600}};
    for (const auto& [text, length] : spans)
        span_->addItem(QString::fromLatin1(text), length);
    name_->setObjectName(QStringLiteral("keepName"));
    name_->setAccessibleName(QStringLiteral("Name of the recording"));
    name_->setPlaceholderText(QStringLiteral("Name of the recording"));
    keep_->setProperty("role", QStringLiteral("primary"));
    auto* text =
        makeLabel(QStringLiteral("Records by itself; the oldest parts go when room is needed. What is kept "
                                 "stays. For another stretch, open a segment and choose it there."),
                  "small", this);
    text->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::small);
    row->addWidget(makeLabel(QStringLiteral("Keep the"), "muted", this));
    row->addWidget(span_, 1);
    auto* second = new QHBoxLayout;
    second->setSpacing(space::small);
    second->addWidget(name_, 1);
    second->addWidget(keep_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::tiny);
    column->addWidget(text);
    column->addLayout(row);
    column->addLayout(second);
    column->addWidget(strip_);
    connect(keep_, &QPushButton::clicked, this, &FlightKeep::keep);
    connect(name_, &QLineEdit::returnPressed, this, &FlightKeep::keep);
    connect(strip_, &JobStrip::cancelled, this, [this] { job_.cancel(); });
}

FlightKeep::~FlightKeep() = default;

void FlightKeep::keep() {
    if (job_.isRunning()) return;
    session::KeepRequest request;
    request.source = places_.flight;
    request.until = places_.utcNow();
    request.from = request.until - std::chrono::seconds{span_->currentData().toInt()};
    QString name = name_->text().trimmed();
    if (name.isEmpty()) name = QStringLiteral("Flight %1").arg(recordingDate(request.until));
    request.name = name.toStdString();
    request.outPath = pathForNewRecording(places_.recordings, request.name);
    job_.start([request, &library = library_](
                   session::JobProgress& progress) { return library.keep(request, progress); },
               now_);
}

void FlightKeep::tick(const Frame& frame) {
    now_ = frame.now;
    if (const auto outcome = job_.take()) {
        if (*outcome) {
            name_->clear();
            Q_EMIT kept(**outcome);
        } else
            Q_EMIT failed(textOf(outcome->error()));
    }
    keep_->setEnabled(!job_.isRunning());
    strip_->setVisible(job_.isRunning());
    if (job_.isRunning())
        strip_->showProgress(QStringLiteral("Keeping"), job_.done(),
                             JobStrip::estimate(frame.now - job_.began(), job_.done()));
}

} // namespace servolane::ui
