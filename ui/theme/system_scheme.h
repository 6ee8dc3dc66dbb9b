// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QPalette>

namespace servolane::ui {

/// Whether the system prefers dark: as the desktop portal says (org.freedesktop.appearance color-scheme),
/// else as `palette` looks. Qt 6.4 has no hint of its own. Waits at most 200 ms for the portal.
[[nodiscard]] bool systemPrefersDark(const QPalette& palette);

/// Somebody has started one. Where there is none, asking would start it, for the sake of a colour: nobody is
/// asked then.
[[nodiscard]] bool hasSessionBus();

} // namespace servolane::ui
