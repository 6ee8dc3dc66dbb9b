// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings that were cut short.
#pragma once

#include "core/kernel/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace servolane::drivers::sqlite {

/// A copy of a database file that is shorter than its header says, filled up with zeros; gone with the
/// object.
class PaddedCopy {
public:
    /// Nothing where the file is whole, is no database, or was not closed (its -wal has the rest). Errors:
    /// those of writing `to`, which must not exist.
    [[nodiscard]] static Result<std::optional<PaddedCopy>> of(const std::string& file, const std::string& to);
    ~PaddedCopy();
    PaddedCopy(PaddedCopy&& other) noexcept
        : path_(std::exchange(other.path_, {}))
        , missing_(other.missing_) {}
    PaddedCopy& operator=(PaddedCopy&&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::uint64_t missing() const { return missing_; } ///< bytes

private:
    PaddedCopy(std::string path, std::uint64_t missing)
        : path_(std::move(path))
        , missing_(missing) {}
    std::string path_;
    std::uint64_t missing_ = 0;
};

} // namespace servolane::drivers::sqlite
