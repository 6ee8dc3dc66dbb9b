// SPDX-License-Identifier: GPL-3.0-or-later
// Built by packaging/fuzz.sh, not by CMake: libFuzzer brings its own main and needs clang.
#include "tests/fuzz/targets.h"

#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const auto target = [] {
        const char* wanted = std::getenv("SERVOLANE_FUZZ");
        for (const auto& one : servolane::fuzz::targets())
            if (wanted != nullptr && std::string_view(wanted) == one.name) return one;
        std::abort();
    }();
    target.run({bytes, size});
    return 0;
}
