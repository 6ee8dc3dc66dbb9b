// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a -wal is whole. SQLite reads it up to the first frame whose checksum fails and takes that for its
// end: what was committed behind it is gone without a word. The form is that of
// https://www.sqlite.org/fileformat2.html#walformat.
#pragma once

#include <optional>
#include <string>

namespace servolane::drivers::sqlite {

/// A sentence with the place if a frame of `path`-wal is damaged and something was committed behind it;
/// nothing if there is none, or no such file. A frame that was being written when its writer was killed is no
/// damage. Any thread.
[[nodiscard]] std::optional<std::string> damageOfLog(const std::string& path);

} // namespace servolane::drivers::sqlite
