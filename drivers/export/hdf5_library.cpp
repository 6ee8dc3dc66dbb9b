// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/hdf5_library.h"

#include <dlfcn.h>
#include <string>

namespace servolane::drivers {

namespace {

class Loading {
public:
    Result<void> load() {
        handle_ = ::dlopen(SERVOLANE_HDF5_NAME, RTLD_NOW | RTLD_LOCAL);
        if (handle_ == nullptr) return failure(ErrorCode::notFound, missing(::dlerror()));
        decltype(&::H5open) open = nullptr;
        decltype(&::H5dont_atexit) dontAtExit = nullptr;
        find(dontAtExit, "H5dont_atexit");
        find(open, "H5open");
        findFunctions();
        if (lacking_.empty()) {
            // The library keeps a file that it could not close, on a full disk (about 1 MB), and would crash
            // over it at the end of the program.
            dontAtExit();
            open();
            findConstants();
        }
        if (!lacking_.empty()) return failure(ErrorCode::notFound, missing(lacking_));
        return {};
    }

    Hdf5Library library{};

private:
    static std::string missing(const std::string& why) {
        return std::string{"HDF5 files need the library "} + SERVOLANE_HDF5_NAME + ": " + why;
    }

    void* symbol(const char* name) {
        void* found = ::dlsym(handle_, name);
        if (found == nullptr) lacking_ = std::string{"it has no "} + name;
        return found;
    }
    template <class Function>
    void find(Function& into, const char* name) {
        into = reinterpret_cast<Function>(symbol(name));
    }
    void constant(hid_t& into, const char* name) {
        if (const void* found = symbol(name)) into = *static_cast<const hid_t*>(found);
    }

    void findFunctions() {
#define SERVOLANE_FIND(name) find(library.name, #name);
        SERVOLANE_HDF5_FUNCTIONS(SERVOLANE_FIND)
#undef SERVOLANE_FIND
    }

    void findConstants() {
        constant(library.nativeDouble, "H5T_NATIVE_DOUBLE_g");
        constant(library.nativeInt64, "H5T_NATIVE_INT64_g");
        constant(library.nativeUint8, "H5T_NATIVE_UINT8_g");
        constant(library.cString, "H5T_C_S1_g");
        constant(library.datasetCreation, "H5P_CLS_DATASET_CREATE_ID_g");
        constant(library.linkCreation, "H5P_CLS_LINK_CREATE_ID_g");
    }

    void* handle_ = nullptr;
    std::string lacking_;
};

struct Loaded {
    Loading loading;
    Result<void> outcome = loading.load();
};

const Loaded& loaded() {
    static const Loaded once;
    return once;
}

} // namespace

Result<void> loadHdf5() {
    return loaded().outcome;
}

const Hdf5Library& hdf5() {
    return loaded().loading.library;
}

} // namespace servolane::drivers
