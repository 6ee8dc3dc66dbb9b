// SPDX-License-Identifier: GPL-3.0-or-later
// What is fed with bytes that nobody vouches for: by libFuzzer (packaging/fuzz.sh) and, from the corpus, by a
// test. Each target aborts the program where a promise is broken.
#pragma once

#include "core/kernel/bytes.h"

#include <array>

namespace servolane::fuzz {

struct Target {
    const char* name; ///< also the folder of its corpus
    void (*run)(ByteView bytes);
};

/// The frame parsers of Protocol 2.0, of the FF FF frame, of Modbus RTU and of LX, the buses of all families
/// on a line that answers with these bytes, and the pages of a recording that SQLite refuses.
[[nodiscard]] std::array<Target, 7> targets();

} // namespace servolane::fuzz
