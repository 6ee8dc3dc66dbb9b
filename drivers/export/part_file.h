// SPDX-License-Identifier: GPL-3.0-or-later
// A file that appears under its name only when it is whole. One thread.
#pragma once

#include "core/kernel/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace servolane::drivers {

/// Of an errno: notFound, notAllowed, diskFull (also a quota or a limit of size), inputOutput.
[[nodiscard]] ErrorCode codeOfSystemError(int number);

/// What is added to the name of a file that is not whole yet.
constexpr const char* partSuffix = ".servolane-part";

/// Removes the parts in a folder that nobody writes any more: whoever began them was killed. Any thread.
void removeLeftParts(const std::filesystem::path& folder);

class PartFile {
public:
    /// Writes to PATH.servolane-part, and holds a lock on it while it does. Errors: busy (another writes to
    /// that path, in this program or another), notFound (the folder), notAllowed, diskFull, inputOutput.
    [[nodiscard]] static Result<PartFile> create(const std::string& path);
    PartFile(PartFile&& other) noexcept;
    PartFile& operator=(PartFile&&) = delete;
    /// Removes the part unless it was finished.
    ~PartFile();

    /// Room for at least `size` bytes to write into; used() says how many were. Errors: diskFull,
    /// inputOutput.
    [[nodiscard]] Result<char*> room(std::size_t size);
    void used(const char* end);
    /// For a format that knows its places; mixes with room() only ahead of what that writes. Errors as
    /// room().
    [[nodiscard]] Result<void> writeAt(std::uint64_t offset, const void* from, std::size_t size);
    /// Of the part, for a library that writes the file by itself; nothing else is written then.
    [[nodiscard]] std::string partPath() const;
    /// Writes the rest and forces it to the disk: what is left to finish() cannot fill it.
    [[nodiscard]] Result<void> settle();
    /// settle(), and gives it its name, replacing a file of that name.
    [[nodiscard]] Result<void> finish();
    /// Of the whole file after finish(), before it of what went through room().
    [[nodiscard]] std::uint64_t bytes() const { return written_ + filled_; }

private:
    PartFile(std::string path, int descriptor);
    [[nodiscard]] Result<void> flush();
    void writeAhead();

    std::string path_;
    int descriptor_ = -1;
    std::vector<char> buffer_;
    std::size_t filled_ = 0;
    std::uint64_t written_ = 0;
    std::uint64_t ahead_ = 0; ///< so much of it was handed to the disk
};

} // namespace servolane::drivers
