// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/spectrum_panel.h"

#include "core/telemetry/analysis/uniform_grid.h"
#include "ui/analysis/span_box.h"
#include "ui/analysis/trace_menu.h"
#include "ui/analysis/tree_cells.h"
#include "ui/binding/value_text.h"
#include "ui/scope/pane.h"
#include "ui/telemetry/scope_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/text.h"

#include <QtCore/QSettings>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QTreeWidget>
#include <QtWidgets/QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace servolane::ui {

using telemetry::Quantity;
using telemetry::Window;

namespace {

constexpr int figuresBetween = 3; ///< a few spectra a second
constexpr int peaksWidth = 288;

QComboBox* makeChoice(const char* name, const QString& tip, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setObjectName(QString::fromLatin1(name));
    box->setAccessibleName(tip);
    box->setToolTip(tip);
    box->setMinimumHeight(benchControlHeight);
    return box;
}

QCheckBox* makeCheck(const QString& text, const char* name, const QString& tip, bool on, QWidget* parent) {
    auto* box = new QCheckBox(text, parent);
    box->setObjectName(QString::fromLatin1(name));
    box->setToolTip(tip);
    box->setChecked(on);
    return box;
}

QString percentText(double share) {
    const double percent = share * 100.0;
    return scope::number(percent, percent > 0.0 && percent < 1.0 ? 2 : 1) + QStringLiteral(" %");
}

} // namespace

QString factsOf(const SpectrumCurve& curve) {
    const telemetry::TraceSpectrum& found = *curve.found;
    const QString name = curve.choice.label + QStringLiteral(": ");
    if (found.samples == 0) return name + QStringLiteral("no samples in this span");
    if (!found.spectrum)
        return name + QStringLiteral("%1 samples in a row are too few, at least %2 are needed")
                          .arg(found.samples)
                          .arg(telemetry::shortestBlock);
    const telemetry::Spectrum& spectrum = *found.spectrum;
    QStringList parts;
    if (curve.isConstant) parts << QStringLiteral("constant here, nothing to show");
    parts << QStringLiteral("%1 samples, grid of %2 Hz")
                 .arg(countText(found.samples), scope::number(spectrum.rate, 1));
    parts << (found.moved == 0.0 ? QStringLiteral("every sample in its place")
                                 : QStringLiteral("%1 moved by more than %2 of a step, at most %3 steps")
                                       .arg(percentText(found.moved), percentText(telemetry::movedShare),
                                            scope::number(found.farthest, 2)));
    parts << QStringLiteral("bins of %1 Hz").arg(figureText(spectrum.resolution()));
    parts << QStringLiteral("Nyquist %1 Hz").arg(scope::number(spectrum.nyquist(), 1));
    if (spectrum.averages > 1) parts << QStringLiteral("mean of %1 blocks").arg(spectrum.averages);
    if (found.gaps > 0)
        parts << QStringLiteral("%1 in this span: only the longest piece, %2 s, is used")
                     .arg(found.gaps == 1 ? QStringLiteral("1 gap")
                                          : QStringLiteral("%1 gaps").arg(found.gaps),
                          scope::number(seconds(found.to - found.from), 2));
    if (found.isWaiting) parts << QStringLiteral("the rest is still being read from the recording");
    if (found.isShortened)
        parts << QStringLiteral("only the newest part of this span, %1, is used")
                     .arg(clockText(found.to - found.from));
    return name + parts.join(QStringLiteral(" · "));
}

SpectrumPanel::SpectrumPanel(const PanelContext& context, AnalysisSource source, QWidget* parent)
    : PlotPanel(context, std::move(source), QStringLiteral("activity"), parent)
    , view_(new SpectrumView(this))
    , job_("spectrum", &SpectrumPanel::calculate) {
    setObjectName(QStringLiteral("spectrumPanel"));
    facts()->setObjectName(QStringLiteral("spectrumFacts"));
    auto* found = new QWidget(this);
    auto* row = new QHBoxLayout(found);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(view_, 1);
    row->addWidget(makePeaks());
    compose(makeBar(), found, *view_);
    connect(&context.theme, &Theme::changed, this, &SpectrumPanel::present);
}

