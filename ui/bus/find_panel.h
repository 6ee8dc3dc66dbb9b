// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/panel.h"
#include "ui/bus/find_setup.h"
#include "ui/bus/find_text.h"
#include "ui/session/background_job.h"
#include "ui/session/work_queue.h"

#include <optional>
#include <set>

class QCheckBox;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QTableWidget;
class QTableWidgetItem;
class QToolButton;

namespace servolane::ui {

class CommandNote;
class ServoChangeStrip;
class JobStrip;

/// Finds servos on several ports at the same time and connects what was found. Ports are listed by the names
/// of their adapters while the page is seen; those that are known as adapters are ticked beforehand.
class FindPanel : public Panel {
    Q_OBJECT
public:
    FindPanel(const PanelContext& context, FindSetup setup, std::vector<FamilyChoice> families,
              QWidget* parent);

    void tick(const Frame& frame) override;
    void search();

Q_SIGNALS:
    /// What was found is connected: time to look at how good the link is.
    void linked();

private:
    QWidget* makeHead();
    QWidget* makePorts();
    QWidget* makeFound();
    void offerFamilies(QMenu* menu);
    void showFamilies();
    void lookAtPorts(Time now);
    void showPorts(std::vector<PortChoice> ports);
    void showPort(int row);
    void showStates(const Frame& frame);
    void showFound(const bus::DiscoveryBoard& board);
    void showHint();
    void showControls(const Frame& frame, const bus::DiscoveryBoard& board);
    void changed(QTableWidgetItem* item);
    void addOther();
    void connectFound();
    void followLinks();
    void offerConnect();
    void offerChange();
    void noteChange();
    [[nodiscard]] std::shared_ptr<const bus::DiscoveryBoard> board() const;
    [[nodiscard]] const PortChoice* currentPort() const;
    [[nodiscard]] FindWish wish() const;
    [[nodiscard]] bool isOpenHere(const std::string& path) const;
    [[nodiscard]] std::vector<FoundLink> linksToOpen() const;

    const PanelContext& context_;
    FindSetup setup_;
    std::vector<FamilyChoice> families_;
    std::set<std::string> asked_; ///< families
    QToolButton* protocols_ = nullptr;
    QCheckBox* everything_ = nullptr;
    QPushButton* search_ = nullptr;
    JobStrip* progress_ = nullptr;
    QTableWidget* ports_ = nullptr;
    QLineEdit* other_ = nullptr;
    QLabel* hint_ = nullptr;
    QTableWidget* found_ = nullptr;
    QLabel* outcome_ = nullptr;
    QPushButton* connect_ = nullptr;
    CommandNote* note_ = nullptr;
    ServoChangeStrip* change_ = nullptr;

    std::vector<PortChoice> choices_; ///< one a row
    std::set<std::string> others_;    ///< typed by hand
    std::set<std::string> chosen_;    ///< ticked or unticked here: the list does not change that again
    std::set<std::string> ticked_;
    BackgroundJob<std::vector<PortChoice>> looking_;
    BackgroundJob<std::vector<bus::PortSearchOrder>> ordering_;
    WorkQueue<bool> keeping_;
    Time lookedAt_{};
    std::shared_ptr<const bus::DiscoveryBoard> corrected_; ///< the search's, after servos were changed
    std::uint64_t shownSearch_ = 0;
    std::size_t shownFound_ = 0;
    bool wasRunning_ = false;
    std::set<std::string> openHere_; ///< paths of the buses of the newest frame
    std::size_t linking_ = 0;        ///< of those sent by Connect, not at their end
    Frame frame_;
};

} // namespace servolane::ui
