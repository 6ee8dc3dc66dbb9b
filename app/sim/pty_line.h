// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/result.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace servolane::app {

/// The near end of a pseudo-terminal, as a UART: never blocks, and drops what does not fit. Whoever opens
/// path() is the far end, as often as it likes. One thread.
class PtyLine {
public:
    PtyLine() = default;
    ~PtyLine();
    PtyLine(PtyLine&& other) noexcept;
    PtyLine& operator=(PtyLine&& other) = delete;

    /// A client finds the line raw and set to `baud`, as long as it sets nothing itself. Errors: inputOutput.
    [[nodiscard]] static Result<PtyLine> make(std::uint32_t baud);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] int descriptor() const { return master_; }
    /// Readable when changedHands() may have something to say; -1 where the system cannot tell.
    [[nodiscard]] int handsDescriptor() const { return watch_; }
    /// The first client has opened the path, or the last one has closed it, since the last call. Sees one
    /// that closes and opens anew in no time, which isHungUp() does not.
    [[nodiscard]] bool changedHands();
    /// True while no client has the path open. Asks the kernel.
    [[nodiscard]] bool isHungUp() const;
    /// Bits per second that the client has set; 0: the system does not tell.
    [[nodiscard]] std::uint32_t rate() const;
    /// How many bytes were put at the start of `into`; 0 if there are none.
    [[nodiscard]] std::size_t read(MutableByteView into) const;
    /// What the client's side has no room for is lost.
    void send(ByteView bytes) const;
    /// Throws away what no client has read, so that the next one does not find it. Without a client the line
    /// is also raw and at its rate again.
    void dropUnread() const;

private:
    int master_ = -1;
    int watch_ = -1;  ///< inotify on path_
    int clients_ = 0; ///< that have it open, as the watch tells
    std::uint32_t baud_ = 0;
    std::string path_;
};

} // namespace servolane::app
