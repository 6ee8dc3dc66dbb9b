// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/layout_store.h"

#include <algorithm>

namespace servolane::ui {

LayoutStore::LayoutStore(const std::string& folder)
    : settings_(QString::fromStdString(folder) + QStringLiteral("/window.ini"), QSettings::IniFormat) {}

WindowLayout LayoutStore::load() const {
    WindowLayout layout;
    layout.geometry = settings_.value(QStringLiteral("window/geometry")).toByteArray();
    layout.docks = settings_.value(QStringLiteral("window/docks")).toByteArray();
    const int workspace = settings_.value(QStringLiteral("window/workspace"), 0).toInt();
    layout.workspace = static_cast<Workspace>(std::clamp(workspace, 0, 2));
    layout.theme = themeChoiceFrom(settings_.value(QStringLiteral("window/theme")).toString());
    layout.lineIsTable = settings_.value(QStringLiteral("line/table"), false).toBool();
    layout.channels = settings_.value(QStringLiteral("scope/channels")).toStringList();
    layout.traceMegabytes =
        std::clamp(settings_.value(QStringLiteral("scope/traceMegabytes"), defaultTraceMegabytes).toUInt(),
                   leastTraceMegabytes, mostTraceMegabytes);
    return layout;
}

void LayoutStore::save(const WindowLayout& layout) {
    settings_.setValue(QStringLiteral("window/geometry"), layout.geometry);
    settings_.setValue(QStringLiteral("window/docks"), layout.docks);
    settings_.setValue(QStringLiteral("window/workspace"), static_cast<int>(layout.workspace));
    settings_.setValue(QStringLiteral("window/theme"), wordOf(layout.theme));
    settings_.setValue(QStringLiteral("line/table"), layout.lineIsTable);
    settings_.setValue(QStringLiteral("scope/channels"), layout.channels);
    settings_.setValue(QStringLiteral("scope/traceMegabytes"), layout.traceMegabytes);
    settings_.sync();
}

access::Role LayoutStore::clientsMost() const {
    const QString word = settings_.value(QStringLiteral("access/commandLine")).toString();
    if (word.isEmpty()) return access::Role::engineer;
    // What cannot be read must not open what a person had closed.
    return access::roleFrom(word.toStdString()).value_or(access::Role::viewer);
}

void LayoutStore::keepClientsMost(access::Role most) {
    settings_.setValue(QStringLiteral("access/commandLine"),
                       QString::fromStdString(std::string(toString(most))));
    settings_.sync();
}

} // namespace servolane::ui
