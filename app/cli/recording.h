// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/context.h"
#include "app/cli/outcome.h"

#include <vector>

namespace servolane::cli {

/// A named recording that is ended on every way out. No seconds from before its start.
class Recording {
public:
    Recording(Context& context, std::string path)
        : context_(context)
        , path_(std::move(path)) {}
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    [[nodiscard]] tl::expected<void, Failure> start();
    /// Says, once, that the disk fills up, that another program holds the file, that the recording goes on in
    /// another; call it while it runs. True: the recording has ended by itself.
    [[nodiscard]] bool look();
    /// Ends it and says what the file holds. One that ended by itself is a failure that tells the same.
    [[nodiscard]] tl::expected<session::SessionSummary, Failure> finish();
    /// Files beside it in which it went on, since another program held the one before; in order.
    [[nodiscard]] const std::vector<std::string>& continued() const { return continued_; }

private:
    void followFile(const session::RecordingView& view);
    [[nodiscard]] Failure broken(const Error& error) const;

    Context& context_;
    std::string path_;
    bool running_ = false;
    bool warned_ = false;
    bool toldHeld_ = false;
    std::vector<std::string> continued_;
};

/// `continued_in`: the same of each file in which it went on.
void tellContinued(Context& context, const std::vector<std::string>& others, Report& report);
/// `session`, `axes`, `samples`, `lost`, `gaps`, `cycles_per_second`, `bytes`
[[nodiscard]] Report reportOf(const session::SessionSummary& summary, const std::string& path);

/// Of the axis that has most: one sample is one cycle in which it answered.
[[nodiscard]] double cyclesPerSecondOf(const session::SessionSummary& summary);
[[nodiscard]] std::uint64_t bytesOf(const std::string& path);
[[nodiscard]] std::string absolutePath(const std::string& path);

} // namespace servolane::cli
