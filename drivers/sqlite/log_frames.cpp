// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/log_frames.h"

#include "core/kernel/bytes.h"

#include <algorithm>
#include <fstream>

namespace servolane::drivers::sqlite {

namespace {

constexpr std::size_t logHeader = 32;
constexpr std::size_t frameHeader = 24;
constexpr std::uint32_t logMagic = 0x377f0682; ///< with its last bit set: sums are over big-endian words

std::uint32_t bigEndian(ByteView bytes) {
    return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
           static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

/// The two running sums of a log.
class LogSum {
public:
    explicit LogSum(bool isBigEndian)
        : isBigEndian_(isBigEndian) {}
    void add(ByteView bytes) {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            first_ += word(bytes.subspan(at, 4)) + second_;
            second_ += word(bytes.subspan(at + 4, 4)) + first_;
        }
    }
    [[nodiscard]] bool isAt(ByteView sums) const {
        return bigEndian(sums.first(4)) == first_ && bigEndian(sums.subspan(4, 4)) == second_;
    }

private:
    [[nodiscard]] std::uint32_t word(ByteView bytes) const {
        return isBigEndian_ ? bigEndian(bytes) : static_cast<std::uint32_t>(littleEndian(bytes));
    }

    bool isBigEndian_;
    std::uint32_t first_ = 0;
    std::uint32_t second_ = 0;
};

bool readInto(std::ifstream& file, Bytes& bytes) {
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return file.gcount() == static_cast<std::streamsize>(bytes.size());
}

} // namespace

std::optional<std::string> damageOfLog(const std::string& path) {
    std::ifstream file(path + "-wal", std::ios::binary);
    Bytes header(logHeader);
    if (!file || !readInto(file, header)) return std::nullopt; // none, or nothing was ever written
    const ByteView log{header};
    const std::uint32_t magic = bigEndian(log.first(4));
    const std::uint32_t page = bigEndian(log.subspan(8, 4));
    LogSum sum((magic & 1U) != 0);
    sum.add(log.first(24));
    const bool isWhole =
        (magic & ~1U) == logMagic && page >= 512 && page <= 65536 && sum.isAt(log.subspan(24, 8));
    if (!isWhole) return path + "-wal: its header is damaged, and nothing of it can be read";
    std::uint64_t frames = 0;
    std::uint64_t damaged = 0; ///< number of the first such frame, counted from 1
    std::uint64_t commitsBehind = 0;
    Bytes bytes(frameHeader + page);
    for (; readInto(file, bytes); ++frames) {
        const ByteView frame{bytes};
        // Frames of an earlier round, which the present one has not yet written over.
        if (!std::equal(frame.begin() + 8, frame.begin() + 16, log.begin() + 16)) break;
        if (damaged != 0) {
            commitsBehind += bigEndian(frame.subspan(4, 4)) != 0 ? 1 : 0;
            continue;
        }
        sum.add(frame.first(8));
        sum.add(frame.subspan(frameHeader));
        if (!sum.isAt(frame.subspan(16, 8))) damaged = frames + 1;
    }
    if (commitsBehind == 0) return std::nullopt;
    return path + "-wal: frame " + std::to_string(damaged) + " of " + std::to_string(frames) +
           " is damaged; " + std::to_string(commitsBehind) + " transactions behind it cannot be read";
}

} // namespace servolane::drivers::sqlite
