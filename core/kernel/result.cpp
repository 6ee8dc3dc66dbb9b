// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernel/result.h"

#include <array>
#include <utility>

namespace servolane {
inline namespace kernel {

namespace {
constexpr std::array<std::pair<ErrorCode, std::string_view>, 14> names{{
    {ErrorCode::none, "none"},
    {ErrorCode::notFound, "not-found"},
    {ErrorCode::notAllowed, "not-allowed"},
    {ErrorCode::busy, "busy"},
    {ErrorCode::linkLost, "link-lost"},
    {ErrorCode::timeout, "timeout"},
    {ErrorCode::corrupt, "corrupt"},
    {ErrorCode::refused, "refused"},
    {ErrorCode::unsupported, "unsupported"},
    {ErrorCode::invalid, "invalid"},
    {ErrorCode::interrupted, "interrupted"},
    {ErrorCode::diskFull, "disk-full"},
    {ErrorCode::inputOutput, "input-output"},
    {ErrorCode::readBackDiffers, "read-back-differs"},
}};
} // namespace

std::string_view toString(ErrorCode code) {
    for (const auto& [value, name] : names)
        if (value == code) return name;
    return "none";
}

ErrorCode errorCodeFrom(std::string_view word) {
    for (const auto& [value, name] : names)
        if (name == word) return value;
    return ErrorCode::none;
}

} // namespace kernel
} // namespace servolane
