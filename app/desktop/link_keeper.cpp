// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/link_keeper.h"

#include "core/bus/read/bus_board.h"

#include <iostream>

namespace servolane::app {

namespace {
constexpr int lookIntervalMs = 1000;
}

LinkKeeper::LinkKeeper(Workstation& workstation)
    : workstation_(workstation) {
    writer_.setMaxThreadCount(1);
    timer_.setInterval(lookIntervalMs);
    QObject::connect(&timer_, &QTimer::timeout, [this] { look(); });
    timer_.start();
}

LinkKeeper::~LinkKeeper() {
    look();
    writer_.waitForDone();
}

void LinkKeeper::look() {
    const auto board = workstation_.runtime().readModels().buses.read();
    for (const bus::BusView& view : board->buses) {
        const std::string& path = view.link.line.path;
        const KnownPort known = knownFrom(view.link);
        if (const auto before = kept_.find(path); before != kept_.end() && before->second == known) continue;
        kept_[path] = known;
        writer_.start([this, path, known] {
            if (const auto kept = workstation_.portMemory().remember(path, known); !kept)
                std::cerr << "The settings of " << path << " are not kept: " << kept.error().detail << '\n';
        });
    }
}

} // namespace servolane::app
