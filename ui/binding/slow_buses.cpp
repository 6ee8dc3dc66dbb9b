// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/binding/slow_buses.h"

namespace servolane::ui {

namespace {

constexpr Duration slowBeforeTold = std::chrono::seconds{2};
constexpr double nearly = 0.95;
constexpr double again = 0.98;

/// The wire or the servos do not keep up with what was asked for.
bool isBelow(const bus::BusView& bus, double share) {
    const double measured = bus.measured.cyclesPerSecond;
    return bus.state == bus::LinkState::open && measured > 0.0 && measured < bus.link.pollRate * share;
}

} // namespace

void SlowBuses::fold(const bus::BusBoard& board, Time now) {
    std::map<BusId, Slow> slow;
    for (const bus::BusView& bus : board.buses) {
        const auto known = slow_.find(bus.id);
        const bool wasTold = known != slow_.end() && known->second.told;
        if (!isBelow(bus, wasTold ? again : nearly)) continue;
        Slow& entry = slow[bus.id];
        entry.since = known == slow_.end() ? now : known->second.since;
        entry.told = wasTold || now - entry.since >= slowBeforeTold;
    }
    slow_ = std::move(slow);
}

bool SlowBuses::isTold(BusId bus) const {
    const auto known = slow_.find(bus);
    return known != slow_.end() && known->second.told;
}

QString rateOf(const bus::BusView& bus) {
    return QStringLiteral("%1 of %2")
        .arg(bus.measured.cyclesPerSecond, 0, 'f', 0)
        .arg(bus.link.pollRate, 0, 'f', 0);
}

QString slowHintOf(const bus::BusView& bus) {
    constexpr double full = 0.9;
    const QString what = QStringLiteral("%1 is read %2 times a second, not %3 times as asked: ")
                             .arg(QString::fromStdString(bus.name))
                             .arg(bus.measured.cyclesPerSecond, 0, 'f', 0)
                             .arg(bus.link.pollRate, 0, 'f', 0);
    return what + (bus.measured.wireShare >= full
                       ? QStringLiteral("the wire is full. A higher rate on the wire, fewer channels or a "
                                        "lower rate in the Link panel help")
                       : QStringLiteral("answers come late or are lost. The Doctor panel tells why"));
}

} // namespace servolane::ui
