// SPDX-License-Identifier: GPL-3.0-or-later
// libhdf5, loaded when a recording is first exported to it. Linked, it would bring twenty-eight libraries
// into every start, LDAP and Kerberos among them: 6 ms here, of `servolane-cli stop` too.
#pragma once

#include "core/kernel/result.h"

#include <hdf5.h>

namespace servolane::drivers {

// clang-format off
#define SERVOLANE_HDF5_FUNCTIONS(each) \
    each(H5Aclose) each(H5Acreate2) each(H5Awrite) each(H5Dclose) each(H5Dcreate2) \
    each(H5Dget_space) each(H5Dset_extent) each(H5Dwrite) each(H5Eset_auto2) each(H5Ewalk2) \
    each(H5Fclose) each(H5Fcreate) each(H5Gclose) each(H5Gcreate2) each(H5Pclose) each(H5Pcreate) \
    each(H5Pset_chunk) each(H5Pset_create_intermediate_group) each(H5Pset_deflate) \
    each(H5Pset_shuffle) each(H5Sclose) each(H5Screate) each(H5Screate_simple) \
    each(H5Sselect_hyperslab) each(H5Tclose) each(H5Tcopy) each(H5Tset_cset) each(H5Tset_size)
// clang-format on

/// What is used of it, by the names it has there. Functions are those of the headers this was built with; the
/// library of that very number is loaded.
struct Hdf5Library {
#define SERVOLANE_DECLARE(name) decltype(&::name) name;
    SERVOLANE_HDF5_FUNCTIONS(SERVOLANE_DECLARE)
#undef SERVOLANE_DECLARE
    // Constants of the library, which are known once it runs.
    hid_t nativeDouble;
    hid_t nativeInt64;
    hid_t nativeUint8;
    hid_t cString;
    hid_t datasetCreation;
    hid_t linkCreation;
};

/// Any thread; once in a process, for good. Errors: notFound (it is not installed, or is another one).
[[nodiscard]] Result<void> loadHdf5();

/// After loadHdf5() has succeeded.
[[nodiscard]] const Hdf5Library& hdf5();

} // namespace servolane::drivers
