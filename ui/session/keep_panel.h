// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/session/session_library.h"
#include "ui/binding/panel.h"
#include "ui/session/background_job.h"
#include "ui/session/range_field.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace servolane::ui {

class JobStrip;

/// A stretch of what is open, a segment of the flight recorder above all, as a recording of its own.
class KeepPanel : public QWidget {
    Q_OBJECT
public:
    /// `recordings`: the folder of recordings.
    KeepPanel(const PanelContext& context, session::SessionLibrary& library, std::string recordings,
              QWidget* parent);
    ~KeepPanel() override;

    void show(const session::SessionSummary& summary);
    void setRange(std::optional<TimeRange> range);
    void tick(const Frame& frame);

Q_SIGNALS:
    void kept(const std::string& path);

private:
    void keep();

    session::SessionLibrary& library_;
    std::string recordings_;
    session::SessionSummary summary_;
    std::optional<TimeRange> range_;
    QLabel* about_;
    QLineEdit* name_;
    QPushButton* keep_;
    JobStrip* strip_;
    QLabel* said_;
    Time now_{};
    BackgroundJob<Result<session::KeepReport>> job_;
};

} // namespace servolane::ui
