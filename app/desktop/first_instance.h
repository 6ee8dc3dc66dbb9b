// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/ipc/descriptor.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

class QSocketNotifier;

namespace servolane::app {

/// One window per settings folder: a second start asks the first one to come to the front and ends. A lock
/// tells them apart, so that two starts at the same moment do too, and a killed program leaves nothing
/// behind. GUI thread only.
class FirstInstance {
public:
    explicit FirstInstance(const std::filesystem::path& configFolder);
    ~FirstInstance();

    enum class Claim : std::uint8_t {
        first,
        passedOn, ///< another window has this folder, and was asked to show itself and to do as `wish` says
        unheard   ///< another window has this folder, and could not be asked
    };
    /// `wish` goes to the other window as it is; at most longestWish bytes. Where the system allows neither
    /// lock nor socket every start is taken for the first: a window too many is better than none.
    [[nodiscard]] Claim claim(const std::string& wish);
    /// Called when a later start asks for the window, with what it wishes.
    void onRaise(std::function<void(const std::string& wish)> raise);

    static constexpr std::size_t longestWish = 16'384;

private:
    [[nodiscard]] bool lock();
    void listen();
    [[nodiscard]] bool askOther(const std::string& wish) const;

    std::filesystem::path folder_;
    std::string name_;
    drivers::ipc::Descriptor lock_;
    drivers::ipc::Descriptor socket_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

} // namespace servolane::app
