// SPDX-License-Identifier: GPL-3.0-or-later
// Expected failures of technology. A policy's no is a Rejection (core/api/rejection.h), never an Error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace servolane {
inline namespace kernel {

/// Few codes, each with one sharp meaning. The names are stable: they stand in journals and in JSON output.
enum class ErrorCode : std::uint8_t {
    none,
    notFound,       ///< the port, file or model does not exist
    notAllowed,     ///< the operating system denies access
    busy,           ///< someone else holds the port or file
    linkLost,       ///< the adapter went away while open
    timeout,        ///< nothing, or not enough, arrived in time
    corrupt,        ///< bytes arrived that fail their checksum or their form
    refused,        ///< the servo answered with an error number
    unsupported,    ///< the family, the model or the system cannot do this
    invalid,        ///< an argument or a file's content is wrong
    interrupted,    ///< a stop or a cancel broke the wait off
    diskFull,       ///< no space left for a file
    inputOutput,    ///< any other failure of a read or a write
    readBackDiffers ///< written without error, but the servo holds another value
};

[[nodiscard]] std::string_view toString(ErrorCode code);
/// The inverse of toString; `ErrorCode::none` for an unknown word.
[[nodiscard]] ErrorCode errorCodeFrom(std::string_view word);

struct Error {
    ErrorCode code = ErrorCode::none;
    /// Names the thing and the numbers, in English, for logs and journals. User text is made in ui/binding
    /// and the CLI.
    std::string detail;
    friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorCode code, std::string detail = {}) {
    return tl::make_unexpected(Error{code, std::move(detail)});
}

} // namespace kernel
} // namespace servolane
