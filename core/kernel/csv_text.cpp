// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernel/csv_text.h"

#include <charconv>
#include <cstring>

namespace servolane {
inline namespace kernel {

namespace {

/// `digits` digits with leading zeros.
char* putDigits(char* at, std::uint64_t value, int digits) {
    for (int i = digits; i-- > 0; value /= 10)
        at[i] = static_cast<char>('0' + value % 10);
    return at + digits;
}

char* put(char* at, char letter) {
    *at = letter;
    return at + 1;
}

} // namespace

std::string csvCell(std::string_view text) {
    std::string cell{text};
    constexpr std::string_view formulaStarts = "=+-@\t\r\n";
    // Where the list separator is not the comma, a cell begins inside of this one.
    constexpr std::string_view separators = ";|";
    for (std::size_t at = 0; at < cell.size(); ++at) {
        const bool begins = at == 0 || separators.find(cell[at - 1]) != std::string_view::npos;
        if (begins && formulaStarts.find(cell[at]) != std::string_view::npos) cell.insert(at++, 1, '\'');
    }
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string quoted = "\"";
    for (const char letter : cell)
        quoted.append(letter == '"' ? 2 : 1, letter);
    return quoted + "\"";
}

char* writeSeconds(char* at, Duration span) {
    constexpr std::uint64_t second = 1'000'000'000;
    const std::int64_t count = span.count();
    if (count < 0) at = put(at, '-');
    const std::uint64_t size =
        count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    at = std::to_chars(at, at + longestCell, size / second).ptr;
    return putDigits(put(at, '.'), size % second, 9);
}

char* UtcText::write(char* at, UtcTime time) {
    using namespace std::chrono;
    const sys_seconds second = floor<std::chrono::seconds>(time);
    if (second != second_ || length_ == 0) {
        second_ = second;
        const auto day = floor<days>(second);
        const year_month_day date{day};
        const hh_mm_ss clock{second - day};
        char* end = putDigits(prefix_.data(), static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
        end = putDigits(put(end, '-'), static_cast<unsigned>(date.month()), 2);
        end = putDigits(put(end, '-'), static_cast<unsigned>(date.day()), 2);
        end = putDigits(put(end, 'T'), static_cast<std::uint64_t>(clock.hours().count()), 2);
        end = putDigits(put(end, ':'), static_cast<std::uint64_t>(clock.minutes().count()), 2);
        end = putDigits(put(end, ':'), static_cast<std::uint64_t>(clock.seconds().count()), 2);
        length_ = static_cast<std::size_t>(put(end, '.') - prefix_.data());
    }
    std::memcpy(at, prefix_.data(), prefix_.size());
    const auto micros = static_cast<std::uint64_t>(duration_cast<microseconds>(time - second).count());
    return put(putDigits(at + length_, micros, 6), 'Z');
}

} // namespace kernel
} // namespace servolane
