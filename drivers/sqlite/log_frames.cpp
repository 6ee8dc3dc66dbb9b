// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/log_frames.h"

#include "core/kernel/bytes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <utility>

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
    void goOnFrom(ByteView sums) {
        first_ = bigEndian(sums.first(4));
        second_ = bigEndian(sums.subspan(4, 4));
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

std::size_t readInto(std::ifstream& file, MutableByteView bytes) {
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return static_cast<std::size_t>(file.gcount());
}

/// Frames of the present round, one after the other.
class LogFrames {
public:
    /// `pageSize`: to go by where the header is damaged; 0: then nothing is read.
    explicit LogFrames(const std::string& path, std::uint32_t pageSize = 0)
        : file_(path + "-wal", std::ios::binary) {
        if (!file_ || readInto(file_, header_) != header_.size()) return;
        const ByteView log{header_};
        const std::uint32_t magic = bigEndian(log.first(4));
        pageSize_ = bigEndian(log.subspan(8, 4));
        sum_ = LogSum((magic & 1U) != 0);
        sum_.add(log.first(24));
        isEmpty_ = false;
        isReadable_ = (magic & ~1U) == logMagic && pageSize_ >= 512 && pageSize_ <= 65536 &&
                      sum_.isAt(log.subspan(24, 8));
        if (!isReadable_ && pageSize != 0) goBy(pageSize);
        if (isReadable_) frame_.resize(frameHeader + pageSize_);
    }

    [[nodiscard]] bool isEmpty() const { return isEmpty_; } ///< none, or nothing was ever written
    [[nodiscard]] bool isReadable() const { return isReadable_; }
    [[nodiscard]] std::uint32_t pageSize() const { return pageSize_; }
    [[nodiscard]] ByteView salt() const { return ByteView{header_}.subspan(16, 8); }

    /// False at the end of the round.
    [[nodiscard]] bool next() {
        if (!isReadable_) return false;
        const std::size_t got = readInto(file_, frame_);
        const bool isOfRound = got >= frameHeader && hasSalt(frame_);
        isCutShort_ = isOfRound && got < frame_.size();
        // Others are of an earlier round, which the present one has not yet written over.
        if (got < frame_.size() || (!isOfRound && !isNextOfRound())) return false;
        ++count_;
        const ByteView frame{frame_};
        sum_.add(frame.first(8));
        sum_.add(frame.subspan(frameHeader));
        isIntact_ = isOfRound && (sum_.isAt(frame.subspan(16, 8)) || (isGuessed_ && count_ == 1));
        // Sums run on from frame to frame: those behind a damaged one are checked from what it says.
        sum_.goOnFrom(frame.subspan(16, 8));
        return true;
    }
    /// Of the last next() that was true, counted from 1.
    [[nodiscard]] std::uint64_t number() const { return count_; }
    [[nodiscard]] bool isIntact() const { return isIntact_; }
    [[nodiscard]] bool ends() const { return bigEndian(ByteView{frame_}.subspan(4, 4)) != 0; }
    [[nodiscard]] std::uint32_t page() const { return bigEndian(ByteView{frame_}.first(4)); }
    [[nodiscard]] std::uint64_t offset() const {
        return logHeader + (count_ - 1) * frame_.size() + frameHeader;
    }
    /// After the end: of a frame behind the last one only its beginning is there.
    [[nodiscard]] bool isCutShort() const { return isCutShort_; }

private:
    /// The first frame tells the salt; from there on sums are checked.
    void goBy(std::uint32_t pageSize) {
        std::array<std::uint8_t, frameHeader> first{};
        if (readInto(file_, first) != first.size()) return;
        std::copy(first.begin() + 8, first.begin() + 16, header_.begin() + 16);
        file_.seekg(logHeader);
        pageSize_ = pageSize;
        sum_ = LogSum(false);
        isReadable_ = isGuessed_ = true;
    }
    [[nodiscard]] bool hasSalt(ByteView frame) const {
        return std::equal(frame.begin() + 8, frame.begin() + 16, header_.begin() + 16);
    }
    [[nodiscard]] bool isNextOfRound() {
        std::array<std::uint8_t, frameHeader> next{};
        const auto place = file_.tellg();
        const bool isThere = readInto(file_, next) == next.size() && hasSalt(next);
        file_.clear();
        file_.seekg(place);
        return isThere;
    }

    std::ifstream file_;
    std::array<std::uint8_t, logHeader> header_{};
    std::uint32_t pageSize_ = 0;
    bool isEmpty_ = true;
    bool isReadable_ = false;
    bool isGuessed_ = false;
    LogSum sum_{false};
    Bytes frame_;
    std::uint64_t count_ = 0;
    bool isIntact_ = false;
    bool isCutShort_ = false;
};

/// How many frames of the log with that salt were committed, as the index of a killed writer says. Numbers in
/// it are in the order of the machine that wrote it.
std::optional<std::uint64_t> committedByIndex(const std::string& path, ByteView salt) {
    constexpr std::size_t copySize = 48;
    std::array<std::uint8_t, 2 * copySize> header{};
    std::ifstream file(path + "-shm", std::ios::binary);
    if (!file || readInto(file, header) != header.size()) return std::nullopt;
    const bool isSettled = std::equal(header.begin(), header.begin() + copySize, header.begin() + copySize);
    const bool isOfLog = std::equal(salt.begin(), salt.end(), header.begin() + 32);
    if (!isSettled || !isOfLog || header[12] == 0) return std::nullopt;
    std::uint32_t frames = 0;
    std::memcpy(&frames, header.data() + 16, sizeof frames);
    return frames;
}

std::string counted(std::uint64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// The recording may be written while it is read here. `salt`: of the round that was read.
LogState stateOfRound(const std::string& path, Bytes& salt) {
    LogFrames frames(path);
    salt.assign(frames.salt().begin(), frames.salt().end());
    const auto committed = committedByIndex(path, salt); // before the frames: more may be committed meanwhile
    LogState state;
    const std::string log = path + "-wal";
    if (frames.isEmpty()) return state;
    if (!frames.isReadable()) {
        state.damage = log + ": its header is damaged, and nothing of it can be read as it should";
        return state;
    }
    std::uint64_t damaged = 0; ///< number of the first such frame
    std::uint64_t whole = 0;   ///< frames up to the end of the last whole transaction
    std::uint64_t commitsBehind = 0;
    while (frames.next()) {
        if (damaged == 0 && !frames.isIntact()) damaged = frames.number();
        if (!frames.ends()) continue;
        if (damaged == 0)
            whole = frames.number();
        else if (frames.number() > damaged)
            ++commitsBehind;
    }
    const std::uint64_t there = frames.number();
    if (commitsBehind > 0)
        state.damage = log + ": frame " + std::to_string(damaged) + " of " + std::to_string(there) +
                       " is damaged; " + counted(commitsBehind, "transaction") +
                       " from it on cannot be read as they should";
    else if (committed && *committed > whole)
        state.damage =
            log + ": " + std::to_string(*committed) + " frames were committed, " + std::to_string(whole) +
            " are whole: " +
            (damaged != 0 ? "frame " + std::to_string(damaged) + " is damaged" : "it was cut short");
    else if (damaged != 0 || there > whole || frames.isCutShort())
        state.remark =
            log + ": " + counted(there - whole + (frames.isCutShort() ? 1 : 0), "frame") +
            " behind the last whole transaction belong to one that is not: it was being written when "
            "the program ended, or the -wal was cut short or damaged there";
    return state;
}

} // namespace

LogState stateOfLog(const std::string& path) {
    LogState state;
    // A round that began anew meanwhile is written over the one that was read.
    for (int tries = 0; tries < 3; ++tries) {
        Bytes salt;
        state = stateOfRound(path, salt);
        const LogFrames now(path);
        if (!state.damage || std::equal(salt.begin(), salt.end(), now.salt().begin(), now.salt().end()))
            return state;
    }
    return {};
}

std::map<std::uint32_t, std::uint64_t> pagesInLog(const std::string& path, std::uint32_t pageSize) {
    std::map<std::uint32_t, std::uint64_t> newest;
    std::map<std::uint32_t, std::uint64_t> open; ///< of the transaction at hand
    LogFrames frames(path, pageSize);
    if (frames.pageSize() != pageSize) return newest;
    while (frames.next()) {
        if (frames.isIntact() && frames.page() != 0) open[frames.page()] = frames.offset();
        if (!frames.ends()) continue;
        for (const auto& [page, offset] : std::exchange(open, {}))
            newest[page] = offset;
    }
    return newest;
}

} // namespace servolane::drivers::sqlite
