// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/session/background_job.h"
#include "ui/session/range_field.h"

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableWidget;

namespace servolane::ui {

class JobStrip;

/// Out of a recording, into a file: format, channels, rows, place; what it will look like and how large it
/// will be; progress and cancel; where it is.
class ExportPanel : public QWidget {
    Q_OBJECT
public:
    ExportPanel(const PanelContext& context, session::SessionExporter& exporter, QWidget* parent);
    ~ExportPanel() override;

    void show(const session::SessionSummary& summary);
    /// "Pan.position" of those that the scope shows.
    void setShownChannels(std::vector<std::string> channels);
    /// Nothing: what is typed is no range.
    void setRange(std::optional<TimeRange> range, bool isWhole);
    void tick(const Frame& frame);
    /// Nothing while one runs or the range is none.
    void start();
    void focusFormat();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void browse();
    [[nodiscard]] QString proposedFolder() const;
    using Previewed = Result<session::ExportPreview>;
    QWidget* makeChoices();
    QWidget* makeTarget();
    void chooseFormat();
    void showFits();
    [[nodiscard]] const session::ExportFormat& format() const;
    [[nodiscard]] std::optional<session::ExportRequest> request() const;
    void changed();
    void tickPreview(const Frame& frame);
    void showPreview(const Previewed& preview);
    void finish(const Result<session::ExportReport>& outcome);
    void openFolder();
    [[nodiscard]] QString problem() const;

    const PanelContext& context_;
    session::SessionExporter& exporter_;
    std::vector<session::ExportFormat> formats_;
    session::SessionSummary summary_;
    std::vector<std::string> shown_;
    std::optional<TimeRange> range_;
    bool isWhole_ = true;
    QComboBox* format_;
    QComboBox* channels_;
    QLineEdit* pattern_;
    QComboBox* rows_;
    QLineEdit* rate_;
    QLabel* rateUnit_;
    QCheckBox* facts_;
    QLineEdit* path_;
    QPushButton* export_;
    QLabel* size_;
    QTableWidget* table_;
    QStackedWidget* progress_; ///< the outcome of the last one, or the strip of the one that runs
    JobStrip* strip_;
    QLabel* result_;
    QPushButton* folder_;
    QString written_; ///< path of the last export
    bool dirty_ = false;
    Time dirtySince_{};
    Time now_{};
    BackgroundJob<Result<session::ExportReport>> job_;
    BackgroundJob<Previewed> preview_;
};

} // namespace servolane::ui
