// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes as people write them.
#pragma once

#include "core/kernel/bytes.h"

#include <QtCore/QString>
#include <optional>

namespace servolane::ui {

/// "FF FF FD 00"
[[nodiscard]] QString hexText(ByteView bytes);
/// "ff fffd,00", "0xFF 0xFF": pairs of digits with anything between that is blank, a comma or a colon.
/// Nothing if there is something else, or a digit without its fellow. Empty text is no bytes.
[[nodiscard]] std::optional<Bytes> bytesFrom(const QString& typed);

} // namespace servolane::ui
