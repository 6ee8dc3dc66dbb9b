// SPDX-License-Identifier: GPL-3.0-or-later
// What the writer needs of the HDF5 library: handles that close themselves, datasets that grow, attributes.
// One thread at a time in the whole process, after loadHdf5().
#pragma once

#include "core/kernel/result.h"
#include "drivers/export/hdf5_library.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace servolane::drivers {

class Hdf5Handle {
public:
    using Close = herr_t (*)(hid_t);
    Hdf5Handle() = default;
    Hdf5Handle(hid_t id, Close closing)
        : id_(id)
        , close_(closing) {}
    Hdf5Handle(Hdf5Handle&& other) noexcept
        : id_(std::exchange(other.id_, H5I_INVALID_HID))
        , close_(other.close_) {}
    Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    ~Hdf5Handle() {
        if (id_ >= 0) close_(id_);
    }
    [[nodiscard]] hid_t id() const { return id_; }
    [[nodiscard]] bool isValid() const { return id_ >= 0; }
    /// False if the library could not write what it still held.
    [[nodiscard]] bool close() { return id_ < 0 || close_(std::exchange(id_, H5I_INVALID_HID)) >= 0; }

private:
    hid_t id_ = H5I_INVALID_HID;
    Close close_ = nullptr;
};

/// The first words the library has for what went wrong last, and `what`. Errors: those of the system's number
/// that the words name, inputOutput without one.
[[nodiscard]] tl::unexpected<Error> hdf5Failure(const std::string& what);

[[nodiscard]] Result<void> writeAttribute(hid_t owner, const char* name, const std::string& text);
[[nodiscard]] Result<void> writeAttribute(hid_t owner, const char* name, double number);
[[nodiscard]] Result<void> writeAttribute(hid_t owner, const char* name, std::int64_t number);

/// One column, compressed in chunks of 4,096.
class Hdf5Column {
public:
    /// `type` of the file and of memory alike.
    [[nodiscard]] static Result<Hdf5Column> create(hid_t group, const std::string& name, hid_t type);
    [[nodiscard]] Result<void> append(const void* values, std::size_t count);
    /// Writes what the library still holds of it; a full disk may show only here.
    [[nodiscard]] Result<void> close();
    [[nodiscard]] hid_t id() const { return dataset_.id(); }

private:
    std::string name_;
    hid_t type_ = H5I_INVALID_HID;
    Hdf5Handle dataset_;
    hsize_t rows_ = 0;
};

/// Text of any length, UTF-8.
[[nodiscard]] Hdf5Handle hdf5Text();

} // namespace servolane::drivers
