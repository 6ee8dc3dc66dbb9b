// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bus/commands.h"

#include <QtCore/QString>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace servolane::ui {

/// A port that can be chosen for connecting.
struct PortChoice {
    std::string path; ///< what LineSettings::path takes
    QString title;    ///< "ttyUSB0 · U2D2 (FT9X…)"
    bool openable = true;
    QString advice;                        ///< why it cannot be opened and what helps; empty if it can
    std::optional<bus::LinkSettings> last; ///< how it was used last
    QString name;                          ///< the user's own, else that of the adapter
    QString usb;                           ///< "0403:6014 · FT4THVTO"; empty: not on a USB
    QString note;                          ///< what to know before it is searched; may be empty
    bool ticked = false;                   ///< a search begins with it
    bool searchable = true;                ///< false: nothing is sent to it
    friend bool operator==(const PortChoice&, const PortChoice&) = default;
};
using PortSource = std::function<std::vector<PortChoice>()>;

/// A family of servos as it is offered when connecting.
struct FamilyChoice {
    std::string name; ///< FamilyTraits::name
    QString title;    ///< "Dynamixel, protocol 2.0"
    std::vector<std::uint32_t> bauds;
    QString lacks; ///< what the protocol cannot do, as a sentence; empty if nothing is missing
};

} // namespace servolane::ui
