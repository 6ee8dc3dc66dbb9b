// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/math_book.h"

#include "ui/binding/value_text.h"

#include <algorithm>

namespace servolane::ui {

namespace {
const QString group = QStringLiteral("channels");
} // namespace

MathBook::MathBook(const std::string& folder, QObject* parent)
    : QObject(parent)
    , settings_(QString::fromStdString(folder) + QStringLiteral("/math.ini"), QSettings::IniFormat) {
    load();
}

void MathBook::load() {
    const int count = settings_.beginReadArray(group);
    for (int place = 0; place < count; ++place) {
        settings_.setArrayIndex(place);
        MathChannel channel;
        channel.id = static_cast<std::uint16_t>(settings_.value(QStringLiteral("id")).toUInt());
        channel.name = settings_.value(QStringLiteral("name")).toString();
        channel.expression = settings_.value(QStringLiteral("expression")).toString();
        channel.unit = settings_.value(QStringLiteral("unit")).toString();
        channel.apart = settings_.value(QStringLiteral("apart")).toBool();
        channel.shown = settings_.value(QStringLiteral("shown"), true).toBool();
        const bool isUsable = channel.id > 0 && channel.id < telemetry::mostFormulas && !find(channel.id) &&
                              !channel.expression.isEmpty();
        if (isUsable) channels_.push_back(std::move(channel));
    }
    settings_.endArray();
    std::sort(channels_.begin(), channels_.end(),
              [](const MathChannel& a, const MathChannel& b) { return a.id < b.id; });
}

void MathBook::keep() {
    settings_.remove(group); // a shorter list leaves nothing of the longer one behind
    settings_.beginWriteArray(group, static_cast<int>(channels_.size()));
    for (std::size_t place = 0; place < channels_.size(); ++place) {
        const MathChannel& channel = channels_[place];
        settings_.setArrayIndex(static_cast<int>(place));
        settings_.setValue(QStringLiteral("id"), channel.id);
        settings_.setValue(QStringLiteral("name"), channel.name);
        settings_.setValue(QStringLiteral("expression"), channel.expression);
        settings_.setValue(QStringLiteral("unit"), channel.unit);
        settings_.setValue(QStringLiteral("apart"), channel.apart);
        settings_.setValue(QStringLiteral("shown"), channel.shown);
    }
    settings_.endArray();
    settings_.sync();
    Q_EMIT changed();
}

const MathChannel* MathBook::find(std::uint16_t id) const {
    const auto found = std::find_if(channels_.begin(), channels_.end(),
                                    [id](const MathChannel& channel) { return channel.id == id; });
    return found == channels_.end() ? nullptr : &*found;
}

std::uint16_t MathBook::put(MathChannel channel) {
    if (channel.id == 0)
        for (channel.id = 1; find(channel.id);)
            ++channel.id;
    const std::uint16_t id = channel.id;
    const auto place =
        std::lower_bound(channels_.begin(), channels_.end(), id,
                         [](const MathChannel& one, std::uint16_t wanted) { return one.id < wanted; });
    if (place != channels_.end() && place->id == id) {
        if (*place == channel) return id;
        *place = std::move(channel);
    } else {
        channels_.insert(place, std::move(channel));
    }
    keep();
    return id;
}

void MathBook::remove(std::uint16_t id) {
    if (std::erase_if(channels_, [id](const MathChannel& channel) { return channel.id == id; }) > 0) keep();
}

void MathBook::show(std::uint16_t id, bool shown) {
    const MathChannel* found = find(id);
    if (!found || found->shown == shown) return;
    MathChannel channel = *found;
    channel.shown = shown;
    put(std::move(channel));
}

telemetry::MathOrder MathBook::orderOf(std::uint16_t id) const {
    const MathChannel* channel = find(id);
    return {id, channel ? channel->expression.toStdString() : std::string()};
}

std::vector<std::uint16_t> MathBook::ids() const {
    std::vector<std::uint16_t> ids;
    for (const MathChannel& channel : channels_)
        ids.push_back(channel.id);
    return ids;
}

scope::TraceChoice choiceOf(const MathChannel& channel, const telemetry::ChannelNames& names) {
    scope::TraceChoice choice;
    choice.axis = telemetry::mathAxis(channel.id);
    choice.label = channel.name;
    choice.unit = channel.unit.isEmpty()
                      ? unitText(telemetry::derivedUnit(channel.expression.toStdString(), names))
                      : unitText(channel.unit.toStdString());
    choice.apart = channel.apart;
    return choice;
}

std::vector<scope::TraceChoice> usableChoices(const std::vector<MathChannel>& channels,
                                              const telemetry::ChannelNames& names) {
    std::vector<scope::TraceChoice> choices;
    for (const MathChannel& channel : channels)
        if (telemetry::Formula::compile(channel.expression.toStdString(), names))
            choices.push_back(choiceOf(channel, names));
    return choices;
}

} // namespace servolane::ui
