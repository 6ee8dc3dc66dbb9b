// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/hdf5_file.h"

#include "drivers/export/part_file.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

namespace servolane::drivers {

namespace {

constexpr hsize_t chunkRows = 4096;
constexpr unsigned deflateLevel = 3; ///< of zlib's nine levels

Result<void> writeScalar(hid_t owner, const char* name, hid_t type, const void* value) {
    const Hdf5Handle space{hdf5().H5Screate(H5S_SCALAR), hdf5().H5Sclose};
    const Hdf5Handle attribute{hdf5().H5Acreate2(owner, name, type, space.id(), H5P_DEFAULT, H5P_DEFAULT),
                               hdf5().H5Aclose};
    if (!attribute.isValid() || hdf5().H5Awrite(attribute.id(), type, value) < 0)
        return hdf5Failure(std::string{"attribute "} + name);
    return {};
}

/// The library tells it in words alone: "file write failed: time = …, errno = 28, error message = …".
std::optional<int> systemErrorIn(const std::string& words) {
    constexpr std::string_view mark = "errno = ";
    const std::size_t at = words.find(mark);
    if (at == std::string::npos) return std::nullopt;
    int number = 0;
    const auto read = std::from_chars(words.data() + at + mark.size(), words.data() + words.size(), number);
    return read.ec == std::errc{} && number != 0 ? std::optional{number} : std::nullopt;
}

} // namespace

tl::unexpected<Error> hdf5Failure(const std::string& what) {
    std::string words;
    hdf5().H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned number, const H5E_error2_t* error, void* into) -> herr_t {
            if (number == 0 && error->desc) *static_cast<std::string*>(into) = error->desc;
            return 0;
        },
        &words);
    const auto number = systemErrorIn(words);
    if (!number) return failure(ErrorCode::inputOutput, "HDF5 " + what + (words.empty() ? "" : ": " + words));
    return failure(codeOfSystemError(*number), "HDF5 " + what + ": " + std::strerror(*number));
}

Result<void> writeAttribute(hid_t owner, const char* name, const std::string& text) {
    const Hdf5Handle type = hdf5Text();
    const char* at = text.c_str();
    return writeScalar(owner, name, type.id(), &at);
}

Result<void> writeAttribute(hid_t owner, const char* name, double number) {
    return writeScalar(owner, name, hdf5().nativeDouble, &number);
}

Result<void> writeAttribute(hid_t owner, const char* name, std::int64_t number) {
    return writeScalar(owner, name, hdf5().nativeInt64, &number);
}

Hdf5Handle hdf5Text() {
    Hdf5Handle type{hdf5().H5Tcopy(hdf5().cString), hdf5().H5Tclose};
    hdf5().H5Tset_size(type.id(), H5T_VARIABLE);
    hdf5().H5Tset_cset(type.id(), H5T_CSET_UTF8);
    return type;
}

Result<Hdf5Column> Hdf5Column::create(hid_t group, const std::string& name, hid_t type) {
    const hsize_t none = 0;
    const hsize_t most = H5S_UNLIMITED;
    const Hdf5Handle space{hdf5().H5Screate_simple(1, &none, &most), hdf5().H5Sclose};
    const Hdf5Handle layout{hdf5().H5Pcreate(hdf5().datasetCreation), hdf5().H5Pclose};
    hdf5().H5Pset_chunk(layout.id(), 1, &chunkRows);
    hdf5().H5Pset_shuffle(layout.id());
    hdf5().H5Pset_deflate(layout.id(), deflateLevel);
    Hdf5Column column;
    column.name_ = name;
    column.type_ = type;
    column.dataset_ = {
        hdf5().H5Dcreate2(group, name.c_str(), type, space.id(), H5P_DEFAULT, layout.id(), H5P_DEFAULT),
        hdf5().H5Dclose};
    if (!column.dataset_.isValid()) return hdf5Failure("dataset " + name);
    return column;
}

Result<void> Hdf5Column::append(const void* values, std::size_t count) {
    const hsize_t before = rows_;
    const hsize_t added = count;
    rows_ += added;
    if (hdf5().H5Dset_extent(dataset_.id(), &rows_) < 0) return hdf5Failure("dataset " + name_);
    const Hdf5Handle file{hdf5().H5Dget_space(dataset_.id()), hdf5().H5Sclose};
    const Hdf5Handle memory{hdf5().H5Screate_simple(1, &added, nullptr), hdf5().H5Sclose};
    hdf5().H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, &before, nullptr, &added, nullptr);
    if (hdf5().H5Dwrite(dataset_.id(), type_, memory.id(), file.id(), H5P_DEFAULT, values) < 0)
        return hdf5Failure("dataset " + name_);
    return {};
}

Result<void> Hdf5Column::close() {
    return dataset_.close() ? Result<void>{} : hdf5Failure("dataset " + name_);
}

} // namespace servolane::drivers
