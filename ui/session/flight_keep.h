// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/session/background_job.h"
#include "ui/session/session_places.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace servolane::ui {

class JobStrip;

/// The last minutes of the flight recorder as a recording of its own.
class FlightKeep : public QWidget {
    Q_OBJECT
public:
    FlightKeep(session::SessionLibrary& library, SessionPlaces places, QWidget* parent);
    ~FlightKeep() override;
    void tick(const Frame& frame);

Q_SIGNALS:
    void kept(const servolane::session::KeepReport& report);
    void failed(const QString& why);

private:
    void keep();

    session::SessionLibrary& library_;
    SessionPlaces places_;
    QComboBox* span_;
    QLineEdit* name_;
    QPushButton* keep_;
    JobStrip* strip_;
    Time now_{};
    BackgroundJob<Result<session::KeepReport>> job_;
};

} // namespace servolane::ui
