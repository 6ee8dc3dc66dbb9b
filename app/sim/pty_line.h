// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/result.h"

#include <cstddef>
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

    /// Errors: inputOutput.
    [[nodiscard]] static Result<PtyLine> make();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] int descriptor() const { return master_; }
    /// True while no client has the path open. Asks the kernel.
    [[nodiscard]] bool isHungUp() const;
    /// How many bytes were put at the start of `into`; 0 if there are none.
    [[nodiscard]] std::size_t read(MutableByteView into) const;
    /// What the client's side has no room for is lost.
    void send(ByteView bytes) const;
    /// Throws away what no client has read, so that the next one does not find it.
    void dropUnread() const;

private:
    int master_ = -1;
    std::string path_;
};

} // namespace servolane::app
