// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/padded_copy.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace servolane::drivers::sqlite {

namespace {

namespace fs = std::filesystem;

/// By the header: pages of a size (bytes 16 and 17, 1 means 65536) and their number (bytes 28 to 31); see
/// "The Database Header" of SQLite's file format. 0: no database.
std::uint64_t sizeByHeader(const std::string& file) {
    constexpr std::string_view magic{"SQLite format 3\0", 16};
    std::array<char, 32> header{};
    std::ifstream stream(file, std::ios::binary);
    if (!stream.read(header.data(), header.size())) return 0;
    if (std::string_view(header.data(), magic.size()) != magic) return 0;
    const auto byte = [&](std::size_t at) { return std::uint64_t{static_cast<unsigned char>(header[at])}; };
    const std::uint64_t page = byte(16) << 8 | byte(17);
    return (page == 1 ? 65536 : page) * (byte(28) << 24 | byte(29) << 16 | byte(30) << 8 | byte(31));
}

/// A header whose numbers were changed must not fill the disk.
constexpr std::uint64_t mostTimesLonger = 64;

} // namespace

Result<std::optional<PaddedCopy>> PaddedCopy::of(const std::string& file, const std::string& to) {
    std::error_code error;
    const std::uint64_t size = fs::file_size(file, error);
    const std::uint64_t whole = error ? 0 : sizeByHeader(file);
    if (whole <= size || size == 0 || whole / size > mostTimesLonger || fs::exists(file + "-wal", error))
        return std::optional<PaddedCopy>{};
    if (fs::exists(to, error)) return failure(ErrorCode::invalid, to + " exists");
    PaddedCopy copy(to, whole - size);
    fs::copy_file(file, to, error);
    if (!error) fs::permissions(to, fs::perms::owner_write, fs::perm_options::add, error);
    if (!error) fs::resize_file(to, whole, error);
    if (error) return failure(ErrorCode::inputOutput, to + ": " + error.message());
    return std::optional<PaddedCopy>{std::move(copy)};
}

PaddedCopy::~PaddedCopy() {
    if (path_.empty()) return;
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", "-journal"})
        fs::remove(path_ + end, ignored);
}

} // namespace servolane::drivers::sqlite
