// SPDX-License-Identifier: GPL-3.0-or-later
// Columns of whole numbers as bytes: constant, evenly spaced, or differences as zigzag varints; and zstd
// around them. The format is written down in SCHEMA.md. Decoding trusts nothing: any bytes give columns or an
// error.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace servolane::drivers::sqlite {

/// Appends columns to bytes. Keep one and clear it: its memory is reused.
class ColumnEncoder {
public:
    void clear() { size_ = 0; }
    [[nodiscard]] ByteView bytes() const { return {buffer_.data(), size_}; }
    void addNumber(std::uint64_t value);
    /// Not empty columns only: the reader knows the count from elsewhere. The same numbers give the same
    /// bytes, whatever their type.
    void addColumn(std::span<const std::int64_t> values);
    void addColumn(std::span<const std::int32_t> values);
    void addColumn(std::span<const std::uint32_t> values);
    void addColumn(std::span<const std::uint16_t> values);

private:
    void reserve(std::size_t more);
    template <class Number>
    void addNumbers(std::span<const Number> values);
    template <class Number>
    void addDifferences(std::span<const Number> values);

    Bytes buffer_;
    std::size_t size_ = 0;
};

/// Takes columns from bytes in the order in which they were added.
class ColumnDecoder {
public:
    explicit ColumnDecoder(ByteView bytes)
        : rest_(bytes) {}
    [[nodiscard]] Result<std::uint64_t> number();
    /// Fills `into`, whose size is the column's count.
    [[nodiscard]] Result<void> column(std::span<std::int64_t> into);
    /// Leaves a column out without decoding it.
    [[nodiscard]] Result<void> skipColumn();
    [[nodiscard]] bool atEnd() const { return rest_.empty(); }

private:
    [[nodiscard]] bool take(std::uint64_t& value);

    ByteView rest_;
};

/// zstd level 1, which is as small as level 3 here and faster; contexts are kept.
class Compressor {
public:
    Compressor();
    /// Valid until the next call.
    [[nodiscard]] Result<ByteView> pack(ByteView bytes);

private:
    struct Free {
        void operator()(ZSTD_CCtx_s* context) const;
    };
    std::unique_ptr<ZSTD_CCtx_s, Free> context_;
    Bytes buffer_;
};

class Decompressor {
public:
    Decompressor();
    /// Valid until the next call. Errors: corrupt; also beyond 16 MB, which no chunk reaches.
    [[nodiscard]] Result<ByteView> unpack(ByteView packed);

private:
    struct Free {
        void operator()(ZSTD_DCtx_s* context) const;
    };
    std::unique_ptr<ZSTD_DCtx_s, Free> context_;
    Bytes buffer_;
};

} // namespace servolane::drivers::sqlite
