// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/column_codec.h"

#include <algorithm>
#include <zstd.h>

namespace servolane::drivers::sqlite {

namespace {

constexpr std::size_t longestVarint = 10;
constexpr std::size_t largestUnpacked = std::size_t{16} << 20;

enum Form : std::uint64_t { constant = 0, even = 1, differences = 2 };

// Differences are taken modulo 2^64, so that no pair of numbers overflows.
template <class Number>
std::uint64_t differenceOf(Number later, Number earlier) {
    return static_cast<std::uint64_t>(std::int64_t{later}) -
           static_cast<std::uint64_t>(std::int64_t{earlier});
}
std::int64_t sumOf(std::int64_t value, std::uint64_t difference) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) + difference);
}
std::uint64_t zigzag(std::uint64_t value) {
    return value << 1 ^ (0 - (value >> 63));
}
std::uint64_t unzigzag(std::uint64_t value) {
    return value >> 1 ^ (0 - (value & 1));
}

std::uint8_t* putVarint(std::uint8_t* at, std::uint64_t value) {
    while (value >= 0x80) {
        *at++ = static_cast<std::uint8_t>(value | 0x80);
        value >>= 7;
    }
    *at++ = static_cast<std::uint8_t>(value);
    return at;
}

/// nullptr if the bytes end inside of the number or it has more than 64 bits.
const std::uint8_t* takeVarint(const std::uint8_t* at, const std::uint8_t* end, std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; at != end && shift < 64; shift += 7) {
        const std::uint8_t byte = *at++;
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return at;
    }
    return nullptr;
}

template <class Number>
bool isEven(std::span<const Number> values) {
    const std::uint64_t step = differenceOf(values[1], values[0]);
    for (std::size_t i = 2; i < values.size(); ++i)
        if (differenceOf(values[i], values[i - 1]) != step) return false;
    return true;
}

tl::unexpected<Error> damaged() {
    return failure(ErrorCode::corrupt, "a column ends too early or has an unknown form");
}

} // namespace

void ColumnEncoder::reserve(std::size_t more) {
    if (buffer_.size() < size_ + more) buffer_.resize(std::max(size_ + more, 2 * buffer_.size()));
}

void ColumnEncoder::addNumber(std::uint64_t value) {
    reserve(longestVarint);
    size_ = static_cast<std::size_t>(putVarint(buffer_.data() + size_, value) - buffer_.data());
}

template <class Number>
void ColumnEncoder::addNumbers(std::span<const Number> values) {
    const bool spaced = values.size() < 2 || isEven(values);
    const std::uint64_t step = values.size() < 2 ? 0 : differenceOf(values[1], values[0]);
    if (!spaced) return addDifferences(values);
    addNumber(step == 0 ? Form::constant : Form::even);
    addNumber(zigzag(static_cast<std::uint64_t>(std::int64_t{values[0]})));
    if (step != 0) addNumber(zigzag(step));
}

template <class Number>
void ColumnEncoder::addDifferences(std::span<const Number> values) {
    addNumber(Form::differences);
    // The length in bytes goes first, in a fixed size, so that a reader can skip the column.
    constexpr std::size_t lengthSize = 4;
    reserve(lengthSize + values.size() * longestVarint);
    std::uint8_t* const start = buffer_.data() + size_ + lengthSize;
    std::uint8_t* at = start;
    Number before = 0;
    for (const Number value : values) {
        at = putVarint(at, zigzag(differenceOf(value, before)));
        before = value;
    }
    const auto length = at - start;
    putLittleEndian(MutableByteView{buffer_.data() + size_, lengthSize}, length);
    size_ += lengthSize + static_cast<std::size_t>(length);
}

void ColumnEncoder::addColumn(std::span<const std::int64_t> values) {
    addNumbers(values);
}

void ColumnEncoder::addColumn(std::span<const std::int32_t> values) {
    addNumbers(values);
}

void ColumnEncoder::addColumn(std::span<const std::uint32_t> values) {
    addNumbers(values);
}