QWidget* SpectrumPanel::makeBar() {
    auto* bar = new QWidget(this);
    channels_ = new TraceMenu(TraceMenu::Choosing::several, bar);
    channels_->setObjectName(QStringLiteral("spectrumChannels"));
    span_ = new SpanBox(true, bar);
    span_->setObjectName(QStringLiteral("spectrumSpan"));
    window_ = makeChoice("spectrumWindow", QStringLiteral("Window"), bar);
    const std::pair<Window, QString> windows[] = {
        {Window::hann, QStringLiteral("Hann")},
        {Window::rectangular, QStringLiteral("Rectangular")},
        {Window::flatTop, QStringLiteral("Flat top")},
        {Window::blackmanHarris, QStringLiteral("Blackman-Harris")}};
    for (const auto& [window, title] : windows)
        window_->addItem(title, static_cast<int>(window));
    block_ = makeChoice("spectrumBlock",
                        QStringLiteral("Samples of a block; blocks overlap by half and are averaged (Welch)"),
                        bar);
    block_->addItem(QStringLiteral("One block"), 0);
    for (const int samples : {128, 256, 512, 1024, 2048, 4096, 8192, 16384})
        block_->addItem(QStringLiteral("Blocks of %1").arg(samples), samples);
    quantity_ = makeChoice("spectrumQuantity", QStringLiteral("What is drawn"), bar);
    const std::pair<Quantity, QString> quantities[] = {{Quantity::amplitude, QStringLiteral("Peak")},
                                                       {Quantity::rms, QStringLiteral("Rms")},
                                                       {Quantity::density, QStringLiteral("PSD")}};
    for (const auto& [quantity, title] : quantities)
        quantity_->addItem(title, static_cast<int>(quantity));
    removeMean_ = makeCheck(QStringLiteral("No mean"), "spectrumMean",
                            QStringLiteral("Take the mean of each block away first"), true, bar);
    logFrequency_ = makeCheck(QStringLiteral("Log frequency"), "spectrumLogHz",
                              QStringLiteral("Frequencies on a logarithmic axis"), false, bar);
    logValue_ = makeCheck(QStringLiteral("Log value"), "spectrumLog",
                          QStringLiteral("Values on a logarithmic axis"), true, bar);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(space::small, space::tiny, space::small, space::tiny);
    row->setSpacing(space::small);
    for (QWidget* tool : std::initializer_list<QWidget*>{channels_, span_, window_, block_, quantity_,
                                                         removeMean_, logFrequency_, logValue_})
        row->addWidget(tool);
    row->addStretch(1);
    const auto again = [this] { fresh_ = true; };
    connect(channels_, &TraceMenu::changed, this, again);
    for (QComboBox* box : {static_cast<QComboBox*>(span_), window_, block_})
        connect(box, &QComboBox::currentIndexChanged, this, again);
    connect(removeMean_, &QCheckBox::toggled, this, again);
    connect(quantity_, &QComboBox::currentIndexChanged, this, &SpectrumPanel::present);
    connect(logFrequency_, &QCheckBox::toggled, this, &SpectrumPanel::present);
    connect(logValue_, &QCheckBox::toggled, this, &SpectrumPanel::present);
    return bar;
}

QWidget* SpectrumPanel::makePeaks() {
    peaks_ = new QTreeWidget(this);
    peaks_->setObjectName(QStringLiteral("spectrumPeaks"));
    peaks_->setFixedWidth(peaksWidth);
    peaks_->setRootIsDecorated(false);
    peaks_->setUniformRowHeights(true);
    peaks_->setSelectionMode(QAbstractItemView::NoSelection);
    peaks_->setHeaderLabels({QStringLiteral("Hz"), QStringLiteral("Value"), QStringLiteral("Channel")});
    for (const int column : {0, 1}) // above figures
        peaks_->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    alignCells(*peaks_);
    peaks_->header()->setSectionResizeMode(QHeaderView::Fixed);
    peaks_->header()->setSectionResizeMode(2, QHeaderView::Stretch);
    peaks_->header()->setMinimumSectionSize(40);
    peaks_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    peaks_->setFocusPolicy(Qt::NoFocus); // nothing in it can be chosen
    noPeak_ = makeLabel(QStringLiteral("No peak stands out"), "muted", peaks_->viewport());
    noPeak_->setObjectName(QStringLiteral("spectrumNoPeak"));
    auto* over = new QVBoxLayout(peaks_->viewport());
    over->setContentsMargins(space::small, space::small, space::small, 0);
    over->addWidget(noPeak_, 0, Qt::AlignTop);
    peaks_->setColumnWidth(0, 68);
    peaks_->setColumnWidth(1, 104);
    peaks_->setToolTip(
        QStringLiteral("The largest peaks: frequency and amplitude of the sine, also between bins"));
    return peaks_;
}

