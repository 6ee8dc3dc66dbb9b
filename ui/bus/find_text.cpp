// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bus/find_text.h"

#include "ui/binding/value_text.h"

#include <QtCore/QStringList>
#include <algorithm>
#include <map>
#include <tuple>

namespace servolane::ui {

using bus::SearchState;

namespace {

QString servosText(std::size_t count) {
    return count == 1 ? QStringLiteral("1 servo") : QStringLiteral("%1 servos").arg(count);
}

QString progressText(const bus::PortSearchView& view) {
    const QString left = leftText(view.left);
    const QString percent = QStringLiteral("%1 %").arg(view.done * 100.0, 0, 'f', 0);
    const QString found =
        view.found.empty() ? QString() : QStringLiteral(" · ") + servosText(view.found.size());
    return percent + found + (left.isEmpty() ? QString() : QStringLiteral(" · ") + left);
}

QString endText(const bus::PortSearchView& view) {
    if (!view.found.empty()) return servosText(view.found.size());
    if (view.state == SearchState::failed)
        return QStringLiteral("Failed: %1").arg(QString::fromStdString(view.error.detail));
    return view.state == SearchState::cancelled ? QStringLiteral("Cancelled") : QStringLiteral("No answer");
}

} // namespace

QString rateText(std::uint32_t baud, bus::LineFrame frame) {
    if (frame == bus::LineFrame{}) return baudText(baud);
    return QStringLiteral("%1 · %2").arg(baudText(baud), QString::fromStdString(toString(frame)));
}

QString searchText(const PortChoice& port, const bus::PortSearchView* view, bool connectedHere) {
    if (connectedHere) return QStringLiteral("Connected");
    if (view && view->state == SearchState::waiting) return QStringLiteral("Opening …");
    if (view && view->state == SearchState::searching) return progressText(*view);
    if (!port.searchable) return QStringLiteral("Nothing is sent to it");
    if (!port.openable) return QStringLiteral("Cannot be opened");
    return view ? endText(*view) : QStringLiteral("Ready");
}

QString outcomeText(const bus::DiscoveryBoard& board) {
    if (board.search == 0 || board.running) return {};
    QStringList sentences;
    const std::size_t found = board.found();
    sentences << (found == 0
                      ? QStringLiteral("Nobody answered in %1: check supply, cable and protocol")
                            .arg(latencyText(board.took))
                      : QStringLiteral("%1 found in %2").arg(servosText(found), latencyText(board.took)));
    std::vector<int> shared;
    std::uint64_t foreign = 0;
    for (const bus::PortSearchView& port : board.ports) {
        foreign += port.foreignBytes;
        for (const bus::SharedId& id : port.shared)
            shared.push_back(id.servo.value);
    }
    std::ranges::sort(shared);
    shared.erase(std::unique(shared.begin(), shared.end()), shared.end());
    QStringList ids;
    for (const int id : shared)
        ids << QString::number(id);
    if (!ids.isEmpty())
        sentences << QStringLiteral("two servos seem to share id %1: connect one of them alone and give it "
                                    "another")
                         .arg(ids.join(QStringLiteral(", ")));
    else if (foreign > 0 && found == 0)
        sentences << QStringLiteral(
                         "%1 bytes came that nobody understands: another protocol or rate, or noise")
                         .arg(foreign);
    std::size_t elsewhere = 0;
    for (const FoundLink& link : foundLinks(board))
        elsewhere += link.elsewhere;
    if (elsewhere > 0)
        sentences << QStringLiteral(
                         "%1 at another rate or protocol than most of its port: give it theirs below")
                         .arg(servosText(elsewhere));
    return sentences.join(QStringLiteral(" · "));
}

std::vector<FoundLink> foundLinks(const bus::DiscoveryBoard& board) {
    std::vector<FoundLink> links;
    for (const bus::PortSearchView& port : board.ports) {
        using Way = std::tuple<std::string, std::uint32_t, bus::Parity, std::uint8_t>;
        const auto wayOf = [](const bus::FoundServo& found) {
            return Way{found.family, found.baud, found.frame.parity, found.frame.stopBits};
        };
        std::map<Way, std::size_t> groups;
        // One whose model is known weighs more than any number of others.
        for (const bus::FoundServo& found : port.found)
            groups[wayOf(found)] += found.knownModel ? 1000 : 1;
        if (groups.empty()) continue;
        const auto most =
            std::ranges::max_element(groups, {}, [](const auto& group) { return group.second; });
        const auto& [family, baud, parity, stopBits] = most->first;
        FoundLink link{port.path, family, baud, 0, 0, {parity, stopBits}};
        for (const bus::FoundServo& found : port.found)
            ++(wayOf(found) == most->first ? link.servos : link.elsewhere);
        links.push_back(std::move(link));
    }
    return links;
}

} // namespace servolane::ui