void ColumnEncoder::addColumn(std::span<const std::uint16_t> values) {
    addNumbers(values);
}

bool ColumnDecoder::take(std::uint64_t& value) {
    const std::uint8_t* end = rest_.data() + rest_.size();
    const std::uint8_t* at = takeVarint(rest_.data(), end, value);
    if (at) rest_ = rest_.last(static_cast<std::size_t>(end - at));
    return at != nullptr;
}

Result<std::uint64_t> ColumnDecoder::number() {
    std::uint64_t value = 0;
    if (!take(value)) return damaged();
    return value;
}

Result<void> ColumnDecoder::column(std::span<std::int64_t> into) {
    std::uint64_t form = 0;
    if (!take(form)) return damaged();
    if (form == Form::differences) {
        if (rest_.size() < 4) return damaged();
        const std::uint64_t length = littleEndian(rest_.first(4));
        if (length > rest_.size() - 4) return damaged();
        const std::uint8_t* at = rest_.data() + 4;
        const std::uint8_t* const end = at + length;
        std::int64_t value = 0;
        for (auto& slot : into) {
            std::uint64_t step = 0;
            at = takeVarint(at, end, step);
            if (!at) return damaged();
            slot = value = sumOf(value, unzigzag(step));
        }
        if (at != end) return damaged();
        rest_ = rest_.subspan(4 + length);
        return {};
    }
    std::uint64_t first = 0;
    std::uint64_t step = 0;
    if (form > Form::even || !take(first) || (form == Form::even && !take(step))) return damaged();
    std::int64_t value = static_cast<std::int64_t>(unzigzag(first));
    for (auto& slot : into) {
        slot = value;
        value = sumOf(value, unzigzag(step));
    }
    return {};
}

Result<void> ColumnDecoder::skipColumn() {
    std::uint64_t form = 0;
    if (!take(form) || form > Form::differences) return damaged();
    if (form == Form::differences) {
        if (rest_.size() < 4) return damaged();
        const std::uint64_t length = littleEndian(rest_.first(4));
        if (length > rest_.size() - 4) return damaged();
        rest_ = rest_.subspan(4 + length);
        return {};
    }
    std::uint64_t unused = 0;
    if (!take(unused) || (form == Form::even && !take(unused))) return damaged();
    return {};
}

void Compressor::Free::operator()(ZSTD_CCtx_s* context) const {
    ZSTD_freeCCtx(context);
}

Compressor::Compressor()
    : context_(ZSTD_createCCtx()) {}

Result<ByteView> Compressor::pack(ByteView bytes) {
    buffer_.resize(std::max(buffer_.size(), ZSTD_compressBound(bytes.size())));
    const std::size_t size =
        ZSTD_compressCCtx(context_.get(), buffer_.data(), buffer_.size(), bytes.data(), bytes.size(), 1);
    if (ZSTD_isError(size)) return failure(ErrorCode::inputOutput, ZSTD_getErrorName(size));
    return ByteView{buffer_}.first(size);
}

void Decompressor::Free::operator()(ZSTD_DCtx_s* context) const {
    ZSTD_freeDCtx(context);
}

Decompressor::Decompressor()
    : context_(ZSTD_createDCtx()) {}

Result<ByteView> Decompressor::unpack(ByteView packed) {
    const unsigned long long expected = ZSTD_getFrameContentSize(packed.data(), packed.size());
    // The two special values for unknown and error are the largest numbers there are.
    if (expected > largestUnpacked) return failure(ErrorCode::corrupt, "not a compressed chunk");
    buffer_.resize(std::max(buffer_.size(), static_cast<std::size_t>(expected)));
    const std::size_t size =
        ZSTD_decompressDCtx(context_.get(), buffer_.data(), buffer_.size(), packed.data(), packed.size());
    if (ZSTD_isError(size)) return failure(ErrorCode::corrupt, ZSTD_getErrorName(size));
    return ByteView{buffer_}.first(size);
}

} // namespace servolane::drivers::sqlite
