// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/header_bar.h"
#include "ui/theme/theme.h"

#include <QtCore/QByteArray>
#include <QtCore/QSettings>
#include <QtCore/QStringList>
#include <string>

namespace servolane::ui {

/// How the window was left. Kept in FOLDER/window.ini.
struct WindowLayout {
    QByteArray geometry;
    QByteArray docks;
    Workspace workspace = Workspace::bench;
    ThemeChoice theme = ThemeChoice::system;
    QStringList channels; ///< shown in the scope; stable words
};

class LayoutStore {
public:
    explicit LayoutStore(const std::string& folder);
    /// Defaults where nothing was kept.
    [[nodiscard]] WindowLayout load() const;
    void save(const WindowLayout& layout);

private:
    mutable QSettings settings_;
};

} // namespace servolane::ui
