// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/session_filter.h"

#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtCore/QStringList>
#include <algorithm>

namespace servolane::ui {

namespace {

bool holds(const std::string& text, const QString& word) {
    return QString::fromStdString(text).contains(word, Qt::CaseInsensitive);
}

bool inNotes(const session::SessionSummary& summary, const QString& word) {
    return std::any_of(summary.notes.begin(), summary.notes.end(),
                       [&](const session::SessionNote& note) { return holds(note.text, word); });
}

bool inTags(const session::SessionSummary& summary, const QString& word) {
    return std::any_of(summary.tags.begin(), summary.tags.end(),
                       [&](const std::string& tag) { return holds(tag, word); });
}

bool inAxes(const session::SessionSummary& summary, const QString& word) {
    return std::any_of(summary.axes.begin(), summary.axes.end(),
                       [&](const session::SessionAxis& axis) { return holds(axis.name, word); });
}

} // namespace

QString recordingDate(UtcTime utc) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(utc.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd hh:mm:ss"));
}

QString recordingName(const session::SessionSummary& summary) {
    if (!summary.name.empty()) return QString::fromStdString(summary.name);
    return QFileInfo(QString::fromStdString(summary.path)).completeBaseName();
}

QString recordingTitle(const session::SessionSummary& summary, QDate today) {
    const QString file = QFileInfo(QString::fromStdString(summary.path)).completeBaseName();
    const QString name = recordingName(summary);
    if (!summary.flightSegment || name != file) return name;
    const auto text = [](UtcTime utc, const char* format) {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(utc.time_since_epoch()).count();
        return QDateTime::fromMSecsSinceEpoch(ms).toString(QString::fromLatin1(format));
    };
    const UtcTime end = summary.startedUtc + (summary.end - summary.start);
    const bool isToday = text(summary.startedUtc, "yyyy-MM-dd") == today.toString(Qt::ISODate);
    return text(summary.startedUtc, isToday ? "hh:mm:ss" : "MM-dd hh:mm:ss") + QStringLiteral(" – ") +
           text(end, "hh:mm:ss");
}

SessionFilter SessionFilter::from(const QString& typed) {
    const std::pair<QLatin1String, Place> places[] = {
        {QLatin1String("name:"), Place::name}, {QLatin1String("note:"), Place::note},
        {QLatin1String("tag:"), Place::tag},   {QLatin1String("axis:"), Place::axis},
        {QLatin1String("date:"), Place::date}, {QLatin1String("from:"), Place::since},
        {QLatin1String("to:"), Place::until}};
    SessionFilter filter;
    for (const QString& typedWord : typed.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        Word word{Place::anywhere, typedWord};
        for (const auto& [key, place] : places)
            if (typedWord.startsWith(key, Qt::CaseInsensitive)) word = {place, typedWord.mid(key.size())};
        if (!word.text.isEmpty()) filter.words_.push_back(std::move(word)); // "tag:" is still being typed
    }
    return filter;
}

bool SessionFilter::takes(const session::ListedSession& listed) const {
    const session::SessionSummary& summary = listed.summary;
    const QString name = recordingName(summary);
    const QString date = recordingDate(summary.startedUtc);
    return std::all_of(words_.begin(), words_.end(), [&](const Word& word) {
        const bool inName = name.contains(word.text, Qt::CaseInsensitive);
        switch (word.place) {
        case Place::name:
            return inName;
        case Place::note:
            return inNotes(summary, word.text);
        case Place::tag:
            return inTags(summary, word.text);
        case Place::axis:
            return inAxes(summary, word.text);
        case Place::date:
            return date.startsWith(word.text);
        case Place::since:
            return date.left(word.text.size()) >= word.text;
        case Place::until:
            return date.left(word.text.size()) <= word.text;
        case Place::anywhere:
            break;
        }
        return inName || date.startsWith(word.text) || inTags(summary, word.text) ||
               inNotes(summary, word.text) || inAxes(summary, word.text);
    });
}

} // namespace servolane::ui
