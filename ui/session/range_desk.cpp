// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/range_desk.h"

#include "ui/session/export_panel.h"
#include "ui/session/keep_panel.h"
#include "ui/session/notes_panel.h"
#include "ui/session/range_statistics.h"
#include "ui/theme/theme.h"
#include "ui/widgets/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>

namespace servolane::ui {

namespace {
constexpr int highestPage = 220;
constexpr int lowestPage = 128;   // choices, target and outcome of an export; all of keeping
constexpr int moreForTraces = 80; // than the least, which says nothing of the form of a line

} // namespace

RangeDesk::RangeDesk(const PanelContext& context, session::SessionExporter& exporter,
                     session::SessionLibrary& library, std::string recordings, QWidget* parent)
    : QWidget(parent)
    , range_(new RangeField(this))
    , pages_(new QStackedWidget(this)) {
    setObjectName(QStringLiteral("rangeDesk"));
    export_ = new ExportPanel(context, exporter, pages_);
    notes_ = new NotesPanel(context, library, pages_);
    statistics_ = new RangeStatistics(pages_);
    keep_ = new KeepPanel(context, library, std::move(recordings), pages_);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::tiny);
    const std::tuple<Page, const char*, const char*, QWidget*> pages[] = {
        {exporting, "Export", "deskExport", export_},
        {notes, "Notes", "deskNotes", notes_},
        {statistics, "Statistics", "deskStatistics", statistics_},
        {keeping, "Keep", "deskKeep", keep_}};
    for (const auto& [page, text, name, widget] : pages) {
        auto* button = makeButton(QString::fromLatin1(text), QString::fromLatin1(name), this);
        button->setProperty("role", QStringLiteral("quiet"));
        button->setCheckable(true);
        buttons_[page] = button;
        row->addWidget(button);
        pages_->addWidget(widget);
        connect(button, &QPushButton::clicked, this,
                [this, page = page] { open(page_ == page ? Page::none : page); });
    }
    row->addStretch(1);
    row->addWidget(range_);
    pages_->setFixedHeight(highestPage);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::small);
    // Opened upwards: whoever goes from one to the next finds the buttons where they were.
    column->addWidget(pages_);
    column->addLayout(row);
    connect(range_, &RangeField::changed, this, &RangeDesk::passRange);
    connect(notes_, &NotesPanel::stretchAsked, this, &RangeDesk::stretchAsked);
    connect(notes_, &NotesPanel::changed, this, [this](const session::SessionSummary& summary) {
        adopt(summary);
        Q_EMIT summaryChanged(summary);
    });
    connect(keep_, &KeepPanel::kept, this, &RangeDesk::kept);
    open(none);
}

void RangeDesk::open(Page page) {
    page_ = page;
    for (std::size_t at = 0; at < buttons_.size(); ++at)
        buttons_[at]->setChecked(static_cast<int>(at) == page);
    pages_->setVisible(page != none);
    range_->setVisible(page != none);
    if (page != none) pages_->setCurrentIndex(page);
    setRoom(room_);
}

/// Of itself a page would be as high as what is said in it: all buttons would move with each sentence.
void RangeDesk::setRoom(int height) {
    room_ = height;
    const int highest = page_ == keeping ? lowestPage : highestPage; // one name: the rest would be empty
    pages_->setFixedHeight(std::clamp(height - moreForTraces, lowestPage, highest));
}

int RangeDesk::pageHeight() const {
    return pages_->isHidden() ? 0 : pages_->minimumHeight();
}

void RangeDesk::exportNow() {
    if (page_ == exporting) return export_->start();
    open(exporting);
    export_->focusFormat();
}

void RangeDesk::show(const session::SessionSummary& summary) {
    adopt(summary);
    range_->setRecording(summary.start, summary.end);
    passRange();
}

void RangeDesk::adopt(const session::SessionSummary& summary) {
    summary_ = summary;
    export_->show(summary);
    notes_->show(summary);
    keep_->show(summary);
    statistics_->setAxes(summary.axes);
    const auto count = summary.notes.size();
    showText(buttons_[notes], count == 0 ? QStringLiteral("Notes") : QStringLiteral("Notes · %1").arg(count));
}

void RangeDesk::offer(std::optional<TimeRange> chosen, TimeRange visible, std::optional<TimeRange> cursors) {
    range_->offer(chosen, visible, cursors);
}

void RangeDesk::passRange() {
    const auto range = range_->range();
    export_->setRange(range, range_->choice() == RangeField::whole);
    notes_->setRange(range);
    statistics_->setRange(range);
    keep_->setRange(range);
}

void RangeDesk::setTraces(const std::vector<scope::TraceChoice>& choices,
                          std::shared_ptr<const telemetry::TraceSet> set) {
    std::vector<std::string> channels;
    for (const scope::TraceChoice& choice : choices)
        for (const session::SessionAxis& axis : summary_.axes)
            if (axis.id == choice.axis) // calculated ones have no axis of the recording
                channels.push_back(axis.name + "." + axis.nameOf(choice.channel));
    export_->setShownChannels(std::move(channels));
    statistics_->setTraces(choices, std::move(set));
}

void RangeDesk::tick(const Frame& frame) {
    export_->tick(frame);
    notes_->tick(frame);
    keep_->tick(frame);
    if (page_ == statistics && frame.figuresDue) statistics_->tick();
}

} // namespace servolane::ui
