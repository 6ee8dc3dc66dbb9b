// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtCore/QString>

#include "ui/registers/provision_run.h"
#include "ui/session/background_job.h"

#include <functional>
#include <set>

class QCheckBox;
class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QStackedLayout;
class QTableWidget;

namespace servolane::ui {

class JobStrip;

/// How recipes are read and reports written; called on a worker thread. Absent: there are none. And what
/// would be refused of a plan.
struct ProvisionWays {
    std::function<Result<registers::Recipe>(const std::string& path)> readRecipe;
    std::function<Result<void>(const std::string& path, const registers::ProvisionReport& report)>
        writeReport;
    PlannedRefusal refusal; ///< absent: only what a plan itself tells is known beforehand
};

/// Sets up the servos of a bus as a recipe says: those that answer, or one after the other as they are
/// connected. What will be written is shown for each servo first; what was written is read back, and kept in
/// a report. Dialogs are not modal.
class ProvisionPanel : public Panel {
    Q_OBJECT
public:
    ProvisionPanel(const PanelContext& context, ProvisionWays ways, QWidget* parent);
    void tick(const Frame& frame) override;
    void load(const QString& path);
    void saveReport(const QString& path);

private:
    enum class Source : int { bus, next };

    QWidget* makeChoice();
    QWidget* makeEnd();
    void chooseFile(bool save);
    void takeFiles();
    void showBuses(const Frame& frame);
    void showServos(const Frame& frame);
    void showPlan();
    void showState(const Frame& frame);
    void preview();
    void wait(const Frame& frame);
    void searchNext(const Frame& frame);
    void meetNext(const Frame& frame);
    void takeEnd();
    void apply();
    void startOver();
    [[nodiscard]] BusId bus() const;
    [[nodiscard]] Source source() const;
    [[nodiscard]] ProvisionRun::TorqueOff mayRelease() const;
    /// The axis that answers under the id on the chosen bus; nullptr if none does.
    [[nodiscard]] const motion::AxisView* answering(const Frame& frame, ServoId id) const;
    /// In the order of the recipe: the first that is ticked and not set up; its size if there is none.
    [[nodiscard]] std::size_t nextEntry() const;
    [[nodiscard]] QString stateText(const Frame& frame) const;

    const PanelContext& context_;
    ProvisionWays ways_;
    QStackedLayout* stack_;
    QLabel* file_ = nullptr;
    QComboBox* buses_ = nullptr;
    QComboBox* source_ = nullptr;
    QPushButton* preview_ = nullptr;
    QListWidget* servos_ = nullptr;
    QTableWidget* table_ = nullptr;
    JobStrip* job_ = nullptr;
    QLabel* state_ = nullptr;
    QCheckBox* torque_ = nullptr;
    QPushButton* apply_ = nullptr;
    QPushButton* save_ = nullptr;

    QString path_;
    QString reportPath_;
    QString said_; ///< of the last file, until something else is done
    std::optional<registers::Recipe> recipe_;
    BackgroundJob<Result<registers::Recipe>> reading_;
    BackgroundJob<Result<void>> writing_;
    ProvisionRun run_;
    registers::ProvisionReport report_; ///< of all runs since the file was loaded
    std::set<std::size_t> setUp_;       ///< entries of the recipe that are done
    bool waiting_ = false;              ///< for the next servo
    std::set<AxisId> known_;            ///< answered already when waiting began, or are done
    CommandId scan_{};
    Time scanDue_{};
    std::optional<Frame> newest_;
};

} // namespace servolane::ui
