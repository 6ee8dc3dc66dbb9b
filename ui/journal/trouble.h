// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/binding/frame.h"
#include "ui/binding/state_text.h"

#include <QtCore/QString>
#include <map>
#include <vector>

namespace servolane::ui {

/// Something that is wrong now, or was and has not been seen.
struct Trouble {
    QString key; ///< the same trouble has the same key
    Tone tone = Tone::fault;
    AxisId axis{};
    QString where;  ///< "1 · Pan"
    QString text;   ///< "Overload"
    QString remedy; ///< what helps
    Time since{};   ///< when it began
    Time cleared{}; ///< when it was over, once it is not active
    bool active = true;
    bool seen = false;
};

/// Keeps what is wrong from frame to frame: hardware errors, silent axes, lost buses, failing recordings. A
/// trouble that is over stays until it was seen; what only follows from another one is none. GUI thread.
class TroubleBook {
public:
    void fold(const Frame& frame);
    void acknowledge(const QString& key);
    void acknowledgeAll();

    /// Unseen before seen, active before cleared, newest first.
    [[nodiscard]] const std::vector<Trouble>& all() const { return troubles_; }
    /// nullptr if everything was seen.
    [[nodiscard]] const Trouble* newestUnseen() const;
    /// All that wait for somebody: active ones, and cleared ones that nobody has acknowledged.
    [[nodiscard]] int count() const { return static_cast<int>(troubles_.size()); }
    /// Of the newest frame folded: what ages count from. Alarms are live ones, whatever is shown beside them.
    [[nodiscard]] Time now() const { return now_; }
    /// Counts changes, for views.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }

private:
    std::vector<Trouble> troubles_;
    std::uint64_t revision_ = 0;
    std::map<BusId, Time> lostAt_; ///< when each was lost last
    Time now_{};
};

} // namespace servolane::ui
