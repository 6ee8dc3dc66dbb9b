// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scope/scope_palette.h"

namespace servolane::ui::scope {

ScopePalette ScopePalette::light() {
    return {.surface = QColor(0xFFFFFF),
            .raised = QColor(0xEDF0F4),
            .border = QColor(0xCBD2DB),
            .text = QColor(0x17202B),
            .muted = QColor(0x566273),
            .accent = QColor(0x1A5FD0),
            .ok = QColor(0x1B7F4B),
            .warn = QColor(0x9A5B00),
            .fault = QColor(0xC4161C),
            .info = QColor(0x1A5FD0),
            .traces = {QColor(0x0067A5), QColor(0xC75300), QColor(0x00805C), QColor(0xB0508A),
                       QColor(0x2A86C4), QColor(0x946200), QColor(0x6A4FB3), QColor(0x3D4653)}};
}

ScopePalette ScopePalette::dark() {
    return {.surface = QColor(0x181E26),
            .raised = QColor(0x212934),
            .border = QColor(0x354150),
            .text = QColor(0xE7ECF2),
            .muted = QColor(0x9DAABA),
            .accent = QColor(0x6EA8FF),
            .ok = QColor(0x3FC380),
            .warn = QColor(0xF0AE3C),
            .fault = QColor(0xFF6B6B),
            .info = QColor(0x6EA8FF),
            .traces = {QColor(0x4FA8E8), QColor(0xFF8A3D), QColor(0x2FC79A), QColor(0xE58CC0),
                       QColor(0x8CCBFF), QColor(0xF0C64A), QColor(0xB39DFF), QColor(0xC9D2DD)}};
}

} // namespace servolane::ui::scope