SpectrumLook SpectrumPanel::look() const {
    return {static_cast<Quantity>(quantity_->currentData().toInt()), logFrequency_->isChecked(),
            logValue_->isChecked()};
}

telemetry::SpectrumSettings SpectrumPanel::settings() const {
    return {static_cast<Window>(window_->currentData().toInt()), removeMean_->isChecked(),
            static_cast<std::size_t>(block_->currentData().toInt())};
}

void SpectrumPanel::tick(const Frame& frame) {
    channels_->offer(source_.choices());
    for (const scope::TraceChoice& choice : channels_->chosen())
        source_.want(choice.axis);
    if (auto answer = job_.take()) {
        curves_ = std::move(*answer);
        present();
    }
    if (channels_->chosen().empty())
        return sayMissing(
            QStringLiteral("No channel is chosen"),
            QStringLiteral("Choose channels above to see which frequencies are in them: a resonance "
                           "stands out as a peak."));
    const auto range = span_->range(source_, frame.now);
    if (!range)
        return sayMissing(QStringLiteral("Cursors A and B are not both set"),
                          QStringLiteral("Point into the scope and press A and B, or choose another span."));
    const bool isTime = isDue(frame, figuresBetween);
    if (!fresh_ && (job_.isBusy() || !isTime)) return;
    ask(*range);
}

void SpectrumPanel::ask(std::pair<Time, Time> range) {
    const auto set = source_.traces();
    const telemetry::SpectrumSettings chosen = settings();
    Question question{channels_->chosen(), range.first,       range.first,    chosen.window,
                      chosen.block,        chosen.removeMean, set->readBack()};
    Request request{{}, range.first, range.second, chosen};
    for (const scope::TraceChoice& choice : question.choices) {
        const telemetry::TraceView* view = set->find(choice.axis, choice.channel);
        request.wanted.push_back({choice, view ? view->trace : nullptr});
        if (view) question.to = std::max(question.to, std::min(range.second, view->lastTime() + Duration{1}));
    }
    if (!fresh_ && question == asked_) return;
    fresh_ = false;
    asked_ = std::move(question);
    job_.ask(std::move(request));
}

std::vector<SpectrumCurve> SpectrumPanel::calculate(const Request& request,
                                                    const std::atomic<bool>& superseded) {
    std::vector<SpectrumCurve> curves;
    const auto limits = telemetry::ReadLimits{}.shared(request.wanted.size());
    for (const Wanted& wanted : request.wanted) {
        auto found = std::make_shared<telemetry::TraceSpectrum>();
        bool isConstant = false;
        if (wanted.trace) {
            *found = telemetry::spectrumOfTrace(*wanted.trace, request.from, request.to, request.settings,
                                                superseded, limits);
            const auto s = wanted.trace->statistics(found->from, found->to + Duration{1});
            isConstant = found->spectrum && s.count > 0 && s.min == s.max &&
                         (request.settings.removeMean || s.min == 0.0);
        }
        curves.push_back({wanted.choice, std::move(found), isConstant});
    }
    return curves;
}

void SpectrumPanel::sayMissing(const QString& title, const QString& text) {
    say(title, text);
    curves_.clear();
    fresh_ = true;
}

/// An empty plot would be over a scale that nothing has.
bool SpectrumPanel::areAllConstant() const {
    return std::all_of(curves_.begin(), curves_.end(),
                       [](const SpectrumCurve& curve) { return curve.isConstant; });
}

/// There is nothing to draw yet, but there will be.
bool SpectrumPanel::isReading() const {
    return std::all_of(curves_.begin(), curves_.end(), [](const SpectrumCurve& curve) {
        return curve.found->isWaiting && !curve.found->spectrum;
    });
}

