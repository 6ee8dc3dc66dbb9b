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
    Time shelvedUntil{}; ///< set while it is shelved: it tells nothing, and comes back then
    [[nodiscard]] bool isShelved() const { return shelvedUntil != Time{}; }
};

/// A shift: nothing is kept quiet for longer.
constexpr Duration longestShelf = std::chrono::hours{8};

/// Keeps what is wrong from frame to frame: hardware errors, silent axes, lost buses, failing recordings. A
/// trouble that is over stays until it was seen; what only follows from another one is none. One that is
/// shelved keeps quiet, whether it clears or comes back, until its time is over; what axes and tiles say of
/// their state is not touched by it. GUI thread.
class TroubleBook {
public:
    void fold(const Frame& frame);
    void acknowledge(const QString& key);
    void acknowledgeAll();
    /// Seen, and quiet for so long, at most longestShelf; counted from the newest frame.
    void shelve(const QString& key, Duration howLong);
    /// Before its time is over: as when it is.
    void bringBack(const QString& key);

    /// Unseen before seen, active before cleared, newest first; shelved ones last.
    [[nodiscard]] const std::vector<Trouble>& all() const { return troubles_; }
    /// nullptr if everything was seen.
    [[nodiscard]] const Trouble* newestUnseen() const;
    /// All that wait for somebody: active ones, and cleared ones that nobody has acknowledged.
    [[nodiscard]] int count() const { return static_cast<int>(troubles_.size()) - shelved(); }
    /// Those that keep quiet for a while.
    [[nodiscard]] int shelved() const;
    [[nodiscard]] const Trouble* find(const QString& key) const;
    /// Of the newest frame folded: what ages count from. Alarms are live ones, whatever is shown beside them.
    [[nodiscard]] Time now() const { return now_; }
    /// Counts changes, for views.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }

private:
    void sort();

    std::vector<Trouble> troubles_;
    std::uint64_t revision_ = 0;
    std::map<BusId, Time> lostAt_; ///< when each was lost last
    Time now_{};
};

} // namespace servolane::ui
