// SPDX-License-Identifier: GPL-3.0-or-later
// What a -wal holds, and whether it is whole. SQLite reads it up to the first frame whose checksum fails and
// takes that for its end: what was committed behind it is gone without a word. The form is that of
// https://www.sqlite.org/fileformat2.html#walformat and https://www.sqlite.org/walformat.html.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace servolane::drivers::sqlite {

struct LogState {
    /// With its place: a frame is damaged and something was committed behind it, or what the -shm counts as
    /// committed is not there.
    std::optional<std::string> damage;
    /// It ends inside a transaction. Its writer was killed while it wrote, or the file was cut short or
    /// damaged there: which of them, the file does not tell.
    std::optional<std::string> remark;
};

/// Of `path`-wal; nothing if there is no such file. A -wal that was cut short exactly behind a transaction
/// shows by the -shm alone, which the first reader after a kill makes anew: ask before the file is opened.
/// Any thread.
[[nodiscard]] LogState stateOfLog(const std::string& path);

/// Where in `path`-wal the newest of each page lies: of transactions that are whole, and of those behind a
/// damaged frame what is intact of them. Empty: pages of that size are not in it.
[[nodiscard]] std::map<std::uint32_t, std::uint64_t> pagesInLog(const std::string& path,
                                                                std::uint32_t pageSize);

} // namespace servolane::drivers::sqlite