void SpectrumPanel::present() {
    if (curves_.empty()) return;
    if (isReading()) return sayReading();
    if (areAllConstant()) {
        QStringList names;
        for (const SpectrumCurve& curve : curves_)
            names << curve.choice.label;
        return say(QStringLiteral("Constant here: nothing to show"),
                   QStringLiteral("In this span every sample of %1 has the same value, so there is no "
                                  "frequency in it.")
                       .arg(names.join(QStringLiteral(", "))));
    }
    std::vector<scope::TraceChoice> choices;
    for (const SpectrumCurve& curve : curves_) {
        choices.push_back(curve.choice);
        // By name or as the selected one: an axis has its colour.
        if (choices.back().axisName.isEmpty()) choices.back().axisName = choices.back().label;
    }
    const auto palette = scopePaletteOf(context_.theme.tokens());
    if (source_.colours) {
        const scope::TraceColours beside = source_.colours();
        colours_.axes = beside.axes;
        colours_.leadBeside = beside.leading;
    }
    view_->show(curves_, scope::looksOverEachOther(choices, palette, colours_), look());
    listPeaks();
    QStringList facts;
    for (const SpectrumCurve& curve : curves_)
        facts << factsOf(curve);
    // The whole of one; of several what is short enough to be read, the whole when asked.
    showText(this->facts(), facts.size() == 1 ? facts.front() : facts.mid(0, 2).join(QLatin1Char('\n')));
    this->facts()->setToolTip(facts.join(QLatin1Char('\n')));
    showPlot();
}

void SpectrumPanel::listPeaks() {
    struct Row {
        const SpectrumCurve* curve;
        telemetry::SpectrumPeak peak;
    };
    std::vector<Row> rows;
    for (const SpectrumCurve& curve : curves_)
        for (const auto& peak : curve.found->peaks)
            rows.push_back({&curve, peak});
    while (peaks_->topLevelItemCount() > static_cast<int>(rows.size()))
        delete peaks_->takeTopLevelItem(peaks_->topLevelItemCount() - 1);
    const bool isRms = look().quantity == Quantity::rms;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto* item = peaks_->topLevelItem(static_cast<int>(i));
        if (!item) {
            item = new QTreeWidgetItem(peaks_);
            item->setTextAlignment(0, Qt::AlignRight | Qt::AlignVCenter);
            item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        }
        const double value = rows[i].peak.amplitude / (isRms ? std::sqrt(2.0) : 1.0);
        item->setText(0, scope::number(rows[i].peak.frequency, rows[i].peak.frequency < 100.0 ? 3 : 2));
        item->setText(1, figureText(value) + QChar(0x202F) + rows[i].curve->choice.unit);
        item->setText(2, rows[i].curve->choice.label);
    }
    noPeak_->setVisible(rows.empty());
    peaks_->headerItem()->setText(1, isRms ? QStringLiteral("Rms") : QStringLiteral("Peak"));
}

void SpectrumPanel::restore(const QSettings& settings) {
    const auto choose = [&](QComboBox* box, const char* key) {
        const int index = box->findData(settings.value(QString::fromLatin1(key), box->currentData()).toInt());
        if (index >= 0) box->setCurrentIndex(index);
    };
    channels_->choose(
        settings.value(QStringLiteral("spectrum/channels"), QStringList{QStringLiteral("current")})
            .toStringList());
    span_->choose(settings.value(QStringLiteral("spectrum/span"), QStringLiteral("5")).toString());
    choose(window_, "spectrum/window");
    choose(block_, "spectrum/block");
    choose(quantity_, "spectrum/quantity");
    removeMean_->setChecked(settings.value(QStringLiteral("spectrum/noMean"), true).toBool());
    logFrequency_->setChecked(settings.value(QStringLiteral("spectrum/logFrequency"), false).toBool());
    logValue_->setChecked(settings.value(QStringLiteral("spectrum/logValue"), true).toBool());
}

void SpectrumPanel::keep(QSettings& settings) const {
    settings.setValue(QStringLiteral("spectrum/channels"), channels_->words());
    settings.setValue(QStringLiteral("spectrum/span"), span_->word());
    settings.setValue(QStringLiteral("spectrum/window"), window_->currentData());
    settings.setValue(QStringLiteral("spectrum/block"), block_->currentData());
    settings.setValue(QStringLiteral("spectrum/quantity"), quantity_->currentData());
    settings.setValue(QStringLiteral("spectrum/noMean"), removeMean_->isChecked());
    settings.setValue(QStringLiteral("spectrum/logFrequency"), logFrequency_->isChecked());
    settings.setValue(QStringLiteral("spectrum/logValue"), logValue_->isChecked());
}

} // namespace servolane::ui
