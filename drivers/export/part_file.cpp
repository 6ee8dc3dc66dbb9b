// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/part_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace servolane::drivers {

namespace {

constexpr std::size_t bufferSize = std::size_t{1} << 20;
constexpr std::uint64_t writeAheadSize = std::uint64_t{8} << 20;

tl::unexpected<Error> systemFailure(const std::string& path, int number) {
    return failure(codeOfSystemError(number), path + ": " + std::strerror(number));
}

std::string partOf(const std::string& path) {
    return path + partSuffix;
}

/// Without it a power cut may take the new name back.
void syncFolderOf(const std::string& path) {
    const auto folder = std::filesystem::path{path}.parent_path();
    const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    ::fsync(descriptor);
    ::close(descriptor);
}

/// Of the whole file and of this descriptor alone, apart from those that libraries take.
struct ::flock wholeFile() {
    struct ::flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// Another may have given the part its name, or removed it, since it was opened.
bool isStill(int descriptor, const std::string& path) {
    struct ::stat opened {};
    struct ::stat named {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

} // namespace

void removeLeftParts(const std::filesystem::path& folder) {
    std::error_code failed;
    const std::filesystem::path place = folder.empty() ? "." : folder;
    for (std::filesystem::directory_iterator entry{place, failed}, end; !failed && entry != end;
         entry.increment(failed)) {
        const std::string path = entry->path().string();
        if (!path.ends_with(partSuffix)) continue;
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (descriptor < 0) continue;
        auto lock = wholeFile();
        if (::fcntl(descriptor, F_OFD_SETLK, &lock) == 0) ::unlink(path.c_str());
        ::close(descriptor);
    }
}

ErrorCode codeOfSystemError(int number) {
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return ErrorCode::notFound;
    case EACCES:
    case EPERM:
    case EROFS:
    case EISDIR:
        return ErrorCode::notAllowed;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ErrorCode::diskFull;
    default:
        return ErrorCode::inputOutput;
    }
}

Result<PartFile> PartFile::create(const std::string& path) {
    const std::string part = partOf(path);
    constexpr int mostRounds = 10; // some shared folders give a file another number each time it is asked
    for (int round = 1;; ++round) {
        // Emptied only when it is ours: somebody may be writing it.
        const int descriptor = ::open(part.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
        if (descriptor < 0) return systemFailure(part, errno);
        // Told apart by it from what a killed program left; a file system without locks has nothing removed.
        auto lock = wholeFile();
        const bool isTaken =
            ::fcntl(descriptor, F_OFD_SETLK, &lock) != 0 && (errno == EAGAIN || errno == EACCES);
        if (isTaken) {
            ::close(descriptor);
            return failure(ErrorCode::busy, path + ": it is being written by another export");
        }
        if (round < mostRounds && !isStill(descriptor, part)) {
            ::close(descriptor);
            continue;
        }
        if (::ftruncate(descriptor, 0) != 0) {
            const int number = errno;
            ::close(descriptor);
            return systemFailure(part, number);
        }
        return PartFile{path, descriptor};
    }
}

PartFile::PartFile(std::string path, int descriptor)
    : path_(std::move(path))
    , descriptor_(descriptor)
    , buffer_(bufferSize) {}

PartFile::PartFile(PartFile&& other) noexcept
    : path_(std::move(other.path_))
    , descriptor_(std::exchange(other.descriptor_, -1))
    , buffer_(std::move(other.buffer_))
    , filled_(other.filled_)
    , written_(other.written_)
    , ahead_(other.ahead_) {}

PartFile::~PartFile() {
    if (descriptor_ < 0) return;
    ::unlink(partOf(path_).c_str()); // while the lock is held: then it can be nobody else's
    ::close(descriptor_);
}

Result<char*> PartFile::room(std::size_t size) {
    if (buffer_.size() - filled_ < size) {
        if (auto flushed = flush(); !flushed) return tl::make_unexpected(flushed.error());
        if (buffer_.size() < size) buffer_.resize(size);
    }
    return buffer_.data() + filled_;
}

void PartFile::used(const char* end) {
    filled_ = static_cast<std::size_t>(end - buffer_.data());
}

Result<void> PartFile::flush() {
    std::size_t done = 0;
    while (done < filled_) {
        const ssize_t count = ::write(descriptor_, buffer_.data() + done, filled_ - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return systemFailure(partOf(path_), errno);
        done += static_cast<std::size_t>(count);
    }
    written_ += filled_;
    filled_ = 0;
    writeAhead();
    return {};
}

/// The disk begins while rows are still being made: else finish() waits for all of it, at a progress of 100
/// %. No more than a hint; what fails here fails in finish() too.
void PartFile::writeAhead() {
#ifdef SYNC_FILE_RANGE_WRITE
    if (written_ - ahead_ < writeAheadSize) return;
    static_cast<void>(::sync_file_range(descriptor_, static_cast<off_t>(ahead_),
                                        static_cast<off_t>(written_ - ahead_), SYNC_FILE_RANGE_WRITE));
    ahead_ = written_;
#endif
}

Result<void> PartFile::writeAt(std::uint64_t offset, const void* from, std::size_t size) {
    const char* at = static_cast<const char*>(from);
    while (size > 0) {
        const ssize_t count = ::pwrite(descriptor_, at, size, static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return systemFailure(partOf(path_), errno);
        at += count;
        offset += static_cast<std::uint64_t>(count);
        size -= static_cast<std::size_t>(count);
    }
    return {};
}

std::string PartFile::partPath() const {
    return partOf(path_);
}

Result<void> PartFile::settle() {
    if (auto flushed = flush(); !flushed) return flushed;
    struct ::stat state {};
    if (::fstat(descriptor_, &state) == 0) written_ = static_cast<std::uint64_t>(state.st_size);
    if (::fsync(descriptor_) != 0) return systemFailure(partOf(path_), errno);
    return {};
}

Result<void> PartFile::finish() {
    if (auto settled = settle(); !settled) return settled;
    if (std::rename(partOf(path_).c_str(), path_.c_str()) != 0) return systemFailure(path_, errno);
    ::close(std::exchange(descriptor_, -1));
    syncFolderOf(path_);
    return {};
}

} // namespace servolane::drivers
