// SPDX-License-Identifier: GPL-3.0-or-later
// What of a list of recordings is looked for.
#pragma once

#include "core/session/session_library.h"

#include <QtCore/QDate>
#include <QtCore/QString>
#include <vector>

namespace servolane::ui {

/// "2026-11-26 14:03:27", in the time of this place.
[[nodiscard]] QString recordingDate(UtcTime utc);
/// As a person calls it: its own name, else that of the file.
[[nodiscard]] QString recordingName(const session::SessionSummary& summary);

/// What heads it: its name, and of a segment of the flight recorder, which has none, its time: "14:03:27 –
/// 14:04:09", with the day ("11-25 …") where that is not `today`.
[[nodiscard]] QString recordingTitle(const session::SessionSummary& summary,
                                     QDate today = QDate::currentDate());

/// Every word must be found, in the name, a note, a tag, the name of an axis, or as the beginning of the
/// date; `note:`, `tag:`, `axis:`, `name:` and `date:` look there alone; `from:2026-11-01` and
/// `to:2026-11-30` are days, both included. Capitals do not matter. A plain value.
class SessionFilter {
public:
    SessionFilter() = default;
    [[nodiscard]] static SessionFilter from(const QString& typed);
    [[nodiscard]] bool takes(const session::ListedSession& listed) const;
    [[nodiscard]] bool isEmpty() const { return words_.empty(); }

private:
    enum class Place { anywhere, name, note, tag, axis, date, since, until };
    struct Word {
        Place place = Place::anywhere;
        QString text;
    };
    std::vector<Word> words_;
};

} // namespace servolane::ui
