// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a Level 5 MAT-file whose sizes are known before their values. Little endian.
#pragma once

#include "drivers/export/part_file.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace servolane::drivers {

constexpr std::uint64_t matHeaderSize = 128;
/// MATLAB's limit; the format's own is twice that.
constexpr std::uint64_t longestMatVariable = (std::uint64_t{1} << 31) - 1;

[[nodiscard]] Result<void> writeMatHeader(PartFile& file);

/// A name that MATLAB takes, made of `name`, and not in `taken`, where it then is.
[[nodiscard]] std::string matName(const std::string& name, std::set<std::string>& taken);

enum class MatType : std::uint8_t { real, int64, uint8, text };

/// As text is stored: one unit for each letter. What is no UTF-8 becomes U+FFFD, and so does a letter behind
/// U+FFFF: readers do not agree how long such a text is.
[[nodiscard]] std::u16string utf16Of(const std::string& text);

/// A struct of one element: a variable, or a field of one (then without a name). Add first, then write.
class MatStruct {
public:
    std::string name;

    void addText(const std::string& field, const std::string& utf8);
    void addNumber(const std::string& field, double value);
    void addStruct(const std::string& field, MatStruct value);
    /// A column vector (of text: one line of so many letters) whose values come later, at placeOf() the
    /// number that is returned.
    std::size_t addColumn(const std::string& field, MatType type, std::uint64_t count);

    /// With its tag.
    [[nodiscard]] std::uint64_t size() const;
    /// At `offset` of the file; the values of columns are left as holes.
    [[nodiscard]] Result<void> write(PartFile& file, std::uint64_t offset);
    /// Of the first value, after write().
    [[nodiscard]] std::uint64_t placeOf(std::size_t column) const { return columns_[column].place; }

private:
    struct Column {
        std::size_t field = 0;
        std::uint64_t bytes = 0;
        std::uint64_t place = 0;
    };
    /// All that stands before the first field.
    [[nodiscard]] std::string head() const;
    /// Of the bytes in `fields_` and the holes behind them.
    [[nodiscard]] std::uint64_t holeBehind(std::size_t field) const;

    std::vector<std::string> names_;
    std::vector<std::string> fields_; ///< encoded; of a column: all but its values
    std::vector<Column> columns_;
};

} // namespace servolane::drivers
