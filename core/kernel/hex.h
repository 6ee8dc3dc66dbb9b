// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/bytes.h"

#include <string>

namespace servolane {
inline namespace kernel {

/// "FF FF FD 00": as people write bytes.
[[nodiscard]] std::string hexText(ByteView bytes);

} // namespace kernel
} // namespace servolane
