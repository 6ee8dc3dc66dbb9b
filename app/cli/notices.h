// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace servolane::cli {

/// What is said while a command runs: progress on a terminal, and notes. All of it goes to standard error, so
/// that standard output holds the result alone. One thread.
class Notices {
public:
    enum class Loudness : unsigned char { quiet, notesOnly, all };
    explicit Notices(Loudness loudness);
    ~Notices();
    Notices(const Notices&) = delete;
    Notices& operator=(const Notices&) = delete;

    /// Replaces the progress line; cheap to call often.
    void progress(const std::string& text);
    void clearProgress();
    /// A line that stays.
    void note(const std::string& text);
    /// The same of what may do harm if nobody reads it; --quiet does not silence it.
    void warn(const std::string& text);

private:
    Loudness loudness_;
    bool terminal_;
    std::string shown_;
};

} // namespace servolane::cli
