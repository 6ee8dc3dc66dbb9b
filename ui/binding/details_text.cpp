// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/details_text.h"

#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRegularExpression>
#include <QtCore/QStringList>
#include <algorithm>
#include <utility>
#include <vector>

namespace servolane::ui {

namespace {

/// Names of the journal whose numbers say enough beside them.
constexpr std::pair<const char*, const char*> plainNames[] = {{"raw", "raw"},
                                                              {"gear", "gear"},
                                                              {"offset", "offset"},
                                                              {"turn", "turn"},
                                                              {"travel", "travel"},
                                                              {"current", "current"},
                                                              {"id", "id"},
                                                              {"axes", "axes"},
                                                              {"following", "following error"},
                                                              {"step", "step"},
                                                              {"seconds", "seconds"},
                                                              {"temperature", "temperature"},
                                                              {"velocity", "velocity"},
                                                              {"acceleration", "acceleration"},
                                                              {"slow_interval", "slow ones every"}};

constexpr std::pair<const char*, const char*> plainWords[] = {{"hold-then-off", "hold, then torque off"},
                                                              {"torque-off", "torque off"}};

QString plainText(const QString& word) {
    for (const auto& [machine, plain] : plainWords)
        if (word == QLatin1String(machine)) return QString::fromLatin1(plain);
    for (const auto& [name, plain] : plainNames)
        if (word.section(QLatin1Char('='), 0, 0) == QLatin1String(name) && word.contains(QLatin1Char('=')))
            return QString::fromLatin1(plain) + QLatin1Char(' ') + word.section(QLatin1Char('='), 1);
    return word;
}

QString wordText(const QString& word, const std::string& unit) {
    const qsizetype mark = word.indexOf(QLatin1Char('='));
    bool isNumber = false;
    const double value = word.mid(mark + 1).toDouble(&isNumber);
    if (mark < 1 || !isNumber) return plainText(word);
    const QString name = word.left(mark);
    if (name == QLatin1String("target")) return QStringLiteral("to ") + valueText(value, unit);
    if (name == QLatin1String("actual")) return QStringLiteral("at ") + valueText(value, unit);
    if (name == QLatin1String("velocity")) return QStringLiteral("at ") + valueText(value, unit + "/s");
    if (name == QLatin1String("acceleration"))
        return QStringLiteral("with ") + valueText(value, unit + "/s^2");
    if (name == QLatin1String("rate"))
        return value > 0.0 ? valueText(value, "Hz", 0) : QStringLiteral("as fast as the wire allows");
    if (name == QLatin1String("baud"))
        return value > 0.0 ? QStringLiteral("at ") + baudText(static_cast<std::uint32_t>(value))
                           : QStringLiteral("at the rate that answers");
    if (name == QLatin1String("generation")) return {};
    return plainText(word);
}

} // namespace

QString detailsText(const std::string& details, const std::string& unit) {
    QStringList words;
    for (const QString& word : QString::fromStdString(details).split(QLatin1Char(' ')))
        if (const QString text = wordText(word, unit); !text.isEmpty()) words << text;
    return words.join(QLatin1Char(' '));
}

namespace {

using Members = std::vector<std::pair<QString, QString>>;

/// Values may hold spaces, and signs of equality after the first.
Members membersOf(const QString& details) {
    static const QRegularExpression name(QStringLiteral("(?:^| )([a-z][a-z0-9_]*)="));
    Members members;
    qsizetype end = 0;
    for (auto at = name.globalMatch(details); at.hasNext();) {
        const auto match = at.next();
        if (!members.empty()) members.back().second = details.mid(end, match.capturedStart() - end);
        members.emplace_back(match.captured(1), QString());
        end = match.capturedEnd();
    }
    if (!members.empty()) members.back().second = details.mid(end);
    return members;
}

/// "hold-then-off", "position_p_gain"
QString spoken(QString word) {
    return word.replace(QLatin1Char('-'), QLatin1Char(' ')).replace(QLatin1Char('_'), QLatin1Char(' '));
}

QString plainNumber(double value) {
    QString text = numberText(value, 3);
    if (text.contains(QLatin1Char('e')) || !text.contains(QLatin1Char('.'))) return text;
    while (text.endsWith(QLatin1Char('0')))
        text.chop(1);
    if (text.endsWith(QLatin1Char('.'))) text.chop(1);
    return text;
}

QString valueWords(const QJsonValue& value) {
    if (value.isBool()) return value.toBool() ? QStringLiteral("yes") : QStringLiteral("no");
    if (value.isDouble()) return plainNumber(value.toDouble());
    if (value.isString()) return spoken(value.toString());
    if (value.isArray()) {
        const QJsonArray list = value.toArray();
        QStringList words;
        for (const QJsonValue& each : list)
            words << valueWords(each);
        const bool isRange = list.size() == 2 && list[0].isDouble() && list[1].isDouble();
        return words.join(isRange ? QStringLiteral(" … ") : QStringLiteral("; "));
    }
    QStringList words;
    const QJsonObject members = value.toObject();
    for (auto member = members.begin(); member != members.end(); ++member)
        if (const QString said = valueWords(member.value()); !said.isEmpty())
            words << spoken(member.key()) + QLatin1Char(' ') + said;
    return words.join(QStringLiteral(", "));
}

QString memberText(const QString& name, const QString& value) {
    bool isWhole = false;
    const qlonglong count = value.toLongLong(&isWhole);
    if (name.endsWith(QLatin1String("_ns")) && isWhole)
        return spoken(name.chopped(3)) + QLatin1Char(' ') + latencyText(Duration{count});
    // A value alone is no document of JSON; a list of it is.
    const auto parsed = QJsonDocument::fromJson(("[" + value + "]").toUtf8());
    const QString said = parsed.isArray() && parsed.array().size() == 1 ? valueWords(parsed.array()[0])
                         : value.contains(QLatin1Char('/'))             ? value
                                                                        : spoken(value);
    return said.isEmpty() ? QString() : spoken(name) + QLatin1Char(' ') + said;
}

QString taken(Members& members, const char* name) {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const auto& member) { return member.first == QLatin1String(name); });
    if (found == members.end()) return {};
    const QString value = found->second;
    members.erase(found);
    return value;
}

} // namespace

QString factText(const std::string& details) {
    Members members = membersOf(QString::fromStdString(details));
    if (members.empty()) return QString::fromStdString(details);
    QStringList parts;
    if (const QString kind = taken(members, "kind"); !kind.isEmpty()) {
        const QString how = detailsText(taken(members, "details").toStdString(), "deg");
        parts << commandText(kind.toStdString(), how);
    }
    const QString name = taken(members, "name");
    const QString before = taken(members, "before");
    const QString after = taken(members, "after");
    if (!after.isEmpty())
        parts << (name.isEmpty() ? QString() : spoken(name) + QStringLiteral(": ")) +
                     (before.isEmpty() ? QString() : before + QStringLiteral(" → ")) + after;
    else if (!name.isEmpty())
        parts << spoken(name);
    for (const auto& [member, value] : members)
        if (const QString said = memberText(member, value); !said.isEmpty()) parts << said;
    return parts.join(QStringLiteral(" · "));
}

QString commandText(const std::string& kind, const QString& how) {
    const QString title = commandTitle(kind);
    if (how.isEmpty()) return title;
    // "Go to to 90°" says it twice.
    const bool isTwice = title.endsWith(QLatin1String(" to")) && how.startsWith(QLatin1String("to "));
    return title + (isTwice ? how.mid(2) : QLatin1Char(' ') + how);
}

} // namespace servolane::ui
