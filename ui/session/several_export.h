// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/session/background_job.h"

#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace servolane::ui {

class JobStrip;

/// All recordings that are selected in the list, into one folder under their own names: whole, with all
/// channels, as `servolane-cli export` does for several files. One that fails does not keep the others; at
/// the end it is told which were written, and which not and why. One progress and one Cancel; what is whole
/// by then stays. Seen while several are selected or being exported.
class SeveralExport : public QWidget {
    Q_OBJECT
public:
    SeveralExport(const PanelContext& context, session::SessionExporter& exporter, QWidget* parent);
    ~SeveralExport() override;

    struct Recording {
        std::string path;
        std::uint64_t bytes = 0;
    };
    /// Those that are selected now.
    void offer(std::vector<Recording> recordings);
    void tick(const Frame& frame);
    /// Nothing while one runs.
    void start();

private:
    struct Failed {
        std::string path; ///< of the recording
        Error error;
    };
    struct Outcome {
        std::vector<session::ExportReport> written;
        std::vector<Failed> failed;
        std::size_t wanted = 0;
        bool isCancelled = false;
    };
    [[nodiscard]] std::vector<session::ExportRequest> requests() const;
    [[nodiscard]] QString problem() const;
    void browse();
    void finish(const Outcome& outcome);
    /// `all`: on the tool tip, where `text` leaves some out.
    void say(const char* role, const QString& text, const QString& all = {});

    session::SessionExporter& exporter_;
    std::vector<session::ExportFormat> formats_;
    std::vector<Recording> recordings_;
    QLabel* title_;
    QComboBox* format_;
    QLineEdit* folder_;
    QPushButton* export_;
    QLabel* result_;
    JobStrip* strip_;
    std::shared_ptr<std::atomic<std::size_t>> at_; ///< of those that are being exported
    std::size_t count_ = 0;
    Time now_{};
    BackgroundJob<Outcome> job_;
};

} // namespace servolane::ui
