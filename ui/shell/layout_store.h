// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/access/role.h"
#include "ui/shell/header_bar.h"
#include "ui/theme/theme.h"

#include <QtCore/QByteArray>
#include <QtCore/QSettings>
#include <QtCore/QStringList>
#include <string>

namespace servolane::ui {

/// MB of samples in memory: 24 axes, ten channels, at 200 Hz for more than half an hour.
constexpr unsigned defaultTraceMegabytes = 512;
constexpr unsigned leastTraceMegabytes = 16;
constexpr unsigned mostTraceMegabytes = 65536;

/// How the window was left. Kept in FOLDER/window.ini.
struct WindowLayout {
    QByteArray geometry;
    QByteArray docks;
    Workspace workspace = Workspace::bench;
    ThemeChoice theme = ThemeChoice::system;
    QStringList channels;                            ///< shown in the scope; stable words
    bool lineIsTable = false;                        ///< the axes of Line as rows, not as tiles
    unsigned traceMegabytes = defaultTraceMegabytes; ///< of samples kept in memory
};

class LayoutStore {
public:
    explicit LayoutStore(const std::string& folder);
    /// Defaults where nothing was kept.
    [[nodiscard]] WindowLayout load() const;
    void save(const WindowLayout& layout);
    /// The most that the command line may do; an engineer's rights where nothing was kept.
    [[nodiscard]] access::Role clientsMost() const;
    void keepClientsMost(access::Role most);

private:
    mutable QSettings settings_;
};

} // namespace servolane::ui
