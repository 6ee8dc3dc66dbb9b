// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workstation/workstation.h"

#include <QtCore/QTimer>
#include <vector>

namespace servolane::app {

/// Connects the port of the command line: with one settings after the other until servos answer, as
/// servolane-cli does. Where none do, it stays open with the first, so that the window tells of it. Ends at
/// once when a person takes the port over. GUI thread; waits for nothing.
class PortOpener {
public:
    /// `links`: see linksToTry; at least one.
    PortOpener(Workstation& workstation, std::vector<bus::LinkSettings> links);
    PortOpener(const PortOpener&) = delete;
    PortOpener& operator=(const PortOpener&) = delete;

private:
    enum class Step : std::uint8_t { connecting, closing };
    void look();
    void lookAtConnected();
    void open(std::size_t link);
    [[nodiscard]] const bus::LinkSettings& link() const { return links_[at_ % links_.size()]; }
    [[nodiscard]] bool isLast() const { return at_ == links_.size(); }

    Workstation& workstation_;
    std::vector<bus::LinkSettings> links_;
    std::size_t at_ = 0; ///< links_.size(): the first once more
    Step step_ = Step::connecting;
    CommandId asked_;
    QTimer timer_;
};

} // namespace servolane::app
